//! Birth and childhood.

use super::{Operation, PLAIN, Route, Scenario, dx, fine, off, px};

pub const SCENARIOS: &[Scenario] =
    &[CESAREAN, VAGINAL_BIRTH, NEWBORN, NEWBORN_CESAREAN, ASTHMA, WELL_CHILD, TEEN_HEALTH];

const CESAREAN: Scenario = Scenario {
    key: "cesarean",
    route: Route::Delivery,
    women: Some(true),
    ages: (18, 45),
    weight: 1,
    service: "Obstetrics",
    specialty: "Obstetrics and gynecology",
    reason: "Planned repeat cesarean birth",
    days: (3, 4),
    diagnoses: &[
        dx("O34.211", "Care of mother with low scar from an earlier cesarean"),
        dx("O99.013", "Anemia in pregnancy, third trimester"),
        dx("Z37.0", "Single live birth"),
        dx("Z3A.39", "39 weeks of pregnancy"),
    ],
    procedures: &[px("10D00Z1", "Cesarean birth, low cut", 0)],
    story: "{age}-year-old woman at 39 weeks with one earlier cesarean for a breech baby, here for a planned repeat. Prenatal care from eight weeks. Pregnancy went \
        well apart from mild anemia on iron. Group B strep negative. Blood type O positive. Feels the baby move. No bleeding, no leaking, a few tightenings \
        overnight.",
    history: "One cesarean in 2022. Iron-deficiency anemia of pregnancy.",
    medications: &["Prenatal vitamin daily", "Ferrous sulfate 325 mg by mouth daily"],
    exam: "Comfortable. Womb of term size, head down, fetal heart rate 140 with accelerations. Old low scar well healed. Heart and lungs normal. Ankles mildly \
        swollen, reflexes normal.",
    labs: &[
        off("Hemoglobin", "g/dL", "12.0-16.0", 99, 108),
        fine("Platelets", "10*3/uL", "150-400", 1700, 2600),
        fine("Glucose", "mg/dL", "70-140", 780, 1040),
    ],
    plan: "1. Term pregnancy with earlier cesarean: repeat low cesarean under spinal anesthesia this morning; consent signed.\n2. Anemia: blood typed and \
        crossed.\n3. Plans to breastfeed; skin to skin in the operating room.",
    daily: &[
        "Day one. Womb firm, bleeding light. Up to the chair, catheter out. Nursing well.",
        "Day two. Passing gas, regular diet, pain held by tablets. Hemoglobin 9.1.",
        "Day three. Incision clean. Ready for home with the baby.",
    ],
    course: "Repeat low cesarean with birth of a live baby. Blood loss 700 mL. Recovery was as expected. Nursing established with help of the lactation nurse.",
    operation: Some(Operation {
        title: "Repeat low transverse cesarean birth",
        specialty: "Obstetrics and gynecology",
        findings: "Live baby, head first, clear fluid. Thin scar of the lower segment, no rupture. Tubes and ovaries normal.",
        account: "Under spinal anesthesia the old incision was opened. The lower segment was cut across and the baby was born and cried at once. The cord was \
            clamped after one minute. The placenta came whole. The womb was closed in two layers, then the belly wall and the skin.",
        blood_loss: "700 mL",
        specimen: None,
    }),
    follow_up: "Obstetrics in two weeks for the incision and at six weeks.",
    ..PLAIN
};

const VAGINAL_BIRTH: Scenario = Scenario {
    key: "vaginal-birth",
    route: Route::Delivery,
    women: Some(true),
    ages: (16, 44),
    weight: 2,
    service: "Obstetrics",
    specialty: "Obstetrics and gynecology",
    reason: "Labor at term",
    days: (2, 3),
    diagnoses: &[
        dx("O70.1", "Second-degree tear during birth"),
        dx("Z37.0", "Single live birth"),
        dx("Z3A.40", "40 weeks of pregnancy"),
    ],
    procedures: &[px("10E0XZZ", "Birth of the baby", 0), px("0KQM0ZZ", "Repair of the perineum muscle", 0)],
    story: "{age}-year-old woman at 40 weeks with contractions every [four|five] minutes since [midnight|early morning] and waters broken at home with clear fluid. \
        Prenatal care was regular and without problems. Group B strep negative. The baby is moving. No bleeding, no headache, no change in sight.",
    history: "Healthy. [First pregnancy.|One earlier birth without problems.]",
    medications: &["Prenatal vitamin daily"],
    exam: "Contracting. Cervix 5 cm, fully thinned, head low. Fetal heart rate 135 with good variability. Blood pressure normal. Reflexes normal.",
    labs: &[fine("Hemoglobin", "g/dL", "11.0-16.0", 112, 132), fine("Platelets", "10*3/uL", "150-400", 1800, 2700)],
    plan: "1. Active labor at term: admit, continuous monitoring, epidural on request.\n2. Group B strep negative: no antibiotics.\n3. Plans to breastfeed.",
    daily: &[
        "Day one. Womb firm, bleeding moderate. Walks and eats. Repair comfortable with ice.",
        "Day two. Nursing well. Ready for home.",
    ],
    course: "Progressed to full dilation with an epidural. Live birth over a second-degree tear, repaired. Blood loss 300 mL. Recovery without problems.",
    operation: Some(Operation {
        title: "Vaginal birth with repair of a second-degree tear",
        specialty: "Obstetrics and gynecology",
        findings: "Live baby, head first. Placenta whole with three vessels. Second-degree tear.",
        account: "After 45 minutes of pushing the baby was born over an intact head control and placed on the mother's chest. The cord was clamped after one minute. \
            The placenta followed in eight minutes. The tear was closed with absorbable suture.",
        blood_loss: "300 mL",
        specimen: None,
    }),
    follow_up: "Obstetrics at three and at twelve weeks.",
    ..PLAIN
};

const NEWBORN: Scenario = Scenario {
    key: "newborn",
    route: Route::Birth,
    ages: (0, 0),
    weight: 1,
    service: "Newborn nursery",
    specialty: "Pediatrics",
    reason: "Born in this hospital",
    days: (2, 3),
    diagnoses: &[
        dx("Z38.00", "Single liveborn, born in hospital, vaginal birth"),
        dx("P59.9", "Newborn jaundice"),
        dx("Z23", "Vaccination"),
    ],
    procedures: &[px("3E0234Z", "Vaccine given into muscle", 1)],
    story: "Term newborn {person}, born here by vaginal birth after an uncomplicated pregnancy. Apgar scores 8 at one minute and 9 at five. Birth weight \
        [3,180|3,420|3,610] g. Mother's group B strep and hepatitis B tests negative. Cried at once, no resuscitation. To the breast within the first hour. Vitamin K \
        and eye ointment given.",
    history: "Mother's pregnancy at term without infection or diabetes.",
    medications: &["Hepatitis B vaccine, first dose", "Vitamin K 1 mg into muscle, given"],
    exam: "Pink, active. Soft spot flat. Red reflex in both eyes. Palate whole. Heart without murmur, pulses equal. Hips stable. Normal for sex. Cord with three \
        vessels.",
    labs: &[off("Total bilirubin, 36 h", "mg/dL", "< 9.0", 92, 108)],
    plan: "1. Term newborn: room in with mother, breast on demand, screening tests and hearing test before discharge.\n2. Jaundice: bilirubin below the treatment \
        line, recheck.\n3. Hepatitis B vaccine today.",
    daily: &[
        "Feeding every two to three hours, two wet diapers. Hearing passed on both sides.",
        "Weight down 5 %. Bilirubin below the line. Newborn screen sent.",
    ],
    course: "Fed well. Bilirubin stayed below the treatment line. Hearing and oxygen screens passed. Newborn screen sent.",
    follow_up: "Pediatrics in two days for weight and color.",
    ..PLAIN
};

const NEWBORN_CESAREAN: Scenario = Scenario {
    key: "newborn-cesarean",
    days: (3, 4),
    diagnoses: &[dx("Z38.01", "Single liveborn, born in hospital, cesarean birth"), dx("Z23", "Vaccination")],
    story: "Term newborn {person}, born here by planned cesarean after an uncomplicated pregnancy. Apgar scores 9 at one minute and 9 at five. Birth weight \
        [3,090|3,350|3,720] g. Fast breathing for the first hour that settled without oxygen. Mother's tests negative. Vitamin K and eye ointment given. First feed in \
        the recovery room.",
    course: "Early fast breathing settled by itself. Fed well. Hearing and oxygen screens passed. Newborn screen sent.",
    ..NEWBORN
};

const ASTHMA: Scenario = Scenario {
    key: "asthma",
    route: Route::EmergencyToObservation,
    ages: (3, 16),
    weight: 12,
    service: "Pediatrics",
    specialty: "Pediatrics",
    reason: "Wheezing",
    diagnoses: &[
        dx("J45.41", "Moderate persistent asthma with acute exacerbation"),
        dx("J06.9", "Upper respiratory infection"),
        dx("Z77.22", "Contact with tobacco smoke"),
    ],
    story: "{age}-year-old {person} with asthma, wheezing since [yesterday|last night] after two days of a runny nose. Albuterol every three hours at home gave short \
        relief. Could not sleep. The controller inhaler ran out a month ago. {He} was in the hospital once before, never in intensive care. A grandparent smokes in \
        the house. No fever above 100 F, no choking.",
    history: "Asthma since age two. Eczema. Vaccines up to date.",
    medications: &["Albuterol inhaler with spacer", "Fluticasone 44 mcg two puffs twice daily (ran out)"],
    exam: "Speaks in phrases, ribs drawing in. Wheeze on both sides with fair air entry. Saturation 91 % on room air. Ears and throat mildly red. Skin dry at the \
        elbows.",
    labs: &[],
    imaging: Some((
        "Chest radiograph, two views",
        "Lungs well filled with thick airways. No consolidation. No air leak.",
    )),
    plan: "1. Asthma attack, moderate: albuterol every two hours, dexamethasone, oxygen to keep 92 %. Hold in observation.\n2. Refill the controller; teach spacer.\n\
        3. Smoke: talked with the family about smoking outside.",
    daily: &["Albuterol every four hours overnight, 95 % on room air. Playing. Home on the asthma plan."],
    course: "Spaced to albuterol every four hours by morning. No oxygen for twelve hours. Pneumonia was not found. Controller restarted and an action plan given.",
    follow_up: "Pediatrics in three days.",
    ..PLAIN
};

const WELL_CHILD: Scenario = Scenario {
    key: "well-child",
    ages: (1, 12),
    weight: 26,
    service: "Pediatrics",
    specialty: "Pediatrics",
    reason: "Well-child visit",
    diagnoses: &[dx("Z00.129", "Routine child check without abnormal findings"), dx("Z23", "Vaccination")],
    story: "{age}-year-old {person} here with a parent for the yearly check. Eats a mixed diet, sleeps through, gets along at [school|day care]. No worries from the \
        family except [picky eating|screen time|a lost tooth]. No hospital stays since the last visit. Dentist seen within the year. Car seat or belt always used.",
    history: "Healthy. Vaccines up to date until today.",
    medications: &["None"],
    exam: "Well child, at ease. Growth along the usual line. Eyes, ears and throat normal. Heart and lungs normal. Abdomen soft. Spine straight. Skin clear.",
    labs: &[],
    plan: "1. Growth and development on track.\n2. Vaccines given today after talking through benefits and side effects.\n3. Next visit in one year.",
    follow_up: "One year.",
    ..PLAIN
};

const TEEN_HEALTH: Scenario = Scenario {
    key: "teen-health",
    women: Some(true),
    ages: (14, 17),
    weight: 9,
    service: "Adolescent health",
    specialty: "Family medicine",
    reason: "Confidential visit",
    diagnoses: &[
        dx("Z30.011", "First prescription of birth control pills"),
        dx("Z11.3", "Screening for sexually transmitted infection"),
    ],
    story: "{age}-year-old {person} who came alone and asks for contraception, consenting for herself as state law allows. Periods regular with cramps. One partner, \
        uses condoms most of the time. No pain, no discharge. Feels safe at home and in the relationship. Asks that letters are not sent home and that messages go to \
        her own phone only.",
    history: "Healthy. No migraine with aura, no clots in the family.",
    medications: &["None"],
    exam: "Blood pressure 108/64. Well. Heart, lungs and abdomen normal. No pelvic examination needed today.",
    labs: &[fine("Urine pregnancy test", "", "negative", 0, 0)],
    plan: "1. Started combined pill after going through risks and how to take it.\n2. Chlamydia and gonorrhea screen sent; results by phone only.\n\
        3. Confidential: minor-consented care; do not disclose to parents without her agreement.",
    follow_up: "Three months.",
    sensitivity: Some("minor-consented"),
    ..PLAIN
};
