//! The keyboard map (design language, section 6): each key, that letters are letters while typing, and that they can be turned off.

use custodian::access::Role;
use fantoccini::key::Key;

use super::house::house;
use super::window::{Window, window};

#[tokio::test]
async fn lists_and_areas() {
    let Some(house) = house().await else { return };
    let clerk = house.person(Role::Clerk).await;
    let charts = [house.patient(), house.patient()];
    for chart in &charts {
        house.app.made().task(chart.patient, "retrieval", clerk.staff).await;
    }
    let [first, second] = charts.each_ref().map(|chart| chart.name());
    window(house, "keyboard", true, async |window| {
        window.sign_in(&clerk).await;
        for (key, name) in [('j', &first), ('j', &second), ('j', &second), ('k', &first)] {
            window.keys(&key.to_string()).await;
            assert_eq!(window.focused().await, *name, "{key}");
        }
        window.keys("/").await;
        assert_eq!(window.focused().await, "find");
        window.keys("?jkg").await;
        assert!(
            window.is("document.querySelector('#find').value === '?jkg'").await,
            "letters are letters while typing"
        );
        assert!(!window.is("document.querySelector('#keys').open").await);
        leave_the_field(window).await;

        window.keys("?").await;
        assert!(window.is("document.querySelector('#keys').open").await);
        window.keys("j").await;
        assert!(
            window.is("document.querySelector('#keys').contains(document.activeElement)").await,
            "the list keeps the focus"
        );
        window.look("keys", &[]).await;
        window.key(Key::Escape).await;
        assert!(!window.is("document.querySelector('#keys').open").await);

        window.keys_leaving("gp").await;
        assert_eq!(window.address().await, "/patients");
        window.keys_leaving("gh").await;
        assert_eq!(window.address().await, "/");
        window.keys("j").await;
        window.enter().await;
        assert_eq!(window.texts(".pt .name").await, [first.as_str()]);

        // WCAG 2.1.4: single letters can be turned off, and then do nothing.
        window.open_page("/account").await;
        window.touch("#shortcuts").await;
        window.press("Save").await;
        window.keys("?j/gh").await;
        assert!(!window.is("document.querySelector('#keys').open").await);
        assert!(window.address().await.starts_with("/account"));
        assert_ne!(window.focused().await, "find");
    })
    .await;
}

#[tokio::test]
async fn the_document_viewer() {
    let Some(house) = house().await else { return };
    let manager = house.person(Role::Manager).await;
    let scan = format!("/documents/{}", house.reading.documents[0]);
    window(house, "viewer", true, async |window| {
        window.sign_in(&manager).await;
        window.open_page(&scan).await;
        for (key, class, turned) in [
            ("+", "leaf z125", ""),
            ("+", "leaf z150", ""),
            ("-", "leaf z125", ""),
            ("r", "leaf z125", "90"),
            ("r", "leaf z125", "180"),
            ("0", "leaf fit", "180"),
        ] {
            window.keys(key).await;
            let leaf = "const leaf = document.querySelector('[data-viewer]'); return [leaf.className, leaf.dataset.turn ?? '']";
            assert_eq!(window.run(leaf, Vec::new()).await, serde_json::json!([class, turned]), "{key}");
        }
        assert!(window.is("getComputedStyle(document.querySelector('.leaf img')).rotate === '180deg'").await);
        for (key, page) in [("n", 2), ("p", 1)] {
            window.keys_leaving(key).await;
            window.shows(&format!("Page {page} of 2")).await;
        }
        window.keys_leaving(&char::from(Key::PageDown).to_string()).await;
        window.shows("Page 2 of 2").await;
        window.keys_leaving(&char::from(Key::PageUp).to_string()).await;
        window.shows("Page 1 of 2").await;
        window.key(Key::F4).await;
        assert!(window.is("document.activeElement.matches('[data-f4] [aria-current]')").await, "F4 goes to the list of documents");
        let is_first = window.is("document.querySelector('[data-f4] li').contains(document.activeElement)").await;
        window.keys(if is_first { "j" } else { "k" }).await;
        assert!(window.focused().await.starts_with("Long stay"), "{}", window.focused().await);
        window.enter().await;
        assert_eq!(window.texts("main h1").await, ["Long stay"]);
        assert!(window.complaints().await.is_empty());
    })
    .await;
    // Without a script the same controls are links.
    window(house, "viewer without JavaScript", false, async |window| {
        window.sign_in(&manager).await;
        window.open_page(&scan).await;
        window.press("Larger").await;
        window.press("Turn").await;
        window.press("Next").await;
        assert!(window.address().await.ends_with("?page=2&zoom=125&turn=90"), "{}", window.address().await);
        window.shows("Page 2 of 2").await;
        assert!(window.is("document.querySelector('.leaf').matches('.z125[data-turn=\"90\"]')").await);
    })
    .await;
}

async fn leave_the_field(window: &Window) {
    window.run("document.activeElement.blur()", Vec::new()).await;
}
