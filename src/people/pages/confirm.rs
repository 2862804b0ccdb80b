//! The password once more.

use askama::Template;

use crate::web::layout::Layout;
use crate::web::ui::{ErrorSummary, Field};

#[derive(Template)]
#[template(path = "people/confirm.html")]
pub struct ConfirmPage {
    pub layout: Layout,
    pub next: String,
    pub password: Field,
}

impl ConfirmPage {
    pub fn new(layout: Layout, next: &str, problem: Option<String>) -> Self {
        Self {
            layout,
            next: next.into(),
            password: Field::password("password", "Your password").required().error(problem),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.password])
    }
}
