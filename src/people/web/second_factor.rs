//! Setting up one's own second factor, moving it to another device, and new recovery codes.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::access::{Act, Error, Remarks, session};
use crate::people::pages::second_factor::{EnrolForm, RecoveryCodesPage, SecondFactorPage};
use crate::people::rules::lock_out::again_in;
use crate::people::rules::second_factor::{Typed as Code, address, fits, spelled};
use crate::people::store;
use crate::people::store::door::{Verdict, check_password};
use crate::people::urls;
use crate::web::cookie;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    another: String,
}

pub async fn show(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> WebResult<Response> {
    let another = !asked.another.is_empty();
    if another && viewer.has_second_factor && !viewer.stepped_up {
        return Ok(Redirect::to(&urls::confirm(&format!("{}?another=yes", urls::SECOND_FACTOR))).into_response());
    }
    let form = (another || !viewer.has_second_factor).then(EnrolForm::empty);
    Ok(page::render(&draw(&app, &viewer, form).await?))
}

/// The page: what is set up, or the secret to set up with its form.
async fn draw(app: &App, viewer: &Viewer, form: Option<EnrolForm>) -> WebResult<SecondFactorPage> {
    let site = app.site.clone();
    let page = app
        .gate
        .desk(viewer, Act::ViewAccount, Remarks::none(), async |desk| {
            let state = store::second_factor::state(desk, viewer.staff).await?;
            let secret = match &form {
                Some(_) => Some(store::second_factor::offer(desk, &app.vault, viewer.staff).await?),
                None => None,
            };
            let account = store::account::account(desk, viewer.staff).await?;
            Ok(SecondFactorPage {
                layout: viewer.layout(app, ""),
                must: viewer.must_enrol(app),
                enrolled_at: state.enrolled_at,
                recovery_codes: state.recovery_codes,
                spelled: secret.as_deref().map(spelled).unwrap_or_default(),
                qr: secret.as_deref().map(|secret| address(secret, &site, &account.sign_in_name)).unwrap_or_default(),
                form,
                zone: app.zone(),
            })
        })
        .await?;
    Ok(page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    password: String,
    one_time_code: String,
}

/// The password, and a code that shows that the device has the secret.
pub async fn enrol(
    State(app): State<App>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    if viewer.has_second_factor && !viewer.stepped_up {
        return Ok(Redirect::to(&urls::confirm(&format!("{}?another=yes", urls::SECOND_FACTOR))).into_response());
    }
    let offered = app
        .gate
        .desk(&viewer, Act::ViewAccount, Remarks::none(), async |desk| {
            store::second_factor::offered(desk, &app.vault, viewer.staff).await
        })
        .await?;
    // Sent twice, or left open for long: the page says how things stand.
    let Some(secret) = offered else { return Ok(Redirect::to(urls::SECOND_FACTOR).into_response()) };
    let step = match Code::read(&typed.one_time_code) {
        Code::Code(code) => fits(&secret, &code, 0, app.clock.now()),
        Code::Recovery(_) | Code::Neither => None,
    };
    let Some(step) = step else {
        let form = EnrolForm::empty()
            .bad_code("That code does not fit. Check that the device's clock is right, and type the next one");
        return Ok(page::invalid(&draw(&app, &viewer, Some(form)).await?));
    };
    let proof = match check_password(&app, &viewer, &typed.password).await? {
        Verdict::Right(proof) => proof,
        Verdict::Wrong | Verdict::WrongCode => {
            let form = EnrolForm::empty().bad_password("That is not your password");
            return Ok(page::invalid(&draw(&app, &viewer, Some(form)).await?));
        }
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    };
    let remarks = Remarks {
        detail: Some(json!({ "staff": viewer.staff, "again": viewer.has_second_factor })),
        ..Remarks::none()
    };
    let enrolled = app
        .gate
        .desk(&viewer, Act::EnrolSecondFactor, remarks, async |desk| {
            proof.settle(desk, viewer.address()).await?;
            let codes = store::second_factor::enrol(desk, &app.vault, viewer.staff, step).await?;
            store::account::end_others(desk, viewer.staff, viewer.session).await?;
            Ok((codes, session::step_up(desk, viewer.session).await?))
        })
        .await;
    let (codes, token) = match enrolled {
        Err(Error::Conflict) => return Ok(Redirect::to(urls::SECOND_FACTOR).into_response()),
        other => other?,
    };
    // The form of the page to come must fit the new token.
    let layout = crate::web::layout::Layout { csrf: token.csrf(), ..viewer.layout(&app, "") };
    let mut response = page::render(&RecoveryCodesPage { layout, codes, fresh: true });
    if let Some(value) = cookie::set_session(&token.expose(), cookie::is_secure(&headers)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// New recovery codes in place of the old ones; the password first.
pub async fn make_codes(State(app): State<App>, viewer: Viewer, _: Form<Vec<(String, String)>>) -> WebResult<Response> {
    if !viewer.has_second_factor {
        return Ok(Redirect::to(urls::SECOND_FACTOR).into_response());
    }
    if !viewer.stepped_up {
        return Ok(Redirect::to(&urls::confirm(urls::SECOND_FACTOR)).into_response());
    }
    let remarks =
        Remarks { detail: Some(json!({ "staff": viewer.staff, "recovery_codes": "new" })), ..Remarks::none() };
    let codes = app
        .gate
        .desk(&viewer, Act::EnrolSecondFactor, remarks, async |desk| {
            store::second_factor::make_recovery_codes(desk, &app.vault, viewer.staff).await
        })
        .await?;
    Ok(page::render(&RecoveryCodesPage { layout: viewer.layout(&app, ""), codes, fresh: false }))
}
