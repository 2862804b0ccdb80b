//! Nothing typed is lost: a form sent into a session that was over is sealed for its owner and offered again after they sign in.

use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::store;
use crate::access::{Act, Actor, Error, Remarks, Result};
use crate::base::id::StaffId;
use crate::vault::Use;
use crate::web::state::App;

/// How long a form is kept.
pub const KEPT_FOR: Duration = Duration::hours(1);
/// Seven times the longest form anybody types by hand.
const LARGEST: usize = 256 * 1024;

/// Forms of the door itself are typed anew.
fn worth_keeping(path: &str) -> bool {
    !["/sign-in", "/sign-out", "/confirm", "/account", "/parked", "/glass"].iter().any(|start| path.starts_with(start))
}

/// Keeps what `staff` was sending to `path`; answers where they find it again, or nothing when there is nothing to keep.
pub async fn keep(
    app: &App,
    actor: &Actor,
    staff: StaffId,
    path: &str,
    fields: &[(String, String)],
) -> Result<Option<Uuid>> {
    if fields.is_empty() || !worth_keeping(path) {
        return Ok(None);
    }
    let plain = serde_json::to_vec(fields).map_err(|_| Error::Internal("a form can't be kept".into()))?;
    if plain.len() > LARGEST {
        return Ok(None);
    }
    let id = Uuid::new_v4();
    let sealed =
        app.vault.seal(Use::ParkedForm, id.as_bytes(), &plain).map_err(|error| Error::Internal(error.to_string()))?;
    let remarks = Remarks { detail: Some(json!({ "staff": staff, "form": id })), ..Remarks::none() };
    app.gate
        .desk(actor, Act::KeepForm, remarks, async |desk| store::kept::keep(desk, id, staff, path, &sealed).await)
        .await?;
    Ok(Some(id))
}

/// Opens what [`keep`] sealed.
pub fn opened(app: &App, id: Uuid, sealed: &[u8]) -> Result<Vec<(String, String)>> {
    let plain =
        app.vault.open(Use::ParkedForm, id.as_bytes(), sealed).map_err(|error| Error::Internal(error.to_string()))?;
    serde_json::from_slice(&plain).map_err(|_| Error::Internal("a kept form can't be read".into()))
}

#[cfg(test)]
mod tests {
    use super::worth_keeping;

    #[test]
    fn forms_of_the_door_are_typed_anew() {
        assert!(worth_keeping("/patients/1/demographics"));
        assert!(!worth_keeping("/confirm?next=/"));
        assert!(!worth_keeping("/account/password"));
    }
}
