//! A page on the scanner's glass: a little askew, greyer at one edge, with dust. In whole numbers, so that every machine makes the same.

use super::super::dice::Dice;
use super::Picture;

/// Sixteen binary places.
const ONE: i64 = 1 << 16;
/// Paper is not quite white, ink not quite black.
const PAPER: i64 = 244;
const INK: i64 = 38;

/// The page as scanned.
pub fn scanned(page: &Picture, number: u64) -> Picture {
    let dice = &mut Dice::new(0, "glass", number);
    let mut scan = turned(page, dice.between(-780, 780));
    shade(&mut scan, dice);
    speckle(&mut scan, dice);
    if dice.chance(45) {
        punch(&mut scan);
    }
    scan
}

/// Turned by a small angle around its middle (`slope` in 65,536ths), with the points between interpolated.
fn turned(page: &Picture, slope: i64) -> Picture {
    let (width, height) = (page.width as i64, page.height as i64);
    // a margin of white on every side, so that no point needs to ask whether it lies on the page
    let margin = width / 40 + 2;
    let wide = (width + 2 * margin) as usize;
    let mut ground = vec![255_u8; wide * (height + 2 * margin) as usize];
    for (y, row) in page.grey.chunks_exact(page.width).enumerate() {
        let start = (y + margin as usize) * wide + margin as usize;
        ground[start..start + page.width].copy_from_slice(row);
    }
    let tone: Vec<u8> = (0..256).map(|value| (INK + value * (PAPER - INK) / 255) as u8).collect();
    let mut grey = Vec::with_capacity(page.grey.len());
    for y in 0..height {
        let mut from_x = margin * ONE + slope * (y - height / 2);
        let mut from_y = (y + margin) * ONE + slope * (width / 2);
        for _ in 0..width {
            let at = (from_y >> 16) as usize * wide + (from_x >> 16) as usize;
            let (fx, fy) = ((from_x as u32 & 0xffff) >> 8, (from_y as u32 & 0xffff) >> 8);
            let [a, b, c, d] = [ground[at], ground[at + 1], ground[at + wide], ground[at + wide + 1]].map(u32::from);
            let value = if a & b & c & d == 255 {
                255
            } else {
                ((a * (256 - fx) + b * fx) * (256 - fy) + (c * (256 - fx) + d * fx) * fy) >> 16
            };
            grey.push(tone[value as usize]);
            from_x += ONE;
            from_y -= slope;
        }
    }
    Picture { width: page.width, height: page.height, grey }
}

/// The gutter at one edge, and a gentle fall of light down the page.
fn shade(scan: &mut Picture, dice: &mut Dice) {
    let (left, depth) = (dice.chance(50), dice.between(10, 46));
    let width = scan.width as i64;
    for (y, row) in scan.grey.chunks_exact_mut(scan.width).enumerate() {
        let light = y as i64 * 7 / scan.height as i64;
        for (x, point) in row.iter_mut().enumerate() {
            let edge = if left { x as i64 } else { width - 1 - x as i64 };
            let shadow = (depth - edge).max(0) * 2 + light;
            *point = (i64::from(*point) - shadow).max(0) as u8;
        }
    }
}

/// Dust and toner, a few hundred points, some as small blots.
fn speckle(scan: &mut Picture, dice: &mut Dice) {
    let (width, height) = (scan.width as i64, scan.height as i64);
    for _ in 0..dice.between(120, 420) {
        let (x, y, grey) = (dice.between(1, width - 3), dice.between(1, height - 3), dice.between(70, 190) as u8);
        let size = if dice.chance(12) { 2 } else { 1 };
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            if dx < size && dy < size {
                scan.grey[((y + dy) * width + x + dx) as usize] = grey;
            }
        }
    }
}

/// Two holes at the left edge.
fn punch(scan: &mut Picture) {
    let (width, radius) = (scan.width as i64, scan.width as i64 / 70);
    for middle in [scan.height as i64 / 3, scan.height as i64 * 2 / 3] {
        let x0 = width / 26;
        for dy in -radius..=radius {
            for dx in -radius..=radius {
                if dx * dx + dy * dy <= radius * radius {
                    scan.grey[((middle + dy) * width + x0 + dx) as usize] = 64;
                }
            }
        }
    }
}
