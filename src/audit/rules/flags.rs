//! Which events are worth a look: the same rules as the filters of the store, for the tags of each row.

use chrono::Timelike as _;
use chrono_tz::Tz;

use super::super::model::{DAY_BEGINS, DAY_ENDS, Entry, Flag, exports};
use crate::access::act::Act;

/// The flags of one event, in the order of the list of flags.
pub fn of(entry: &Entry, zone: Tz) -> Vec<Flag> {
    Flag::ALL.into_iter().filter(|flag| applies(*flag, entry, zone)).collect()
}

fn applies(flag: Flag, entry: &Entry, zone: Tz) -> bool {
    let emergency = entry.basis == "emergency" || entry.act == Act::OpenInEmergency.spec().word;
    match flag {
        Flag::Emergency => emergency,
        Flag::Glass => !emergency && (entry.grant_id.is_some() || entry.act == Act::BreakGlass.spec().word),
        Flag::Refused => entry.outcome == "refused",
        Flag::Failed => entry.outcome == "failed",
        Flag::Restricted => entry.restricted,
        // The house's own jobs know no hours.
        Flag::AfterHours => {
            let hour = entry.recorded_at.with_timezone(&zone).hour();
            entry.actor_kind == "person" && !(DAY_BEGINS..DAY_ENDS).contains(&hour)
        }
        Flag::Exported => exports().contains(&entry.act.as_str()),
    }
}

#[cfg(test)]
pub fn sample() -> Entry {
    use uuid::Uuid;
    Entry {
        event: Uuid::from_u128(1),
        recorded_at: "2026-11-20T15:00:00Z".parse().expect("an instant"),
        act: "chart.view".into(),
        outcome: "success".into(),
        actor_kind: "person".into(),
        actor_id: Some(Uuid::from_u128(2)),
        actor_name: "Kelsey Brandt".into(),
        role: Some("clerk".into()),
        session: Some(Uuid::from_u128(3)),
        request: Uuid::from_u128(4),
        address: Some("10.4.7.22".into()),
        purpose: "HOPERAT".into(),
        basis: "role".into(),
        grant_id: None,
        arrival: "search".into(),
        patient: Some(Uuid::from_u128(5)),
        mrn: Some("0048-1129".into()),
        object_kind: Some("patient".into()),
        object_id: Some(Uuid::from_u128(5)),
        restricted: false,
        subjects: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::America__New_York;

    #[test]
    fn an_ordinary_look_has_no_flag() {
        assert!(of(&sample(), ZONE).is_empty());
    }

    #[test]
    fn each_flag_has_its_mark() {
        let grant = Some(uuid::Uuid::from_u128(9));
        for (entry, flag) in [
            (Entry { grant_id: grant, basis: "glass".into(), ..sample() }, Flag::Glass),
            (Entry { act: "glass.break".into(), ..sample() }, Flag::Glass),
            (Entry { grant_id: grant, basis: "emergency".into(), ..sample() }, Flag::Emergency),
            (Entry { act: "glass.emergency".into(), ..sample() }, Flag::Emergency),
            (Entry { outcome: "refused".into(), ..sample() }, Flag::Refused),
            (Entry { outcome: "failed".into(), ..sample() }, Flag::Failed),
            (Entry { restricted: true, ..sample() }, Flag::Restricted),
            (Entry { act: "ledger.export".into(), ..sample() }, Flag::Exported),
            (Entry { act: "document.print".into(), ..sample() }, Flag::Exported),
        ] {
            assert_eq!(of(&entry, ZONE), [flag], "{entry:?} {}", entry.act);
        }
    }

    #[test]
    fn after_hours_is_local_and_about_people() {
        let at = |instant: &str| Entry { recorded_at: instant.parse().expect("an instant"), ..sample() };
        assert_eq!(of(&at("2026-11-20T11:59:59Z"), ZONE), [Flag::AfterHours], "06:59:59");
        assert!(of(&at("2026-11-20T12:00:00Z"), ZONE).is_empty(), "07:00");
        assert!(of(&at("2026-11-20T23:59:59Z"), ZONE).is_empty(), "18:59:59");
        assert_eq!(of(&at("2026-11-21T00:00:00Z"), ZONE), [Flag::AfterHours], "19:00");
        let job = Entry { actor_kind: "job".into(), ..at("2026-11-21T03:00:00Z") };
        assert!(of(&job, ZONE).is_empty());
    }
}
