//! Heart and lungs.

use super::{Operation, PLAIN, Route, Scenario, dx, fine, off, px};

pub const SCENARIOS: &[Scenario] = &[HEART_FAILURE, CHEST_PAIN, HEART_ATTACK, COPD, PNEUMONIA, LUNG_CANCER];

const HEART_FAILURE: Scenario = Scenario {
    key: "heart-failure",
    route: Route::EmergencyToInpatient,
    ages: (58, 97),
    weight: 16,
    service: "Cardiology",
    specialty: "Cardiology",
    reason: "Shortness of breath and leg swelling",
    days: (3, 6),
    diagnoses: &[
        dx("I13.0", "Hypertensive heart and kidney disease with heart failure"),
        dx("I50.23", "Acute on chronic systolic heart failure"),
        dx("N18.31", "Chronic kidney disease, stage 3a"),
        dx("E11.22", "Type 2 diabetes with diabetic kidney disease"),
        dx("I48.20", "Chronic atrial fibrillation"),
        dx("Z79.01", "Long-term use of anticoagulants"),
    ],
    story: "{He} is a {age}-year-old {person} with known systolic heart failure (ejection fraction [30|35|25] % last spring) who comes in with \
        [five days|a week] of worsening breathlessness. {He} now sleeps in a recliner and stops halfway up one flight of stairs. {He} has gained \
        [9|12|14] pounds and {his} shoes no longer fit. {He} ran out of furosemide [ten days|about two weeks] ago. {He} denies chest pain, fever and cough \
        with sputum. No recent travel and no calf pain.",
    history: "Hypertension. Type 2 diabetes with kidney disease, stage 3a. Chronic atrial fibrillation on apixaban. Myocardial infarction in 2016, treated with a stent.",
    medications: &[
        "Furosemide 40 mg by mouth twice daily",
        "Carvedilol 12.5 mg by mouth twice daily",
        "Sacubitril-valsartan 49/51 mg by mouth twice daily",
        "Apixaban 5 mg by mouth twice daily",
        "Empagliflozin 10 mg by mouth daily",
    ],
    exam: "Sitting upright, speaking in short sentences. Jugular venous pressure raised to the jaw. Irregular rhythm, no new murmur. Crackles to the mid \
        zones on both sides. Pitting edema to the knees. Abdomen soft, no tenderness.",
    labs: &[
        off("NT-proBNP", "pg/mL", "< 450", 48000, 96000),
        off("Creatinine", "mg/dL", "0.6-1.2", 14, 18),
        fine("Potassium", "mmol/L", "3.5-5.1", 38, 48),
        fine("Sodium", "mmol/L", "135-145", 1350, 1400),
        fine("High-sensitivity troponin", "ng/L", "< 20", 90, 180),
    ],
    imaging: Some((
        "Chest radiograph, two views",
        "Heart enlarged. Upper-zone vessels are prominent with interstitial lines at both bases. Small effusions on both sides. No focal consolidation and \
        no pneumothorax. Impression: pulmonary edema with small effusions; no pneumonia.",
    )),
    plan: "1. Acute on chronic systolic heart failure: furosemide 80 mg intravenously twice daily, daily weights, strict intake and output, 1.5 L fluid \
        limit.\n2. Kidney disease stage 3a: follow creatinine daily while diuresing.\n3. Atrial fibrillation: rate controlled, continue apixaban.\n\
        4. Diabetes: hold metformin, continue empagliflozin.\n5. Reason for the relapse was running out of tablets: pharmacy to meet with {him} before discharge.",
    daily: &[
        "Breathing easier, still needs two pillows. Net negative 2.1 L. Crackles at the bases only. Continue intravenous furosemide.",
        "Slept flat for the first time. Weight down 6 pounds. Edema to mid-shin. Potassium replaced. Change to oral diuretic tomorrow.",
        "Walked the corridor without oxygen. On oral torsemide. Plan home with a scale and a clinic visit within seven days.",
    ],
    course: "Treated with intravenous furosemide with a net loss of [5.4|6.2|7.1] liters. Creatinine peaked at 1.8 mg/dL and settled at 1.4 mg/dL. An \
        echocardiogram showed an ejection fraction of 30 % without new wall motion changes. Acute coronary syndrome was ruled out by serial troponins. \
        Oral torsemide replaced furosemide. {He} and {his} family were taught about salt, weights and when to call.",
    consult: Some((
        "Nephrology",
        "Asked about the rise in creatinine during diuresis. Findings fit venous congestion rather than over-diuresis. Continue loop diuretic; avoid \
        NSAIDs; no need for dialysis. We will follow in the kidney clinic.",
    )),
    follow_up: "Heart failure clinic within 7 days with a basic metabolic panel. Daily weights; call for a gain of 3 pounds in a day or 5 in a week.",
    dispositions: &[("01", 50), ("06", 30), ("03", 15), ("20", 5)],
    ..PLAIN
};

const CHEST_PAIN: Scenario = Scenario {
    key: "chest-pain",
    route: Route::EmergencyToObservation,
    ages: (38, 84),
    weight: 16,
    service: "Observation",
    specialty: "Internal medicine",
    reason: "Chest pain",
    diagnoses: &[
        dx("R07.89", "Other chest pain"),
        dx("I10", "Essential hypertension"),
        dx("E78.5", "Raised blood lipids"),
        dx("K21.9", "Gastro-esophageal reflux without esophagitis"),
    ],
    story: "{age}-year-old {person} with high blood pressure and high cholesterol who noticed pressure in the middle of the chest while \
        [carrying groceries|raking leaves|climbing stairs], lasting about [ten|twenty] minutes. It eased with rest and came back once in the evening after \
        a heavy meal. No radiation to the arm or jaw, no sweating, no breathlessness. {His} father had a heart attack at 61. Never smoked.",
    history: "Hypertension, high cholesterol, reflux. No known coronary disease.",
    medications: &[
        "Lisinopril 20 mg by mouth daily",
        "Atorvastatin 20 mg by mouth nightly",
        "Famotidine 20 mg by mouth as needed",
    ],
    exam: "Comfortable. Regular rhythm without murmur or rub. Chest wall mildly tender at the left sternal border. Lungs clear. No leg swelling.",
    labs: &[
        fine("High-sensitivity troponin, 0 h", "ng/L", "< 20", 40, 90),
        fine("High-sensitivity troponin, 3 h", "ng/L", "< 20", 40, 100),
        fine("Hemoglobin", "g/dL", "12.0-16.0", 128, 150),
        off("LDL cholesterol", "mg/dL", "< 100", 1240, 1680),
    ],
    imaging: Some((
        "Exercise stress echocardiogram",
        "Exercised 8 minutes on the standard protocol to 92 % of predicted heart rate. No chest pain and no ST depression. All wall segments thicken \
        normally at rest and at peak. Impression: negative for inducible ischemia.",
    )),
    plan: "1. Chest pain, low to intermediate risk: place in observation, serial troponins and electrocardiograms, stress test in the morning. Not started \
        on heparin.\n2. Hypertension: continue lisinopril.\n3. Reflux may be contributing: start a proton-pump inhibitor.",
    daily: &["No further pain. Troponins flat. Stress echocardiogram negative. Home today."],
    course: "Serial troponins stayed normal and the stress echocardiogram was negative. Myocardial infarction was ruled out. Pain is thought to be of the \
        chest wall with reflux in addition.",
    follow_up: "Primary care in one to two weeks; return at once for pain at rest.",
    dispositions: &[("01", 95), ("07", 5)],
    ..PLAIN
};

const HEART_ATTACK: Scenario = Scenario {
    key: "heart-attack",
    route: Route::EmergencyToInpatient,
    ages: (45, 88),
    weight: 8,
    service: "Cardiology",
    specialty: "Cardiology",
    reason: "Crushing chest pain",
    days: (2, 4),
    diagnoses: &[
        dx("I21.4", "Non-ST-elevation myocardial infarction"),
        dx("I25.10", "Coronary artery disease of native vessel without angina"),
        dx("I10", "Essential hypertension"),
        dx("E78.5", "Raised blood lipids"),
        dx("F17.210", "Nicotine dependence, cigarettes"),
    ],
    procedures: &[
        px("027034Z", "Drug-eluting stent into one coronary artery", 0),
        px("4A023N7", "Left heart catheterization", 0),
        px("B2111ZZ", "Angiography of several coronary arteries", 0),
    ],
    story: "{age}-year-old {person} who woke at [three|four] in the morning with heavy central chest pain going into the left arm, with sweating and \
        nausea. Aspirin was given by the ambulance crew. Pain was 8 of 10 on arrival and 2 of 10 after nitroglycerin. Smokes \
        [half a pack|one pack] a day for thirty years. No earlier heart attack, stroke or bleeding.",
    history: "Hypertension, high cholesterol, smoking.",
    medications: &["Amlodipine 5 mg by mouth daily"],
    exam: "Pale and clammy. Heart sounds soft, no murmur. Lungs clear. Pulses equal in all limbs. No edema.",
    labs: &[
        off("High-sensitivity troponin, 0 h", "ng/L", "< 20", 1800, 4200),
        off("High-sensitivity troponin, 3 h", "ng/L", "< 20", 9000, 31000),
        off("LDL cholesterol", "mg/dL", "< 100", 1420, 1880),
        fine("Creatinine", "mg/dL", "0.6-1.2", 8, 11),
    ],
    imaging: Some((
        "Transthoracic echocardiogram",
        "Left ventricle of normal size with reduced motion of the lateral wall. Ejection fraction 48 %. No significant valve disease. No thrombus and no \
        pericardial effusion.",
    )),
    plan: "1. Non-ST-elevation myocardial infarction: aspirin, ticagrelor, heparin, high-intensity statin; catheterization today.\n2. Hypertension: start \
        metoprolol, then an ACE inhibitor.\n3. Tobacco: patch and counseling; {he} wants to stop.",
    daily: &[
        "Pain free since the stent. Radial site clean. Telemetry without arrhythmia. Cardiac rehabilitation explained.",
        "Walking without symptoms. On dual antiplatelet therapy. Ready for home.",
    ],
    course: "Catheterization showed a 95 % narrowing of the circumflex artery, opened with one drug-eluting stent through the right wrist. No \
        complications. Ejection fraction 48 %. {He} was started on aspirin, ticagrelor, metoprolol, lisinopril and atorvastatin 80 mg.",
    operation: Some(Operation {
        title: "Left heart catheterization with stent to the circumflex artery",
        specialty: "Cardiology",
        findings: "95 % narrowing of the mid circumflex. 30 % narrowing of the left anterior descending. Right coronary artery without significant disease.",
        account: "Access through the right radial artery under ultrasound. After angiography a wire crossed the lesion and one 3.0 x 18 mm \
            drug-eluting stent was placed with good expansion and normal flow at the end. Hemostasis with a wrist band.",
        blood_loss: "under 20 mL",
        specimen: None,
    }),
    follow_up: "Cardiology in two weeks, cardiac rehabilitation. Do not stop ticagrelor without calling.",
    dispositions: &[("01", 86), ("06", 6), ("02", 4), ("20", 4)],
    ..PLAIN
};

const COPD: Scenario = Scenario {
    key: "copd",
    route: Route::EmergencyToInpatient,
    ages: (52, 90),
    weight: 13,
    service: "Medicine",
    specialty: "Internal medicine",
    reason: "Wheezing and shortness of breath",
    days: (2, 5),
    diagnoses: &[
        dx("J44.1", "COPD with acute exacerbation"),
        dx("J96.21", "Acute and chronic respiratory failure with low oxygen"),
        dx("Z99.81", "Dependence on supplemental oxygen"),
        dx("Z87.891", "Past nicotine dependence"),
        dx("I10", "Essential hypertension"),
    ],
    story: "{age}-year-old {person} with severe COPD on 2 L of home oxygen who has been coughing more for [three|four] days with green sputum and needs \
        {his} rescue inhaler every two hours. Grandchildren had colds. Oxygen saturation was 84 % on {his} usual 2 L when the ambulance arrived. No chest pain, \
        no fever, no leg swelling. Stopped smoking eight years ago after forty pack-years.",
    history: "COPD with two admissions last year. Hypertension. Past smoker. No history of intubation.",
    medications: &[
        "Tiotropium 18 mcg inhaled daily",
        "Budesonide-formoterol 160/4.5 mcg two puffs twice daily",
        "Albuterol inhaler as needed",
        "Hydrochlorothiazide 25 mg by mouth daily",
    ],
    exam: "Leaning forward, using neck muscles. Wheeze throughout with a long expiration. No crackles. Heart sounds distant and regular. No edema.",
    labs: &[
        off("White blood cells", "10*3/uL", "4.0-11.0", 118, 146),
        off("Arterial pH", "", "7.35-7.45", 73, 73),
        off("Arterial pCO2", "mmHg", "35-45", 500, 580),
        fine("Procalcitonin", "ng/mL", "< 0.5", 1, 2),
    ],
    imaging: Some((
        "Chest radiograph, portable",
        "Hyperinflated lungs with flat diaphragms. No focal opacity, no effusion and no pneumothorax. Heart size normal. Impression: emphysema; no \
        pneumonia.",
    )),
    plan: "1. COPD exacerbation with acute on chronic hypoxic respiratory failure: nebulized albuterol-ipratropium, prednisone 40 mg for five days, \
        azithromycin. Target saturation 88 to 92 %.\n2. Non-invasive ventilation if pH falls. Wishes no intubation beyond a short trial.\n3. Hypertension: continue.",
    daily: &[
        "Off the mask since morning, on 4 L. Wheeze less. Talking in full sentences. Continue steroids.",
        "On 3 L, walked to the bathroom at 90 %. Inhaler technique corrected with the respiratory therapist.",
        "Back on 2 L. No wheeze at rest. Home tomorrow.",
    ],
    course: "Needed non-invasive ventilation for [six|nine] hours, then nasal oxygen. Given prednisone and azithromycin for five days. Pneumonia and \
        pulmonary embolism were not found. Back on the usual 2 L by discharge.",
    follow_up: "Lung clinic in two weeks; pulmonary rehabilitation referral sent.",
    dispositions: &[("01", 55), ("06", 30), ("03", 10), ("07", 2), ("20", 3)],
    ..PLAIN
};

const PNEUMONIA: Scenario = Scenario {
    key: "pneumonia",
    route: Route::ThroughObservation,
    ages: (30, 95),
    weight: 12,
    service: "Medicine",
    specialty: "Internal medicine",
    reason: "Fever and cough",
    days: (2, 5),
    diagnoses: &[
        dx("J18.9", "Pneumonia, organism not found"),
        dx("J96.01", "Acute respiratory failure with low oxygen"),
        dx("E87.1", "Low sodium"),
        dx("E86.0", "Dehydration"),
    ],
    story: "{age}-year-old {person} with [four|five] days of fever to 102 F, a cough with rust-colored sputum and pain on the right side with deep \
        breaths. Tested negative for influenza and COVID-19 at a pharmacy. Appetite is gone and {he} felt faint on standing. No recent hospital stay, no \
        travel, no sick birds. Held in observation overnight on oral antibiotics; oxygen need rose by morning and the inpatient order was written.",
    history: "Otherwise well. Seasonal allergies. Pneumococcal vaccine not on record.",
    medications: &["Cetirizine 10 mg by mouth as needed"],
    exam: "Warm and flushed. Crackles and bronchial breathing over the right lower zone. Heart fast and regular. Abdomen soft. Skin without rash.",
    labs: &[
        off("White blood cells", "10*3/uL", "4.0-11.0", 146, 192),
        off("Sodium", "mmol/L", "135-145", 1280, 1320),
        off("C-reactive protein", "mg/L", "< 5", 1120, 2100),
        fine("Lactate", "mmol/L", "0.5-2.0", 11, 19),
    ],
    imaging: Some((
        "Chest radiograph, two views",
        "Dense opacity in the right lower lobe with air bronchograms. Trace right effusion. Left lung clear. Impression: right lower lobe pneumonia.",
    )),
    plan: "1. Community-acquired pneumonia of the right lower lobe: ceftriaxone and azithromycin; sputum and two blood cultures sent.\n2. Acute hypoxic \
        respiratory failure: oxygen to keep saturation above 92 %.\n3. Low sodium, probably from fluid loss: isotonic fluids, recheck in six hours.",
    daily: &[
        "Fever lower. Needs 3 L. Sputum grows normal flora so far. Sodium 133.",
        "No fever for 24 hours. On 1 L. Eating. Change to oral antibiotics.",
        "Room air, 94 % after walking. Cultures negative at 72 hours.",
    ],
    course: "Moved from observation to inpatient when oxygen need rose to 4 L. Improved on ceftriaxone and azithromycin. Cultures stayed negative. Sodium \
        returned to normal with fluids. Discharged on oral amoxicillin to complete seven days.",
    follow_up: "Primary care in one week; repeat chest film in six weeks if still coughing.",
    dispositions: &[("01", 78), ("06", 12), ("03", 8), ("20", 2)],
    ..PLAIN
};

const LUNG_CANCER: Scenario = Scenario {
    key: "lung-cancer",
    route: Route::EmergencyToInpatient,
    ages: (55, 92),
    weight: 5,
    service: "Medicine",
    specialty: "Oncology",
    reason: "Uncontrolled pain",
    days: (3, 8),
    diagnoses: &[
        dx("G89.3", "Pain from cancer"),
        dx("C34.11", "Cancer of the upper lobe, right lung"),
        dx("C79.51", "Cancer spread to bone"),
        dx("Z51.5", "Palliative care"),
        dx("Z66", "Do not resuscitate"),
        dx("E43", "Severe protein-calorie malnutrition"),
    ],
    story: "{age}-year-old {person} with lung cancer spread to the ribs and spine, no longer on chemotherapy by {his} own choice since last month. Comes \
        in with back and chest wall pain that {his} tablets no longer hold, [8|9] of 10. Eats a few spoonfuls a day and has lost thirty pounds since \
        summer. No new weakness of the legs, no loss of bladder control. Lives with {his} family, who are tired and asked about hospice.",
    history: "Adenocarcinoma of the right upper lobe, stage IV, diagnosed last year. Past smoker.",
    medications: &[
        "Morphine extended release 30 mg by mouth twice daily",
        "Morphine 10 mg by mouth as needed",
        "Senna 17.2 mg by mouth nightly",
    ],
    exam: "Thin, drawn face, muscle wasting at the temples. Breath sounds reduced at the right apex. Tender over T8 and the right sixth rib. Strength full in \
        the legs.",
    labs: &[
        off("Albumin", "g/dL", "3.5-5.0", 19, 25),
        off("Calcium", "mg/dL", "8.5-10.5", 106, 112),
        off("Hemoglobin", "g/dL", "12.0-16.0", 86, 98),
    ],
    imaging: Some((
        "MRI of the thoracic spine",
        "Known deposits at T8 and T9, slightly larger. No compression of the cord. No fracture.",
    )),
    plan: "1. Cancer pain: patient-controlled hydromorphone, dexamethasone, bowel regimen.\n2. Goals of care: palliative team to meet the family; wishes \
        are comfort and time at home. DNR order confirmed with {him}.\n3. Severe malnutrition: as {he} likes, no feeding tube.",
    daily: &[
        "Pain 4 of 10 on the pump. Slept. Family meeting set for this afternoon.",
        "Pain 2 to 3 of 10. Changed to a fentanyl patch. Chose hospice.",
        "Drowsy but easily woken. Comfortable. Family at the bedside.",
    ],
    course: "Pain came under control with a hydromorphone pump and was changed to a patch. Cord compression was ruled out. After two family meetings {he} \
        chose comfort-directed care.",
    consult: Some((
        "Palliative care",
        "Met with the patient and family for an hour. Understands that the illness can't be cured. What matters most: no pain, and the dog on the bed. \
        Recommend hospice; symptom orders written.",
    )),
    follow_up: "Hospice nurse visits on the day of discharge.",
    dispositions: &[("50", 45), ("51", 20), ("20", 35)],
    ..PLAIN
};
