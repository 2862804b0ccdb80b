//! Recurring care on one account: dialysis, chemotherapy, therapy, nurses at home.

use super::{PLAIN, Route, Scenario, dx, fine, off};

pub const SCENARIOS: &[Scenario] = &[DIALYSIS, CHEMOTHERAPY, SHOULDER_THERAPY, WOUND_HOME];

const DIALYSIS: Scenario = Scenario {
    key: "dialysis",
    route: Route::Series,
    ages: (35, 88),
    weight: 9,
    service: "Dialysis",
    specialty: "Nephrology",
    reason: "Hemodialysis, three times a week",
    days: (4, 12),
    diagnoses: &[
        dx("I12.0", "Hypertensive kidney disease, end stage"),
        dx("N18.6", "End-stage kidney disease"),
        dx("Z99.2", "Dependence on dialysis"),
        dx("D63.1", "Anemia in chronic kidney disease"),
    ],
    story: "{age}-year-old {person} with end-stage kidney disease from high blood pressure, on dialysis for [two|three|five] years through a fistula in the left arm. Comes Monday, \
        Wednesday and Friday. Gains about two kilograms between treatments. One cramp last week. No fever, no bleeding from the needle sites. On the transplant list.",
    history: "End-stage kidney disease. Hypertension. Anemia of kidney disease.",
    medications: &[
        "Epoetin with dialysis",
        "Sevelamer 800 mg with meals",
        "Amlodipine 10 mg by mouth on days without dialysis",
    ],
    exam: "Fistula in the left upper arm with a good thrill, skin clean. Lungs clear. Trace ankle edema. Target weight 78 kg.",
    labs: &[
        off("Hemoglobin", "g/dL", "12.0-16.0", 98, 110),
        off("Phosphorus", "mg/dL", "2.5-4.5", 48, 62),
        fine("Potassium before treatment", "mmol/L", "3.5-5.5", 46, 54),
    ],
    plan: "1. End-stage kidney disease: four-hour treatments, clearance on target.\n2. Anemia: epoetin dose unchanged.\n3. Phosphorus high: dietitian went through meals and binders.",
    daily: &[
        "Treatment of four hours, 2.1 L removed, pressure steady. No cramps.",
        "Treatment shortened by 15 minutes at the patient's wish. Advised to stay on time.",
    ],
    course: "Regular treatments without interruption in the period.",
    follow_up: "Next treatment as scheduled.",
    ..PLAIN
};

const CHEMOTHERAPY: Scenario = Scenario {
    key: "chemotherapy",
    route: Route::Series,
    women: Some(true),
    ages: (34, 78),
    weight: 7,
    service: "Infusion center",
    specialty: "Oncology",
    reason: "Chemotherapy",
    days: (6, 16),
    diagnoses: &[
        dx("Z51.11", "Chemotherapy"),
        dx("C50.411", "Cancer of the upper outer right breast"),
        dx("D70.1", "Low white cells from chemotherapy"),
        dx("R11.2", "Nausea with vomiting"),
    ],
    story: "{age}-year-old {person} with cancer of the right breast, stage II, after lumpectomy [in summer|two months ago], here for cycle [2|3|4] of docetaxel and cyclophosphamide. After the last \
        cycle had nausea for three days and white cells fell without fever. Hair is gone, wears a scarf. Eats small meals. No numbness, no mouth sores.",
    history: "Breast cancer, hormone receptor positive. Port in the left chest. No heart disease.",
    medications: &[
        "Ondansetron 8 mg by mouth as needed",
        "Dexamethasone 8 mg around treatment",
        "Pegfilgrastim on the day after treatment",
    ],
    exam: "Well, no fever. Port site clean. Right breast scar healed, no lump. No nodes. Lungs clear.",
    labs: &[
        fine("Neutrophils", "10*3/uL", "1.8-7.5", 21, 42),
        off("Hemoglobin", "g/dL", "12.0-16.0", 104, 116),
        fine("Platelets", "10*3/uL", "150-400", 1680, 2600),
    ],
    plan: "1. Breast cancer, adjuvant treatment: counts allow the full dose today.\n2. Nausea: add olanzapine at night.\n3. Growth factor tomorrow; call for fever of 100.4 F or more.",
    daily: &[
        "Infusion over three hours without reaction. Port flushed.",
        "Counts low on day ten, no fever. Watched at home.",
    ],
    course: "Cycles given on time with support of growth factor.",
    follow_up: "Next cycle in three weeks.",
    ..PLAIN
};

const SHOULDER_THERAPY: Scenario = Scenario {
    key: "shoulder-therapy",
    route: Route::Series,
    ages: (25, 82),
    weight: 8,
    service: "Physical therapy",
    specialty: "Physical medicine and rehabilitation",
    reason: "Shoulder therapy, twice a week",
    days: (3, 8),
    diagnoses: &[
        dx("M75.111", "Partial tear of the right rotator cuff, not from injury"),
        dx("M25.511", "Pain in the right shoulder"),
    ],
    story: "{age}-year-old {person} with pain in the right shoulder for [three|four] months, worse reaching overhead and at night. A scan showed a partial tear of the cuff. Had one injection with \
        half relief. Right-handed, works as a [painter|hairdresser|teacher]. Goals: sleep through and reach the top shelf. No numbness of the hand.",
    history: "No earlier shoulder trouble.",
    medications: &["Naproxen 220 mg by mouth as needed"],
    exam: "Lifts the right arm to 120 degrees with a painful arc. Strength 4 of 5 in turning out. Left side full. Neck movement free.",
    labs: &[],
    plan: "1. Stretching, strengthening of cuff and shoulder blade, twice weekly for eight weeks.\n2. Home program with band.\n3. Review at six weeks; surgery opinion if no gain.",
    daily: &[
        "Lifts to 135 degrees. Band exercises done without pain.",
        "Slept five nights without waking. Lifts to 150 degrees.",
    ],
    course: "Steady gain in movement and strength.",
    follow_up: "Next session as scheduled.",
    ..PLAIN
};

const WOUND_HOME: Scenario = Scenario {
    key: "wound-home",
    route: Route::HomeHealth,
    ages: (55, 95),
    weight: 9,
    service: "Home health",
    specialty: "Family medicine",
    reason: "Wound care at home",
    days: (4, 9),
    diagnoses: &[
        dx("E11.621", "Type 2 diabetes with foot ulcer"),
        dx("L97.412", "Ulcer of the right heel, into fat"),
        dx("E11.51", "Type 2 diabetes with poor circulation of the legs"),
        dx("Z48.00", "Change of a dressing"),
    ],
    story: "{age}-year-old {person} with an ulcer of the right heel for [six|ten] weeks, sent home from the wound clinic with nursing three times a week. Lives with {his} family on one floor. Sugars 130 to \
        190. Walks with a walker in an offloading shoe. Pain 2 of 10. No fever, no smell, drainage less each week.",
    history: "Type 2 diabetes with neuropathy and poor circulation. Stent in the right leg last year.",
    medications: &[
        "Insulin glargine 24 units at night",
        "Clopidogrel 75 mg by mouth daily",
        "Metformin 500 mg by mouth twice daily",
    ],
    exam: "Right heel ulcer 2.4 by 1.8 cm, depth 3 mm, base red, edges flat, no bone felt. Skin around intact. Foot pulse weak but present by Doppler.",
    labs: &[off("Hemoglobin A1c", "%", "< 7.0", 74, 84)],
    plan: "1. Diabetic heel ulcer: silver dressing three times a week, offloading shoe, measure weekly.\n2. Teach the family dressing changes.\n3. Call for redness, smell, fever.",
    daily: &[
        "Dressing changed. Ulcer 2.1 by 1.6 cm. Daughter did it with guidance.",
        "Ulcer 1.7 by 1.2 cm, base red. No signs of infection.",
    ],
    course: "The ulcer shrank by half over the period without infection.",
    follow_up: "Wound clinic every two weeks.",
    dispositions: &[("01", 92), ("02", 8)],
    ..PLAIN
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_lasts_for_weeks() {
        assert!(SCENARIOS.iter().all(|scenario| scenario.days.0 >= 3));
    }
}
