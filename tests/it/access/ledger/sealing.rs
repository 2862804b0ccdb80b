//! The seal: every committed event exactly once, whoever seals and whatever breaks in between.

use std::time::Duration;

use custodian::access::ledger::LedgerError;
use custodian::access::ledger::checkpoint::CheckpointKey;
use custodian::access::ledger::outside::Folder;
use custodian::access::ledger::seal::{Turn, seal};
use custodian::access::ledger::stored;
use sqlx::{Connection, PgConnection};

use super::{Ledger, open, write};

#[tokio::test]
async fn events_await_their_seal_and_then_have_it() {
    let mut ledger = Ledger::sealed(&[5]).await;
    ledger.write(3).await;
    let verification = ledger.verify().await;
    // One more: the verification's own.
    assert!(verification.whole && verification.leaves == 5 && verification.unsealed == 4);
    let sealed = ledger.seal().await.unwrap();
    assert_eq!((sealed.added, sealed.newest.unwrap().size), (3, 8));
    assert_eq!(ledger.seal().await.unwrap().added, 0, "nothing new, no new checkpoint");
    assert_eq!(ledger.verify().await.checkpoints, 2);
}

#[tokio::test]
async fn leaves_follow_the_order_of_transactions_and_ordinals() {
    let mut ledger = Ledger::sealed(&[3, 4]).await;
    ledger.write(5).await;
    ledger.write(2).await;
    ledger.seal().await.unwrap();
    let mut owner = ledger.database.owner().await;
    let order: Vec<(i64, i16)> =
        sqlx::query_as("select txid, ordinal from audit_leaves join audit_events using (event_id) order by leaf_index")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert_eq!(order.len(), 14);
    assert!(order.is_sorted());
}

#[tokio::test]
async fn a_long_transaction_holds_nobody_up_and_is_sealed_when_it_ends() {
    let mut ledger = Ledger::new().await;
    let mut slow = PgConnection::connect_with(&ledger.database.app_options()).await.unwrap();
    let mut import = slow.begin().await.unwrap();
    open(&mut import, "roster").await;
    ledger.write(2).await;
    assert_eq!(ledger.seal().await.unwrap().added, 2);
    ledger.write(2).await;
    assert_eq!(ledger.seal().await.unwrap().added, 2);
    import.commit().await.unwrap();
    assert_eq!(ledger.seal().await.unwrap().added, 1);
    assert!(ledger.verify().await.whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_writers_and_two_sealers_lose_nothing() {
    const WRITERS: usize = 32;
    const EACH: usize = 12;
    let mut ledger = Ledger::new().await;
    let pool = custodian::db::pool::open(ledger.database.app_options(), 16);
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let sealers: Vec<_> = [Turn::Skip, Turn::Wait]
        .into_iter()
        .map(|turn| {
            let (options, place, done) = (ledger.database.app_options(), ledger.place.clone(), done.clone());
            tokio::spawn(async move {
                let mut connection = PgConnection::connect_with(&options).await.unwrap();
                let (key, folder) = (CheckpointKey::from_seed(&[5; 32]), Folder::new(place));
                while !done.load(std::sync::atomic::Ordering::SeqCst) {
                    seal(&mut connection, &key, &folder, turn).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
        })
        .collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for turn in 0..EACH {
                    let mut connection = pool.acquire().await.unwrap();
                    write(&mut connection, i32::try_from(1 + (number + turn) % 3).unwrap()).await;
                    drop(connection);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, std::sync::atomic::Ordering::SeqCst);
    for sealer in sealers {
        sealer.await.unwrap();
    }
    ledger.seal().await.unwrap();
    let written =
        (0..WRITERS).flat_map(|number| (0..EACH).map(move |turn| 1 + (number + turn) % 3)).sum::<usize>() as u64;
    let verification = ledger.verify().await;
    assert!(verification.whole, "{:?}", verification.first_bad);
    assert_eq!((verification.leaves, verification.unsealed), (written, 1));
    assert_eq!(verification.checkpoints, verification.outside_checkpoints);
}

#[tokio::test]
async fn a_crash_between_the_database_and_the_folder_is_mended_and_no_alarm() {
    let mut ledger = Ledger::sealed(&[5, 5]).await;
    let log = |ledger: &Ledger| {
        let entries = std::fs::read_dir(&ledger.place).unwrap().map(|entry| entry.unwrap().path());
        entries.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "log")).unwrap()
    };
    let two = std::fs::read(log(&ledger)).unwrap();
    ledger.write(5).await;
    ledger.seal().await.unwrap();
    let three = std::fs::read(log(&ledger)).unwrap();
    // Not written at all, half written, all but the last line end.
    for cut in [two.len(), two.len() + 40, three.len() - 1] {
        std::fs::write(log(&ledger), &three[..cut]).unwrap();
        let verification = ledger.verify().await;
        assert!(verification.whole && verification.outside_checkpoints == 2, "{:?}", verification.first_bad);
        assert_eq!(ledger.seal().await.unwrap().added, 0);
        assert_eq!(std::fs::read(log(&ledger)).unwrap(), three);
    }
    std::fs::remove_dir_all(&ledger.place).unwrap();
    assert!(ledger.verify().await.whole, "a new disk");
    ledger.seal().await.unwrap();
    assert_eq!(ledger.verify().await.outside_checkpoints, 3);
}

#[tokio::test]
async fn every_server_brings_up_its_own_folder() {
    let mut ledger = Ledger::sealed(&[5, 5]).await;
    let second = Folder::new(ledger.place.join("second"));
    assert_eq!(seal(&mut ledger.app, &ledger.key, &second, Turn::Wait).await.unwrap().added, 0);
    assert_eq!(second.notes().unwrap().count(), 2);
    assert_eq!(second.newest().unwrap(), ledger.folder().newest().unwrap());
}

#[tokio::test]
async fn a_server_with_another_key_does_not_seal() {
    let mut ledger = Ledger::sealed(&[5]).await;
    ledger.write(1).await;
    let other = CheckpointKey::from_seed(&[6; 32]);
    let fresh = Folder::new(ledger.place.join("fresh"));
    for folder in [ledger.folder(), fresh] {
        let refused = seal(&mut ledger.app, &other, &folder, Turn::Wait).await;
        assert!(matches!(refused, Err(LedgerError::Checkpoint { .. })), "{refused:?}");
    }
    assert_eq!(ledger.seal().await.unwrap().added, 1);
}

/// A dump restored into a new cluster: the last checkpoint speaks of another cluster's transactions, far ahead of this one's.
#[tokio::test]
async fn transaction_ids_that_start_over_lose_nothing() {
    let mut ledger = Ledger::sealed(&[5]).await;
    let (_, head) = stored::extent(&mut ledger.app).await.unwrap();
    let checkpoint = ledger.key.verifier().open(&head.unwrap().note).unwrap();
    let note = ledger.key.sign(
        5,
        checkpoint.root,
        vec!["sealed 2026-11-01T00:00:00.000000Z".into(), "settled 42 99999999999999".into()],
    );
    ledger.tamper(&format!("update audit_checkpoints set note = '{note}'")).await;
    std::fs::remove_dir_all(&ledger.place).unwrap();
    ledger.write(3).await;
    assert_eq!(ledger.seal().await.unwrap().added, 3);
    ledger.write(3).await;
    assert_eq!(ledger.seal().await.unwrap().added, 3);
    let verification = ledger.verify().await;
    assert!(verification.whole, "{:?}", verification.first_bad);
}

#[tokio::test]
async fn more_than_one_batch_is_sealed_in_one_go() {
    let mut ledger = Ledger::new().await;
    for _ in 0..5 {
        ledger.write(2000).await;
    }
    assert_eq!(ledger.seal().await.unwrap().added, 10_000);
    let verification = ledger.verify().await;
    assert!(verification.whole && verification.checkpoints == 1, "{:?}", verification.first_bad);
}
