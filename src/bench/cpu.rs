//! Processor time, as Linux counts it for each thread and process. Elsewhere there is none, and the benchmarks say so.

use std::fs;
use std::time::Duration;

/// Linux counts in hundredths of a second, on every machine we know.
const TICK: Duration = Duration::from_millis(10);

/// What the threads of this program spent that bear this name (its first 15 letters).
pub fn of_threads(name: &str) -> Option<Duration> {
    let mut ticks = 0;
    for thread in fs::read_dir("/proc/self/task").ok()?.flatten() {
        // A thread may end while we look.
        let Some(stat) = fs::read_to_string(thread.path().join("stat")).ok().and_then(|text| Stat::read(&text)) else {
            continue;
        };
        if stat.name == name {
            ticks += stat.own;
        }
    }
    Some(TICK * ticks)
}

/// What this process, its children, and those of its children that are gone spent: a PostgreSQL server with its connections.
pub fn of_family(process: u32) -> Option<Duration> {
    let head = Stat::read(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)?;
    let mut ticks = head.own + head.gone;
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(stat) = fs::read_to_string(entry.path().join("stat")).ok().and_then(|text| Stat::read(&text)) else {
            continue;
        };
        if stat.parent == process {
            ticks += stat.own;
        }
    }
    Some(TICK * ticks)
}

/// What we need of a line of `/proc/…/stat`.
struct Stat {
    name: String,
    parent: u32,
    /// In user and system mode.
    own: u32,
    /// Of children that ended and were waited for.
    gone: u32,
}

impl Stat {
    /// The name stands in brackets and may hold anything, brackets too.
    fn read(text: &str) -> Option<Self> {
        let (head, tail) = text.rsplit_once(')')?;
        let name = head.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = tail.split_whitespace().collect();
        let number = |place: usize| fields.get(place)?.parse::<u32>().ok();
        Some(Self {
            name,
            parent: number(1)?,
            own: number(11)?.saturating_add(number(12)?),
            gone: number(13)?.saturating_add(number(14)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_proc_is_read_whatever_the_name() {
        let line = "4711 (a ) b) S 12 4711 4711 0 -1 4194560 10 20 0 0 150 50 7 3 20 0 1 0 99";
        let stat = Stat::read(line).expect("a line");
        assert_eq!((stat.name.as_str(), stat.parent, stat.own, stat.gone), ("a ) b", 12, 200, 10));
        assert!(Stat::read("nothing").is_none());
    }
}
