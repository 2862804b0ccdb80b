//! SQL lives in stores and in the gate; the pool lives in the gate alone.

use super::{code, files, short};

#[test]
fn statements_stand_in_stores() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let name = short(&path);
        let code = code(&text);
        let may = ["src/access/", "src/db/", "src/queue/"].iter().any(|room| name.starts_with(room))
            || name.ends_with("/store.rs")
            || name.contains("/store/");
        if !may
            && ["sqlx::query", "QueryBuilder", "query!(", "query_as!(", "query_scalar!("]
                .iter()
                .any(|word| code.contains(word))
        {
            wrong.push(format!("{name}: move the statement to the room's store."));
        }
        if code.contains("AssertSqlSafe") {
            wrong.push(format!("{name}: AssertSqlSafe is not for us; bind every value."));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statements run in a scope; nobody else has anything to run them on.
#[test]
fn connections_stay_in_the_gate() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let (name, code) = (short(&path), code(&text));
        // A backup copies every table as their owner, on the log before the first byte (`operations/backup`): no scope could.
        let copies = ["src/operations/backup/", "src/operations/store/backups.rs", "src/operations/mod.rs"];
        if ["src/access/", "src/db/"].iter().chain(&copies).any(|room| name.starts_with(room)) {
            continue;
        }
        for word in ["PgPool", "PgConnection", "PgExecutor", "Executor", "Acquire", "PgListener", "Pool<"] {
            if code.split(|c: char| !c.is_alphanumeric() && c != '<').any(|found| found.starts_with(word)) {
                wrong.push(format!("{name}: {word} is the gate's own; open a scope."));
            }
        }
        // The database is put into the gate where a program starts.
        if code.contains("crate::db")
            && !["src/app/server.rs", "src/cli/", "src/bench/pgbench.rs"].iter().any(|room| name.starts_with(room))
        {
            wrong.push(format!("{name}: the database is reached through the gate."));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
