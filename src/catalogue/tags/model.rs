//! The shapes of a tag.

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

/// A tag, as editors see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tag {
    /// Its id.
    pub id: Id,
    /// What it is called in each of its languages; its own first.
    #[schema(value_type = TermNames)]
    pub translations: ByLang<TermName>,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
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

/// A tag to be made, or to stand in the place of another.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// What it is called in each of its languages; its own first.
    #[schema(value_type = NewTermNames)]
    pub translations: ByLang<NewTermName>,
}

/// Changes to a tag: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagPatch {
    /// Language by language, and member by member: absent keeps, null removes. At least one language must remain.
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
    /// Slugs of languages that stay, stay.
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
