//! The queue: ageing and overdue by the calendar, its filters in the address, page after page, as a spreadsheet, masked where the list masks.

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use super::{asked, case, denied, done, letter_left, officer};
use crate::support::app::App;
use crate::support::who::Visitor;

#[tokio::test]
async fn doc_11_the_queue_shows_what_is_due_first_and_marks_what_is_late() {
    let app = App::new().await;
    let (ann, ben) = (app.made().patient("Ann Quillfeather").await, app.made().patient("Ben Marlowe").await);
    let (of_ann, of_ben) = (app.made().document(ann, "Note").await, app.made().document(ben, "Note").await);
    let privacy = officer(&app).await;
    let late = asked(&privacy, ann, of_ann, "23-Sep-2026").await;
    let soon = asked(&privacy, ben, of_ben, "30-Sep-2026").await;
    let new = asked(&privacy, ann, of_ann, "today").await;
    let (page, rows) = app.ledger_of(privacy.get("/amendments")).await;
    let page = page.ok().shows("3 requests not acted on, 1 overdue");
    assert_eq!(
        (rows[0].act.as_str(), rows[0].subjects.len()),
        ("amendments.list", 2),
        "each patient shown is on the log"
    );
    assert_eq!(page.attributes("tbody th a.main", "href"), [late.clone(), soon.clone(), new.clone()]);
    assert_eq!(page.texts("tbody td:nth-child(5)"), ["61 d", "54 d", "0 d"]);
    assert!(page.texts("tbody td:nth-child(6)")[0].starts_with("Overdue: 22-Nov-2026"));
    assert!(page.texts("tbody td:nth-child(6)")[1].contains("6 days left"));
    let hrefs_of =
        async |visitor: &Visitor, address: &str| visitor.get(address).await.ok().attributes("tbody th a.main", "href");
    let hrefs = async |address: &str| hrefs_of(&privacy, address).await;
    assert_eq!(hrefs("/amendments?state=open&late=yes").await, std::slice::from_ref(&late));
    assert_eq!(hrefs("/amendments?state=open&sort=received").await, [new.clone(), soon.clone(), late.clone()]);
    let me = privacy.staff.unwrap().to_string();
    done(&privacy, &soon, "handling/assignment", &[("to", &me)]).await;
    assert_eq!(hrefs("/amendments?with=me").await, std::slice::from_ref(&soon));
    assert_eq!(hrefs("/amendments?with=nobody").await, [late.clone(), new.clone()]);
    let privacy = denied(&privacy, &soon).await;
    let hrefs = async |address: &str| hrefs_of(&privacy, address).await;
    assert_eq!(hrefs("/amendments?state=decided").await, std::slice::from_ref(&soon));
    letter_left(&privacy, &soon).await;
    assert_eq!(hrefs("/amendments?state=closed").await, std::slice::from_ref(&soon));
    assert_eq!(hrefs("/amendments?state=all").await.len(), 3);
    assert_eq!(hrefs(&format!("/patients/{ann}/amendments")).await, [new.clone(), late.clone()]);

    // The list and the request say the same of every state.
    for (request, patient) in [(&late, ann), (&soon, ben), (&new, ann)] {
        let known = case(&app, &privacy, patient, request).await;
        let (due, acted, state): (chrono::NaiveDate, bool, String) =
            sqlx::query_as("select due_on, acted, state from amendment_standing($1)")
                .bind(known.request.request)
                .fetch_one(&mut app.owner().await)
                .await
                .unwrap();
        assert_eq!((due, acted, state.as_str()), (known.due_on(), known.acted_on().is_some(), known.state().word()));
    }

    // As a spreadsheet: exactly what is filtered.
    let csv = privacy.get("/amendments.csv?state=open&late=yes").await.ok();
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", csv.body);
    assert!(
        lines[1].contains("QUILLFEATHER") && lines[1].contains("2026-11-22") && lines[1].contains("yes"),
        "{}",
        lines[1]
    );
    // A day later one more is counted older.
    app.later(Duration::days(1));
    let privacy = app.signed_in(privacy.staff.unwrap()).await;
    assert_eq!(privacy.get("/amendments").await.ok().texts("tbody td:nth-child(5)"), ["62 d", "1 d"]);
}

#[tokio::test]
async fn the_queue_pages_by_key_and_masks_a_restricted_name() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Note").await;
    let privacy = officer(&app).await;
    for day in 0..53 {
        let received = (app.now() - Duration::days(day % 20)).date_naive().to_string();
        asked(&privacy, patient, document, &received).await;
    }
    for sort in ["", "&sort=received"] {
        let first = privacy.get(&format!("/amendments?state=open{sort}")).await.ok();
        let mut seen = first.attributes("tbody th a.main", "href");
        assert_eq!(seen.len(), 50);
        let next = first.attributes("a[href*=after]", "href").pop().unwrap();
        let second = privacy.get(&next).await.ok();
        seen.extend(second.attributes("tbody th a.main", "href"));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 53, "each once{sort}");
    }
    assert_eq!(privacy.get("/amendments?after=nonsense").await.status, StatusCode::OK);
    app.made().restrict(patient).await;
    let clerk = app.person(Role::Clerk).await;
    let page = clerk.get("/amendments").await.ok().shows("Restricted record");
    page.hides("QUILLFEATHER").hides("left knee");
    assert!(!clerk.get("/amendments.csv").await.ok().body.contains("left knee"));
}
