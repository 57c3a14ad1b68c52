//! The data types of terms.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::by_lang::{ByLang, Described, DescribedPatch};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::schema::terms;
use crate::slug::Slug;
use crate::text;
use crate::timestamp::Timestamp;
use crate::version::revised;

/// The row of a term.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = terms)]
pub struct TermRow {
    /// The id (UUIDv7).
    pub id: Id,
    /// The kind.
    pub kind: Kind,
    /// The parent category.
    #[diesel(column_name = parent_id)]
    pub parent: Option<Id>,
    /// The position among its siblings.
    pub position: i32,
    /// The version; every change increases it.
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

revised!(TermRow);

/// A term with all its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The row.
    pub row: TermRow,
    /// The names; the first is in the term's own language.
    pub translations: ByLang<TermName>,
}

impl Term {
    /// Returns the members that the change log records.
    pub fn logged(&self) -> impl Serialize {
        let tree = (self.row.kind == Kind::Category).then_some(TreePosition {
            parent: self.row.parent,
            position: self.row.position,
        });
        let translations = self.translations.clone();
        Logged { tree, translations }
    }
}

#[derive(Serialize)]
struct Logged {
    #[serde(flatten)]
    tree: Option<TreePosition>,
    translations: ByLang<TermName>,
}

#[derive(Serialize)]
struct TreePosition {
    parent: Option<Id>,
    position: i32,
}

/// The name of a term in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TermName {
    /// The name.
    #[schema(examples("Housing"))]
    pub name: String,
    /// The slug in this language.
    pub slug: Slug,
    /// The description, in plain text.
    pub description: Option<String>,
}

/// The new name of a term in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TermNameInput)]
pub struct NewTermName {
    /// The name. White space at its ends is removed, and line breaks become spaces.
    #[serde(deserialize_with = "text::line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", examples("Housing"))]
    pub name: String,
    /// The slug; when absent, the existing one stays or a new one is derived from the name.
    pub slug: Option<Slug>,
    /// The description, in plain text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
}

/// Changes to the name of a term in one language. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermNamePatch {
    /// The name; required for a new language. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The new slug; the old one redirects to it.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// The description, in plain text.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub description: Patched<String>,
}

/// The schema of [`ByLang<TermName>`].
pub type TermNames = Described<TermName, 1>;
/// The schema of [`ByLang<NewTermName>`].
pub type NewTermNames = Described<NewTermName, 1>;
/// The schema of a patch of [`ByLang<TermName>`].
pub type TermNamesPatch = DescribedPatch<TermNamePatch>;

/// The target of a merge.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The id of the term that stays. Everything that refers to the other term will refer to this one.
    pub into: Id,
}

/// A term, embedded in another resource, in the language shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TermRef {
    /// The id (UUIDv7).
    pub id: Id,
    /// The language of `slug` and `name`. A link to the term needs this language, not that of the page.
    pub lang: Lang,
    /// The slug in that language.
    pub slug: Slug,
    /// The name in that language.
    pub name: String,
}
