//! The pages of a chart. All share a frame: banner, tabs, and the notice of a broken glass.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::model::Look;
use super::urls;
use crate::access::act::Act;
use crate::access::policy::{CodeSight, DataClass, DocumentSight, Sight, matrix};
use crate::access::purpose::Purpose;
use crate::access::role::Role;
use crate::base::id::PatientId;
use crate::documents::{self, model::Listed};
use crate::encounters::model::{
    ClinicalItem, ItemKind, Received, SourceCode, Visit, class_words, kind_words, sensitivity_words,
};
use crate::encounters::state_tag;
use crate::patients::demographics::{Address, Demographics, Identifier, Reachable, Telecom, identifier_words};
use crate::patients::header::Header;
use crate::patients::value_sets;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Fact, Pager, Tab, Tabs, Tag, Timeline};

/// What every page of a chart shows.
pub struct Frame {
    pub layout: Layout,
    pub header: Header,
    pub sight: Sight,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl Frame {
    pub fn patient(&self) -> PatientId {
        self.header.patient
    }

    pub fn banner(&self, on_chart: bool) -> Banner {
        let mut facts = Vec::new();
        if self.header.merged_records > 0 {
            facts.push(Fact::new("Merged records", self.header.merged_records.to_string()));
        }
        self.header.banner(self.now, self.zone, (!on_chart).then(|| urls::overview(self.patient())), facts)
    }

    pub fn tabs(&self, current: &str) -> Tabs {
        let patient = self.patient();
        let mut tabs = vec![("Overview", urls::overview(patient)), ("Demographics", urls::demographics(patient))];
        if self.sight.encounters {
            tabs.push(("Encounters", urls::encounters(patient)));
        }
        if self.sight.documents > DocumentSight::None {
            tabs.push(("Documents", documents::urls::list(patient)));
        }
        if self.sight.notes {
            tabs.push(("Results and orders", urls::clinical(patient)));
        }
        if self.sight.consents {
            tabs.push(("Consents", urls::consents(patient)));
        }
        if self.sight.amendments {
            tabs.push(("Amendments", urls::amendments(patient)));
        }
        tabs.push(("Requests", urls::requests(patient)));
        if self.sight.access_history {
            tabs.push(("Access", urls::access(patient)));
        }
        Tabs {
            label: "Chart",
            tabs: tabs.into_iter().map(|(label, href)| Tab::new(label, href, label == current)).collect(),
        }
    }

    /// The address of another page of this chart.
    fn to(&self, page: &str) -> String {
        match page {
            "demographics" => urls::demographics(self.patient()),
            "encounters" => urls::encounters(self.patient()),
            "clinical" => urls::clinical(self.patient()),
            "access" => urls::access(self.patient()),
            _ => urls::overview(self.patient()),
        }
    }

    fn kind(&self, visit: &Visit) -> String {
        visit_kind(visit)
    }

    fn state(&self, visit: &Visit) -> Tag {
        state_tag(&visit.status)
    }

    fn protection(&self, sensitivity: &str) -> &'static str {
        sensitivity_words(sensitivity)
    }

    fn identifier(&self, identifier: &Identifier) -> String {
        identifier_words(&identifier.kind).to_owned()
    }

    fn role(&self, look: &Look) -> String {
        match look.role.as_deref() {
            Some(word) => Role::parse(word).map_or_else(|| word.to_owned(), |role| role.title().to_owned()),
            None => String::new(),
        }
    }

    fn act(&self, look: &Look) -> String {
        Act::ALL
            .iter()
            .map(|act| act.spec())
            .find(|spec| spec.word == look.act)
            .map_or(look.act.as_str(), |spec| spec.label)
            .to_owned()
    }

    fn purpose(&self, look: &Look) -> String {
        Purpose::label(&look.purpose).to_owned()
    }

    fn day(&self, at: &Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| "–".into(), |at| format::day_of(at, self.zone))
    }

    fn date_time(&self, at: &DateTime<Utc>) -> String {
        format::date_time(*at, self.zone)
    }
}

#[derive(Template)]
#[template(path = "chart/overview.html")]
pub struct OverviewPage {
    pub frame: Frame,
    pub visits: Vec<Visit>,
    pub received: Received,
    pub reachable: Reachable,
    pub looks: Vec<Look>,
}

impl OverviewPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn contact(&self) -> Vec<Fact> {
        let address = self.reachable.addresses.iter().find(|address| address.ended_on.is_none());
        let mut facts = vec![Fact::new("Address", address.map_or_else(|| "not known".into(), Address::line))];
        for telecom in self.reachable.telecoms.iter().filter(|telecom| telecom.ended_on.is_none()).take(3) {
            facts.push(Fact::new(telecom_label(&telecom.kind), telecom_value(telecom)));
        }
        facts
    }

    fn moments(&self) -> Timeline {
        let moments = self.visits.iter().filter(|visit| visit.started_at.is_some()).take(6).map(|visit| {
            let at = visit.started_at.unwrap_or(self.frame.now);
            crate::web::ui::Moment {
                iso: format::iso(at, self.frame.zone),
                time: format::day_of(at, self.frame.zone),
                title: visit_kind(visit),
                href: (!visit.hidden).then(|| crate::encounters::urls::show(visit.encounter)),
                note: visit.place.clone(),
                now: visit.status == "in-progress",
            }
        });
        Timeline { moments: moments.collect() }
    }
}

/// Sources send a lasting diagnosis again with each encounter; the overview shows it once, and no more than `few` of them.
pub fn once_each(mut codes: Vec<SourceCode>, few: i64) -> Vec<SourceCode> {
    let mut seen = std::collections::HashSet::new();
    codes.retain(|code| seen.insert((code.system.clone(), code.code.clone(), code.dated_at)));
    codes.truncate(usize::try_from(few).unwrap_or(usize::MAX));
    codes
}

fn telecom_label(kind: &str) -> &'static str {
    match kind {
        "phone" => "Phone",
        "email" => "E-mail",
        "fax" => "Fax",
        _ => "Other",
    }
}

fn telecom_value(telecom: &Telecom) -> String {
    let value = if telecom.kind == "phone" { format::phone(&telecom.value) } else { telecom.value.clone() };
    match telecom.usage.as_deref() {
        Some(usage) if !usage.is_empty() => format!("{value} ({usage})"),
        _ => value,
    }
}

fn visit_kind(visit: &Visit) -> String {
    if visit.hidden { "Specially protected encounter".into() } else { class_words(&visit.class).into() }
}

#[derive(Template)]
#[template(path = "chart/demographics.html")]
pub struct DemographicsPage {
    pub frame: Frame,
    pub demographics: Demographics,
    pub ssn_last4: Option<String>,
    pub may_edit: bool,
}

impl DemographicsPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn personal(&self) -> Vec<Fact> {
        let personal = &self.demographics.personal;
        let text = |value: &Option<String>| {
            value.clone().filter(|value| !value.is_empty()).unwrap_or_else(|| "not known".into())
        };
        let coded = |value: &Option<String>, set| value_sets::words(set, &text(value)).to_owned();
        let mut facts = vec![
            Fact::new("Marital status", coded(&personal.marital_status, value_sets::MARITAL_STATUSES)),
            Fact::new("Language", value_sets::language_words(&text(&personal.language)).to_owned()),
            Fact::new(
                "Interpreter",
                match personal.interpreter_needed {
                    Some(true) => "needed".into(),
                    Some(false) => "not needed".into(),
                    None => String::from("not known"),
                },
            ),
            Fact::new("Race", if personal.races.is_empty() { "not known".into() } else { personal.races.join(", ") }),
            Fact::new("Ethnicity", coded(&personal.ethnicity, value_sets::ETHNICITIES)),
            Fact::new("Religion", text(&personal.religion)),
            Fact::new("Mother’s maiden name", text(&personal.mothers_maiden_name)),
        ];
        if let Some(time) = personal.birth_time {
            facts.push(Fact::new("Birth time", time.format("%H:%M").to_string()));
        }
        if personal.multiple_birth {
            let order = personal.birth_order.map_or_else(String::new, |order| format!(", number {order}"));
            facts.push(Fact::new("Multiple birth", format!("yes{order}")));
        }
        if self.frame.sight.ssn_masked {
            let shown = self.ssn_last4.as_ref().map_or_else(|| "not known".into(), |last4| format!("••• •• {last4}"));
            facts.push(Fact::new("SSN", shown));
        }
        facts
    }

    fn telecom_kind(&self, telecom: &Telecom) -> &'static str {
        telecom_label(&telecom.kind)
    }

    fn telecom(&self, telecom: &Telecom) -> String {
        telecom_value(telecom)
    }

    fn ended(&self, to: &Option<chrono::NaiveDate>) -> String {
        self.period(&None, to)
    }

    fn period(&self, from: &Option<chrono::NaiveDate>, to: &Option<chrono::NaiveDate>) -> String {
        match (from, to) {
            (Some(from), Some(to)) => format!("{} to {}", format::date(*from), format::date(*to)),
            (Some(from), None) => format!("since {}", format::date(*from)),
            (None, Some(to)) => format!("until {}", format::date(*to)),
            (None, None) => "–".into(),
        }
    }
}

#[derive(Template)]
#[template(path = "chart/encounters.html")]
pub struct EncountersPage {
    pub frame: Frame,
    pub visits: Vec<Visit>,
    pub pager: Pager,
    /// Whoever may add an encounter is offered it.
    pub adds: bool,
}

impl EncountersPage {
    /// `visits` may hold one more than `size`: then there is a next page.
    pub fn new(frame: Frame, mut visits: Vec<Visit>, size: i64, paged: bool, adds: bool) -> Self {
        let address = urls::encounters(frame.patient());
        let more = cut(&mut visits, size);
        let last = visits.last().and_then(|visit| visit.started_at.map(|at| (at, visit.encounter.0)));
        let pager =
            pager(&address, "", last.filter(|_| more), paged, format::counted(visits.len() as u64, "encounter"));
        Self { frame, visits, pager, adds }
    }

    fn layout(&self) -> &Layout {
        &self.frame.layout
    }
}

#[derive(Template)]
#[template(path = "chart/documents.html")]
pub struct DocumentsPage {
    pub frame: Frame,
    rows: Vec<documents::Row>,
    pub pager: Pager,
    /// The words of documents may be searched.
    may_search: bool,
    may_write: bool,
    may_upload: bool,
}

impl DocumentsPage {
    fn search(&self) -> String {
        documents::urls::search(self.frame.patient())
    }

    fn new_note(&self) -> String {
        documents::urls::new_note(self.frame.patient())
    }

    fn upload(&self) -> String {
        documents::urls::upload(self.frame.patient())
    }

    /// With what the reader's roles may do besides reading.
    #[must_use]
    pub fn doing(self, roles: &[Role]) -> Self {
        let may = |class: DataClass| roles.iter().any(|role| matrix(*role, class).allows('C'));
        Self { may_write: may(DataClass::ClinicalNotes), may_upload: may(DataClass::Documents), ..self }
    }

    /// `listed` may hold one more than `size`: then there is a next page.
    pub fn new(frame: Frame, mut listed: Vec<Listed>, total: i64, size: i64, paged: bool) -> Self {
        let address = documents::urls::list(frame.patient());
        let more = cut(&mut listed, size);
        let last = listed.last().map(|listed| (listed.sorted_at, listed.document.0));
        let shown = format::count(listed.len() as u64);
        let count = format!("{shown} of {}", format::counted(total.unsigned_abs(), "document"));
        let pager = pager(&address, "", last.filter(|_| more), paged, count);
        let rows = listed.iter().map(|listed| documents::Row::new(listed, frame.zone)).collect();
        let may_search = frame.sight.documents == DocumentSight::Open;
        Self { frame, rows, pager, may_search, may_write: false, may_upload: false }
    }

    fn layout(&self) -> &Layout {
        &self.frame.layout
    }
}

#[derive(Template)]
#[template(path = "chart/clinical.html")]
pub struct ClinicalPage {
    pub frame: Frame,
    pub kinds: Vec<ItemKind>,
    pub kind: String,
    pub items: Vec<ClinicalItem>,
    pub pager: Pager,
}

impl ClinicalPage {
    pub fn new(
        frame: Frame,
        kinds: Vec<ItemKind>,
        kind: String,
        mut items: Vec<ClinicalItem>,
        size: i64,
        paged: bool,
    ) -> Self {
        let address = urls::clinical(frame.patient());
        let more = cut(&mut items, size);
        let undated = DateTime::<Utc>::MIN_UTC;
        let last = items.last().map(|item| (item.dated_at.unwrap_or(undated), item.item));
        let pager = pager(
            &address,
            &format!("&kind={kind}"),
            last.filter(|_| more),
            paged,
            format::counted(items.len() as u64, "entry"),
        );
        Self { frame, kinds, kind, items, pager }
    }

    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn kind_tabs(&self) -> Tabs {
        let address = urls::clinical(self.frame.patient());
        Tabs {
            label: "Kinds",
            tabs: self
                .kinds
                .iter()
                .map(|known| Tab {
                    label: leak_free(&known.kind),
                    href: format!("{address}?kind={}", known.kind),
                    current: known.kind == self.kind,
                    count: Some(format::count(known.count.unsigned_abs())),
                })
                .collect(),
        }
    }
}

/// Tab labels are our own words; a kind we have none for is shown as "Other".
fn leak_free(kind: &str) -> &'static str {
    match kind_words(kind) {
        "Results and vital signs" => "Results and vital signs",
        "Medication orders" => "Medication orders",
        "Medications taken" => "Medications taken",
        "Medications given" => "Medications given",
        "Immunizations" => "Immunizations",
        "Allergies" => "Allergies",
        "Care plans" => "Care plans",
        "Diagnostic reports" => "Diagnostic reports",
        "Imaging studies" => "Imaging studies",
        "Orders" => "Orders",
        _ => "Other",
    }
}

#[derive(Template)]
#[template(path = "chart/access.html")]
pub struct AccessPage {
    pub frame: Frame,
    pub looks: Vec<Look>,
    pub shown_in_lists: i64,
    pub pager: Pager,
}

impl AccessPage {
    pub fn new(frame: Frame, mut looks: Vec<Look>, shown_in_lists: i64, size: i64, paged: bool) -> Self {
        let address = urls::access(frame.patient());
        let more = cut(&mut looks, size);
        let last = looks.last().map(|look| (look.recorded_at, look.event));
        let pager = pager(&address, "", last.filter(|_| more), paged, format::counted(looks.len() as u64, "entry"));
        Self { frame, looks, shown_in_lists, pager }
    }

    fn layout(&self) -> &Layout {
        &self.frame.layout
    }
}

/// Takes the extra row off; says whether there was one.
fn cut<T>(rows: &mut Vec<T>, size: i64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    more
}

fn pager(address: &str, extra: &str, older: Option<(DateTime<Utc>, uuid::Uuid)>, paged: bool, count: String) -> Pager {
    let key = |(at, id): (DateTime<Utc>, uuid::Uuid)| {
        format!("{address}?before={}&id={id}{extra}", at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    };
    let first = extra.strip_prefix('&').map_or_else(|| address.to_owned(), |extra| format!("{address}?{extra}"));
    Pager { count, newer: paged.then_some(first), older: older.map(key), previous_label: "Newest", next_label: "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnosis_sent_with_each_encounter_is_shown_once() {
        let sent = |code: &str, day: &str| SourceCode {
            system: "http://hl7.org/fhir/sid/icd-10-cm".into(),
            code: code.into(),
            label: code.into(),
            role: None,
            rank: None,
            status: None,
            dated_at: format!("{day}T00:00:00Z").parse().ok(),
        };
        let codes = vec![
            sent("I10", "2012-12-17"),
            sent("I10", "2012-12-17"),
            sent("I10", "2020-01-01"),
            sent("E78.5", "2012-12-17"),
        ];
        let shown = once_each(codes, 2).into_iter().map(|code| (code.code, code.dated_at.is_some()));
        assert_eq!(shown.collect::<Vec<_>>(), [("I10".to_owned(), true), ("I10".to_owned(), true)]);
    }
}
