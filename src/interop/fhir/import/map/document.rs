//! Documents: DocumentReference, Composition and the written side of a DiagnosticReport, each as one text or file (handbook 3.1 to 3.3).

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::dates::{Edge, moment_at, period};
use super::json::{codings, label, label_at, many, one, raw, text_of, whole_number, word};
use super::labels;
use super::narrative::to_text;
use super::notes::Notes;
use super::reference::{Reference, Target};
use super::{Refusal, Setting};

/// Sections within sections deeper than this are a loop or an attack, not a note.
const DEEPEST_SECTION: usize = 12;
const PLAIN: &str = "text/plain; charset=utf-8";

#[derive(Debug)]
pub(crate) struct Document {
    /// LOINC of the kind of document, with the words to show for it.
    pub loinc: Option<String>,
    pub type_label: String,
    pub title: String,
    pub status: &'static str,
    pub sensitivity: Option<&'static str>,
    pub author: Option<Reference>,
    pub author_name: Option<String>,
    pub authored_at: Option<DateTime<Utc>>,
    pub service_date: Option<NaiveDate>,
    pub content_type: String,
    pub content: Vec<u8>,
}

/// How one document speaks of another.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub kind: &'static str,
    pub target: Reference,
}

pub(crate) fn reference(value: &Value, setting: Setting, notes: &Notes) -> Result<Document, Refusal> {
    let attachments: Vec<&Value> = many(value, "content").map(|content| one(content, "attachment")).collect();
    let attached = best_attachment(&attachments, notes)?;
    let kind = one(value, "type");
    let context = one(value, "context");
    let title = word(attached.about, "title")
        .or_else(|| label(kind))
        .or_else(|| word(value, "description"))
        .unwrap_or_else(|| "Document".into());
    let authored_at = moment_at(value, "date", setting.zone, Edge::Start, notes)
        .or_else(|| moment_at(value, "indexed", setting.zone, Edge::Start, notes))
        .or_else(|| moment_at(attached.about, "creation", setting.zone, Edge::Start, notes));
    let served = period(one(context, "period"), "context.period", setting.zone, notes).0;
    let labels_given: Vec<Value> = many(value, "securityLabel").cloned().collect();
    Ok(Document {
        loinc: loinc(kind),
        type_label: label(kind).unwrap_or_else(|| title.clone()),
        title,
        status: reference_status(value),
        sensitivity: labels::sensitivity(value, &labels_given),
        author: Reference::at(value, "author", Target::Practitioner),
        author_name: many(value, "author").find_map(|found| word(found, "display")),
        service_date: served.or(authored_at).map(|at| at.with_timezone(&setting.zone).date_naive()),
        authored_at,
        content_type: attached.content_type,
        content: attached.content,
    })
}

pub(crate) fn composition(value: &Value, setting: Setting, notes: &Notes) -> Result<Document, Refusal> {
    let kind = one(value, "type");
    let title = word(value, "title").or_else(|| label(kind)).unwrap_or_else(|| "Document".into());
    let mut text = format!("{title}\n");
    let mut anything = false;
    for section in many(value, "section") {
        anything |= write_section(section, 0, &mut text);
    }
    if !anything {
        let narrative = to_text(&word(one(value, "text"), "div").unwrap_or_default());
        if narrative.is_empty() {
            return Err("a composition without any text".into());
        }
        text.push_str(&format!("\n{narrative}\n"));
    }
    let authored_at = moment_at(value, "date", setting.zone, Edge::Start, notes);
    let served =
        many(value, "event").find_map(|event| period(one(event, "period"), "event.period", setting.zone, notes).0);
    let confidentiality: Vec<Value> = many(value, "confidentiality").cloned().collect();
    Ok(Document {
        loinc: loinc(kind),
        type_label: label(kind).unwrap_or_else(|| title.clone()),
        title,
        status: written_status(&word(value, "status").unwrap_or_default()),
        sensitivity: labels::sensitivity(value, &confidentiality),
        author: Reference::at(value, "author", Target::Practitioner),
        author_name: many(value, "author").find_map(|found| word(found, "display")),
        service_date: served.or(authored_at).map(|at| at.with_timezone(&setting.zone).date_naive()),
        authored_at,
        content_type: PLAIN.into(),
        content: text.into_bytes(),
    })
}

/// A heading, what was written under it, and the sections within. Answers whether there was anything to read.
fn write_section(section: &Value, depth: usize, text: &mut String) -> bool {
    if depth > DEEPEST_SECTION || !section.is_object() {
        return false;
    }
    let heading = word(section, "title").or_else(|| label_at(section, "code"));
    let narrative = to_text(&word(one(section, "text"), "div").unwrap_or_default());
    let body = if narrative.is_empty() { listed_entries(section) } else { narrative };
    let body = if body.is_empty() {
        label_at(section, "emptyReason").map(|why| format!("({why})")).unwrap_or_default()
    } else {
        body
    };
    let mut anything = !body.is_empty();
    if let Some(heading) = heading {
        text.push_str(&format!("\n{}\n", heading.to_uppercase()));
    } else if anything {
        text.push('\n');
    }
    if anything {
        text.push_str(&body);
        text.push('\n');
    }
    for inner in many(section, "section") {
        anything |= write_section(inner, depth + 1, text);
    }
    anything
}

/// A section without narrative says at least what it points at.
fn listed_entries(section: &Value) -> String {
    let mut lines: Vec<String> =
        many(section, "entry").filter_map(|entry| word(entry, "display")).map(|line| format!("- {line}")).collect();
    lines.dedup();
    lines.join("\n")
}

/// A report as a document when somebody wrote or printed it; figures alone are a clinical item only.
pub(crate) fn report(value: &Value, setting: Setting, notes: &Notes) -> Result<Option<Document>, Refusal> {
    let kind = one(value, "code");
    let forms: Vec<&Value> = many(value, "presentedForm").collect();
    let conclusion = word(value, "conclusion");
    let title = forms.iter().find_map(|form| word(form, "title")).or_else(|| label(kind)).or_else(|| category(value));
    let title = title.unwrap_or_else(|| "Diagnostic report".into());
    let (content_type, content) = match (forms.is_empty(), &conclusion) {
        (false, _) => match best_attachment(&forms, notes) {
            Ok(attached) => (attached.content_type, attached.content),
            Err(reason) => match &conclusion {
                Some(conclusion) => {
                    notes.add(format!("presentedForm: {reason}; the conclusion was kept as the document"));
                    (PLAIN.into(), conclusion_text(&title, value, conclusion))
                }
                None => {
                    notes.add(format!("presentedForm: {reason}; kept as a result without its document"));
                    return Ok(None);
                }
            },
        },
        (true, Some(conclusion)) => (PLAIN.into(), conclusion_text(&title, value, conclusion)),
        (true, None) => return Ok(None),
    };
    let issued = moment_at(value, "issued", setting.zone, Edge::Start, notes);
    let effective = super::encounter::performed(value, "effective", setting, notes).0;
    let performer = || many(value, "resultsInterpreter").chain(many(value, "performer"));
    Ok(Some(Document {
        loinc: report_type(value),
        type_label: category(value).map_or_else(|| "Diagnostic report".into(), |category| format!("{category} report")),
        title,
        status: written_status(&word(value, "status").unwrap_or_default()),
        sensitivity: labels::sensitivity(value, &[]),
        author: performer().find_map(|found| Reference::read(found, Target::Practitioner)),
        author_name: performer().find_map(|found| word(found, "display")),
        authored_at: issued.or(effective),
        service_date: effective.or(issued).map(|at| at.with_timezone(&setting.zone).date_naive()),
        content_type,
        content,
    }))
}

fn conclusion_text(title: &str, value: &Value, conclusion: &str) -> Vec<u8> {
    let narrative = to_text(&word(one(value, "text"), "div").unwrap_or_default());
    let body = if narrative.is_empty() { String::new() } else { format!("{narrative}\n\n") };
    format!("{title}\n\n{body}CONCLUSION\n{conclusion}\n").into_bytes()
}

fn category(value: &Value) -> Option<String> {
    many(value, "category").find_map(label)
}

/// The kind of document a report is filed under: the note type of its department (handbook 3.2), not the test it reports.
fn report_type(value: &Value) -> Option<String> {
    let codes: Vec<String> =
        many(value, "category").flat_map(codings).map(|coding| coding.code.to_ascii_uppercase()).collect();
    let any = |known: &[&str]| codes.iter().any(|code| known.contains(&code.as_str()));
    let loinc = if any(&["RAD", "LP29684-5", "IMG", "CT", "NMR", "US", "XRC", "NMS", "RUS", "RX", "394914008"]) {
        "18748-4"
    } else if any(&["PAT", "SP", "CP", "LP7839-6"]) {
        "11526-1"
    } else if any(&["LAB", "HM", "CH", "MB", "BLB", "SR", "MCB", "LP29693-6"]) {
        "11502-2"
    } else {
        return loinc(one(value, "code"));
    };
    Some(loinc.into())
}

fn loinc(concept: &Value) -> Option<String> {
    let codings = codings(concept);
    let of_loinc =
        codings.iter().find(|coding| coding.of_system("loinc.org") || coding.system.contains("2.16.840.1.113883.6.1"));
    of_loinc.map(|coding| coding.code.clone()).filter(|code| is_loinc(code))
}

fn is_loinc(code: &str) -> bool {
    code.split_once('-').is_some_and(|(number, check)| {
        (1..=7).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && check.len() == 1
            && check.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn reference_status(value: &Value) -> &'static str {
    match word(value, "status").unwrap_or_default().as_str() {
        "entered-in-error" => return "retracted",
        "superseded" => return "superseded",
        _ => {}
    }
    word(value, "docStatus").map_or("final", |status| written_status(&status))
}

fn written_status(status: &str) -> &'static str {
    match status {
        "final" | "complete" => "final",
        "amended" => "amended",
        "corrected" => "corrected",
        "appended" => "addended",
        "entered-in-error" | "cancelled" | "retracted" => "retracted",
        "superseded" | "deprecated" => "superseded",
        _ => "preliminary",
    }
}

pub(crate) fn relations(value: &Value, target: Target) -> Vec<Relation> {
    many(value, "relatesTo")
        .filter_map(|found| {
            let told = word(found, "code").or_else(|| super::json::code(found, "code"))?;
            let kind = match told.as_str() {
                "appends" => "appends",
                "replaces" => "replaces",
                "transforms" => "transforms",
                "signs" => "signs",
                _ => return None,
            };
            let pointed = ["target", "targetReference", "resourceReference"]
                .iter()
                .find_map(|field| Reference::read(one(found, field), target))?;
            Some(Relation { kind, target: pointed })
        })
        .collect()
}

struct Attached<'a> {
    about: &'a Value,
    content_type: String,
    content: Vec<u8>,
}

/// Several attachments are one document in several formats (DOC-5): the first whose bytes are here is kept.
fn best_attachment<'a>(attachments: &[&'a Value], notes: &Notes) -> Result<Attached<'a>, Refusal> {
    let with_bytes: Vec<&&Value> = attachments.iter().filter(|found| text_of(raw(found, "data")).is_some()).collect();
    if with_bytes.len() > 1 {
        notes.add("content has the document in several formats; the first was kept");
    }
    if let Some(about) = with_bytes.first() {
        return attached(about, notes);
    }
    let Some(about) = attachments.iter().find(|found| word(found, "url").is_some()) else {
        return Err("no content: neither inline data nor a link".into());
    };
    notes.add(
        "content.attachment.url points elsewhere, and nothing is fetched; a page that says where was kept in its place",
    );
    let address = word(about, "url").unwrap_or_default();
    let declared = word(about, "contentType").map(|kind| format!("Its type: {kind}\n")).unwrap_or_default();
    let page = format!(
        "The content of this document was not part of the import.\nThe source keeps it at: {address}\n{declared}"
    );
    Ok(Attached { about, content_type: PLAIN.into(), content: page.into_bytes() })
}

fn attached<'a>(about: &'a Value, notes: &Notes) -> Result<Attached<'a>, Refusal> {
    let text: Vec<u8> =
        word(about, "data").unwrap_or_default().bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let content = decoder().decode(text).map_err(|_| "the attached data is not base64")?;
    if let Some(size) = whole_number(about, "size")
        && u64::try_from(size).ok() != Some(content.len() as u64)
    {
        notes.add("attachment.size is not the size of the data; the document may be incomplete, please check");
    }
    if let Some(hash) = word(about, "hash")
        && decoder().decode(&hash).ok().as_deref() != Some(Sha1::digest(&content).as_slice())
    {
        notes.add("attachment.hash (SHA-1) is not that of the data; the document may have been changed, please check");
    }
    let content_type = word(about, "contentType").filter(|kind| is_media_type(kind)).unwrap_or_else(|| {
        notes.add("attachment.contentType is missing; found from the data");
        sniffed(&content).into()
    });
    Ok(Attached { about, content_type, content })
}

fn decoder() -> GeneralPurpose {
    let forgiving = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&base64::alphabet::STANDARD, forgiving)
}

fn is_media_type(text: &str) -> bool {
    let plain = text.len() <= 120 && text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control());
    plain && text.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty())
}

fn sniffed(content: &[u8]) -> &'static str {
    match content {
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "image/tiff",
        _ if std::str::from_utf8(content).is_ok() => PLAIN,
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        super::super::dates::date(text).map(|(day, _)| day)
    }

    fn setting() -> Setting {
        Setting { zone: chrono_tz::America::New_York, today: day("2026-11-22").unwrap() }
    }

    fn referred(value: Value) -> (Result<Document, Refusal>, Vec<String>) {
        let notes = Notes::default();
        let found = reference(&value, setting(), &notes);
        (found, notes.into_vec())
    }

    #[test]
    fn an_attachment_is_checked_against_its_size_and_hash() {
        let sound = json!({"status": "current", "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}]},
            "content": [{"attachment": {"contentType": "text/plain", "data": "SGVs\nbG8=", "size": 5, "hash": "9/+eidPc8T+5+FoIM2lMGrs+eVI="}}]});
        let (found, _) = referred(sound.clone());
        let found = found.unwrap();
        assert_eq!(
            (found.content.as_slice(), found.loinc.as_deref(), found.status),
            (&b"Hello"[..], Some("11506-3"), "final")
        );
        let mut wrong = sound;
        wrong["content"][0]["attachment"]["size"] = json!(6);
        let (found, notes) = referred(wrong);
        assert!(found.is_ok());
        assert!(notes.iter().any(|note| note.contains("attachment.size")), "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("SHA-1")), "{notes:?}");
    }

    #[test]
    fn the_right_hash_is_told_nothing() {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha1::digest(b"Hello"));
        let (_, notes) = referred(
            json!({"content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8=", "size": 5, "hash": hash}}]}),
        );
        assert_eq!(notes, Vec::<String>::new());
    }

    #[test]
    fn doc_5_several_contents_are_one_document_in_several_formats_and_never_versions() {
        let (found, notes) = referred(json!({"content": [
            {"attachment": {"contentType": "application/pdf", "url": "https://x/Binary/1"}},
            {"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}},
            {"attachment": {"contentType": "text/html", "data": "PGI+SGVsbG88L2I+"}}]}));
        let found = found.unwrap();
        assert_eq!((found.content.as_slice(), found.content_type.as_str()), (&b"Hello"[..], "text/plain"));
        assert!(notes.iter().any(|note| note.contains("several formats")), "{notes:?}");
    }

    #[test]
    fn a_link_is_kept_in_part_and_nothing_at_all_is_refused() {
        let (found, notes) = referred(
            json!({"content": [{"attachment": {"url": "https://x/Binary/1", "contentType": "application/pdf"}}]}),
        );
        let found = found.unwrap();
        assert!(String::from_utf8(found.content).unwrap().contains("https://x/Binary/1"));
        assert_eq!((found.content_type.as_str(), notes.len()), (PLAIN, 1));
        assert!(referred(json!({"content": []})).0.is_err());
        assert!(referred(json!({"content": [{"attachment": {"data": "%%%"}}]})).0.is_err());
    }

    #[test]
    fn a_composition_reads_as_a_page() {
        let value = json!({"status": "final", "title": "Discharge summary", "type": {"coding": [{"system": "http://loinc.org", "code": "18842-5"}]},
            "date": "2026-01-02T03:00:00Z", "confidentiality": "R",
            "section": [
                {"title": "Hospital course", "text": {"div": "<div>Stable.<script>x()</script></div>"}, "section": [{"title": "Day 2", "text": {"div": "<p>Better</p>"}}]},
                {"title": "Results", "entry": [{"reference": "Observation/1", "display": "Sodium"}]},
                {"title": "Allergies", "emptyReason": {"text": "None known"}}]});
        let found = composition(&value, setting(), &Notes::default()).unwrap();
        assert_eq!(
            String::from_utf8(found.content).unwrap(),
            "Discharge summary\n\nHOSPITAL COURSE\nStable.\n\nDAY 2\nBetter\n\nRESULTS\n- Sodium\n\nALLERGIES\n(None known)\n"
        );
        assert_eq!((found.sensitivity, found.service_date), (Some("other"), day("2026-01-01")));
        assert!(
            composition(&json!({"title": "x", "section": [{"title": "empty"}]}), setting(), &Notes::default()).is_err()
        );
    }

    #[test]
    fn a_report_is_a_document_when_somebody_wrote_it() {
        let figures =
            json!({"status": "final", "category": [{"coding": [{"code": "LAB"}]}], "code": {"text": "Lipid panel"}});
        assert!(report(&figures, setting(), &Notes::default()).unwrap().is_none());
        let mut concluded = figures.clone();
        concluded["conclusion"] = json!("High.");
        let found = report(&concluded, setting(), &Notes::default()).unwrap().unwrap();
        assert_eq!(found.loinc.as_deref(), Some("11502-2"));
        assert_eq!(String::from_utf8(found.content).unwrap(), "Lipid panel\n\nCONCLUSION\nHigh.\n");
    }

    #[test]
    fn statuses_follow_the_life_cycle_handbook_3_3() {
        let status = |value: Value| reference_status(&value);
        assert_eq!(status(json!({"status": "current"})), "final");
        assert_eq!(status(json!({"status": "current", "docStatus": "preliminary"})), "preliminary");
        assert_eq!(status(json!({"status": "superseded", "docStatus": "final"})), "superseded");
        assert_eq!(status(json!({"status": "entered-in-error"})), "retracted");
        assert_eq!(written_status("appended"), "addended");
        assert_eq!(written_status("registered"), "preliminary");
    }

    #[test]
    fn relations_are_read_in_r4_and_r5_shape() {
        let value = json!({"relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/a"}},
            {"code": {"coding": [{"code": "replaces"}]}, "target": {"reference": "DocumentReference/b"}}, {"code": "odd", "target": {"reference": "DocumentReference/c"}}]});
        let told: Vec<_> = relations(&value, Target::DocumentReference)
            .into_iter()
            .map(|found| (found.kind, found.target.keys[0].id.clone()))
            .collect();
        assert_eq!(told, [("appends", "a".into()), ("replaces", "b".into())]);
    }
}
