//! The health system: Tamarack Valley Health with two hospitals and a clinic, its wards and beds, its practitioners and its staff.

use std::sync::LazyLock;

use uuid::Uuid;

use super::dice::Dice;
use super::names;
use super::people::numbers;
use crate::base::id::{FacilityId, PractitionerId, StaffId};

/// Everything of the world has an id made from its name, so that preparing twice meets the same rows.
fn id(name: &str) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x5f1d_7c2a_93ab_4e0e_9b57_1b7a_1d2c_90e4);
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

pub struct Facility {
    pub code: &'static str,
    pub name: &'static str,
    pub mrn_authority: &'static str,
    /// What its record numbers begin with.
    pub mrn_prefix: &'static str,
    pub phone: &'static str,
    pub address: &'static str,
}

pub const TIME_ZONE: chrono_tz::Tz = chrono_tz::America::New_York;
pub const SYSTEM_NAME: &str = "Tamarack Valley Health";

pub const FACILITIES: &[Facility] = &[
    Facility {
        code: "LMG",
        name: "Lakemere General Hospital",
        mrn_authority: "TVH-LMG",
        mrn_prefix: "0",
        phone: "+14195550100",
        address: "400 Lakeshore Drive, Lakemere, OH 44907",
    },
    Facility {
        code: "SBH",
        name: "Saint Brannoc Community Hospital",
        mrn_authority: "TVH-SBH",
        mrn_prefix: "S",
        phone: "+14195550130",
        address: "12 Foundry Road, Saint Brannoc, OH 44915",
    },
    Facility {
        code: "MFC",
        name: "Millbrook Family Clinic",
        mrn_authority: "TVH-MFC",
        mrn_prefix: "M",
        phone: "+14195550160",
        address: "8 Mill Street, Millbrook Junction, OH 44912",
    },
];

impl Facility {
    pub fn id(&self) -> FacilityId {
        FacilityId(id(&format!("facility/{}", self.code)))
    }
}

/// The health system as an organisation that owns the locations.
pub fn organization_id() -> Uuid {
    id("organization/TVH")
}

pub struct Practitioner {
    pub family: String,
    pub given: String,
    pub credential: &'static str,
    pub specialty: &'static str,
    pub npi: String,
}

impl Practitioner {
    pub fn id(&self) -> PractitionerId {
        PractitionerId(id(&format!("practitioner/{}", self.npi)))
    }

    /// As signed: "Elena Marchetti, MD".
    pub fn signed(&self) -> String {
        format!("{} {}, {}", self.given, self.family, self.credential)
    }
}

/// Specialty, credential and how many of them.
const MEDICAL_STAFF: &[(&str, &str, usize)] = &[
    ("Internal medicine", "MD", 7),
    ("Emergency medicine", "MD", 7),
    ("Family medicine", "MD", 8),
    ("Cardiology", "MD", 4),
    ("General surgery", "MD", 3),
    ("Orthopedic surgery", "MD", 3),
    ("Obstetrics and gynecology", "MD", 3),
    ("Pediatrics", "MD", 4),
    ("Neurology", "MD", 2),
    ("Gastroenterology", "MD", 2),
    ("Nephrology", "MD", 2),
    ("Oncology", "MD", 2),
    ("Psychiatry", "MD", 3),
    ("Addiction medicine", "MD", 1),
    ("Infectious disease", "MD", 1),
    ("Medical genetics", "MS, CGC", 1),
    ("Ophthalmology", "MD", 2),
    ("Anesthesiology", "MD", 2),
    ("Palliative care", "MD", 1),
    ("Geriatric medicine", "MD", 1),
    ("Physical medicine and rehabilitation", "DO", 1),
    ("Radiology", "MD", 3),
    ("Pathology", "MD", 2),
    ("Nursing", "RN", 8),
];

/// The first is the demo physician: a hospitalist whom the member of staff `physician` signs as.
pub static PRACTITIONERS: LazyLock<Vec<Practitioner>> = LazyLock::new(|| {
    let mut everyone = vec![Practitioner {
        family: "Marchetti".into(),
        given: "Elena".into(),
        credential: "MD",
        specialty: "Internal medicine",
        npi: numbers::npi(0),
    }];
    for (specialty, credential, count) in MEDICAL_STAFF {
        for _ in 0..*count {
            let ordinal = everyone.len();
            let dice = &mut Dice::new(0, "practitioner", ordinal as u64);
            let background = &names::BACKGROUNDS[dice.below(names::BACKGROUNDS.len())];
            everyone.push(Practitioner {
                family: names::surname(background, dice),
                given: names::given(background, dice.chance(50), 1975, dice).into(),
                credential,
                specialty,
                npi: numbers::npi(ordinal),
            });
        }
    }
    everyone
});

/// The practitioners of a specialty, by their place in [`PRACTITIONERS`].
pub fn practitioners_of(specialty: &str) -> Vec<usize> {
    let of: Vec<usize> = (1..PRACTITIONERS.len()).filter(|&n| PRACTITIONERS[n].specialty == specialty).collect();
    if of.is_empty() { practitioners_of("Internal medicine") } else { of }
}

/// A ward, or another place of care.
pub struct Ward {
    pub facility: usize,
    pub name: &'static str,
    pub kind: &'static str,
    /// The services it serves.
    pub services: &'static [&'static str],
    pub beds: usize,
    /// The first room's number.
    pub first_room: usize,
}

const fn ward(
    facility: usize,
    name: &'static str,
    kind: &'static str,
    services: &'static [&'static str],
    beds: usize,
    first_room: usize,
) -> Ward {
    Ward { facility, name, kind, services, beds, first_room }
}

pub const WARDS: &[Ward] = &[
    ward(0, "Emergency Department", "emergency", &["Emergency"], 18, 1),
    ward(0, "Observation Unit", "observation", &["Observation"], 12, 120),
    ward(0, "3 West Medical", "ward", &["Medicine"], 28, 301),
    ward(0, "4 East Cardiac and Stroke", "ward", &["Cardiology", "Neurology"], 24, 401),
    ward(0, "5 North Surgical", "ward", &["Surgery", "Orthopedics"], 26, 501),
    ward(0, "Intensive Care Unit", "intensive-care", &["Intensive care"], 12, 201),
    ward(0, "Labor and Delivery", "ward", &["Delivery"], 8, 610),
    ward(0, "6 South Mother and Baby", "ward", &["Obstetrics"], 20, 621),
    ward(0, "Newborn Nursery", "nursery", &["Newborn nursery"], 20, 651),
    ward(0, "2 South Behavioral Health", "ward", &["Behavioral health"], 16, 231),
    ward(0, "Pediatrics", "ward", &["Pediatrics"], 12, 701),
    ward(0, "Day Surgery", "surgery", &["Ophthalmology", "Endoscopy"], 12, 150),
    ward(0, "Dialysis Center", "treatment", &["Dialysis"], 16, 20),
    ward(0, "Infusion Center", "treatment", &["Infusion center"], 12, 40),
    ward(1, "Emergency Department", "emergency", &["Emergency"], 10, 1),
    ward(1, "Observation Unit", "observation", &["Observation"], 6, 110),
    ward(1, "2 Medical", "ward", &["Medicine", "Cardiology", "Neurology", "Pediatrics"], 22, 201),
    ward(1, "3 Surgical", "ward", &["Surgery", "Orthopedics"], 18, 301),
    ward(1, "Day Surgery", "surgery", &["Ophthalmology", "Endoscopy"], 8, 130),
    ward(2, "Millbrook Clinic", "clinic", &["Primary care"], 14, 1),
];

impl Ward {
    pub fn id(&self) -> Uuid {
        id(&format!("location/{}/{}", FACILITIES[self.facility].code, self.name))
    }

    /// The name of a bed.
    pub fn bed(&self, bed: usize) -> String {
        format!("{}, Bed {}", self.name, self.first_room + bed % self.beds)
    }

    pub fn bed_id(&self, bed: usize) -> Uuid {
        id(&format!("location/{}/{}", FACILITIES[self.facility].code, self.bed(bed)))
    }
}

/// The ward of a service at a facility; the first hospital where the facility has none.
pub fn ward_of(facility: usize, service: &str) -> Option<&'static Ward> {
    let serves = |ward: &&Ward| ward.services.contains(&service);
    WARDS.iter().filter(|ward| ward.facility == facility).find(serves).or_else(|| WARDS.iter().find(serves))
}

/// One who signs in; the sign-in name is the role (interface: demo staff).
pub struct Staff {
    pub role: &'static str,
    pub full_name: &'static str,
    pub credential: Option<&'static str>,
}

const fn staff(role: &'static str, full_name: &'static str, credential: Option<&'static str>) -> Staff {
    Staff { role, full_name, credential }
}

pub const STAFF: &[Staff] = &[
    staff("registrar", "Dana Whitcombe", None),
    staff("clerk", "Rosalind Okafor", Some("RHIT")),
    staff("indexer", "Theo Lindqvist", None),
    staff("scanqc", "Priya Raman", None),
    staff("coder", "Marcus Bell", Some("CCS")),
    staff("lead", "Ingrid Castellanos", Some("CCS, CRC")),
    staff("cdi", "Yvonne Tran", Some("RN, CCDS")),
    staff("release", "Samuel Adeyemi", Some("RHIT")),
    staff("completion", "Beatriz Fonseca", Some("RHIA")),
    staff("physician", "Elena Marchetti", Some("MD")),
    staff("manager", "Harriet Osgood", Some("RHIA")),
    staff("privacy", "Nathan Birchfield", Some("CHPS")),
    staff("admin", "Kofi Mensah", None),
    staff("billing", "Lorraine Duval", None),
    staff("analyst", "Jun Takeda", Some("CHDA")),
    staff("auditor", "Miriam Katz", Some("CPA")),
];

/// The records clerk is a patient here too: nobody opens their own chart at work (PRV-5).
pub const STAFF_PATIENT: &str = "clerk";

/// A disposition in the words of a letter; the official wording is licensed, these are ours (ENC-10).
pub fn disposition_words(code: &str) -> &'static str {
    match code {
        "01" => "Home",
        "02" => "To another hospital",
        "03" => "To a skilled nursing facility",
        "06" => "Home with a home health agency",
        "07" => "Left against medical advice",
        "20" => "Died in the hospital",
        "21" => "Into custody",
        "50" => "Home with hospice",
        "51" => "To a hospice facility",
        "62" => "To inpatient rehabilitation",
        "65" => "To a psychiatric hospital",
        _ => "Elsewhere",
    }
}

/// The id of the member of staff with that role.
pub fn staff_id(role: &str) -> StaffId {
    StaffId(id(&format!("staff/{role}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::access::Role;

    #[test]
    fn one_of_each_role_signs_in() {
        let roles: BTreeSet<&str> = STAFF.iter().map(|staff| staff.role).collect();
        assert_eq!(roles, Role::ALL.into_iter().map(Role::word).collect());
    }

    #[test]
    fn practitioners_and_places_are_distinct() {
        let ids: BTreeSet<_> = PRACTITIONERS.iter().map(Practitioner::id).collect();
        assert_eq!(ids.len(), PRACTITIONERS.len());
        let beds: BTreeSet<_> = WARDS.iter().flat_map(|ward| (0..ward.beds).map(|bed| ward.bed_id(bed))).collect();
        assert_eq!(beds.len(), WARDS.iter().map(|ward| ward.beds).sum::<usize>());
    }
}
