//! One person's browser window: what they press, what they read, and what went wrong in it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use serde_json::{Value, json};

use super::driver::{Vendor, capabilities};
use super::house::{House, Person};
use crate::people::PASSWORD;

/// How long a page may take to come on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(20);

pub struct Window {
    pub(super) client: Client,
    origin: String,
    folder: PathBuf,
    /// JavaScript is on.
    pub scripts: bool,
    /// What the checks found, all told at the end.
    pub faults: Vec<String>,
    /// Not fit for another test.
    spoilt: bool,
}

/// A window that a test is done with. Starting Chromium takes longer than most tests.
struct Spare {
    session: String,
    folder: PathBuf,
    scripts: bool,
}

static SPARES: Mutex<Vec<Spare>> = Mutex::new(Vec::new());

/// Runs `work` in a window of its own, closes it also when that fails, and fails for every fault found on the way.
pub async fn window(house: &House, name: &str, scripts: bool, work: impl AsyncFnOnce(&mut Window)) {
    let mut window = Window::open(house, scripts).await;
    let outcome = std::panic::AssertUnwindSafe(work(&mut window)).catch_unwind().await;
    if outcome.is_err() {
        window.tell_where(name).await;
    }
    let faults = std::mem::take(&mut window.faults);
    window.leave(outcome.is_ok()).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
    assert!(faults.is_empty(), "{name}: {} faults\n{}", faults.len(), faults.join("\n"));
}

impl Window {
    async fn open(house: &House, scripts: bool) -> Self {
        let driver = format!("http://127.0.0.1:{}", house.driver.port);
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let spare = {
            let mut spares = SPARES.lock().expect("windows");
            let at = spares.iter().position(|spare| spare.scripts == scripts);
            at.map(|at| spares.swap_remove(at))
        };
        let (client, folder) = match spare {
            Some(spare) => {
                let client = Client::with_existing_session(&driver, &spare.session, connector).await;
                (client.expect("the window is still there"), spare.folder)
            }
            None => {
                let folder = house.driver.folder.join(uuid::Uuid::new_v4().to_string());
                std::fs::create_dir_all(folder.join("downloads")).expect("a folder for the window");
                let capabilities = capabilities(&house.driver, &folder, scripts);
                let client = ClientBuilder::new(connector).capabilities(capabilities).connect(&driver).await;
                (client.expect("Chromium starts"), folder)
            }
        };
        let window = Self { client, origin: house.origin.clone(), folder, scripts, faults: Vec::new(), spoilt: false };
        // Nobody is signed in, it is looked at on a screen, and nothing was complained of.
        window.devtools("Network.clearBrowserCookies", json!({})).await;
        window.media("", json!([])).await;
        window.complaints().await;
        window
    }

    /// Leaves the window to the next test; closes it after a failure.
    async fn leave(self, well: bool) {
        let Window { client, folder, scripts, spoilt, .. } = self;
        match client.session_id().await.expect("the driver answers") {
            Some(session) if well && !spoilt => {
                client.persist().await.expect("the window stays");
                SPARES.lock().expect("windows").push(Spare { session, folder, scripts });
            }
            _ => client.close().await.expect("the window closes"),
        }
    }

    /// Runs a script before each page that comes, in this window and this test only.
    pub async fn before_each_page(&mut self, script: &str) {
        self.spoilt = true;
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// For a failed test: the address, the page as a picture, and what the browser complained of.
    async fn tell_where(&mut self, name: &str) {
        let path = std::env::temp_dir().join(format!("custodian-failed-{}.png", name.replace(' ', "-")));
        if let Ok(picture) = self.client.screenshot().await {
            let _ = std::fs::write(&path, picture);
        }
        let address = self.client.current_url().await.map_or_else(|error| error.to_string(), |url| url.to_string());
        let log = self.complaints().await.join("\n");
        eprintln!("failed at {address}, picture in {}\n{log}\n{}", path.display(), self.faults.join("\n"));
    }

    /// Opens one of our addresses, as if typed.
    pub async fn open_page(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    pub async fn go_back(&self) {
        self.client.back().await.expect("Back");
        self.loaded().await;
    }

    pub async fn reload(&self) {
        self.client.refresh().await.expect("Reload");
    }

    /// The address without its origin.
    pub async fn address(&self) -> String {
        let url = self.client.current_url().await.expect("an address").to_string();
        url.strip_prefix(&self.origin).map_or(url.clone(), str::to_owned)
    }

    pub async fn title(&self) -> String {
        self.client.title().await.expect("a title")
    }

    pub async fn source(&self) -> String {
        self.client.source().await.expect("the page's source")
    }

    /// What a person reads of everything that matches, white space collapsed.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.replace(/\\s+/g, ' ').trim())";
        serde_json::from_value(self.run(script, vec![json!(css)]).await).expect("texts")
    }

    pub async fn text(&self) -> String {
        self.texts("body").await.join(" ")
    }

    pub async fn count(&self, css: &str) -> usize {
        self.texts(css).await.len()
    }

    #[track_caller]
    pub fn shows(&self, words: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let text = self.text().await;
            assert!(text.contains(words), "{at}: {words:?} is not on {}: {text}", self.address().await);
        }
    }

    /// Not even in the page's source.
    #[track_caller]
    pub fn hides(&self, words: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let here = self.source().await.to_lowercase().contains(&words.to_lowercase());
            assert!(!here, "{at}: {words:?} is on {}", self.address().await);
        }
    }

    /// Runs a script in the page, past its policy and also where the page's own scripts are off.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|error| panic!("{error}\nin {script:.300}"))
    }

    pub async fn is(&self, condition: &str) -> bool {
        self.run(&format!("return Boolean({condition})"), Vec::new()).await == json!(true)
    }

    /// Waits until a condition holds in the page; for what a script does a moment later.
    #[track_caller]
    pub fn until(&self, condition: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let begun = tokio::time::Instant::now();
            while !self.is(condition).await {
                assert!(begun.elapsed() < PATIENCE, "{at}: never: {condition}");
                tokio::time::sleep(GLANCE).await;
            }
        }
    }

    /// Like [`Client::execute_async`]: the script's last argument is called with the answer.
    pub async fn run_slowly(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap_or_else(|error| panic!("{error}\nin {script:.300}"))
    }

    async fn element(&self, css: &str) -> Element {
        self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// Presses a link or a button by the words it begins with, and waits for the page that comes.
    pub async fn press(&self, words: &str) {
        let path = format!("//*[self::a or self::button][starts-with(normalize-space(.), \"{words}\")]");
        let element = match self.client.find(Locator::XPath(&path)).await {
            Ok(element) => element,
            Err(error) => panic!("{words:?} on {}: {error}", self.address().await),
        };
        self.leaving(element.click()).await;
    }

    pub async fn press_css(&self, css: &str) {
        let element = self.element(css).await;
        self.leaving(element.click()).await;
    }

    /// Presses what does not leave the page.
    pub async fn touch(&self, css: &str) {
        self.element(css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.element(css).await;
        field.clear().await.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    pub async fn choose(&self, css: &str, value: &str) {
        self.element(css).await.select_by_value(value).await.unwrap_or_else(|error| panic!("{css} {value}: {error}"));
    }

    /// Keys pressed one after the other, wherever the focus is.
    pub async fn keys(&self, text: &str) {
        let mut actions = KeyActions::new("keyboard".into());
        for value in text.chars() {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap_or_else(|error| panic!("keys {text:?}: {error}"));
    }

    pub async fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Keys that lead to another page.
    pub async fn keys_leaving(&self, text: &str) {
        let pressing = async {
            self.keys(text).await;
            Ok(())
        };
        self.leaving(pressing).await;
    }

    pub async fn enter_in(&self, css: &str) {
        self.touch(css).await;
        self.enter().await;
    }

    pub async fn enter(&self) {
        self.keys_leaving(&char::from(Key::Enter).to_string()).await;
    }

    /// What has the focus, in words.
    pub async fn focused(&self) -> String {
        let script = "const e = document.activeElement; return e.id || e.textContent.replace(/\\s+/g, ' ').trim()";
        self.run(script, Vec::new()).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page that stood here is gone and its successor is whole.
    async fn leaving(&self, action: impl Future<Output = Result<(), CmdError>>) {
        let root = self.element("html").await;
        action.await.unwrap_or_else(|error| panic!("{error}"));
        let begun = tokio::time::Instant::now();
        while root.tag_name().await.is_ok() {
            assert!(begun.elapsed() < PATIENCE, "no page came");
            tokio::time::sleep(GLANCE).await;
        }
        self.loaded().await;
    }

    async fn loaded(&self) {
        self.until("document.readyState === 'complete'").await;
    }

    /// Signs in with the form, the way people do: a name, Tab, the password, Enter.
    pub async fn sign_in(&self, person: &Person) {
        self.open_page("/").await;
        self.touch("#name").await;
        self.keys(&person.sign_in_name).await;
        self.key(Key::Tab).await;
        self.keys(PASSWORD).await;
        self.enter().await;
        self.shows(&person.full_name).await;
    }

    pub async fn sign_out(&self) {
        self.press("Sign out").await;
        self.shows("For authorized staff").await;
    }

    /// The spreadsheet that a press on this link brought.
    pub async fn download(&self, css: &str) -> String {
        let folder = self.folder.join("downloads");
        self.touch(css).await;
        let begun = tokio::time::Instant::now();
        loop {
            // Under its own name once it is whole.
            let mut files = std::fs::read_dir(&folder).expect("the downloads").flatten().map(|entry| entry.path());
            if let Some(path) = files.find(|path| path.extension().is_some_and(|end| end == "csv")) {
                let text = std::fs::read_to_string(&path).expect("the file");
                std::fs::remove_file(path).expect("the file goes");
                return text;
            }
            assert!(begun.elapsed() < PATIENCE, "nothing came from {css}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// What the console and the content security policy complained of since the last call.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.vendor("se/log", json!({ "type": "browser" })).await;
        let lines = log.as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .filter_map(|line| line["message"].as_str())
            // Refusals are pages here, and their status is their meaning.
            .filter(|words| !words.contains("Failed to load resource: the server responded with a status of 4"))
            .map(str::to_owned)
            .collect()
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.vendor("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn vendor(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Vendor { path, body }).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The whole page as a picture.
    pub async fn picture(&self, to: &Path) {
        let answer = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        let bytes = STANDARD.decode(answer["data"].as_str().expect("a picture")).expect("base64");
        std::fs::write(to, bytes).expect("the picture is kept");
    }

    /// The page on paper, as PDF.
    pub async fn paper(&self) -> Vec<u8> {
        let answer = self.devtools("Page.printToPDF", json!({ "preferCSSPageSize": true })).await;
        STANDARD.decode(answer["data"].as_str().expect("a PDF")).expect("base64")
    }
}
