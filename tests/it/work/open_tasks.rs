//! Whether a task is open is the database's own word, kept true by the closures.

use custodian::access::{Act, Actor, Remarks, Role};
use custodian::base::id::{PatientId, TaskId};

use crate::support::app::App;

/// Runs a statement about one task as `custodian_app`, in a scope that may see every row.
async fn as_the_application(app: &App, patient: PatientId, statement: &'static str, task: TaskId) {
    app.state
        .gate
        .roster(&Actor::operator("intruder"), Act::ImportRecords, Remarks::none(), async |roster| {
            roster.exec(patient, sqlx::query(statement).bind(task)).await
        })
        .await
        .unwrap();
}

async fn is_open(app: &App, task: TaskId) -> bool {
    sqlx::query_scalar("select is_open from tasks where task_id = $1")
        .bind(task)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_task_is_open_until_its_closure_whatever_is_written_into_it() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let staff = app.person(Role::Clerk).await.staff.unwrap();
    let task = app.made().task(patient, "filing", staff).await;
    assert!(is_open(&app, task).await);
    as_the_application(&app, patient, "update tasks set is_open = false where task_id = $1", task).await;
    assert!(is_open(&app, task).await, "nobody hides work by a word");
    as_the_application(
        &app,
        patient,
        "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, outcome)
        select task_id, patient_id, patient_id, now(), 'done' from tasks where task_id = $1",
        task,
    )
    .await;
    assert!(!is_open(&app, task).await);
    as_the_application(&app, patient, "update tasks set is_open = true, note = 'x' where task_id = $1", task).await;
    assert!(!is_open(&app, task).await, "nor brings it back by one");
    let clerk = app.signed_in(staff).await;
    clerk.get("/").await.ok().hides("QUILLFEATHER");
}
