//! The server the browser talks to: the real router on a port of its own, over a database with imported charts, and a witness of every request.
//!
//! Made once for all tests, on threads of its own, so that it outlives each of them. Tests take charts and people of their own from it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use chrono::NaiveDate;
use custodian::access::Role;
use custodian::access::ledger::seal::Turn;
use custodian::app::router;
use custodian::base::clock::Clock;
use custodian::base::id::{DocumentId, PatientId, StaffId};
use custodian::patients::model::PatientRecord;
use sqlx::Row;

use super::driver::Driver;
use crate::documents::provider;
use crate::interop;
use crate::patients::{With, record, register};
use crate::people::with_password;
use crate::support::app::App;
use crate::support::given::{shared, skipped, unpack};

/// Lines of each of the hospital's files: enough for charts with documents and encounters, few enough for seconds.
const LINES: usize = 400;
const ENCOUNTERS: usize = 1000;

pub struct House {
    pub driver: Driver,
    pub origin: String,
    pub app: App,
    /// A chart with all kinds of documents, which no test changes: [`Chart::documents`] are a scan of two pages and a long note.
    pub reading: Chart,
    charts: Mutex<VecDeque<Chart>>,
    patients: Mutex<VecDeque<Chart>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A patient as the database knows them, so that a test can look for every trace of them.
/// [`Chart::documents`] are listed of the reading chart alone.
#[derive(Clone, Debug)]
pub struct Chart {
    pub patient: PatientId,
    pub family: String,
    pub given: String,
    pub mrn: String,
    pub born: NaiveDate,
    pub phone: Option<String>,
    pub documents: Vec<DocumentId>,
}

/// Somebody who can sign in with the tests' password.
pub struct Person {
    pub staff: StaffId,
    pub sign_in_name: String,
    pub full_name: String,
}

/// One request as it came over the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub uri: String,
    pub status: u16,
    /// What its headers should have said.
    pub faults: Vec<String>,
}

enum Built {
    Whole(Box<House>),
    NoBrowser,
    /// The first test that came tells why.
    Failed,
}

/// The house, or nothing where there is no browser.
pub async fn house() -> Option<&'static House> {
    static HOUSE: OnceLock<Built> = OnceLock::new();
    match tokio::task::spawn_blocking(|| HOUSE.get_or_init(build)).await.expect("the house is asked for") {
        Built::Whole(house) => Some(house),
        Built::NoBrowser => None,
        Built::Failed => panic!("the house could not be built; the first test that wanted it says why"),
    }
}

fn build() -> Built {
    let Some(driver) = Driver::start() else { return Built::NoBrowser };
    let (built, house) = mpsc::channel();
    std::thread::Builder::new().name("house".into()).spawn(move || live(driver, &built)).expect("a thread");
    house.recv().map_or(Built::Failed, |house| Built::Whole(Box::new(house)))
}

/// Builds the house, hands it over, and serves until the tests are over.
fn live(driver: Driver, built: &mpsc::Sender<House>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let begun = Instant::now();
        let app = App::on(Clock::system(), driver.folder.join("custodian")).await;
        fill(&app, &driver.folder).await;
        let charts = known(&app, "documents >= 3 and encounters >= 1 and namesakes <= 4").await;
        let patients = known(&app, "documents = 0").await;
        let reading = reading(&app).await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let router = router::build(app.state.clone()).layer(from_fn_with_state(seen.clone(), witness));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let state = app.state.clone();
        eprintln!("browser tests: {} charts, served on {origin} after {:?}", charts.len(), begun.elapsed());
        let (charts, patients) = (Mutex::new(charts), Mutex::new(patients));
        built.send(House { driver, origin, app, reading, charts, patients, seen }).expect("tests wait");
        tokio::spawn(async move {
            loop {
                state.notary.seal(&state.gate, Turn::Skip).await.expect("the log is sealed");
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        });
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await.expect("it serves");
    });
}

impl House {
    /// A chart with documents and encounters that no other test has.
    pub fn chart(&self) -> Chart {
        self.charts.lock().expect("charts").pop_front().expect("more charts: raise LINES")
    }

    /// Anybody that no other test has.
    pub fn patient(&self) -> Chart {
        self.patients.lock().expect("patients").pop_front().expect("more patients")
    }

    pub async fn person(&self, role: Role) -> Person {
        let staff = self.app.made().staff(&[role]).await;
        let sign_in_name = with_password(&self.app, staff).await;
        Person { staff, full_name: format!("Test {sign_in_name}"), sign_in_name }
    }

    /// A physician with a provider's name, who treats nobody yet.
    pub async fn doctor(&self, family: &str) -> Person {
        let doctor = self.person(Role::Physician).await;
        provider(&self.app, doctor.staff, family).await;
        doctor
    }

    /// Everything that came so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("requests").clone()
    }

    /// Requests with wrong headers (checks 1 and 5), and those whose address says something of these patients (check 36).
    pub fn faults_of_requests(&self, charts: &[&Chart]) -> Vec<String> {
        let seen = self.seen();
        assert!(seen.len() > 10, "the witness sees the requests");
        let mut faults: Vec<String> = seen
            .iter()
            .flat_map(|seen| seen.faults.iter().map(move |fault| format!("{} {}: {fault}", seen.method, seen.uri)))
            .collect();
        for secret in charts.iter().flat_map(|chart| chart.secrets()) {
            let told = seen.iter().filter(|seen| seen.uri.to_lowercase().contains(&secret));
            faults.extend(told.map(|seen| format!("{secret:?} stands in {}", seen.uri)));
        }
        faults
    }
}

impl Chart {
    /// As lists and banners write it.
    pub fn name(&self) -> String {
        format!("{}, {}", self.family.to_uppercase(), self.given)
    }

    /// The family name with two letters in the wrong order.
    pub fn misspelt(&self) -> String {
        let mut letters: Vec<char> = self.family.to_lowercase().chars().collect();
        let at = (2..letters.len() - 1).find(|at| letters[*at] != letters[at + 1]).expect("a name of some length");
        letters.swap(at, at + 1);
        letters.into_iter().collect()
    }

    /// What may stand in no address and no title, in lower case.
    pub fn secrets(&self) -> Vec<String> {
        let born = [self.born.format("%Y-%m-%d"), self.born.format("%d-%b-%Y"), self.born.format("%Y%m%d")];
        let mut secrets = vec![self.family.to_lowercase(), self.given.to_lowercase(), self.mrn.to_lowercase()];
        secrets.extend(born.map(|day| day.to_string().to_lowercase()));
        // Two letters stand in every other id.
        secrets.retain(|secret| secret.len() > 3);
        secrets
    }
}

/// Part of a hospital's export through the real importer; where that is absent, records of our own.
async fn fill(app: &App, folder: &Path) {
    let Some(shared) = shared() else {
        skipped("imported charts in the browser tests: made ones stand in for them");
        return make(app).await;
    };
    let input = folder.join("hospital");
    std::fs::create_dir_all(&input).expect("a folder for the import");
    unpack(&shared.join("hospital/hospital-fhir-r4.tar.zst"), &input, |name, bytes| {
        let lines = match name.trim_end_matches(".ndjson") {
            "Organization" | "Location" | "Practitioner" | "PractitionerRole" | "Patient" => usize::MAX,
            "Encounter" => ENCOUNTERS,
            _ => LINES,
        };
        Some(bytes.split_inclusive(|byte| *byte == b'\n').take(lines).flatten().copied().collect())
    });
    let report = interop::run(app, vec![input], "hospital").await;
    assert!(report.refused.is_empty() && report.created["Patient"] > 100, "the hospital's patients are in");
}

async fn make(app: &App) {
    let families = [
        "Okonkwo",
        "Vanderhoef",
        "Lindqvist",
        "Castellanos",
        "Hodkiewicz",
        "Marchetti",
        "Thibodeaux",
        "Abernathy",
        "Szymanski",
        "Delacroix",
        "Whitcombe",
        "Yamaguchi",
        "Rasmussen",
        "Ferreira",
        "Kowalczyk",
        "Bergstrom",
    ];
    for (number, family) in families.into_iter().enumerate() {
        let made = record(app, family, "Rosalind").mrn(&format!("T-{number:05}")).phone("555-555-0143");
        let patient = register(app, made).await;
        // Half of them with a chart to read.
        if number % 2 == 0 {
            app.made().encounter(patient).await;
            for title in ["Admission note", "Progress note", "Discharge summary"] {
                app.made().document(patient, title).await;
            }
        }
    }
}

/// Patients with an MRN and a plain name for whom a condition holds, in no telling order.
async fn known(app: &App, which: &'static str) -> VecDeque<Chart> {
    let statement = format!(
        "with known as (
            select p.patient_id, n.family, n.given, i.value as mrn, p.birth_date,
                (select t.value from patient_telecoms t where t.patient_id = p.patient_id and t.kind = 'phone' limit 1) as phone,
                (select count(*) from documents d where d.patient_id = p.patient_id) as documents,
                (select count(*) from encounters e where e.patient_id = p.patient_id) as encounters,
                (select count(*) from patient_names o where o.family = n.family) as namesakes
            from patients p
            join patient_names n on n.patient_id = p.patient_id and n.use = 'official'
            join patient_identifiers i on i.patient_id = p.patient_id and i.type = 'MR'
            where p.birth_date is not null and n.family ~ '^[A-Z][a-z]{{5,}}$')
        select * from known where {which} order by md5(mrn) limit 40"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_all(&mut app.owner().await).await.expect("charts");
    rows.iter()
        .map(|row| Chart {
            patient: PatientId(row.get("patient_id")),
            family: row.get("family"),
            given: row.get("given"),
            mrn: row.get("mrn"),
            born: row.get("birth_date"),
            phone: row.get("phone"),
            documents: Vec::new(),
        })
        .collect()
}

/// A chart of our own with what the import does not bring: a social security number, a scan, a note of several sheets.
async fn reading(app: &App) -> Chart {
    let born = "1957-04-03".parse().expect("a day");
    let record: PatientRecord =
        record(app, "Quillfeather", "Augustine").mrn("T-90817").phone("555-555-0144").ssn("219-64-9381");
    let patient = register(app, record).await;
    let made = app.made();
    let lines: String =
        (1..=180).map(|day| format!("Day {day}: comfortable, plan unchanged, reviewed with the family.\n")).collect();
    let documents = vec![
        made.document_of(patient, "Consent for surgery", "consent", "application/pdf", crate::documents::two_pages())
            .await,
        made.document_of(patient, "Long stay", "progress-note", "text/plain", lines.into_bytes()).await,
    ];
    made.encounter(patient).await;
    Chart {
        patient,
        family: "Quillfeather".into(),
        given: "Augustine".into(),
        mrn: "T-90817".into(),
        born,
        phone: Some("555-555-0144".into()),
        documents,
    }
}

/// Keeps what came and what the answer's headers lack (design language, section 10).
async fn witness(State(seen): State<Arc<Mutex<Vec<Seen>>>>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().to_string(), request.uri().to_string());
    let response = next.run(request).await;
    let faults = wrong_headers(&uri, response.headers());
    let entry = Seen { method, uri, status: response.status().as_u16(), faults };
    seen.lock().expect("requests").push(entry);
    response
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types htmx";

fn wrong_headers(uri: &str, headers: &HeaderMap) -> Vec<String> {
    let is_file = uri.starts_with("/static/");
    // A stored file is never run, whatever it is.
    let policy = if uri.contains("/content") { "default-src 'none'; sandbox" } else { POLICY };
    let caching = if is_file { "public, max-age=31536000, immutable" } else { "no-store" };
    [
        (header::CONTENT_SECURITY_POLICY.as_str(), policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("cache-control", caching),
    ]
    .into_iter()
    .filter(|(name, value)| headers.get(*name).is_none_or(|found| found != value))
    .map(|(name, value)| format!("{name} should be {value:?}, is {:?}", headers.get(name)))
    .collect()
}
