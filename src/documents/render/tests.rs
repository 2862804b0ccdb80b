//! Good and bad files, made here by tiny writers.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};

use super::*;

/// A PDF with one content stream a page and the standard Helvetica.
fn pdf(pages: &[&str]) -> Vec<u8> {
    sized_pdf(pages, "0 0 612 792")
}

fn sized_pdf(pages: &[&str], media_box: &str) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 4 + 2 * at)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for (at, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * at
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    assemble(&objects, "")
}

fn assemble(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let table = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    file.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n").as_bytes(),
    );
    file
}

const WORDS: &str = "BT /F1 24 Tf 72 700 Td (Discharge summary) Tj ET 72 650 400 4 re f";

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn grey(width: u32, height: u32, shade: u8) -> GrayImage {
    GrayImage::from_pixel(width, height, Luma([shade]))
}

/// A little-endian TIFF of uncompressed grey pages; a page of `None` has a directory that points nowhere.
fn tiff(pages: &[Option<u8>]) -> Vec<u8> {
    let (side, mut file) = (40_u32, b"II\x2a\0\0\0\0\0".to_vec());
    let mut link = 4;
    for page in pages {
        let pixels = file.len() as u32;
        file.extend(std::iter::repeat_n(page.unwrap_or(0), (side * side) as usize));
        let directory = file.len() as u32;
        file[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        let strip = if page.is_some() { pixels } else { 0x7fff_fff0 };
        let entries =
            [(256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, strip), (278, side), (279, side * side)];
        file.extend_from_slice(&(entries.len() as u16).to_le_bytes());
        for (tag, value) in entries {
            file.extend_from_slice(&(tag as u16).to_le_bytes());
            file.extend_from_slice(&4_u16.to_le_bytes());
            file.extend_from_slice(&1_u32.to_le_bytes());
            file.extend_from_slice(&value.to_le_bytes());
        }
        link = file.len();
        file.extend_from_slice(&[0; 4]);
    }
    file
}

async fn draw_of(label: &str, file: &[u8], page: u32) -> Result<DynamicImage, Why> {
    let content = Bytes::copy_from_slice(file);
    let picture = Studio::default().draw(Kind::of(label, file), content, page, Zoom::near(100)).await?;
    let read = image::load_from_memory(&picture.png).unwrap();
    assert_eq!((read.width(), read.height()), (picture.width, picture.height));
    Ok(read)
}

async fn look_at(label: &str, file: &[u8], page: u32) -> Result<Sight, Why> {
    Studio::default().look(Kind::of(label, file), Bytes::copy_from_slice(file), page, Zoom::default()).await
}

fn dark(picture: &DynamicImage) -> usize {
    picture.to_luma8().pixels().filter(|pixel| pixel.0[0] < 128).count()
}

#[tokio::test]
async fn a_pdf_page_is_drawn_at_the_size_foretold_and_shows_its_words() {
    let file = pdf(&[WORDS, ""]);
    let seen = look_at("application/pdf", &file, 1).await.unwrap();
    assert_eq!(seen, Sight::Picture { pages: 2, width: 816, height: 1056 });
    let first = draw_of("application/pdf", &file, 1).await.unwrap();
    assert_eq!((first.width(), first.height()), (816, 1056));
    assert!(dark(&first) > 4_000, "letters and a rule: {}", dark(&first));
    let second = draw_of("application/pdf", &file, 2).await.unwrap();
    assert_eq!(dark(&second), 0, "an empty page is white");
    assert_eq!(draw_of("application/pdf", &file, 3).await.unwrap_err(), Why::NoSuchPage);
    assert_eq!(look_at("application/pdf", &file, 0).await, Err(Why::NoSuchPage));
    assert_eq!(Studio::default().count(Kind::Pdf, file.into()).await, Some(2));
}

#[tokio::test]
async fn zoom_changes_the_size_and_nothing_else() {
    let file = Bytes::from(pdf(&[WORDS]));
    for percent in Zoom::STEPS {
        let picture = Studio::default().draw(Kind::Pdf, file.clone(), 1, Zoom::near(percent.into())).await.unwrap();
        assert_eq!(picture.width, 816 * u32::from(percent) / 100, "{percent}");
    }
    assert_eq!(Zoom::near(0).percent(), 50);
    assert_eq!(Zoom::near(u32::MAX).percent(), 300);
    assert_eq!(Zoom::near(100).larger(), Some(Zoom(125)));
    assert_eq!(Zoom::near(50).smaller(), None);
}

#[tokio::test]
async fn damaged_locked_and_hostile_pdfs_say_so() {
    let good = pdf(&[WORDS]);
    assert_eq!(draw_of("application/pdf", b"", 1).await.unwrap_err(), Why::Damaged);
    assert_eq!(draw_of("application/pdf", b"%PDF-1.4\nnot really", 1).await.unwrap_err(), Why::Damaged);
    for cut in (0..good.len()).step_by(23) {
        // A cut file either still has its page (its table is rebuilt) or says what is wrong; it never ends the program.
        if let Err(why) = draw_of("application/pdf", &good[..cut], 1).await {
            assert!(matches!(why, Why::Damaged | Why::PageDamaged | Why::NoSuchPage), "cut at {cut}: {why:?}");
        }
    }
    let mut objects: Vec<String> = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>".into(),
    ];
    objects.push(format!("<< /Filter /Standard /V 1 /R 2 /P -4 /O <{}> /U <{}> >>", "41".repeat(32), "42".repeat(32)));
    let locked = assemble(&objects, "/Encrypt 4 0 R /ID [<41> <41>]");
    assert_eq!(draw_of("application/pdf", &locked, 1).await.unwrap_err(), Why::Locked);
    // A page that is its own parent and child, and a form drawn within itself.
    objects[1] = "<< /Type /Pages /Count 1 /Kids [2 0 R 3 0 R] >>".into();
    let _ = draw_of("application/pdf", &assemble(&objects, ""), 1).await;
    let nested = pdf(&[&"[".repeat(200_000)]);
    let _ = draw_of("application/pdf", &nested, 1).await;
    let stacked = pdf(&[&"q 0.9 0 0 0.9 0 0 cm ".repeat(100_000)]);
    let _ = draw_of("application/pdf", &stacked, 1).await;
}

#[tokio::test]
async fn a_poster_is_drawn_smaller_and_a_page_without_size_is_not() {
    let poster = sized_pdf(&[WORDS], "0 0 14400 14400");
    let Ok(Sight::Picture { width, height, .. }) = look_at("application/pdf", &poster, 1).await else {
        panic!("a poster")
    };
    assert!(u64::from(width) * u64::from(height) <= MOST_PIXELS);
    for nothing in ["0 0 0 0", "0 0 1e38 1e38", "0 0 -5 0.1"] {
        let _ = draw_of("application/pdf", &sized_pdf(&[WORDS], nothing), 1).await;
    }
}

#[tokio::test]
async fn pictures_are_brought_to_page_width_and_never_blown_up() {
    let scan = written(grey(1700, 2200, 90), ImageFormat::Png);
    let picture = draw_of("image/png", &scan, 1).await.unwrap();
    assert_eq!((picture.width(), picture.height()), (816, 1056));
    let small = written(RgbImage::from_pixel(30, 20, image::Rgb([200, 0, 0])), ImageFormat::Jpeg);
    let picture = draw_of("image/jpeg", &small, 1).await.unwrap();
    assert_eq!((picture.width(), picture.height()), (30, 20));
    assert_eq!(look_at("image/png", &scan, 1).await, Ok(Sight::Picture { pages: 1, width: 816, height: 1056 }));
    assert_eq!(draw_of("image/png", &scan, 2).await.unwrap_err(), Why::NoSuchPage);
}

#[tokio::test]
async fn a_picture_that_claims_to_be_huge_is_refused_before_it_is_read() {
    let mut bomb = written(grey(8, 8, 0), ImageFormat::Png);
    bomb[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&20_000_u32.to_be_bytes());
    let checksum = checksum(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(draw_of("image/png", &bomb, 1).await.unwrap_err(), Why::TooLarge);
    let good = written(grey(100, 100, 7), ImageFormat::Png);
    assert_eq!(draw_of("image/png", &good[..good.len() / 2], 1).await.unwrap_err(), Why::PageDamaged);
    assert_eq!(draw_of("image/png", b"no picture", 1).await.unwrap_err(), Why::PageDamaged);
}

/// CRC-32 as PNG wants it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[tokio::test]
async fn each_page_of_a_tiff_is_its_own_and_a_bad_one_spares_the_others() {
    let file = tiff(&[Some(0), None, Some(255)]);
    assert_eq!(Studio::default().count(Kind::Tiff, Bytes::from(file.clone())).await, Some(3));
    assert_eq!(dark(&draw_of("image/tiff", &file, 1).await.unwrap()), 1600);
    assert_eq!(draw_of("image/tiff", &file, 2).await.unwrap_err(), Why::PageDamaged);
    assert_eq!(dark(&draw_of("image/tiff", &file, 3).await.unwrap()), 0);
    assert_eq!(draw_of("image/tiff", &file, 4).await.unwrap_err(), Why::NoSuchPage);

    // A chain of directories that turns back on itself has the pages it has.
    let mut looped = file.clone();
    let first: [u8; 4] = looped[4..8].try_into().unwrap();
    let end = looped.len() - 4;
    looped[end..].copy_from_slice(&first);
    assert_eq!(Studio::default().count(Kind::Tiff, Bytes::from(looped)).await, Some(3));
    for cut in [3, 7, 9, 900, file.len() - 2] {
        let _ = draw_of("image/tiff", &file[..cut], 1).await;
    }
}

/// The scanner's usual: one bit a pixel, CCITT Group 4 (T.6), white is zero. A black bar from column 16 to 32 on 64 × 32 white.
fn fax() -> Vec<u8> {
    // The first line: horizontal mode, white run of 16, black run of 16, then nothing new to the end. Every other line is like the one above.
    let bits = format!("001{}{}1{}{}", "101010", "0000010111", "111".repeat(31), "000000000001".repeat(2));
    let strip: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|chunk| chunk.iter().fold(0_u8, |byte, bit| (byte << 1) | (bit - b'0')) << (8 - chunk.len()))
        .collect();
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    let entries = [
        (256, 64),
        (257, 32),
        (258, 1),
        (259, 4),
        (262, 0),
        (273, 8 + 2 + 9 * 12 + 4),
        (277, 1),
        (278, 32),
        (279, strip.len()),
    ];
    file.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for (tag, value) in entries {
        file.extend_from_slice(&(tag as u16).to_le_bytes());
        file.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        file.extend_from_slice(&(value as u32).to_le_bytes());
    }
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(&strip);
    file
}

#[tokio::test]
async fn a_fax_is_black_on_white() {
    let picture = draw_of("image/tiff", &fax(), 1).await.unwrap();
    assert_eq!((picture.width(), picture.height()), (64, 32));
    assert_eq!(dark(&picture), 16 * 32);
}

#[tokio::test]
async fn text_is_text_whatever_it_holds() {
    let Ok(Sight::Text { blocks, pages: 1 }) = look_at("text/plain", b"a\0b <script>x</script>", 1).await else {
        panic!("text")
    };
    assert_eq!(blocks[0].text, "a\u{fffd}b <script>x</script>", "escaped by the template, shown as it stands");
    let huge = vec![b'x'; 5 << 20];
    assert!(matches!(look_at("text/plain", &huge, 80).await, Ok(Sight::Text { pages: 88, .. })));
    assert_eq!(look_at("application/zip", b"PK\x03\x04", 1).await, Err(Why::Unsupported));
    assert_eq!(draw_of("text/plain", b"x", 1).await.unwrap_err(), Why::Unsupported);
}

#[tokio::test]
async fn a_panic_stays_inside_and_impatience_frees_the_reader() {
    let answer: Result<(), Why> = Studio::default().at_a_desk(|| panic!("a decoder's mistake")).await;
    assert_eq!(answer, Err(Why::Damaged));
    let studio = Studio::new(1, Duration::from_millis(50));
    let slow = |millis| {
        move || {
            std::thread::sleep(Duration::from_millis(millis));
            Ok(())
        }
    };
    assert_eq!(studio.at_a_desk(slow(400)).await, Err(Why::TooSlow));
    assert_eq!(studio.at_a_desk(slow(0)).await, Err(Why::Busy), "the only desk is still taken");
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(studio.at_a_desk(slow(0)).await, Ok(()), "and free again once the work ended");
}

/// `cargo test --lib render::tests::measure -- --ignored --nocapture FILE…` is run by hand against real files named in CUSTODIAN_PAGES.
#[tokio::test]
#[ignore = "for the eye and the clock: draws the files of CUSTODIAN_PAGES into its folder"]
async fn measure() {
    let Some(folder) = std::env::var_os("CUSTODIAN_PAGES").map(std::path::PathBuf::from) else { return };
    let mut lines = String::new();
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        let path = entry.path();
        let file = Bytes::from(std::fs::read(&path).unwrap());
        let kind = Kind::of("", &file);
        let pages = Studio::default().count(kind, file.clone()).await.unwrap_or(0);
        for page in 1..=u32::try_from(pages).unwrap().min(3) {
            let started = std::time::Instant::now();
            let drawn = Studio::default().draw(kind, file.clone(), page, Zoom::near(150)).await;
            let took = started.elapsed();
            let words = match &drawn {
                Ok(picture) => format!("{}x{} {} KB", picture.width, picture.height, picture.png.len() / 1024),
                Err(why) => format!("{why:?}"),
            };
            lines += &format!("{} page {page} of {pages}: {took:?} {words}\n", path.display());
            if let Ok(picture) = drawn {
                std::fs::write(path.with_extension(format!("ours-{page}.out")), &picture.png).unwrap();
            }
        }
    }
    std::fs::write(folder.join("times.txt"), lines).unwrap();
}
