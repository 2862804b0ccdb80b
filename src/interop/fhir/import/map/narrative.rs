//! XHTML narrative to plain text. Nothing in it is ever run or fetched: tags become line breaks, lists and columns, scripts and styles vanish.

/// Longer than any note; what follows is cut.
const LONGEST: usize = 4 << 20;

/// The text a person would read.
pub(crate) fn to_text(xhtml: &str) -> String {
    let mut text = Text::default();
    let mut rest = xhtml;
    while let Some(at) = rest.find('<') {
        text.words(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(end) = tag_end(rest) else {
            rest = "";
            break;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let closing = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match name.as_str() {
            "script" | "style" | "head" | "template" if !closing && !tag.ends_with('/') => {
                rest = after_closing(rest, &name);
            }
            "br" => text.line(),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "ul" | "ol" | "blockquote"
            | "section" | "pre" => {
                text.line();
            }
            "tr" | "dt" | "caption" => text.line(),
            "li" if !closing => {
                text.line();
                text.raw("- ");
            }
            "li" => text.line(),
            "dd" if !closing => {
                text.line();
                text.raw("  ");
            }
            "td" | "th" if closing => text.raw("  "),
            "hr" => {
                text.line();
                text.raw("----");
                text.line();
            }
            _ => {}
        }
        if text.out.len() > LONGEST {
            rest = "";
        }
    }
    text.words(rest);
    text.finished()
}

/// Where a tag ends: at the first `>` outside quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    // A quote that never closes must not swallow the note.
    text.find('>')
}

fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let tail = &rest[from + at + 2..];
        if tail.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return tail.find('>').map_or("", |end| &tail[end + 1..]);
        }
        from += at + 2;
    }
    ""
}

#[derive(Default)]
struct Text {
    out: String,
}

impl Text {
    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn line(&mut self) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            // One line end; a second only where the text itself has one.
            if !self.out.ends_with('\n') {
                self.out.push('\n');
            }
        }
    }

    /// Running text. Line ends in it are kept (generators write them), runs of blanks are one.
    fn words(&mut self, text: &str) {
        let decoded = entities(text);
        for c in decoded.chars() {
            match c {
                '\n' => {
                    while self.out.ends_with(' ') {
                        self.out.pop();
                    }
                    if !self.out.is_empty() && !self.out.ends_with("\n\n") {
                        self.out.push('\n');
                    }
                }
                c if c.is_whitespace() => {
                    if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                        self.out.push(' ');
                    }
                }
                c if c.is_control() => {}
                c => self.out.push(c),
            }
        }
    }

    fn finished(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, entity(&rest[1..end])?))) {
            Some((end, c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    let number = |text: &str, radix| u32::from_str_radix(text, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "deg" => Some('°'),
        "micro" => Some('µ'),
        "plusmn" => Some('±'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "bull" => Some('•'),
        "ge" => Some('≥'),
        "le" => Some('≤'),
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
            decimal => number(decimal, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paragraphs_lists_and_tables_read_as_lines() {
        let xhtml = "<div xmlns=\"x\"><h5>Findings</h5><p>Lungs  clear.</p><ul><li>one</li><li>two &lt; 3</li></ul>\
            <table><tr><th>BP</th><td>120/80</td></tr></table>A<br/>B</div>";
        assert_eq!(to_text(xhtml), "Findings\nLungs clear.\n- one\n- two < 3\nBP  120/80\nA\nB");
    }

    #[test]
    fn scripts_and_styles_leave_nothing() {
        assert_eq!(
            to_text("<div>a<script>alert('<b>')</script>b<style>p{}</style><img src=x onerror='y>z'/>c</div>"),
            "abc"
        );
        assert_eq!(to_text("<script>never closed"), "");
    }

    #[test]
    fn broken_markup_keeps_the_words() {
        assert_eq!(to_text("5 &lt; 6 &unknown; <p>x"), "5 < 6 &unknown; \nx".replace(" \n", "\n"));
        assert_eq!(to_text("text <a title='never closed>inside</a> after"), "text inside after");
        assert_eq!(to_text("<!-- hidden --> שלום &#1501;"), "שלום ם");
    }

    proptest! {
        #[test]
        fn any_text_gives_text(text in "(<|>|/|&|;|\"|'|<li>|</script|<script|\\PC){0,60}") {
            let _ = to_text(&text);
        }
    }
}
