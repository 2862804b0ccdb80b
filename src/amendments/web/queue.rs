//! `/amendments`: the queue with its filters in the address, its spreadsheet, and the requests of one patient.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::model::{Listed, Shown, With};
use super::super::pages::{ChartPage, QueuePage, address, csv};
use super::super::store::{self, Wanted};
use super::super::urls;
use crate::access::policy::amends;
use crate::access::{Act, Remarks};
use crate::base::id::PatientId;
use crate::chart::frame;
use crate::web::error::{WebError, WebResult};
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::Pager;
use crate::web::viewer::Viewer;

const PAGE: usize = 50;
/// A spreadsheet of more than this is a report.
const CSV_ROWS: i64 = 10_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    state: String,
    with: String,
    late: String,
    sort: String,
    after: String,
}

impl Filter {
    fn wanted(&self, today: NaiveDate, limit: i64) -> Wanted {
        Wanted {
            shown: Shown::parse(&self.state),
            with: With::parse(&self.with),
            late_only: !self.late.is_empty(),
            newest_first: self.sort == "received",
            after: read_key(&self.after),
            today,
            limit,
        }
    }
}

fn remarks(wanted: &Wanted, csv: bool) -> Remarks {
    let detail =
        json!({ "state": wanted.shown.word(), "with": wanted.with.word(), "late": wanted.late_only, "csv": csv });
    Remarks { detail: Some(detail), ..Remarks::none() }
}

pub async fn show(State(app): State<App>, viewer: Viewer, Query(filter): Query<Filter>) -> WebResult<Response> {
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let wanted = filter.wanted(today, PAGE as i64 + 1);
    let (mut lines, open, late) = app
        .gate
        .roster(&viewer, Act::ListAmendments, remarks(&wanted, false), async |roster| {
            let lines = store::queue(roster, &wanted).await?;
            let open = store::open_count(roster, false, today).await?;
            Ok((lines, open, store::open_count(roster, true, today).await?))
        })
        .await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let to = |after: Option<&str>| {
        address(urls::QUEUE, wanted.shown, wanted.with, wanted.late_only, wanted.newest_first, after)
    };
    let pager = Pager {
        count: crate::web::format::counted(lines.len() as u64, "request"),
        newer: wanted.after.is_some().then(|| to(None)),
        older: lines.last().filter(|_| more).map(|line| to(Some(&write_key(line, wanted.newest_first)))),
        previous_label: "First",
        next_label: "Next",
    };
    Ok(page::render(&QueuePage {
        layout: viewer.layout(&app, urls::QUEUE),
        shown: wanted.shown,
        with: wanted.with,
        late_only: wanted.late_only,
        newest_first: wanted.newest_first,
        lines,
        open,
        late,
        pager,
        today,
    }))
}

pub async fn show_csv(State(app): State<App>, viewer: Viewer, Query(filter): Query<Filter>) -> WebResult<Response> {
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let wanted = filter.wanted(today, CSV_ROWS);
    let lines = app
        .gate
        .roster(&viewer, Act::ListAmendments, remarks(&wanted, true), async |roster| {
            store::queue(roster, &wanted).await
        })
        .await?;
    let bytes = csv(&lines, today).map_err(|error| {
        tracing::error!(%error, "csv");
        WebError::Internal
    })?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"amendments.csv\""));
    Ok(response)
}

/// Where a page of the queue ended, in one opaque word.
fn write_key(line: &Listed, newest_first: bool) -> String {
    let day = if newest_first { line.received_on } else { line.due_on };
    URL_SAFE_NO_PAD.encode(format!("{}{day}", line.request))
}

fn read_key(text: &str) -> Option<(NaiveDate, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (id, day) = text.split_at_checked(36)?;
    Some((day.parse().ok()?, id.parse().ok()?))
}

pub async fn of_chart(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewAmendments, patient, async |chart| {
            Ok(ChartPage {
                frame: frame(&app, &viewer, chart).await?,
                lines: store::of_chart(chart).await?,
                may_record: viewer.roles().iter().any(|role| amends(*role, Act::RecordAmendment)),
                today: chart.at().with_timezone(&app.zone()).date_naive(),
            })
        })
        .await?;
    Ok(page::render(&page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_tampered_with_begins_at_the_beginning() {
        for wrong in ["", "x", "AAAA", &URL_SAFE_NO_PAD.encode("too short"), &URL_SAFE_NO_PAD.encode([0xff; 40])] {
            assert_eq!(read_key(wrong), None, "{wrong}");
        }
    }
}
