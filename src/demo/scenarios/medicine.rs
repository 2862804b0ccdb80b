//! General medicine: infection, sugar, brain, bowel and kidney.

use super::{Operation, PLAIN, Route, Scenario, dx, fine, off, px};

pub const SCENARIOS: &[Scenario] = &[SEPSIS, KETOACIDOSIS, STROKE, STOMACH_BLEED, KIDNEY_STONE, FOUND_DOWN];

const SEPSIS: Scenario = Scenario {
    key: "sepsis",
    route: Route::EmergencyToInpatient,
    ages: (60, 98),
    weight: 12,
    service: "Medicine",
    specialty: "Internal medicine",
    reason: "Fever and confusion",
    days: (4, 8),
    diagnoses: &[
        dx("A41.51", "Sepsis due to E. coli"),
        dx("N39.0", "Urinary tract infection"),
        dx("R65.20", "Severe sepsis without shock"),
        dx("N17.9", "Acute kidney failure"),
        dx("G93.41", "Metabolic encephalopathy"),
        dx("B96.20", "E. coli as the cause of disease classified elsewhere"),
    ],
    story: "{age}-year-old {person} brought from [home|assisted living] after two days of shaking chills and a day of confusion. Family noticed \
        strong-smelling urine and that {he} called {his} daughter by the wrong name. Temperature 102.9 F, heart rate 118, blood pressure 92/50 on \
        arrival, improving to 108/60 after two liters. No cough, no belly pain, no bedsores. No catheter at home.",
    history: "Hypertension. Urinary infections, two in the past year. Osteoarthritis. No history of stones.",
    medications: &["Amlodipine 5 mg by mouth daily", "Acetaminophen 650 mg by mouth as needed"],
    exam: "Flushed, drowsy, oriented to person only. Dry mouth. Heart fast and regular. Lungs clear. Tender over the bladder and the left flank. No focal \
        weakness.",
    labs: &[
        off("Lactate", "mmol/L", "0.5-2.0", 27, 39),
        off("White blood cells", "10*3/uL", "4.0-11.0", 172, 248),
        off("Creatinine", "mg/dL", "0.6-1.2", 22, 31),
        off("Platelets", "10*3/uL", "150-400", 1020, 1380),
        off("Urine white cells", "per field", "0-5", 500, 900),
    ],
    imaging: Some((
        "Ultrasound of kidneys and bladder",
        "Kidneys of normal size. No stone and no hydronephrosis. Bladder wall slightly thick with debris. Impression: no obstruction.",
    )),
    plan: "1. Severe sepsis from a urinary source with acute kidney injury and encephalopathy: blood and urine cultures drawn, ceftriaxone given within the \
        first hour, 30 mL/kg of fluid complete, lactate to be repeated.\n2. Acute kidney injury: likely from low pressure; hold NSAIDs, follow urine output.\n\
        3. Confusion: no focal signs; treat the infection, keep lights and glasses on. No head CT unless it worsens.",
    daily: &[
        "Knows where {he} is. Pressure holding without more fluid. Both blood culture bottles grow gram-negative rods.",
        "No fever. E. coli, sensitive to ceftriaxone. Creatinine 1.9. Eating half of meals.",
        "Oriented. Creatinine 1.3. Therapy suggests a short rehabilitation stay.",
        "Stable. Waiting for placement.",
    ],
    course: "Blood and urine cultures grew E. coli. Lactate cleared within six hours. Kidney function recovered from 2.6 to 1.1 mg/dL without dialysis. \
        Confusion resolved by the third day. Antibiotics were narrowed to oral cephalexin to finish ten days. {He} never needed \
        intensive care.",
    follow_up: "Primary care in one week with creatinine. Finish cephalexin.",
    dispositions: &[("03", 40), ("01", 25), ("06", 22), ("62", 3), ("20", 10)],
    ..PLAIN
};

const KETOACIDOSIS: Scenario = Scenario {
    key: "ketoacidosis",
    route: Route::EmergencyToInpatient,
    ages: (11, 55),
    weight: 7,
    service: "Medicine",
    specialty: "Internal medicine",
    reason: "Vomiting and high blood sugar",
    days: (2, 3),
    diagnoses: &[
        dx("E10.10", "Type 1 diabetes with ketoacidosis, no coma"),
        dx("E86.0", "Dehydration"),
        dx("E87.6", "Low potassium"),
        dx("Z96.41", "Insulin pump in place"),
    ],
    procedures: &[],
    story: "{age}-year-old {person} with type 1 diabetes since childhood whose insulin pump site came loose [overnight|during a weekend away]. By morning \
        {he} was thirsty and vomiting, with belly pain all over. The home meter read HI. No fever, no cough, no burning on urination. Last ketoacidosis was \
        three years ago.",
    history: "Type 1 diabetes on an insulin pump. Last A1c 8.4 %. No eye or kidney disease.",
    medications: &["Insulin lispro by pump", "Glucagon 3 mg nasal as needed"],
    exam: "Tired, fruity breath, deep breathing. Dry tongue. Heart fast, regular. Abdomen tender everywhere without guarding. Pump site on the left belly \
        red at the edge, no abscess.",
    labs: &[
        off("Glucose", "mg/dL", "70-99", 4480, 6200),
        off("Arterial pH", "", "7.35-7.45", 71, 72),
        off("Bicarbonate", "mmol/L", "22-29", 70, 120),
        off("Beta-hydroxybutyrate", "mmol/L", "< 0.3", 48, 72),
        off("Anion gap", "mmol/L", "8-16", 220, 290),
    ],
    plan: "1. Ketoacidosis from pump failure: insulin infusion, fluids, potassium replacement, hourly glucose, gap every four hours.\n2. Belly pain is \
        expected to settle with the acidosis; no imaging now.\n3. Educator to go through sick-day rules and pump alarms.",
    daily: &[
        "Gap closed at 04:00. Eating. Bridged to basal insulin, pump restarted with a new site.",
        "Sugars 120 to 190. No nausea. Ready for home.",
    ],
    course: "The anion gap closed after [14|18] hours of insulin infusion. Potassium was replaced. The pump was restarted at a new site after teaching. No \
        infection was found.",
    follow_up: "Diabetes clinic within one week.",
    dispositions: &[("01", 92), ("07", 8)],
    ..PLAIN
};

const STROKE: Scenario = Scenario {
    key: "stroke",
    route: Route::EmergencyToInpatient,
    ages: (50, 94),
    weight: 9,
    service: "Neurology",
    specialty: "Neurology",
    reason: "Right-sided weakness and trouble speaking",
    days: (3, 7),
    diagnoses: &[
        dx("I63.512", "Stroke from blockage of the left middle cerebral artery"),
        dx("G81.91", "Weakness of the dominant right side"),
        dx("R47.01", "Aphasia"),
        dx("I48.0", "Paroxysmal atrial fibrillation"),
        dx("I10", "Essential hypertension"),
    ],
    procedures: &[px("3E03317", "Clot-dissolving drug into a peripheral vein", 0)],
    story: "{age}-year-old right-handed {person} last seen well at [07:15|08:40|12:10] who dropped a cup and could not find words. Family saw the right \
        side of the face droop and called for help. Arrived 55 minutes after onset. No headache, no seizure, no head injury. Not on blood thinners. No surgery or \
        bleeding in the past three months.",
    history: "Hypertension, not always treated. No earlier stroke. No known heart rhythm problem.",
    medications: &["Losartan 50 mg by mouth daily"],
    exam: "Awake. Speech halting, follows one-step commands. Right face droop. Right arm drifts to the bed in five seconds, right leg drifts. NIH stroke \
        scale 11. Heart irregular.",
    labs: &[
        fine("Glucose", "mg/dL", "70-140", 1020, 1360),
        fine("INR", "", "0.9-1.1", 9, 11),
        fine("Platelets", "10*3/uL", "150-400", 1880, 2900),
        off("LDL cholesterol", "mg/dL", "< 70", 1120, 1540),
    ],
    imaging: Some((
        "CT of the head without contrast and CT angiography",
        "No hemorrhage. Early loss of gray-white definition in the left insula. Narrowing of a left middle cerebral artery branch without large-vessel \
        occlusion. Impression: early infarct in the left middle cerebral artery territory; no bleeding.",
    )),
    plan: "1. Acute left middle cerebral artery stroke: tenecteplase given at door-to-needle 38 minutes, then pressure below 180/105, no antiplatelets for \
        24 hours, CT tomorrow.\n2. Atrial fibrillation seen on the monitor: anticoagulation after a few days if no bleeding.\n3. Swallow test before any food; \
        physical, occupational and speech therapy.",
    daily: &[
        "No bleeding on the 24-hour CT. Names three of five objects. Right arm holds against gravity. Aspirin started.",
        "Passed the swallow test for soft food. Walks with two helpers. NIH stroke scale 6.",
        "Apixaban started. Rehabilitation accepted {him}.",
        "Speech clearer each day. Waiting for the rehabilitation bed.",
    ],
    course: "Treated with tenecteplase without bleeding. Monitoring found paroxysmal atrial fibrillation, which is the likely cause; apixaban was started on \
        day four. Strength of the right arm improved from 2 to 4 of 5. Word finding is still slow.",
    consult: Some((
        "Physical medicine and rehabilitation",
        "Can take part in three hours of therapy a day and has family at home. A good candidate for inpatient rehabilitation.",
    )),
    follow_up: "Stroke clinic in four weeks.",
    dispositions: &[("62", 45), ("01", 18), ("06", 12), ("03", 15), ("20", 10)],
    ..PLAIN
};

const STOMACH_BLEED: Scenario = Scenario {
    key: "stomach-bleed",
    route: Route::EmergencyToInpatient,
    ages: (40, 90),
    weight: 7,
    service: "Medicine",
    specialty: "Gastroenterology",
    reason: "Black stools and dizziness",
    days: (2, 5),
    diagnoses: &[
        dx("K26.4", "Duodenal ulcer with bleeding"),
        dx("D62", "Anemia from acute blood loss"),
        dx("M19.90", "Osteoarthritis, site not stated"),
        dx("Z79.1", "Long-term use of anti-inflammatory drugs"),
    ],
    procedures: &[px("0W3P8ZZ", "Control of bleeding in the digestive tract through an endoscope", 0)],
    story: "{age}-year-old {person} with two days of black, sticky stools and lightheadedness on standing. Takes [naproxen|ibuprofen] most days for knee \
        pain. One episode of coffee-ground vomit this morning. Drinks a glass of wine at weekends. No liver disease. No weight loss, no trouble swallowing.",
    history: "Osteoarthritis of both knees. No earlier bleed.",
    medications: &["Naproxen 500 mg by mouth twice daily", "Vitamin D 1000 units by mouth daily"],
    exam: "Pale. Heart rate 108, falls faint on standing. Abdomen soft, mild tenderness in the upper middle. Black stool on rectal examination.",
    labs: &[
        off("Hemoglobin", "g/dL", "12.0-16.0", 68, 84),
        off("Urea nitrogen", "mg/dL", "7-20", 380, 560),
        fine("Platelets", "10*3/uL", "150-400", 1900, 2800),
        fine("INR", "", "0.9-1.1", 9, 11),
    ],
    plan: "1. Upper gastrointestinal bleed: two large lines, pantoprazole intravenously, two units of red cells, endoscopy today.\n2. Acute blood loss \
        anemia: transfuse below 7 g/dL.\n3. Stop naproxen for good; acetaminophen for the knees.",
    daily: &[
        "No more bleeding since endoscopy. Hemoglobin 8.6 after two units.",
        "Brown stool. Hemoglobin 8.9. H. pylori stool test positive; treatment started.",
    ],
    course: "Endoscopy found a duodenal ulcer with a visible vessel, clipped. Two units of red cells were given. H. pylori was positive and treatment was \
        begun. No bleeding recurred.",
    operation: Some(Operation {
        title: "Upper endoscopy with clip placement",
        specialty: "Gastroenterology",
        findings: "A 9 mm ulcer of the duodenal bulb with a visible vessel. Stomach with mild redness. Esophagus normal.",
        account: "Under moderate sedation the endoscope was passed to the second part of the duodenum. The ulcer base was injected with dilute \
            epinephrine and two clips were placed across the vessel with no bleeding at the end. Biopsies of the antrum taken.",
        blood_loss: "minimal",
        specimen: Some("Antral biopsies"),
    }),
    pathology: Some(
        "Stomach, antrum, biopsy: chronic active gastritis. Organisms with the shape of Helicobacter pylori are present. No intestinal metaplasia. No \
        dysplasia.",
    ),
    follow_up: "Gastroenterology in six weeks with a stool test of cure.",
    dispositions: &[("01", 85), ("06", 9), ("07", 3), ("20", 3)],
    ..PLAIN
};

const KIDNEY_STONE: Scenario = Scenario {
    key: "kidney-stone",
    route: Route::Emergency,
    ages: (20, 75),
    weight: 12,
    service: "Emergency",
    specialty: "Emergency medicine",
    reason: "Flank pain",
    diagnoses: &[
        dx("N20.1", "Stone of the ureter"),
        dx("R31.9", "Blood in the urine"),
        dx("R11.2", "Nausea with vomiting"),
    ],
    story: "{age}-year-old {person} with sudden left flank pain since [two|five] in the morning, coming in waves and going into the groin, [9|10] of 10. \
        Vomited twice. Can't lie still. Had a stone passed without treatment six years ago. No fever, no chills, no burning.",
    history: "Kidney stone, once. Otherwise well.",
    medications: &["None"],
    exam: "Pacing the room. Heart rate 96, no fever. Abdomen soft; left flank tender to tapping. No rash.",
    labs: &[
        fine("Creatinine", "mg/dL", "0.6-1.2", 8, 12),
        off("Urine red cells", "per field", "0-3", 200, 500),
        fine("Urine nitrite", "", "negative", 0, 0),
    ],
    imaging: Some((
        "CT of abdomen and pelvis without contrast",
        "A 4 mm stone at the left ureter near the bladder with mild swelling of the left kidney. Right kidney clear. Appendix normal. No aneurysm.",
    )),
    plan: "1. Left ureteral stone, 4 mm: ketorolac and ondansetron given with relief. Tamsulosin, strainer, fluids.\n2. No signs of infection. Urology if not \
        passed in two weeks.\n3. Return for fever or pain that does not settle.",
    follow_up: "Urology in two weeks.",
    dispositions: &[("01", 96), ("07", 4)],
    ..PLAIN
};

const FOUND_DOWN: Scenario = Scenario {
    key: "found-down",
    route: Route::Emergency,
    ages: (20, 80),
    weight: 1,
    service: "Emergency",
    specialty: "Emergency medicine",
    reason: "Found unresponsive outdoors",
    diagnoses: &[
        dx("R41.82", "Altered mental status"),
        dx("T68.XXXA", "Low body temperature, first encounter"),
        dx("S00.83XA", "Bruise of the head, first encounter"),
        dx("F10.920", "Alcohol use with intoxication, uncomplicated"),
    ],
    story: "Adult {person}, age estimated at {age}, found on a bench near the bus station by a passer-by. No wallet, telephone or identification. Smells of \
        alcohol. Woke to voice and gave no name. Police were asked for help with identity. An alias was given at registration. No seizure was seen.",
    history: "Not known.",
    medications: &["Not known"],
    exam: "Core temperature 93.4 F. Bruise over the left brow. Pupils equal. Moves all limbs. Lungs clear. Abdomen soft. No needle marks.",
    labs: &[
        off("Ethanol", "mg/dL", "< 10", 1800, 2900),
        fine("Glucose", "mg/dL", "70-140", 820, 1180),
        fine("Creatine kinase", "U/L", "30-200", 1100, 1900),
    ],
    imaging: Some((
        "CT of the head without contrast",
        "No hemorrhage, mass or shift. Soft tissue swelling over the left brow. No fracture.",
    )),
    plan: "1. Altered mental status, most likely from alcohol and cold: warming, fluids, thiamine, observe until clear.\n2. Bruise of the brow: CT negative.\n\
        3. Identity: registration and social work to follow up; do not merge with any chart on looks alone.",
    follow_up: "Social work.",
    dispositions: &[("01", 60), ("07", 30), ("21", 10)],
    ..PLAIN
};
