//! Granted or denied, carried out, told, answered: and what goes with the document afterwards.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::amendments::rules::{PaperKind, State, accompanies};

use super::{asked, case, decided, denied, done, letter_left, officer, on, step};
use crate::documents::{doctor, person, show, sign, status};
use crate::people::{PASSWORD, told};
use crate::support::app::App;

#[tokio::test]
async fn doc_11_granted_the_amendment_is_appended_linked_both_ways_and_everybody_is_told() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Operative note").await;
    let (clerk, privacy) = (app.person(Role::Clerk).await, officer(&app).await);
    let (request, rows) = app.ledger_of(asked(&clerk, patient, document, "14-Nov-2026")).await;
    assert_eq!(told(&rows), [("amendments.view", "success", "role"), ("amendments.record", "success", "role")]);
    assert!(!rows[1].detail.to_string().contains("knee"), "what was asked is protected: {}", rows[1].detail);
    let page = clerk.get(&request).await.ok().shows("It was the left knee").shows("60 days from receipt: 13-Jan-2027");
    page.hides("Decide</a>");
    // Whoever opens the document knows; a coder reads no more than that.
    let (coder_id, coder) = {
        let staff = app.made().staff(&[Role::Coder]).await;
        app.made().task(patient, "coding", staff).await;
        (staff, app.signed_in(staff).await)
    };
    let _ = coder_id;
    coder.get(&show(document)).await.ok().shows("Amendment requested").hides("left knee").hides("Read the request");

    // The officer may not read the document until the request is theirs.
    assert_eq!(privacy.get(&show(document)).await.status, StatusCode::FORBIDDEN);
    let me = privacy.staff.unwrap().to_string();
    done(&privacy, &request, "handling/assignment", &[("to", &me), ("note", "")]).await;
    privacy.get(&show(document)).await.ok().shows("Read the request");
    privacy.get("/").await.ok().shows("Amendment request").shows("It was the left knee");

    // A decision is confirmed by the password.
    let decision = [("decision", "granted"), ("ground", ""), ("note", "The films show the left knee.")];
    let page = step(&privacy, &request, "deciding/decision", &decision).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("That is not your password").shows("The films show the left knee.");
    let confirmed = [decision[0], decision[1], decision[2], ("password", PASSWORD)];
    let (privacy, rows) = app.ledger_of(decided(&privacy, &request, &confirmed)).await;
    assert!(told(&rows).contains(&("amendments.decide", "success", "task")), "{:?}", told(&rows));

    // Not told before it is amended.
    let page = step(&privacy, &request, "handling/telling", &[("on", "today"), ("note", "Letter by mail")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let target = document.to_string();
    let entry =
        [("target", target.as_str()), ("note", "Read: LEFT knee, not right. Amended on the patient's request.")];
    let (_, rows) = app.ledger_of(done(&privacy, &request, "carrying-out/entry", &entry)).await;
    assert!(told(&rows).contains(&("amendments.carry-out", "success", "task")));
    assert_eq!(status(&app, document).await.0, "amended");
    let (amendment, kind, title, relation): (custodian::base::id::DocumentId, String, String, String) = sqlx::query_as(
        "select d.document_id, d.entry, d.title, r.kind from documents d join document_relations r on r.document_id = d.document_id
        where r.target_id = $1",
    )
    .bind(document)
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!((kind.as_str(), relation.as_str()), ("amendment", "appends"));
    assert_eq!(title, "Amendment on request: Operative note");
    let manager = app.person(Role::Manager).await;
    manager.get(&show(document)).await.ok().shows("Amended on the patient’s request").shows("Amendment on request");
    manager.get(&show(amendment)).await.ok().shows("LEFT knee").shows("Operative note");

    // Recipients are told one by one; then it is over, and so is the officer's right.
    letter_left(&privacy, &request).await;
    for (name, why) in [("Dr. Amari, family physician", "named"), ("Lakeside Physical Therapy", "relies")] {
        done(&privacy, &request, "handling/recipient", &[("name", name), ("address", "By fax"), ("why", why)]).await;
    }
    assert_eq!(case(&app, &privacy, patient, &request).await.state(), State::Decided);
    for _ in 0..2 {
        let page = privacy.get(&format!("{request}/handling/notice")).await.ok();
        let who = page.attributes("#to option", "value").into_iter().find(|id| !id.is_empty()).unwrap();
        done(&privacy, &request, "handling/notice", &[("to", &who), ("on", "today"), ("note", "Fax, confirmed")]).await;
    }
    let known = case(&app, &privacy, patient, &request).await;
    assert_eq!(known.state(), State::Closed);
    assert_eq!(accompanies(document, &[known])[0].document, Some(amendment));
    assert_eq!(privacy.get(&show(document)).await.status, StatusCode::FORBIDDEN, "the right ended with the work");
    privacy.get(&format!("{request}/letters/decision")).await.ok().shows("is granted").shows("we will tell them");
}

#[tokio::test]
async fn doc_11_the_author_gives_an_opinion_and_their_signed_amendment_is_linked() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let author = doctor(&app, patient, "Raman").await;
    let note = author.signed(patient, "Right knee swollen.").await;
    let other = app.made().document(patient, "Neighbour").await;
    // The author is not treating any more.
    app.made()
        .run(
            "update care_team_members set ended_at = started_at + interval '1 second' where patient_id = $1",
            patient.0,
        )
        .await;
    app.later(chrono::Duration::minutes(1));
    assert_eq!(author.visitor.get(&show(note)).await.status, StatusCode::FORBIDDEN);
    let privacy = officer(&app).await;
    let request = asked(&privacy, patient, note, "23-Nov-2026").await;
    assert_eq!(author.visitor.get(&request).await.status, StatusCode::FORBIDDEN, "not theirs yet");
    let page = privacy.get(&format!("{request}/handling/assignment")).await.ok();
    assert!(page.texts("#to option").iter().any(|words| words.ends_with(", author")), "{:?}", page.texts("#to option"));
    done(&privacy, &request, "handling/assignment", &[("to", &author.staff.to_string()), ("note", "Which knee?")])
        .await;

    // The task is the right to the document and the request, and to nothing beside it.
    author.visitor.get("/").await.ok().shows("Which knee?");
    author.visitor.get(&show(note)).await.ok().shows("Right knee");
    assert_eq!(author.visitor.get(&show(other)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(author.visitor.get(&format!("/patients/{patient}/clinical")).await.status, StatusCode::FORBIDDEN);
    author.visitor.get(&request).await.ok().shows("Give your opinion").hides("Extend the time");
    let opinion = [("view", "amend"), ("note", "I mixed up the sides.")];
    let page = step(&privacy, &request, "advice/opinion", &opinion).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the opinion of whom it is assigned to");
    let (_, rows) = app.ledger_of(done(&author.visitor, &request, "advice/opinion", &opinion)).await;
    assert!(told(&rows).contains(&("amendments.advise", "success", "task")), "{:?}", told(&rows));
    privacy.get(&format!("{request}/deciding/decision")).await.ok().shows("Should be amended: I mixed up the sides.");
    let granted = [("decision", "granted"), ("ground", ""), ("note", "The author agrees."), ("password", PASSWORD)];
    let privacy = decided(&privacy, &request, &granted).await;

    // The author writes and signs the amendment through the door every amendment has.
    let key = custodian::base::id::DocumentId::new();
    let fields = [("key", key.to_string()), ("entry", "amendment".into()), ("text", "LEFT knee swollen.".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.made().care_team(patient, author.staff).await;
    app.later(chrono::Duration::minutes(1));
    let page = author.visitor.post(&format!("/documents/{note}/addenda"), &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    assert_eq!(sign(&author.visitor, key, 1, "author").await.status, StatusCode::SEE_OTHER);
    let (target, signed) = (note.to_string(), key.to_string());
    done(&privacy, &request, "carrying-out/entry", &[("target", &target), ("signed", &signed), ("note", "")]).await;
    letter_left(&privacy, &request).await;
    let known = case(&app, &privacy, patient, &request).await;
    assert_eq!(known.state(), State::Closed);
    let papers = accompanies(note, &[known]);
    assert_eq!((papers.len(), papers[0].kind, papers[0].document), (1, PaperKind::Amendment, Some(key)));
}

#[tokio::test]
async fn doc_11_a_denial_names_ground_basis_and_rights_and_the_statement_goes_with_the_document() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Operative note").await;
    let (clerk, privacy) = (app.person(Role::Clerk).await, officer(&app).await);
    let request = asked(&clerk, patient, document, "14-Nov-2026").await;
    let me = privacy.staff.unwrap().to_string();
    done(&privacy, &request, "handling/assignment", &[("to", &me)]).await;
    // A ground the record contradicts is no ground.
    for (ground, words) in [
        ("not-created-here", "Every document it is about was created here"),
        ("not-in-designated-record-set", "part of the designated record set"),
        ("", "Choose the ground of the denial"),
    ] {
        let fields =
            [("decision", "denied"), ("ground", ground), ("note", "A basis in plain words"), ("password", PASSWORD)];
        let page = step(&privacy, &request, "deciding/decision", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{ground}");
        page.shows(words);
    }
    let privacy = denied(&privacy, &request).await;
    let (page, rows) = app.ledger_of(privacy.get(&format!("{request}/letters/decision"))).await;
    assert_eq!(told(&rows), [("amendments.print", "success", "task")]);
    let page = page.ok();
    for words in [
        "is denied",
        "the information is accurate and complete as it stands",
        "The operative report names the right knee.",
        "You may state that you disagree",
        "You may have your request and this denial attached",
        "To the Secretary of Health and Human Services: Office for Civil Rights",
        "77 Quarry Road",
        "CUSTODIAN_PRIVACY_CONTACT",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    // Before the letter left there is no answer to it, and nothing travels.
    let page =
        step(&clerk, &request, "answers/disagreement", &[("on", "today"), ("note", "I do not agree at all")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    letter_left(&privacy, &request).await;
    let manager = app.person(Role::Manager).await;
    manager.get(&show(document)).await.ok().shows("Amendment denied: the patient asked");
    done(&clerk, &request, "answers/attachment", &[("on", "today"), ("note", "By telephone")]).await;
    manager.get(&show(document)).await.ok().shows("the request and the denial go with every copy");
    let statement = "I had pain in the left knee only, whatever the report says.";
    let (_, rows) =
        app.ledger_of(done(&clerk, &request, "answers/disagreement", &[("on", "today"), ("note", statement)])).await;
    assert!(told(&rows).contains(&("amendments.answer", "success", "role")));
    // A rebuttal has its copy to the person, or is none.
    let page =
        step(&privacy, &request, "deciding/rebuttal", &[("on", ""), ("note", "The films show the right knee.")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rebuttal = [("on", "today"), ("note", "The films show the right knee.")];
    done(&privacy, &request, "deciding/rebuttal", &rebuttal).await;
    let papers = accompanies(document, &[case(&app, &privacy, patient, &request).await]);
    let kinds: Vec<PaperKind> = papers.iter().map(|paper| paper.kind).collect();
    assert_eq!(kinds, [PaperKind::Request, PaperKind::Denial, PaperKind::Disagreement, PaperKind::Rebuttal]);
    assert_eq!(papers[2].words, statement);
    manager.get(&show(document)).await.ok().shows("Disagreement on file");
    manager.get(&format!("/documents/{document}/print")).await.ok().shows("Disagreement on file");
    privacy.get(&request).await.ok().shows("Goes with every later copy").shows(statement);
    privacy.get(&format!("{request}/letters/rebuttal")).await.ok().shows("The films show the right knee.");
    assert_eq!(privacy.get(&format!("{request}/letters/extension")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn doc_11_one_extension_told_in_time_and_the_letter_says_the_new_day() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Operative note").await;
    let release = app.person(Role::Release).await;
    // Monday is 23 November 2026: 60 days after 24 September, 61 after the 23rd.
    let (late, in_time) = (
        asked(&release, patient, document, "23-Sep-2026").await,
        asked(&release, patient, document, "24-Sep-2026").await,
    );
    let fields = |until| [("on", "today"), ("until", until), ("note", "The films are with another hospital")];
    let page = step(&release, &late, "handling/extension", &fields("22-Dec-2026")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("has to be told by 22-Nov-2026").shows("The films are with another hospital");
    let page = step(&release, &in_time, "handling/extension", &fields("24-Dec-2026")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("At most 30 days more: 23-Dec-2026");
    done(&release, &in_time, "handling/extension", &fields("23-Dec-2026")).await;
    assert_eq!(case(&app, &release, patient, &in_time).await.due_on(), on("2026-12-23"));
    let page = step(&release, &in_time, "handling/extension", &fields("20-Dec-2026")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "once and no more");
    release
        .get(&format!("{in_time}/letters/extension"))
        .await
        .ok()
        .shows("by 23-Nov-2026")
        .shows("We will act on it by 23-Dec-2026")
        .shows("The films are with another hospital");
    // And the database holds the same, whatever the program says.
    for (kind, happened, until) in [("extended", "2026-11-23", "2026-12-23"), ("extended", "2026-11-22", "2026-12-23")]
    {
        let id: uuid::Uuid = late.rsplit('/').next().unwrap().parse().unwrap();
        let refused = sqlx::query(
            "insert into amendment_steps (step_id, request_id, patient_id, original_patient_id, step_no, kind, happened_on, note, until_on, taken_by, taken_at)
            values (gen_random_uuid(), $1, $2, $2, 1, $3, $4::date, 'because', $5::date, $6, now())",
        )
        .bind(id)
        .bind(patient)
        .bind(kind)
        .bind(on(happened))
        .bind(on(until))
        .bind(release.staff.unwrap())
        .execute(&mut app.owner().await)
        .await
        .unwrap_err();
        let constraint = refused.as_database_error().unwrap().constraint().unwrap().to_owned();
        assert!(
            ["amendment_extension_is_late", "amendment_extension_is_long"].contains(&constraint.as_str()),
            "{constraint}"
        );
    }
}

#[tokio::test]
async fn doc_11_an_entry_without_a_document_is_amended_where_the_officer_says() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Allergies").await;
    let manager = person(&app, Role::Manager).await;
    let fields = [
        ("requester", "personal-representative"),
        ("requester_name", "Sam Okoro, her son, power of attorney"),
        ("entry", "Allergy list"),
        ("wanted", "No penicillin allergy"),
        ("reason", "Tested in 2025"),
        ("received", "today"),
    ];
    let page = manager.post(&format!("/patients/{patient}/amendments"), &fields).await;
    let request = page.location().unwrap();
    manager.get(&request).await.ok().shows("Sam Okoro, her son, power of attorney, personal representative");
    let granted = [("decision", "granted"), ("ground", ""), ("note", "The test is on file."), ("password", PASSWORD)];
    let manager = decided(&manager, &request, &granted).await;
    let target = document.to_string();
    done(&manager, &request, "carrying-out/entry", &[("target", &target), ("note", "No allergy to penicillin.")]).await;
    assert_eq!(status(&app, document).await.0, "amended");
    letter_left(&manager, &request).await;
    let known = case(&app, &manager, patient, &request).await;
    assert_eq!((known.state(), accompanies(document, std::slice::from_ref(&known)).len()), (State::Closed, 1));
}
