//! `/audit.csv`: the list for a spreadsheet, all of it.

use std::io::{Cursor, Read};

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::super::model::{Filter, Place};
use super::super::pages::csv;
use super::super::rules::asked::Asked;
use super::super::store::entries;
use super::list::{settle, understand};
use crate::access::ledger::record::Outcome;
use crate::access::{Act, Desk, Error, Remarks, Result};
use crate::web::error::{WebError, WebResult};
use crate::web::state::App;
use crate::web::viewer::Viewer;

/// Rows read at once, and bytes sent at once.
const BATCH: i64 = 2000;
const PIECE: usize = 64 * 1024;

/// The rows leave only after the commit that makes the event of the export permanent, so they are held until then: compressed, because a year of
/// the log may be asked for, and in memory, because a file would be a copy of it on disk. A second event says how many rows there were (PRV-3).
pub async fn csv(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> WebResult<Response> {
    let mut understood = understand(&app, asked.from_the_start());
    if let Some(problem) = first_problem(&understood.problems) {
        return Err(WebError::Invalid(vec![problem]));
    }
    let mut detail = understood.asked.detail();
    let remarks = Remarks { detail: Some(detail.clone()), ..Remarks::none() };
    let (held, rows, event) = app
        .gate
        .desk(&viewer, Act::ExportLedger, remarks, async |desk| {
            settle(desk, &mut understood).await?;
            if let Some(problem) = first_problem(&understood.problems) {
                return Err(Error::Invalid(problem));
            }
            let (held, rows) = hold(desk, &understood.filter, app.zone()).await?;
            Ok((held, rows, desk.event()))
        })
        .await?;
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("rows".into(), rows.into());
        fields.insert("of".into(), event.0.to_string().into());
    }
    app.gate.note(&viewer, Act::ExportLedger, Outcome::Success, "role", detail).await?;
    let day = app.clock.now().with_timezone(&app.zone()).format("%Y-%m-%d");
    Ok((headers(&format!("access-log-{day}.csv")), sent(held)?).into_response())
}

fn first_problem(problems: &super::super::rules::asked::Problems) -> Option<String> {
    [&problems.from, &problems.to, &problems.staff, &problems.mrn].into_iter().flatten().next().cloned()
}

/// Every row of the filter, page after page by key, newest first: the order of the list.
async fn hold(desk: &mut Desk<'_>, filter: &Filter, zone: chrono_tz::Tz) -> Result<(Vec<u8>, u64)> {
    let mut writer = ::csv::Writer::from_writer(zstd::Encoder::new(Vec::new(), 1).map_err(broken)?);
    writer.write_record(csv::HEAD).map_err(broken)?;
    let (mut place, mut rows) = (Place::Newest, 0);
    loop {
        let batch = entries::page(desk, filter, place, BATCH).await?;
        let Some(last) = batch.last() else { break };
        place = Place::Before(last.key());
        for entry in &batch {
            writer.write_record(csv::row(entry, zone)).map_err(broken)?;
            rows += 1;
        }
    }
    let encoder = writer.into_inner().map_err(|error| broken(error.into_error()))?;
    Ok((encoder.finish().map_err(broken)?, rows))
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("the spreadsheet could not be written: {error}"))
}

/// Unpacked piece by piece as the other side takes it.
fn sent(held: Vec<u8>) -> WebResult<Body> {
    let decoder = zstd::Decoder::new(Cursor::new(held)).map_err(|error| WebError::from(broken(error)))?;
    Ok(Body::from_stream(stream::try_unfold(decoder, async |mut decoder| {
        let mut piece = Vec::with_capacity(PIECE);
        decoder.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        Ok::<_, std::io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), decoder)))
    })))
}

fn headers(name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers
}
