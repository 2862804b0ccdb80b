//! Markup as plain text: headings, paragraphs, lists and tables. Scripts, styles, forms and pictures are left behind; nothing is fetched or run.

use html2text::config;
use html2text::render::PlainDecorator;

use super::Why;
use super::text;

/// Characters in a line: what fits the reading column in an even-width typeface.
const WIDTH: usize = 92;
/// Larger markup is nobody's note, and the parser's work grows faster than its input.
const MOST_BYTES: usize = 8 << 20;
/// A browser's parser accepts any nesting; a note has a dozen levels.
const MOST_NESTING: usize = 400;

/// HTML and XHTML.
pub(super) fn html(content: &[u8]) -> Result<String, Why> {
    plain(&text::decode(content))
}

/// XML: XHTML and the narrative of a C-CDA document are read as markup, any other XML is shown as it stands.
pub(super) fn xml(source: &str) -> Result<String, Why> {
    if source.len() > MOST_BYTES {
        return Err(Why::TooLarge);
    }
    match root(source) {
        Some("html") => plain(source),
        Some("ClinicalDocument") => plain(&narrative(source)?),
        Some(_) => Ok(source.to_owned()),
        None => Err(Why::Damaged),
    }
}

fn plain(html: &str) -> Result<String, Why> {
    if html.len() > MOST_BYTES || nesting(html) > MOST_NESTING {
        return Err(Why::TooLarge);
    }
    config::with_decorator(PlainDecorator::new())
        .link_footnotes(false)
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH)
        .map_err(|_| Why::Damaged)
}

/// A rough upper bound of how deep elements lie in each other.
fn nesting(html: &str) -> usize {
    let (mut deep, mut deepest) = (0_usize, 0_usize);
    for piece in Pieces::new(html) {
        match piece {
            Piece::Open { name, empty: false, .. } if !leaves(name) => deep += 1,
            Piece::Close(_) => deep = deep.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(deep);
    }
    deepest
}

/// Elements that need no end tag in HTML: counting them as open would make a long list look deep.
fn leaves(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "br", "hr", "img", "meta", "link", "input", "col", "p", "li", "td", "th", "tr", "dt", "dd", "option", "wbr",
        "tbody",
    ];
    NAMES.iter().any(|leaf| name.eq_ignore_ascii_case(leaf))
}

fn root(source: &str) -> Option<&str> {
    Pieces::new(source).find_map(|piece| match piece {
        Piece::Open { name, .. } => Some(local(name)),
        _ => None,
    })
}

/// The name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The part of a C-CDA document that people read, as HTML: its title, and each section's title and text (CDA R2 §4.3.5). The coded entries
/// repeat it for machines.
fn narrative(source: &str) -> Result<String, Why> {
    let mut html = String::with_capacity(source.len() / 2);
    let mut open: Vec<&str> = Vec::new();
    let mut ends: Vec<&str> = Vec::new();
    for piece in Pieces::new(source) {
        match piece {
            Piece::Open { name, empty, attributes } => {
                open.push(local(name));
                if open.len() > MOST_NESTING {
                    return Err(Why::TooLarge);
                }
                let (start, end) = tags(&open, attributes);
                html.push_str(start);
                ends.push(end);
                if empty {
                    html.push_str(end);
                    open.pop();
                    ends.pop();
                }
            }
            Piece::Close(name) => {
                // Ends that match nothing are passed over; ends that were forgotten are made up for.
                let Some(at) = open.iter().rposition(|waiting| *waiting == local(name)) else { continue };
                open.truncate(at);
                ends.drain(at..).rev().for_each(|end| html.push_str(end));
            }
            Piece::Text(words) if readable(&open) => html.push_str(words),
            Piece::Literal(words) if readable(&open) => {
                html.push_str(&words.replace('&', "&amp;").replace('<', "&lt;"));
            }
            Piece::Text(_) | Piece::Literal(_) => {}
        }
    }
    Ok(html)
}

fn in_entry(open: &[&str]) -> bool {
    open.contains(&"entry")
}

fn in_text(open: &[&str]) -> bool {
    open.contains(&"section") && open.contains(&"text") && !in_entry(open)
}

fn readable(open: &[&str]) -> bool {
    let title = open.last() == Some(&"title") && (open.contains(&"section") || open.len() == 2);
    !in_entry(open) && (title || in_text(open))
}

/// What stands in HTML for the innermost open element. Everything not named here passes its words on and nothing else.
fn tags(open: &[&str], attributes: &str) -> (&'static str, &'static str) {
    match open {
        [_, "title"] => ("<h1>", "</h1>"),
        [.., "section", "title"] if !in_entry(open) => ("<h2>", "</h2>"),
        [.., "nonXMLBody", "text"] => ("<p>This document holds an embedded file, which is not shown here.</p>", ""),
        _ if !in_text(open) => ("", ""),
        [.., "paragraph" | "caption" | "text"] => ("<p>", "</p>"),
        [.., "list"] if attributes.contains("ordered") && !attributes.contains("unordered") => ("<ol>", "</ol>"),
        [.., "list"] => ("<ul>", "</ul>"),
        [.., "item"] => ("<li>", "</li>"),
        [.., "br"] => ("<br>", ""),
        [.., "table"] => ("<table>", "</table>"),
        [.., "thead"] => ("<thead>", "</thead>"),
        [.., "tbody"] => ("<tbody>", "</tbody>"),
        [.., "tr"] => ("<tr>", "</tr>"),
        [.., "th"] => ("<th>", "</th>"),
        [.., "td"] => ("<td>", "</td>"),
        [.., "renderMultiMedia"] => ("<p>[picture not shown]</p>", ""),
        _ => ("", ""),
    }
}

/// Tags and the text between them. No entities are declared or expanded here, so none can grow; HTML's own are read later.
struct Pieces<'a> {
    rest: &'a str,
}

enum Piece<'a> {
    Open {
        name: &'a str,
        attributes: &'a str,
        empty: bool,
    },
    Close(&'a str),
    /// With entities.
    Text(&'a str),
    /// A CDATA section.
    Literal(&'a str),
}

impl<'a> Pieces<'a> {
    fn new(source: &'a str) -> Self {
        Self { rest: source }
    }

    /// What lies before `mark`, with the mark taken away; all that is left when the mark never comes.
    fn until(&mut self, mark: &str) -> &'a str {
        let (before, after) = self.rest.split_once(mark).unwrap_or((self.rest, ""));
        self.rest = after;
        before
    }

    fn tag(&mut self) -> &'a str {
        let mut quote = None;
        let end = self.rest.char_indices().find(|(_, character)| match (quote, character) {
            (None, '>') => true,
            (None, '"' | '\'') => {
                quote = Some(*character);
                false
            }
            (Some(open), close) if open == *close => {
                quote = None;
                false
            }
            _ => false,
        });
        let (tag, rest) = match end {
            Some((at, _)) => (&self.rest[..at], &self.rest[at + 1..]),
            // A quote that never closes: the tag ends at the first end mark after all.
            None => match self.rest.split_once('>') {
                Some(split) => split,
                None => (self.rest, ""),
            },
        };
        self.rest = rest;
        tag
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if !self.rest.starts_with('<') {
                let at = self.rest.find('<').unwrap_or(self.rest.len());
                let (words, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Piece::Text(words));
            }
            if let Some(rest) = self.rest.strip_prefix("<!--") {
                self.rest = rest;
                self.until("-->");
            } else if let Some(rest) = self.rest.strip_prefix("<![CDATA[") {
                self.rest = rest;
                return Some(Piece::Literal(self.until("]]>")));
            } else if let Some(rest) = self.rest.strip_prefix("<?") {
                self.rest = rest;
                self.until("?>");
            } else if let Some(rest) = self.rest.strip_prefix("<!") {
                self.rest = rest;
                self.until(">");
            } else {
                self.rest = &self.rest[1..];
                let tag = self.tag();
                if let Some(name) = tag.strip_prefix('/') {
                    return Some(Piece::Close(name.trim()));
                }
                let empty = tag.ends_with('/');
                let tag = tag.trim_end_matches('/');
                let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
                return Some(Piece::Open { name, attributes, empty });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_styles_and_addresses_are_left_behind() {
        let text = html(
            b"<html><head><title>t</title><style>p{color:red}</style><script>alert('x')</script></head><body onload=evil()>\
            <h2>Plan</h2><p>Rest &amp; fluids. <a href='http://evil.example/?q=1'>more</a><img src='http://evil.example/b.png' alt='chart'>\
            <ul><li>One<li>Two</ul><table><tr><th>Na<th>K<tr><td>138<td>4.1</table><noscript>ns</noscript>",
        )
        .unwrap();
        for gone in ["alert", "color", "evil", "onload", "<", "http"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        for kept in ["## Plan", "Rest & fluids.", "* One", "* Two", "138", "4.1"] {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
    }

    const CCDA: &str = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>
        <ClinicalDocument xmlns="urn:hl7-org:v3"><realmCode code="US"/><title>Discharge &amp; summary</title>
        <recordTarget><patientRole><patient><name>Hidden from the text</name></patient></patientRole></recordTarget>
        <component><structuredBody><component><section><title>Allergies</title>
        <text><table><thead><tr><th>Substance</th><th>Reaction</th></tr></thead>
        <tbody><tr><td>Penicillin<br/>G</td><td><content ID="r1">Hives</content></td></tr></tbody></table>
        <list listType="ordered"><item>First</item><item><![CDATA[a < b]]></item></list><paragraph>Said by &quot;her&quot;.</paragraph></text>
        <entry><act><text><reference value="r1"/>coded twin</text></act></entry></section></component></structuredBody></component>
        </ClinicalDocument>"#;

    #[test]
    fn the_narrative_of_a_ccda_document_is_shown_and_its_coded_twin_is_not() {
        let text = xml(CCDA).unwrap();
        for kept in
            ["# Discharge & summary", "## Allergies", "Penicillin", "Hives", "1. First", "a < b", "Said by \"her\"."]
        {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
        for gone in ["coded twin", "Hidden", "aaaa", "urn:hl7"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
    }

    #[test]
    fn broken_and_bottomless_markup_ends() {
        for cut in [10, 60, 200, 500, CCDA.len() - 30] {
            let _ = xml(&CCDA[..cut]);
        }
        assert_eq!(xml("no markup at all"), Err(Why::Damaged));
        assert_eq!(xml("<a><b>plain xml</b></a>").unwrap(), "<a><b>plain xml</b></a>");
        assert_eq!(html("<div>".repeat(100_000).as_bytes()), Err(Why::TooLarge));
        let deep = format!("<ClinicalDocument>{}", "<section><text>".repeat(100_000));
        assert_eq!(xml(&deep), Err(Why::TooLarge));
        assert!(html("<p>one<p>two".repeat(5_000).as_bytes()).is_ok());
        assert!(html(b"<a href='unclosed>text").is_ok());
    }
}
