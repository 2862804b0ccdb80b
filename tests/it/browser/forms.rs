//! What a browser does to forms and addresses: pressing twice, leaving, going back, waiting too long, fetching ahead, and records kept from view.

use custodian::access::Role;
use serde_json::{Value, json};

use super::house::{House, house};
use super::window::window;

/// Requests of this kind so far.
fn counted(house: &House, method: &str, path: &str) -> usize {
    house.seen().iter().filter(|seen| seen.method == method && seen.uri == path && seen.status < 400).count()
}

#[tokio::test]
async fn a_form_is_sent_once_and_not_left_by_accident() {
    let Some(house) = house().await else { return };
    let (coder, chart) = (house.person(Role::Coder).await, house.patient());
    let patient = format!("/patients/{}", chart.patient);
    window(house, "forms", true, async |window| {
        window.sign_in(&coder).await;
        window.open_page(&patient).await;
        let leaving = "(() => { const e = new Event('beforeunload', { cancelable: true }); dispatchEvent(e); return e.defaultPrevented; })()";
        assert!(!window.is(leaving).await, "nothing typed, nothing asked");
        window.fill("#explanation", "x").await;
        assert!(window.is(leaving).await, "leaving asks first");
        window.open_page("/account").await;
        let (path, before) = ("/account", counted(house, "POST", "/account"));
        let twice = "const form = document.querySelector(`form[action='${arguments[0]}'][method=post]`); form.requestSubmit(); form.requestSubmit()";
        window.run(twice, vec![json!(path)]).await;
        window.shows("Saved.").await;
        assert_eq!(counted(house, "POST", path), before + 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_away_is_warned_and_then_signed_out() {
    let Some(house) = house().await else { return };
    let clerk = house.person(Role::Clerk).await;
    // The page's own clock runs ahead on demand, and looks at itself more often than every five seconds.
    let ahead = "const real = Date.now.bind(Date), every = window.setInterval; let ahead = 0; Date.now = () => real() + ahead;
        window.wait = minutes => { ahead += minutes * 60000; }; window.setInterval = (work, time) => every(work, Math.min(time, 50));";
    window(house, "idle", true, async |window| {
        window.sign_in(&clerk).await;
        window.before_each_page(ahead).await;
        window.open_page("/").await;
        window.run("wait(12.9)", Vec::new()).await;
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        assert!(!window.is("document.querySelector('#idle').open").await);
        window.run("wait(0.2)", Vec::new()).await;
        window.until("document.querySelector('#idle').open").await;
        let before = counted(house, "POST", "/account/presence");
        window.key(fantoccini::key::Key::Enter).await;
        window.until("!document.querySelector('#idle').open").await;
        assert_eq!(counted(house, "POST", "/account/presence"), before + 1);
        assert_eq!(window.address().await, "/");
        window.run("wait(13.1)", Vec::new()).await;
        window.until("document.querySelector('#idle').open").await;
        window.look("idle", &[]).await;
        window.run("wait(2)", Vec::new()).await;
        window.until("location.pathname === '/sign-in'").await;
        window.shows("nobody used this window for a while").await;
        window.open_page("/account").await;
        window.shows("For authorized staff").await;
    })
    .await;
}

/// Check 32.
#[tokio::test]
async fn filters_are_in_the_address_and_survive_reload_and_back() {
    let Some(house) = house().await else { return };
    let (privacy, clerk) = (house.person(Role::Privacy).await, house.person(Role::Clerk).await);
    window(house, "filters", true, async |window| {
        window.sign_in(&clerk).await;
        window.open_page("/patients").await;
        window.sign_out().await;
        window.sign_in(&privacy).await;
        window.open_page("/audit").await;
        window.fill("#staff", &clerk.sign_in_name).await;
        window.choose("#act", "house").await;
        window.press("Apply").await;
        let (address, rows) = (window.address().await, window.texts("tbody tr").await);
        assert!(rows.len() == 2 && rows[0].contains("Signed out") && rows[1].contains("Signed in"), "{rows:?}");
        assert!(address.contains("act=house"));
        window.reload().await;
        assert_eq!(window.texts("tbody tr").await, rows);
        window.press_css("tbody th a.main").await;
        window.go_back().await;
        assert_eq!((window.address().await, window.texts("tbody tr").await), (address, rows.clone()));
        assert!(window.is("document.querySelector('#act').value === 'house'").await);
        let file = window.download("a[href*='audit.csv']").await;
        assert_eq!(file.lines().count(), rows.len() + 1, "the file is the list");
        // A day that is none: the field says so, and keeps what was typed.
        window.fill("#from", "soon").await;
        window.press("Apply").await;
        assert!(window.title().await.starts_with("Error: "));
        window.until("document.activeElement.matches('.errsum')").await;
        assert!(window.is("document.querySelector('#from').value === 'soon'").await);
        window.look("audit-wrong", &[]).await;
    })
    .await;
}

/// Check 35: what the browser fetches ahead is nobody's look.
#[tokio::test]
async fn a_page_fetched_ahead_is_on_no_log() {
    let Some(house) = house().await else { return };
    let (manager, chart) = (house.person(Role::Manager).await, house.patient());
    let about = async || {
        let statement = "select count(*) from audit_events where patient_id = $1";
        sqlx::query_scalar::<_, i64>(statement)
            .bind(chart.patient)
            .fetch_one(&mut house.app.owner().await)
            .await
            .unwrap()
    };
    window(house, "prefetch", true, async |window| {
        window.sign_in(&manager).await;
        let address = format!("/patients/{}", chart.patient);
        let before = about().await;
        let link = "const done = arguments[1], link = document.createElement('link'); link.rel = 'prefetch'; link.href = arguments[0];
            link.onload = () => done('load'); link.onerror = () => done('error'); document.head.append(link)";
        assert_eq!(window.run_slowly(link, vec![json!(address)]).await, json!("error"));
        let header = "const done = arguments[1]; fetch(arguments[0], { headers: { Purpose: 'prefetch' } }).then(answer => done(answer.status))";
        assert_eq!(window.run_slowly(header, vec![json!(address)]).await, json!(503));
        assert_eq!(about().await, before, "no event");
        let blocked = window.complaints().await;
        assert!(blocked.iter().all(|words| words.contains("Content Security Policy") || words.contains("503")), "{blocked:?}");
        window.open_page(&address).await;
        assert_eq!(about().await, before + 1, "one page, one event");
    })
    .await;
}

/// Check 39: a restricted record keeps its name to itself in the list, in the file and in titles.
#[tokio::test]
async fn a_restricted_record_is_masked_everywhere() {
    let Some(house) = house().await else { return };
    let (release, chart) = (house.person(Role::Release).await, house.patient());
    house.app.made().restrict(chart.patient).await;
    window(house, "restricted", true, async |window| {
        window.sign_in(&release).await;
        window.press("Patients").await;
        window.fill("#mrn", &chart.mrn).await;
        window.press("Find patient").await;
        window.shows("Name restricted").await;
        let rows = window.texts("tbody tr").await;
        let told = |text: &str| {
            [&chart.family, &chart.given]
                .into_iter()
                .find(|word| text.to_lowercase().contains(&word.to_lowercase()))
                .cloned()
        };
        assert_eq!(told(&rows.concat()), None);
        window.look("search-restricted", &[&chart]).await;
        assert!(!window.title().await.contains(&chart.family));
        if window.count("a[href$='.csv']").await > 0 {
            let file = window.download("a[href$='.csv']").await;
            assert!(file.contains("Name restricted"), "{file}");
            assert_eq!(told(&file), None);
        }
        window.press_css("tbody a.main").await;
        window.shows("This record is restricted").await;
        window.hides(&chart.family).await;
        window.look("reason-restricted", &[&chart]).await;
        window.media("print", Value::Array(Vec::new())).await;
        window.hides(&chart.family).await;
    })
    .await;
}
