//! Words that do not stand in this house.

use super::{code, files, short};

#[test]
fn banned_words() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let name = short(&path);
        let code = code(&text);
        let is_cli = name.starts_with("src/cli/");
        let bans: [(&str, bool, &str); 9] = [
            ("Utc::now", name == "src/base/clock.rs", "ask the Clock"),
            ("Local::now", false, "ask the Clock"),
            ("println!", is_cli, "print in cli only; log elsewhere"),
            ("dbg!", false, "take it out"),
            ("todo!", false, "finish it"),
            ("unimplemented!", false, "finish it"),
            (
                ".unwrap()",
                name.ends_with("_tests.rs") || name.ends_with("/tests.rs") || name.contains("/tests/"),
                "handle it, or say why it can't fail",
            ),
            ("axum::Form", false, "use web::form::Form, which checks for forgery"),
            ("unsafe ", false, "no unsafe code"),
        ];
        for (word, allowed, instead) in bans {
            if !allowed && code.lines().any(|line| line.contains(word)) {
                wrong.push(format!("{name}: {word} – {instead}."));
            }
        }
        for line in code.lines().filter(|line| line.contains("instrument(") && !line.contains("skip_all")) {
            wrong.push(format!("{name}: {} – instrument says skip_all, so that no argument is logged.", line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<String> = files("src", "rs")
        .into_iter()
        .filter(|(_, text)| !text.trim_start().starts_with("//!"))
        .map(|(path, _)| short(&path))
        .collect();
    assert!(silent.is_empty(), "begin these with //! in words a nurse turned developer would understand: {silent:?}");
}
