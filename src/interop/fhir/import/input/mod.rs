//! What was handed over: files, folders and archives, opened one after the other and read as a stream, so that memory does not grow with size.

pub(crate) mod repair;
pub(crate) mod split;

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use split::Piece;

/// How many wrappings (an archive in an archive) are opened.
const DEEPEST: usize = 4;
const BUFFER: usize = 256 << 10;

/// The files named on the command line, folders walked, in one fixed order.
pub(crate) struct Input {
    files: Vec<Leaf>,
}

struct Leaf {
    path: PathBuf,
    /// As the report names it.
    name: String,
    size: u64,
}

/// Takes what a file holds; answers whether to go on.
pub(crate) trait Taker {
    /// Whether this file (of an archive: the one inside) has anything for the present reading.
    fn wants(&mut self, file: &str) -> bool;
    fn take(&mut self, file: &str, piece: Piece<'_>) -> bool;
    /// A file or archive that broke off, or is of no kind known here.
    fn lost(&mut self, file: &str, reason: String) -> bool;
}

impl Input {
    /// # Errors
    /// When a path named on the command line can't be read at all.
    pub(crate) fn find(paths: &[PathBuf]) -> io::Result<Self> {
        let mut files = Vec::new();
        for path in paths {
            let found = fs::metadata(path)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
            if found.is_dir() {
                walk(path, &mut files)?;
            } else {
                files.push(Leaf { path: path.clone(), name: path.display().to_string(), size: found.len() });
            }
        }
        Ok(Self { files })
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|leaf| leaf.size).sum()
    }

    /// Reads everything once. Stops early only when the taker says so.
    pub(crate) fn read(&self, bar: &ProgressBar, taker: &mut impl Taker) {
        for leaf in &self.files {
            let end = bar.position() + leaf.size;
            let going = match File::open(&leaf.path) {
                Ok(file) => stream(&leaf.name, Box::new(bar.wrap_read(file)), taker, 0),
                Err(error) => taker.lost(&leaf.name, format!("the file can't be opened: {}", error.kind())),
            };
            bar.set_position(end);
            if !going {
                return;
            }
        }
    }
}

fn walk(folder: &Path, files: &mut Vec<Leaf>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = path.display().to_string();
        let found = fs::metadata(&path)?;
        if hidden(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if found.is_dir() {
            walk(&path, files)?;
        } else if expected(&name) {
            files.push(Leaf { path, name, size: found.len() });
        }
    }
    Ok(())
}

fn hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Inside folders and archives only files that may be FHIR are opened; a file named on the command line always is.
fn expected(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let bare = name.trim_end_matches(".gz").trim_end_matches(".zst");
    [".json", ".ndjson", ".jsonl", ".tar", ".tgz"].iter().any(|end| bare.ends_with(end))
}

fn stream(name: &str, mut reader: Box<dyn Read + '_>, taker: &mut impl Taker, depth: usize) -> bool {
    let mut head = Vec::with_capacity(512);
    if let Err(error) = reader.by_ref().take(512).read_to_end(&mut head) {
        return taker.lost(name, broke_off(&error));
    }
    let kind = Kind::of(name, &head);
    let whole: Box<dyn Read + '_> = Box::new(Cursor::new(head).chain(reader));
    if matches!(kind, Kind::Lines | Kind::Values) && !taker.wants(name) {
        return true;
    }
    if depth > DEEPEST {
        return taker.lost(name, "an archive within an archive, too deep: unpack it first".into());
    }
    match kind {
        Kind::Zstd => match zstd::stream::read::Decoder::new(whole) {
            Ok(mut decoder) => {
                // Archives packed with a long window (zstd --long) need one as large here.
                let widened = decoder.window_log_max(31);
                match widened {
                    Ok(()) => stream(name, Box::new(decoder), taker, depth + 1),
                    Err(error) => taker.lost(name, broke_off(&error)),
                }
            }
            Err(error) => taker.lost(name, broke_off(&error)),
        },
        Kind::Gzip => stream(name, Box::new(flate2::read::MultiGzDecoder::new(whole)), taker, depth + 1),
        Kind::Tar => archive(name, whole, taker, depth),
        Kind::Lines | Kind::Values => {
            let mut sink = |piece: Piece<'_>| taker.take(name, piece);
            let reader = BufReader::with_capacity(BUFFER, whole);
            let outcome =
                if kind == Kind::Lines { split::lines(reader, &mut sink) } else { split::values(reader, &mut sink) };
            outcome.unwrap_or_else(|error| taker.lost(name, broke_off(&error)))
        }
        Kind::Utf16 => taker.lost(name, "the file is UTF-16; FHIR is UTF-8: convert it first".into()),
        Kind::Zip => taker.lost(name, "a zip archive: unpack it, or pack it as tar".into()),
    }
}

fn broke_off(error: &io::Error) -> String {
    format!("the file is damaged or cut here, what came before was read ({})", error.kind())
}

fn archive(name: &str, reader: Box<dyn Read + '_>, taker: &mut impl Taker, depth: usize) -> bool {
    let mut archive = tar::Archive::new(reader);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return taker.lost(name, broke_off(&error)),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return taker.lost(name, broke_off(&error)),
        };
        let inside = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let last = inside.rsplit('/').next().unwrap_or_default();
        if !entry.header().entry_type().is_file() || hidden(last) || !expected(&inside) {
            continue;
        }
        let inside = format!("{name}/{inside}");
        if !stream(&inside, Box::new(entry), taker, depth + 1) {
            return false;
        }
    }
    true
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Zstd,
    Gzip,
    Tar,
    Zip,
    Utf16,
    Lines,
    Values,
}

impl Kind {
    /// By what the bytes are; the name only tells lines from values.
    fn of(name: &str, head: &[u8]) -> Self {
        let name = name.to_ascii_lowercase();
        let bare = name.trim_end_matches(".gz").trim_end_matches(".zst");
        if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Kind::Zstd
        } else if head.starts_with(&[0x1f, 0x8b]) {
            Kind::Gzip
        } else if head.get(257..262) == Some(b"ustar") || (bare.ends_with(".tar") && head.len() == 512) {
            Kind::Tar
        } else if head.starts_with(b"PK\x03\x04") {
            Kind::Zip
        } else if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            Kind::Utf16
        } else if bare.ends_with(".ndjson") || bare.ends_with(".jsonl") {
            Kind::Lines
        } else {
            Kind::Values
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Told(Vec<String>);

    impl Taker for Told {
        fn wants(&mut self, _: &str) -> bool {
            true
        }
        fn take(&mut self, file: &str, piece: Piece<'_>) -> bool {
            self.0.push(match piece {
                Piece::Resource { json, .. } => format!("{file} {}", String::from_utf8_lossy(json)),
                Piece::Broken { .. } => format!("{file} broken"),
            });
            true
        }
        fn lost(&mut self, file: &str, reason: String) -> bool {
            self.0.push(format!("{file} lost: {reason}"));
            true
        }
    }

    fn told(name: &str, bytes: &[u8]) -> Vec<String> {
        let mut told = Told::default();
        stream(name, Box::new(bytes), &mut told, 0);
        told.0
    }

    fn tar_of(files: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_cksum();
            builder.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn archives_are_read_packed_and_only_what_may_be_fhir_is_opened() {
        let tar = tar_of(&[("x/a.ndjson", "{\"a\":1}\n{\"a\":2}"), ("x/read.me", "hello"), ("x/._b.json", "?")]);
        let expected = ["t/x/a.ndjson {\"a\":1}", "t/x/a.ndjson {\"a\":2}"];
        assert_eq!(told("t", &tar), expected);
        let packed = zstd::encode_all(&tar[..], 1).unwrap();
        assert_eq!(told("t", &packed), expected);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut gzip, &tar).unwrap();
        assert_eq!(told("t", &gzip.finish().unwrap()), expected);
    }

    #[test]
    fn an_archive_packed_with_a_long_window_opens() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(28).unwrap();
        encoder.long_distance_matching(true).unwrap();
        io::Write::write_all(&mut encoder, b"{\"a\":1}").unwrap();
        assert_eq!(told("p.json.zst", &encoder.finish().unwrap()), ["p.json.zst {\"a\":1}"]);
    }

    #[test]
    fn a_cut_archive_keeps_what_came_before_and_says_so() {
        let lines: String = (0..2000).map(|n| format!("{{\"a\":{n}}}\n")).collect();
        let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
        let told = told("p.ndjson.zst", &packed[..packed.len() - 20]);
        assert!(told.last().unwrap().contains("lost: the file is damaged or cut"), "{:?}", told.last());
    }

    #[test]
    fn other_encodings_and_zip_are_named() {
        assert!(told("a.json", b"\xff\xfe{\0")[0].contains("UTF-16"));
        assert!(told("a.zip", b"PK\x03\x04....")[0].contains("zip"));
    }
}
