//! Signing in.

use askama::Template;

use super::page;
use crate::web::layout::Layout;
use crate::web::ui::Field;

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    layout: Layout,
    action: &'static str,
    next: String,
    name: Field,
    password: Field,
    code: Option<Field>,
    problem: Option<String>,
    notice: Option<String>,
    parked: bool,
    demo: Option<Demo>,
}

struct Demo {
    password: &'static str,
    names: Vec<(&'static str, &'static str)>,
}

fn sign_in() -> SignInPage {
    SignInPage {
        layout: Layout { csrf: "t".into(), ..Layout::signed_out("Mercy Ridge Hospital", "r") },
        action: "/sign-in",
        next: "/".into(),
        name: Field::text("name", "Name").autocomplete("username").required(),
        password: Field::password("password", "Password").required(),
        code: None,
        problem: None,
        notice: None,
        parked: false,
        demo: Some(Demo {
            password: "bright maple lantern 2026",
            names: vec![("registrar", "Registrar"), ("coder", "Coder"), ("privacy", "Privacy officer")],
        }),
    }
}

pub fn samples() -> Vec<(String, String)> {
    let wrong = SignInPage {
        problem: Some("That name and password do not match".into()),
        code: Some(
            Field::number("code", "Six digits from your authenticator").autocomplete("one-time-code").longest(6),
        ),
        notice: Some("You have been signed out.".into()),
        parked: true,
        demo: None,
        ..sign_in()
    };
    vec![page("sign-in", &sign_in()), page("sign-in-wrong", &wrong)]
}
