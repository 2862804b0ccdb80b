//! A document on paper: whose it is stands on every sheet, because it is the head of the table the sheets are rows of.

use askama::Template;
use chrono_tz::Tz;

use super::super::render::{Block, BlockKind};
use super::super::store::Opened;
use super::super::urls;
use crate::patients::header::{Header, sex_word};
use crate::web::format;
use crate::web::layout::Layout;

/// One sheet of paper or more.
pub enum Sheet {
    Text(Vec<Block>),
    Picture {
        address: String,
        words: String,
    },
    /// A page that can't be shown says so on paper too: a gap must not look like the end.
    Problem {
        words: String,
    },
}

#[derive(Template)]
#[template(path = "documents/print.html")]
pub struct PrintPage {
    pub layout: Layout,
    pub header: Header,
    pub opened: Opened,
    pub sheets: Vec<Sheet>,
    /// Pages beyond what one print holds.
    pub left_out: u32,
    pub zone: Tz,
}

impl PrintPage {
    fn back(&self) -> String {
        urls::show(self.opened.document.document)
    }

    fn title(&self) -> &str {
        let title = self.opened.document.title.trim();
        if title.is_empty() { &self.opened.document.type_label } else { title }
    }

    fn born(&self) -> String {
        format::date_or_unknown(self.header.birth_date)
    }

    fn sex(&self) -> &str {
        format::or_unknown(sex_word(&self.header.sex))
    }

    fn mrn(&self) -> &str {
        format::or_unknown(self.header.mrn.as_deref().unwrap_or_default())
    }

    fn written(&self) -> String {
        let at = self.opened.document.authored_at;
        at.map_or_else(|| format::NOT_KNOWN.into(), |at| format::date_time(at, self.zone))
    }

    fn author(&self) -> &str {
        format::or_unknown(self.opened.document.author.as_deref().unwrap_or_default())
    }

    fn version(&self) -> String {
        format!("{} of {}", self.opened.shown, self.opened.document.current_version)
    }

    fn state(&self) -> String {
        super::state_tag(self.opened.document.status).text
    }

    /// A copy carries what is on file about amending it.
    fn amendments(&self) -> impl Iterator<Item = &'static str> {
        self.opened.amendments.iter().filter_map(|flag| super::amendment_words(flag))
    }

    fn columns(&self, block: &Block) -> bool {
        block.kind == BlockKind::Columns
    }

    fn heading(&self, block: &Block) -> bool {
        block.kind == BlockKind::Heading
    }
}
