//! The representations of a post for editors: the properties that all its languages share.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::bylines::{NewByline, PostByline, authors_once};
use super::included::Included;
use crate::catalogue::references::ReferenceLookup;
use crate::db::sql_types::words;
use crate::editorial::publishing::model::{Takedown, TakedownReason};
use crate::editorial::translations::first_translation::FirstTranslation;
use crate::editorial::translations::model::{Translation, TranslationSummary};
use crate::editorial::workflow::words::PostAction;
use crate::http::validation;
use crate::id::Id;
use crate::lang::Lang;
use crate::licence;
use crate::patch::{self, Patched};
use crate::post_type::PostType;
use crate::schema::posts;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::Versioned;

/// A post with the properties that all its languages share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostSummary {
    /// The post's id (UUIDv7).
    pub id: Id,
    /// The type, which never changes.
    pub r#type: PostType,
    /// The id of the page above this one; null for posts and for pages at the top.
    pub parent: Option<Id>,
    /// The position of a page among its siblings, from 0; always 0 for posts.
    pub position: i32,
    /// The language the post was first written in.
    pub original_lang: Lang,
    /// The bylines, in order.
    pub authors: Vec<PostByline>,
    /// The ids of the categories.
    pub categories: Vec<Id>,
    /// The ids of the tags.
    pub tags: Vec<Id>,
    /// True if editors have featured the post.
    pub featured: bool,
    /// The SPDX identifier or URL of the licence.
    pub licence: Option<String>,
    /// The URL of the original publication, if the post first appeared elsewhere.
    pub canonical_url: Option<String>,
    /// True if what all languages share was changed since a language that is published or scheduled got it last.
    pub has_unpublished_changes: bool,
    /// The number of public comments.
    #[schema(minimum = 0)]
    pub comment_count: i32,
    /// True if comments are accepted now. `PUT …/discussion` opens and closes them.
    pub comments_open: bool,
    /// The time at which comments will close; null if they are closed, or stay open.
    pub comments_close_at: Option<Timestamp>,
    /// A summary of each language.
    pub translations: Vec<TranslationSummary>,
    /// The user who created the post; null if that was no user, or the user has been deleted.
    pub created_by: Option<UserRef>,
    /// The version number. Every change to the post or to one of its translations increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The time at which the post was moved to the trash; null if it is not there.
    pub deleted_at: Option<Timestamp>,
    /// The names of what the post refers to; present only with `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<Included>,
}

/// A post with the translation in its original language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Post {
    /// The properties that all languages share.
    #[serde(flatten)]
    pub summary: PostSummary,
    /// The actions that the caller may take on the whole post now. Those on a language are in its translation.
    pub allowed_actions: Vec<PostAction>,
    /// The working copy in the original language. For an API key that is limited to others, in the first of its languages
    /// that the post has.
    pub translation: Translation,
}

impl Versioned for Post {
    fn version(&self) -> i32 {
        self.summary.version
    }
}

/// A post to create with its first translation, or to replace an existing post with.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostInput, examples(json!({
    "translation": {
        "lang": "en",
        "title": "A right to the city",
        "subtitle": "Notes from nine neighbourhoods",
        "excerpt": "Nine neighbourhoods tell what became of their homes.",
        "body": { "format": "markdown", "source": "Nine neighbourhoods tell what became of *their* homes." }
    },
    "licence": "CC-BY-4.0"
})))]
pub struct NewPost {
    /// The text in one language. On creation, this becomes the original language.
    #[validate(nested)]
    pub translation: FirstTranslation,
    /// The type, `post` when absent. It is set on creation: when a post is replaced, it may only be absent or the same.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub r#type: Option<PostType>,
    /// The id of the page above this page; null for a page at the top. Only a page has a parent, which is a page too.
    pub parent: Option<Id>,
    /// The position of the page among its siblings; 0 when absent. Only a page has another one than 0.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub position: Option<i32>,
    /// The bylines, in order. Each author may appear once.
    #[serde(default)]
    #[schema(max_items = 50)]
    #[validate(custom(function = authors_once))]
    pub authors: Vec<NewByline>,
    /// The ids of the categories.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub categories: Vec<Id>,
    /// The ids of the tags.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub tags: Vec<Id>,
    /// True to feature the post. Absent: false; in a replacement by somebody who may not change it, the present value.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub featured: Option<bool>,
    /// The SPDX identifier or URL of the licence.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$",
        examples("CC-BY-4.0")
    )]
    #[serde(default, deserialize_with = "licence::optional")]
    #[validate(custom(function = validation::licence))]
    pub licence: Option<String>,
    /// The URL (http or https) of the original publication, if the post first appeared elsewhere.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub canonical_url: Option<String>,
}

impl NewPost {
    /// Returns the shared properties, as a patch that replaces all of them but an absent `featured`, and the text.
    pub(super) fn split(self) -> (PostPatch, FirstTranslation) {
        let patch = PostPatch {
            authors: Some(self.authors),
            categories: Some(self.categories),
            tags: Some(self.tags),
            featured: self.featured,
            licence: Some(self.licence),
            canonical_url: Some(self.canonical_url),
            parent: Some(self.parent),
            position: Some(self.position.unwrap_or_default()),
        };
        (patch, self.translation)
    }
}

/// Changes to the properties that all languages of a post share. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "featured": true, "licence": "CC-BY-4.0" })))]
pub struct PostPatch {
    /// The id of the page above this page; null for a page at the top. Only a page has a parent, which is a page too.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub parent: Patched<Id>,
    /// The position of the page among its siblings, from 0; null means 0. Only a page has another one than 0.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub position: Option<i32>,
    /// The bylines, in order; replaces the whole list. Each author may appear once.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 50, nullable = false)]
    #[validate(custom(function = authors_once))]
    pub authors: Option<Vec<NewByline>>,
    /// The ids of the categories; replaces the whole list.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 200, nullable = false)]
    pub categories: Option<Vec<Id>>,
    /// The ids of the tags; replaces the whole list.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 200, nullable = false)]
    pub tags: Option<Vec<Id>>,
    /// True to feature the post.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub featured: Option<bool>,
    /// The SPDX identifier or URL of the licence.
    #[serde(default, deserialize_with = "licence::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$")]
    #[validate(custom(function = validation::licence))]
    pub licence: Patched<String>,
    /// The URL (http or https) of the original publication, if the post first appeared elsewhere.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub canonical_url: Patched<String>,
}

impl PostPatch {
    /// Returns the names of the members that the patch has.
    pub(super) fn members(&self) -> Vec<&'static str> {
        let has = [
            ("parent", self.parent.is_some()),
            ("position", self.position.is_some()),
            ("authors", self.authors.is_some()),
            ("categories", self.categories.is_some()),
            ("tags", self.tags.is_some()),
            ("featured", self.featured.is_some()),
            ("licence", self.licence.is_some()),
            ("canonical_url", self.canonical_url.is_some()),
        ];
        let sent = has.into_iter().filter(|(_, is_sent)| *is_sent);
        sent.map(|(member, _)| member).collect()
    }

    /// Returns the things of the catalogue that must exist.
    pub(super) fn lookup(&self) -> ReferenceLookup {
        let lines = || self.authors.iter().flatten();
        let terms = self.categories.iter().chain(&self.tags).flatten();
        ReferenceLookup {
            authors: lines().map(|line| line.author).collect(),
            organizations: lines()
                .filter_map(|line| line.organization.flatten())
                .collect(),
            terms: terms.copied().collect(),
            ..ReferenceLookup::default()
        }
    }
}

words! {
    /// The part of a post to publish.
    pub enum PublishedPart {
        /// What all languages share.
        Shared = "shared",
    }
}

/// The options of changing a post.
#[derive(Debug, Clone, Copy, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublishQuery {
    /// `shared` also publishes what the request changes: the members that it has, or the whole list to which it adds or from
    /// which it removes, in all languages at once, without their texts. What else was changed and not published stays
    /// unpublished. Requires the role editor, and a language that is published or scheduled. The change then creates no
    /// revision.
    #[param(inline)]
    pub publish: Option<PublishedPart>,
}

impl PublishQuery {
    /// Returns whether to publish what the request changes.
    pub fn publishes(self) -> bool {
        self.publish == Some(PublishedPart::Shared)
    }
}

/// The options of deleting a post.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteQuery {
    /// Deletes the post permanently instead of moving it to the trash. Requires the role admin.
    #[param(default = false)]
    pub permanent: Option<bool>,
    /// The reason for which the post is taken down. It is told for every language that was public, as when a translation is
    /// taken down.
    #[param(inline)]
    pub reason: Option<TakedownReason>,
}

impl DeleteQuery {
    /// Returns the options of taking the publications down.
    pub fn takedown(&self) -> Takedown {
        Takedown {
            reason: self.reason,
        }
    }
}

/// A row of the table `posts`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = posts)]
pub struct PostRow {
    /// The post's id.
    pub id: Id,
    /// The language the post was first written in.
    pub original_lang: Lang,
    /// True if editors have featured the post.
    pub featured: bool,
    /// The SPDX identifier or URL of the licence.
    pub licence: Option<String>,
    /// The URL of the original publication, if the post first appeared elsewhere.
    pub canonical_url: Option<String>,
    /// The id of the user who created the post.
    pub created_by: Option<Id>,
    /// The version number, which every change increases.
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The time at which the post was moved to the trash.
    pub deleted_at: Option<Timestamp>,
    /// The version of the properties that all languages share, which every change to them increases.
    pub shared_version: i32,
    /// The type.
    pub post_type: PostType,
    /// The page above.
    #[diesel(column_name = parent_id)]
    pub parent: Option<Id>,
    /// The position of a page among its siblings.
    pub position: i32,
}
