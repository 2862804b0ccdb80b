//! Real input that nobody here wrote, where this machine has it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The folder of it.
pub fn shared() -> Option<PathBuf> {
    let folder =
        std::env::var_os("CUSTODIAN_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from).join("data");
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&format!("real input: no {} (set CUSTODIAN_SHARED to the folder that has it)", folder.display()));
    None
}

/// Unpacks the files of an archive that `wanted` names, cut by it.
pub fn unpack(archive: &Path, to: &Path, mut wanted: impl FnMut(&str, Vec<u8>) -> Option<Vec<u8>>) {
    let mut decoder = zstd::stream::read::Decoder::new(fs::File::open(archive).unwrap()).unwrap();
    decoder.window_log_max(31).unwrap();
    let mut archive = tar::Archive::new(decoder);
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        match wanted(&name, bytes) {
            Some(bytes) => fs::write(to.join(name), bytes).unwrap(),
            None => return,
        }
    }
}

/// Says once that something is left out and how to have it. Past the capture of a passing test's output, so that it is seen.
pub fn skipped(what: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if SAID.lock().is_ok_and(|mut said| said.insert(what.to_owned())) {
        let _ = writeln!(std::io::stderr(), "\n*** SKIPPED {what}\n");
    }
}
