//! The small parts pages are made of, as values that print themselves: `{{ form.family }}` in a template is a whole
//! labelled field with its hint and its error.
//!
//! Each part has one template under `templates/ui/`, so its markup and its accessibility are decided once. Things with at
//! most three values (icon, tag, callout) are macros in `ui/macros.html` instead. A part escapes its own values when it
//! prints, which is why it may say [`HtmlSafe`].

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use super::assets;

mod banner;
mod field;
mod list;

pub use banner::{Banner, Born, Fact};
pub use field::{Choice, Control, ErrorSummary, Field};
pub use list::{Column, Crumbs, Moment, Order, Pager, Tab, Tabs, Timeline};

/// The address of the icon sprite; none when the program was built without it, and then words do alone.
pub fn icon_sprite() -> Option<&'static str> {
    assets::addresses().icons.as_deref()
}

/// What a colour means, fixed for the whole product and never shown without a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The normal state; quiet, so that exceptions stand out.
    #[default]
    Plain,
    /// Act now, or late.
    Bad,
    /// Look, or soon.
    Warn,
    /// Done or verified.
    Ok,
    /// Information.
    Note,
    /// Sensitive or restricted, and nothing else.
    Sens,
    /// A fact that changes everything, such as a death.
    Solid,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Sens => "sens",
            Self::Solid => "solid",
        })
    }
}

/// A word with a colour and, mostly, an icon.
#[derive(Clone, Template)]
#[template(path = "ui/tag.html")]
pub struct Tag {
    pub kind: Kind,
    pub text: String,
    /// A name of the sprite, or nothing.
    pub icon: &'static str,
}

impl HtmlSafe for Tag {}

impl Tag {
    pub fn new(kind: Kind, text: impl Into<String>, icon: &'static str) -> Self {
        Self { kind, text: text.into(), icon }
    }

    /// The tag of a record that is masked or restricted.
    pub fn restricted() -> Self {
        Self::new(Kind::Sens, "Restricted", "lock")
    }
}
