//! The query parameters of the list of posts.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::any_of::AnyOf;
use crate::collation::CollationKey;
use crate::db::keyset::{Order, SortKey, SortValue, Window};
use crate::db::sql_types::words;
use crate::editorial::workflow::words::Status;
use crate::fields::{Fields, Selection};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::timestamp::{InstantOrDate, Timestamp};

/// The filters of the list of posts. A post must match all of them.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostQuery {
    /// Only posts with a translation whose title contains this text.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Only posts with a translation in one of these statuses, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub status: Vec<Status>,
    /// Only posts with a translation in this language. `q`, `status` and `published_…` then apply to that translation.
    pub lang: Option<Lang>,
    /// Only posts of any of these types, comma-separated; of both types when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// Only pages directly below the page with this id.
    pub parent: Option<Id>,
    /// The authors, organizations and terms that the posts must refer to.
    #[serde(flatten)]
    #[param(ignore)]
    #[validate(nested)]
    pub filter: PostFilter,
    /// Only posts that you created, or that credit the author linked to you. For an API key: only posts that the key
    /// created.
    #[param(default = false)]
    pub own: Option<bool>,
    /// Only posts that the user with this id created.
    pub created_by: Option<Id>,
    /// Created at this instant or after it.
    #[param(inline)]
    pub created_after: Option<InstantOrDate>,
    /// Created before this instant.
    #[param(inline)]
    pub created_before: Option<InstantOrDate>,
    /// Changed at this instant or after it: the post, or one of its translations.
    #[param(inline)]
    pub updated_after: Option<InstantOrDate>,
    /// Changed before this instant.
    #[param(inline)]
    pub updated_before: Option<InstantOrDate>,
    /// Only posts with a translation whose publication starts at this instant or after it. It may be scheduled or expired.
    #[param(inline)]
    pub published_after: Option<InstantOrDate>,
    /// Only posts with a translation whose publication starts before this instant.
    #[param(inline)]
    pub published_before: Option<InstantOrDate>,
    /// Evaluates statuses at this instant, or at the start of this date, instead of now: translations that are
    /// scheduled, published or expired then, as planned today.
    #[param(inline)]
    pub at: Option<InstantOrDate>,
    /// Lists the posts in the trash instead of the others.
    #[param(default = false)]
    pub trashed: Option<bool>,
    /// The order: by the time of creation, of the last change, or of publication, or by title. `-` means descending.
    /// `-created_at` when absent. By the time of publication, the list has only the posts with a publication in `lang` or,
    /// without `lang`, in their original language; it may be scheduled or expired. By title, each post has its place by
    /// its title in `lang` or, without `lang`, in its original language. Titles in all languages are sorted together, by the
    /// Unicode Collation Algorithm.
    #[param(inline)]
    pub sort: Option<PostSort>,
}

impl PostQuery {
    /// Returns the bounds of the time of creation.
    pub(super) fn created(&self) -> Window {
        Window::new(self.created_after, self.created_before)
    }

    /// Returns the bounds of the time of the last change.
    pub(super) fn updated(&self) -> Window {
        Window::new(self.updated_after, self.updated_before)
    }

    /// Returns the bounds of the time of publication.
    pub(super) fn published(&self) -> Window {
        Window::new(self.published_after, self.published_before)
    }

    /// Returns the requested order; newest first by default.
    pub(super) fn sort(&self) -> PostSort {
        self.sort.unwrap_or(PostSort::Newest)
    }
}

/// Filters by what posts refer to. A post must match all of them.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostFilter {
    /// Only posts in any of these categories or their descendants: ids or slugs in any language. Comma-separated values
    /// are ORed; repeated parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub category: Vec<AnyOf>,
    /// Only posts with any of these tags: ids or slugs in any language. Comma-separated values are ORed; repeated
    /// parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub tag: Vec<AnyOf>,
    /// Only posts with a byline of any of these authors: ids or slugs. Comma-separated values are ORed; repeated
    /// parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub author: Vec<AnyOf>,
    /// Only posts with a byline for any of these organizations: ids or slugs. Comma-separated values are ORed; repeated
    /// parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub organization: Vec<AnyOf>,
    /// `true` returns only featured posts, `false` only the other posts.
    pub featured: Option<bool>,
}

impl PostFilter {
    /// Returns whether every post matches.
    pub(in crate::editorial) fn is_empty(&self) -> bool {
        self.featured.is_none() && self.names().next().is_none()
    }

    /// Returns the names that a post must have, with the kind to which each parameter applies.
    pub(super) fn names(&self) -> impl Iterator<Item = (Kind, &AnyOf)> {
        let lists = [
            (Kind::Category, &self.category),
            (Kind::Tag, &self.tag),
            (Kind::Author, &self.author),
            (Kind::Organization, &self.organization),
        ];
        let named = |(kind, names): (Kind, _)| std::iter::repeat(kind).zip(names);
        lists.into_iter().flat_map(named)
    }
}

words! {
    /// The order of the list of posts. Posts with equal values are ordered by id, in the same direction.
    pub enum PostSort {
        /// The newest first.
        Newest = "-created_at",
        /// The oldest first.
        Oldest = "created_at",
        /// The latest change first.
        LatestUpdate = "-updated_at",
        /// The earliest change first.
        EarliestUpdate = "updated_at",
        /// The latest publication first.
        LatestPublication = "-published_at",
        /// The earliest publication first.
        EarliestPublication = "published_at",
        /// From A to Z.
        Title = "title",
        /// From Z to A.
        TitleBackwards = "-title",
    }
}

impl PostSort {
    /// Returns the table that has the order, if it is not that of posts, and the condition on its rows `f`. It has a row for
    /// each language.
    pub(super) fn leading(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::LatestPublication | Self::EarliestPublication => {
                Some(("publications", " AND f.replaces_at IS NULL"))
            }
            Self::Title | Self::TitleBackwards => Some(("translations", "")),
            Self::Newest | Self::Oldest | Self::LatestUpdate | Self::EarliestUpdate => None,
        }
    }

    /// Returns whether the list is ordered by title.
    pub(super) fn is_by_title(self) -> bool {
        matches!(self, Self::Title | Self::TitleBackwards)
    }

    /// Returns the order in SQL for posts with the alias `t` and for the table of [`Self::leading`] with the alias `f`.
    pub(super) fn order(self) -> Order {
        let (by, id, descending) = match self {
            // Ids are UUIDv7, so their order is that of creation.
            Self::Newest => (None, "t.id", true),
            Self::Oldest => (None, "t.id", false),
            Self::LatestUpdate => (Some("t.updated_at"), "t.id", true),
            Self::EarliestUpdate => (Some("t.updated_at"), "t.id", false),
            Self::LatestPublication => (Some("f.published_at"), "f.post_id", true),
            Self::EarliestPublication => (Some("f.published_at"), "f.post_id", false),
            Self::Title => (Some("f.title_key"), "f.post_id", false),
            Self::TitleBackwards => (Some("f.title_key"), "f.post_id", true),
        };
        Order {
            by,
            id,
            descending,
            span: Window::default(),
        }
    }

    /// Returns the sort key of a post. `at` is the time by which it is ordered, and `title` the key of the title.
    pub(super) fn key(self, id: Id, at: Timestamp, title: Option<&CollationKey>) -> SortKey {
        let value = match self {
            Self::Newest | Self::Oldest => None,
            Self::LatestUpdate
            | Self::EarliestUpdate
            | Self::LatestPublication
            | Self::EarliestPublication => Some(SortValue::At(at)),
            Self::Title | Self::TitleBackwards => title.cloned().map(SortValue::Text),
        };
        value.map_or_else(|| SortKey::from_id(id), |value| SortKey::new(value, id))
    }
}

words! {
    /// The names that `include` adds to a post.
    pub enum Includable {
        /// The names of its authors and of the organizations in its bylines.
        Authors = "authors",
        /// The names of its categories.
        Categories = "categories",
        /// The names of its tags.
        Tags = "tags",
    }
}

/// The choice of names that a response adds to the ids in a post.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostInclusion {
    /// Adds `included` with the names of what the post refers to, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 3)]
    pub include: Vec<Includable>,
}

impl PostInclusion {
    /// Returns whether the request asks for no names.
    pub(super) fn is_empty(&self) -> bool {
        self.include.is_empty()
    }

    /// Returns whether the response has the names of these things.
    pub(super) fn has(&self, part: Includable) -> bool {
        self.include.contains(&part)
    }

    /// Returns the selection of members, to which `included` belongs if `include` is given.
    pub(super) fn selecting(&self, fields: Fields) -> Selection {
        Selection::with_included(fields, !self.include.is_empty())
    }
}
