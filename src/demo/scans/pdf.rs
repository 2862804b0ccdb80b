//! Just enough of PDF (ISO 32000-1) to set a page in the standard fonts and to wrap pictures as pages.

use super::{Sheet, type_setting};

/// A page's picture, JPEG, eight bits of grey.
pub struct PagePicture {
    pub width: usize,
    pub height: usize,
    pub jpeg: Vec<u8>,
}

/// The objects of a file in the making; the first is the catalogue, the second the page tree.
struct Objects(Vec<Vec<u8>>);

impl Objects {
    /// Adds an object and answers its number.
    fn add(&mut self, body: impl Into<Vec<u8>>) -> usize {
        self.0.push(body.into());
        self.0.len()
    }

    fn stream(&mut self, dictionary: &str, bytes: &[u8]) -> usize {
        let mut body = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len()).into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\nendstream");
        self.add(body)
    }

    fn finish(mut self, pages: &[usize]) -> Vec<u8> {
        let kids: Vec<String> = pages.iter().map(|page| format!("{page} 0 R")).collect();
        self.0[1] = format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")).into_bytes();
        let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut offsets = Vec::with_capacity(self.0.len());
        for (place, body) in self.0.iter().enumerate() {
            offsets.push(file.len());
            file.extend_from_slice(format!("{} 0 obj\n", place + 1).as_bytes());
            file.extend_from_slice(body);
            file.extend_from_slice(b"\nendobj\n");
        }
        let start = file.len();
        file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", self.0.len() + 1).as_bytes());
        for offset in offsets {
            file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let size = self.0.len() + 1;
        file.extend_from_slice(
            format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
        );
        file
    }
}

fn begun() -> Objects {
    Objects(vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), Vec::new()])
}

/// The sheets set in Helvetica on letter paper.
pub fn of_type(sheets: &[Sheet]) -> Vec<u8> {
    let mut objects = begun();
    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
    let (plain, bold) = (objects.add(font("Helvetica")), objects.add(font("Helvetica-Bold")));
    let mut pages = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let content = objects.stream("", type_setting::stream(sheet).as_bytes());
        pages.push(objects.add(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 {plain} 0 R /F2 {bold} 0 R >> >> \
             /Contents {content} 0 R >>"
        )));
    }
    objects.finish(&pages)
}

/// One picture a page, filling letter paper.
pub fn of_pictures(pictures: &[PagePicture]) -> Vec<u8> {
    let mut objects = begun();
    let mut pages = Vec::with_capacity(pictures.len());
    for picture in pictures {
        let dictionary = format!(
            "/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode",
            picture.width, picture.height
        );
        let image = objects.stream(&dictionary, &picture.jpeg);
        let content = objects.stream("", b"q 612 0 0 792 0 0 cm /Scan Do Q");
        pages.push(objects.add(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /Scan {image} 0 R >> >> \
             /Contents {content} 0 R >>"
        )));
    }
    objects.finish(&pages)
}
