//! The pages that say something went wrong, or that something must be said first. Each tells what happened, what is safe
//! and what to do next; none tells more about a record than its reader may know.
//!
//! [`crate::web::layout::Layout`] decides how much frame is around them: someone not signed in sees no menu.

use askama::Template;
use askama_web::WebTemplate;

use super::layout::Layout;
use super::ui::{Banner, Choice, ErrorSummary, Field};

/// 404. Also what someone gets who may not even learn that a record exists.
#[derive(Template, WebTemplate)]
#[template(path = "errors/not_found.html")]
pub struct NotFoundPage {
    pub layout: Layout,
}

/// 403. Says what this role may not do, and who can help.
#[derive(Template, WebTemplate)]
#[template(path = "errors/forbidden.html")]
pub struct ForbiddenPage {
    pub layout: Layout,
    /// What was refused, as a verb: "merge patient records".
    pub what: String,
    /// Roles that may, when that is no secret: "Registration lead or MPI analyst".
    pub who_may: Option<String>,
}

/// 401 after the session ended. What was typed may be waiting on the server.
#[derive(Template, WebTemplate)]
#[template(path = "errors/expired.html")]
pub struct ExpiredPage {
    pub layout: Layout,
    /// The form that was being sent is kept and offered again after sign-in by the same person.
    pub parked: bool,
    /// Where to sign in, with the way back.
    pub sign_in: String,
}

/// 403 that a reason can open: break-the-glass.
#[derive(Template, WebTemplate)]
#[template(path = "errors/needs_reason.html")]
pub struct NeedsReasonPage {
    pub layout: Layout,
    /// The patient, only as far as this person may know them; nothing when even that is hidden.
    pub banner: Option<Banner>,
    /// Why a reason is needed: "You are not on this patient's care team."
    pub why: String,
    /// Where the reason is posted, and where reading goes on afterwards.
    pub action: String,
    pub next: String,
    pub form: ReasonForm,
    /// Where clinicians post the one-press way; its review comes afterwards.
    pub emergency: Option<String>,
    /// How long access lasts: "4 hours".
    pub lasts: String,
    /// Where Records may be asked for the chart instead.
    pub ask: Option<String>,
    pub back: String,
}

/// The fields of the break-the-glass form.
pub struct ReasonForm {
    pub code: Field,
    pub text: Field,
    /// Asked when the last sign-in is too long ago.
    pub password: Option<Field>,
    /// For those with a second factor.
    pub one_time_code: Option<Field>,
}

impl ReasonForm {
    /// The form before anything is typed. Names: `reason`, `explanation`, `password`.
    pub fn new(reasons: Vec<Choice>, ask_password: bool) -> Self {
        let mut choices = vec![Choice::new("", "Choose a reason")];
        choices.extend(reasons);
        Self {
            code: Field::select("reason", "Why do you need this record?", choices).required(),
            text: Field::area("explanation", "In your own words", 3)
                .hint("At least 10 characters. Privacy reads this, and the patient may ask for it.")
                .longest(500)
                .required(),
            password: ask_password.then(|| Field::password("password", "Your password, once more").required()),
            one_time_code: None,
        }
    }

    pub fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.code, &self.text].into_iter().chain(&self.password).chain(&self.one_time_code))
    }
}

/// 409: someone else saved first. Nothing of theirs is overwritten and nothing typed is lost.
#[derive(Template, WebTemplate)]
#[template(path = "errors/conflict.html")]
pub struct ConflictPage {
    pub layout: Layout,
    pub banner: Option<Banner>,
    /// "this patient's demographics".
    pub what: String,
    /// "Ola Petrov", and local time "10:44".
    pub who: String,
    pub when: String,
    pub differences: Vec<Difference>,
    /// Posts the typed values again on top of the newer version.
    pub action: String,
    /// The typed values and the newer version's number.
    pub hidden: Vec<Hidden>,
    /// The record as it is now, for those who give their change up.
    pub back: String,
}

/// One field that differs between what was typed and what is stored now.
pub struct Difference {
    pub label: String,
    pub yours: String,
    pub theirs: String,
}

/// A value carried along unseen.
pub struct Hidden {
    pub name: String,
    pub value: String,
}

/// 422 for requests that have no form of ours to come back to.
#[derive(Template, WebTemplate)]
#[template(path = "errors/invalid.html")]
pub struct InvalidPage {
    pub layout: Layout,
    pub problems: Vec<String>,
    pub back: String,
}

/// 429: too many attempts from one place or for one name.
#[derive(Template, WebTemplate)]
#[template(path = "errors/too_many.html")]
pub struct TooManyPage {
    pub layout: Layout,
    /// "in 5 minutes".
    pub again: String,
}

/// 500. The reference finds the log line; nothing else is said.
#[derive(Template, WebTemplate)]
#[template(path = "errors/internal.html")]
pub struct InternalPage {
    pub layout: Layout,
}

/// 503: the database is away. A post can be tried again with everything that was typed.
#[derive(Template, WebTemplate)]
#[template(path = "errors/unavailable.html")]
pub struct UnavailablePage {
    pub layout: Layout,
    /// Nothing for a page that was only being read: then "Try again" is a link.
    pub action: Option<String>,
    pub hidden: Vec<Hidden>,
    pub address: String,
}
