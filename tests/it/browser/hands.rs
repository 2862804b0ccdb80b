//! Two hands on a keyboard: whatever is done with these is done without a mouse, and a control that no key reaches fails the test.

use std::path::Path;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::house::Person;
use super::window::Window;
use crate::people::PASSWORD;

/// More Tab stops than two rounds of any page of ours.
const STOPS: usize = 400;
/// More choices than a group of radio buttons has.
const CHOICES: usize = 12;

/// What a screen reader calls the control that has the focus; nothing outside the page.
const NAME: &str = "const words = e => e.textContent.replace(/\\s+/g, ' ').trim(), at = document.activeElement;
    if (!at || at === document.body) return null;
    return at.ariaLabel || [...at.labels ?? []].map(words).join(' ') || words(at);";

impl Window {
    /// Tabs on until the control whose name begins with these words has the focus.
    pub async fn tab_to(&self, words: &str) {
        let mut passed = Vec::new();
        for _ in 0..STOPS {
            self.key(Key::Tab).await;
            let name = self.run(NAME, Vec::new()).await;
            let Some(name) = name.as_str() else { continue };
            if name.starts_with(words) {
                return;
            }
            passed.push(name.to_owned());
        }
        panic!("no key reaches {words:?} on {}: {passed:?}", self.address().await);
    }

    /// Tabs to a link or a button and presses Enter; waits for the page that comes.
    pub async fn go(&self, words: &str) {
        self.tab_to(words).await;
        self.enter().await;
    }

    /// Types into the field of this name, over whatever it holds.
    pub async fn write(&self, field: &str, text: &str) {
        self.tab_to(field).await;
        self.chord(Key::Control, 'a').await;
        self.key(Key::Delete).await;
        self.keys(text).await;
        let holds = self.run("return document.activeElement.value", Vec::new()).await;
        assert_eq!(holds, json!(text), "{field}");
    }

    /// Chooses from a list the way its typeahead works: by typing what the choice says.
    pub async fn pick(&self, field: &str, choice: &str) {
        self.tab_to(field).await;
        self.keys(choice).await;
        let chosen = self.run("return document.activeElement.selectedOptions[0].text", Vec::new()).await;
        assert!(chosen.as_str().is_some_and(|text| text.starts_with(choice)), "{field}: {choice:?} chose {chosen}");
    }

    /// Ticks a box with the space bar.
    pub async fn tick(&self, words: &str) {
        self.tab_to(words).await;
        self.keys(" ").await;
        assert!(self.is("document.activeElement.checked").await, "{words}");
    }

    /// Answers a question of radio buttons: Tab to the group, arrows to the answer.
    pub async fn answer(&self, question: &str, words: &str) {
        let at_the_question = format!(
            "document.activeElement.closest('fieldset')?.querySelector('legend').textContent.startsWith({})",
            json!(question)
        );
        let mut stops = 0;
        while !self.is(&at_the_question).await {
            assert!(stops < STOPS, "no key reaches {question:?}");
            self.key(Key::Tab).await;
            stops += 1;
        }
        for _ in 0..CHOICES {
            if self.run(NAME, Vec::new()).await.as_str().is_some_and(|name| name.starts_with(words)) {
                self.keys(" ").await;
                assert!(self.is("document.activeElement.checked").await, "{words}");
                return;
            }
            self.key(Key::Down).await;
        }
        panic!("no arrow reaches {words:?} of {question:?}");
    }

    /// Tabs to a field for files and hands one over, as the machine's own dialog does, which no test can drive.
    pub async fn hand_over(&self, field: &str, path: &Path) {
        self.tab_to(field).await;
        assert!(self.is("document.activeElement.matches('input[type=file]')").await, "{field} takes files");
        let at = self.client.active_element().await.expect("the focus");
        at.send_keys(path.to_str().expect("a path of letters")).await.expect("the file is taken");
    }

    /// Signs in with nothing but keys, whether or not the page puts the focus anywhere.
    pub async fn come_in(&self, person: &Person) {
        self.open_page("/").await;
        self.write("Name", &person.sign_in_name).await;
        self.write("Password", PASSWORD).await;
        self.enter().await;
        self.shows(&person.full_name).await;
    }

    pub async fn go_out(&self) {
        self.go("Sign out").await;
        self.shows("For authorized staff").await;
    }

    /// From any page: the search box of the top bar.
    pub async fn find(&self, line: &str) {
        if self.scripts {
            self.keys("/").await;
        } else {
            self.tab_to("Find a patient by name").await;
        }
        assert_eq!(self.focused().await, "find");
        self.keys(line).await;
        self.enter().await;
    }

    /// A form came back: the title says so, and the list of problems has the focus and leads to its fields (check 33).
    pub async fn must_mend(&self, problems: &[&str]) {
        let title = self.title().await;
        assert!(title.starts_with("Error: "), "{title}");
        assert_eq!(self.texts(".errsum li").await, problems);
        self.until("document.activeElement.matches('.errsum')").await;
        let led = "return [...document.querySelectorAll('.errsum a')].every(a => document.querySelector(a.getAttribute('href'))?.matches('input,select,textarea'))";
        assert_eq!(self.run(led, Vec::new()).await, Value::Bool(true), "each problem leads to its field");
    }

    async fn chord(&self, held: Key, key: char) {
        let held = char::from(held);
        let actions = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await.unwrap_or_else(|error| panic!("{held:?} {key}: {error}"));
    }
}
