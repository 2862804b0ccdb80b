//! Filing: what may come in, and how it gets into the right chart.

mod fit;
mod quarantine;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// A PDF of one page with a typeface and some words, changed to order before it is written.
pub fn pdf(change: impl FnOnce(&mut Document, &mut Dictionary)) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let words = b"BT /F1 24 Tf 72 700 Td (Consultation about asthma) Tj ET".to_vec();
    let contents = document.add_object(Stream::new(Dictionary::new(), words));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => contents, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => pages };
    change(&mut document, &mut catalog);
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A PDF as anybody sends it.
pub fn plain_pdf() -> Vec<u8> {
    pdf(|_, _| {})
}
