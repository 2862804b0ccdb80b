//! The sign-in page.

use askama::Template;

use crate::access::Role;
use crate::web::layout::Layout;
use crate::web::ui::Field;

#[derive(Template)]
#[template(path = "people/sign_in.html")]
pub struct SignInPage {
    pub layout: Layout,
    /// A path of ours to go on to.
    pub next: String,
    pub name: Field,
    pub password: Field,
    /// One sentence that does not say which part was wrong.
    pub problem: Option<String>,
    pub notice: Option<String>,
    /// What was being sent is kept.
    pub kept: bool,
    /// In a demonstration, the names to try.
    pub demo: bool,
}

impl SignInPage {
    pub fn new(layout: Layout, demo: bool) -> Self {
        Self {
            layout,
            next: String::new(),
            name: Self::name(),
            password: Field::password("password", "Password").required(),
            problem: None,
            notice: None,
            kept: false,
            demo,
        }
    }

    pub fn name() -> Field {
        Field::text("name", "Name").autocomplete("username").longest(64).required()
    }

    /// Sign-in name and role of every demonstration account.
    fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        Role::ALL.into_iter().map(|role| (role.word(), role.title()))
    }
}
