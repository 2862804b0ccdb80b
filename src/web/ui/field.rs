//! A labelled control of a form, with its hint and its error.

use askama::Template;
use askama::filters::HtmlSafe;

/// One labelled control. By default nothing typed into it is remembered, spell-checked or translated by the browser,
/// because spell-checkers and translators send text to their makers.
#[derive(Clone, Template)]
#[template(path = "ui/field.html")]
pub struct Field {
    /// Unique on the page; errors and labels point at it.
    pub id: String,
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub error: Option<String>,
    pub value: String,
    pub control: Control,
    pub required: bool,
    pub disabled: bool,
    /// Labels that repeat what surroundings say already are for screen readers alone.
    pub quiet_label: bool,
    pub autocomplete: &'static str,
    pub inputmode: Option<&'static str>,
    pub placeholder: Option<&'static str>,
    pub longest: Option<u32>,
}

impl HtmlSafe for Field {}

/// What kind of control it is.
#[derive(Clone)]
pub enum Control {
    /// `text`, `search`, `date`, `time`, `tel`, `email`, `number` or `password`.
    Input(&'static str),
    Area {
        rows: u8,
    },
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    /// One box; `value` is sent when it is ticked.
    Box {
        ticked: bool,
    },
    /// Boxes that answer one question together; each ticked one sends its value.
    Boxes {
        choices: Vec<Choice>,
        ticked: Vec<String>,
    },
    /// A file of the sender's own machine.
    File,
}

/// One answer to choose.
#[derive(Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

impl Field {
    fn of(control: Control, name: &'static str, label: impl Into<String>) -> Self {
        Self {
            id: name.to_owned(),
            name,
            label: label.into(),
            hint: None,
            error: None,
            value: String::new(),
            control,
            required: false,
            disabled: false,
            quiet_label: false,
            autocomplete: "off",
            inputmode: None,
            placeholder: None,
            longest: None,
        }
    }

    pub fn text(name: &'static str, label: impl Into<String>) -> Self {
        Self::of(Control::Input("text"), name, label)
    }

    pub fn search(name: &'static str, label: impl Into<String>) -> Self {
        Self::of(Control::Input("search"), name, label)
    }

    /// A date as text: any common order is read, so people can copy what the paper says.
    pub fn date(name: &'static str, label: impl Into<String>) -> Self {
        Self { placeholder: Some("dd-mmm-yyyy"), ..Self::text(name, label) }
    }

    pub fn phone(name: &'static str, label: impl Into<String>) -> Self {
        Self::of(Control::Input("tel"), name, label)
    }

    /// A whole number, typed. Not `type=number`, whose wheel and arrows change values by accident.
    pub fn number(name: &'static str, label: impl Into<String>) -> Self {
        Self { inputmode: Some("numeric"), ..Self::text(name, label) }
    }

    /// A password that a password manager may fill in.
    pub fn password(name: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "current-password", ..Self::of(Control::Input("password"), name, label) }
    }

    /// The code of a second factor; a phone offers what came in.
    pub fn one_time_code(label: impl Into<String>) -> Self {
        let field = Self::text(crate::web::form::ONE_TIME_CODE, label).autocomplete("one-time-code").longest(40);
        Self { inputmode: Some("text"), ..field }
    }

    pub fn area(name: &'static str, label: impl Into<String>, rows: u8) -> Self {
        Self::of(Control::Area { rows }, name, label)
    }

    pub fn select(name: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::of(Control::Select(choices), name, label)
    }

    pub fn radios(name: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::of(Control::Radios(choices), name, label)
    }

    pub fn tick(name: &'static str, label: impl Into<String>, ticked: bool) -> Self {
        Self { value: "yes".to_owned(), ..Self::of(Control::Box { ticked }, name, label) }
    }

    pub fn ticks(name: &'static str, label: impl Into<String>, choices: Vec<Choice>, ticked: &[&str]) -> Self {
        let ticked = ticked.iter().map(|value| (*value).to_owned()).collect();
        Self::of(Control::Boxes { choices, ticked }, name, label)
    }

    /// The one file of an upload; what may be sent is the hint's to say.
    pub fn file(name: &'static str, label: impl Into<String>) -> Self {
        Self::of(Control::File, name, label)
    }

    /// Another id than the name, where a page has two forms.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    #[must_use]
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub fn quiet(self) -> Self {
        Self { quiet_label: true, ..self }
    }

    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    #[must_use]
    pub fn placeholder(self, placeholder: &'static str) -> Self {
        Self { placeholder: Some(placeholder), ..self }
    }

    #[must_use]
    pub fn longest(self, characters: u32) -> Self {
        Self { longest: Some(characters), ..self }
    }

    /// The ids a screen reader reads after the label, hint before error.
    pub fn described_by(&self) -> Option<String> {
        match (&self.hint, &self.error) {
            (None, None) => None,
            (Some(_), None) => Some(format!("{}-hint", self.id)),
            (None, Some(_)) => Some(format!("{}-error", self.id)),
            (Some(_), Some(_)) => Some(format!("{0}-hint {0}-error", self.id)),
        }
    }

    /// Where an error summary's link leads: the first choice of a group, else the control itself.
    pub fn target(&self) -> String {
        match self.control {
            Control::Radios(_) | Control::Boxes { .. } => format!("{}-1", self.id),
            _ => self.id.clone(),
        }
    }
}

/// The list of problems at the top of a form that came back; it takes the focus, and each line leads to its field.
#[derive(Clone, Template)]
#[template(path = "ui/error_summary.html")]
pub struct ErrorSummary {
    pub title: String,
    /// Target id and message; an empty target is a problem of the form as a whole.
    pub problems: Vec<(String, String)>,
}

impl HtmlSafe for ErrorSummary {}

impl ErrorSummary {
    /// The summary of these fields' errors; none when all is well.
    pub fn of<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Option<Self> {
        let problems: Vec<_> = fields
            .into_iter()
            .filter_map(|field| field.error.as_ref().map(|error| (field.target(), error.clone())))
            .collect();
        Self::listing(problems)
    }

    /// The summary of problems named one by one; none when there are none.
    pub fn listing(problems: Vec<(String, String)>) -> Option<Self> {
        let title = match problems.len() {
            0 => return None,
            1 => "1 thing to fix".to_owned(),
            many => format!("{many} things to fix"),
        };
        Some(Self { title, problems })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_prints_its_error_next_to_the_control_and_names_it() {
        let field = Field::text("born", "Date of birth")
            .hint("Any common order")
            .value("<31/02>")
            .error(Some("Enter a real date".into()));
        let html = field.to_string();
        assert!(html.contains(r#"<label for="born">"#), "{html}");
        assert!(html.contains(r#"aria-describedby="born-hint born-error""#), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#), "{html}");
        assert!(html.contains(r#"autocomplete="off" spellcheck="false" translate="no""#), "{html}");
        assert!(!html.contains("<31"), "typed values are escaped: {html}");
    }

    #[test]
    fn a_select_keeps_the_choice() {
        let choices = vec![Choice::new("F", "Female"), Choice::new("M", "Male")];
        let html = Field::select("sex", "Sex", choices).value("M").to_string();
        assert!(html.contains(r#"<option value="M" selected>Male</option>"#), "{html}");
        assert!(html.contains(r#"<option value="F">Female</option>"#), "{html}");
    }

    #[test]
    fn radios_are_a_named_group() {
        let choices = vec![Choice::new("a", "Appropriate"), Choice::new("n", "Not appropriate")];
        let field = Field::radios("finding", "Finding", choices).value("n");
        let html = field.to_string();
        assert!(html.contains("<fieldset") && html.contains("<legend"), "{html}");
        assert!(html.contains(r#"id="finding-2" name="finding" value="n" checked"#), "{html}");
        assert_eq!(field.target(), "finding-1");
    }

    #[test]
    fn boxes_are_a_named_group_whose_labels_are_the_choices_alone() {
        let choices = vec![Choice::new("2028-9", "Asian"), Choice::new("2106-3", "White")];
        let html = Field::ticks("race", "Race", choices, &["2106-3"]).to_string();
        assert!(html.contains("<legend class=\"lbl\">Race</legend>"), "{html}");
        assert_eq!(html.matches("Race").count(), 1, "said once: {html}");
        assert!(html.contains(r#"id="race-2" name="race" value="2106-3" checked"#), "{html}");
        assert!(!html.contains(r#"value="2028-9" checked"#), "{html}");
    }

    #[test]
    fn the_summary_counts_and_links() {
        let good = Field::text("given", "Given name");
        let bad = Field::text("family", "Family name").error(Some("Enter a family name".into()));
        let html = ErrorSummary::of([&good, &bad]).expect("one problem").to_string();
        assert!(html.contains("1 thing to fix") && html.contains(r##"href="#family""##), "{html}");
        assert!(ErrorSummary::of([&good]).is_none());
    }
}
