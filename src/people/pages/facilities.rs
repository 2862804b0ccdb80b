//! The sites of the organisation.

use askama::Template;

use crate::people::model::Facility;
use crate::people::urls;
use crate::web::layout::Layout;
use crate::web::ui::{ErrorSummary, Field};

#[derive(Template)]
#[template(path = "people/facilities.html")]
pub struct FacilitiesPage {
    pub layout: Layout,
    pub facilities: Vec<Facility>,
    /// For those who may add one.
    pub form: Option<FacilityForm>,
}

#[derive(Template)]
#[template(path = "people/facility.html")]
pub struct FacilityPage {
    pub layout: Layout,
    pub facility: Facility,
    pub form: FacilityForm,
    pub may_change: bool,
    pub stored_now: Option<String>,
}

pub struct FacilityForm {
    pub code: Field,
    pub name: Field,
    pub mrn_authority: Field,
    pub time_zone: Field,
}

impl FacilityForm {
    pub fn new(code: &str, name: &str, mrn_authority: &str, time_zone: &str) -> Self {
        Self {
            code: Field::text("code", "Code").value(code).hint("2 to 16 capitals, digits or hyphens, as in messages.").longest(16).required(),
            name: Field::text("name", "Name").value(name).longest(200).required(),
            mrn_authority: Field::text("mrn_authority", "Who issues its record numbers")
                .value(mrn_authority)
                .hint("The assigning authority of record numbers, as other systems write it. A record number is unique within it.")
                .longest(200)
                .required(),
            time_zone: Field::text("time_zone", "Time zone").value(time_zone).hint("Such as America/Chicago.").longest(64).required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.code, &self.name, &self.mrn_authority, &self.time_zone])
    }

    pub fn is_sound(&self) -> bool {
        self.problems().is_none()
    }
}

impl FacilitiesPage {
    fn href(&self, facility: &Facility) -> String {
        urls::facility(facility.facility)
    }

    fn has_problems(&self) -> bool {
        self.form.as_ref().is_some_and(|form| !form.is_sound())
    }
}

impl FacilityPage {
    fn action(&self) -> String {
        urls::facility(self.facility.facility)
    }
}
