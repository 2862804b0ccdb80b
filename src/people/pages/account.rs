//! One's own account.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::access::Role;
use crate::base::id::SessionId;
use crate::people::model::{Account, OwnSession, SecondFactorState};
use crate::people::urls;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, Field};

#[derive(Template)]
#[template(path = "people/account.html")]
pub struct AccountPage {
    pub layout: Layout,
    pub account: Account,
    pub sessions: Vec<OwnSession>,
    pub current: SessionId,
    /// How the second factor stands.
    pub second_factor: SecondFactorState,
    pub roles: Vec<Role>,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl AccountPage {
    fn theme(&self) -> Field {
        let choices = [("", "As this computer is set"), ("light", "Light"), ("dark", "Dark")];
        Field::radios("theme", "Colours", choices.map(|(value, label)| Choice::new(value, label)).into())
            .value(self.account.theme.clone().unwrap_or_default())
    }

    fn density(&self) -> Field {
        let choices = [("compact", "Compact"), ("normal", "Normal"), ("roomy", "Roomy")];
        Field::radios("density", "Height of table rows", choices.map(|(value, label)| Choice::new(value, label)).into())
            .value(self.account.density.clone())
    }

    fn shortcuts(&self) -> Field {
        Field::tick("shortcuts", "Single-letter shortcuts", self.account.shortcuts)
            .hint("Such as / to search and ? for the list of them. Turn them off if you speak to your computer.")
    }

    fn role_titles(&self) -> String {
        self.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", ")
    }

    fn password_set(&self) -> String {
        format::day_of(self.account.password_set_at, self.zone)
    }

    fn second_factor(&self) -> String {
        match self.second_factor.enrolled_at {
            Some(at) => format!(
                "Set up on {}; {} left.",
                format::day_of(at, self.zone),
                format::counted(self.second_factor.recovery_codes.unsigned_abs(), "recovery code")
            ),
            None => "Not set up. With one, whoever learns your password still can't sign in as you, and eight characters do for it.".into(),
        }
    }

    fn is_current(&self, session: &OwnSession) -> bool {
        session.session == self.current
    }

    fn browser(&self, session: &OwnSession) -> String {
        browser_words(session.agent.as_deref())
    }

    fn started(&self, session: &OwnSession) -> String {
        format::recent(session.created_at, self.now, self.zone)
    }

    fn last_used(&self, session: &OwnSession) -> String {
        format::recent(session.last_seen_at, self.now, self.zone)
    }

    fn end(&self, session: &OwnSession) -> String {
        urls::own_session(session.session)
    }
}

/// "Firefox on Windows": enough to recognise one's own machine.
fn browser_words(agent: Option<&str>) -> String {
    let Some(agent) = agent else { return format::NOT_KNOWN.into() };
    let find =
        |pairs: &[(&str, &'static str)]| pairs.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = find(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.into(),
        (None, None) => "Another program".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_words;

    #[test]
    fn a_browser_is_told_in_two_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0";
        assert_eq!(browser_words(Some(edge)), "Edge on Windows");
        assert_eq!(browser_words(Some("curl/8")), "Another program");
        assert_eq!(browser_words(None), "not known");
    }
}
