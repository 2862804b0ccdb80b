//! The search page: the form, and the people found.

pub mod candidates;
pub mod edit;
pub mod forms;

use askama::Template;
use chrono_tz::Tz;

use super::hits::{Agreement, Hit, Hits, KnownName, NameMark};
use super::query::{Problem, Typed};
use super::{header, names, urls};
use crate::base::id::SearchId;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Column, ErrorSummary, Field, Kind, Order, Tag};

/// Former names shown under a name; more fill the screen and help nobody.
const MOST_FORMER: usize = 4;
/// From here on a row is drawn as a sure match.
const STRONG: u8 = 85;

#[derive(Template)]
#[template(path = "patients/search.html")]
pub struct SearchPage {
    pub layout: Layout,
    pub form: SearchForm,
    /// None before a search.
    pub found: Option<Found>,
    /// Whoever may register somebody new is offered it, after a search (MPI-S1).
    pub registers: bool,
}

/// One box that takes everything, and four that take one thing each.
pub struct SearchForm {
    pub name: Field,
    pub born: Field,
    pub mrn: Field,
    pub ssn4: Field,
    pub phone: Field,
    whole: Vec<String>,
}

impl SearchForm {
    /// The form with what was typed, and what is wrong with it beside each field.
    pub fn new(typed: &Typed, problems: &[Problem]) -> Self {
        let error = |field: &str| {
            let of_field: Vec<&str> = problems
                .iter()
                .filter(|problem| problem.field == field)
                .map(|problem| problem.words.as_str())
                .collect();
            (!of_field.is_empty()).then(|| of_field.join(" "))
        };
        Self {
            name: Field::text("name", "Name").value(&typed.name).longest(200).error(error("name")),
            born: Field::date("born", "Date of birth").value(&typed.born).longest(40).error(error("born")),
            mrn: Field::text("mrn", "MRN or account").value(&typed.mrn).longest(80).error(error("mrn")),
            ssn4: Field::number("ssn4", "SSN, last 4").value(&typed.ssn4).longest(11).error(error("ssn4")),
            phone: Field::phone("phone", "Phone").value(&typed.phone).longest(40).error(error("phone")),
            whole: error("").into_iter().collect(),
        }
    }

    pub fn problems(&self) -> Option<ErrorSummary> {
        let fields = ErrorSummary::of([&self.name, &self.born, &self.mrn, &self.ssn4, &self.phone]);
        match (fields, self.whole.is_empty()) {
            (fields, true) => fields,
            (fields, false) => {
                let mut summary =
                    fields.unwrap_or_else(|| ErrorSummary { title: "There is a problem".into(), problems: Vec::new() });
                summary.problems.extend(self.whole.iter().map(|words| (String::new(), words.clone())));
                Some(summary)
            }
        }
    }
}

/// What the viewer's role sees of the list, and may do with it.
#[derive(Clone, Copy)]
pub struct Shown {
    pub ssn: bool,
    pub contact: bool,
    pub visits: bool,
    pub export: bool,
}

/// The column a list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    Match,
    Name,
    Born,
    Mrn,
    Visit,
}

impl Sort {
    /// `name` upwards, `-name` downwards; anything else is best match first.
    pub fn parse(text: &str) -> Self {
        let (descending, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        let by = match word {
            "name" => SortBy::Name,
            "born" => SortBy::Born,
            "mrn" => SortBy::Mrn,
            "visit" => SortBy::Visit,
            _ => return Self { by: SortBy::Match, descending: true },
        };
        Self { by, descending }
    }
}

/// The people found.
pub struct Found {
    /// "7 people found".
    pub title: String,
    /// How the line was understood, when more than one way or a date was in it.
    pub read_as: Vec<String>,
    pub notes: Vec<String>,
    pub rows: Vec<Row>,
    /// Said when the list is cut (MPI-S3).
    pub more: Option<String>,
    /// Why the first two rows look like one person.
    pub twins: Option<String>,
    pub shown: Shown,
    pub csv: Option<String>,
    /// Where the search is kept under a name.
    pub save: String,
    pub ordered: &'static str,
    search: SearchId,
    sort: Sort,
}

/// A piece of a cell, marked when the search matched it.
pub struct Piece {
    pub text: String,
    pub hit: bool,
}

pub struct Row {
    pub points: Option<u8>,
    pub strong: bool,
    pub masked: bool,
    pub twin: bool,
    pub href: String,
    pub name: Vec<Piece>,
    pub former: Vec<Piece>,
    /// "Former MRN 0098-2214", when that is what was typed (MPI-S4).
    pub found_by: Option<String>,
    pub flags: Vec<Tag>,
    pub born: String,
    pub born_hit: bool,
    pub sex: String,
    pub mrn: String,
    pub mrn_hit: bool,
    pub ssn: String,
    pub ssn_hit: bool,
    pub phone: String,
    pub phone_hit: bool,
    pub town: String,
    pub last_visit: String,
}

impl Found {
    /// `last4s` are the ends of the SSNs, row by row, opened by the handler.
    pub fn new(
        search: SearchId,
        read_as: Vec<String>,
        mut hits: Hits,
        last4s: &Last4s,
        shown: Shown,
        sort: Sort,
        zone: Tz,
    ) -> Self {
        order(&mut hits.rows, sort);
        let twins = (sort.by == SortBy::Match).then(|| twins(&hits.rows, last4s)).flatten();
        let count = hits.rows.len();
        let title = match (count, hits.more) {
            (_, true) => format!("More than {count} people found"),
            (1, false) => "1 person found".into(),
            (count, false) => format!("{count} people found"),
        };
        let rows = hits.rows.into_iter().enumerate().map(|(at, hit)| {
            let mut row = row(&hit, search, last4s, zone);
            row.twin = twins.is_some() && at < 2;
            row
        });
        Self {
            title,
            read_as,
            notes: hits.notes,
            rows: rows.collect(),
            more: hits
                .more
                .then(|| format!("The {count} best are shown. Add a birth date or more letters to refine the search.")),
            twins,
            shown,
            save: urls::save(search),
            csv: (shown.export && count > 0).then(|| urls::results_csv(search)),
            ordered: match sort.by {
                SortBy::Match => "best match first",
                SortBy::Name => "by name",
                SortBy::Born => "by birth date",
                SortBy::Mrn => "by MRN",
                SortBy::Visit => "by last visit",
            },
            search,
            sort,
        }
    }

    /// The form of somebody new, with what was searched for.
    pub fn new_patient(&self) -> String {
        urls::new_after(self.search)
    }

    pub fn columns(&self) -> Vec<Column> {
        let mut columns = vec![
            self.column("Match", SortBy::Match, "match"),
            self.column("Name", SortBy::Name, "name"),
            self.column("Born", SortBy::Born, "born"),
            Column::plain("Sex"),
            self.column("MRN", SortBy::Mrn, "mrn"),
        ];
        if self.shown.ssn {
            columns.push(Column::plain("SSN, last 4"));
        }
        if self.shown.contact {
            columns.extend([Column::plain("Phone"), Column::plain("Town")]);
        }
        if self.shown.visits {
            columns.push(self.column("Last visit", SortBy::Visit, "visit"));
        }
        columns
    }

    fn column(&self, label: &'static str, by: SortBy, word: &str) -> Column {
        let current =
            (self.sort.by == by).then_some(if self.sort.descending { Order::Descending } else { Order::Ascending });
        let turned =
            if current == Some(Order::Ascending) || (current.is_none() && by == SortBy::Visit) { "-" } else { "" };
        Column::sorting(label, format!("{}?sort={turned}{word}", urls::results(self.search)), current)
    }

    /// The table of a spreadsheet: the same rows and columns, in the same order.
    pub fn table(&self) -> Vec<Vec<String>> {
        let mut head = vec!["Name", "Also known as", "Born", "Sex", "MRN"];
        if self.shown.ssn {
            head.push("SSN, last 4");
        }
        if self.shown.contact {
            head.extend(["Phone", "Town"]);
        }
        if self.shown.visits {
            head.push("Last visit");
        }
        let mut table = vec![head.into_iter().map(str::to_owned).collect()];
        table.extend(self.rows.iter().map(|row| {
            let mut cells =
                vec![text(&row.name), text(&row.former), row.born.clone(), row.sex.clone(), row.mrn.clone()];
            if self.shown.ssn {
                cells.push(row.ssn.clone());
            }
            if self.shown.contact {
                cells.extend([row.phone.clone(), row.town.clone()]);
            }
            if self.shown.visits {
                cells.push(row.last_visit.clone());
            }
            cells
        }));
        table
    }
}

/// The last four digits by patient.
pub type Last4s = std::collections::HashMap<crate::base::id::PatientId, String>;

fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Masked people stay last whatever the order: their place would tell the name.
fn order(hits: &mut [Hit], sort: Sort) {
    if sort.by == SortBy::Match {
        return;
    }
    hits.sort_by(|one, other| {
        let by = match sort.by {
            SortBy::Match => std::cmp::Ordering::Equal,
            SortBy::Name => name_key(one).cmp(&name_key(other)),
            SortBy::Born => one.person.birth_date.cmp(&other.person.birth_date),
            SortBy::Mrn => one.person.mrn.cmp(&other.person.mrn),
            SortBy::Visit => one.person.last_visit.cmp(&other.person.last_visit),
        };
        let by = if sort.descending { by.reverse() } else { by };
        one.person.hidden.cmp(&other.person.hidden).then(if one.person.hidden { std::cmp::Ordering::Equal } else { by })
    });
}

fn name_key(hit: &Hit) -> Option<(String, String)> {
    hit.person.names.first().map(|name| (names::family_key(&name.family), names::given_key(&name.given)))
}

/// Two records of one person, perhaps: said before somebody makes a third.
fn twins(hits: &[Hit], last4s: &Last4s) -> Option<String> {
    let [one, other, ..] = hits else { return None };
    if one.person.hidden
        || other.person.hidden
        || one.person.birth_date.is_none()
        || one.person.birth_date != other.person.birth_date
    {
        return None;
    }
    let both = |this: Option<&String>, that: Option<&String>| this.is_some() && this == that;
    let same_ssn = both(last4s.get(&one.person.patient_id), last4s.get(&other.person.patient_id));
    let digits = |hit: &Hit| hit.person.phone.as_deref().map(names::phone_key);
    let same_phone = digits(one).is_some() && digits(one) == digits(other);
    let also = match (same_ssn, same_phone) {
        (true, true) => "same last 4 of SSN, same phone",
        (true, false) => "same last 4 of SSN",
        (false, true) => "same phone",
        (false, false) => return None,
    };
    Some(format!("Same birth date, {also}. Use the record with the newer visit, and tell the record custodians."))
}

fn row(hit: &Hit, search: SearchId, last4s: &Last4s, zone: Tz) -> Row {
    let person = &hit.person;
    let href = urls::chart_from(person.patient_id, search);
    if person.hidden {
        return masked(hit, href);
    }
    let mark = hit.marks.name.as_ref();
    let shown = person.names.first();
    Row {
        points: hit.points,
        strong: hit.points.is_some_and(|points| points >= STRONG),
        masked: false,
        twin: false,
        href,
        name: shown
            .map_or_else(|| vec![plain(format::NOT_KNOWN)], |name| pieces(name, mark.filter(|mark| mark.at == 0))),
        former: former(&person.names, mark),
        found_by: found_by(hit),
        flags: flags(hit),
        born: format::date_or_unknown(person.birth_date),
        born_hit: hit.marks.born == Agreement::Same,
        sex: person
            .sex
            .as_deref()
            .map_or(format::NOT_KNOWN, |sex| format::or_unknown(header::sex_word(sex)))
            .to_owned(),
        mrn: person.mrn.clone().unwrap_or_else(|| format::NOT_KNOWN.into()),
        mrn_hit: hit.marks.number && person.number_kind.as_deref() == Some("MR"),
        ssn: last4s.get(&person.patient_id).map_or_else(|| format::NOT_KNOWN.into(), |last4| format!("•• {last4}")),
        ssn_hit: hit.marks.ssn,
        phone: person.phone.as_deref().map_or_else(|| format::NOT_KNOWN.into(), format::phone),
        phone_hit: hit.marks.phone,
        town: person.town.as_deref().map_or(format::NOT_KNOWN, format::or_unknown).to_owned(),
        last_visit: person.last_visit.map_or_else(|| "none".into(), |at| format::day_of(at, zone)),
    }
}

/// MPI-S2: that there is somebody, the year they were born, the end of their number. Nothing else left the database.
fn masked(hit: &Hit, href: String) -> Row {
    let dots = || "••••".to_owned();
    Row {
        points: None,
        strong: false,
        masked: true,
        twin: false,
        href,
        name: vec![plain("Name restricted")],
        former: Vec::new(),
        found_by: None,
        flags: vec![Tag::restricted()],
        born: hit.person.birth_year.map_or_else(|| format::NOT_KNOWN.into(), |year| year.to_string()),
        born_hit: false,
        sex: dots(),
        mrn: hit.person.mrn.as_ref().map_or_else(dots, |end| format!("••••{end}")),
        mrn_hit: false,
        ssn: dots(),
        ssn_hit: false,
        phone: dots(),
        phone_hit: false,
        town: dots(),
        last_visit: dots(),
    }
}

fn plain(text: &str) -> Piece {
    Piece { text: text.to_owned(), hit: false }
}

/// FAMILY, Given Suffix (Title), with what matched marked.
fn pieces(name: &KnownName, mark: Option<&NameMark>) -> Vec<Piece> {
    let family = name.family.trim().to_uppercase();
    let given = name.given.trim();
    let mut pieces = Vec::new();
    split(&mut pieces, &family, mark.map_or("", |mark| &mark.family_key));
    if !family.is_empty() && !given.is_empty() {
        pieces.push(plain(", "));
    }
    split(&mut pieces, given, mark.map_or("", |mark| &mark.given_key));
    let after =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    pieces.extend(after(&name.suffix).map(|suffix| plain(&format!(" {suffix}"))));
    pieces.extend(after(&name.prefix).map(|title| plain(&format!(" ({title})"))));
    if pieces.is_empty() {
        pieces.push(plain(format::NOT_KNOWN));
    }
    pieces
}

fn split(pieces: &mut Vec<Piece>, text: &str, key: &str) {
    let (hit, rest) = text.split_at(names::spelled_by(text, key));
    for (text, hit) in [(hit, true), (rest, false)] {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), hit });
        }
    }
}

/// MPI-S4: aliases, maiden and old names as one line.
fn former(names: &[KnownName], mark: Option<&NameMark>) -> Vec<Piece> {
    let mut line = Vec::new();
    let first = names.first().map(|name| text(&pieces(name, None)));
    let others = names.iter().enumerate().skip(1).filter(|(_, name)| Some(text(&pieces(name, None))) != first);
    for (at, name) in others.take(MOST_FORMER) {
        if !line.is_empty() {
            line.push(plain("; "));
        }
        line.extend(pieces(name, mark.filter(|mark| mark.at == at)));
    }
    line
}

fn found_by(hit: &Hit) -> Option<String> {
    let (kind, value) = (hit.person.number_kind.as_deref()?, hit.person.number_value.as_deref()?);
    match kind {
        _ if !hit.marks.number => None,
        "MR" if hit.person.mrn.as_deref() == Some(value) => None,
        "MR" => Some(format!("Also MRN {value}")),
        "MR former" => Some(format!("Former MRN {value} leads here")),
        "visit" => Some(format!("Visit or account {value}")),
        "policy" => Some(format!("Policy {value}")),
        other => Some(format!("{} {value}", super::demographics::identifier_words(other))),
    }
}

fn flags(hit: &Hit) -> Vec<Tag> {
    let mut flags = Vec::new();
    if hit.person.restricted {
        flags.push(Tag::restricted());
    }
    if hit.person.deceased {
        flags.push(Tag::new(Kind::Solid, "Deceased", "info"));
    }
    match hit.person.identity.as_deref() {
        Some("unknown") => flags.push(Tag::new(Kind::Warn, "Identity unknown", "triangle-alert")),
        Some("newborn") => flags.push(Tag::new(Kind::Note, "Newborn, temporary name", "info")),
        Some("alias") => flags.push(Tag::new(Kind::Sens, "Alias", "lock")),
        _ => {}
    }
    if hit.marks.born == Agreement::Near {
        flags.push(Tag::new(Kind::Plain, "Birth date close", "info"));
    }
    flags
}
