//! Sites of the organisation.

use axum::http::StatusCode;
use custodian::access::Role;

use super::told;
use crate::support::app::App;

#[tokio::test]
async fn a_facility_is_added_and_renamed_and_a_second_save_is_told() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    let fields =
        [("code", "NORTH"), ("name", "North Clinic"), ("mrn_authority", "urn:north"), ("time_zone", "America/Chicago")];
    let (page, rows) = app.ledger_of(admin.post("/admin/facilities", &fields)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(told(&rows), [("facilities.change", "success", "role")]);
    let page = admin.get("/admin/facilities").await.ok().shows("North Clinic").shows("Main Hospital");
    let path = page.attributes("tbody th a", "href").pop().unwrap();
    let rename = [
        ("name", "North Hospital"),
        ("time_zone", "America/Denver"),
        ("was_name", "North Clinic"),
        ("was_time_zone", "America/Chicago"),
    ];
    assert_eq!(admin.post(&path, &rename).await.status, StatusCode::SEE_OTHER);
    let again = admin.post(&path, &rename).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.shows("Stored now: North Hospital, America/Denver");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    let good = [("code", "NORTH"), ("name", "North"), ("mrn_authority", "urn:n"), ("time_zone", "UTC")];
    for (at, value, words) in [
        (0, "north", "2 to 16 capitals"),
        (0, "MAIN", "Another facility has this code"),
        (1, " ", "Enter a name"),
        (2, "urn:test:main", "issued by it"),
        (3, "Chicago", "such as America/Chicago"),
    ] {
        let mut fields = good;
        fields[at].1 = value;
        let page = admin.post("/admin/facilities", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
        page.shows(words);
    }
    let manager = app.person(Role::Manager).await;
    manager.get("/admin/facilities").await.ok().hides("Add facility");
    assert_eq!(manager.post("/admin/facilities", &good).await.status, StatusCode::FORBIDDEN);
}
