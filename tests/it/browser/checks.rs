//! A critical look at the page that stands in a window: the checks of the design language's section 11, axe-core in light and dark, and pictures.

use std::path::PathBuf;
use std::sync::OnceLock;

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::house::Chart;
use super::window::Window;
use crate::support::given::skipped;

/// The rules of WCAG 2.2 AA and good practice. Of these, only colours differ in the dark.
const AXE: &str = "const done = arguments[arguments.length - 1];
    const rules = arguments[0] === 'dark' ? ['color-contrast', 'link-in-text-block']
        : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(
        result => done(result.violations.map(v => `axe ${v.id}: ${v.nodes.map(n => n.html.slice(0, 140)).join(' | ')}`)),
        error => done([`axe failed: ${error}`]));";

/// More Tab stops than a page of ours has.
const STOPS: usize = 400;

impl Window {
    /// Looks at the page from all sides. `charts` are those whose names may stand in no title and no address.
    pub async fn look(&mut self, name: &str, charts: &[&Chart]) {
        let secrets: Vec<String> = charts.iter().flat_map(|chart| chart.secrets()).collect();
        let mut faults = self.check("document", json!(secrets)).await;
        if self.scripts {
            for check in ["kept", "requests", "targets", "spacing"] {
                faults.extend(self.check(check, Value::Null).await);
            }
            self.inject_axe().await;
            for scheme in ["light", "dark"] {
                let colours = json!({ "name": "prefers-color-scheme", "value": scheme });
                let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
                self.media("", json!([colours, still])).await;
                faults.extend(self.axe(scheme).await.into_iter().map(|fault| format!("{scheme} {fault}")));
                self.keep_picture(name, scheme).await;
            }
            self.media("", json!([{ "name": "forced-colors", "value": "active" }])).await;
            faults.extend(self.check("forced", Value::Null).await);
            self.media("print", json!([])).await;
            faults.extend(self.check("printed", Value::Null).await);
            self.keep_picture(name, "print").await;
            self.media("", json!([])).await;
            // A window at 200 % and at 400 %.
            for (width, height) in [(720, 450), (320, 640)] {
                self.size(width, height).await;
                for check in ["sideways", "scrollers"] {
                    faults.extend(self.check(check, Value::Null).await);
                }
            }
            self.keep_picture(name, "narrow").await;
            self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
        }
        faults.extend(self.complaints().await.into_iter().map(|words| format!("3 {words}")));
        self.faults.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }

    /// Walks the freshly opened page with Tab: the skip link works, every stop shows and is in sight, and there is a way out (checks 7 to 10).
    pub async fn walk(&mut self, name: &str) {
        self.reload().await;
        self.key(Key::Tab).await;
        self.until(
            "document.activeElement.matches('.skip') && document.activeElement.getBoundingClientRect().top >= 0",
        )
        .await;
        self.key(Key::Enter).await;
        self.until("document.activeElement.id === 'main'").await;
        self.reload().await;
        let (mut stops, mut faults) = (0, Vec::new());
        while stops < STOPS {
            self.key(Key::Tab).await;
            let stop = self.run(CHECKS, vec![json!("stop")]).await;
            // Past the last control the browser has the focus, then the page again from its start.
            if stop.is_null() || stop["number"].as_u64() != Some(stops as u64 + 1) {
                break;
            }
            stops += 1;
            faults.extend(words(&stop["faults"]));
        }
        if !(3..STOPS).contains(&stops) {
            faults.push(format!("8 {stops} stops"));
        }
        faults.extend(self.check("missed", Value::Null).await);
        self.faults.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }

    async fn check(&self, which: &str, argument: Value) -> Vec<String> {
        words(&self.run(CHECKS, vec![json!(which), argument]).await)
    }

    pub async fn media(&self, media: &str, features: Value) {
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": media, "features": features })).await;
    }

    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    async fn inject_axe(&self) {
        if let Some(source) = axe_source() {
            self.run(source, Vec::new()).await;
        }
    }

    async fn axe(&self, scheme: &str) -> Vec<String> {
        if axe_source().is_none() {
            return Vec::new();
        }
        words(&self.run_slowly(AXE, vec![json!(scheme)]).await)
    }

    /// Keeps a picture where `CUSTODIAN_LOOKS` says (`make looks`).
    async fn keep_picture(&self, name: &str, way: &str) {
        if let Some(folder) = std::env::var_os("CUSTODIAN_LOOKS").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).expect("a folder for pictures");
            self.picture(&folder.join(format!("{name}-{way}.png"))).await;
        }
    }
}

const CHECKS: &str = include_str!("checks.js");

fn words(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// axe-core as npm brought it.
fn axe_source() -> Option<&'static str> {
    static SOURCE: OnceLock<Option<String>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(path).ok();
        if source.is_none() {
            skipped("axe-core in the browser tests: no node_modules/axe-core. `make vendor` brings it (needs Node with npm)");
        }
        source
    });
    source.as_deref()
}
