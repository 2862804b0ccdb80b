//! Every page of the room with usual, empty and awkward values: headings, labels, ids, tables and tokens as they must be.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::account::AccountPage;
use super::confirm::ConfirmPage;
use super::facilities::{FacilitiesPage, FacilityForm, FacilityPage};
use super::kept::KeptPage;
use super::password::{PasswordForm, PasswordPage};
use super::roles::RolesPage;
use super::second_factor::{EnrolForm, RecoveryCodesPage, SecondFactorPage};
use super::second_step::SecondStepPage;
use super::sign_in::SignInPage;
use super::staff::{Filled, Filter, OneTimePage, StaffForm, StaffMemberPage, StaffPage};
use crate::access::Role;
use crate::base::id::{FacilityId, SessionId, StaffId};
use crate::people::model::{Account, Facility, OwnSession, SecondFactorState, Staff, StaffLine};
use crate::people::rules::password::Factors;
use crate::web::layout::Layout;
use crate::web::markup::faults;
use crate::web::ui::Pager;

const ZONE: Tz = Tz::America__New_York;

fn now() -> DateTime<Utc> {
    "2026-11-23T15:00:00Z".parse().unwrap()
}

fn facility() -> Facility {
    Facility {
        facility: FacilityId::new(),
        code: "MAIN".into(),
        name: "Mercy Ridge <Hospital>".into(),
        mrn_authority: "urn:mercy".into(),
        time_zone: "America/New_York".into(),
    }
}

fn line(name: &str, disabled: bool) -> StaffLine {
    StaffLine {
        staff: StaffId::new(),
        sign_in_name: "kbrandt".into(),
        full_name: name.into(),
        credential: Some("MD".into()),
        roles: vec!["physician".into(), "a-word-of-another-version".into()],
        facilities: vec!["MAIN".into()],
        disabled_at: disabled.then(now),
        last_seen_at: None,
        locked_until: None,
        created_at: now(),
        key: String::new(),
    }
}

fn member(disabled: bool) -> Staff {
    Staff {
        staff: StaffId::new(),
        sign_in_name: "kbrandt".into(),
        full_name: "מרים \"Kelsey\" Brandt".into(),
        credential: None,
        practitioner: None,
        practitioner_name: None,
        roles: vec!["coder".into(), "lead".into()],
        facilities: Vec::new(),
        must_change_password: true,
        password_set_at: now(),
        created_at: now(),
        last_seen_at: None,
        locked_until: Some(now() + chrono::Duration::days(900)),
        failures: 100,
        disabled_at: disabled.then(now),
        disabled_reason: disabled.then(|| "Left".into()),
        disabled_by: None,
        open_sessions: 2,
        second_factor_at: Some(now()),
        version: 3,
    }
}

fn member_page(member: Option<Staff>, may_change: bool, is_self: bool) -> StaffMemberPage {
    let filled = member.as_ref().map(Filled::of).unwrap_or_default();
    let form = StaffForm::new(&filled, &[facility()], Vec::new());
    StaffMemberPage {
        layout: Layout::sample(),
        form: if may_change { form } else { form.closed() },
        member,
        may_change,
        is_self,
        stored_now: Some("Pat Lee; Coder".into()),
        disabling: Some("Say why".into()),
        now: now(),
        zone: ZONE,
    }
}

fn staff_page(lines: Vec<StaffLine>) -> StaffPage {
    let filter = Filter { facilities: vec![facility()], words: "brandt & co".into(), ..Filter::default() };
    StaffPage {
        layout: Layout::sample(),
        pager: Pager { count: "2 accounts".into(), older: Some(filter.address("name", Some("k"))), ..Pager::default() },
        filter,
        lines,
        may_add: true,
        now: now(),
        zone: ZONE,
    }
}

fn sign_in(demo: bool, problem: Option<&str>) -> SignInPage {
    let layout = Layout { csrf: "t".into(), ..Layout::signed_out("Mercy Ridge Hospital", "r") };
    let notice = Some("Your session has ended.".into());
    SignInPage { problem: problem.map(Into::into), notice, kept: true, ..SignInPage::new(layout, demo) }
}

fn account() -> AccountPage {
    let session = |agent: Option<&str>| OwnSession {
        session: SessionId::new(),
        created_at: now(),
        last_seen_at: now(),
        address: None,
        agent: agent.map(Into::into),
    };
    let sessions = vec![session(Some("Firefox/153 Linux")), session(None)];
    AccountPage {
        layout: Layout::sample(),
        account: Account {
            sign_in_name: "kbrandt".into(),
            full_name: "Kelsey Brandt".into(),
            credential: Some("MD".into()),
            password_set_at: now(),
            theme: None,
            density: "roomy".into(),
            shortcuts: false,
        },
        second_factor: SecondFactorState { enrolled_at: Some(now()), recovery_codes: 1 },
        current: sessions[0].session,
        sessions,
        roles: vec![Role::Physician],
        now: now(),
        zone: ZONE,
    }
}

fn second_factor(form: Option<EnrolForm>, must: bool) -> SecondFactorPage {
    SecondFactorPage {
        layout: Layout::sample(),
        must,
        enrolled_at: form.is_none().then(now),
        recovery_codes: 2,
        spelled: "GEZD GNBV".into(),
        qr: "otpauth://totp/Mercy:kbrandt?secret=GEZDGNBV&issuer=Mercy".into(),
        form,
        zone: ZONE,
    }
}

fn kept() -> KeptPage {
    KeptPage {
        layout: Layout::sample(),
        fields: vec![("birth_date".into(), "1957-04-03\"><u>".into()), ("version".into(), "3".into())],
        action: "/patients/1/demographics".into(),
        discard: "/parked/1/discard".into(),
        kept_at: now(),
        zone: ZONE,
    }
}

fn facilities(form: bool) -> FacilitiesPage {
    let mut bad = FacilityForm::new("x", "", "", "");
    bad.code.error = Some("Enter a code".into());
    FacilitiesPage {
        layout: Layout::sample(),
        facilities: if form { vec![facility()] } else { Vec::new() },
        form: form.then_some(bad),
    }
}

#[test]
fn every_page_is_sound() {
    let layout = Layout::sample;
    let one_time = OneTimePage {
        layout: layout(),
        full_name: "Kelsey Brandt".into(),
        sign_in_name: "kbrandt".into(),
        password: "abcde-fghjk".into(),
        back: "/admin/staff/1".into(),
        is_new: true,
    };
    let one_facility = FacilityPage {
        layout: layout(),
        facility: facility(),
        form: FacilityForm::new("MAIN", "Mercy", "urn", "UTC"),
        may_change: true,
        stored_now: Some("Mercy, UTC".into()),
    };
    let mut bad = member_page(None, true, false);
    bad.form.roles_problem = Some("Choose at least one role".into());
    bad.form.facilities_problem = Some("Choose at least one facility".into());
    let pages: Vec<(&str, String)> = vec![
        ("sign-in", sign_in(true, None).render().unwrap()),
        ("sign-in wrong", sign_in(false, Some("That name and password do not match")).render().unwrap()),
        ("confirm", ConfirmPage::new(layout(), "/", true).wrong_code("Wrong").render().unwrap()),
        ("password", PasswordPage::new(layout(), true, PasswordForm::empty(Factors::One)).render().unwrap()),
        (
            "password wrong",
            PasswordPage::new(layout(), false, PasswordForm::empty(Factors::Two).bad_new("Short")).render().unwrap(),
        ),
        ("second factor", second_factor(Some(EnrolForm::empty().bad_code("Wrong")), true).render().unwrap()),
        ("second factor set up", second_factor(None, false).render().unwrap()),
        (
            "recovery codes",
            RecoveryCodesPage { layout: layout(), codes: vec!["abcde-fghjk-mnpqr".into()], fresh: true }
                .render()
                .unwrap(),
        ),
        (
            "second step",
            SecondStepPage::new(Layout { csrf: "t".into(), ..Layout::signed_out("Mercy", "r") }, Some("Wrong"))
                .render()
                .unwrap(),
        ),
        ("account", account().render().unwrap()),
        ("kept", kept().render().unwrap()),
        ("roles", RolesPage { layout: layout() }.render().unwrap()),
        ("staff", staff_page(vec![line("Brandt, K", false), line("محمد", true)]).render().unwrap()),
        ("staff empty", staff_page(Vec::new()).render().unwrap()),
        ("new person", bad.render().unwrap()),
        ("person", member_page(Some(member(false)), true, false).render().unwrap()),
        ("person disabled", member_page(Some(member(true)), true, false).render().unwrap()),
        ("person self", member_page(Some(member(false)), true, true).render().unwrap()),
        ("person read only", member_page(Some(member(false)), false, false).render().unwrap()),
        ("one-time", one_time.render().unwrap()),
        ("facilities", facilities(true).render().unwrap()),
        ("facilities empty", facilities(false).render().unwrap()),
        ("facility", one_facility.render().unwrap()),
    ];
    for (name, html) in pages {
        assert_eq!(faults(&html), Vec::<String>::new(), "{name}");
        assert!(!html.contains("<Hospital>") && !html.contains("<u>"), "{name}: values are escaped");
    }
}
