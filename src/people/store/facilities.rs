//! The sites of the organisation.

use crate::access::{Desk, Error, Result};
use crate::base::id::FacilityId;
use crate::people::model::Facility;

pub async fn all(desk: &mut Desk<'_>) -> Result<Vec<Facility>> {
    desk.all(sqlx::query_as!(
        Facility,
        r#"select facility_id as "facility: _", code, name, mrn_authority, time_zone from facilities order by name, code"#,
    ))
    .await
}

pub async fn one(desk: &mut Desk<'_>, facility: FacilityId) -> Result<Facility> {
    desk.one(sqlx::query_as!(
        Facility,
        r#"select facility_id as "facility: _", code, name, mrn_authority, time_zone from facilities where facility_id = $1"#,
        facility.0,
    ))
    .await
}

pub async fn add(desk: &mut Desk<'_>, facility: &Facility) -> Result<()> {
    desk.exec(sqlx::query!(
        "insert into facilities (facility_id, code, name, mrn_authority, time_zone) values ($1, $2, $3, $4, $5)",
        facility.facility.0,
        facility.code,
        facility.name,
        facility.mrn_authority,
        facility.time_zone,
    ))
    .await?;
    Ok(())
}

/// Changes name and time zone, provided they are still what the form was made from. The code and who issues record numbers stay: both
/// are written into messages and identifiers.
pub async fn change(desk: &mut Desk<'_>, was: &Facility, name: &str, time_zone: &str) -> Result<()> {
    let changed = desk
        .exec(sqlx::query!(
            "update facilities set name = $2, time_zone = $3 where facility_id = $1 and name = $4 and time_zone = $5",
            was.facility.0,
            name,
            time_zone,
            was.name,
            was.time_zone,
        ))
        .await?;
    if changed == 0 { Err(Error::Conflict) } else { Ok(()) }
}
