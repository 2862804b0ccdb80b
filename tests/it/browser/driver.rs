//! Chromium's driver, started once for all tests and gone with them, however they end.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use axum::http::Method;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use serde_json::{Value, json};

use crate::support::given::skipped;

/// Stops the driver once the tests are gone: then the standard input of this script closes, also after a panic or a kill. Chromium ends with
/// its driver, because the pipe between them does.
const KEEPER: &str = r#"
"$1" --port=0 </dev/null &
driver=$!
trap '' HUP INT TERM
cat >/dev/null
kill "$driver"
wait "$driver"
sleep 0.5
rm -rf "$2"
"#;

pub struct Driver {
    pub port: u16,
    pub chromium: PathBuf,
    /// Profiles, downloads and the server's files; removed at the end.
    pub folder: PathBuf,
    /// Holds the script's standard input open.
    _keeper: Child,
}

impl Driver {
    /// Nothing, and a line that says why, where a part is missing.
    pub fn start() -> Option<Self> {
        let found = (program(&["chromium", "chromium-browser", "google-chrome"]), program(&["chromedriver"]));
        let (Some(chromium), Some(driver)) = found else {
            let what = if found.0.is_none() { "Chromium" } else { "Chromium's driver" };
            skipped(&format!(
                "every browser test: no {what} here. `make browser` brings it (as root on Debian; otherwise install chromium and chromium-driver)"
            ));
            return None;
        };
        let folder = std::env::temp_dir().join(format!("custodian-browser-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the browser");
        let mut keeper = keeper(&driver, &folder);
        let port = port(&mut keeper);
        Some(Self { port, chromium, folder, _keeper: keeper })
    }
}

fn keeper(driver: &Path, folder: &Path) -> Child {
    use std::os::unix::process::CommandExt;
    let mut keeper = Command::new("/bin/sh");
    keeper.args(["-c", KEEPER, "custodian-browser-keeper"]).arg(driver).arg(folder);
    // Its own process group, so that ^C ends the tests first.
    keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    keeper.spawn().expect("a shell for the browser's driver")
}

/// "ChromeDriver was started successfully on port 12345."
fn port(keeper: &mut Child) -> u16 {
    let mut said = BufReader::new(keeper.stdout.take().expect("the driver's output"));
    let mut line = String::new();
    while said.read_line(&mut line).is_ok_and(|read| read > 0) {
        if let Some(port) = line.split("successfully on port ").nth(1) {
            // Read on, so that the driver never waits for us.
            std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
            return port.trim().trim_end_matches('.').parse().expect("a port number");
        }
        line.clear();
    }
    panic!("chromedriver ended before it named its port");
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    names.iter().find_map(|name| std::env::split_paths(&folders).map(|at| at.join(name)).find(|path| path.is_file()))
}

/// A command of Chromium's driver that WebDriver does not have.
#[derive(Debug)]
pub struct Vendor {
    pub path: &'static str,
    pub body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// A window with a profile of its own, and scripts on or off.
pub fn capabilities(driver: &Driver, folder: &Path, scripts: bool) -> Capabilities {
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let arguments = [
        "--headless",
        // Root has no sandbox, and nothing but our own pages is opened.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--force-color-profile=srgb",
        "--font-render-hinting=none",
        "--window-size=1440,900",
        // So that Chromium ends when its driver does.
        "--remote-debugging-pipe",
        &profile,
    ];
    let mut preferences = json!({ "download.default_directory": folder.join("downloads") });
    if !scripts {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let options = json!({ "args": arguments, "prefs": preferences, "binary": driver.chromium });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".into(), options);
    capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
    capabilities
}
