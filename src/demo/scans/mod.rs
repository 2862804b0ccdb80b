//! Sheets of paper, and what a scanner, a fax machine and a camera make of them.
//!
//! A [`Sheet`] is laid out and set in type as a small PDF ([`type_setting`]), drawn by the same rasteriser that shows documents, then put askew,
//! shaded and speckled ([`glass`]) and wrapped up again: a PDF of page pictures as a scanner makes it, a black and white TIFF as a fax arrives.

mod fax;
mod glass;
mod pdf;
mod type_setting;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

/// One side of paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet(pub Vec<Line>);

/// A line on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Title(String),
    Bold(String),
    Plain(String),
    Small(String),
    Box {
        ticked: bool,
        text: String,
    },
    /// A pen's line above a printed name and the time.
    Signature {
        who: String,
        when: String,
        stroke: u64,
    },
    Rule,
    Gap,
}

/// A page that can't be drawn: a fault of ours, never of the data.
#[derive(Debug, thiserror::Error)]
#[error("a page of the demonstration can't be drawn: {0}")]
pub struct Unprintable(String);

/// A grey picture, row by row from the top.
struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

/// Dots an inch of the scanner; enough to read small print, small enough for a demonstration's disk.
const SCANNER: f32 = 110.0;
const FAX: f32 = 100.0;

/// The sheets as a scanner hands them over: one picture a page. `number` decides how carelessly they lay on the glass.
///
/// # Errors
/// [`Unprintable`]
pub fn scanned_pdf(sheets: &[Sheet], number: u64) -> Result<Vec<u8>, Unprintable> {
    let mut pages = Vec::with_capacity(sheets.len());
    for (place, picture) in drawn(sheets, SCANNER)?.into_iter().enumerate() {
        let picture = glass::scanned(&picture, number * 8 + place as u64);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 58)
            .encode(&picture.grey, picture.width as u32, picture.height as u32, ExtendedColorType::L8)
            .map_err(|error| Unprintable(error.to_string()))?;
        pages.push(pdf::PagePicture { width: picture.width, height: picture.height, jpeg });
    }
    Ok(pdf::of_pictures(&pages))
}

/// The sheets as a fax arrives.
///
/// # Errors
/// [`Unprintable`]
pub fn fax(sheets: &[Sheet], number: u64) -> Result<Vec<u8>, Unprintable> {
    let pages: Vec<Picture> = drawn(sheets, FAX)?
        .iter()
        .enumerate()
        .map(|(place, picture)| glass::scanned(picture, number * 8 + place as u64))
        .collect();
    Ok(fax::tiff(&pages, FAX as u32))
}

/// A card as a desk camera takes it: the upper part of the sheet.
///
/// # Errors
/// [`Unprintable`]
pub fn card(sheet: &Sheet) -> Result<Vec<u8>, Unprintable> {
    let mut picture =
        drawn(std::slice::from_ref(sheet), SCANNER)?.pop().ok_or_else(|| Unprintable("no page".into()))?;
    picture.height = picture.width * 10 / 27;
    picture.grey.truncate(picture.width * picture.height);
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(&picture.grey, picture.width as u32, picture.height as u32, ExtendedColorType::L8)
        .map_err(|error| Unprintable(error.to_string()))?;
    Ok(png)
}

/// The sheets as clean pictures.
fn drawn(sheets: &[Sheet], dots: f32) -> Result<Vec<Picture>, Unprintable> {
    let set = Pdf::new(pdf::of_type(sheets)).map_err(|error| Unprintable(format!("{error:?}")))?;
    let scale = dots / 72.0;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let draw = |page| {
        let pixmap =
            hayro::render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
        Picture {
            width: usize::from(pixmap.width()),
            height: usize::from(pixmap.height()),
            grey: pixmap.data_as_u8_slice().chunks_exact(4).map(|pixel| pixel[1]).collect(),
        }
    };
    Ok(set.pages().iter().map(draw).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets() -> Vec<Sheet> {
        let page = |title: &str| {
            Sheet(vec![
                Line::Title(title.into()),
                Line::Rule,
                Line::Plain("I agree to (all) of it \\ and more.".into()),
                Line::Box { ticked: true, text: "Yes".into() },
                Line::Gap,
                Line::Signature { who: "Patient".into(), when: "11/22/2026 10:20".into(), stroke: 77 },
            ])
        };
        vec![page("First"), page("Second")]
    }

    fn darkness(picture: &Picture) -> usize {
        picture.grey.iter().filter(|grey| **grey < 90).count()
    }

    #[test]
    fn a_scan_is_a_pdf_of_pictures_with_ink_on_them() {
        let scan = scanned_pdf(&sheets(), 3).unwrap();
        let pdf = Pdf::new(scan.clone()).expect("a PDF");
        assert_eq!(pdf.pages().len(), 2);
        assert_eq!(pdf.pages()[0].render_dimensions(), (612.0, 792.0));
        assert!(scan.windows(9).any(|window| window == b"DCTDecode"));
        assert!(!scan.windows(5).any(|window| window == b"agree"), "no text below the picture");
        assert!((20_000..400_000).contains(&scan.len()), "{}", scan.len());
        assert_eq!(scan, scanned_pdf(&sheets(), 3).unwrap(), "the same again");
        assert_ne!(scan, scanned_pdf(&sheets(), 4).unwrap());
    }

    #[test]
    fn clean_pages_hold_ink_and_skew_keeps_it() {
        let clean = drawn(&sheets(), SCANNER).unwrap();
        let ink = darkness(&clean[0]);
        assert!(ink > 1500, "{ink} dark points");
        let scanned = glass::scanned(&clean[0], 9);
        let after = darkness(&scanned);
        assert!(after > ink / 4 && after < ink * 3, "{ink} {after}");
    }

    #[test]
    fn a_fax_is_a_tiff_others_can_read() {
        let tiff = fax(&sheets(), 3).unwrap();
        let read = image::load_from_memory_with_format(&tiff, image::ImageFormat::Tiff).expect("a TIFF");
        assert!((849..=850).contains(&read.width()) && read.height() == 1100);
        let grey = read.into_luma8();
        let dark = grey.pixels().filter(|pixel| pixel.0[0] < 128).count();
        assert!(dark > 1000 && dark < 200_000, "{dark}");
    }

    #[test]
    fn a_card_is_a_small_picture() {
        let png = card(&sheets()[0]).unwrap();
        let read = image::load_from_memory(&png).expect("a PNG");
        assert!(read.width() > read.height());
    }
}
