//! AUD-3: whatever is done to the record behind the program's back is noticed, and the first spoilt event is named.

use custodian::access::ledger::seal::{Turn, seal};

use super::Ledger;

#[tokio::test]
async fn a_ledger_left_alone_is_whole() {
    let mut ledger = Ledger::sealed(&[1, 2, 300, 1, 700]).await;
    let verification = ledger.verify().await;
    assert!(verification.whole, "{:?}", verification.first_bad);
    assert_eq!((verification.leaves, verification.checked), (1004, 1004));
    assert_eq!((verification.checkpoints, verification.outside_checkpoints, verification.unsealed), (5, 5, 1));
    let answer = serde_json::to_value(&verification).unwrap();
    assert_eq!((answer["whole"].as_bool(), answer["leaves"].as_u64()), (Some(true), Some(1004)));
    assert!(answer["first_bad"].is_null() && answer["root"].as_str().unwrap().len() == 64);
    let checkpoint = ledger.key.verifier().open(&verification.checkpoint).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root.to_string()), (1004, verification.root));
}

#[tokio::test]
async fn an_empty_ledger_is_whole() {
    let mut ledger = Ledger::new().await;
    assert_eq!(ledger.seal().await.unwrap().newest, None);
    let verification = ledger.verify().await;
    assert!(verification.whole && verification.leaves == 0 && verification.checkpoint.is_empty());
}

#[tokio::test]
async fn one_flipped_byte_in_any_column_names_its_event() {
    let mut ledger = Ledger::sealed(&[3, 300, 5]).await;
    let (event, before) = (ledger.event(123).await, ledger.verify().await);
    let changes = [
        "ordinal = ordinal + 1000",
        "scope = 'desk'",
        "act = 'patients.export'",
        "action = 'C'",
        "actor_kind = 'job'",
        "session_id = event_id",
        "application = 'custodiam'",
        "request_id = event_id",
        "purpose = 'TREAT'",
        "grant_id = event_id",
        "task_id = event_id",
        "arrival = 'link'",
        "arrival_id = event_id",
        "patient_mrn = 'M1'",
        "object_kind = 'document'",
        "object_id = event_id",
        "object_version = 2",
        "actor_name = 'Zoe \"Z\" O''Brien'",
        "actor_id = md5('other')::uuid",
        "role = null",
        "address = '10.0.0.8'",
        "outcome = 'refused'",
        "detail = detail || '{\"rows\": 3}'",
        "protected = '{\"name\": \"Lef\"}'",
        "basis = 'rolf'",
        "covers = array[event_id]",
        "txid = txid + 1",
        "patient_id = event_id",
    ];
    // The id and the time are how a row is found; what happens to those is told below.
    let columns: Vec<String> = sqlx::query_scalar(
        "select attname::text from pg_attribute where attrelid = 'audit_events'::regclass and attnum > 0 and not attisdropped
            and attname not in ('event_id', 'recorded_at')",
    )
    .fetch_all(&mut ledger.app)
    .await
    .unwrap();
    for column in columns {
        assert!(
            changes.iter().any(|change| change.starts_with(&format!("{column} "))),
            "{column}: put it into the leaf, and change it here"
        );
    }
    for change in changes {
        let column = change.split(' ').next().unwrap();
        ledger
            .tamper(&format!(
                "create table kept as select {column} from audit_events where event_id = '{event}';
            update audit_events set {change} where event_id = '{event}'"
            ))
            .await;
        let (leaf, named, what) = ledger.bad().await;
        assert_eq!((leaf, named), (Some(123), Some(event)), "{change}");
        assert!(what.contains("changed"), "{what}");
        ledger.tamper(&format!("update audit_events set {column} = (select {column} from kept) where event_id = '{event}'; drop table kept")).await;
        assert_eq!(ledger.verify().await, before, "{change} put back");
    }
}

#[tokio::test]
async fn a_row_moved_in_time_is_noticed() {
    let mut ledger = Ledger::sealed(&[10]).await;
    let event = ledger.event(4).await;
    ledger
        .tamper(&format!(
            "update audit_events set recorded_at = recorded_at - interval '1 second' where event_id = '{event}'"
        ))
        .await;
    assert_eq!(ledger.bad().await.0, Some(4));
    ledger
        .tamper(&format!(
            "update audit_leaves set recorded_at = recorded_at - interval '1 second' where event_id = '{event}'"
        ))
        .await;
    assert_eq!(ledger.bad().await.0, Some(4));
}

#[tokio::test]
async fn patients_added_to_or_taken_from_a_list_are_noticed() {
    let mut ledger = Ledger::sealed(&[10]).await;
    let event = ledger.event(4).await;
    ledger.tamper(&format!("insert into audit_subjects select event_id, recorded_at, gen_random_uuid() from audit_events where event_id = '{event}'")).await;
    assert_eq!(ledger.bad().await.1, Some(event));
    ledger.tamper(&format!("delete from audit_subjects where event_id = '{event}'")).await;
    assert_eq!(ledger.bad().await.1, Some(event));
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.tamper("insert into audit_subjects values (gen_random_uuid(), now(), gen_random_uuid())").await;
    assert!(ledger.bad().await.2.contains("does not exist"));
}

#[tokio::test]
async fn a_deleted_last_row_is_noticed_however_thoroughly_it_is_deleted() {
    let mut ledger = Ledger::sealed(&[5, 5, 1]).await;
    let last = ledger.event(10).await;
    ledger.tamper(&format!("delete from audit_events where event_id = '{last}'")).await;
    let (leaf, event, what) = ledger.bad().await;
    assert_eq!((leaf, event), (Some(10), Some(last)));
    assert!(what.contains("deleted"));
    ledger.tamper("delete from audit_leaves where leaf_index = 10").await;
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(10) && what.contains("11 events were sealed, 10 leaves are left"), "{what}");
    ledger.tamper("delete from audit_checkpoints where tree_size = 11").await;
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(10) && what.contains("the checkpoints folder has seen 11 events"), "{what}");
    // And the sealer won't put its name to the shorter tree.
    ledger.write(1).await;
    let refused = ledger.seal().await.unwrap_err().to_string();
    assert!(refused.contains("has seen 11 events but the database has sealed 10"), "{refused}");
}

#[tokio::test]
async fn a_leaf_taken_out_of_the_middle_is_noticed() {
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.tamper("delete from audit_leaves where leaf_index = 3").await;
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(3) && what.contains("leaf is missing"), "{what}");
}

#[tokio::test]
async fn swapped_rows_are_noticed() {
    let swap = "update audit_events e set actor_name = 'swap' || o.ordinal, ordinal = o.ordinal, detail = o.detail, protected = o.protected
        from audit_events o
        where (e.ordinal, o.ordinal) in ((4, 7), (7, 4))";
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.tamper(swap).await;
    assert_eq!(ledger.bad().await.0, Some(3));
    // Two leaves that change places, each with its event and its own right hash.
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger
        .tamper(
            "update audit_leaves set leaf_index = -leaf_index - 100 where false;
        alter table audit_leaves drop constraint audit_leaves_leaf_index_check;
        update audit_leaves set leaf_index = -1 where leaf_index = 3;
        update audit_leaves set leaf_index = 3 where leaf_index = 6;
        update audit_leaves set leaf_index = 6 where leaf_index = -1",
        )
        .await;
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(9) && what.contains("another root"), "{what}");
}

/// Everything inside the database recomputed, even signed with the stolen key: only the folder still knows.
#[tokio::test]
async fn a_day_rewritten_with_all_its_hashes_is_noticed_by_the_folder() {
    let mut ledger = Ledger::sealed(&[5, 300, 5, 600]).await;
    ledger.tamper("update audit_events set actor_name = 'Somebody Else' where event_id = (select event_id from audit_leaves where leaf_index = 200);
        insert into audit_unsealed select txid, ordinal, event_id, recorded_at from audit_events;
        delete from audit_leaves; delete from audit_nodes; delete from audit_checkpoints").await;
    let elsewhere = ledger.place.join("elsewhere");
    let folder = custodian::access::ledger::outside::Folder::new(&elsewhere);
    seal(&mut ledger.app, &ledger.key, &folder, Turn::Wait).await.unwrap();
    let (leaf, _, what) = ledger.bad().await;
    assert_eq!(leaf, Some(5));
    assert!(what.contains("leaves 5 to 304 were rewritten"), "{what}");
    ledger.write(1).await;
    assert!(ledger.seal().await.unwrap_err().to_string().contains("no longer matches its checkpoint"));
}

#[tokio::test]
async fn hashes_recomputed_without_the_key_are_noticed_inside() {
    let mut ledger = Ledger::sealed(&[10, 2]).await;
    ledger.tamper("update audit_leaves set leaf_hash = sha256('x') where leaf_index = 11").await;
    assert_eq!(ledger.bad().await.0, Some(11));
    let mut ledger = Ledger::sealed(&[300]).await;
    ledger.tamper("update audit_nodes set node_hash = sha256('x')").await;
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(255) && what.contains("node of level 8"), "{what}");
    let mut ledger = Ledger::sealed(&[300]).await;
    ledger.tamper("delete from audit_nodes").await;
    assert_eq!(ledger.bad().await.0, Some(255));
    let mut ledger = Ledger::sealed(&[10, 2]).await;
    ledger
        .tamper("update audit_checkpoints set note = replace(note, 'sealed 20', 'sealed 19') where tree_size = 10")
        .await;
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(9) && what.contains("signature is false"), "{what}");
}

#[tokio::test]
async fn an_event_put_in_around_the_gate_is_noticed() {
    const COPY: &str =
        "insert into audit_events select (jsonb_populate_record(e, jsonb_build_object('event_id', md5('forged'), 'txid', 5))).*
        from audit_events e where ordinal = 1";
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.tamper(&format!("{COPY}; delete from audit_unsealed")).await;
    let forged = sqlx::query_scalar("select md5('forged')::uuid").fetch_one(&mut ledger.app).await.unwrap();
    let (leaf, event, what) = ledger.bad().await;
    assert!((leaf, event) == (None, Some(forged)) && what.contains("around the gate"), "{what}");
    // With an entry in the queue but an old transaction: no seal takes it, and verifying names it.
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.tamper(COPY).await;
    ledger.write(1).await;
    assert_eq!(ledger.seal().await.unwrap().added, 1);
    let (leaf, event, what) = ledger.bad().await;
    assert!((leaf, event) == (None, Some(forged)) && what.contains("slipped in"), "{what}");
}

#[tokio::test]
async fn an_event_deleted_before_its_seal_is_noticed_while_it_is_waited_for() {
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.write(1).await;
    ledger.tamper("delete from audit_events where event_id not in (select event_id from audit_leaves)").await;
    assert!(ledger.bad().await.2.contains("awaited its seal"));
}

#[tokio::test]
async fn a_spoilt_folder_is_noticed() {
    let mut ledger = Ledger::sealed(&[10, 2, 3]).await;
    let log = std::fs::read_dir(&ledger.place)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "log"));
    let log = log.unwrap();
    let good = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, good.replacen("\n12\n", "\n13\n", 1)).unwrap();
    let (leaf, _, what) = ledger.bad().await;
    assert!(leaf == Some(10) && what.contains("signature is false"), "{what}");
    // The name stands twice in a checkpoint: as its origin and before its signature.
    let last = good.rfind("custodian/ledger/").unwrap();
    let last = good[..last].rfind("custodian/ledger/").unwrap();
    std::fs::write(&log, format!("{}{}", &good[last..], &good[..last])).unwrap();
    assert!(ledger.bad().await.2.contains("out of order"));
    std::fs::write(&log, good).unwrap();
    assert!(ledger.verify().await.whole);
}
