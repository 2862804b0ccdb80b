//! The types of documents there are, for those who answer for them (DOC-1).

use askama::Template;

use super::super::model::Type;
use crate::encounters::model::sensitivity_words;
use crate::web::layout::Layout;

#[derive(Template)]
#[template(path = "documents/types.html")]
pub struct TypesPage {
    pub layout: Layout,
    pub types: Vec<Type>,
}

impl TypesPage {
    fn owner(&self, kind: &Type) -> &'static str {
        match kind.owner_role.as_str() {
            "nursing" => "Nursing",
            "laboratory" => "Laboratory",
            "imaging" => "Imaging",
            "records" => "Records",
            "registration" => "Registration",
            _ => "Provider",
        }
    }

    fn retention(&self, kind: &Type) -> &'static str {
        match kind.retention_class.as_str() {
            "laboratory" => "Laboratory",
            "pathology" => "Pathology",
            "imaging" => "Imaging",
            "hipaa" => "HIPAA paper",
            "administrative" => "Administrative",
            "permanent" => "Permanent",
            "apart" => "Kept apart",
            _ => "Medical record",
        }
    }

    fn deficiency(&self, kind: &Type) -> &'static str {
        match kind.deficiency_rule.as_str() {
            "unsigned" => "Unsigned",
            "missing-or-unsigned" => "Missing or unsigned",
            _ => "–",
        }
    }

    fn sensitivity(&self, kind: &Type) -> Option<&'static str> {
        kind.sensitivity.as_deref().map(sensitivity_words)
    }
}
