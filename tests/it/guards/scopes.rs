//! Who may come near the gate: what types can't say among rooms of one crate, said here.

use super::exempt::Exemptions;
use super::{code, files, short};

/// What other rooms see of the gate is what a program that links the library sees, so the compile-fail cases speak for all of them.
#[test]
fn the_gate_keeps_nothing_for_friends() {
    let mut wrong = Vec::new();
    for (path, text) in files("src/access", "rs").into_iter().chain(files("src/blobs", "rs")) {
        let code = code(&text);
        let lines: Vec<&str> = code.lines().collect();
        for (place, line) in lines.iter().enumerate() {
            let for_tests = place > 0 && lines[place - 1].trim() == "#[cfg(test)]";
            if line.contains("pub(crate)") && !for_tests {
                wrong.push(format!("{}: {} – pub, or the gate's own: pub(super).", short(&path), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_named_rows_leave_a_list_unnamed() {
    let mut exemptions = Exemptions::read("figures");
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let name = short(&path);
        for line in code(&text).lines().filter(|_| name != "src/access/scope.rs") {
            let Some((_, row)) = line.split_once("Figure for ") else { continue };
            let row = row.trim_end_matches([' ', '{', '}']);
            if !exemptions.excuses(&format!("{name} {row}")) {
                wrong.push(format!("{name}: {row} leaves a list without saying whose it is; implement About."));
            }
        }
    }
    wrong.extend(exemptions.idle());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where each door may be opened: an operator is somebody at the command line, a job the server's own work, a stranger somebody not signed in.
#[test]
fn actors_come_through_their_own_door() {
    let doors: [(&str, &[&str]); 4] = [
        ("Actor::operator(", &["src/cli/mod.rs"]),
        ("Actor::job(", &["src/app/server.rs", "src/people/dormant.rs", "src/work/jobs.rs"]),
        (
            "Actor::stranger(",
            &[
                "src/app/middleware/errors.rs",
                "src/people/web/sign_in.rs",
                "src/people/web/second_step.rs",
                // Signs its own browsers in.
                "src/bench/place.rs",
            ],
        ),
        // A restored house is verified through a gate of its own.
        (
            "Gate::new(",
            &["src/app/server.rs", "src/cli/migrate.rs", "src/cli/staff.rs", "src/operations/backup/restore.rs"],
        ),
    ];
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs").into_iter().filter(|(path, _)| !short(path).starts_with("src/access/")) {
        let (name, code) = (short(&path), code(&text));
        for (door, places) in doors {
            if code.contains(door) && !places.contains(&name.as_str()) {
                wrong.push(format!(
                    "{name}: {door}..) belongs in {}; take the actor from the request.",
                    places.join(" and ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
