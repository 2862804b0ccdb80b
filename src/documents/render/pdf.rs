//! PDF pages as pictures, drawn by hayro, which is Rust throughout and runs no scripts, opens no links and fetches nothing.

use bytes::Bytes;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use super::picture::encode_rgba;
use super::{MOST_PAGES, MOST_PIXELS, PagePicture, Sight, Why, Zoom};

/// CSS pixels per point.
const PIXELS_PER_POINT: f32 = 96.0 / 72.0;

pub(super) fn pages(content: &Bytes) -> Result<u32, Why> {
    count(&open(content)?)
}

pub(super) fn look(content: &Bytes, page: u32, zoom: Zoom) -> Result<Sight, Why> {
    let pdf = open(content)?;
    let pages = count(&pdf)?;
    let scale = scale(find(&pdf, page)?, zoom)?;
    Ok(Sight::Picture { pages, width: scale.width, height: scale.height })
}

pub(super) fn draw(content: &Bytes, page: u32, zoom: Zoom) -> Result<PagePicture, Why> {
    let pdf = open(content)?;
    count(&pdf)?;
    let page = find(&pdf, page)?;
    let scale = scale(page, zoom)?;
    let settings = PixmapSettings { x_scale: scale.factor, y_scale: scale.factor, bg_color: WHITE };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    // On white paper every pixel is opaque, so premultiplied colours are the colours.
    let png = encode_rgba(pixmap.data_as_u8_slice(), width, height)?;
    Ok(PagePicture { png, width, height })
}

fn open(content: &Bytes) -> Result<Pdf, Why> {
    Pdf::new(content.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Why::Locked,
        LoadPdfError::Invalid => Why::Damaged,
    })
}

fn count(pdf: &Pdf) -> Result<u32, Why> {
    match u32::try_from(pdf.pages().len()) {
        Ok(0) => Err(Why::Damaged),
        Ok(pages) if pages <= MOST_PAGES => Ok(pages),
        _ => Err(Why::TooManyPages),
    }
}

fn find(pdf: &Pdf, page: u32) -> Result<&Page<'_>, Why> {
    let at = page.checked_sub(1).ok_or(Why::NoSuchPage)?;
    pdf.pages().get(at as usize).ok_or(Why::NoSuchPage)
}

struct Scale {
    factor: f32,
    width: u32,
    height: u32,
}

/// A poster is drawn smaller than asked rather than not at all; a page without a size is damaged.
fn scale(page: &Page<'_>, zoom: Zoom) -> Result<Scale, Why> {
    let (wide, high) = page.render_dimensions();
    if !(wide.is_finite() && high.is_finite() && wide >= 1.0 && high >= 1.0) {
        return Err(Why::PageDamaged);
    }
    let asked = PIXELS_PER_POINT * zoom.factor();
    let by_area = (MOST_PIXELS as f32 / (wide * high)).sqrt();
    let by_side = 16_000.0 / wide.max(high);
    let factor = asked.min(by_area).min(by_side);
    let (width, height) = ((wide * factor) as u32, (high * factor) as u32);
    if width == 0 || height == 0 {
        return Err(Why::PageDamaged);
    }
    Ok(Scale { factor, width, height })
}
