//! The pages that say something went wrong.

use super::{busy, page};
use crate::web::errors_pages::*;
use crate::web::layout::{Layout, Theme};
use crate::web::ui::{Banner, Choice};

fn reasons() -> Vec<Choice> {
    vec![
        Choice::new("treatment", "Treating this patient"),
        Choice::new("correction", "Correction asked by the patient"),
    ]
}

fn hidden() -> Vec<Hidden> {
    vec![Hidden { name: "version".into(), value: "4".into() }]
}

pub fn samples() -> Vec<(String, String)> {
    let layout = Layout::sample;
    let nobody = || Layout::signed_out("Mercy Ridge Hospital", "0193f0a2-7d41");
    let mut failed = ReasonForm::new(reasons(), true);
    failed.code = failed.code.error(Some("Choose a reason".into()));
    failed.text = failed.text.value("needed").error(Some("Write at least 10 characters".into()));
    let glass = |form, banner, emergency| NeedsReasonPage {
        layout: Layout { theme: Theme::Dark, ..layout() },
        banner,
        why: "You are not on this patient’s care team.".into(),
        action: "/patients/1/glass".into(),
        next: "/patients/1".into(),
        form,
        emergency,
        ask: Some("/patients/1/requests/new".into()),
        lasts: "4 hours".into(),
        back: "/patients".into(),
    };
    vec![
        page("not-found", &NotFoundPage { layout: nobody() }),
        page(
            "forbidden",
            &ForbiddenPage {
                layout: layout(),
                what: "merge patient records".into(),
                who_may: Some("An MPI analyst".into()),
            },
        ),
        page("expired", &ExpiredPage { layout: nobody(), parked: true, sign_in: "/sign-in".into() }),
        page(
            "needs-reason",
            &glass(ReasonForm::new(reasons(), true), Some(Banner::sample()), Some("/glass/1/emergency".to_owned())),
        ),
        page("needs-reason-hidden", &glass(failed, None, None)),
        page(
            "conflict",
            &ConflictPage {
                layout: busy(),
                banner: Some(Banner::sample()),
                what: "this patient’s demographics".into(),
                who: "Ola Petrov".into(),
                when: "10:44".into(),
                differences: vec![Difference {
                    label: "Phone".into(),
                    yours: "(555) 010-7734".into(),
                    theirs: "(555) 010-2290".into(),
                }],
                action: "/patients/1/demographics".into(),
                hidden: hidden(),
                back: "/patients/1".into(),
            },
        ),
        page(
            "invalid",
            &InvalidPage {
                layout: layout(),
                problems: vec!["The form was sent without its token.".into()],
                back: "/".into(),
            },
        ),
        page("too-many", &TooManyPage { layout: nobody(), again: "in 5 minutes".into() }),
        page("internal", &InternalPage { layout: layout() }),
        page(
            "unavailable",
            &UnavailablePage {
                layout: layout(),
                action: Some("/patients/1/phones".into()),
                hidden: hidden(),
                address: "/".into(),
            },
        ),
        page(
            "unavailable-read",
            &UnavailablePage { layout: layout(), action: None, hidden: Vec::new(), address: "/patients/1".into() },
        ),
    ]
}
