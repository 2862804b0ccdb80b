//! Scans and photographs: read within limits, turned upright, brought to the size asked for, written as PNG.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::error::ImageError;
use image::imageops::FilterType as Sampling;
use image::{DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageFormat, ImageReader, Limits};

use super::{Kind, MOST_PIXELS, MOST_SCANNED_PIXELS, PAGE_WIDTH, PagePicture, Why, Zoom};

/// What one decoder may ask for: 110 million pixels in colour, and its own tables.
const MOST_MEMORY: u64 = 512 << 20;

pub(super) fn look(kind: Kind, content: &[u8], zoom: Zoom) -> Result<(u32, u32), Why> {
    let mut decoder = decoder(kind, content)?;
    let (wide, high) = decoder.dimensions();
    within_limits(wide, high)?;
    let sideways = decoder.orientation().is_ok_and(|orientation| {
        use image::metadata::Orientation as O;
        matches!(orientation, O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH)
    });
    Ok(if sideways { target(high, wide, zoom) } else { target(wide, high, zoom) })
}

pub(super) fn draw(kind: Kind, content: &[u8], zoom: Zoom) -> Result<PagePicture, Why> {
    let mut decoder = decoder(kind, content)?;
    let (wide, high) = decoder.dimensions();
    within_limits(wide, high)?;
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| explain(&error))?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let (width, height) = target(picture.width(), picture.height(), zoom);
    // Grey stays grey: a third of the bytes, and scans mostly are.
    let picture = match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => picture,
        DynamicImage::ImageLuma16(_) => picture.to_luma8().into(),
        other if other.color().has_alpha() => other.to_rgba8().into(),
        other => other.to_rgb8().into(),
    };
    let picture = if (width, height) == (picture.width(), picture.height()) {
        picture
    } else {
        picture.resize_exact(width, height, Sampling::Triangle)
    };
    let png = encode(picture.as_bytes(), width, height, picture.color().into())?;
    Ok(PagePicture { png, width, height })
}

/// Opaque pixels of four bytes each.
pub(super) fn encode_rgba(pixels: &[u8], width: u32, height: u32) -> Result<Bytes, Why> {
    // Most pages are black on white: one byte a pixel instead of four.
    if pixels.chunks_exact(4).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]) {
        let grey: Vec<u8> = pixels.chunks_exact(4).map(|pixel| pixel[0]).collect();
        return encode(&grey, width, height, ExtendedColorType::L8);
    }
    let colours: Vec<u8> = pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    encode(&colours, width, height, ExtendedColorType::Rgb8)
}

fn encode(pixels: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Result<Bytes, Why> {
    let mut png = Vec::with_capacity(pixels.len() / 8);
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive)
        .write_image(pixels, width, height, colour)
        .map_err(|_| Why::PageDamaged)?;
    Ok(png.into())
}

fn decoder(kind: Kind, content: &[u8]) -> Result<impl image::ImageDecoder, Why> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Tiff => ImageFormat::Tiff,
        _ => return Err(Why::Unsupported),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| explain(&error))
}

fn within_limits(wide: u32, high: u32) -> Result<(), Why> {
    match u64::from(wide) * u64::from(high) {
        0 => Err(Why::PageDamaged),
        pixels if pixels <= MOST_SCANNED_PIXELS => Ok(()),
        _ => Err(Why::TooLarge),
    }
}

/// At 100 % a scan is as wide as a page. It is never blown up beyond what was scanned: the browser does that without inventing detail.
fn target(wide: u32, high: u32, zoom: Zoom) -> (u32, u32) {
    let across = if wide > high { PAGE_WIDTH * wide as f32 / high as f32 } else { PAGE_WIDTH };
    let asked = across.min(2.0 * PAGE_WIDTH) * zoom.factor() / wide as f32;
    let by_area = (MOST_PIXELS as f32 / (wide as f32 * high as f32)).sqrt();
    let factor = asked.min(by_area).min(1.0);
    let side = |length: u32| ((length as f32 * factor).round() as u32).max(1);
    (side(wide), side(high))
}

fn explain(error: &ImageError) -> Why {
    match error {
        ImageError::Limits(_) => Why::TooLarge,
        ImageError::Unsupported(_) => Why::Unsupported,
        _ => Why::PageDamaged,
    }
}
