//! The wrong program does not compile.
//!
//! A case is a small program with one step in two spellings: lines that end in `// right` and lines that end in `// wrong`. Without the wrong
//! lines every case must compile (all of them together, as one crate), so a case can't fail for a reason of its own; without the right ones it
//! must be refused, with exactly the errors that its first lines announce in rustc's words, `…` standing for some it need not say.
//!
//! The cases see what any program sees that links the library of this very test run. What the gate keeps from them it keeps from every other
//! room of the house too, because nothing in it is `pub(crate)` (`guards::scopes`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;

use super::{files, short};

/// What the cases may name, beside the library.
const BESIDE: [&str; 4] = ["axum", "sqlx", "tokio", "uuid"];

struct Case {
    name: String,
    /// The errors it announces, one a line.
    expected: Vec<String>,
    right: String,
    wrong: String,
}

impl Case {
    fn read(path: &Path, text: &str) -> Self {
        let without = |mark: &str| {
            let kept: Vec<&str> = text.lines().filter(|line| !line.trim_end().ends_with(mark)).collect();
            assert!(kept.len() < text.lines().count(), "{}: no line ends in {mark}", short(path));
            kept.join("\n")
        };
        let announced = text.lines().map_while(|line| line.strip_prefix("// error"));
        let expected: Vec<String> = announced.map(|rest| format!("error{rest}")).collect();
        assert!(!expected.is_empty(), "{}: begin with the error that rustc must report", short(path));
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { name, expected, right: without("// wrong"), wrong: without("// right") }
    }
}

/// Where rustc finds the library of this test run and what it was built with.
struct Libraries {
    rustc: String,
    arguments: Vec<String>,
    folder: PathBuf,
}

impl Libraries {
    /// Asks cargo, to whom everything is fresh: this very test binary was just built.
    fn find() -> Self {
        let test = std::env::current_exe().unwrap();
        let profile = test.ancestors().nth(2).and_then(Path::file_name).unwrap().to_str().unwrap();
        let profile = if profile == "debug" { "dev" } else { profile };
        let built = Command::new(env!("CARGO"))
            .args(["test", "--no-run", "--offline", "--test", "it", "--message-format=json", "--profile", profile])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let (mut externs, mut folders, mut same) = (BTreeMap::new(), BTreeMap::new(), false);
        for message in String::from_utf8_lossy(&built.stdout).lines() {
            let message: Value = serde_json::from_str(message).unwrap();
            same |= message["executable"].as_str().is_some_and(|path| Path::new(path) == test);
            let name = message["target"]["name"].as_str().unwrap_or_default();
            for file in message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let path = Path::new(file);
                if path.extension().is_some_and(|ending| ending == "rmeta") {
                    folders.insert(path.parent().unwrap().to_owned(), ());
                    if name == "custodian" || BESIDE.contains(&name) {
                        externs.insert(name.to_owned(), file.to_owned());
                    }
                }
            }
        }
        assert!(
            same,
            "cargo builds another test binary than this one, {}: run the tests through cargo",
            test.display()
        );
        let mut arguments: Vec<String> =
            folders.keys().map(|folder| format!("-Ldependency={}", folder.display())).collect();
        arguments.extend(externs.iter().map(|(name, file)| format!("--extern={name}={file}")));
        let folder = std::env::temp_dir().join(format!("custodian-compile-fail-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { rustc: std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()), arguments, folder }
    }

    /// Every error rustc has about this program, with its notes.
    fn errors(&self, name: &str, program: &str) -> Vec<String> {
        let source = self.folder.join(format!("{name}.rs"));
        std::fs::write(&source, program).unwrap();
        let checked = Command::new(&self.rustc)
            .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--error-format=json", "--cap-lints=allow"])
            .args(&self.arguments)
            .arg("--out-dir")
            .arg(&self.folder)
            .arg(&source)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&checked.stderr);
        let mut errors = Vec::new();
        for line in told.lines() {
            let message: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("rustc says: {told}"));
            if message["level"] == "error" && !message["spans"].as_array().is_none_or(Vec::is_empty) {
                errors.push(message["rendered"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(checked.status.success(), errors.is_empty(), "rustc says of {name}: {told}");
        errors
    }
}

impl Drop for Libraries {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn cases() -> Vec<Case> {
    let found = files("tests/it/guards/compile_fail/cases", "rs");
    found.iter().map(|(path, text)| Case::read(path, text)).collect()
}

#[test]
fn the_right_program_compiles_and_the_wrong_one_does_not() {
    let (libraries, cases) = (Libraries::find(), cases());
    let together: String = cases.iter().map(|case| format!("mod {} {{\n{}\n}}\n", case.name, case.right)).collect();
    let faults = Mutex::new(Vec::new());
    let queue = Mutex::new(cases.iter());
    let work = || {
        while let Some(case) = { queue.lock().unwrap().next() } {
            let fault = fault(case, &libraries.errors(&case.name, &case.wrong));
            faults.lock().unwrap().extend(fault.map(|fault| format!("{}: {fault}", case.name)));
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            threads.spawn(work);
        }
        let wrong = libraries.errors("right", &together);
        faults.lock().unwrap().extend(wrong.iter().map(|told| format!("a right program does not compile:\n{told}")));
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong with how a wrong program was refused.
fn fault(case: &Case, errors: &[String]) -> Option<String> {
    if errors.is_empty() {
        return Some("it compiles. Close the hole in the library; what this program does must not be possible.".into());
    }
    if let Some(told) = errors.iter().find(|told| !case.expected.iter().any(|expected| says(told, expected))) {
        return Some(format!("it is refused for another reason:\n{told}"));
    }
    let missing = case.expected.iter().find(|expected| !errors.iter().any(|told| says(told, expected)))?;
    Some(format!("rustc does not say: {missing}"))
}

/// Whether rustc's words begin as announced and go on with what stands after each `…`.
fn says(told: &str, announced: &str) -> bool {
    let mut parts = announced.split('…').map(str::trim);
    let begins = parts.next().and_then(|first| told.strip_prefix(first));
    begins.is_some_and(|rest| parts.try_fold(rest, |rest, part| Some(rest.split_once(part)?.1)).is_some())
}
