//! pgbench is given the statements of the chart page: no more, no fewer, and word for word.

use axum::body::Body;
use custodian::access::{Gate, Role};
use custodian::app::router;
use custodian::bench::pgbench::CHART;
use custodian::chart::urls;
use sqlx::postgres::PgPoolOptions;

use crate::support::app::App;
use crate::support::who::Visitor;

/// A statement without the names of its parameters: `$1`, `:patient` and a literal `null` are the same hole.
fn bare(statement: &str) -> String {
    let mut text = String::new();
    let mut rest = statement.trim().trim_end_matches(';').chars().peekable();
    let mut last = ' ';
    while let Some(c) = rest.next() {
        let begins = match c {
            '$' => true,
            ':' => last != ':' && rest.peek().is_some_and(|next| next.is_ascii_lowercase()),
            _ => false,
        };
        if begins {
            while rest.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '_') {
                rest.next();
            }
            text.push('?');
        } else {
            text.push(c);
        }
        last = c;
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("null", "?")
}

/// Those of the script that are the page's: without the choice of a patient, and without begin and commit.
fn script() -> Vec<String> {
    let lines: Vec<&str> =
        CHART.lines().filter(|line| !line.starts_with("\\set") && !line.ends_with("\\gset")).collect();
    let statements = lines.join("\n");
    let statements = statements.split(";\n").map(bare);
    statements.filter(|statement| !matches!(statement.as_str(), "" | "begin" | "commit")).collect()
}

#[tokio::test]
async fn the_script_of_pgbench_is_what_the_chart_page_asks() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let manager = app.person(Role::Manager).await;
    // One connection, whose statements can be asked for afterwards.
    let pool = PgPoolOptions::new().max_connections(1).connect_with(app.database.app_options()).await.unwrap();
    let mut state = app.state.clone();
    state.gate = Gate::new(pool.clone(), app.clock.clone());
    let path = urls::overview(patient);
    let request = manager.request("GET", &path).body(Body::empty()).unwrap();
    let page = Visitor::anonymous(router::build(state)).send(request).await;
    assert_eq!(page.status, 200);

    let asked: Vec<String> = sqlx::query_scalar(
        "select statement from pg_prepared_statements where statement !~ 'pg_prepared_statements' order by prepare_time",
    )
    .persistent(false)
    .fetch_all(&pool)
    .await
    .unwrap();
    let asked: Vec<String> = asked.iter().map(|statement| bare(statement)).collect();
    let scripted = script();
    for (asked, scripted) in asked.iter().zip(&scripted) {
        assert_eq!(asked, scripted, "src/bench/scripts/chart.sql has another statement than the page");
    }
    assert_eq!(asked.len(), scripted.len(), "the page asks {asked:#?}, and src/bench/scripts/chart.sql {scripted:#?}");
}
