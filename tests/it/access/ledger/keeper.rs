//! The ledger as the rest of the program uses it: through the gate, each look on record.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use custodian::access::ledger::Keeper;
use custodian::access::ledger::seal::Turn;
use custodian::access::{Actor, Error};
use tokio::sync::watch;

use crate::support::app::App;

fn keeper(app: &App) -> Keeper {
    Keeper::open(app.state.gate.clone(), &app.state.config.key_file, &app.state.config.checkpoints).unwrap()
}

#[tokio::test]
async fn an_operator_verifies_and_exports_on_record() {
    let app = App::new().await;
    let (keeper, operator) = (keeper(&app), Actor::operator("ann"));
    assert!(keeper.verify(&operator, |_| ()).await.unwrap().whole, "an empty ledger");
    let mut seen = Vec::new();
    let verification = keeper.verify(&operator, |progress| seen.push((progress.done, progress.of))).await.unwrap();
    assert!(verification.whole, "{:?}", verification.first_bad);
    assert_eq!((verification.leaves, seen), (1, vec![(1, 1)]), "the first verification is itself an event");
    let mut text = String::new();
    let always = DateTime::UNIX_EPOCH + TimeDelta::days(100_000);
    let write = |part: &str| {
        text.push_str(part);
        Ok(())
    };
    assert_eq!(keeper.export(&operator, DateTime::UNIX_EPOCH, always, write).await.unwrap(), 2);
    assert_eq!(text.lines().count(), 2);
    let acts: Vec<_> = app.ledger().await.into_iter().map(|row| (row.act, row.actor)).collect();
    let by_ann = |act: &str| (act.to_owned(), "ann".to_owned());
    assert_eq!(acts, [by_ann("ledger.verify"), by_ann("ledger.verify"), by_ann("ledger.export")]);
}

#[tokio::test]
async fn a_stranger_verifies_nothing() {
    let app = App::new().await;
    let stranger = Actor::stranger(None, custodian::base::id::RequestId::new());
    assert!(matches!(keeper(&app).verify(&stranger, |_| ()).await, Err(Error::Forbidden(_))));
    assert_eq!(app.ledger().await[0].outcome, "refused");
}

#[tokio::test]
async fn a_ledger_that_was_cut_is_an_answer_and_not_an_error() {
    let app = App::new().await;
    let (keeper, operator) = (keeper(&app), Actor::operator("ann"));
    for _ in 0..3 {
        keeper.verify(&operator, |_| ()).await.unwrap();
        keeper.seal(Turn::Wait).await.unwrap();
    }
    let cut = "alter table audit_leaves disable trigger user; delete from audit_leaves where leaf_index = 2;
        alter table audit_checkpoints disable trigger user; delete from audit_checkpoints where tree_size = 3";
    sqlx::raw_sql(cut).execute(&mut app.owner().await).await.unwrap();
    let verification = keeper.verify(&operator, |_| ()).await.unwrap();
    assert!(!verification.whole);
    let bad = verification.first_bad.unwrap();
    assert!(bad.leaf == Some(2) && bad.what.contains("tail is missing"), "{}", bad.what);
}

#[tokio::test]
async fn the_heartbeat_seals_and_seals_once_more_when_it_stops() {
    let app = App::new().await;
    let (keeper, operator) = (keeper(&app), Actor::operator("ann"));
    let (stop, stopped) = watch::channel(false);
    let sealing = tokio::spawn({
        let keeper = keeper.clone();
        async move { keeper.keep_sealing(stopped).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Refused, because proofs are for those who review the ledger: an event all the same.
    assert!(matches!(keeper.prove(&operator, uuid::Uuid::nil()).await, Err(Error::Forbidden(_))));
    stop.send_replace(true);
    sealing.await.unwrap();
    let leaves: i64 =
        sqlx::query_scalar("select count(*) from audit_leaves").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(leaves, 1);
}
