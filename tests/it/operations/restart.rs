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

    let pid_file = folder.path("postgres/data/postmaster.pid");
    let pid = || std::fs::read_to_string(&pid_file).ok()?.lines().next()?.parse::<i32>().ok();
    let killed = pid().unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(killed).unwrap(), rustix::process::Signal::KILL)
        .unwrap();
    // Away for a moment or for seconds, as the machine is busy; back is another server that answers.
    let mut back = false;
    for _ in 0..1200 {
        let status = nobody.get("/health/ready").await.status;
        assert!(matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE), "{status}");
        back = status == StatusCode::OK && pid().is_some_and(|pid| pid != killed);
        if back {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(back, "no other server came");
    nobody.get("/sign-in").await.ok();
    running.close().await.unwrap();
}
