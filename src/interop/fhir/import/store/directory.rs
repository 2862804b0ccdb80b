//! Providers, organisations and places; and the facility an import files under.

use chrono_tz::Tz;
use uuid::Uuid;

use super::{State, Work};
use crate::access::scope::Figure;
use crate::access::{Act, Actor, Gate, Remarks, Result, Roster};
use crate::base::id::FacilityId;
use crate::interop::fhir::import::map::directory::{Location, Organization, Practitioner, Role};
use crate::interop::fhir::import::map::{Mapped, Refusal};
use crate::interop::fhir::import::record::Incoming;
use crate::interop::fhir::import::tally::Outcome;
use crate::people::{self, store};

/// A site of this organisation, as far as an import needs it.
#[derive(Clone, Debug)]
pub struct Facility {
    pub facility: FacilityId,
    pub code: String,
    pub mrn_authority: String,
    pub zone: Tz,
}

/// The facilities there are, by code. A house without any gets its first: an import into an empty installation must have somewhere to go.
pub async fn facilities(gate: &Gate, operator: &Actor, zone: Tz) -> Result<Vec<Facility>> {
    let found = listed(gate, operator).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let first = people::model::Facility {
        facility: FacilityId::new(),
        code: "MAIN".into(),
        name: "Main facility".into(),
        mrn_authority: "urn:custodian:mrn:main".into(),
        time_zone: zone.name().into(),
    };
    gate.desk(operator, Act::ChangeFacilities, Remarks::none(), async |desk| {
        store::facilities::add(desk, &first).await
    })
    .await?;
    listed(gate, operator).await
}

async fn listed(gate: &Gate, operator: &Actor) -> Result<Vec<Facility>> {
    let found = gate
        .desk(operator, Act::ViewFacilities, Remarks::none(), async |desk| store::facilities::all(desk).await)
        .await?;
    let facility = found.into_iter().map(|known| Facility {
        facility: known.facility,
        code: known.code,
        mrn_authority: known.mrn_authority,
        zone: known.time_zone.parse().unwrap_or(Tz::UTC),
    });
    Ok(facility.collect())
}

/// Ids alone, of directory records.
struct Ids {
    ids: Vec<Uuid>,
}

impl Figure for Ids {}

impl Work<'_> {
    pub(super) async fn directory(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        mapped: &Mapped,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        if let Mapped::Role(role) = mapped {
            return self.role(roster, record, role).await;
        }
        let (state, hash) = self.state(roster, &record.kind, record, &[]).await?;
        let (target, outcome) = match state {
            State::Same => return Ok(Ok(Outcome::Unchanged)),
            State::New => (None, Outcome::Created),
            State::Changed(known) => (Some(known.target), Outcome::Updated),
        };
        let target = match mapped {
            Mapped::Organization(organization) => write_organization(roster, target, organization).await?,
            Mapped::Practitioner(practitioner) => write_practitioner(roster, target, practitioner).await?,
            Mapped::Location(location) => write_location(roster, target, location).await?,
            _ => return Ok(Err("not a directory record".into())),
        };
        self.settle(&record.kind, record, hash, target, None, roster.at());
        Ok(Ok(outcome))
    }

    async fn role(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        role: &Role,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        let Some(practitioner) = self.find_target(Some(&role.practitioner)) else {
            return Ok(Err("the practitioner it names is not known here".into()));
        };
        let (state, hash) = self.state(roster, &record.kind, record, &[]).await?;
        let outcome = match state {
            State::Same => return Ok(Ok(Outcome::Unchanged)),
            State::New => Outcome::Created,
            State::Changed(_) => Outcome::Updated,
        };
        if let Some(specialty) = &role.specialty {
            roster
                .figure(sqlx::query_scalar!(
                    r#"with written as (update practitioners set specialty = $2 where practitioner_id = $1 returning 1)
                    select count(*) as "count!" from written"#,
                    practitioner,
                    specialty,
                ))
                .await?;
        }
        self.settle(&record.kind, record, hash, practitioner, None, roster.at());
        Ok(Ok(outcome))
    }
}

async fn write_organization(
    roster: &mut Roster<'_>,
    target: Option<Uuid>,
    organization: &Organization,
) -> Result<Uuid> {
    let id = target.unwrap_or_else(Uuid::now_v7);
    roster
        .figure(sqlx::query_scalar!(
            r#"with written as (
                insert into organizations (organization_id, name, kind, phone, address) values ($1, $2, $3, $4, $5)
                on conflict (organization_id) do update
                    set name = excluded.name, kind = excluded.kind, phone = excluded.phone, address = excluded.address
                returning 1)
            select count(*) as "count!" from written"#,
            id,
            organization.name,
            organization.kind,
            organization.phone,
            organization.address,
        ))
        .await?;
    Ok(id)
}

/// A provider whose NPI is known already is that provider, whatever source speaks of them.
async fn write_practitioner(
    roster: &mut Roster<'_>,
    target: Option<Uuid>,
    practitioner: &Practitioner,
) -> Result<Uuid> {
    let known = match (&target, &practitioner.npi) {
        (None, Some(npi)) => {
            let same = roster
                .figure(sqlx::query_as!(
                    Ids,
                    r#"select coalesce(array_agg(practitioner_id), '{}') as "ids!" from practitioners where npi = $1"#,
                    npi,
                ))
                .await?;
            same.ids.first().copied()
        }
        _ => target,
    };
    let id = known.unwrap_or_else(Uuid::now_v7);
    roster
        .figure(sqlx::query_scalar!(
            r#"with written as (
                insert into practitioners (practitioner_id, npi, family, given, prefix, credential, active) values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (practitioner_id) do update
                    set npi = coalesce(excluded.npi, practitioners.npi), family = excluded.family, given = excluded.given,
                        prefix = excluded.prefix, credential = coalesce(excluded.credential, practitioners.credential), active = excluded.active
                returning 1)
            select count(*) as "count!" from written"#,
            id,
            practitioner.npi,
            cut(&practitioner.family),
            cut(&practitioner.given),
            practitioner.prefix,
            practitioner.credential,
            practitioner.active,
        ))
        .await?;
    Ok(id)
}

async fn write_location(roster: &mut Roster<'_>, target: Option<Uuid>, location: &Location) -> Result<Uuid> {
    let id = target.unwrap_or_else(Uuid::now_v7);
    roster
        .figure(sqlx::query_scalar!(
            r#"with written as (
                insert into locations (location_id, name, kind) values ($1, $2, $3)
                on conflict (location_id) do update set name = excluded.name, kind = excluded.kind
                returning 1)
            select count(*) as "count!" from written"#,
            id,
            location.name,
            location.kind,
        ))
        .await?;
    Ok(id)
}

/// Names stand in an index, and an index entry has a limit.
fn cut(name: &str) -> String {
    name.chars().take(200).collect()
}
