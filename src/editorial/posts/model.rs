//! The shapes of a post, as editors see and write it: what holds for all its languages.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::editorial::translations::model::{FirstTranslation, Translation, TranslationSummary};
use crate::editorial::workflow::words::Status;
use crate::http::validation::{self, error_at};
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::schema::posts;
use crate::timestamp::{InstantOrDate, Timestamp};
use crate::version::Versioned;

/// A post with what holds for all its languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostSummary {
    /// Its id.
    pub id: Id,
    /// The language it was first written in.
    pub original_lang: Lang,
    /// Who wrote it, in order.
    pub authors: Vec<PostByline>,
    /// Its categories.
    pub categories: Vec<Id>,
    /// Its tags.
    pub tags: Vec<Id>,
    /// Whether editors put it forward.
    pub featured: bool,
    /// SPDX id or URL of its licence.
    pub licence: Option<String>,
    /// Where it first appeared, if elsewhere.
    pub canonical_url: Option<String>,
    /// Its languages.
    pub translations: Vec<TranslationSummary>,
    /// The user who made it.
    pub created_by: Option<Id>,
    /// Grows with every change, of a translation too.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was put in the trash.
    pub deleted_at: Option<Timestamp>,
}

/// A post with the translation in its original language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Post {
    /// What holds for all languages.
    #[serde(flatten)]
    pub summary: PostSummary,
    /// The working copy in the original language.
    pub translation: Translation,
}

impl Versioned for Post {
    fn version(&self) -> i32 {
        self.summary.version
    }
}

/// An author on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostByline {
    /// The author's id.
    pub author: Id,
    /// For whom the author speaks here, whoever that is today.
    pub organization: Option<Id>,
    /// What the author is there.
    pub role: Option<String>,
}

/// An author to be put on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewByline {
    /// The author's id.
    pub author: Id,
    /// For whom the author speaks here; null for nobody. Absent: as before on this post, else the author's current
    /// organization, kept from then on.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// What the author is there.
    #[schema(min_length = 1, max_length = 200, examples("Mayor"))]
    pub role: Option<String>,
}

impl From<PostByline> for NewByline {
    /// The same again, its affiliation kept.
    fn from(byline: PostByline) -> Self {
        Self {
            author: byline.author,
            organization: Some(byline.organization),
            role: byline.role,
        }
    }
}

/// A post to be made, with its first translation; or to stand in the place of another.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// Its text in one language: the original one, when the post is made.
    #[validate(nested)]
    pub translation: FirstTranslation,
    /// Who wrote it, in order.
    #[serde(default)]
    #[schema(max_items = 50)]
    #[validate(custom(function = authors_once))]
    pub authors: Vec<NewByline>,
    /// Its categories.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub categories: Vec<Id>,
    /// Its tags.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub tags: Vec<Id>,
    /// Whether editors put it forward.
    #[serde(default)]
    #[schema(default = false)]
    pub featured: bool,
    /// SPDX id or URL of its licence.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$",
        examples("CC-BY-4.0")
    )]
    pub licence: Option<String>,
    /// Where it first appeared, if elsewhere: http or https.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub canonical_url: Option<String>,
}

/// Changes to what holds for all languages of a post: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostPatch {
    /// Who wrote it, in order; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 50, nullable = false)]
    #[validate(custom(function = authors_once))]
    pub authors: Option<Vec<NewByline>>,
    /// Its categories; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 200, nullable = false)]
    pub categories: Option<Vec<Id>>,
    /// Its tags; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 200, nullable = false)]
    pub tags: Option<Vec<Id>>,
    /// Whether editors put it forward.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub featured: Option<bool>,
    /// SPDX id or URL of its licence.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$")]
    pub licence: Patched<String>,
    /// Where it first appeared, if elsewhere: http or https.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub canonical_url: Patched<String>,
}

fn authors_once(bylines: &[NewByline]) -> Result<(), ValidationError> {
    for (index, byline) in bylines.iter().enumerate() {
        if bylines
            .iter()
            .take(index)
            .any(|before| before.author == byline.author)
        {
            return Err(error_at(
                &format!("/{index}/author"),
                "duplicate",
                "must not name the same author twice",
            ));
        }
    }
    Ok(())
}

/// Which posts to list.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostQuery {
    /// Text in a title.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// With a translation that has come so far.
    #[param(inline)]
    pub status: Option<Status>,
    /// With a translation in this language; `status` and `q` then look at it alone.
    pub lang: Option<Lang>,
    /// In this category.
    pub category: Option<Id>,
    /// With this tag.
    pub tag: Option<Id>,
    /// By this author.
    pub author: Option<Id>,
    /// How the languages stand at this instant, or the first of this date, in place of now: what is scheduled, public or
    /// over then, as planned today.
    #[param(inline)]
    pub at: Option<InstantOrDate>,
    /// Those in the trash, in place of the others.
    #[param(default = false)]
    pub trashed: Option<bool>,
}

/// How to delete a post.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteQuery {
    /// For good, in place of into the trash; needs an admin.
    #[param(default = false)]
    pub permanent: Option<bool>,
}

/// The row of a post.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = posts)]
pub struct PostRow {
    /// Its id.
    pub id: Id,
    /// The language it was first written in.
    pub original_lang: Lang,
    /// Whether editors put it forward.
    pub featured: bool,
    /// SPDX id or URL of its licence.
    pub licence: Option<String>,
    /// Where it first appeared.
    pub canonical_url: Option<String>,
    /// The user who made it.
    pub created_by: Option<Id>,
    /// Grows with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was put in the trash.
    pub deleted_at: Option<Timestamp>,
}
