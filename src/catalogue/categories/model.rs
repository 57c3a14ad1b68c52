//! The data types of categories.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::by_lang::ByLang;
use crate::catalogue::terms::edit::{NamesEdit, NewTerm, TermEdit};
use crate::catalogue::terms::model::{
    NewTermName, NewTermNames, Term, TermName, TermNamePatch, TermNames, TermNamesPatch, TermRef,
};
use crate::catalogue::terms::shown::PublicTerm;
use crate::delivery::reader::Shown;
use crate::delivery::site_pages::SitePages;
use crate::delivery::surrogate_keys;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// A category on the management surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Category {
    /// The id (UUIDv7).
    pub id: Id,
    /// The names, by language; the first is in the original language.
    #[schema(value_type = TermNames)]
    pub translations: ByLang<TermName>,
    /// The parent category.
    pub parent: Option<Id>,
    /// The position among its siblings, from 0.
    pub position: i32,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

impl Versioned for Category {
    fn version(&self) -> i32 {
        self.version
    }
}

impl From<Term> for Category {
    fn from(Term { row, translations }: Term) -> Self {
        Self {
            id: row.id,
            translations,
            parent: row.parent,
            position: row.position,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A new category, or the replacement of one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CategoryInput, examples(json!({
    "translations": { "en": { "name": "Housing", "description": "Who lives in a city, and who decides about it." } },
    "position": 0
})))]
pub struct NewCategory {
    /// The names, by language; the first is in the original language.
    #[schema(value_type = NewTermNames)]
    pub translations: ByLang<NewTermName>,
    /// The parent category; null for a top-level category.
    pub parent: Option<Id>,
    /// The position among its siblings; 0 when absent. Siblings with the same position are ordered by name.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub position: Option<i32>,
}

/// Changes to a category. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "translations": { "fr": { "name": "Logement" } } })))]
pub struct CategoryPatch {
    /// The names by language. Absent languages and members keep their value, and null removes them. At least one language
    /// must remain.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(value_type = Option<TermNamesPatch>, nullable = false)]
    pub translations: Option<ByLang<Option<TermNamePatch>>>,
    /// The parent category; null for a top-level category.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub parent: Patched<Id>,
    /// The position among its siblings, from 0; null means 0.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub position: Option<i32>,
}

impl From<NewCategory> for NewTerm {
    fn from(new: NewCategory) -> Self {
        Self {
            translations: new.translations,
            parent: new.parent,
            position: new.position.unwrap_or_default(),
        }
    }
}

impl From<NewCategory> for TermEdit {
    /// Clears all absent members except the slugs.
    fn from(new: NewCategory) -> Self {
        Self {
            translations: NamesEdit::Replace(new.translations),
            parent: Some(new.parent),
            position: Some(new.position.unwrap_or_default()),
        }
    }
}

impl From<CategoryPatch> for TermEdit {
    fn from(patch: CategoryPatch) -> Self {
        Self {
            translations: NamesEdit::Merge(patch.translations.unwrap_or_default()),
            parent: patch.parent,
            position: patch.position,
        }
    }
}

/// A category on the delivery surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicCategory {
    /// The members of every term. `post_count` includes the posts of descendants; a post in several of them counts once.
    #[serde(flatten)]
    pub term: PublicTerm,
    /// The parent category.
    pub parent: Option<TermRef>,
    /// The ancestors, from the top down.
    pub ancestors: Vec<TermRef>,
    /// The children, in order.
    pub children: Vec<TermRef>,
    /// The position among its siblings.
    pub position: i32,
}

/// A category with all its descendants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryNode {
    /// The members of every term. `post_count` includes the posts of descendants; a post in several of them counts once.
    #[serde(flatten)]
    pub term: PublicTerm,
    /// The position among its siblings.
    pub position: i32,
    /// The children, by position, then by name.
    #[schema(no_recursion)]
    pub children: Vec<CategoryNode>,
}

impl Shown for PublicCategory {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.term.complete(pages);
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        let relatives = self.ancestors.iter().chain(&self.children);
        let all = relatives.map(|one| one.id).chain([self.term.id]);
        keys.extend(all.map(|id| surrogate_keys::thing(Kind::Category, id)));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        self.term.languages(found);
    }
}

impl Shown for CategoryNode {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.term.complete(pages);
        self.children
            .iter_mut()
            .for_each(|node| node.complete(pages));
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Category, self.term.id));
        self.children.iter().for_each(|node| node.keys(keys));
    }

    /// From the top down.
    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        self.term.languages(found);
        self.children.iter().for_each(|node| node.languages(found));
    }
}
