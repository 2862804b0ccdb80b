//! The staff list, one person's page, and the slip with a one-time password.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::access::Role;
use crate::people::model::{Facility, Provider, Staff, StaffLine};
use crate::people::urls;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, Column, ErrorSummary, Fact, Field, Kind, Order, Pager, Tag};

#[derive(Template)]
#[template(path = "people/staff.html")]
pub struct StaffPage {
    pub layout: Layout,
    pub filter: Filter,
    pub lines: Vec<StaffLine>,
    pub pager: Pager,
    pub may_add: bool,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

/// What the list was asked for.
#[derive(Clone, Default)]
pub struct Filter {
    pub words: String,
    pub role: String,
    pub facility: String,
    pub state: String,
    pub sort: String,
    pub facilities: Vec<Facility>,
}

impl Filter {
    fn words_field(&self) -> Field {
        Field::search("q", "Name or sign-in name").value(self.words.clone())
    }

    fn role_field(&self) -> Field {
        let mut choices = vec![Choice::new("", "Any role")];
        choices.extend(Role::ALL.map(|role| Choice::new(role.word(), role.title())));
        Field::select("role", "Role", choices).value(self.role.clone())
    }

    fn facility_field(&self) -> Field {
        let mut choices = vec![Choice::new("", "Any facility")];
        choices.extend(
            self.facilities.iter().map(|facility| Choice::new(facility.facility.to_string(), facility.name.clone())),
        );
        Field::select("facility", "Facility", choices).value(self.facility.clone())
    }

    fn state_field(&self) -> Field {
        let choices = [("", "All"), ("active", "Active"), ("disabled", "Disabled")];
        Field::select("state", "State", choices.map(|(value, label)| Choice::new(value, label)).into())
            .value(self.state.clone())
    }

    /// The same list in another order, from its beginning.
    pub fn address(&self, sort: &str, after: Option<&str>) -> String {
        let mut pairs = vec![("q", self.words.as_str()), ("role", &self.role), ("facility", &self.facility)];
        pairs.extend([("state", self.state.as_str()), ("sort", sort), ("after", after.unwrap_or_default())]);
        pairs.retain(|(_, value)| !value.is_empty());
        match serde_urlencoded::to_string(pairs) {
            Ok(query) if !query.is_empty() => format!("{}?{query}", urls::STAFF),
            _ => urls::STAFF.into(),
        }
    }
}

impl StaffPage {
    fn columns(&self) -> Vec<Column> {
        let sorting = |label, key: &str| {
            let sorted =
                (self.filter.sort == key || (self.filter.sort.is_empty() && key == "name")).then_some(Order::Ascending);
            Column::sorting(label, self.filter.address(key, None), sorted)
        };
        vec![
            sorting("Name", "name"),
            sorting("Sign-in name", "sign-in"),
            Column::plain("Roles"),
            Column::plain("Facilities"),
            sorting("Last seen", "last-seen"),
            Column::plain("State"),
        ]
    }

    fn href(&self, line: &StaffLine) -> String {
        urls::staff(line.staff)
    }

    fn roles(&self, line: &StaffLine) -> String {
        titles(&line.roles)
    }

    fn last_seen(&self, line: &StaffLine) -> String {
        line.last_seen_at.map_or_else(|| "never".into(), |at| format::recent(at, self.now, self.zone))
    }

    fn state(&self, line: &StaffLine) -> Tag {
        if line.disabled_at.is_some() {
            Tag::new(Kind::Bad, "Disabled", "ban")
        } else if line.locked_until.is_some() {
            Tag::new(Kind::Warn, "Locked out", "lock")
        } else if line.is_dormant(self.now) {
            // PRV-4
            Tag::new(Kind::Warn, "Dormant", "clock")
        } else {
            Tag::new(Kind::Plain, "Active", "circle-check")
        }
    }
}

/// Stored words as people read them.
pub fn titles(words: &[String]) -> String {
    words.iter().map(|word| Role::parse(word).map_or(word.as_str(), |role| role.title())).collect::<Vec<_>>().join(", ")
}

#[derive(Template)]
#[template(path = "people/staff_member.html")]
pub struct StaffMemberPage {
    pub layout: Layout,
    /// Nobody yet on the page that adds somebody.
    pub member: Option<Staff>,
    pub form: StaffForm,
    /// This reader may change things, and this is not the reader.
    pub may_change: bool,
    pub is_self: bool,
    /// Somebody else saved first: what is stored now, in words.
    pub stored_now: Option<String>,
    pub disabling: Option<String>,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

/// The fields of the page, as typed or as stored.
#[derive(Clone)]
pub struct StaffForm {
    pub sign_in_name: Field,
    pub full_name: Field,
    pub credential: Field,
    pub provider: Field,
    /// Words to look a provider up by.
    pub provider_words: Field,
    pub roles: Vec<Field>,
    pub facilities: Vec<Field>,
    pub roles_problem: Option<String>,
    pub facilities_problem: Option<String>,
    pub version: i32,
}

/// What goes into the fields.
#[derive(Clone, Default)]
pub struct Filled {
    pub sign_in_name: String,
    pub full_name: String,
    pub credential: String,
    pub provider: String,
    pub provider_words: String,
    pub roles: Vec<String>,
    pub facilities: Vec<String>,
    pub version: i32,
}

impl Filled {
    pub fn of(member: &Staff) -> Self {
        Self {
            sign_in_name: member.sign_in_name.clone(),
            full_name: member.full_name.clone(),
            credential: member.credential.clone().unwrap_or_default(),
            provider: member.practitioner.map(|id| id.to_string()).unwrap_or_default(),
            provider_words: String::new(),
            roles: member.roles.clone(),
            facilities: member.facilities.iter().map(ToString::to_string).collect(),
            version: member.version,
        }
    }
}

impl StaffForm {
    pub fn new(filled: &Filled, facilities: &[Facility], providers: Vec<Provider>) -> Self {
        let mut choices = vec![Choice::new("", "No provider")];
        choices.extend(providers.into_iter().map(|provider| {
            let npi = provider.npi.map(|npi| format!(" · NPI {npi}")).unwrap_or_default();
            Choice::new(provider.practitioner.to_string(), format!("{}{npi}", provider.name))
        }));
        Self {
            sign_in_name: Field::text("sign_in_name", "Sign-in name")
                .value(&filled.sign_in_name)
                .hint("Small letters, digits, dot, hyphen. It is never used again for another person.")
                .longest(64)
                .required(),
            full_name: Field::text("full_name", "Full name").value(&filled.full_name).longest(200).required(),
            credential: Field::text("credential", "Credential")
                .value(&filled.credential)
                .hint("Such as RHIA, CCS, MD.")
                .longest(40),
            provider: Field::select("provider", "Provider record", choices)
                .value(&filled.provider)
                .hint("Links the account with the provider who attends and signs. Only for clinicians."),
            provider_words: Field::search("provider_words", "Find a provider by family name or NPI")
                .value(&filled.provider_words),
            roles: Role::ALL
                .iter()
                .map(|role| Field {
                    value: role.word().into(),
                    ..Field::tick("roles", role.title(), filled.roles.iter().any(|held| held == role.word()))
                        .id(format!("role-{}", role.word()))
                })
                .collect(),
            facilities: facilities
                .iter()
                .map(|facility| {
                    let id = facility.facility.to_string();
                    Field {
                        value: id.clone(),
                        ..Field::tick("facilities", &facility.name, filled.facilities.contains(&id))
                            .id(format!("facility-{}", facility.code))
                    }
                })
                .collect(),
            roles_problem: None,
            facilities_problem: None,
            version: filled.version,
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        let mut problems: Vec<(String, String)> =
            [&self.sign_in_name, &self.full_name, &self.credential, &self.provider]
                .iter()
                .filter_map(|field| field.error.as_ref().map(|error| (field.target(), error.clone())))
                .collect();
        let first = |fields: &[Field]| fields.first().map(Field::target).unwrap_or_default();
        problems.extend(self.roles_problem.iter().map(|problem| (first(&self.roles), problem.clone())));
        problems.extend(self.facilities_problem.iter().map(|problem| (first(&self.facilities), problem.clone())));
        ErrorSummary::listing(problems)
    }

    /// Nobody changes their own roles or facilities (PRV-2).
    #[must_use]
    pub fn without_rights(mut self) -> Self {
        self.roles.iter_mut().chain(&mut self.facilities).for_each(|field| field.disabled = true);
        self
    }

    /// For those who may look only.
    #[must_use]
    pub fn closed(mut self) -> Self {
        for field in [&mut self.full_name, &mut self.credential, &mut self.provider] {
            field.disabled = true;
        }
        self.without_rights()
    }
}

impl StaffMemberPage {
    fn heading(&self) -> &str {
        self.member.as_ref().map_or("Add a person", |member| &member.full_name)
    }

    fn action(&self) -> String {
        self.member.as_ref().map_or_else(|| urls::STAFF.into(), |member| urls::staff(member.staff))
    }

    fn address(&self) -> String {
        self.member.as_ref().map_or_else(|| urls::NEW_STAFF.into(), |member| urls::staff(member.staff))
    }

    fn state(&self, member: &Staff) -> Tag {
        if member.disabled_at.is_some() {
            Tag::new(Kind::Bad, "Disabled", "ban")
        } else if member.locked_until.is_some() {
            Tag::new(Kind::Warn, "Locked out", "lock")
        } else {
            Tag::new(Kind::Ok, "Active", "circle-check")
        }
    }

    fn facts(&self, member: &Staff) -> Vec<Fact> {
        let time = |at: DateTime<Utc>| format::date_time(at, self.zone);
        let mut facts = vec![
            Fact::new("Sign-in name", member.sign_in_name.clone()),
            Fact::new("Last seen", member.last_seen_at.map_or_else(|| "never".into(), time)),
            Fact::new("Open sessions", member.open_sessions.to_string()),
            Fact::new(
                "Second factor",
                member.second_factor_at.map_or_else(|| "not set up".into(), |at| format!("set up {}", time(at))),
            ),
            Fact::new(
                "Password",
                format!(
                    "set {}{}",
                    time(member.password_set_at),
                    if member.must_change_password { ", to be changed at the next sign-in" } else { "" }
                ),
            ),
            Fact::new("Account made", time(member.created_at)),
        ];
        if let Some(until) = member.locked_until {
            // The hundredth failure waits for a reset, not for a time.
            let words = if until - self.now > chrono::Duration::days(1) {
                format!("{} failures; needs a new password", member.failures)
            } else {
                format!("until {} after {} failures", time(until), member.failures)
            };
            facts.push(Fact::new("Locked out", words));
        }
        if let Some(at) = member.disabled_at {
            let by = member.disabled_by.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
            facts.push(Fact::new("Disabled", format!("{}{by}", time(at))));
            facts.push(Fact::new("Reason", member.disabled_reason.clone().unwrap_or_default()));
        }
        facts
    }

    fn reason_field(&self) -> Field {
        Field::text("reason", "Why")
            .hint("Left on 20-Nov; changed department.")
            .longest(200)
            .required()
            .error(self.disabling.clone())
    }

    fn take_care(&self) -> Option<&'static str> {
        let roles: Vec<Role> =
            self.member.iter().flat_map(|member| &member.roles).filter_map(|word| Role::parse(word)).collect();
        crate::people::rules::duties::take_care(&roles)
    }
}

#[derive(Template)]
#[template(path = "people/one_time.html")]
pub struct OneTimePage {
    pub layout: Layout,
    pub full_name: String,
    pub sign_in_name: String,
    pub password: String,
    pub back: String,
    /// A new account, or a reset one.
    pub is_new: bool,
}
