//! Names, identifiers, addresses, telephones, contacts and coverage of an opened chart, cut to what the viewer may see.

use sqlx::types::Json;

use crate::access::{Chart, Result};
use crate::patients::demographics::{
    Address, Contact, Coverage, Demographics, Identifier, Name, Personal, Reachable, Telecom,
};

/// Everything of the demographics page. Contact data of a role without the right never leaves the database.
pub async fn demographics(chart: &mut Chart<'_>) -> Result<Demographics> {
    Ok(Demographics {
        personal: personal(chart).await?,
        names: names(chart).await?,
        reachable: reachable(chart).await?,
        contacts: contacts(chart).await?,
        coverages: coverages(chart).await?,
    })
}

async fn personal(chart: &mut Chart<'_>) -> Result<Personal> {
    let patient = chart.patient().0;
    let masked = chart.sight().ssn_masked;
    chart
        .one(sqlx::query_as!(
            Personal,
            r#"select marital_status, language, interpreter_needed, religion, mothers_maiden_name, ethnicity, multiple_birth, birth_order,
                birth_time, case when $2 then ssn_sealed end as ssn_sealed,
                array(select r.label from patient_races r where r.patient_id = p.patient_id order by r.label) as "races!"
            from patients p where p.patient_id = $1"#,
            patient,
            masked,
        ))
        .await
}

pub async fn names(chart: &mut Chart<'_>) -> Result<Vec<Name>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Name,
            r#"select use as "usage", family, given, prefix, suffix, started_on, ended_on
            from patient_names where patient_id = any($1)
            order by ended_on is not null, array_position(array['official', 'usual', 'nickname', 'alias', 'maiden', 'old', 'temp'], use), name_id"#,
            &ids,
        ))
        .await
}

/// [`Reachable`] as one row.
struct Gathered {
    identifiers: Json<Vec<Identifier>>,
    addresses: Json<Vec<Address>>,
    telecoms: Json<Vec<Telecom>>,
}

/// Three short lists by one question, because asking takes longer than answering.
pub async fn reachable(chart: &mut Chart<'_>) -> Result<Reachable> {
    let (ids, contact) = (chart.ids().to_vec(), chart.sight().contact);
    let gathered = chart
        .one(sqlx::query_as!(
            Gathered,
            r#"select
                (select coalesce(json_agg(json_build_object('kind', i.type, 'authority', i.authority, 'value', i.value, 'ended_on', i.ended_on)
                    order by i.type <> 'MR', i.ended_on is not null, i.type, i.identifier_id), '[]')
                from patient_identifiers i where i.patient_id = any($1)) as "identifiers!: Json<Vec<Identifier>>",
                (select coalesce(json_agg(json_build_object('usage', a.use, 'lines', a.lines, 'city', a.city, 'state', a.state,
                    'postal_code', a.postal_code, 'country', a.country, 'ended_on', a.ended_on)
                    order by a.ended_on is not null, a.use = 'old', a.address_id), '[]')
                from patient_addresses a where a.patient_id = any($1) and $2) as "addresses!: Json<Vec<Address>>",
                (select coalesce(json_agg(json_build_object('kind', t.kind, 'usage', t.use, 'value', t.value, 'ended_on', t.ended_on)
                    order by t.ended_on is not null, t.kind <> 'phone', t.telecom_id), '[]')
                from patient_telecoms t where t.patient_id = any($1) and $2) as "telecoms!: Json<Vec<Telecom>>""#,
            &ids,
            contact,
        ))
        .await?;
    let Gathered { identifiers: Json(identifiers), addresses: Json(addresses), telecoms: Json(telecoms) } = gathered;
    Ok(Reachable { identifiers, addresses, telecoms })
}

async fn contacts(chart: &mut Chart<'_>) -> Result<Vec<Contact>> {
    if !chart.sight().contact {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Contact,
            "select relationship, name, phone from patient_contacts where patient_id = any($1) and ended_on is null order by ended_on is not null, contact_id",
            &ids,
        ))
        .await
}

async fn coverages(chart: &mut Chart<'_>) -> Result<Vec<Coverage>> {
    if !chart.sight().contact {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Coverage,
            "select payer, plan, member_id, relationship, status, started_on, ended_on from coverages where patient_id = any($1)
            order by ended_on is not null, started_on desc nulls last, coverage_id",
            &ids,
        ))
        .await
}
