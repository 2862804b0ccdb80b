//! Who acts. Only this module makes an [`Actor`]: from a session, for an operator at the command line, for a job, for a stranger at the door.

use std::net::IpAddr;

use uuid::Uuid;

use super::role::Role;
use crate::base::id::{FacilityId, GrantId, RequestId, SearchId, SessionId, StaffId, TaskId};

/// How the actor came to the record: kept with each event, because "searched for" and "was given" read very differently (AUD-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    Search(Option<SearchId>),
    Queue(TaskId),
    Grant(GrantId),
    Link,
    Command,
}

impl Arrival {
    pub(super) fn word(self) -> &'static str {
        match self {
            Arrival::Search(_) => "search",
            Arrival::Queue(_) => "queue",
            Arrival::Grant(_) => "grant",
            Arrival::Link => "link",
            Arrival::Command => "command",
        }
    }

    pub(super) fn id(self) -> Option<Uuid> {
        match self {
            Arrival::Search(id) => id.map(|search| search.0),
            Arrival::Queue(id) => Some(id.0),
            Arrival::Grant(id) => Some(id.0),
            Arrival::Link | Arrival::Command => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Someone signed in.
    Person,
    /// Someone at the command line of the server.
    Operator,
    /// The server's own background work, with exactly the acts it needs.
    Job,
    /// Nobody yet: a visitor at the sign-in page.
    Stranger,
}

impl ActorKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            ActorKind::Person => "person",
            ActorKind::Operator => "operator",
            ActorKind::Job => "job",
            ActorKind::Stranger => "stranger",
        }
    }
}

/// Somebody or something that acts, with where the request came from. Fields are private: the four doors below are the only makers.
#[derive(Clone, Debug)]
pub struct Actor {
    kind: ActorKind,
    id: Option<Uuid>,
    name: String,
    roles: Vec<Role>,
    facilities: Vec<FacilityId>,
    session: Option<SessionId>,
    address: Option<IpAddr>,
    request: RequestId,
    arrival: Arrival,
}

impl Actor {
    /// A signed-in person; made by `session.rs` from a token it has checked.
    pub(super) fn person(
        staff: StaffId,
        name: String,
        roles: Vec<Role>,
        facilities: Vec<FacilityId>,
        session: SessionId,
        address: Option<IpAddr>,
        request: RequestId,
    ) -> Self {
        Self {
            kind: ActorKind::Person,
            id: Some(staff.0),
            name,
            roles,
            facilities,
            session: Some(session),
            address,
            request,
            arrival: Arrival::Link,
        }
    }

    /// Someone with a shell on the server, recorded under the name they give (`--as`) or the operating system's.
    pub fn operator(name: impl Into<String>) -> Self {
        Self {
            kind: ActorKind::Operator,
            id: None,
            name: name.into(),
            roles: Vec::new(),
            facilities: Vec::new(),
            session: None,
            address: None,
            request: RequestId::new(),
            arrival: Arrival::Command,
        }
    }

    /// A background job, by its name.
    pub fn job(name: &'static str) -> Self {
        Self { kind: ActorKind::Job, ..Self::operator(name) }
    }

    /// A visitor who has not signed in.
    pub fn stranger(address: Option<IpAddr>, request: RequestId) -> Self {
        Self {
            kind: ActorKind::Stranger,
            name: "nobody".into(),
            address,
            request,
            arrival: Arrival::Link,
            ..Self::operator("")
        }
    }

    /// The same actor, arriving another way.
    pub fn arriving(mut self, arrival: Arrival) -> Self {
        self.arrival = arrival;
        self
    }

    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// The member of staff, when the actor is one.
    pub fn staff(&self) -> Option<StaffId> {
        (self.kind == ActorKind::Person).then_some(self.id).flatten().map(StaffId)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    pub fn facilities(&self) -> &[FacilityId] {
        &self.facilities
    }

    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    pub fn request(&self) -> RequestId {
        self.request
    }

    pub fn arrival(&self) -> Arrival {
        self.arrival
    }
}
