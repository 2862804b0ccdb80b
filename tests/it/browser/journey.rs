//! A patient's papers from the door to the tombstone, by keyboard alone, with JavaScript and without: registered past a duplicate warning, a chart
//! asked for and got out, a file indexed, signed, added to and corrected, seen in all its versions, and one of somebody else taken back.

use custodian::access::Role;
use custodian::base::id::PatientId;

use super::house::{Chart, House, Person, house};
use super::window::{Window, window};

#[tokio::test]
async fn a_patients_papers_by_keyboard() {
    follow("papers", true).await;
}

#[tokio::test]
async fn the_same_papers_by_keyboard_without_javascript() {
    follow("papers without JavaScript", false).await;
}

async fn follow(name: &str, scripts: bool) {
    let Some(house) = house().await else { return };
    let mut journey = Journey::begin(house, if scripts { "Quarrington" } else { "Applethwaite" }).await;
    window(house, name, scripts, async |window| {
        journey.of_the_registrar(window).await;
        journey.of_the_coder_who_asks(window).await;
        journey.of_the_clerk(window).await;
        journey.of_the_coder_who_reads(window).await;
        journey.of_the_indexer(window).await;
        journey.of_the_physician(window).await;
        journey.of_the_manager(window).await;
        journey.of_whoever_looks_for_it(window).await;
    })
    .await;
    let faults = house.faults_of_requests(&journey.charts());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

pub struct Journey {
    pub house: &'static House,
    pub registrar: Person,
    pub coder: Person,
    pub clerk: Person,
    pub indexer: Person,
    pub physician: Person,
    pub manager: Person,
    /// The physician's name as a provider.
    pub doctor: &'static str,
    /// In the index already, and of the same name and birth date as whoever comes to the desk.
    pub twin: Chart,
    /// Whose chart the coder asks for.
    pub asked: Chart,
    /// Whoever came to the desk, once registered.
    pub patient: Option<(PatientId, String)>,
}

impl Journey {
    async fn begin(house: &'static House, doctor: &'static str) -> Self {
        Self {
            house,
            registrar: house.person(Role::Registrar).await,
            coder: house.person(Role::Coder).await,
            clerk: house.person(Role::Clerk).await,
            indexer: house.person(Role::Indexer).await,
            physician: house.doctor(doctor).await,
            manager: house.person(Role::Manager).await,
            doctor,
            twin: house.patient(),
            asked: house.chart(),
            patient: None,
        }
    }

    fn charts(&self) -> [&Chart; 2] {
        [&self.twin, &self.asked]
    }

    /// The new patient's record number.
    pub fn mrn(&self) -> &str {
        &self.patient.as_ref().expect("registered first").1
    }

    pub fn chart(&self) -> PatientId {
        self.patient.as_ref().expect("registered first").0
    }

    /// Looks at the page with both charts' secrets in mind.
    pub async fn look(&self, window: &mut Window, name: &str) {
        window.look(name, &self.charts()).await;
    }

    /// Today as people write it, at the facility.
    pub fn today(&self) -> String {
        let app = &self.house.app.state;
        custodian::web::format::date(app.clock.now().with_timezone(&app.zone()).date_naive())
    }
}
