//! Clinic and telephone care.

use super::{PLAIN, Route, Scenario, dx, fine, off};

pub const SCENARIOS: &[Scenario] = &[DIABETES, BLOOD_PRESSURE, HIV, GENETIC, COLD_VIRTUAL, BACK_PAIN, WELLNESS];

const DIABETES: Scenario = Scenario {
    key: "diabetes-clinic",
    ages: (30, 88),
    weight: 22,
    service: "Primary care",
    specialty: "Family medicine",
    reason: "Diabetes follow-up",
    diagnoses: &[
        dx("E11.65", "Type 2 diabetes with high blood sugar"),
        dx("E11.42", "Type 2 diabetes with nerve damage"),
        dx("I10", "Essential hypertension"),
        dx("Z79.84", "Long-term use of oral diabetes drugs"),
    ],
    story: "{age}-year-old {person} here for three-month diabetes care. Home readings 150 to 210 in the morning. Forgets the evening metformin about twice a week. Tingling in \
        both feet at night, no sores. No low sugars. Eye doctor seen [in spring|last fall], no damage. Walks the dog twenty minutes a day.",
    history: "Type 2 diabetes for nine years with neuropathy. Hypertension. High cholesterol.",
    medications: &[
        "Metformin 1000 mg by mouth twice daily",
        "Lisinopril 20 mg by mouth daily",
        "Rosuvastatin 20 mg by mouth nightly",
        "Gabapentin 300 mg by mouth nightly",
    ],
    exam: "Blood pressure 134/78. Feet: skin whole, pulses present, feeling reduced to the ankles with the monofilament. Heart and lungs normal.",
    labs: &[
        off("Hemoglobin A1c", "%", "< 7.0", 80, 92),
        fine("Creatinine", "mg/dL", "0.6-1.2", 8, 11),
        off("Urine albumin to creatinine", "mg/g", "< 30", 340, 780),
    ],
    plan: "1. Type 2 diabetes above goal with neuropathy: add semaglutide weekly; once-daily metformin to make it simpler.\n2. Hypertension: at goal.\n3. Foot care taught, eye \
        visit this year.",
    follow_up: "Three months with A1c.",
    ..PLAIN
};

const BLOOD_PRESSURE: Scenario = Scenario {
    key: "blood-pressure",
    ages: (30, 90),
    weight: 24,
    service: "Primary care",
    specialty: "Family medicine",
    reason: "Blood pressure check",
    diagnoses: &[
        dx("I10", "Essential hypertension"),
        dx("E78.2", "Mixed raised blood lipids"),
        dx("Z68.31", "Body mass index 31.0 to 31.9"),
    ],
    story: "{age}-year-old {person} back after six weeks on a new tablet for blood pressure. Home readings average [138/84|142/86]. Less salt, more walking. No cough, no \
        dizziness, no swelling. Headaches are gone. Takes the tablets every morning. Family history of stroke in {his} mother.",
    history: "Hypertension, high cholesterol.",
    medications: &["Amlodipine 10 mg by mouth daily", "Atorvastatin 40 mg by mouth nightly"],
    exam: "Blood pressure 140/84 sitting, 136/82 repeated. Heart regular, no murmur. Lungs clear. No edema.",
    labs: &[
        fine("Potassium", "mmol/L", "3.5-5.1", 38, 46),
        fine("Creatinine", "mg/dL", "0.6-1.2", 7, 11),
        off("LDL cholesterol", "mg/dL", "< 100", 1060, 1320),
    ],
    plan: "1. Hypertension, close to goal: add chlorthalidone 12.5 mg, labs in three weeks.\n2. Cholesterol: continue atorvastatin.\n3. Weight: dietitian visit offered.",
    follow_up: "Three months.",
    ..PLAIN
};

const HIV: Scenario = Scenario {
    key: "hiv-clinic",
    ages: (20, 75),
    weight: 5,
    service: "Infectious disease clinic",
    specialty: "Infectious disease",
    reason: "Six-month visit",
    diagnoses: &[
        dx("Z21", "HIV infection without symptoms"),
        dx("Z79.899", "Other long-term drug treatment"),
        dx("E55.9", "Low vitamin D"),
    ],
    story: "{age}-year-old {person} living with HIV since [2014|2018|2020], on one tablet daily and never missing it. Viral load has been undetectable for years. Feels well, works \
        full time. No fever, no weight loss, no rash. Partner is on prevention. Asks about vaccines before a trip. Mood good.",
    history: "HIV, lowest CD4 count 310. No opportunistic illness. Vitamin D deficiency.",
    medications: &[
        "Bictegravir-emtricitabine-tenofovir alafenamide one tablet daily",
        "Vitamin D 2000 units by mouth daily",
    ],
    exam: "Well. Mouth without thrush. No enlarged nodes. Heart, lungs and abdomen normal. Skin clear.",
    labs: &[
        fine("HIV-1 RNA", "copies/mL", "< 20", 0, 0),
        fine("CD4 count", "cells/uL", "500-1500", 6200, 8900),
        off("Vitamin D", "ng/mL", "30-80", 190, 260),
    ],
    plan: "1. HIV, undetectable on treatment: continue, labs every six months.\n2. Vaccines: hepatitis A and meningococcal today.\n3. Vitamin D: raise the dose.",
    follow_up: "Six months.",
    sensitivity: Some("hiv"),
    ..PLAIN
};

const GENETIC: Scenario = Scenario {
    key: "genetic-counseling",
    women: Some(true),
    ages: (25, 65),
    weight: 5,
    service: "Genetic counseling",
    specialty: "Medical genetics",
    reason: "Result of genetic test",
    diagnoses: &[dx("Z15.01", "Genetic susceptibility to breast cancer"), dx("Z80.3", "Breast cancer in the family")],
    story: "{age}-year-old {person} here for the result of a gene panel drawn because {his} mother and an aunt had breast cancer before fifty. The test found a harmful change in \
        BRCA2. {He} had half expected it. No lump, no surgery so far. Has a [sister|brother and a sister] who could be tested. Worried about life insurance; rights under the \
        federal law were explained.",
    history: "No cancer. Two pregnancies.",
    medications: &["None"],
    exam: "Appears well and calm. Breast examination normal on both sides, no nodes. No other examination today.",
    labs: &[],
    plan: "1. BRCA2 carrier: breast MRI and mammogram every year in turn, talk with surgery about options.\n2. Letter for relatives given to the patient, to share as {he} wishes.\n\
        3. Genetic information is kept in the segmented part of the record.",
    follow_up: "High-risk breast clinic in one month.",
    sensitivity: Some("genetic"),
    ..PLAIN
};

const COLD_VIRTUAL: Scenario = Scenario {
    key: "cold-virtual",
    route: Route::Virtual,
    ages: (5, 80),
    weight: 22,
    service: "Virtual care",
    specialty: "Family medicine",
    reason: "Cough and sore throat",
    diagnoses: &[dx("J06.9", "Upper respiratory infection")],
    story: "{age}-year-old {person} seen by video from home after agreeing to the visit form. Three days of runny nose, sore throat and a dry cough. No fever above 100.4 F, no trouble \
        breathing, no chest pain. Home COVID-19 test negative twice. Eating and drinking. [A child at home|A coworker] has the same.",
    history: "No asthma, no immune problem.",
    medications: &["None"],
    exam: "By video: looks well, speaks in full sentences, breathes easily. Throat seen with a phone light is mildly red without patches.",
    labs: &[],
    plan: "1. Viral upper respiratory infection: rest, fluids, honey or lozenges. Antibiotics would not help and were not given.\n2. Come in for fever over three days or \
        breathlessness.\n3. Work note for two days.",
    follow_up: "As needed.",
    ..PLAIN
};

const BACK_PAIN: Scenario = Scenario {
    key: "back-pain",
    ages: (20, 80),
    weight: 16,
    service: "Primary care",
    specialty: "Family medicine",
    reason: "Low back pain",
    diagnoses: &[dx("M54.50", "Low back pain"), dx("M62.830", "Muscle spasm of the back")],
    story: "{age}-year-old {person} with pain low in the back for [five days|two weeks] after [moving furniture|shoveling snow]. Worse on bending, better lying down. No pain below the \
        knee, no numbness, no weakness. Bladder and bowel normal. No fever, no cancer, no injury from a height.",
    history: "Similar episode two years ago, gone in three weeks.",
    medications: &["Ibuprofen 400 mg by mouth as needed"],
    exam: "Walks stiffly. Tender muscles beside the lower spine, none over the bones. Straight leg raise negative. Strength, feeling and reflexes normal.",
    labs: &[],
    plan: "1. Acute low back pain without warning signs: keep moving, heat, naproxen for seven days.\n2. No imaging needed now.\n3. Physical therapy if not better in three weeks.",
    follow_up: "Three weeks if needed.",
    ..PLAIN
};

const WELLNESS: Scenario = Scenario {
    key: "wellness",
    ages: (18, 95),
    weight: 22,
    service: "Primary care",
    specialty: "Family medicine",
    reason: "Yearly visit",
    diagnoses: &[
        dx("Z00.00", "Routine adult check without abnormal findings"),
        dx("Z23", "Vaccination"),
        dx("Z13.220", "Screening of blood lipids"),
    ],
    story: "{age}-year-old {person} here for the yearly visit. Feels well. Works [in an office|at the school|at the mill], sleeps seven hours, walks most days. No chest pain, no change of \
        weight, mood good. Screening up to date apart from blood lipids. Wears a seat belt. Has named a health care proxy.",
    history: "No chronic illness.",
    medications: &["None"],
    exam: "Blood pressure 122/76. Heart and lungs normal. Abdomen soft. Skin without suspicious moles. Walks well.",
    labs: &[fine("LDL cholesterol", "mg/dL", "< 130", 880, 1240), fine("Glucose", "mg/dL", "70-99", 820, 980)],
    plan: "1. Healthy adult: flu vaccine given today, lipids drawn.\n2. Screening plan gone through.\n3. Next visit in a year.",
    follow_up: "One year.",
    ..PLAIN
};
