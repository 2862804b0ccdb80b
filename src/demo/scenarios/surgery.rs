//! Planned and urgent surgery.

use super::{Operation, PLAIN, Route, Scenario, dx, fine, off, px};

pub const SCENARIOS: &[Scenario] = &[APPENDICITIS, CATARACT, COLONOSCOPY, HERNIA];

const APPENDICITIS: Scenario = Scenario {
    key: "appendicitis",
    route: Route::EmergencyToInpatient,
    ages: (8, 60),
    weight: 10,
    service: "Surgery",
    specialty: "General surgery",
    reason: "Right lower belly pain",
    days: (1, 3),
    diagnoses: &[
        dx("K35.30", "Appendicitis with localized peritonitis, no perforation"),
        dx("R11.2", "Nausea with vomiting"),
    ],
    procedures: &[px("0DTJ4ZZ", "Removal of the appendix through small cuts", 0)],
    story: "{age}-year-old {person} with pain that began around the navel [last evening|early this morning] and moved to the right lower belly. Nausea, vomited \
        twice, not hungry. Hurts to walk and the bumps in the road hurt on the way here. Low fever. No diarrhea, no burning on urination. No earlier surgery.",
    history: "Healthy.",
    medications: &["None"],
    exam: "Lies still. Temperature 100.6 F. Tender at the right lower belly with guarding, pain there when the left side is pressed. Bowel sounds reduced. No \
        hernia.",
    labs: &[
        off("White blood cells", "10*3/uL", "4.0-11.0", 138, 178),
        off("C-reactive protein", "mg/L", "< 5", 280, 760),
        fine("Urine white cells", "per field", "0-5", 0, 30),
    ],
    imaging: Some((
        "CT of abdomen and pelvis with contrast",
        "Appendix 12 mm across with a thick wall and stranding around it. No free air, no abscess. Impression: acute appendicitis without perforation.",
    )),
    plan: "1. Acute appendicitis: ceftriaxone and metronidazole, laparoscopic removal tonight; risks explained and consent signed.\n2. Pain: acetaminophen and \
        ketorolac.\n3. Home when eating.",
    daily: &[
        "Day one after surgery. Passing gas, drank broth, pain 2 of 10. Cuts dry.",
        "Eating. Walking the hall. Home.",
    ],
    course: "Laparoscopic appendectomy on the evening of arrival without complication. The appendix was inflamed and not perforated. No further antibiotics were \
        needed.",
    operation: Some(Operation {
        title: "Laparoscopic appendectomy",
        specialty: "General surgery",
        findings: "Inflamed, swollen appendix with cloudy fluid near it. No perforation. Other organs normal.",
        account: "Three ports were placed. The appendix was freed, its vessels sealed, and the base divided with a stapler. It was taken out in a bag. The field \
            was washed and the ports closed.",
        blood_loss: "10 mL",
        specimen: Some("Appendix"),
    }),
    pathology: Some(
        "Appendix, removal: acute suppurative appendicitis with inflammation of the outer wall. No perforation. No tumor. Length 7.2 cm, diameter 1.2 cm.",
    ),
    follow_up: "Surgery clinic in two weeks.",
    dispositions: &[("01", 1)],
    ..PLAIN
};

const CATARACT: Scenario = Scenario {
    key: "cataract",
    route: Route::DaySurgery,
    ages: (58, 92),
    weight: 12,
    service: "Ophthalmology",
    specialty: "Ophthalmology",
    reason: "Cataract surgery, right eye",
    diagnoses: &[dx("H25.11", "Age-related cataract, right eye"), dx("I10", "Essential hypertension")],
    story: "{age}-year-old {person} with slowly failing sight in the right eye, glare from headlights and trouble reading. Best corrected vision 20/70. Glasses no \
        longer help. The left eye was done [last spring|two years ago] with a good result. Wishes to have the lens replaced.",
    history: "Hypertension. Cataract surgery on the left eye.",
    medications: &["Lisinopril 10 mg by mouth daily", "Prednisolone-moxifloxacin eye drops, started two days ago"],
    exam: "Right lens cloudy at the nucleus, grade 3. Cornea clear, pressure 15 mmHg. Back of the eye seen well enough, macula flat. Heart and lungs normal.",
    labs: &[],
    plan: "1. Cataract of the right eye: removal with lens implant today under drops and light sedation.\n2. Hypertension: took {his} tablet this morning.\n\
        3. Shield at night, drops for four weeks.",
    course: "Procedure went as planned. Vision tomorrow at the clinic.",
    operation: Some(Operation {
        title: "Removal of cataract with lens implant, right eye",
        specialty: "Ophthalmology",
        findings: "Dense nuclear cataract, right eye. Capsule intact throughout.",
        account: "Under topical anesthesia a clear corneal incision was made, the nucleus was broken up and removed, and a folding 21.5 diopter lens was placed in \
            the capsule. The wound sealed without sutures.",
        blood_loss: "none",
        specimen: None,
    }),
    follow_up: "Eye clinic tomorrow morning.",
    ..PLAIN
};

const COLONOSCOPY: Scenario = Scenario {
    key: "colonoscopy",
    route: Route::DaySurgery,
    ages: (45, 80),
    weight: 14,
    service: "Endoscopy",
    specialty: "Gastroenterology",
    reason: "Screening colonoscopy",
    diagnoses: &[
        dx("Z12.11", "Screening for cancer of the colon"),
        dx("D12.2", "Benign polyp of the ascending colon"),
        dx("K57.30", "Pouches of the large bowel without bleeding"),
        dx("K64.8", "Other hemorrhoids"),
    ],
    story: "{age}-year-old {person} here for [a first|a repeat] screening colonoscopy. No bleeding, no change of habit, no weight loss. {His} [mother|uncle] had \
        polyps. Took the preparation as told and the return is clear. No blood thinners. Ate nothing since yesterday.",
    history: "High cholesterol. No bowel surgery.",
    medications: &["Rosuvastatin 10 mg by mouth nightly"],
    exam: "Comfortable. Heart regular, lungs clear. Abdomen soft without masses. Airway class II. Fit for sedation.",
    labs: &[],
    plan: "1. Screening colonoscopy with sedation; removal of polyps as found.\n2. Escort home present.\n3. Results by letter in one to two weeks.",
    course: "Complete examination to the cecum. One polyp removed.",
    operation: Some(Operation {
        title: "Colonoscopy with removal of a polyp by cold snare",
        specialty: "Gastroenterology",
        findings: "A 7 mm flat polyp in the ascending colon. Scattered pouches in the sigmoid. Small internal hemorrhoids. Preparation good.",
        account: "The scope was passed to the cecum, seen by its landmarks. Withdrawal took 11 minutes. The polyp was removed whole with a cold snare and retrieved. \
            No bleeding.",
        blood_loss: "minimal",
        specimen: Some("Polyp, ascending colon"),
    }),
    pathology: Some("Colon, ascending, polyp: tubular adenoma. No high-grade dysplasia. No cancer."),
    follow_up: "Next colonoscopy in seven years.",
    ..PLAIN
};

const HERNIA: Scenario = Scenario {
    key: "hernia",
    route: Route::DaySurgery,
    ages: (22, 78),
    weight: 7,
    service: "Surgery",
    specialty: "General surgery",
    reason: "Inguinal hernia repair",
    women: Some(false),
    diagnoses: &[dx("K40.90", "Inguinal hernia, one side, no obstruction"), dx("J45.20", "Mild intermittent asthma")],
    story: "{age}-year-old {person} with a lump in the right groin for [six months|a year], larger at the end of the day and after lifting. It goes back when {he} lies \
        down. Aching, never stuck, no vomiting. Works in [a warehouse|landscaping] and wants it repaired before the busy season.",
    history: "Mild asthma, rare use of an inhaler.",
    medications: &["Albuterol inhaler as needed"],
    exam: "Soft lump in the right groin that reduces fully. Left side normal. Testes normal. Lungs clear, no wheeze. Heart regular.",
    labs: &[fine("Hemoglobin", "g/dL", "13.5-17.5", 138, 160)],
    plan: "1. Right inguinal hernia: laparoscopic repair with mesh today.\n2. Asthma: inhaler before anesthesia.\n3. No lifting over 15 pounds for four weeks.",
    course: "Uneventful repair; passed urine and went home the same day.",
    operation: Some(Operation {
        title: "Laparoscopic repair of right inguinal hernia with mesh",
        specialty: "General surgery",
        findings: "Indirect hernia on the right. No hernia on the left. No bowel in the sac.",
        account: "The space before the peritoneum was opened with a balloon, the sac was drawn back, and a mesh was laid over the whole area and fixed at two \
            points. No bleeding.",
        blood_loss: "5 mL",
        specimen: None,
    }),
    follow_up: "Surgery clinic in two weeks.",
    ..PLAIN
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_leaves_a_report() {
        for scenario in SCENARIOS {
            let operation = scenario.operation.as_ref().map(|operation| operation.account.len());
            assert!(operation.is_some_and(|length| length > 80), "{}", scenario.key);
            assert!(scenario.pathology.is_none() || scenario.operation.as_ref().is_some_and(|o| o.specimen.is_some()));
        }
    }
}
