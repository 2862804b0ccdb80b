//! ENC-1 to ENC-10 with the handbook's examples, as tables.

use super::*;

const ZONE: Tz = chrono_tz::America::New_York;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-11-23T15:00")
}

fn inpatient() -> Stay {
    Stay {
        class: "inpatient".into(),
        status: "in-progress".into(),
        started_at: Some(at("2026-11-20T10:00")),
        admitted_at: Some(at("2026-11-20T14:00")),
        last_change: Some(at("2026-11-20T14:00")),
        has_attending: true,
        ..Stay::default()
    }
}

fn fields(problems: &Problems) -> Vec<&'static str> {
    problems.iter().map(|(field, _)| *field).collect()
}

#[test]
fn enc_2_and_enc_9_how_an_encounter_begins() {
    let sound = Beginning {
        class: "inpatient".into(),
        started_at: Some(at("2026-11-20T10:00")),
        admitted_at: Some(at("2026-11-20T14:00")),
        admission_type: Some("1".into()),
        point_of_origin: Some("1".into()),
        deceased_at: None,
    };
    let with = |change: &dyn Fn(&mut Beginning)| {
        let mut asked = sound.clone();
        change(&mut asked);
        asked
    };
    for (what, asked, wrong) in [
        ("sound", sound.clone(), &[][..]),
        ("no order", with(&|a| a.admitted_at = None), &["ordered_on"]),
        ("order before arrival", with(&|a| a.admitted_at = Some(at("2026-11-20T09:00"))), &["ordered_on"]),
        ("order to come", with(&|a| a.admitted_at = Some(at("2026-11-24T09:00"))), &["ordered_on"]),
        ("an order without a stay", with(&|a| a.class = "emergency".into()), &["ordered_on"]),
        ("no class", with(&|a| a.class = "spa".into()), &["class", "ordered_on"]),
        (
            "to come",
            with(&|a| {
                a.class = "ambulatory".into();
                a.admitted_at = None;
                a.started_at = Some(at("2026-12-01T10:00"));
            }),
            &["started_on"],
        ),
        (
            "pre-admission to come",
            with(&|a| {
                a.class = "pre-admit".into();
                a.admitted_at = None;
                a.started_at = Some(at("2026-12-01T10:00"));
            }),
            &[],
        ),
        (
            "FL 14 = 4 with FL 15 = 1",
            with(&|a| {
                a.class = "newborn".into();
                a.admission_type = Some("4".into());
            }),
            &["point_of_origin"],
        ),
        ("FL 14 = 1 with FL 15 = 7", with(&|a| a.point_of_origin = Some("7".into())), &["point_of_origin"]),
        (
            "newborn, born here",
            with(&|a| {
                a.class = "newborn".into();
                a.admission_type = Some("4".into());
                a.point_of_origin = Some("5".into());
            }),
            &[],
        ),
        ("newborn of type 1", with(&|a| a.class = "newborn".into()), &["admission_type"]),
        (
            "no type, no origin",
            with(&|a| {
                a.admission_type = None;
                a.point_of_origin = None;
            }),
            &["admission_type", "point_of_origin"],
        ),
        ("after death", with(&|a| a.deceased_at = Some(at("2026-11-01T10:00"))), &["started_on"]),
    ] {
        assert_eq!(fields(&begin(&asked, now())), wrong, "{what}");
    }
}

#[test]
fn enc_3_enc_8_and_enc_10_how_a_stay_ends() {
    let home = Leaving { at: at("2026-11-22T15:00"), disposition: "01".into(), has_attending: true, died_at: None };
    let with = |change: &dyn Fn(&mut Leaving)| {
        let mut leaving = home.clone();
        change(&mut leaving);
        leaving
    };
    let died = Some(at("2026-11-22T12:00"));
    for (what, leaving, wrong) in [
        ("home", home.clone(), &[][..]),
        ("before admission", with(&|l| l.at = at("2026-11-19T15:00")), &["on"]),
        ("before the last change", with(&|l| l.at = at("2026-11-20T12:00")), &["on"]),
        ("to come", with(&|l| l.at = at("2026-11-24T15:00")), &["on"]),
        ("no disposition", with(&|l| l.disposition = String::new()), &["disposition"]),
        ("no attending", with(&|l| l.has_attending = false), &["attending"]),
        ("died without a time", with(&|l| l.disposition = "20".into()), &["died_on"]),
        (
            "died",
            with(&|l| {
                l.disposition = "20".into();
                l.died_at = died;
            }),
            &[],
        ),
        (
            "died after leaving",
            with(&|l| {
                l.disposition = "20".into();
                l.died_at = Some(at("2026-11-22T16:00"));
            }),
            &["died_on"],
        ),
        (
            "died before arriving",
            with(&|l| {
                l.disposition = "20".into();
                l.died_at = Some(at("2026-11-19T16:00"));
            }),
            &["died_on"],
        ),
        ("a time of death and home", with(&|l| l.died_at = died), &["disposition"]),
        ("still a patient", with(&|l| l.disposition = "30".into()), &["disposition"]),
        (
            "hospice code",
            with(&|l| {
                l.disposition = "41".into();
                l.died_at = died;
            }),
            &["disposition"],
        ),
        ("09 on an inpatient", with(&|l| l.disposition = "09".into()), &["disposition"]),
        ("unknown code", with(&|l| l.disposition = "99".into()), &["disposition"]),
    ] {
        assert_eq!(fields(&discharge(&inpatient(), &leaving, now(), ZONE)), wrong, "{what}");
    }
    let deceased = Stay { deceased: true, deceased_at: died, ..inpatient() };
    assert_eq!(fields(&discharge(&deceased, &home, now(), ZONE)), ["disposition"], "vice versa");
    let gone = Stay { status: "discharged".into(), ..inpatient() };
    assert_eq!(fields(&discharge(&gone, &home, now(), ZONE)), [""]);
    let emergency = Stay { class: "emergency".into(), ..inpatient() };
    let admitted = with(&|l| l.disposition = "09".into());
    assert!(discharge(&emergency, &admitted, now(), ZONE).is_empty(), "09 is for outpatient claims");
}

#[test]
fn enc_10_by_the_date_of_discharge_in_the_facilitys_zone() {
    for (code, leaves, valid) in [
        ("21", "2009-10-01T03:59", false),
        ("21", "2009-10-01T04:00", true),
        ("81", "2013-10-01T03:59", false),
        ("81", "2013-10-01T04:00", true),
    ] {
        let stay = Stay { started_at: None, last_change: None, ..inpatient() };
        let leaving = Leaving { at: at(leaves), disposition: code.into(), has_attending: true, died_at: None };
        assert_eq!(discharge(&stay, &leaving, now(), ZONE).is_empty(), valid, "{code} at {leaves}");
    }
}

#[test]
fn enc_8_still_a_patient_goes_with_interim_bills_only() {
    for (frequency, disposition, fits) in [
        ('2', "30", true),
        ('3', "30", true),
        ('3', "01", false),
        ('1', "30", false),
        ('4', "30", false),
        ('1', "01", true),
        ('4', "20", true),
    ] {
        assert_eq!(frequency_fits(frequency, disposition), fits, "{frequency} {disposition}");
    }
}

#[test]
fn enc_1_and_enc_15_how_the_class_changes() {
    let later = at("2026-11-21T10:00");
    let of = |class: &str| Stay { class: class.into(), ..inpatient() };
    for (what, stay, to, when, review, wrong) in [
        ("emergency to observation", of("emergency"), "observation", later, false, &[][..]),
        ("observation to inpatient", of("observation"), "inpatient", later, false, &[]),
        ("inpatient to observation", of("inpatient"), "observation", later, false, &["utilization_review"]),
        ("with condition code 44", of("inpatient"), "observation", later, true, &[]),
        ("to what it is", of("inpatient"), "inpatient", later, false, &["class"]),
        ("to a newborn", of("inpatient"), "newborn", later, false, &["class"]),
        ("back to planned", of("ambulatory"), "pre-admit", later, false, &["class"]),
        ("before the last change", of("emergency"), "observation", at("2026-11-20T12:00"), false, &["on"]),
        ("to come", of("emergency"), "observation", at("2026-11-25T12:00"), false, &["on"]),
        ("after discharge", Stay { status: "discharged".into(), ..of("inpatient") }, "observation", later, true, &[""]),
        (
            "arrival of the planned",
            Stay { status: "planned".into(), last_change: None, ..of("pre-admit") },
            "inpatient",
            later,
            false,
            &[],
        ),
    ] {
        assert_eq!(fields(&change_class(&stay, to, when, review, now(), ZONE)), wrong, "{what}");
    }
}

#[test]
fn enc_4_stays_overlap_or_touch() {
    let (nine, ten, noon) = (at("2026-11-20T09:00"), at("2026-11-20T10:00"), at("2026-11-20T12:00"));
    for (one, other, both) in [
        ((nine, Some(noon)), (ten, None), true),
        ((nine, None), (ten, Some(noon)), true),
        ((nine, Some(ten)), (ten, Some(noon)), false),
        ((ten, None), (nine, Some(ten)), false),
        ((nine, None), (noon, None), true),
    ] {
        assert_eq!(overlap(one, other), both);
        assert_eq!(overlap(other, one), both);
    }
}

#[test]
fn enc_7_nothing_filed_is_left_behind() {
    assert!(cancel(&inpatient()).is_empty());
    assert!(cancel(&Stay { documents: 1, ..inpatient() })[0].1.contains("ENC-7"));
    assert!(!cancel(&Stay { status: "cancelled".into(), ..inpatient() }).is_empty());
}

#[test]
fn leave_and_return_and_the_nights_away() {
    let later = at("2026-11-21T10:00");
    assert!(leave(&inpatient(), later, now(), ZONE).is_empty());
    assert!(!leave(&Stay { class: "emergency".into(), ..inpatient() }, later, now(), ZONE).is_empty());
    let away = Stay { status: "on-leave".into(), ..inpatient() };
    assert!(!leave(&away, later, now(), ZONE).is_empty());
    assert!(come_back(&away, later, now(), ZONE).is_empty());
    assert!(!come_back(&inpatient(), later, now(), ZONE).is_empty());
    // Clocks went back in the night of the first of November: still one night.
    assert_eq!(leave_days(&[(at("2026-10-31T20:00"), at("2026-11-01T20:00"))], ZONE), 1);
    assert_eq!(leave_days(&[(at("2026-11-20T14:00"), at("2026-11-20T20:00"))], ZONE), 0);
}

#[test]
fn corrections_follow_the_same_rules() {
    let ended = Stay {
        status: "discharged".into(),
        ended_at: Some(at("2026-11-22T15:00")),
        disposition: Some("01".into()),
        ..inpatient()
    };
    let right = Correction {
        started_at: Some(at("2026-11-20T09:00")),
        admitted_at: Some(at("2026-11-20T13:00")),
        ended_at: Some(at("2026-11-22T14:00")),
        disposition: Some("06".into()),
        ..Correction::default()
    };
    let with = |change: &dyn Fn(&mut Correction)| {
        let mut correction = right.clone();
        change(&mut correction);
        correction
    };
    for (what, correction, wrong) in [
        ("sound", right.clone(), &[][..]),
        ("no start", with(&|c| c.started_at = None), &["started_on"]),
        ("order first", with(&|c| c.admitted_at = Some(at("2026-11-20T08:00"))), &["ordered_on"]),
        ("no order", with(&|c| c.admitted_at = None), &["ordered_on"]),
        ("end before start", with(&|c| c.ended_at = Some(at("2026-11-19T08:00"))), &["ended_on"]),
        ("no end", with(&|c| c.ended_at = None), &["ended_on"]),
        ("death by correction", with(&|c| c.disposition = Some("20".into())), &["disposition"]),
        (
            "newborn origin",
            with(&|c| {
                c.admission_type = Some("4".into());
                c.point_of_origin = Some("1".into());
            }),
            &["point_of_origin"],
        ),
    ] {
        assert_eq!(fields(&correct(&ended, &correction, None, now(), ZONE)), wrong, "{what}");
    }
}

#[test]
fn a_discharge_is_cancelled_only_where_there_is_one() {
    assert!(!cancel_discharge(&inpatient()).is_empty());
    assert!(cancel_discharge(&Stay { status: "discharged".into(), ..inpatient() }).is_empty());
}
