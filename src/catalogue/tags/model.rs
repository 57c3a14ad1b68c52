//! The data types of tags.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::by_lang::ByLang;
use crate::catalogue::terms::edit::{NamesEdit, NewTerm, TermEdit};
use crate::catalogue::terms::model::{
    NewTermName, NewTermNames, Term, TermName, TermNamePatch, TermNames, TermNamesPatch,
};
use crate::id::Id;
use crate::patch;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// A tag on the management surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tag {
    /// The id (UUIDv7).
    pub id: Id,
    /// The names, by language; the first is in the original language.
    #[schema(value_type = TermNames)]
    pub translations: ByLang<TermName>,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

impl Versioned for Tag {
    fn version(&self) -> i32 {
        self.version
    }
}

impl From<Term> for Tag {
    fn from(Term { row, translations }: Term) -> Self {
        Self {
            id: row.id,
            translations,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A new tag, or the replacement of one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagInput, examples(json!({
    "translations": { "en": { "name": "Housing", "description": "Who lives in a city, and who decides about it." } }
})))]
pub struct NewTag {
    /// The names, by language; the first is in the original language.
    #[schema(value_type = NewTermNames)]
    pub translations: ByLang<NewTermName>,
}

/// Changes to a tag. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "translations": { "fr": { "name": "Logement" } } })))]
pub struct TagPatch {
    /// The names by language. Absent languages and members keep their value, and null removes them. At least one language
    /// must remain.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(value_type = Option<TermNamesPatch>, nullable = false)]
    pub translations: Option<ByLang<Option<TermNamePatch>>>,
}

impl From<NewTag> for NewTerm {
    fn from(new: NewTag) -> Self {
        Self {
            translations: new.translations,
            parent: None,
            position: 0,
        }
    }
}

impl From<NewTag> for TermEdit {
    /// Keeps the slugs of languages that are kept.
    fn from(new: NewTag) -> Self {
        Self {
            translations: NamesEdit::Replace(new.translations),
            parent: None,
            position: None,
        }
    }
}

impl From<TagPatch> for TermEdit {
    fn from(patch: TagPatch) -> Self {
        Self {
            translations: NamesEdit::Merge(patch.translations.unwrap_or_default()),
            parent: None,
            position: None,
        }
    }
}
