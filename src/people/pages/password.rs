//! Changing one's own password.

use askama::Template;

use crate::people::rules::password::Factors;
use crate::web::layout::Layout;
use crate::web::ui::{ErrorSummary, Field};

#[derive(Template)]
#[template(path = "people/password.html")]
pub struct PasswordPage {
    pub layout: Layout,
    /// After a reset: nothing else opens before.
    pub must: bool,
    pub form: PasswordForm,
}

/// The fields; nothing typed is ever shown again.
pub struct PasswordForm {
    pub current: Field,
    pub one_time_code: Option<Field>,
    pub new: Field,
    pub again: Field,
}

impl PasswordPage {
    pub fn new(layout: Layout, must: bool, form: PasswordForm) -> Self {
        Self { layout, must, form }
    }
}

impl PasswordForm {
    pub fn empty(factors: Factors) -> Self {
        let hint = format!(
            "{} characters or more; a few unrelated words do well. Spaces and any language count. Pasting is fine.",
            factors.shortest()
        );
        Self {
            current: Field::password("password", "Current password").required(),
            one_time_code: (factors == Factors::Two).then(|| Field::one_time_code("Code from your device").required()),
            new: Field::password("new_password", "New password").hint(hint).autocomplete("new-password").required(),
            again: Field::password("new_password_again", "New password, once more")
                .autocomplete("new-password")
                .required(),
        }
    }

    pub fn bad_current(self, problem: &str) -> Self {
        Self { current: self.current.error(Some(problem.into())), ..self }
    }

    pub fn bad_code(self, problem: &str) -> Self {
        Self { one_time_code: self.one_time_code.map(|field| field.error(Some(problem.into()))), ..self }
    }

    pub fn bad_new(self, problem: impl Into<String>) -> Self {
        Self { new: self.new.error(Some(problem.into())), ..self }
    }

    pub fn bad_again(self, problem: &str) -> Self {
        Self { again: self.again.error(Some(problem.into())), ..self }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.current].into_iter().chain(&self.one_time_code).chain([&self.new, &self.again]))
    }
}
