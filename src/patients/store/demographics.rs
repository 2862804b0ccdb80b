//! Names, identifiers, addresses, telephones, contacts and coverage of an opened chart, cut to what the viewer may see.

use crate::access::{Chart, Result};
use crate::patients::demographics::{Address, Contact, Coverage, Demographics, Identifier, Name, Personal, Telecom};

/// Everything of the demographics page. Contact data of a role without the right never leaves the database.
pub async fn demographics(chart: &mut Chart<'_>) -> Result<Demographics> {
    Ok(Demographics {
        personal: personal(chart).await?,
        names: names(chart).await?,
        identifiers: identifiers(chart).await?,
        addresses: addresses(chart).await?,
        telecoms: telecoms(chart).await?,
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

pub async fn identifiers(chart: &mut Chart<'_>) -> Result<Vec<Identifier>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Identifier,
            "select type as kind, authority, value, ended_on from patient_identifiers where patient_id = any($1)
            order by type <> 'MR', ended_on is not null, type, identifier_id",
            &ids,
        ))
        .await
}

pub async fn addresses(chart: &mut Chart<'_>) -> Result<Vec<Address>> {
    if !chart.sight().contact {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Address,
            r#"select use as "usage", lines, city, state, postal_code, country, ended_on
            from patient_addresses where patient_id = any($1) order by ended_on is not null, use = 'old', address_id"#,
            &ids,
        ))
        .await
}

pub async fn telecoms(chart: &mut Chart<'_>) -> Result<Vec<Telecom>> {
    if !chart.sight().contact {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Telecom,
            r#"select kind, use as "usage", value, ended_on from patient_telecoms where patient_id = any($1)
            order by ended_on is not null, kind <> 'phone', telecom_id"#,
            &ids,
        ))
        .await
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
