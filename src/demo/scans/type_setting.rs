//! Sets the lines of a sheet in type: a content stream of text and strokes on letter paper.

use std::fmt::Write as _;

use super::{Line, Sheet};

const LEFT: f32 = 58.0;
const RIGHT: f32 = 554.0;
const TOP: f32 = 738.0;
const BOTTOM: f32 = 44.0;

/// The content stream of one page. What does not fit is left off, as a form's margin does.
pub fn stream(sheet: &Sheet) -> String {
    let mut out = String::from("0.4 w 0 g\n");
    let mut y = TOP;
    for line in &sheet.0 {
        if y < BOTTOM {
            break;
        }
        y -= match line {
            Line::Title(text) => set(&mut out, "F2", 15.0, LEFT, y - 6.0, text) + 12.0,
            Line::Bold(text) => set(&mut out, "F2", 11.0, LEFT, y, text) + 5.0,
            Line::Plain(text) => set(&mut out, "F1", 10.5, LEFT, y, text) + 4.5,
            Line::Small(text) => set(&mut out, "F1", 8.5, LEFT, y, text) + 4.0,
            Line::Box { ticked, text } => tick(&mut out, y, *ticked, text),
            Line::Signature { who, when, stroke } => signature(&mut out, y, who, when, *stroke),
            Line::Rule => rule(&mut out, y + 4.0) + 12.0,
            Line::Gap => 9.0,
        };
    }
    out
}

/// Sets a line of text and answers its size.
fn set(out: &mut String, font: &str, size: f32, x: f32, y: f32, text: &str) -> f32 {
    let escaped: String = text
        .chars()
        .flat_map(|c| match c {
            '(' | ')' | '\\' => vec!['\\', c],
            ' '..='~' => vec![c],
            _ => vec!['?'],
        })
        .collect();
    writeln!(out, "BT /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET").ok();
    size
}

fn rule(out: &mut String, y: f32) -> f32 {
    writeln!(out, "{LEFT} {y} m {RIGHT} {y} l S").ok();
    0.0
}

fn tick(out: &mut String, y: f32, ticked: bool, text: &str) -> f32 {
    writeln!(out, "{LEFT} {y} 9 9 re S").ok();
    if ticked {
        // a pen's tick, a little beyond the box
        let (a, b) = (y + 4.0, y - 1.5);
        writeln!(out, "1.3 w {} {a} m {} {b} l {} {} l S 0.4 w", LEFT + 1.0, LEFT + 4.0, LEFT + 12.0, y + 12.0).ok();
    }
    set(out, "F1", 10.5, LEFT + 18.0, y + 1.0, text) + 8.0
}

/// A signature: loops along the line, a different hand for every stroke number.
fn signature(out: &mut String, y: f32, who: &str, when: &str, stroke: u64) -> f32 {
    let base = y - 26.0;
    let mut throw = stroke | 1;
    let mut next = |span: u64| {
        // xorshift; any old scribble will do
        throw ^= throw << 13;
        throw ^= throw >> 7;
        throw ^= throw << 17;
        (throw % span) as f32
    };
    let mut x = LEFT + 6.0;
    write!(out, "1.1 w {x} {} m", base + 8.0).ok();
    for _ in 0..7 {
        let (up, down, step) = (next(20) + 4.0, next(9), next(12) + 9.0);
        let (x1, x2, x3) = (x + step * 0.2, x + step * 0.9, x + step);
        write!(out, " {x1} {} {x2} {} {x3} {}", base + up, base - down, base + next(10)).ok();
        out.push_str(" c");
        x += step;
    }
    out.push_str(" S 0.4 w\n");
    writeln!(out, "{LEFT} {base} m {} {base} l S {} {base} m {} {base} l S", LEFT + 230.0, LEFT + 260.0, LEFT + 400.0)
        .ok();
    set(out, "F1", 9.5, LEFT + 262.0, base + 3.0, when);
    set(out, "F1", 8.0, LEFT, base - 10.0, who);
    set(out, "F1", 8.0, LEFT + 260.0, base - 10.0, "Date and time");
    46.0
}
