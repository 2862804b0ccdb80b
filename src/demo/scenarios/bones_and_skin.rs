//! Bones, joints, skin and wounds.

use super::{Operation, PLAIN, Route, Scenario, dx, fine, off, px};

pub const SCENARIOS: &[Scenario] = &[HIP_FRACTURE, KNEE_REPLACEMENT, PRE_ADMISSION, CELLULITIS, HEAD_INJURY, WRIST];

const HIP_FRACTURE: Scenario = Scenario {
    key: "hip-fracture",
    route: Route::EmergencyToInpatient,
    ages: (65, 99),
    weight: 10,
    service: "Orthopedics",
    specialty: "Orthopedic surgery",
    reason: "Fall with hip pain",
    days: (4, 7),
    diagnoses: &[
        dx("S72.141A", "Displaced intertrochanteric fracture, right femur, first encounter"),
        dx("D62", "Anemia from acute blood loss"),
        dx("F03.90", "Dementia without behavioral disturbance"),
        dx("W18.30XA", "Fall on the same level, first encounter"),
        dx("Y92.010", "Kitchen of a single-family house"),
    ],
    procedures: &[px("0QS636Z", "Fixing of the right upper femur with a nail", 1)],
    story: "{age}-year-old {person} who slipped on a [wet kitchen floor|loose rug in the kitchen] and fell onto the right hip. Could not get up and lay \
        for [twenty minutes|an hour] until {his} daughter came by. Did not hit {his} head and did not faint. Walks with a cane at baseline. Mild memory \
        trouble; lives alone with help twice a week. No blood thinners.",
    history: "Dementia, mild. Hypertension. Cataract surgery on both eyes.",
    medications: &[
        "Donepezil 10 mg by mouth nightly",
        "Amlodipine 5 mg by mouth daily",
        "Calcium with vitamin D daily",
    ],
    exam: "Right leg shortened and turned outward. Pain on any movement of the hip. Foot pulses present, toes move and feel. No other bony tenderness. Oriented \
        to person and place.",
    labs: &[
        off("Hemoglobin", "g/dL", "12.0-16.0", 96, 112),
        fine("Creatinine", "mg/dL", "0.6-1.2", 7, 11),
        off("Vitamin D", "ng/mL", "30-80", 120, 200),
    ],
    imaging: Some((
        "Radiographs of pelvis and right hip",
        "Displaced intertrochanteric fracture of the right femur. Pelvic ring intact. No lesion of the bone.",
    )),
    plan: "1. Right intertrochanteric fracture: nail fixation tomorrow morning; nerve block for pain.\n2. Memory: delirium precautions, family at the bedside, \
        avoid sedatives.\n3. Clot prevention with enoxaparin after surgery. Physical therapy from the first day.",
    daily: &[
        "Pain held by the block. Cleared for surgery. Consent signed with the daughter, who holds the health care proxy.",
        "First day after surgery. Sat in the chair. Hemoglobin 8.8, no symptoms.",
        "Took six steps with a walker. Dressing dry. Slept well, no confusion.",
        "Rehabilitation facility has accepted. Wound clean.",
    ],
    course: "The fracture was fixed with a short nail on the day after admission. Blood loss anemia reached 7.9 g/dL and one unit of red cells was given. No \
        delirium. Walking twenty feet with a walker at discharge, weight bearing as tolerated.",
    consult: Some((
        "Geriatric medicine",
        "Mild dementia, high risk of delirium. Continue donepezil, schedule acetaminophen, remove the catheter on day one, glasses and hearing aids in \
        reach. Start treatment for osteoporosis after recovery.",
    )),
    operation: Some(Operation {
        title: "Nail fixation of right intertrochanteric fracture",
        specialty: "Orthopedic surgery",
        findings: "Displaced three-part fracture of the right proximal femur.",
        account: "On the traction table the fracture was reduced under fluoroscopy. A short nail was passed through the tip of the trochanter, with a \
            lag screw in the center of the head and one locking screw below. Position was confirmed in two planes. Wounds were closed in layers.",
        blood_loss: "150 mL",
        specimen: None,
    }),
    follow_up: "Orthopedics in two weeks for wound check and films.",
    dispositions: &[("03", 65), ("62", 20), ("06", 10), ("20", 5)],
    ..PLAIN
};

const KNEE_REPLACEMENT: Scenario = Scenario {
    key: "knee-replacement",
    route: Route::Elective,
    ages: (52, 86),
    weight: 9,
    service: "Orthopedics",
    specialty: "Orthopedic surgery",
    reason: "Planned knee replacement",
    days: (1, 3),
    diagnoses: &[
        dx("M17.11", "Osteoarthritis of the right knee"),
        dx("I10", "Essential hypertension"),
        dx("G47.33", "Obstructive sleep apnea"),
        dx("E66.9", "Obesity"),
    ],
    procedures: &[px("0SRC0J9", "Replacement of the right knee joint, cemented", 0)],
    story: "{age}-year-old {person} with years of pain in the right knee that now wakes {him} at night and limits walking to [one block|two blocks]. \
        Injections, therapy and a brace no longer help. Films show bone on bone on the inner side. Medical clearance was given two weeks ago. No infection, no \
        clots in the past.",
    history: "Hypertension. Sleep apnea on CPAP. Obesity. Left knee arthroscopy in 2009.",
    medications: &[
        "Lisinopril 10 mg by mouth daily",
        "Acetaminophen 1000 mg by mouth three times daily",
        "Meloxicam 15 mg by mouth daily (held)",
    ],
    exam: "Walks with a limp. Right knee bowed, moves from 5 to 105 degrees with grinding. Ligaments stable. Skin intact. Pulses present at both feet.",
    labs: &[
        fine("Hemoglobin", "g/dL", "12.0-16.0", 124, 146),
        fine("Creatinine", "mg/dL", "0.6-1.2", 7, 11),
        fine("Hemoglobin A1c", "%", "< 5.7", 51, 56),
    ],
    imaging: Some((
        "Radiographs of the right knee, standing",
        "Loss of joint space on the inner side with bone spurs and sclerosis. Alignment bowed six degrees. No fracture.",
    )),
    plan: "1. Osteoarthritis of the right knee: total replacement today under spinal anesthesia.\n2. Sleep apnea: own CPAP in recovery and at night.\n\
        3. Clot prevention: aspirin for four weeks. Therapy this afternoon.",
    daily: &[
        "Pain 3 of 10. Walked 60 feet with a walker. Dressing dry. Bends to 80 degrees.",
        "Climbed four steps. Eats and drinks. Home today with therapy.",
    ],
    course: "Right total knee replacement under spinal anesthesia without complication. Walking 150 feet with a walker and bending to 90 degrees at \
        discharge. Used {his} own CPAP. No transfusion.",
    operation: Some(Operation {
        title: "Right total knee replacement, cemented",
        specialty: "Orthopedic surgery",
        findings: "Full loss of cartilage on the inner side and behind the kneecap. Ligaments intact apart from the anterior cruciate.",
        account: "Through a midline incision the joint was opened beside the kneecap. Femur and tibia were cut with guides, trial parts gave full \
            extension and stable bending. Cemented femoral and tibial parts and a 10 mm insert were placed. Tourniquet time 62 minutes. Closed in layers.",
        blood_loss: "100 mL",
        specimen: None,
    }),
    follow_up: "Orthopedics in two weeks.",
    dispositions: &[("06", 60), ("01", 28), ("03", 12)],
    ..PLAIN
};

const PRE_ADMISSION: Scenario = Scenario {
    key: "pre-admission",
    route: Route::PreAdmit,
    ages: (50, 86),
    weight: 6,
    service: "Pre-admission testing",
    specialty: "Anesthesiology",
    reason: "Testing before planned knee replacement",
    diagnoses: &[
        dx("Z01.818", "Other examination before a procedure"),
        dx("M17.12", "Osteoarthritis of the left knee"),
        dx("I10", "Essential hypertension"),
    ],
    story: "{age}-year-old {person} seen before a planned left knee replacement. Walks the stairs at home slowly because of the knee, without chest pain or \
        breathlessness. Earlier anesthetics went well. No bleeding problem, no sleep apnea known; snores. Has not smoked for ten years. Takes aspirin and will \
        stop seven days before.",
    history: "Hypertension. Gallbladder removed in 2004.",
    medications: &["Hydrochlorothiazide 25 mg by mouth daily", "Aspirin 81 mg by mouth daily"],
    exam: "Airway class II, full neck movement. Heart regular, lungs clear. Left knee swollen and bowed. Skin over the knee intact.",
    labs: &[fine("Hemoglobin", "g/dL", "12.0-16.0", 124, 148), fine("Potassium", "mmol/L", "3.5-5.1", 37, 46)],
    plan: "1. Fit for surgery, moderate risk class (ASA 2).\n2. Stop aspirin seven days before; take no hydrochlorothiazide that morning.\n\
        3. Screen for sleep apnea positive: watch with oximetry in recovery.",
    follow_up: "Come to the surgical entrance two hours before the procedure.",
    ..PLAIN
};

const CELLULITIS: Scenario = Scenario {
    key: "cellulitis",
    route: Route::ThroughObservation,
    ages: (28, 88),
    weight: 10,
    service: "Medicine",
    specialty: "Internal medicine",
    reason: "Red, swollen leg",
    days: (2, 4),
    diagnoses: &[
        dx("L03.116", "Cellulitis of the left leg"),
        dx("E11.65", "Type 2 diabetes with high blood sugar"),
        dx("I87.2", "Venous insufficiency"),
        dx("E66.9", "Obesity"),
    ],
    story: "{age}-year-old {person} with type 2 diabetes whose left shin became red and hot [three|four] days ago after a scratch from \
        [a rose bush|the cat]. Cephalexin from urgent care for two days did not stop it; the redness passed the pen mark by three inches. Chills last night. \
        No blister, no numbness, no pain out of proportion. Put in observation for intravenous treatment; fever continued and the inpatient order followed.",
    history: "Type 2 diabetes, last A1c 9.1 %. Venous insufficiency with brown skin at both ankles. Obesity.",
    medications: &["Metformin 1000 mg by mouth twice daily", "Glipizide 5 mg by mouth daily"],
    exam: "Left leg red, warm and swollen from ankle to below the knee, edge marked. No fluctuance, no crepitus. Pulses present. Small scratch at the shin with a \
        dry crust. Right leg brown at the ankle only.",
    labs: &[
        off("White blood cells", "10*3/uL", "4.0-11.0", 128, 164),
        off("Glucose", "mg/dL", "70-140", 2260, 3120),
        fine("Creatine kinase", "U/L", "30-200", 800, 1600),
    ],
    imaging: Some((
        "Duplex ultrasound of the left leg",
        "All deep veins compress. No clot. Swelling of the soft tissue at the calf. Lymph node in the groin.",
    )),
    plan: "1. Cellulitis of the left leg, failed oral treatment: cefazolin intravenously, elevation, mark the edge daily. No signs of deep infection.\n\
        2. Diabetes out of control: basal and mealtime insulin while here.\n3. Clot was ruled out by ultrasound.",
    daily: &[
        "Edge has pulled back an inch. No fever since midnight.",
        "Redness fading, wrinkles return. Change to oral tomorrow. Sugars 140 to 190.",
    ],
    course: "Redness drew back steadily on cefazolin. Deep vein clot was ruled out. Insulin was started and taught; A1c was 9.4 %. Discharged on oral \
        cephalexin for five more days.",
    follow_up: "Wound clinic in four days; diabetes educator in two weeks.",
    dispositions: &[("01", 84), ("06", 14), ("07", 2)],
    ..PLAIN
};

const HEAD_INJURY: Scenario = Scenario {
    key: "head-injury",
    route: Route::Emergency,
    ages: (6, 90),
    weight: 12,
    service: "Emergency",
    specialty: "Emergency medicine",
    reason: "Fall with head injury",
    diagnoses: &[
        dx("S06.0X0A", "Concussion without loss of consciousness, first encounter"),
        dx("S01.01XA", "Cut of the scalp, first encounter"),
        dx("W10.9XXA", "Fall on stairs, first encounter"),
    ],
    story: "{age}-year-old {person} who missed the last [two|three] steps at home and hit the back of the head on the door frame. Did not pass out. Dazed for a few \
        minutes, headache since, vomited once in the car. Remembers the fall. No neck pain, no weakness, no seizure. Takes no blood thinner.",
    history: "No earlier head injury. Tetanus shot within ten years.",
    medications: &["None"],
    exam: "Awake, oriented, Glasgow coma scale 15. A 3 cm cut at the back of the scalp, no step felt. Neck moves freely without pain. Cranial nerves and gait normal.",
    labs: &[],
    imaging: Some((
        "CT of the head without contrast",
        "No hemorrhage and no fracture. Scalp swelling at the back. Normal for age.",
    )),
    plan: "1. Concussion: rest for two days, no sports until cleared, written warning signs given to the family.\n2. Scalp cut: washed, closed with five staples, \
        out in seven to ten days.\n3. CT shows no bleeding.",
    follow_up: "Primary care in seven to ten days for staple removal.",
    dispositions: &[("01", 97), ("07", 3)],
    ..PLAIN
};

const WRIST: Scenario = Scenario {
    key: "wrist-fracture",
    route: Route::Emergency,
    ages: (4, 13),
    weight: 10,
    service: "Emergency",
    specialty: "Emergency medicine",
    reason: "Wrist pain after a fall",
    diagnoses: &[
        dx("S52.521A", "Buckle fracture of the lower end of the right radius, first encounter"),
        dx("W09.8XXA", "Fall from playground equipment, first encounter"),
    ],
    story: "{age}-year-old {person} who fell from the [monkey bars|slide] at school onto an outstretched right hand. Pain and swelling at the wrist at once. Can move \
        the fingers. No head strike, no other injury. The story is the same from the child, the teacher and the parent. Last meal at noon.",
    history: "Healthy. Vaccines up to date.",
    medications: &["None"],
    exam: "Right wrist swollen and tender over the lower radius. Skin intact. Fingers warm, feel and move. Elbow and shoulder not tender.",
    labs: &[],
    imaging: Some((
        "Radiographs of the right wrist",
        "Buckle fracture of the distal right radius, alignment kept. Growth plate open and not involved.",
    )),
    plan: "1. Buckle fracture of the right radius: removable splint for three weeks, ibuprofen.\n2. No surgery needed; no concern for non-accidental injury.\n\
        3. Back to school tomorrow, no sports.",
    follow_up: "Orthopedics in three weeks.",
    ..PLAIN
};
