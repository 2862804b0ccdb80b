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
        if !may && (code.contains("sqlx::query") || code.contains("QueryBuilder")) {
            wrong.push(format!("{name}: move the statement to the room's store."));
        }
        if code.contains("AssertSqlSafe") {
            wrong.push(format!("{name}: AssertSqlSafe is not for us; bind every value."));
        }
        if code.contains("PgPool")
            && !["src/access/gate.rs", "src/access/session.rs"].contains(&name.as_str())
            && !name.starts_with("src/db/")
        {
            wrong.push(format!("{name}: the pool is the gate's own; open a scope."));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
