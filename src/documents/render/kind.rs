//! What stored bytes are. Their own first bytes count for more than the label they came with, which senders get wrong.

/// How a document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    PlainText,
    Html,
    /// XHTML, C-CDA and other XML.
    Xml,
    Pdf,
    Png,
    Jpeg,
    Tiff,
    Other,
}

impl Kind {
    pub fn of(content_type: &str, content: &[u8]) -> Self {
        let label = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match content {
            [b'%', b'P', b'D', b'F', b'-', ..] => Kind::Pdf,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Kind::Png,
            [0xff, 0xd8, 0xff, ..] => Kind::Jpeg,
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Kind::Tiff,
            // A sender's system may put a line or two before the PDF itself (PDF 32000-1, annex H.3.4.1).
            _ if label == "application/pdf" => Kind::Pdf,
            [b'{', b'\\', b'r', b't', b'f', ..] => Kind::Other,
            _ => Self::of_label(&label),
        }
    }

    fn of_label(label: &str) -> Self {
        match label {
            "text/html" => Kind::Html,
            "text/xml" | "application/xml" => Kind::Xml,
            "text/rtf" | "application/rtf" => Kind::Other,
            // A label that promises a picture over bytes that are none.
            "image/png" => Kind::Png,
            "image/jpeg" | "image/jpg" => Kind::Jpeg,
            "image/tiff" | "image/tif" => Kind::Tiff,
            "application/json" | "application/hl7-v2" | "x-application/hl7-v2+er7" => Kind::PlainText,
            label if label.ends_with("+xml") => Kind::Xml,
            label if label.ends_with("+json") || label.starts_with("text/") => Kind::PlainText,
            _ => Kind::Other,
        }
    }

    /// What people read beside the type of a document.
    pub fn words(self) -> &'static str {
        match self {
            Kind::PlainText => "Text",
            Kind::Html => "Web page, shown as text",
            Kind::Xml => "Structured document, shown as text",
            Kind::Pdf => "PDF",
            Kind::Png | Kind::Jpeg => "Picture",
            Kind::Tiff => "Scan",
            Kind::Other => "File",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_count_for_more_than_the_label() {
        assert_eq!(Kind::of("application/octet-stream", b"%PDF-1.7"), Kind::Pdf);
        assert_eq!(Kind::of("text/plain", b"\x89PNG\r\n\x1a\n...."), Kind::Png);
        assert_eq!(Kind::of("application/pdf", b"\r\n%PDF-1.4"), Kind::Pdf);
        assert_eq!(Kind::of("Text/HTML; charset=utf-8", b"<p>"), Kind::Html);
        assert_eq!(Kind::of("application/xhtml+xml", b"<html/>"), Kind::Xml);
        assert_eq!(Kind::of("text/plain", b"{\\rtf1 x}"), Kind::Other);
        assert_eq!(Kind::of("application/dicom", b"...."), Kind::Other);
        assert_eq!(Kind::of("", b""), Kind::Other);
    }
}
