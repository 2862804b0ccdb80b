//! Somebody new beside whoever they may be already (MPI-S1).

use askama::Template;
use chrono_tz::Tz;

use crate::base::id::{PatientId, SearchId};
use crate::patients::hits::KnownName;
use crate::patients::model::PatientRecord;
use crate::patients::registration::SHORTEST_REASON;
use crate::patients::store::register::Likely;
use crate::patients::{header, names, urls};
use crate::web::errors_pages::Hidden;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{ErrorSummary, Field, Tag};

#[derive(Template)]
#[template(path = "patients/candidates.html")]
pub struct CandidatesPage {
    pub layout: Layout,
    pub heads: Vec<Head>,
    pub rows: Vec<Row>,
    pub hidden: Vec<Hidden>,
    pub reason: Field,
}

/// The head of one known record's column.
pub struct Head {
    pub name: String,
    pub href: String,
    pub masked: bool,
    pub deceased: bool,
    pub reasons: Vec<&'static str>,
}

/// One thing of all of them.
pub struct Row {
    pub label: &'static str,
    pub new: String,
    pub known: Vec<(String, Agreement)>,
}

/// Whether a known record says of something what the new person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    Same,
    Differs,
    /// One of them does not say it, or it tells nothing.
    Open,
}

impl Agreement {
    fn of(label: &str, new: Option<&str>, known: &str) -> Self {
        let silent = [format::NOT_KNOWN, "Declined", "Asked, unknown"];
        let tells = |text: &&str| !text.is_empty() && !silent.contains(text);
        let key = |text: &str| names::words(text).concat();
        match (new.filter(tells), Some(known).filter(tells)) {
            (Some(new), Some(known)) if !matches!(label, "MRN" | "Last visit") => {
                if key(new) == key(known) {
                    Self::Same
                } else {
                    Self::Differs
                }
            }
            _ => Self::Open,
        }
    }
}

impl CandidatesPage {
    #[expect(clippy::too_many_arguments, reason = "one page of one handler")]
    pub fn new(
        layout: Layout,
        record: &PatientRecord,
        likely: &[Likely],
        last4: &dyn Fn(PatientId, &[u8]) -> Option<String>,
        search: SearchId,
        hidden: Vec<Hidden>,
        reason: &str,
        too_short: bool,
        zone: Tz,
    ) -> Self {
        let unknown = || format::NOT_KNOWN.to_owned();
        let full =
            |name: &KnownName| format::name(&name.family, &name.given, name.prefix.as_deref().unwrap_or_default());
        let heads = likely
            .iter()
            .map(|likely| Head {
                name: match likely.person.names.first() {
                    Some(name) if !likely.person.hidden => full(name),
                    _ => "Name restricted".into(),
                },
                href: urls::chart_from(likely.person.patient_id, search),
                masked: likely.person.hidden,
                deceased: likely.person.deceased,
                reasons: likely.reasons.clone(),
            })
            .collect();
        let row = |label: &'static str, new: Option<String>, value: &dyn Fn(&Likely) -> Option<String>| {
            let new = new.filter(|text| !text.is_empty());
            let known = likely.iter().map(|likely| match value(likely).filter(|text| !text.is_empty()) {
                _ if likely.person.hidden && !matches!(label, "Born" | "MRN") => ("••••".to_owned(), Agreement::Open),
                Some(text) => {
                    let agreement = Agreement::of(label, new.as_deref(), &text);
                    (text, agreement)
                }
                None => (unknown(), Agreement::Open),
            });
            Row { label, known: known.collect(), new: new.unwrap_or_else(unknown) }
        };
        let typed = record.names.first();
        let phone = |value: &String| format::phone(value);
        let rows = vec![
            row("Family name", typed.map(|name| name.family.clone()), &|likely| {
                likely.person.names.first().map(|name| name.family.clone())
            }),
            row("Given names", typed.map(|name| name.given.clone()), &|likely| {
                likely.person.names.first().map(|name| name.given.clone())
            }),
            row(
                "Other names",
                record.names.get(1).map(|name| format::name(&name.family, &name.given, "")),
                &|likely| {
                    let others: Vec<String> = likely.person.names.iter().skip(1).map(full).collect();
                    Some(others.join("; ")).filter(|others| !others.is_empty())
                },
            ),
            row("Born", record.birth_date.map(format::date), &|likely| match likely.person.hidden {
                true => likely.person.birth_year.map(|year| year.to_string()),
                false => likely.person.birth_date.map(format::date),
            }),
            row("Sex", Some(header::sex_word(record.sex.word()).to_owned()), &|likely| {
                likely.person.sex.as_deref().map(|sex| header::sex_word(sex).to_owned())
            }),
            row("Phone", record.telecoms.first().map(|telecom| phone(&telecom.value)), &|likely| {
                likely.person.phone.as_ref().map(phone)
            }),
            row(
                "Town",
                record.addresses.first().map(|address| {
                    [address.city.as_deref(), address.state.as_deref()]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(", ")
                }),
                &|likely| likely.person.town.clone().filter(|town| !town.is_empty()),
            ),
            row("SSN, last 4", record.ssn.as_ref().map(|number| format!("•• {}", number.last4())), &|likely| {
                let sealed = likely.person.ssn_sealed.as_deref()?;
                last4(likely.person.patient_id, sealed).map(|last4| format!("•• {last4}"))
            }),
            row("MRN", Some("to be issued".into()), &|likely| {
                likely
                    .person
                    .mrn
                    .as_ref()
                    .map(|mrn| if likely.person.hidden { format!("••••{mrn}") } else { mrn.clone() })
            }),
            row("Last visit", Some("–".into()), &|likely| {
                Some(likely.person.last_visit.map_or_else(|| "none".into(), |at| format::day_of(at, zone)))
            }),
        ];
        let field = Field::text("none_reason", "Why none of these is the person")
            .hint("For example: different address and insurance, identity card seen. Kept with the registration.")
            .value(reason)
            .longest(300)
            .required()
            .error(too_short.then(|| format!("Say why in at least {SHORTEST_REASON} characters")));
        Self { layout, heads, rows, hidden, reason: field }
    }

    fn summary(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.reason])
    }

    fn restricted(&self) -> Tag {
        Tag::restricted()
    }

    fn count(&self) -> String {
        match self.heads.len() {
            1 => "One record may be this person".into(),
            many => format!("{many} records may be this person"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Agreement;

    #[test]
    fn only_what_both_say_agrees_or_differs() {
        for (label, new, known, agreement) in [
            ("Family name", Some("Vander Berg"), "VANDERBERG", Agreement::Same),
            ("Born", Some("03-Apr-1957"), "03-Apr-1958", Agreement::Differs),
            ("Sex", Some("Declined"), "Male", Agreement::Open),
            ("Phone", None, "(555) 555-0143", Agreement::Open),
            ("Phone", Some("(555) 555-0143"), "not known", Agreement::Open),
            ("MRN", Some("to be issued"), "0042", Agreement::Open),
        ] {
            assert_eq!(Agreement::of(label, new, known), agreement, "{label} {new:?} {known}");
        }
    }
}
