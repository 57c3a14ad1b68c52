//! The shapes of a term.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::by_lang::{ByLang, Described, DescribedPatch};
use crate::id::Id;
use crate::kind::Kind;
use crate::patch::{self, Patched};
use crate::schema::terms;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// The row of a term.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = terms)]
pub struct TermRow {
    /// Its id.
    pub id: Id,
    /// Its kind.
    pub kind: Kind,
    /// The category above.
    #[diesel(column_name = parent_id)]
    pub parent: Option<Id>,
    /// Its place among its siblings.
    pub position: i32,
    /// Grows with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A term with all its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The row.
    pub row: TermRow,
    /// The names; the first is in the term's own language.
    pub translations: ByLang<TermName>,
}

impl Term {
    /// What the change log tells of it.
    pub fn told(&self) -> impl Serialize {
        let tree = (self.row.kind == Kind::Category).then_some(Place {
            parent: self.row.parent,
            position: self.row.position,
        });
        let translations = self.translations.clone();
        Told { tree, translations }
    }
}

#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    tree: Option<Place>,
    translations: ByLang<TermName>,
}

#[derive(Serialize)]
struct Place {
    parent: Option<Id>,
    position: i32,
}

/// What a term is called in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TermName {
    /// The name.
    #[schema(examples("Housing"))]
    pub name: String,
    /// The slug in this language.
    pub slug: Slug,
    /// What belongs here, in plain text.
    pub description: Option<String>,
}

/// What a term is to be called in one language.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTermName {
    /// The name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", examples("Housing"))]
    pub name: String,
    /// Derived from the name when absent; one that is there already stays.
    pub slug: Option<Slug>,
    /// What belongs here, in plain text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
}

/// Changes to what a term is called in one language: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermNamePatch {
    /// The name; required for a language that is not there yet.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The old one goes on leading here.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// What belongs here, in plain text.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub description: Patched<String>,
}

/// [`ByLang<TermName>`], described.
pub type TermNames = Described<TermName, 1>;
/// [`ByLang<NewTermName>`], described.
pub type NewTermNames = Described<NewTermName, 1>;
/// A patch of [`ByLang<TermName>`], described.
pub type TermNamesPatch = DescribedPatch<TermNamePatch>;

/// Into which other a term is to be merged.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The one that stays: everything that names the other will name this one.
    pub into: Id,
}

/// A term, embedded in something else, in the language chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TermRef {
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    pub name: String,
}
