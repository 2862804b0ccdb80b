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
    pub one_time_code: Option<Field>,
}

impl ConfirmPage {
    pub fn new(layout: Layout, next: &str, has_second_factor: bool) -> Self {
        Self {
            layout,
            next: next.into(),
            password: Field::password("password", "Your password").required(),
            one_time_code: has_second_factor.then(|| Field::one_time_code("Code from your device").required()),
        }
    }

    pub fn wrong_password(self, problem: &str) -> Self {
        Self { password: self.password.error(Some(problem.into())), ..self }
    }

    pub fn wrong_code(self, problem: &str) -> Self {
        Self { one_time_code: self.one_time_code.map(|field| field.error(Some(problem.into()))), ..self }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.password].into_iter().chain(&self.one_time_code))
    }
}
