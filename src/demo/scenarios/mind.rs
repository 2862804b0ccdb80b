//! Mental health and substance use: segmented from the rest of the chart (privacy handbook 7.2; 42 CFR Part 2).

use super::{PLAIN, Route, Scenario, dx, fine, off, px};

pub const SCENARIOS: &[Scenario] = &[DEPRESSION, OPIOID_USE, ANXIETY_VIRTUAL];

const DEPRESSION: Scenario = Scenario {
    key: "depression",
    route: Route::EmergencyToInpatient,
    ages: (18, 75),
    weight: 7,
    service: "Behavioral health",
    specialty: "Psychiatry",
    reason: "Low mood with thoughts of self-harm",
    days: (5, 12),
    diagnoses: &[
        dx("F33.2", "Recurrent major depression, severe, without psychosis"),
        dx("R45.851", "Suicidal thoughts"),
        dx("F41.1", "Generalized anxiety"),
        dx("G47.00", "Insomnia"),
    ],
    procedures: &[px("GZHZZZZ", "Group psychotherapy", 1)],
    story: "{age}-year-old {person} brought by a [sister|friend] after saying that everyone would be better off without {him}. Low mood for six weeks since \
        [losing a job|a separation], sleeps three hours, has stopped cooking and answering calls. Has thought of taking tablets and counted them, then called for help. \
        No attempt this time; one overdose ten years ago. Denies voices and paranoia. Drinks little, no drugs. Agrees to stay.",
    history: "Depression since the twenties, one earlier stay. Anxiety. No medical illness.",
    medications: &["Sertraline 100 mg by mouth daily (stopped three weeks ago)"],
    exam: "Neatly dressed, poor eye contact, slow speech. Mood \"empty\", narrow affect. Thoughts in order, hopeless. Suicidal thoughts without intent on the unit. Insight \
        fair. Physical examination normal.",
    labs: &[
        fine("TSH", "mIU/L", "0.4-4.0", 12, 30),
        fine("Acetaminophen level", "mcg/mL", "< 10", 0, 0),
        fine("Sodium", "mmol/L", "135-145", 1370, 1420),
    ],
    plan: "1. Severe recurrent depression with suicidal thoughts: voluntary admission, 15-minute checks, restart sertraline, mirtazapine at night.\n2. Safety plan with \
        the family; tablets at home to be locked away.\n3. Daily groups, individual sessions.",
    daily: &[
        "Slept five hours. Came to one group. Still hopeless, no plan. Checks continue.",
        "Spoke with {his} family by phone. Appetite back a little. Thoughts of death pass quickly.",
        "Brighter. Wrote a safety plan. No suicidal thoughts since yesterday.",
        "Day leave with family went well. Sertraline raised to 150 mg.",
    ],
    course: "Sertraline was restarted and raised, mirtazapine added for sleep. {He} took part in groups and made a safety plan with {his} family. No suicidal thoughts for \
        three days before discharge. Score on the depression scale fell from 22 to 9.",
    follow_up: "Intensive outpatient program starts in two days; crisis line number given.",
    dispositions: &[("01", 90), ("07", 4), ("65", 6)],
    sensitivity: Some("psychiatric"),
    ..PLAIN
};

const OPIOID_USE: Scenario = Scenario {
    key: "opioid-use",
    ages: (19, 66),
    weight: 8,
    service: "Recovery program",
    specialty: "Addiction medicine",
    reason: "Recovery program visit",
    diagnoses: &[
        dx("F11.20", "Opioid dependence, uncomplicated"),
        dx("Z51.81", "Checking of drug levels"),
        dx("B18.2", "Chronic hepatitis C"),
    ],
    story: "{age}-year-old {person} in the recovery program for [four|seven|fourteen] months on buprenorphine. No use of opioids since the last visit by {his} own word and by \
        the urine test. Sleeps better, works [nights at a bakery|part time at a garage]. Some craving after {his} brother's visit; called {his} sponsor. No sweating, no \
        sedation. Started hepatitis C treatment last month.",
    history: "Opioid use disorder since age 22 after a back injury. Two overdoses, last one two years ago. Hepatitis C.",
    medications: &[
        "Buprenorphine-naloxone 8/2 mg two films under the tongue daily",
        "Sofosbuvir-velpatasvir one tablet daily",
        "Naloxone 4 mg nasal spray at home",
    ],
    exam: "Alert, good spirits. Pupils normal. No tremor. Old scars at the left forearm, no fresh marks. Liver edge not felt.",
    labs: &[off("ALT", "U/L", "7-55", 580, 960), fine("Urine drug screen", "", "buprenorphine only", 0, 0)],
    plan: "1. Opioid use disorder in early remission on buprenorphine: continue the dose, two-week prescription, weekly counseling.\n2. Hepatitis C: week 4 of 12.\n3. Notice: \
        these records are protected by federal rules (42 CFR Part 2); no further disclosure without written consent.",
    follow_up: "Recovery program in two weeks.",
    sensitivity: Some("substance-use"),
    ..PLAIN
};

const ANXIETY_VIRTUAL: Scenario = Scenario {
    key: "anxiety-virtual",
    route: Route::Virtual,
    ages: (18, 70),
    weight: 8,
    service: "Behavioral health",
    specialty: "Psychiatry",
    reason: "Therapy follow-up by video",
    diagnoses: &[dx("F41.1", "Generalized anxiety"), dx("F51.01", "Primary insomnia")],
    story: "{age}-year-old {person} seen by video from home after agreeing to the visit form. Worry is down from most of the day to a few hours. Used the breathing exercise \
        before a meeting and it helped. Still wakes at four. No panic since the last visit, no thoughts of self-harm. Takes escitalopram daily without side effects.",
    history: "Generalized anxiety for three years.",
    medications: &["Escitalopram 10 mg by mouth daily", "Melatonin 3 mg by mouth nightly"],
    exam: "By video: relaxed, good eye contact, clear speech. Mood \"better\". Thoughts in order. No suicidal thoughts.",
    labs: &[],
    plan: "1. Generalized anxiety, improving: continue escitalopram; next topic is sleep.\n2. Sleep: fixed hours and no phone in bed.\n3. Next video visit in three weeks.",
    follow_up: "Three weeks by video.",
    sensitivity: Some("psychiatric"),
    ..PLAIN
};
