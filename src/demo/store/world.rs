//! The health system's own rows: facilities, places, practitioners, and the staff who sign in.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::world::{self, FACILITIES, PRACTITIONERS, STAFF, WARDS};
use crate::access::{Desk, Result};

/// Facilities, wards with their beds, practitioners; what is there already stays.
pub async fn found(desk: &mut Desk<'_>) -> Result<()> {
    for facility in FACILITIES {
        desk.exec(sqlx::query!(
            "insert into facilities (facility_id, code, name, mrn_authority, time_zone) values ($1, $2, $3, $4, $5) on conflict do nothing",
            facility.id().0,
            facility.code,
            facility.name,
            facility.mrn_authority,
            world::TIME_ZONE.name(),
        ))
        .await?;
    }
    let organization = world::organization_id();
    desk.exec(sqlx::query!(
        "insert into organizations (organization_id, name, kind, phone, address) values ($1, $2, 'Health system', $3, $4) on conflict do nothing",
        organization,
        world::SYSTEM_NAME,
        FACILITIES[0].phone,
        FACILITIES[0].address,
    ))
    .await?;
    for ward in WARDS {
        let beds: Vec<Uuid> = (0..ward.beds).map(|bed| ward.bed_id(bed)).collect();
        let names: Vec<String> = (0..ward.beds).map(|bed| ward.bed(bed)).collect();
        desk.exec(sqlx::query!(
            "insert into locations (location_id, name, kind, organization_id) values ($1, $2, $3, $4) on conflict do nothing",
            ward.id(),
            format!("{}, {}", FACILITIES[ward.facility].name, ward.name),
            ward.kind,
            organization,
        ))
        .await?;
        desk.exec(sqlx::query!(
            "insert into locations (location_id, name, kind, part_of, organization_id)
            select bed.id, bed.name, 'bed', $3, $4 from unnest($1::uuid[], $2::text[]) as bed (id, name) on conflict do nothing",
            &beds,
            &names,
            ward.id(),
            organization,
        ))
        .await?;
    }
    practitioners(desk).await
}

async fn practitioners(desk: &mut Desk<'_>) -> Result<()> {
    for practitioner in PRACTITIONERS.iter() {
        desk.exec(sqlx::query!(
            "insert into practitioners (practitioner_id, npi, family, given, credential, specialty) values ($1, $2, $3, $4, $5, $6)
            on conflict do nothing",
            practitioner.id().0,
            practitioner.npi,
            practitioner.family,
            practitioner.given,
            practitioner.credential,
            practitioner.specialty,
        ))
        .await?;
    }
    Ok(())
}

/// One person a role, at every facility; the physician signs as the first practitioner.
pub async fn staff(desk: &mut Desk<'_>, password_hash: &str, at: DateTime<Utc>) -> Result<()> {
    for person in STAFF {
        let id = world::staff_id(person.role).0;
        let practitioner = (person.role == "physician").then(|| PRACTITIONERS[0].id().0);
        desk.exec(sqlx::query!(
            "insert into staff (staff_id, sign_in_name, full_name, credential, password_hash, password_set_at, practitioner_id, is_demo, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, true, $6) on conflict do nothing",
            id,
            person.role,
            person.full_name,
            person.credential,
            password_hash,
            at,
            practitioner,
        ))
        .await?;
        desk.exec(sqlx::query!(
            "insert into staff_roles (staff_id, role, granted_at)
            select $1, $2, $3 where exists (select from staff where staff_id = $1) on conflict do nothing",
            id,
            person.role,
            at,
        ))
        .await?;
    }
    everywhere(desk).await
}

/// The demo staff work at every facility there is, those of imported charts too.
pub async fn everywhere(desk: &mut Desk<'_>) -> Result<()> {
    desk.exec(sqlx::query!(
        "insert into staff_facilities (staff_id, facility_id)
        select s.staff_id, f.facility_id from staff s, facilities f where s.is_demo on conflict do nothing",
    ))
    .await?;
    Ok(())
}
