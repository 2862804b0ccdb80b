//! The database goes away under a running server, and comes back.

use axum::http::StatusCode;
use custodian::app::router;
use custodian::app::server::Running;
use custodian::base::clock::Clock;

use super::Folder;
use crate::support::app::config;
use crate::support::db::parent_folder;
use crate::support::who::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_finds_its_database_again() {
    let _ = parent_folder();
    let folder = Folder::new();
    let running = Running::open(
        config(&["test", "--data-dir", folder.0.to_str().unwrap(), "--database-url", ""]),
        Clock::system(),
    )
    .await
    .unwrap();
    let nobody = Visitor::anonymous(router::build(running.app.clone()));
    nobody.get("/sign-in").await.ok();
    assert_eq!(nobody.get("/health/ready").await.status, StatusCode::OK);

    let pid = std::fs::read_to_string(folder.path("postgres/data/postmaster.pid")).unwrap();
    let pid: i32 = pid.lines().next().unwrap().parse().unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), rustix::process::Signal::KILL).unwrap();
    let mut answers = Vec::new();
    for _ in 0..600 {
        let status = nobody.get("/health/ready").await.status;
        answers.push(status);
        if answers.len() > 3 && status == StatusCode::OK && answers.contains(&StatusCode::SERVICE_UNAVAILABLE) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(answers.contains(&StatusCode::SERVICE_UNAVAILABLE), "it was away");
    assert_eq!(answers.last(), Some(&StatusCode::OK), "and came back: {answers:?}");
    nobody.get("/sign-in").await.ok();
    running.close().await.unwrap();
}
