//! Every way to find somebody (handbook 1.3), and what is never found.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::patients::model::NameUse;

use super::{With, find, merge, names, record, register};
use crate::support::app::App;

#[tokio::test]
async fn handbook_1_3_every_typical_entry_finds_the_person() {
    let app = App::new().await;
    register(
        &app,
        record(&app, "Vanderhoef", "Catherine Anne")
            .born("1968-07-22")
            .mrn("0071-5530")
            .phone("(555) 010-7734")
            .ssn("219-09-4419")
            .with_name(NameUse::Maiden, "Brzezińska", "Catherine"),
    )
    .await;
    register(&app, record(&app, "Holloway", "Margaret").born("1968-07-23").mrn("0071-5531").phone("(555) 010-7735"))
        .await;
    let manager = app.person(Role::Manager).await;
    for line in [
        "van,ca",
        "vanderhoef, catherine",
        "catherine vanderhoef",
        "vanderhoef cath",
        "van der hoef, cath",
        "vanderhoef 7/22/68",
        "vanderhoef, catherine 22-Jul-1968",
        "7/22/1968",
        "19680722",
        "1968-07-22",
        "0071-5530",
        "00715530",
        "MRN 0071-5530",
        "4419 7/22/1968",
        "219-09-4419",
        "219094419",
        "(555) 010-7734",
        "+1 555 010 7734",
        "010-7734",
        "brzezinska",
        "brz, cath",
        // sounds alike
        "fanderhof, cath",
        // one letter out: dropped, doubled, swapped, other
        "vanderhof, cath",
        "vanderrhoef, cath",
        "vanderheof, cath",
        "vamderhoef, cath",
        // a slip in the given name, the surname right
        "vanderhoef, cahterine",
        "vanderhoef, catherime",
        // born on the day, the surname changed with a marriage
        "smith, catherine 7/22/1968",
        // day and month swapped is no date here, a year off is
        "vanderhoef, catherine 7/22/1969",
    ] {
        let found = names(&manager, line).await;
        assert_eq!(found, ["VANDERHOEF, Catherine Anne"], "{line}");
    }
    for line in ["xylander", "vanderhoef 1/1/1950", "0071-9999", "4418 7/22/1968", "555-010-0000"] {
        assert_eq!(names(&manager, line).await, Vec::<String>::new(), "{line}");
    }
}

#[tokio::test]
async fn the_best_match_stands_first_and_its_letters_are_marked() {
    let app = App::new().await;
    for (family, given) in [("Smyth", "John"), ("Smithson", "Joan"), ("Smith", "John"), ("Jones", "Smithy")] {
        register(&app, record(&app, family, given)).await;
    }
    let clerk = app.person(Role::Clerk).await;
    let page = find(&clerk, &[("name", "smith,jo")]).await.ok();
    assert_eq!(page.texts("tbody th a.main"), ["SMITH, John", "SMITHSON, Joan", "SMYTH, John"]);
    assert_eq!(page.texts("tbody th .hl")[..2], ["SMITH", "Jo"]);
    let points = page.texts(".score b").iter().map(|text| text.parse::<u8>().unwrap()).collect::<Vec<_>>();
    assert!(points.is_sorted_by(|one, other| one >= other), "{points:?}");
}

#[tokio::test]
async fn names_of_other_alphabets_are_found_by_their_latin_letters_and_their_own() {
    let app = App::new().await;
    register(&app, record(&app, "Иванов", "Сергей")).await;
    register(&app, record(&app, "García-López", "José")).await;
    register(&app, record(&app, "O'Brien", "Siobhán")).await;
    register(&app, record(&app, "حداد", "ليلى")).await;
    let clerk = app.person(Role::Clerk).await;
    for (line, name) in [
        ("ivanov", "ИВАНОВ, Сергей"),
        ("иванов, с", "ИВАНОВ, Сергей"),
        ("garcia lopez", "GARCÍA-LÓPEZ, José"),
        ("lopez, jose", "GARCÍA-LÓPEZ, José"),
        ("obrien, sio", "O'BRIEN, Siobhán"),
        ("حداد", "حداد, ليلى"),
    ] {
        assert_eq!(names(&clerk, line).await, [name], "{line}");
    }
}

#[tokio::test]
async fn mpi_s4_a_merged_number_leads_to_the_survivor_and_the_old_record_is_no_row() {
    let app = App::new().await;
    let survivor = register(&app, record(&app, "Holloway", "Margaret").mrn("0048-1129")).await;
    let old = register(&app, record(&app, "Halloway", "Margaret").mrn("0098-2214")).await;
    let older = register(&app, record(&app, "Hollaway", "Peggy").mrn("0011-0001").ssn("219-09-4419")).await;
    merge(&app, older, old).await;
    merge(&app, old, survivor).await;
    let clerk = app.person(Role::Clerk).await;
    let page = find(&clerk, &[("mrn", "0098-2214")]).await.ok();
    assert_eq!(page.texts("tbody th a.main"), ["HOLLOWAY, Margaret"]);
    assert!(page.text().contains("Former MRN 0098-2214 leads here"), "{}", page.text());
    assert!(page.text().contains("0048-1129"));
    assert!(page.text().contains("Also known as HALLOWAY, Margaret"));
    // A chain A into B into C, found by what only the oldest row has.
    assert_eq!(names(&clerk, "219-09-4419").await, ["HOLLOWAY, Margaret"]);
    assert_eq!(names(&clerk, "halloway").await, ["HOLLOWAY, Margaret"]);
    let (_, rows) = app.ledger_of(names(&clerk, "holloway 4/3/1957")).await;
    assert_eq!(rows.last().unwrap().subjects, [survivor.0], "one person, one row");
}

#[tokio::test]
async fn mpi_s3_fifty_and_not_one_more_and_it_says_so() {
    let app = App::new().await;
    for at in 0..53 {
        register(&app, record(&app, "Abernathy", &format!("Given{}", ["a", "b", "c"][at % 3]))).await;
    }
    let clerk = app.person(Role::Clerk).await;
    let (page, rows) = app.ledger_of(find(&clerk, &[("q", "abernathy")])).await;
    let page = page.ok();
    assert_eq!(page.texts("tbody tr").len(), 50);
    assert!(page.text().contains("More than 50 people found"), "{}", page.text());
    assert!(page.text().contains("refine"));
    assert_eq!(rows.last().unwrap().subjects.len(), 50, "who was not shown is not recorded as shown");
    let page = find(&clerk, &[("q", "abernathy, giv")]).await.ok();
    assert!(page.text().contains("More than 50"));
}

#[tokio::test]
async fn mpi_s3_too_little_is_refused_with_the_typed_values_kept() {
    let app = App::new().await;
    let clerk = app.person(Role::Clerk).await;
    for (fields, words) in [
        (vec![("name", "sm")], "at least 3 letters"),
        (vec![("name", "")], "Type a name"),
        (vec![("name", "smith"), ("born", "13/45/1957")], "“13/45/1957” was read as month 13"),
        (vec![("name", "smith"), ("born", "soonish")], "“soonish” is not read as a date"),
        (vec![("name", "smith"), ("ssn4", "4419")], "Add the whole date of birth"),
    ] {
        let (page, rows) = app.ledger_of(clerk.post("/patients", &fields)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(page.text().contains(words), "{fields:?}: {}", page.text());
        for (name, value) in fields {
            assert_eq!(page.attribute(&format!("main input[name={name}]"), "value").unwrap_or_default(), value);
        }
        assert!(rows.is_empty(), "nothing was searched");
    }
    let nul = clerk.post("/patients", &[("name", "smi\0th")]).await;
    assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_number_nobody_has_falls_back_to_the_rest_and_says_so() {
    let app = App::new().await;
    register(&app, record(&app, "Quillfeather", "Ann").mrn("1")).await;
    let clerk = app.person(Role::Clerk).await;
    let page = find(&clerk, &[("name", "quillfeather"), ("mrn", "0071-9999")]).await.ok();
    assert_eq!(page.texts("tbody th a.main"), ["QUILLFEATHER, Ann"]);
    assert!(page.text().contains("Nobody here has that number"));
}

#[tokio::test]
async fn two_records_of_one_person_are_pointed_out() {
    let app = App::new().await;
    for (family, mrn) in [("Vanderhoef", "0071-5530"), ("Vander Hoeff", "0098-2214")] {
        register(&app, record(&app, family, "Catherine").mrn(mrn).phone("555-010-7734").ssn("219-09-4419")).await;
    }
    let clerk = app.person(Role::Clerk).await;
    let page = find(&clerk, &[("name", "vanderhoef, cath")]).await.ok();
    assert!(page.text().contains("look like one person"), "{}", page.text());
    assert_eq!(page.texts("tr.grp").len(), 2);
}
