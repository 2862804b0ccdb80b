//! The signed-in person behind a request, and the frame around their page.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::error::WebError;
use super::format;
use super::layout::{self, Area, Density, Layout, Person, Theme};
use super::state::App;
use crate::access::actor::{Actor, Arrival};
use crate::access::glass::OpenGrant;
use crate::access::policy::{DataClass, sees_identified};
use crate::access::role::Role;
use crate::access::session::Live;
use crate::base::id::{GrantId, PatientId, RequestId, SearchId, SessionId, StaffId, TaskId};
use crate::config::SecondFactorRule;

/// What the session middleware found; every request carries one.
#[derive(Clone)]
pub enum SessionState {
    Live(Box<Viewer>),
    /// The session of this person is over.
    Ended(StaffId),
    Nobody,
}

/// Someone signed in. Dereferences to the [`Actor`] the gate wants.
#[derive(Clone)]
pub struct Viewer {
    actor: Actor,
    pub staff: StaffId,
    pub session: SessionId,
    pub csrf: String,
    /// The password was confirmed a moment ago.
    pub stepped_up: bool,
    pub must_change_password: bool,
    /// Their sign-in takes a code besides the password.
    pub has_second_factor: bool,
    started: chrono::DateTime<chrono::Utc>,
    theme: Theme,
    density: Density,
    shortcuts: bool,
    /// Break-the-glass grants that are open now.
    pub grants: Vec<OpenGrant>,
}

impl Deref for Viewer {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl Viewer {
    /// From a live session; `arrival` is what the address says of where the person came from.
    pub fn new(live: Live, csrf: String, arrival: Arrival) -> Self {
        let theme = match live.preferences.theme.as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let density = match live.preferences.density.as_str() {
            "compact" => Density::Compact,
            "roomy" => Density::Roomy,
            _ => Density::Normal,
        };
        Self {
            actor: live.actor.arriving(arrival),
            staff: live.staff,
            session: live.session,
            csrf,
            stepped_up: live.stepped_up,
            must_change_password: live.must_change_password,
            has_second_factor: live.has_second_factor,
            started: live.started_at,
            theme,
            density,
            shortcuts: live.preferences.shortcuts,
            grants: live.grants,
        }
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.roles().contains(&role)
    }

    pub fn is_clinical(&self) -> bool {
        self.roles().iter().any(|role| role.is_clinical())
    }

    /// Policy asks for a second factor and there is none yet. Never in a demonstration.
    pub fn must_enrol(&self, app: &App) -> bool {
        let asked = match app.config.second_factor {
            SecondFactorRule::Off => false,
            SecondFactorRule::Privileged => self.roles().iter().any(|role| role.is_privileged()),
            SecondFactorRule::All => true,
        };
        asked && !self.has_second_factor && !app.demo
    }

    /// The frame for this person's page in the area with this address.
    pub fn layout(&self, app: &App, area: &str) -> Layout {
        let zone = app.zone();
        let now = app.clock.now();
        Layout {
            person: Some(Person {
                name: self.name().to_owned(),
                role: self.roles().iter().map(|role| role.title()).collect::<Vec<_>>().join(", "),
                since: format::time(self.started, zone),
            }),
            areas: areas(self.roles()),
            may_search: self.roles().iter().any(|role| sees_identified(*role, DataClass::Demographics)),
            csrf: self.csrf.clone(),
            theme: self.theme,
            density: self.density,
            shortcuts: self.shortcuts,
            demo: app.demo,
            grants: self.grants.iter().map(|grant| shown_grant(grant, "one record", zone)).collect(),
            made_at: format::date_time(now, zone),
            idle_minutes: u16::try_from(app.config.sessions.screen_lock.num_minutes()).unwrap_or(0),
            ..Layout::signed_out(&app.site, &self.request().to_string())
        }
        .in_area(area)
    }

    /// The frame of a page about one patient. It names them anyway, so the banner of their broken glass does too.
    pub fn layout_about(&self, app: &App, area: &str, patient: PatientId, name: &str) -> Layout {
        let shown = |grant: &OpenGrant| {
            shown_grant(grant, if grant.patient == patient { name } else { "one record" }, app.zone())
        };
        Layout { grants: self.grants.iter().map(shown).collect(), ..self.layout(app, area) }
    }
}

/// The banner is on every page and names no patient, because a name would be a look at a record.
fn shown_grant(grant: &OpenGrant, patient: &str, zone: chrono_tz::Tz) -> layout::OpenGrant {
    layout::OpenGrant {
        patient: patient.into(),
        until: format::time(grant.expires_at, zone),
        end: format!("/glass/{}/end", grant.grant),
    }
}

/// The areas a role may use. An area appears here when its room is built, never before.
fn areas(roles: &[Role]) -> Vec<Area> {
    use crate::access::act::Act;
    let may = |act: Act| roles.iter().any(|role| crate::access::policy::role_may(*role, act));
    let mut areas = vec![Area { label: "My day", href: "/", letter: 'h', current: false }];
    if may(Act::SearchPatients) {
        areas.push(Area { label: "Patients", href: "/patients", letter: 'p', current: false });
    }
    if may(Act::ListSignatures) {
        areas.push(Area { label: "To sign", href: "/signatures", letter: 't', current: false });
    }
    if may(Act::ListIntake) {
        areas.push(Area { label: "Indexing", href: "/indexing", letter: 'i', current: false });
    }
    if may(Act::ListRequests) {
        areas.push(Area { label: "Requests", href: "/requests", letter: 'q', current: false });
    }
    if may(Act::ListAmendments) {
        areas.push(Area { label: "Amendments", href: "/amendments", letter: 'm', current: false });
    }
    if may(Act::ReviewLedger) {
        areas.push(Area { label: "Audit", href: "/audit", letter: 'a', current: false });
    }
    if may(Act::ListGlass) {
        areas.push(Area { label: "Privacy", href: "/privacy/glass", letter: 'v', current: false });
    }
    if may(Act::ViewStaff) {
        areas.push(Area { label: "Administration", href: "/admin/staff", letter: 's', current: false });
    }
    areas
}

impl FromRequestParts<App> for Viewer {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        match parts.extensions.get::<SessionState>() {
            Some(SessionState::Live(viewer)) => Ok((**viewer).clone()),
            _ => Err(WebError::SignIn),
        }
    }
}

/// Where the person came from, as links say it: `?via=s.{search}`, `t.{task}`, `g.{grant}`. Opaque ids only.
pub fn arrival(query: Option<&str>) -> Arrival {
    let via = query.into_iter().flat_map(|query| query.split('&')).find_map(|pair| pair.strip_prefix("via="));
    match via.and_then(|via| via.split_once('.')) {
        Some(("s", id)) => id.parse().map_or(Arrival::Link, |id| Arrival::Search(Some(SearchId(id)))),
        Some(("t", id)) => id.parse().map_or(Arrival::Link, |id| Arrival::Queue(TaskId(id))),
        Some(("g", id)) => id.parse().map_or(Arrival::Link, |id| Arrival::Grant(GrantId(id))),
        _ => Arrival::Link,
    }
}

/// The id of this request, set by the outermost middleware.
#[derive(Clone, Copy)]
pub struct Request(pub RequestId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrival_is_read_from_opaque_ids_only() {
        let id = uuid::Uuid::from_u128(5);
        assert_eq!(arrival(Some(&format!("page=2&via=s.{id}"))), Arrival::Search(Some(SearchId(id))));
        assert_eq!(arrival(Some(&format!("via=t.{id}"))), Arrival::Queue(TaskId(id)));
        assert_eq!(arrival(Some("via=s.smith")), Arrival::Link);
        assert_eq!(arrival(None), Arrival::Link);
    }
}
