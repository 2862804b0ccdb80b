//! Staff administration (PRV-2, PRV-4).

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;

use crate::access::policy::role_may;
use crate::access::{Act, Desk, Error, Remarks, Role};
use crate::base::id::{FacilityId, PractitionerId, StaffId};
use crate::people::model::{Facility, Provider, SignInName, Staff, StaffChange};
use crate::people::pages::staff::{Filled, Filter, OneTimePage, StaffForm, StaffMemberPage, StaffPage, titles};
use crate::people::password::{self, Password};
use crate::people::rules::duties;
use crate::people::store::staff::Wanted;
use crate::people::{store, urls};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::Pager;
use crate::web::viewer::Viewer;

const PAGE: usize = 50;

fn may(viewer: &Viewer, act: Act) -> bool {
    viewer.roles().iter().any(|role| role_may(*role, act))
}

/// Whoever has no right to change is refused before anything is said about what they typed; the gate says so in the ledger.
pub async fn insist(app: &App, viewer: &Viewer, act: Act) -> WebResult<()> {
    if !may(viewer, act) {
        app.gate.desk(viewer, act, Remarks::none(), async |_| Ok(())).await?;
    }
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Listed {
    q: String,
    role: String,
    facility: String,
    state: String,
    sort: String,
    after: String,
}

pub async fn list(State(app): State<App>, viewer: Viewer, Query(asked): Query<Listed>) -> WebResult<Response> {
    let after = asked.after.as_str();
    let wanted = Wanted {
        words: Some(asked.q.trim().to_owned()).filter(|words| !words.is_empty()),
        role: Role::parse(&asked.role).map(|role| role.word().to_owned()),
        facility: asked.facility.parse().ok(),
        state: Some(asked.state.clone()).filter(|state| matches!(state.as_str(), "active" | "disabled")),
        sort: asked.sort.clone(),
        after: read_key(after),
        limit: PAGE as i64 + 1,
    };
    let (mut lines, facilities, now) = app
        .gate
        .desk(&viewer, Act::ViewStaff, Remarks::none(), async |desk| {
            Ok((store::staff::list(desk, &wanted).await?, store::facilities::all(desk).await?, desk.at()))
        })
        .await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let filter = Filter {
        words: asked.q,
        role: asked.role,
        facility: asked.facility,
        state: asked.state,
        sort: asked.sort,
        facilities,
    };
    let next = lines.last().filter(|_| more).map(|line| write_key(&line.key, line.staff));
    let pager = Pager {
        count: crate::web::format::counted(lines.len() as u64, "account"),
        newer: (!asked.after.is_empty()).then(|| filter.address(&filter.sort, None)),
        older: next.map(|key| filter.address(&filter.sort, Some(&key))),
        previous_label: "First",
        next_label: "Next",
    };
    Ok(page::render(&StaffPage {
        layout: viewer.layout(&app, urls::STAFF),
        filter,
        lines,
        pager,
        may_add: may(&viewer, Act::AddStaff),
        now,
        zone: app.zone(),
    }))
}

/// Where a page of the list ended, in one opaque word.
fn write_key(key: &str, staff: StaffId) -> String {
    URL_SAFE_NO_PAD.encode(format!("{staff}{key}"))
}

fn read_key(text: &str) -> Option<(String, StaffId)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| !bytes.is_empty())?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, key) = text.split_at_checked(36)?;
    Some((key.to_owned(), id.parse().ok()?))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Lookup {
    provider_words: String,
}

/// Everything the page of one person offers to choose from.
struct Offered {
    facilities: Vec<Facility>,
    providers: Vec<Provider>,
}

async fn offered(desk: &mut Desk<'_>, words: &str, linked: Option<&Staff>) -> crate::access::Result<Offered> {
    let mut providers = match words.trim() {
        "" => Vec::new(),
        words => store::staff::providers(desk, words).await?,
    };
    let current = linked.and_then(|member| member.practitioner.zip(member.practitioner_name.clone()));
    providers.retain(|provider| !provider.taken && current.as_ref().is_none_or(|(id, _)| *id != provider.practitioner));
    if let Some((practitioner, name)) = current {
        providers.insert(0, Provider { practitioner, name, npi: None, taken: false });
    }
    Ok(Offered { facilities: store::facilities::all(desk).await?, providers })
}

pub async fn ask_new(State(app): State<App>, viewer: Viewer, Query(lookup): Query<Lookup>) -> WebResult<Response> {
    insist(&app, &viewer, Act::AddStaff).await?;
    let filled = Filled { provider_words: lookup.provider_words, ..Filled::default() };
    Ok(page::render(&new_page(&app, &viewer, &filled).await?))
}

async fn new_page(app: &App, viewer: &Viewer, filled: &Filled) -> WebResult<StaffMemberPage> {
    let offered = app
        .gate
        .desk(viewer, Act::ViewStaff, Remarks::none(), async |desk| offered(desk, &filled.provider_words, None).await)
        .await?;
    Ok(StaffMemberPage {
        layout: viewer.layout(app, urls::STAFF),
        member: None,
        form: StaffForm::new(filled, &offered.facilities, offered.providers),
        may_change: true,
        is_self: false,
        stored_now: None,
        disabling: None,
        now: app.clock.now(),
        zone: app.zone(),
    })
}

pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    Query(lookup): Query<Lookup>,
) -> WebResult<Response> {
    Ok(page::render(&member_page(&app, &viewer, id, None, &lookup.provider_words).await?))
}

/// The page of somebody known, with what was typed or else what is stored.
pub(super) async fn member_page(
    app: &App,
    viewer: &Viewer,
    id: StaffId,
    typed: Option<Filled>,
    words: &str,
) -> WebResult<StaffMemberPage> {
    let remarks = Remarks { detail: Some(json!({ "staff": id })), ..Remarks::none() };
    let (member, offered) = app
        .gate
        .desk(viewer, Act::ViewStaff, remarks, async |desk| {
            let member = store::staff::one(desk, id).await?;
            let offered = offered(desk, words, Some(&member)).await?;
            Ok((member, offered))
        })
        .await?;
    let mut filled = typed.unwrap_or_else(|| Filled::of(&member));
    words.clone_into(&mut filled.provider_words);
    let form = StaffForm::new(&filled, &offered.facilities, offered.providers);
    let may_change = may(viewer, Act::ChangeStaff);
    let is_self = duties::concerns_self(Some(viewer.staff), id);
    Ok(StaffMemberPage {
        layout: viewer.layout(app, urls::STAFF),
        form: match (may_change, is_self) {
            (false, _) => form.closed(),
            (true, true) => form.without_rights(),
            (true, false) => form,
        },
        member: Some(member),
        may_change,
        is_self,
        stored_now: None,
        disabling: None,
        now: app.clock.now(),
        zone: app.zone(),
    })
}

/// What was typed, whichever fields came.
fn filled(fields: &[(String, String)]) -> Filled {
    let one = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned());
    let many = |name: &str| fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
    Filled {
        sign_in_name: one("sign_in_name").unwrap_or_default(),
        full_name: one("full_name").unwrap_or_default(),
        credential: one("credential").unwrap_or_default(),
        provider: one("provider").unwrap_or_default(),
        provider_words: String::new(),
        roles: many("roles"),
        facilities: many("facilities"),
        version: one("version").and_then(|version| version.parse().ok()).unwrap_or(0),
    }
}

fn change_of(filled: &Filled) -> StaffChange {
    StaffChange {
        full_name: filled.full_name.clone(),
        credential: Some(filled.credential.clone()).filter(|text| !text.is_empty()),
        practitioner: filled.provider.parse::<PractitionerId>().ok(),
        roles: filled.roles.iter().filter_map(|word| Role::parse(word)).collect(),
        facilities: filled.facilities.iter().filter_map(|id| id.parse::<FacilityId>().ok()).collect(),
    }
}

/// Puts what is wrong beside its field; answers whether all is well.
fn judge(form: &mut StaffForm, change: &StaffChange) -> bool {
    if change.full_name.is_empty() {
        form.full_name.error = Some("Enter a name".into());
    }
    if change.roles.is_empty() {
        form.roles_problem = Some("Choose at least one role".into());
    } else if let Some(reason) = duties::apart(&change.roles) {
        form.roles_problem = Some(reason.into());
    }
    if change.facilities.is_empty() {
        form.facilities_problem = Some("Choose at least one facility".into());
    }
    form.full_name.error.is_none() && form.roles_problem.is_none() && form.facilities_problem.is_none()
}

fn remarks(staff: StaffId, change: &StaffChange) -> Remarks {
    let roles: Vec<&str> = change.roles.iter().map(|role| role.word()).collect();
    let detail =
        json!({ "staff": staff, "roles": roles, "facilities": change.facilities, "provider": change.practitioner });
    Remarks { detail: Some(detail), ..Remarks::none() }
}

pub async fn add(
    State(app): State<App>,
    viewer: Viewer,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    insist(&app, &viewer, Act::AddStaff).await?;
    let filled = filled(&fields);
    let change = change_of(&filled);
    let name = SignInName::typed(&filled.sign_in_name);
    // The lists of the form are read only when it is shown again.
    let sound = judge(&mut StaffForm::new(&filled, &[], Vec::new()), &change);
    let (true, Some(name)) = (sound, &name) else {
        let mut shown = new_page(&app, &viewer, &filled).await?;
        judge(&mut shown.form, &change);
        if name.is_none() {
            shown.form.sign_in_name.error = Some("Enter 2 to 64 small letters, digits, dots or hyphens".into());
        }
        return Ok(page::invalid(&shown));
    };
    let one_time = password::make_one_time();
    let hash = password::hash(Password::typed(&one_time)).await?;
    let staff = StaffId::new();
    let added = app
        .gate
        .desk(&viewer, Act::AddStaff, remarks(staff, &change), async |desk| {
            store::staff::add(desk, staff, name, &hash, true, &change).await
        })
        .await;
    if let Err(Error::Constraint(broken)) = &added
        && let Some((of_name, words)) = constraint_words(broken)
    {
        let mut shown = new_page(&app, &viewer, &filled).await?;
        let field = if of_name { &mut shown.form.sign_in_name } else { &mut shown.form.provider };
        field.error = Some(words.into());
        return Ok(page::invalid(&shown));
    }
    added?;
    Ok(page::render(&OneTimePage {
        layout: viewer.layout(&app, urls::STAFF),
        full_name: change.full_name,
        sign_in_name: name.to_string(),
        password: one_time,
        back: urls::staff(staff),
        is_new: true,
    }))
}

/// Which field a constraint speaks of (the sign-in name, else the provider), in words.
fn constraint_words(name: &str) -> Option<(bool, &'static str)> {
    match name {
        "staff_sign_in_name_taken" => Some((true, "Someone has, or had, this sign-in name")),
        "staff_by_practitioner" => Some((false, "Another account is linked with this provider")),
        "staff_practitioner_id_fkey" => Some((false, "There is no such provider any more")),
        _ => None,
    }
}

pub async fn change(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    insist(&app, &viewer, Act::ChangeStaff).await?;
    let typed = filled(&fields);
    let is_self = duties::concerns_self(Some(viewer.staff), id);
    let mut shown = member_page(&app, &viewer, id, Some(typed.clone()), "").await?;
    let mut change = change_of(&typed);
    if is_self && let Some(member) = &shown.member {
        // PRV-2: whatever was sent, one's own rights stay as they are.
        let own = change_of(&Filled::of(member));
        let asks_for_more = !change.roles.is_empty() && sorted(&change.roles) != sorted(&own.roles)
            || !change.facilities.is_empty() && sorted(&change.facilities) != sorted(&own.facilities);
        if asks_for_more {
            app.gate
                .note(
                    &viewer,
                    Act::ChangeStaff,
                    crate::access::ledger::record::Outcome::Refused,
                    "own-work",
                    json!({ "staff": id }),
                )
                .await?;
            return Err(WebError::Forbidden(crate::access::policy::Refusal::OwnWork));
        }
        change.roles = own.roles;
        change.facilities = own.facilities;
    }
    let sound = judge(&mut shown.form, &change);
    if is_self {
        // One's own rights are somebody else's to mend; only the name was asked for.
        (shown.form.roles_problem, shown.form.facilities_problem) = (None, None);
    }
    if !sound && (!is_self || change.full_name.is_empty()) {
        return Ok(page::invalid(&shown));
    }
    let changed = app
        .gate
        .desk(&viewer, Act::ChangeStaff, remarks(id, &change), async |desk| {
            store::staff::change(desk, id, typed.version, &change).await
        })
        .await;
    match changed {
        Err(Error::Conflict) => Ok(conflict(shown)),
        Err(Error::Constraint(broken)) if constraint_words(&broken).is_some() => {
            shown.form.provider.error = constraint_words(&broken).map(|(_, words)| words.into());
            Ok(page::invalid(&shown))
        }
        other => {
            other?;
            Ok(Redirect::to(&urls::staff(id)).into_response())
        }
    }
}

fn sorted<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort();
    items
}

/// Somebody else saved first: what was typed stays in the form, beside what is stored now.
pub(super) fn conflict(mut shown: StaffMemberPage) -> Response {
    if let Some(member) = &shown.member {
        shown.stored_now = Some(format!("{}; {}", member.full_name, titles(&member.roles)));
        shown.form.version = member.version;
    }
    (StatusCode::CONFLICT, page::render(&shown)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_page_comes_back_as_it_went() {
        let staff = StaffId::new();
        assert_eq!(read_key(&write_key("lee, ann ü", staff)), Some(("lee, ann ü".into(), staff)));
        assert_eq!(read_key(&write_key("", staff)), Some((String::new(), staff)));
        assert_eq!(read_key("x"), None);
        assert_eq!(read_key(""), None);
    }
}
