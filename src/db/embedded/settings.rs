//! What the private PostgreSQL is started with, given on the command line, where no edited file can undo it.

use std::fs;

const MB: u64 = 1 << 20;

/// Assumed of a machine that does not say.
const UNKNOWN: u64 = 1024 * MB;

/// Memory this machine, or the container we are in, has; in bytes.
pub fn memory() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
    let container = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(container).min().unwrap_or(UNKNOWN)
}

/// `MemTotal` of `/proc/meminfo`.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Statements and the values in them stay out of the log, because they are patients' (45 CFR 164.312(a)(1)).
pub fn settings(throwaway: bool, memory: u64) -> Vec<String> {
    const ALWAYS: &[&str] = &[
        "port=5432",
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_line_prefix=%m [%p] ",
        "log_error_verbosity=terse",
        "log_min_error_statement=panic",
    ];
    // Many small databases for a moment each: they need little, and nothing of them must last.
    const THROWAWAY: &[&str] = &[
        "max_connections=300",
        "shared_buffers=128MB",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "autovacuum=off",
        "max_wal_size=128MB",
        "min_wal_size=32MB",
    ];
    let mut settings: Vec<String> = ALWAYS.iter().map(|setting| (*setting).to_owned()).collect();
    if throwaway {
        settings.extend(THROWAWAY.iter().map(|setting| (*setting).to_owned()));
    } else {
        settings.push("max_connections=100".into());
        settings.extend(sized(memory));
    }
    settings
}

/// An eighth of the memory for pages, so that the rest stays the program's and the file cache's; and room in the journal for twice that, so that a
/// page is not written out whole again and again while many rows come in. docs/deployment.md tells operators.
fn sized(memory: u64) -> [String; 2] {
    let buffers = (memory / 8 / MB).clamp(128, 1024);
    let journal = (2 * buffers).max(512);
    [format!("shared_buffers={buffers}MB"), format!("max_wal_size={journal}MB")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_and_journal_follow_the_memory_within_bounds() {
        for (gigabytes, buffers, journal) in
            [(0, 128, 512), (1, 128, 512), (2, 256, 512), (4, 512, 1024), (8, 1024, 2048), (512, 1024, 2048)]
        {
            let expected = [format!("shared_buffers={buffers}MB"), format!("max_wal_size={journal}MB")];
            assert_eq!(sized(gigabytes * 1024 * MB), expected, "{gigabytes} GB");
        }
    }

    #[test]
    fn no_setting_is_said_twice() {
        for throwaway in [true, false] {
            let settings = settings(throwaway, UNKNOWN);
            let mut names: Vec<&str> = settings.iter().filter_map(|setting| setting.split('=').next()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), settings.len());
        }
    }

    #[test]
    fn the_memory_is_read_from_what_linux_says() {
        assert_eq!(total("MemTotal:       24689120 kB\nMemFree: 1 kB\n"), Some(24_689_120 * 1024));
        assert_eq!(total("nothing"), None);
    }
}
