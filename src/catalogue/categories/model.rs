//! The shapes of a category.

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
use crate::delivery::surrogate_keys;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// A category, as editors see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Category {
    /// Its id.
    pub id: Id,
    /// What it is called in each of its languages; its own first.
    #[schema(value_type = TermNames)]
    pub translations: ByLang<TermName>,
    /// The category above.
    pub parent: Option<Id>,
    /// Its place among its siblings, from 0.
    pub position: i32,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
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

/// A category to be made, or to stand in the place of another.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCategory {
    /// What it is called in each of its languages; its own first.
    #[schema(value_type = NewTermNames)]
    pub translations: ByLang<NewTermName>,
    /// The category above; null for one at the top.
    pub parent: Option<Id>,
    /// Its place among its siblings, from 0, which it is when absent; those of the same place stand by name.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub position: Option<i32>,
}

/// Changes to a category: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryPatch {
    /// Language by language, and member by member: absent keeps, null removes. At least one language must remain.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(value_type = Option<TermNamesPatch>, nullable = false)]
    pub translations: Option<ByLang<Option<TermNamePatch>>>,
    /// The category above; null for one at the top.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub parent: Patched<Id>,
    /// Its place among its siblings, from 0, which null means.
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
    /// All that is not given is cleared; slugs stay.
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

/// A category, as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicCategory {
    /// What all terms have. `post_count` includes the categories below; a post in several of them counts once.
    #[serde(flatten)]
    pub term: PublicTerm,
    /// The category above.
    pub parent: Option<TermRef>,
    /// All above it, from the top down.
    pub ancestors: Vec<TermRef>,
    /// Those right below it, in order.
    pub children: Vec<TermRef>,
    /// Its place among its siblings.
    pub position: i32,
}

/// A category with all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryNode {
    /// What all terms have. `post_count` includes the categories below; a post in several of them counts once.
    #[serde(flatten)]
    pub term: PublicTerm,
    /// Its place among its siblings.
    pub position: i32,
    /// Those right below it, by position, then name.
    #[schema(no_recursion)]
    pub children: Vec<CategoryNode>,
}

impl Shown for PublicCategory {
    fn keys(&self, keys: &mut SurrogateKeys) {
        let around = self.ancestors.iter().chain(&self.children);
        let all = around.map(|one| one.id).chain([self.term.id]);
        keys.extend(all.map(|id| surrogate_keys::thing(Kind::Category, id)));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        self.term.languages(found);
    }
}

impl Shown for CategoryNode {
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
