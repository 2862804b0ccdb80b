//! Whatever is sent, into whatever field and address: a clear answer, nothing half-written, and nothing that runs.
//!
//! Routes come from the router, fields from the forms that the pages show, and the world of `world` makes each form fit before one value of it
//! is spoiled.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{StatusCode, header};
use custodian::access::role::Role;
use custodian::app::router;
use sqlx::AssertSqlSafe;
use tokio::sync::OnceCell;

use super::world::{Answer, Asked, Visit, World};
use crate::people::{PASSWORD, knock_with, set_cookie};
use crate::support::html::Sheet;
use crate::support::who::Visitor;

/// Text that means harm to a browser or a database, or reads in the other direction, or is made of many characters that are one.
const TEXT: &str = "\"><img src=x onerror=alert(1)><script>alert(1)</script>'; drop table patients; -- \u{645}\u{631}\u{62d}\u{628}\u{627} 👩🏽‍🚀 e\u{301}\u{323}";
const DAYS: [&str; 5] = ["2026-02-30", "0000-00-00", "9999-12-31", "31-Feb-2026", "99999999999999999999"];
const IDS: [&str; 7] = [
    "not-a-uuid",
    "",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%ED%A0%80",
    "'%20or%20'1'='1",
    "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
];

/// The fields each route's form has, from the pages that show it; the method before the route's path.
type Forms = BTreeMap<(&'static str, &'static str), BTreeSet<String>>;

/// The route that answers at this address.
fn route_of(method: &str, address: &str) -> Option<&'static str> {
    let parts: Vec<&str> = address.split('/').collect();
    let fits = |path: &str| {
        let pattern: Vec<&str> = path.split('/').collect();
        pattern.len() == parts.len()
            && pattern.iter().zip(&parts).all(|(pattern, part)| pattern == part || pattern.starts_with('{'))
    };
    let mut found: Vec<&'static str> = router::list()
        .into_iter()
        .filter(|route| route.method == method && fits(route.path))
        .map(|route| route.path)
        .collect();
    found.sort_by_key(|path| path.matches('{').count());
    found.first().copied()
}

/// What pages show and who may send is the same in every world; found out once.
static FORMS: OnceCell<Forms> = OnceCell::const_new();
static SENDABLE: OnceCell<Vec<(Visit, Role, BTreeSet<String>)>> = OnceCell::const_new();

/// Visits every page as everybody and gathers the forms.
async fn forms(world: &World) -> &'static Forms {
    FORMS.get_or_init(|| gather(world)).await
}

async fn gather(world: &World) -> Forms {
    let mut forms = Forms::new();
    for visit in Visit::all().into_iter().filter(|visit| visit.route.method == "GET") {
        for role in Role::ALL {
            let visitor = world.visitor(&visit, role).await;
            let asked = world.asked(&visit, &visitor).await;
            let page = visitor.get(&world.address(&visit, &asked.parameters)).await;
            for sheet in page.sheets() {
                let method = if sheet.method == "post" { "POST" } else { "GET" };
                let own = sheet.action.is_empty() && method == visit.route.method;
                let path = if own { Some(visit.route.path) } else { route_of(method, &sheet.action) };
                let Some(path) = path else {
                    panic!("{}: a form leads to {} {}, where nothing answers", visit.place(), method, sheet.action)
                };
                let names = sheet.fields.into_iter().map(|(name, _)| name);
                forms.entry((method, path)).or_default().extend(names.filter(|name| name != "csrf"));
            }
        }
    }
    forms
}

/// Somebody who gets this done.
async fn doer(world: &World, visit: &Visit) -> Option<Role> {
    for role in Role::ALL {
        let answer = world.visit_as(visit, role).await;
        if answer.status.is_success() || answer.status == StatusCode::SEE_OTHER {
            return Some(role);
        }
    }
    None
}

/// How many rows each table has, but for what counts attempts and looks.
async fn rows(world: &World) -> Vec<i64> {
    let mut owner = world.app.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from patient_owned_tables
        union select unnest(array['patients', 'staff', 'facilities', 'intake_files', 'intake_outcomes', 'saved_searches']) order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let counts: Vec<String> = tables.iter().map(|table| format!("(select count(*) from {table})")).collect();
    let statement = format!("select array[{}]::bigint[]", counts.join(", "));
    sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut owner).await.unwrap()
}

/// What no answer may be, whatever was sent.
fn fault_of(answer: &Answer) -> Option<String> {
    if answer.status.is_server_error() {
        return Some(format!("answered {}", answer.status));
    }
    let runs = ["<script>alert(1)", "<img src=x onerror"];
    runs.iter().find(|text| answer.body.contains(**text)).map(|text| format!("the answer holds {text} as it was sent"))
}

fn was_done(answer: &Answer) -> bool {
    answer.status.is_success() || answer.status == StatusCode::SEE_OTHER
}

/// The form with one field spoiled.
fn spoiled(asked: &Asked, name: &str, value: &str) -> Asked {
    let name: &'static str = name.to_owned().leak();
    let mut fields: Vec<_> = asked.fields.iter().filter(|(known, _)| *known != name).cloned().collect();
    fields.push((name, value.to_owned()));
    Asked {
        parameters: asked.parameters.clone(),
        fields,
        file: asked.file.clone(),
        visitor: asked.visitor.clone(),
        own: Vec::new(),
    }
}

/// Every form that is sent, with the names of its fields and somebody who may send it.
async fn sendable(world: &World) -> &'static [(Visit, Role, BTreeSet<String>)] {
    SENDABLE.get_or_init(|| find_sendable(world)).await
}

async fn find_sendable(world: &World) -> Vec<(Visit, Role, BTreeSet<String>)> {
    let forms = forms(world).await;
    let mut sendable = Vec::new();
    for visit in Visit::all().into_iter().filter(|visit| visit.route.method == "POST") {
        let Some(role) = doer(world, &visit).await else { continue };
        let visitor = world.visitor(&visit, role).await;
        let mut names = forms.get(&("POST", visit.route.path)).cloned().unwrap_or_default();
        let asked = world.asked(&visit, &visitor).await;
        names.extend(asked.own.iter().map(|name| (*name).to_owned()));
        sendable.push((visit, role, names));
    }
    assert!(sendable.len() >= 60, "{} forms", sendable.len());
    sendable
}

/// Sends each of these values into each field of each form, one at a time.
async fn send_all(world: &World, values: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (visit, role, names) in sendable(world).await {
        for name in names {
            for value in values(name) {
                let visitor = world.visitor(visit, *role).await;
                let asked = spoiled(&world.asked(visit, &visitor).await, name, &value);
                let before = rows(world).await;
                let answer = world.send(visit, &asked, &visitor, None).await;
                let shown: String = value.chars().take(40).collect();
                let place = format!("{} as {}, {name} = {shown:?}", visit.place(), role.word());
                if let Some(fault) = fault_of(&answer) {
                    wrong.push(format!("{place}: {fault}"));
                }
                if !was_done(&answer) && rows(world).await != before {
                    wrong.push(format!("{place}: answered {} and something was written", answer.status));
                }
                world.mend(visit).await;
            }
        }
    }
    wrong
}

#[tokio::test]
async fn text_that_means_harm_is_only_text() {
    let world = World::new().await;
    let wrong = send_all(&world, |_| vec![TEXT.to_owned()]).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever may be typed comes back as it was typed: the form, its field, who sends it, and the page that shows it.
#[tokio::test]
async fn what_is_accepted_is_shown_as_it_was_typed() {
    const TYPED: &str = "<b>\"O'Neil\" & Søn</b>; drop table x; -- \u{645}\u{631}\u{62d}\u{628}\u{627} 👩🏽‍🚀";
    let world = World::new().await;
    let mut wrong = Vec::new();
    for (path, field, role, shown) in [
        ("/patients/new", "given", Role::Registrar, "/patients/{patient}/demographics"),
        ("/patients/{id}/edit/{section}", "religion", Role::Registrar, "/patients/{id}/demographics"),
        ("/patients/{id}/encounters/new", "reason", Role::Registrar, "/encounters/{encounter}"),
        ("/patients/{id}/consents", "scope", Role::Registrar, "/patients/{id}/consents"),
        ("/patients/{id}/requests", "wanted", Role::Coder, "/patients/{id}/requests/{request}"),
        ("/patients/{id}/notes", "text", Role::Physician, "/documents/{key}"),
        ("/documents/{id}/retraction", "explanation", Role::Manager, "/documents/{id}"),
        ("/patients/searches/{id}/saved", "name", Role::Clerk, "/"),
        ("/admin/staff/{id}", "full_name", Role::Admin, "/admin/staff/{id}"),
        ("/admin/facilities/{id}", "name", Role::Admin, "/admin/facilities/{id}"),
        ("/privacy/glass/{grant}/review", "note", Role::Privacy, "/privacy/glass/{grant}"),
    ] {
        let post = |visit: &Visit| visit.route.method == "POST" && visit.route.path == path;
        let visit = Visit::all().into_iter().find(post).unwrap();
        let visitor = world.visitor(&visit, role).await;
        let asked = spoiled(&world.asked(&visit, &visitor).await, field, TYPED);
        let answer = world.send(&visit, &asked, &visitor, None).await;
        if !was_done(&answer) {
            wrong.push(format!("{path}, {field}: answered {}", answer.status));
            continue;
        }
        let named = asked.parameters.iter().map(|(name, value)| ((*name).to_owned(), value));
        let named = named.chain(asked.fields.iter().map(|(name, value)| (format!("{{{name}}}"), value)));
        let address = named.fold(shown.to_owned(), |address, (name, value)| address.replace(&name, value));
        let page = visitor.get(&address).await;
        let kept = page.sheets().iter().any(|sheet| sheet.fields.iter().any(|(_, value)| value == TYPED));
        if !kept && !page.text().contains(TYPED) {
            wrong.push(format!("{path}, {field}: not on {address}, which answered {}", page.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn days_that_are_none_and_values_without_end_are_refused() {
    let world = World::new().await;
    let long = "x".repeat(100_000);
    let is_day = |name: &str| {
        ["born", "date", "signed", "ends", "revoked", "from", "time"].iter().any(|part| name.contains(part))
            || name.ends_with("_on")
            || name.ends_with("_at")
            || name == "on"
            || name == "at"
    };
    let wrong = send_all(&world, |name| match is_day(name) {
        true => DAYS.iter().map(|day| (*day).to_owned()).chain([long.clone()]).collect(),
        false => vec![long.clone()],
    })
    .await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sends a form whose bytes are as given.
async fn send_bytes(visitor: &Visitor, address: &str, fields: &[(&str, &str)]) -> crate::support::html::Page {
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            format!("{}={value}", serde_urlencoded::to_string([(name, "")]).unwrap().trim_end_matches('='))
        })
        .collect();
    let request = visitor.request("POST", address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    visitor.send(request.body(Body::from(body.join("&"))).unwrap()).await
}

#[tokio::test]
async fn what_is_no_text_is_refused_by_the_name_of_its_field() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for (visit, role, names) in sendable(&world).await {
        let visitor = world.visitor(visit, *role).await;
        let asked = world.asked(visit, &visitor).await;
        let visitor = asked.visitor.clone().unwrap_or(visitor);
        let address = world.address(visit, &asked.parameters);
        let before = rows(&world).await;
        for name in names {
            for bytes in ["a%00b", "%ED%A0%80", "%FF%FE", "%C3"] {
                let fields = [("csrf", visitor.csrf()), (name.as_str(), bytes)];
                let page = send_bytes(&visitor, &address, &fields).await;
                let place = format!("{} as {}, {name} = {bytes}", visit.place(), role.word());
                let said = name.replace(['_', '-'], " ");
                if page.status != StatusCode::UNPROCESSABLE_ENTITY || !page.text().contains(&said) {
                    wrong.push(format!("{place}: answered {} and did not name the field", page.status));
                }
            }
        }
        if rows(&world).await != before {
            wrong.push(format!("{}: something was written", visit.place()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    let long = "a".repeat(6000);
    for visit in Visit::all() {
        for role in [Role::Manager, Role::Physician, Role::Privacy, Role::Admin, Role::Indexer] {
            let visitor = world.visitor(&visit, role).await;
            let asked = world.asked(&visit, &visitor).await;
            let used: Vec<_> =
                asked.parameters.iter().filter(|(name, _)| visit.route.path.contains(name)).cloned().collect();
            for (name, _) in &used {
                for id in IDS.iter().copied().chain([long.as_str()]) {
                    let parameters = used
                        .iter()
                        .map(|(known, value)| (*known, if known == name { id.to_owned() } else { value.clone() }))
                        .collect();
                    let spoiled = Asked { parameters, fields: asked.fields.clone(), ..Asked::default() };
                    let answer = world.send(&visit, &spoiled, &visitor, None).await;
                    let shown: String = id.chars().take(40).collect();
                    let place = format!("{} as {}, {name} = {shown:?}", visit.place(), role.word());
                    if let Some(fault) = fault_of(&answer) {
                        wrong.push(format!("{place}: {fault}"));
                    }
                    // Nothing in its place is the list above it.
                    if was_done(&answer) && !id.is_empty() && answer.rows.iter().any(|row| row.outcome == "success") {
                        wrong.push(format!("{place}: answered {}", answer.status));
                    }
                }
            }
            world.mend(&visit).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_asked_in_an_address_is_only_text_too() {
    let world = World::new().await;
    let forms = forms(&world).await;
    let mut wrong = Vec::new();
    for visit in Visit::all().into_iter().filter(|visit| visit.route.method == "GET") {
        let mut names = forms.get(&("GET", visit.route.path)).cloned().unwrap_or_default();
        // What links of the house say, wherever they lead.
        names.extend(["after", "id", "page", "version", "via", "next", "search"].map(str::to_owned));
        for role in [Role::Manager, Role::Physician, Role::Privacy, Role::Admin] {
            let visitor = world.visitor(&visit, role).await;
            let asked = world.asked(&visit, &visitor).await;
            let address = world.address(&visit, &asked.parameters);
            for name in &names {
                let text = serde_urlencoded::to_string([(name, TEXT)]).unwrap();
                let long = format!("{name}={}", "x".repeat(5000));
                let queries =
                    [text, format!("{name}=%00"), format!("{name}=%ED%A0%80"), format!("{name}=9999-12-31"), long];
                for query in queries {
                    let page = visitor.get(&format!("{address}?{query}")).await;
                    let answer = Answer { status: page.status, body: page.body, rows: Vec::new() };
                    if let Some(fault) = fault_of(&answer) {
                        let shown: String = query.chars().take(40).collect();
                        wrong.push(format!("{} as {}, ?{shown}: {fault}", visit.place(), role.word()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_was_being_sent_when_the_session_ended_comes_back_whole() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    // One's own account and the glass ask for secrets and are typed anew (people::kept).
    let anew = ["/sign-out", "/confirm", "/account", "/parked", "/glass"];
    let forms = forms(&world).await;
    for visit in Visit::all().into_iter().filter(|visit| visit.route.method == "POST") {
        let path = visit.route.path;
        let names = forms.get(&("POST", path)).cloned().unwrap_or_default();
        let secret = |name: &str| name.contains("password") || name == "one_time_code" || name == "ssn";
        let typed: Vec<(&str, &str)> =
            names.iter().filter(|name| !secret(name)).map(|name| (name.as_str(), TEXT)).collect();
        // A file is chosen again.
        let sends_file = visit.ends(&["/indexing/files", "/versions"]);
        let typed: Vec<_> = typed.into_iter().filter(|(name, _)| !sends_file || *name != "file").collect();
        if typed.is_empty() || anew.iter().any(|start| path.starts_with(start)) {
            continue;
        }
        let visitor = world.author(Role::Manager).await;
        let staff = visitor.staff.unwrap();
        let asked = world.asked(&visit, &visitor).await;
        let address = world.address(&visit, &asked.parameters);
        world.app.made().run("update sessions set ended_at = created_at where staff_id = $1", staff.0).await;
        let mut all = vec![("csrf", visitor.csrf())];
        all.extend(typed.iter().copied());
        let page = match &asked.file {
            Some(file) => visitor.upload_as_is(&address, &all, "scan.png", file).await,
            None => visitor.post_as_is(&address, &all).await,
        };
        if page.status != StatusCode::UNAUTHORIZED {
            wrong.push(format!("{}: answered {}", visit.place(), page.status));
            continue;
        }
        // The page that answers is a sign-in page; whoever signs in on it has everything back.
        let (cookie, token) =
            (set_cookie(&page, "custodian-door").unwrap(), page.attribute("input[name=csrf]", "value").unwrap());
        let next = page.attribute("input[name=next]", "value").unwrap_or_default();
        let name = world.told("select sign_in_name from staff where staff_id = $1", staff.0).await;
        let fields = [("csrf", token.as_str()), ("name", &name), ("password", PASSWORD), ("next", &next)];
        let inside = knock_with(&world.app, &[&cookie], &fields).await;
        let back = world.app.anonymous().with_cookie_of(&inside);
        let kept = back.get(&next).await;
        // The search of the top bar may lead to the same place.
        let sheets: Vec<_> = kept.sheets().into_iter().filter(|sheet| sheet.action == address).collect();
        let lost = |sheet: &Sheet| {
            let is_lost = |(name, value): &&(&str, &str)| {
                !sheet.fields.iter().any(|(known, kept)| known == name && kept == value)
            };
            typed.iter().filter(is_lost).count()
        };
        if sheets.iter().map(lost).min() != Some(0) {
            wrong.push(format!("{}: not everything came back at {next}", visit.place()));
        }
        world.mend(&visit).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
