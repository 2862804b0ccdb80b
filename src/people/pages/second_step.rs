//! The code, after the password.

use askama::Template;

use crate::web::layout::Layout;
use crate::web::ui::Field;

#[derive(Template)]
#[template(path = "people/second_step.html")]
pub struct SecondStepPage {
    pub layout: Layout,
    pub code: Field,
    pub problem: Option<String>,
}

impl SecondStepPage {
    pub fn new(layout: Layout, problem: Option<&str>) -> Self {
        Self {
            layout,
            code: Field::one_time_code("Code from your device")
                .hint("Six digits. Without the device, one of your recovery codes.")
                .required(),
            problem: problem.map(Into::into),
        }
    }
}
