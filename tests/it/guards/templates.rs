//! Templates escape everything, carry nothing inline, and each belongs to one struct.

use super::{files, short};

#[test]
fn nothing_inline_and_nothing_unescaped() {
    let mut wrong = Vec::new();
    for (path, text) in files("templates", "html") {
        // However it is spaced.
        let packed: String = text.split_whitespace().collect();
        for (word, why) in [
            ("|safe", "everything is escaped"),
            ("|unsafe", "everything is escaped"),
            ("|escape", "everything is escaped, and once"),
            ("|e(", "everything is escaped, and once"),
            ("filtersafe", "everything is escaped"),
            ("autoescape", "everything is escaped"),
            ("<script>", "scripts are files"),
            (" style=\"", "the content-security policy forbids it"),
            (" onclick=", "the content-security policy forbids it"),
            ("hx-on", "needs eval"),
            ("js:", "needs eval"),
            ("javascript:", "needs eval"),
        ] {
            if text.contains(word) || packed.contains(word) {
                wrong.push(format!("{}: {word} – {why}.", short(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Parts that print themselves are escaped by their own templates; only they say so, and no page turns escaping off.
#[test]
fn only_the_parts_are_trusted() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let (name, code) = (short(&path), super::code(&text));
        if code.contains("HtmlSafe for") && !name.starts_with("src/web/ui") {
            wrong.push(format!("{name}: only the parts in src/web/ui.rs and src/web/ui/ print themselves."));
        }
        for word in ["filters::Safe", "MaybeSafe", "escape = \"none\"", "ext = \"txt\"", "Html("] {
            if code.contains(word) {
                wrong.push(format!("{name}: {word} – everything is escaped."));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_page_template_belongs_to_one_struct() {
    let sources = files("src", "rs");
    let mut wrong = Vec::new();
    for (path, text) in files("templates", "html") {
        let name = short(&path).trim_start_matches("templates/").to_owned();
        let file = name.rsplit('/').next().unwrap();
        let owners = sources.iter().filter(|(_, source)| source.contains(&format!("path = \"{name}\""))).count();
        let part = file.starts_with('_') || name.starts_with("layout/") || name == "ui/macros.html";
        match (part, owners) {
            (true, 0) | (false, 1) => {}
            (true, _) => wrong.push(format!("{name}: a part belongs to no struct.")),
            (false, 0) => wrong.push(format!("{name}: no struct renders it; delete it, or name it _{file}.")),
            (false, _) => wrong.push(format!("{name}: {owners} structs render it.")),
        }
        let _ = text;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
