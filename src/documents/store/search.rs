//! Searching the words of one chart's documents. What a list would veil is not found here either.

use chrono::{DateTime, Utc};

use super::super::model::Status;
use crate::access::policy::DocumentSight;
use crate::access::{Chart, Result};
use crate::base::id::DocumentId;

/// A document that holds the words, with a piece of it.
pub struct Hit {
    pub document: DocumentId,
    pub title: String,
    pub type_label: String,
    pub status: Option<Status>,
    pub dated_at: DateTime<Utc>,
    pub author: Option<String>,
    pub snippet: Vec<Piece>,
}

/// A stretch of text.
pub struct Piece {
    /// It is a word that was looked for.
    pub found: bool,
    pub text: String,
}

/// What stands around a found word on its way here: no document holds these (`render::inspect` takes control characters out).
const FENCE: char = '\u{1}';

struct Row {
    document: DocumentId,
    title: String,
    type_label: String,
    status: String,
    dated_at: DateTime<Utc>,
    author: Option<String>,
    snippet: String,
}

/// The versions in force that hold the words, best first. `words` may use quotes, `or` and `-`, as on the web.
pub async fn search(chart: &mut Chart<'_>, words: &str, limit: i64) -> Result<Vec<Hit>> {
    let sight = chart.sight();
    if sight.documents != DocumentSight::Open {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    let rows = chart
        .all(sqlx::query_as!(
            Row,
            r#"with wanted as (select websearch_to_tsquery('english', $2) as q), seen as (
                select d.document_id, d.title, d.status, d.author_name, d.author_id, coalesce(d.authored_at, d.filed_at) as dated_at, t.label,
                    x.body, ts_rank(x.words, w.q) as rank, w.q
                from documents d
                join wanted w on true
                join document_types t on t.code = d.type_code
                join document_versions v on v.document_id = d.document_id and v.version_no = d.current_version
                join document_texts x on x.version_id = v.version_id
                left join encounters e on e.encounter_id = d.encounter_id
                where d.patient_id = any($1)
                    and x.patient_id = any($1)
                    and x.words @@ w.q
                    and (coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is null or $3)
                    and coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is distinct from 'psychotherapy'
                    and (d.status <> 'retracted' or $4)
                order by rank desc, dated_at desc, d.document_id
                limit $5
            )
            select s.document_id as "document: DocumentId", s.title as "title!", s.label as "type_label!", s.status as "status!", s.dated_at as "dated_at!",
                coalesce(s.author_name, concat_ws(', ', nullif(p.family, ''), nullif(p.given, ''))) as author,
                ts_headline('english', s.body, s.q, $6) as "snippet!"
            from seen s
            left join practitioners p on p.practitioner_id = s.author_id
            order by s.rank desc, s.dated_at desc, s.document_id"#,
            &ids,
            words,
            sight.sensitive,
            sight.retracted,
            limit,
            format!("StartSel={FENCE},StopSel={FENCE},MaxFragments=2,MaxWords=22,MinWords=8,FragmentDelimiter=\" … \""),
        ))
        .await?;
    let hit = |row: Row| Hit {
        document: row.document,
        title: row.title,
        type_label: row.type_label,
        status: Status::parse(&row.status),
        dated_at: row.dated_at,
        author: row.author.filter(|author| !author.is_empty()),
        // What stands between two fences was looked for: every second piece.
        snippet: (0_usize..)
            .zip(row.snippet.split(FENCE))
            .map(|(at, text)| Piece { found: at % 2 == 1, text: text.to_owned() })
            .collect(),
    };
    Ok(rows.into_iter().map(hit).collect())
}
