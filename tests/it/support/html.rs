//! A page as a test reads it.

use axum::http::{HeaderMap, StatusCode};
use scraper::{Html, Selector};

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// The text of everything that matches a CSS selector, in order, white space collapsed.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a CSS selector");
        Html::parse_document(&self.body)
            .select(&selector)
            .map(|element| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The whole page's visible text.
    pub fn text(&self) -> String {
        self.texts("body").join(" ")
    }

    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let selector = Selector::parse(selector).expect("a CSS selector");
        Html::parse_document(&self.body).select(&selector).find_map(|element| element.attr(name).map(str::to_owned))
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a CSS selector");
        Html::parse_document(&self.body)
            .select(&selector)
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect()
    }

    pub fn location(&self) -> Option<String> {
        self.headers.get("location").and_then(|value| value.to_str().ok()).map(str::to_owned)
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn shows(self, words: &str) -> Self {
        let text = self.text();
        assert!(text.contains(words), "{words:?} is not on the page: {text}");
        self
    }

    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        assert!(!self.body.contains(words), "{words:?} is on the page");
        self
    }
}

/// A form as a browser would send it.
pub struct Sheet {
    pub method: String,
    /// Without what follows the question mark.
    pub action: String,
    /// Names and the values they have on the page; files have none.
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// Every form of the page.
    pub fn sheets(&self) -> Vec<Sheet> {
        let select = |text: &str| Selector::parse(text).expect("a CSS selector");
        let (forms, controls) = (select("form"), select("input[name], select[name], textarea[name], button[name]"));
        let (chosen, any) = (select("option[selected]"), select("option"));
        let page = Html::parse_document(&self.body);
        page.select(&forms)
            .map(|form| Sheet {
                method: form.attr("method").unwrap_or("get").to_ascii_lowercase(),
                action: form.attr("action").unwrap_or_default().split('?').next().unwrap_or_default().to_owned(),
                fields: form
                    .select(&controls)
                    .map(|control| {
                        let value = match control.value().name() {
                            "select" => {
                                let option = control.select(&chosen).next().or_else(|| control.select(&any).next());
                                option.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
                            }
                            "textarea" => control.text().collect(),
                            _ => control.attr("value").unwrap_or_default().to_owned(),
                        };
                        (control.attr("name").unwrap_or_default().to_owned(), value)
                    })
                    .collect(),
            })
            .collect()
    }
}
