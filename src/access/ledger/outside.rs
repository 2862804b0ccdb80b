//! The checkpoints folder: the witness outside the database.
//!
//! One log a month (`2026-11.log`), only ever added to, each checkpoint followed by an empty line; `latest` holds the
//! newest one, `verifier` the public key. Whoever rewrites the database can't rewrite this folder too, if it lies on another disk, is
//! copied away or is mailed to somebody: that is what makes it evidence.
//!
//! A checkpoint comes here only after the database has committed it. A crash in between leaves the folder one behind, never ahead,
//! and the next seal brings it up: so a folder that is ahead always means that the database lost something.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::checkpoint::Verifier;
use super::error::{LedgerError, Result};
use super::stored::Head;

/// The folder, as configured. It need not exist yet.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Takes the folder's lock, which makes several programs on one machine write one after the other.
    pub fn lock(&self) -> Result<Locked> {
        let lock = || {
            fs::create_dir_all(&self.0)?;
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.0.join(".lock"))?;
            file.lock()?;
            Ok(file)
        };
        Ok(Locked { _held: lock().map_err(|source| self.error(source))?, folder: self.clone() })
    }

    /// Every checkpoint in the folder, oldest first, one at a time.
    pub fn notes(&self) -> Result<Notes> {
        let mut logs = self.logs().map_err(|source| self.error(source))?;
        logs.reverse();
        Ok(Notes { folder: self.clone(), logs, open: None })
    }

    /// The files of the folder as a backup takes them: name, path and how much of it is whole at this moment. The logs only ever grow.
    pub fn parts(&self) -> Result<Vec<(String, PathBuf, u64)>> {
        let _locked = self.lock()?;
        let find = || {
            let mut parts = Vec::new();
            for log in self.logs()? {
                let end = Tail::read(&log)?.end;
                parts.push((log, end));
            }
            for name in ["latest", "verifier"] {
                let path = self.0.join(name);
                if path.exists() {
                    let length = fs::metadata(&path)?.len();
                    parts.push((path, length));
                }
            }
            Ok(parts)
        };
        let parts: Vec<(PathBuf, u64)> = find().map_err(|source| self.error(source))?;
        let named = |(path, length): (PathBuf, u64)| {
            (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), path, length)
        };
        Ok(parts.into_iter().map(named).collect())
    }

    /// The newest whole checkpoint.
    pub fn newest(&self) -> Result<Option<String>> {
        let find = || {
            for log in self.logs()?.iter().rev() {
                if let Some(note) = Tail::read(log)?.note {
                    return Ok(Some(note));
                }
            }
            Ok(None)
        };
        find().map_err(|source| self.error(source))
    }

    /// The monthly logs, oldest first; none when there is no folder yet.
    fn logs(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut logs = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        logs.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.sort();
        Ok(logs)
    }

    fn error(&self, source: io::Error) -> LedgerError {
        LedgerError::Folder { path: self.0.clone(), source }
    }
}

/// The folder while its lock is held.
pub struct Locked {
    _held: File,
    folder: Folder,
}

impl Locked {
    /// Adds checkpoints after the newest one, and puts the last of them into `latest`. All is on the disk when this returns.
    pub fn append(&self, heads: &[Head], verifier: &Verifier) -> Result<()> {
        self.write(heads, verifier).map_err(|source| self.folder.error(source))
    }

    fn write(&self, heads: &[Head], verifier: &Verifier) -> io::Result<()> {
        let Some(last) = heads.last() else { return Ok(()) };
        let folder = &self.folder.0;
        // The newest log may not be the one written to next: a crash at the end of a month.
        if let Some(newest) = self.folder.logs()?.last() {
            cut_half_written(newest)?;
        }
        let mut at = 0;
        while at < heads.len() {
            let month = self.month_after_logs(&heads[at].note)?;
            let same = heads[at..].iter().take_while(|head| month_of(&head.note) <= month.as_str()).count();
            append_to_log(&folder.join(format!("{month}.log")), &heads[at..at + same])?;
            at += same;
        }
        replace(folder, "latest", &last.note)?;
        replace(folder, "verifier", &format!("{verifier}\n"))?;
        File::open(folder)?.sync_all()
    }

    /// The month of the checkpoint, or that of the newest log when a clock was set back: the order of the folder is that of the tree.
    fn month_after_logs(&self, note: &str) -> io::Result<String> {
        let newest = self.folder.logs()?.pop();
        let newest = newest.as_deref().and_then(Path::file_stem).and_then(|stem| stem.to_str()).unwrap_or_default();
        Ok(month_of(note).max(newest).to_owned())
    }
}

/// `2026-11` of the line `sealed 2026-11-22T…`.
fn month_of(note: &str) -> &str {
    note.lines().find_map(|line| line.strip_prefix("sealed ")?.get(..7)).unwrap_or("0000-00")
}

/// Cuts off what a crash left half written; the database still has it.
fn cut_half_written(log: &Path) -> io::Result<()> {
    let end = Tail::read(log)?.end;
    let file = OpenOptions::new().write(true).open(log)?;
    if file.metadata()?.len() > end {
        file.set_len(end)?;
        file.sync_all()?;
    }
    Ok(())
}

/// Adds the checkpoints in one write.
fn append_to_log(log: &Path, heads: &[Head]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(log)?;
    let text: String = heads.iter().flat_map(|head| [head.note.as_str(), "\n"]).collect();
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let draft = folder.join(format!(".{name}.new"));
    let mut file = File::create(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(draft, folder.join(name))
}

/// The end of a log: its last whole checkpoint, and where that ends.
struct Tail {
    note: Option<String>,
    end: u64,
}

/// Far more than one checkpoint with a few witnesses' signatures.
const LONGEST: u64 = 64 * 1024;

impl Tail {
    fn read(log: &Path) -> io::Result<Self> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        let start = length.saturating_sub(LONGEST);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes)?;
        let ends: Vec<usize> = record_ends(&bytes).collect();
        let Some(&end) = ends.last() else {
            let lost = || io::Error::other("no checkpoint at the end of the log");
            return if start == 0 { Ok(Self { note: None, end: 0 }) } else { Err(lost()) };
        };
        // In a window that begins amid a record, that one's end is where the next begins.
        let begin = ends.len().checked_sub(2).map_or(0, |before| ends[before]);
        let note = String::from_utf8_lossy(&bytes[begin..end - 1]).into_owned();
        Ok(Self { note: Some(note), end: start + end as u64 })
    }
}

/// Where each record ends: after the empty line that follows a signature line. Bytes, because a crash may cut a letter in two.
fn record_ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut signed = false;
    let mut at = 0;
    bytes.split_inclusive(|byte| *byte == b'\n').filter_map(move |line| {
        at += line.len();
        let ends = signed && line == b"\n";
        signed = is_signature(line);
        ends.then_some(at)
    })
}

/// A signature line begins with an em dash.
fn is_signature(line: &[u8]) -> bool {
    line.starts_with("\u{2014}".as_bytes()) && line.ends_with(b"\n")
}

/// One checkpoint of the folder with the log it stands in.
#[derive(Debug)]
pub struct OutsideNote {
    pub text: String,
    pub log: String,
}

/// Reads the logs one after the other. A half-written end of the newest log is no checkpoint and is passed over.
pub struct Notes {
    folder: Folder,
    /// Newest first, taken from the end.
    logs: Vec<PathBuf>,
    open: Option<(BufReader<File>, String)>,
}

impl Iterator for Notes {
    type Item = Result<OutsideNote>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.open.is_none() {
                let log = self.logs.pop()?;
                let name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
                match File::open(&log) {
                    Ok(file) => self.open = Some((BufReader::new(file), name)),
                    Err(source) => return Some(Err(self.folder.error(source))),
                }
            }
            let (reader, name) = self.open.as_mut()?;
            match next_record(reader) {
                Ok(Record::Whole(text)) => return Some(Ok(OutsideNote { text, log: name.clone() })),
                Ok(Record::Torn(text)) if !self.logs.is_empty() => {
                    return Some(Ok(OutsideNote { text, log: name.clone() }));
                }
                Ok(Record::Torn(_) | Record::End) => self.open = None,
                Err(source) => return Some(Err(self.folder.error(source))),
            }
        }
    }
}

enum Record {
    Whole(String),
    /// The log ends in the middle of it.
    Torn(String),
    End,
}

fn next_record(reader: &mut impl io::BufRead) -> io::Result<Record> {
    let (mut text, mut signed) = (Vec::new(), false);
    loop {
        let begin = text.len();
        reader.by_ref().take(LONGEST).read_until(b'\n', &mut text)?;
        let line = &text[begin..];
        if line == b"\n" && signed {
            text.pop();
            return Ok(Record::Whole(String::from_utf8_lossy(&text).into_owned()));
        }
        if !line.ends_with(b"\n") || text.len() as u64 > LONGEST {
            let text = String::from_utf8_lossy(&text).into_owned();
            return Ok(if text.is_empty() { Record::End } else { Record::Torn(text) });
        }
        signed = is_signature(line);
    }
}

#[cfg(test)]
mod tests {
    use super::super::checkpoint::CheckpointKey;
    use super::super::tree::Hash;
    use super::*;

    struct Place(PathBuf);

    impl Place {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("custodian-outside-{}", uuid::Uuid::new_v4())))
        }

        fn folder(&self) -> Folder {
            Folder::new(&self.0)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn key() -> CheckpointKey {
        CheckpointKey::from_seed(&[3; 32])
    }

    fn head(size: u64, day: &str) -> Head {
        Head {
            size,
            note: key().sign(size, Hash::of_leaf(&size.to_be_bytes()), vec![format!("sealed {day}T00:00:00.000000Z")]),
        }
    }

    fn append(folder: &Folder, heads: &[Head]) {
        folder.lock().expect("the lock").append(heads, &key().verifier()).expect("a writable folder");
    }

    fn sizes(folder: &Folder) -> Vec<u64> {
        let open = |note: OutsideNote| key().verifier().open(&note.text).expect("our own note").size;
        folder.notes().expect("a folder").map(|note| open(note.expect("readable"))).collect()
    }

    #[test]
    fn checkpoints_read_back_in_order_across_months() {
        let place = Place::new();
        let folder = place.folder();
        assert_eq!((folder.newest().expect("none yet"), sizes(&folder)), (None, vec![]));
        append(&folder, &[head(1, "2026-10-30"), head(2, "2026-10-31"), head(3, "2026-11-01")]);
        append(&folder, &[head(9, "2026-11-02")]);
        assert_eq!(sizes(&folder), [1, 2, 3, 9]);
        assert_eq!(folder.newest().expect("readable"), Some(head(9, "2026-11-02").note));
        assert_eq!(fs::read_to_string(place.0.join("latest")).expect("written"), head(9, "2026-11-02").note);
        assert_eq!(fs::read_to_string(place.0.join("verifier")).expect("written").parse(), Ok(key().verifier()));
        assert!(place.0.join("2026-10.log").exists() && place.0.join("2026-11.log").exists());
    }

    #[test]
    fn a_clock_set_back_does_not_disorder_the_logs() {
        let place = Place::new();
        let folder = place.folder();
        append(&folder, &[head(1, "2026-12-01")]);
        append(&folder, &[head(2, "2026-11-30"), head(3, "2027-01-01")]);
        assert_eq!(sizes(&folder), [1, 2, 3]);
        assert!(!place.0.join("2026-11.log").exists());
    }

    #[test]
    fn a_half_written_end_is_passed_over_and_then_repaired() {
        let place = Place::new();
        let folder = place.folder();
        append(&folder, &[head(1, "2026-11-01"), head(2, "2026-11-01")]);
        let log = place.0.join("2026-11.log");
        let whole = fs::read(&log).expect("written");
        append(&folder, &[head(3, "2026-11-01")]);
        let longer = fs::read(&log).expect("written");
        for cut in whole.len()..longer.len() {
            fs::write(&log, &longer[..cut]).expect("our own file");
            assert_eq!(sizes(&folder), [1, 2], "cut at {cut}");
            assert_eq!(folder.newest().expect("readable"), Some(head(2, "2026-11-01").note), "cut at {cut}");
            append(&folder, &[head(4, "2026-11-01")]);
            assert_eq!(sizes(&folder), [1, 2, 4], "cut at {cut}");
        }
    }

    #[test]
    fn a_half_written_end_of_last_month_is_repaired_too() {
        let place = Place::new();
        let folder = place.folder();
        append(&folder, &[head(1, "2026-10-31"), head(2, "2026-10-31")]);
        let log = place.0.join("2026-10.log");
        let whole = fs::read(&log).expect("written");
        fs::write(&log, &whole[..whole.len() - 50]).expect("our own file");
        append(&folder, &[head(2, "2026-11-01"), head(3, "2026-11-01")]);
        assert_eq!(sizes(&folder), [1, 2, 3]);
        assert!(place.0.join("2026-11.log").exists());
    }

    #[test]
    fn a_long_log_is_read_from_its_end() {
        let place = Place::new();
        let folder = place.folder();
        let heads: Vec<_> = (1..=400).map(|size| head(size, "2026-11-01")).collect();
        append(&folder, &heads);
        assert!(fs::metadata(place.0.join("2026-11.log")).expect("written").len() > LONGEST);
        assert_eq!(folder.newest().expect("readable"), Some(heads[399].note.clone()));
        append(&folder, &[head(401, "2026-11-01")]);
        assert_eq!(sizes(&folder), (1..=401).collect::<Vec<_>>());
    }
}
