//! The master patient index: searching it, and who sees what of it.

mod changing;
pub mod crowd;
mod export;
mod finding;
mod latency;
mod paths;
pub mod registration;
mod sight;

use chrono::NaiveDate;
use custodian::access::{Act, Actor, Remarks};
use custodian::base::id::{FacilityId, PatientId};
use custodian::patients::model::{
    AddressUse, ContactKind, ContactPoint, NameUse, PatientIdentifier, PatientRecord, PersonName, PostalAddress, Sex,
};
use custodian::patients::rules::Ssn;
use custodian::patients::store::insert::insert;
use uuid::Uuid;

use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// A record at the main hospital with this official name, born 3 April 1957.
pub fn record(app: &App, family: &str, given: &str) -> PatientRecord {
    let mut record = PatientRecord::new(PatientId::new(), app.facility);
    record.names.push(PersonName::new(NameUse::Official, family, given).unwrap());
    record.birth_date = Some(day("1957-04-03"));
    record.sex = Sex::Female;
    record
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub trait With: Sized {
    fn with_name(self, usage: NameUse, family: &str, given: &str) -> Self;
    fn born(self, on: &str) -> Self;
    fn mrn(self, value: &str) -> Self;
    fn phone(self, value: &str) -> Self;
    fn town(self, city: &str) -> Self;
    fn ssn(self, digits: &str) -> Self;
    fn at(self, facility: FacilityId) -> Self;
}

impl With for PatientRecord {
    fn with_name(mut self, usage: NameUse, family: &str, given: &str) -> Self {
        self.names.push(PersonName::new(usage, family, given).unwrap());
        self
    }

    fn born(mut self, on: &str) -> Self {
        self.birth_date = Some(day(on));
        self
    }

    fn mrn(mut self, value: &str) -> Self {
        self.identifiers.push(PatientIdentifier {
            kind: "MR".into(),
            authority: "urn:test:main".into(),
            value: value.into(),
            started_on: None,
            ended_on: None,
        });
        self
    }

    fn phone(mut self, value: &str) -> Self {
        self.telecoms.push(ContactPoint {
            kind: ContactKind::Phone,
            usage: Some("home".into()),
            value: value.into(),
            ended_on: None,
        });
        self
    }

    fn town(mut self, city: &str) -> Self {
        self.addresses.push(PostalAddress {
            usage: AddressUse::Home,
            lines: "1 Elm Street".into(),
            city: Some(city.into()),
            state: Some("NY".into()),
            postal_code: None,
            country: None,
            started_on: None,
            ended_on: None,
        });
        self
    }

    fn ssn(mut self, digits: &str) -> Self {
        self.ssn = Some(Ssn::parse(digits).unwrap());
        self
    }

    fn at(mut self, facility: FacilityId) -> Self {
        self.facility = facility;
        self.facilities = vec![facility];
        self
    }
}

/// Stores a record as an import does.
pub async fn register(app: &App, record: PatientRecord) -> PatientId {
    let operator = Actor::operator("importer");
    app.state
        .gate
        .roster(&operator, Act::ImportRecords, Remarks::none(), async |roster| {
            insert(roster, &app.state.vault, &record).await
        })
        .await
        .unwrap();
    record.patient
}

/// A second hospital, with nobody in it.
pub async fn another_facility(app: &App) -> FacilityId {
    let facility = FacilityId(Uuid::new_v4());
    sqlx::query("insert into facilities (facility_id, code, name, mrn_authority, time_zone) values ($1, 'EAST', 'East Hospital', 'urn:test:east', 'America/New_York')")
        .bind(facility)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    facility
}

/// Merges one record into another the way the merge does: rows move, the old record points to its survivor.
pub async fn merge(app: &App, old: PatientId, survivor: PatientId) {
    let mut owner = app.owner().await;
    for statement in [
        "update patient_identifiers set patient_id = $2, merge_id = $1 where patient_id = $1",
        "update patient_names set patient_id = $2, merge_id = $1, use = 'alias' where patient_id = $1",
        "update patients set merged_into = $2 where patient_id = $1",
    ] {
        sqlx::query(statement).bind(old).bind(survivor).execute(&mut owner).await.unwrap();
    }
}

/// Posts a search and follows to its results.
pub async fn find(visitor: &Visitor, fields: &[(&str, &str)]) -> Page {
    let posted = visitor.post("/patients", fields).await;
    let Some(address) = posted.location() else { return posted };
    assert!(address.starts_with("/patients/searches/"), "{address}");
    visitor.get(&address).await
}

/// The names of a results page, in their order.
pub async fn names(visitor: &Visitor, line: &str) -> Vec<String> {
    find(visitor, &[("name", line)]).await.ok().texts("tbody th a.main")
}
