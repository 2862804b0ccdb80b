//! The form that asks for a reason, the review list and the page of one grant.

use askama::Template;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use super::model::{Finding, Grant, GrantLine, Review, Shown, Use};
use super::{rules, urls};
use crate::access::Act;
use crate::access::Role;
use crate::access::glass::ReasonCode;
use crate::access::policy::WhyReason;
use crate::base::id::{PatientId, StaffId};
use crate::web::errors_pages::{NeedsReasonPage, ReasonForm};
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::state::App;
use crate::web::ui::{Banner, Choice, ErrorSummary, Fact, Field, Kind, Moment, Pager, Tab, Tabs, Tag, Timeline};
use crate::web::viewer::Viewer;

/// The form of break-the-glass. It says why a reason is needed and nothing else about the patient.
pub fn needs_reason(
    app: &App,
    viewer: Option<&Viewer>,
    layout: Layout,
    patient: PatientId,
    why: WhyReason,
    next: String,
) -> NeedsReasonPage {
    let has_second_factor = viewer.is_some_and(|viewer| viewer.has_second_factor);
    let reasons = ReasonCode::OFFERED.map(|code| Choice::new(code.word(), code.label()));
    NeedsReasonPage {
        layout,
        banner: None,
        why: sentence(why).into(),
        action: urls::break_glass(patient, why.word()),
        emergency: viewer.filter(|viewer| viewer.is_clinical()).map(|_| urls::emergency(patient)),
        next,
        form: ReasonForm {
            one_time_code: has_second_factor.then(|| Field::one_time_code("Code from your device").required()),
            ..ReasonForm::new(reasons.into(), true)
        },
        lasts: lasting(app.config.glass),
        ask: matches!(why, WhyReason::NotAssigned | WhyReason::NoRelationship)
            .then(|| format!("/patients/{patient}/requests/new")),
        back: "/".into(),
    }
}

/// "60 minutes", "2 hours".
fn lasting(length: Duration) -> String {
    match length.num_minutes() {
        minutes if minutes % 60 == 0 && minutes > 60 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}

/// Why the record asks for a reason, in the reader's words.
fn sentence(why: WhyReason) -> &'static str {
    match why {
        WhyReason::Restricted => "This record is restricted.",
        WhyReason::Sensitive => "This is specially protected information.",
        WhyReason::NotAssigned => "This chart is not assigned to you.",
        WhyReason::NoRelationship => "You are not on this patient's care team.",
        WhyReason::NoCase => "You have no open case for this patient.",
    }
}

#[derive(Template)]
#[template(path = "privacy/glass.html")]
pub struct GlassListPage {
    pub layout: Layout,
    pub shown: Shown,
    pub lines: Vec<GrantLine>,
    pub waiting: i64,
    pub reader: Option<StaffId>,
    pub pager: Pager,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl GlassListPage {
    fn tabs(&self) -> Tabs {
        let tab = |label, shown: Shown| Tab::new(label, address(urls::REVIEWS, shown, None), self.shown == shown);
        Tabs {
            label: "Reviews",
            tabs: vec![
                tab("To review", Shown::Waiting).count(self.waiting),
                tab("Closed", Shown::Closed),
                tab("All", Shown::All),
            ],
        }
    }

    fn csv(&self) -> String {
        address(urls::REVIEWS_CSV, self.shown, None)
    }

    fn heading(&self) -> &'static str {
        match self.shown {
            Shown::Waiting => "To review, longest waiting first",
            Shown::Closed => "Closed, newest first",
            Shown::All => "All, newest first",
        }
    }

    fn href(&self, line: &GrantLine) -> String {
        urls::review(line.grant)
    }

    fn opened(&self, line: &GrantLine) -> String {
        format::recent(line.granted_at, self.now, self.zone)
    }

    fn opened_iso(&self, line: &GrantLine) -> String {
        format::iso(line.granted_at, self.zone)
    }

    fn roles(&self, line: &GrantLine) -> String {
        titles(&line.roles)
    }

    fn looked(&self, line: &GrantLine) -> String {
        format::counted(line.uses.unsigned_abs(), "look")
    }

    fn due(&self, line: &GrantLine) -> String {
        format::date(rules::due_on(line.granted_at, self.zone))
    }

    fn is_late(&self, line: &GrantLine) -> bool {
        is_late(line, self.now, self.zone)
    }

    fn state(&self, line: &GrantLine) -> Vec<Tag> {
        let mut tags = Vec::new();
        if line.is_open(self.now) {
            tags.push(Tag::new(Kind::Sens, "Open now", "shield-alert"));
        }
        if line.data_class == "sensitive" && !line.emergency {
            tags.push(Tag::new(Kind::Sens, "Sensitive parts", "lock"));
        }
        if Some(line.staff) == self.reader {
            tags.push(Tag::new(Kind::Note, "Yours: someone else reviews", "info"));
        }
        if line.restricted {
            tags.push(Tag::restricted());
        }
        tags.push(finding_tag(line.finding()));
        tags
    }
}

fn is_late(line: &GrantLine, now: DateTime<Utc>, zone: Tz) -> bool {
    line.is_waiting() && rules::due_on(line.granted_at, zone) < now.with_timezone(&zone).date_naive()
}

fn finding_tag(finding: Option<Finding>) -> Tag {
    match finding {
        None => Tag::new(Kind::Warn, "To review", "clock"),
        Some(Finding::Investigation) => Tag::new(Kind::Warn, "Investigation", "search"),
        Some(Finding::Appropriate) => Tag::new(Kind::Ok, "Appropriate", "circle-check"),
        Some(Finding::NotAppropriate) => Tag::new(Kind::Bad, "Not appropriate", "octagon-alert"),
    }
}

/// The list, or its rows for a spreadsheet, from a line on.
pub fn address(path: &str, shown: Shown, after: Option<&str>) -> String {
    let mut address = path.to_owned();
    if shown != Shown::Waiting {
        address += &format!("?state={}", shown.word());
    }
    if let Some(after) = after {
        address += &format!("{}after={after}", if address.contains('?') { '&' } else { '?' });
    }
    address
}

/// The same rows as the list, for a spreadsheet. A cell that begins like a formula is disarmed.
pub fn csv(lines: &[GrantLine], now: DateTime<Utc>, zone: Tz) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "opened",
        "until",
        "staff",
        "roles",
        "patient",
        "mrn",
        "restricted",
        "emergency",
        "reason",
        "explanation",
        "looks",
        "due",
        "late",
        "finding",
        "reviewed",
        "reviewer",
    ])?;
    for line in lines {
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let cells = [
            format::iso(line.granted_at, zone),
            format::iso(line.ended_at.unwrap_or(line.expires_at), zone),
            line.staff_name.clone(),
            titles(&line.roles),
            line.patient_name(),
            line.mrn.clone().unwrap_or_default(),
            yes(line.restricted),
            yes(line.emergency),
            line.reason_words().to_owned(),
            line.reason.clone(),
            line.uses.to_string(),
            format::iso_date(rules::due_on(line.granted_at, zone)),
            yes(is_late(line, now, zone)),
            line.finding().map_or_else(String::new, |finding| finding.label().to_owned()),
            line.reviewed_at.map_or_else(String::new, |at| format::iso(at, zone)),
            line.reviewer.clone().unwrap_or_default(),
        ];
        writer.write_record(cells.map(disarmed))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn disarmed(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

fn titles(words: &[String]) -> String {
    words.iter().map(|word| Role::parse(word).map_or(word.as_str(), |role| role.title())).collect::<Vec<_>>().join(", ")
}

#[derive(Template)]
#[template(path = "privacy/glass_review.html")]
pub struct GlassReviewPage {
    pub layout: Layout,
    pub banner: Banner,
    pub grant: Grant,
    pub reviews: Vec<Review>,
    pub uses: Vec<Use>,
    pub form: ReviewForm,
    /// It is the reader's own access: somebody else reviews it.
    pub own: bool,
    /// Somebody else added a finding while this form was filled in.
    pub overtaken: bool,
    pub zone: Tz,
}

/// The fields of a review.
pub struct ReviewForm {
    pub finding: Field,
    pub note: Field,
}

impl ReviewForm {
    pub fn new(finding: &str, note: &str) -> Self {
        let choices = Finding::ALL.map(|finding| Choice::new(finding.word(), finding.label()));
        Self {
            finding: Field::radios("finding", "Finding", choices.into()).value(finding).required(),
            note: Field::area("note", "Note for the file", 3).value(note).longest(2000).required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.finding, &self.note])
    }
}

impl GlassReviewPage {
    fn action(&self) -> String {
        format!("{}/review", urls::review(self.grant.grant))
    }

    fn facts(&self) -> Vec<Fact> {
        let grant = &self.grant;
        let end = grant.ended_at.unwrap_or(grant.expires_at);
        let ended = if grant.ended_at.is_some() { ", given back early" } else { "" };
        vec![
            Fact::new("Staff", format!("{}, {}", grant.staff_name, titles(&grant.roles))),
            Fact::new(
                "From",
                format!(
                    "{} to {}{ended}",
                    format::date_time(grant.granted_at, self.zone),
                    format::time(end, self.zone)
                ),
            ),
            Fact::new("Reason", ReasonCode::label_of(&grant.reason_code)),
            Fact::new(
                "Opened",
                if grant.data_class == "sensitive" { "The chart with specially protected parts" } else { "The chart" },
            ),
            Fact::new("Review due", format::date(rules::due_on(grant.granted_at, self.zone))),
        ]
    }

    fn state(&self) -> Tag {
        finding_tag(self.reviews.first().and_then(|review| Finding::parse(&review.finding)))
    }

    fn looks(&self) -> Timeline {
        let moments = self.uses.iter().map(|look| Moment {
            iso: format::iso(look.at, self.zone),
            time: format::exact(look.at, self.zone),
            title: act_label(&look.act).to_owned(),
            href: None,
            note: look_note(look),
            now: false,
        });
        Timeline { moments: moments.collect() }
    }

    fn history(&self) -> Timeline {
        let moments = self.reviews.iter().map(|review| Moment {
            iso: format::iso(review.reviewed_at, self.zone),
            time: format::date_time(review.reviewed_at, self.zone),
            title: Finding::parse(&review.finding)
                .map_or(review.finding.as_str(), |finding| finding.label())
                .to_owned(),
            href: None,
            note: Some(format!("{}: {}", review.reviewer.as_deref().unwrap_or("Somebody"), review.note)),
            now: false,
        });
        Timeline { moments: moments.collect() }
    }
}

/// What kind of thing it was, and whether it was refused after all.
fn look_note(look: &Use) -> Option<String> {
    let kind = look.object_kind.as_deref().filter(|kind| *kind != "patient");
    let outcome = (look.outcome != "success").then_some(look.outcome.as_str());
    let words: Vec<&str> = kind.into_iter().chain(outcome).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn act_label(word: &str) -> &str {
    Act::ALL.iter().map(|act| act.spec()).find(|spec| spec.word == word).map_or(word, |spec| spec.label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant() -> DateTime<Utc> {
        "2026-11-19T03:14:09Z".parse().unwrap()
    }

    fn line(finding: Option<Finding>) -> GrantLine {
        GrantLine {
            grant: crate::base::id::GrantId::new(),
            patient: PatientId::new(),
            family: "O'Brien <b>".into(),
            given: "Ann".into(),
            mrn: None,
            restricted: true,
            staff: StaffId::new(),
            staff_name: "Kelsey Brandt".into(),
            roles: vec!["physician".into()],
            emergency: false,
            data_class: "sensitive".into(),
            reason_code: "coverage".into(),
            reason: "Covering <i>tonight</i>".into(),
            granted_at: instant(),
            expires_at: instant(),
            ended_at: None,
            finding: finding.map(|finding| finding.word().into()),
            reviewed_at: None,
            reviewer: None,
            uses: 3,
        }
    }

    fn list(shown: Shown, lines: Vec<GrantLine>) -> String {
        let (layout, pager) = (Layout::sample(), Pager::default());
        let now = instant() + Duration::days(9);
        GlassListPage { layout, shown, lines, waiting: 1, reader: None, pager, now, zone: Tz::UTC }.render().unwrap()
    }

    #[test]
    fn every_page_is_sound() {
        let grant = Grant {
            grant: crate::base::id::GrantId::new(),
            staff: StaffId::new(),
            staff_name: "Kelsey Brandt".into(),
            roles: Vec::new(),
            emergency: true,
            data_class: "chart".into(),
            reason_code: "emergency".into(),
            reason: String::new(),
            granted_at: instant(),
            expires_at: instant(),
            ended_at: Some(instant()),
        };
        let mut form = ReviewForm::new("", "");
        form.finding.error = Some("Choose a finding".into());
        let review = GlassReviewPage {
            layout: Layout::sample(),
            banner: Banner::sample(),
            reviews: vec![Review {
                reviewed_at: instant(),
                reviewer: None,
                finding: "investigation".into(),
                note: "Asked".into(),
            }],
            uses: vec![Use {
                at: instant(),
                act: "document.open".into(),
                outcome: "refused".into(),
                object_kind: Some("document".into()),
            }],
            grant,
            form,
            own: false,
            overtaken: true,
            zone: Tz::UTC,
        };
        let lines = vec![line(None), line(Some(Finding::NotAppropriate))];
        for html in [list(Shown::Waiting, lines), list(Shown::Closed, Vec::new()), review.render().unwrap()] {
            assert_eq!(crate::web::markup::faults(&html), Vec::<String>::new());
            assert!(!html.contains("<i>"), "values are escaped");
        }
    }

    #[test]
    fn prv_5_a_review_is_late_after_its_day_and_never_once_closed() {
        let late = |finding, days| is_late(&line(finding), instant() + Duration::days(days), Tz::UTC);
        assert!(!late(None, 4), "Thursday's is due on Monday");
        assert!(late(None, 5));
        assert!(late(Some(Finding::Investigation), 5));
        assert!(!late(Some(Finding::Appropriate), 5));
    }

    #[test]
    fn a_cell_that_looks_like_a_formula_is_disarmed() {
        assert_eq!(disarmed("=1+1".into()), "'=1+1");
        assert_eq!(disarmed("Direct care".into()), "Direct care");
    }

    #[test]
    fn the_list_keeps_its_filter_in_its_address() {
        assert_eq!(address(urls::REVIEWS, Shown::Waiting, None), "/privacy/glass");
        assert_eq!(address(urls::REVIEWS, Shown::Closed, Some("k")), "/privacy/glass?state=closed&after=k");
        assert_eq!(address(urls::REVIEWS, Shown::Waiting, Some("k")), "/privacy/glass?after=k");
    }

    #[test]
    fn the_length_of_a_grant_is_told_in_words() {
        assert_eq!(lasting(Duration::minutes(60)), "60 minutes");
        assert_eq!(lasting(Duration::minutes(120)), "2 hours");
    }
}
