//! What is well and what is not. Pure: each rule takes what was seen and answers a finding.

use std::path::Path;

use chrono::{DateTime, Duration, Utc};

use super::{Finding, State};
use crate::blobs::BlobError;
use crate::operations::store::posture::{Role, Times};

/// A disk.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub free: u64,
    pub all: u64,
}

/// What the database said.
pub struct Seen {
    pub role: Role,
    pub open_tables: Vec<String>,
    pub unguarded: Vec<String>,
    pub times: Times,
    /// How often a downtime copy is due; `None` where none is wanted.
    pub copy_every: Option<Duration>,
    pub now: DateTime<Utc>,
}

fn good(check: &'static str, found: impl Into<String>) -> Finding {
    Finding { check, state: State::Good, found: found.into(), remedy: None }
}

fn look(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { check, state: State::Look, found: found.into(), remedy: Some(remedy.into()) }
}

fn fix(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { check, state: State::Fix, found: found.into(), remedy: Some(remedy.into()) }
}

pub fn key_file(check: &'static str, path: &Path, mode: Option<u32>) -> Finding {
    let path = path.display();
    match mode {
        None => fix(
            check,
            format!("{path} is missing"),
            "put the key of this installation back from where its copy is kept",
        ),
        Some(mode) if mode & 0o077 != 0 => fix(
            check,
            format!("{path} may be read by others (mode {mode:o})"),
            format!("chmod 600 {path}, and think about who read it"),
        ),
        Some(_) => good(check, format!("{path}, readable by its owner only")),
    }
}

const GIB: u64 = 1 << 30;

pub fn disk(check: &'static str, path: &Path, room: Option<Room>) -> Finding {
    let place = path.display();
    let Some(Room { free, all }) = room.filter(|room| room.all > 0) else {
        return look(check, format!("{place}: its disk can't be asked"), "look at it by hand");
    };
    let (tenths, percent) = (free * 10 / GIB, free * 100 / all);
    let found = format!("{place}: {}.{} GiB free, {percent} %", tenths / 10, tenths % 10);
    // Large disks are well with few percent, small ones with few gigabytes.
    if free < GIB || (percent < 5 && free < 20 * GIB) {
        fix(check, found, "make room, or move the folder to a larger disk")
    } else if percent < 10 && free < 50 * GIB {
        look(check, found, "make room before it is full")
    } else {
        good(check, found)
    }
}

pub fn database(seen: &Seen) -> Vec<Finding> {
    vec![
        role(&seen.role),
        owns_nothing(&seen.role),
        ledger_rights(&seen.role, &seen.unguarded),
        row_level_security(&seen.open_tables),
        clock(seen.times.now, seen.now),
        seal(&seen.times),
        backup(&seen.times),
        downtime_copy(&seen.times, seen.copy_every),
    ]
}

fn role(role: &Role) -> Finding {
    let check = "database role";
    let name = &role.name;
    let remedy = "let the server sign in as a plain member of custodian_app (docs/deployment.md)";
    match role {
        Role { powerful: true, .. } => {
            fix(check, format!("{name} is a superuser, bypasses row-level security or makes roles"), remedy)
        }
        Role { owner: true, .. } => fix(check, format!("{name} is a member of custodian_owner"), remedy),
        Role { serves: false, .. } => fix(check, format!("{name} is not a member of custodian_app"), remedy),
        _ => good(check, format!("{name}, a plain member of custodian_app")),
    }
}

fn owns_nothing(role: &Role) -> Finding {
    match role.owned {
        0 => good("ownership", "the server's role owns nothing"),
        owned => fix(
            "ownership",
            format!("the server's role owns {owned} tables or functions, and so is above their row-level security"),
            "reassign owned by custodian_app to custodian_owner",
        ),
    }
}

fn ledger_rights(role: &Role, unguarded: &[String]) -> Finding {
    let check = "ledger";
    if role.ledger_writes > 0 {
        return fix(
            check,
            format!("the server's role may write {} of the ledger's tables directly", role.ledger_writes),
            "revoke insert, update, delete, truncate on them from custodian_app; then run custodian audit verify",
        );
    }
    match unguarded {
        [] => good(check, "written through its functions only, never changed"),
        tables => fix(
            check,
            format!("the guard against changes is off on {}", tables.join(", ")),
            "enable its trigger `unchanging`, ask who turned it off, and run custodian audit verify",
        ),
    }
}

fn row_level_security(open: &[String]) -> Finding {
    match open {
        [] => good("row-level security", "on for every table with a patient in it"),
        tables => fix(
            "row-level security",
            format!("off on {}", tables.join(", ")),
            "alter table … enable row level security, and ask who turned it off",
        ),
    }
}

fn clock(database: DateTime<Utc>, ours: DateTime<Utc>) -> Finding {
    let check = "clock";
    let apart = (database - ours).abs();
    let found = format!("{} ms apart from the database's", apart.num_milliseconds());
    if apart > Duration::seconds(30) {
        fix(check, found, "keep both machines' clocks by NTP: sessions, locks and the access log depend on them")
    } else if apart > Duration::seconds(2) {
        look(check, found, "keep both machines' clocks by NTP")
    } else {
        good(check, found)
    }
}

fn seal(times: &Times) -> Finding {
    let check = "last seal";
    let sealed =
        times.sealed_at.map_or_else(|| "nothing was sealed yet".into(), |at| format!("{} ago", age(times.now - at)));
    match times.waiting_since.map(|since| times.now - since) {
        Some(waiting) if waiting > Duration::minutes(2) => fix(
            check,
            format!("{sealed}; events have been waiting for {}", age(waiting)),
            "start custodian serve or custodian worker; if one runs, its log says why it does not seal",
        ),
        _ => good(check, format!("{sealed}; nothing waits")),
    }
}

fn backup(times: &Times) -> Finding {
    let check = "last backup";
    let remedy = "custodian backup FILE, every day (CUSTODIAN_BACKUP_DIR), and keep a copy elsewhere";
    let Some(at) = times.backed_up_at else {
        let new = times.installed_at.is_none_or(|at| times.now - at < Duration::days(1));
        let found = "never";
        return if new { look(check, found, remedy) } else { fix(check, found, remedy) };
    };
    let old = times.now - at;
    let found = format!("{} ago", age(old));
    match times.backup_unreadable {
        Some(unreadable) if unreadable > 0 => fix(
            check,
            format!("{found}, without {unreadable} documents that the store could not give"),
            "find the documents' files, or restore them from an older backup",
        ),
        _ if old > Duration::days(7) => fix(check, found, remedy),
        _ if old > Duration::hours(36) => look(check, found, remedy),
        _ => good(check, found),
    }
}

/// 45 CFR 164.312(a)(2)(ii): the way into the record when the server is down is only as good as its newest copy.
fn downtime_copy(times: &Times, every: Option<Duration>) -> Finding {
    let check = "downtime copy";
    let Some(every) = every else { return good(check, "none is made (CUSTODIAN_DOWNTIME_DIR)") };
    let remedy = "start custodian serve or custodian worker; if one runs, its log says why it writes no copy (custodian downtime write)";
    match times.copied_at.map(|at| times.now - at) {
        None => look(check, "never", remedy),
        Some(old) if old > every * 24 => fix(check, format!("{} ago", age(old)), remedy),
        Some(old) if old > every * 2 => look(check, format!("{} ago", age(old)), remedy),
        Some(old) => good(check, format!("{} ago", age(old))),
    }
}

pub fn document_store(probed: Result<(), BlobError>) -> Finding {
    match probed {
        Ok(()) => good("document store", "takes documents"),
        Err(error) => fix(
            "document store",
            error.to_string(),
            "look at the disk, its rights and the settings CUSTODIAN_DOCUMENTS and CUSTODIAN_S3_…",
        ),
    }
}

/// `apart`: whether they lie on another disk than the database, where both can be seen.
pub fn checkpoints(path: &Path, apart: Option<bool>) -> Finding {
    let check = "checkpoints";
    match apart {
        Some(false) => look(
            check,
            format!("{} is on the database's own disk", path.display()),
            "point CUSTODIAN_CHECKPOINTS where the database's administrator can't write, or copy `latest` elsewhere every few minutes",
        ),
        _ => good(check, path.display().to_string()),
    }
}

/// In the largest unit that says enough.
fn age(age: Duration) -> String {
    match age.num_seconds().max(0) {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn times() -> Times {
        Times {
            now: noon(),
            installed_at: Some(noon() - Duration::days(90)),
            waiting_since: None,
            sealed_at: Some(noon() - Duration::seconds(3)),
            backed_up_at: Some(noon() - Duration::hours(3)),
            backup_unreadable: Some(0),
            copied_at: None,
        }
    }

    #[test]
    fn downtime_copies_grow_old() {
        let hour = Some(Duration::hours(1));
        let of = |minutes: i64| Some(noon() - Duration::minutes(minutes));
        for (copied_at, every, state) in [
            (None, None, State::Good),
            (None, hour, State::Look),
            (of(59), hour, State::Good),
            (of(121), hour, State::Look),
            (of(24 * 60 + 1), hour, State::Fix),
        ] {
            assert_eq!(downtime_copy(&Times { copied_at, ..times() }, every).state, state, "{copied_at:?}");
        }
    }

    #[test]
    fn backups_grow_old() {
        for (hours, unreadable, state) in [
            (1, 0, State::Good),
            (35, 0, State::Good),
            (37, 0, State::Look),
            (24 * 8, 0, State::Fix),
            (1, 2, State::Fix),
        ] {
            let times = Times {
                backed_up_at: Some(noon() - Duration::hours(hours)),
                backup_unreadable: Some(unreadable),
                ..times()
            };
            assert_eq!(backup(&times).state, state, "{hours} h, {unreadable}");
        }
        let never = Times { backed_up_at: None, backup_unreadable: None, ..times() };
        assert_eq!(backup(&never).state, State::Fix);
        assert_eq!(backup(&Times { installed_at: Some(noon() - Duration::hours(2)), ..never }).state, State::Look);
    }

    #[test]
    fn a_seal_that_waits_is_noticed() {
        for (seconds, state) in [(1, State::Good), (119, State::Good), (121, State::Fix)] {
            let times = Times { waiting_since: Some(noon() - Duration::seconds(seconds)), ..times() };
            assert_eq!(seal(&times).state, state, "{seconds} s");
        }
    }

    #[test]
    fn clocks_drift() {
        for (milliseconds, state) in
            [(0, State::Good), (-1900, State::Good), (2100, State::Look), (-31_000, State::Fix)]
        {
            assert_eq!(clock(noon() + Duration::milliseconds(milliseconds), noon()).state, state, "{milliseconds} ms");
        }
    }

    #[test]
    fn disks_fill() {
        for (free, all, state) in [
            (GIB / 2, 100 * GIB, State::Fix),
            (4 * GIB, 100 * GIB, State::Fix),
            (8 * GIB, 100 * GIB, State::Look),
            (20 * GIB, 100 * GIB, State::Good),
            (200 * GIB, 10_000 * GIB, State::Good),
        ] {
            assert_eq!(disk("data folder", Path::new("/d"), Some(Room { free, all })).state, state, "{free} of {all}");
        }
    }
}
