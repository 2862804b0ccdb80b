//! What was written down: notes, reports and forms of a stay, in the states a records department finds them in.
//!
//! The text is made of the scenario's own words ([`telling`] fills the slots, [`notes`] lays out the sections); [`filing`] decides what of it is
//! signed, unsigned, added to, taken back or missing. Content is written only when asked for ([`Content::bytes`]): drawing a scan takes time.

mod filing;
mod forms;
pub mod kinds;
mod notes;
pub mod results;
mod telling;

use chrono::{DateTime, NaiveDate, Utc};

use super::people::Person;
use super::scans::{self, Sheet};
use super::stays::Stay;
use crate::base::id::{DocumentId, DocumentVersionId, EncounterId};
use kinds::Kind;

/// One document, through its versions.
pub struct Paper {
    pub id: DocumentId,
    pub encounter: EncounterId,
    pub kind: &'static Kind,
    pub title: String,
    pub status: &'static str,
    pub sensitivity: Option<&'static str>,
    /// A place in [`super::world::PRACTITIONERS`].
    pub author: Option<usize>,
    pub author_name: String,
    pub authored_at: DateTime<Utc>,
    pub service_date: NaiveDate,
    pub filed_at: DateTime<Utc>,
    pub versions: Vec<Version>,
}

/// One stored version; the last is the one to read.
pub struct Version {
    pub id: DocumentVersionId,
    pub reason: Option<&'static str>,
    pub by: String,
    pub at: DateTime<Utc>,
    pub content: Content,
}

/// What a version holds.
#[derive(Clone)]
pub enum Content {
    Text(String),
    /// Paper that went through the scanner, as PDF of page pictures.
    Scan {
        sheets: Vec<Sheet>,
        number: u64,
    },
    /// Pages as a fax arrives: black and white TIFF.
    Fax {
        sheets: Vec<Sheet>,
        number: u64,
    },
    /// A photographed card (PNG).
    Card(Sheet),
}

/// Ready to store.
pub struct Bytes {
    pub content_type: &'static str,
    pub pages: i32,
    pub bytes: Vec<u8>,
}

impl Content {
    /// The bytes.
    ///
    /// # Errors
    /// [`scans::Unprintable`] when a page can't be drawn, which would be a fault of ours.
    pub fn bytes(&self) -> Result<Bytes, scans::Unprintable> {
        Ok(match self {
            Content::Text(text) => {
                Bytes { content_type: "text/plain; charset=utf-8", pages: 1, bytes: text.clone().into_bytes() }
            }
            Content::Scan { sheets, number } => Bytes {
                content_type: "application/pdf",
                pages: i32::try_from(sheets.len()).unwrap_or(1),
                bytes: scans::scanned_pdf(sheets, *number)?,
            },
            Content::Fax { sheets, number } => Bytes {
                content_type: "image/tiff",
                pages: i32::try_from(sheets.len()).unwrap_or(1),
                bytes: scans::fax(sheets, *number)?,
            },
            Content::Card(sheet) => Bytes { content_type: "image/png", pages: 1, bytes: scans::card(sheet)? },
        })
    }
}

/// Everything written in one stay.
pub fn papers(seed: u64, person: &Person, stay: &Stay, now: DateTime<Utc>) -> Vec<Paper> {
    if stay.took_place() { filing::file(seed, person, stay, now) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::people::{STREET, street};
    use super::super::stays;
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T15:20:00Z".parse().unwrap()
    }

    fn everything(streets: u64) -> Vec<(Person, Stay, Vec<Paper>)> {
        (0..streets)
            .flat_map(|number| street(5, number, now()))
            .flat_map(|mut person| {
                let stays = stays::stays(5, &mut person, now());
                stays.into_iter().map(move |stay| (person.clone(), stay))
            })
            .map(|(person, stay)| {
                let written = papers(5, &person, &stay, now());
                (person, stay, written)
            })
            .collect()
    }

    #[test]
    fn texts_are_told_to_the_end() {
        let mut texts = 0;
        for (person, stay, papers) in everything(500 / STREET as u64) {
            for paper in papers {
                assert!(paper.authored_at <= now() && paper.filed_at <= now() && !paper.versions.is_empty());
                assert!(paper.versions.windows(2).all(|pair| pair[0].at <= pair[1].at));
                for version in &paper.versions {
                    assert!(version.at <= now());
                    if let Content::Text(text) = &version.content {
                        texts += 1;
                        let what = format!("{} {}", stay.scenario.key, paper.title);
                        assert!(text.len() > 250, "{what}: {text}");
                        assert!(!text.contains(['{', '}', '[', ']', '|']), "{what}: {text}");
                        assert!(text.contains(&person.written()), "{what}");
                    }
                }
            }
        }
        assert!(texts > 1000, "{texts} texts");
    }

    #[test]
    fn every_role_finds_work_among_the_papers() {
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let mut without_summary = 0;
        for (_, stay, papers) in everything(12) {
            for paper in &papers {
                *states.entry(paper.status).or_default() += 1;
                *kinds.entry(paper.kind.code).or_default() += 1;
            }
            let discharged = stay.class == "inpatient" && stay.ended_at.is_some();
            without_summary +=
                usize::from(discharged && !papers.iter().any(|paper| paper.kind.code == "discharge-summary"));
        }
        for state in ["preliminary", "final", "addended", "retracted"] {
            assert!(states.get(state).copied().unwrap_or(0) >= 5, "{state}: {states:?}");
        }
        assert!(states["final"] > states["preliminary"] * 5);
        assert_eq!(kinds.len(), kinds::ALL.len(), "{kinds:?}");
        assert!(without_summary >= 5, "{without_summary} discharged without a summary");
    }

    #[test]
    fn the_same_papers_again() {
        let titles = || {
            everything(2)
                .into_iter()
                .flat_map(|(_, _, papers)| papers)
                .flat_map(|paper| {
                    let id = paper.id;
                    paper.versions.into_iter().map(move |version| (id, version.at, version.content))
                })
                .map(|(id, at, content)| match content {
                    Content::Text(text) => (id, at, text),
                    _ => (id, at, String::new()),
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(titles(), titles());
    }

    #[test]
    fn segmented_stays_have_segmented_papers() {
        for (_, stay, papers) in everything(12) {
            let clinical = papers.iter().filter(|paper| paper.kind.clinical);
            assert!(clinical.into_iter().all(|paper| paper.sensitivity == stay.scenario.sensitivity));
        }
    }
}
