//! How the public asks for posts: the parameters of lists, facets and single reads.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::{Validate, ValidationError};

use crate::any_of::AnyOf;
use crate::db::keyset::{Order, Window};
use crate::db::sql_types::words;
use crate::lang::Lang;
use crate::timestamp::InstantOrDate;

/// Which posts. All of it looks at the publication that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = "few_names"))]
pub struct PostFilter {
    /// Posts in any of these categories or what stands below them: ids or slugs in any language, with commas between. Given again: and in any of those.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub category: Vec<AnyOf>,
    /// Posts with any of these tags: ids or slugs in any language, with commas between. Given again: and any of those.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub tag: Vec<AnyOf>,
    /// Posts by any of these authors: ids or slugs, with commas between. Given again: and any of those.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub author: Vec<AnyOf>,
    /// Posts by an author who spoke for any of these organizations: ids or slugs, with commas between. Given again: and any of those.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub organization: Vec<AnyOf>,
    /// Posts in none of these categories, nor in what stands below them.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub exclude_category: Vec<AnyOf>,
    /// Posts with none of these tags.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub exclude_tag: Vec<AnyOf>,
    /// Posts that can be read in each of these languages, with commas between.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub available_in: Vec<Lang>,
    /// Published at this instant or after it.
    #[param(inline)]
    pub published_after: Option<InstantOrDate>,
    /// Published before this instant.
    #[param(inline)]
    pub published_before: Option<InstantOrDate>,
    /// Last published again at this instant or after it.
    #[param(inline)]
    pub updated_after: Option<InstantOrDate>,
    /// Last published again before this instant.
    #[param(inline)]
    pub updated_before: Option<InstantOrDate>,
    /// Those that editors put forward, or the others.
    pub featured: Option<bool>,
}

/// How many ids and slugs one request may name: each is looked up.
const MOST_NAMES: usize = 200;

fn few_names(filter: &PostFilter) -> std::result::Result<(), ValidationError> {
    let lists = [
        ("/category", &filter.category),
        ("/tag", &filter.tag),
        ("/author", &filter.author),
        ("/organization", &filter.organization),
        ("/exclude_category", &filter.exclude_category),
        ("/exclude_tag", &filter.exclude_tag),
    ];
    let names = |lists: &[AnyOf]| lists.iter().map(|AnyOf(names)| names.len()).sum::<usize>();
    let sizes = lists.map(|(at, lists)| (names(lists), at));
    let all: usize = sizes.iter().map(|(size, _)| size).sum();
    match sizes.into_iter().max() {
        Some((_, most)) if all > MOST_NAMES => {
            let detail =
                format!("all filters together may name at most {MOST_NAMES} things, not {all}");
            let mut error = ValidationError::new("too_many").with_message(detail.into());
            error.add_param("pointer".into(), &most);
            Err(error)
        }
        _ => Ok(()),
    }
}

impl PostFilter {
    /// When posts are to have been published.
    pub fn published(&self) -> Window {
        Window::new(self.published_after, self.published_before)
    }

    /// When posts are to have been published again.
    pub fn updated(&self) -> Window {
        Window::new(self.updated_after, self.updated_before)
    }
}

words! {
    /// The order of a list of posts; equal ones stand by their ids, the same way.
    pub enum PostSort {
        /// The newest first.
        Newest = "-published_at",
        /// The oldest first.
        Oldest = "published_at",
        /// The last to be published again first.
        LatestUpdate = "-updated_at",
        /// The first to be published again first.
        EarliestUpdate = "updated_at",
        /// From A to Z.
        Title = "title",
        /// From Z to A.
        TitleBackwards = "-title",
    }
}

impl PostSort {
    /// In SQL, of publications called `p`.
    pub fn order(self) -> Order {
        let (by, descending) = match self {
            Self::Newest => ("p.published_at", true),
            Self::Oldest => ("p.published_at", false),
            Self::LatestUpdate => ("p.updated_at", true),
            Self::EarliestUpdate => ("p.updated_at", false),
            Self::Title => ("p.title_key", false),
            Self::TitleBackwards => ("p.title_key", true),
        };
        Order {
            by: Some(by),
            id: "p.post_id",
            descending,
            span: Window::default(),
        }
    }
}

words! {
    /// Parts of a post that a list leaves out unless they are asked for.
    pub enum Part {
        /// The text.
        Body = "body",
        /// What search engines are told.
        Seo = "seo",
        /// The titles of the other languages.
        TranslatedTitle = "translations.title",
    }
}

/// In which order to list posts.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostOrder {
    /// By the dates or the title of the publication shown; absent, `-published_at`. Titles stand in one order for all languages, that of the Unicode Collation Algorithm.
    #[param(inline)]
    pub sort: Option<PostSort>,
}

/// What to put in besides.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Inclusion {
    /// Parts that are heavy or rarely wanted, with commas between; with `fields`, besides those.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 3)]
    pub include: Vec<Part>,
}

impl Inclusion {
    /// The names of the parts.
    pub fn names(&self) -> Vec<String> {
        self.include.iter().map(ToString::to_string).collect()
    }
}

/// How many to answer.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RelatedQuery {
    /// The most posts to answer.
    #[param(minimum = 1, maximum = 100, default = 5)]
    pub limit: Option<u32>,
}

/// How many values a facet may have.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FacetQuery {
    /// The most values of each facet, those with most posts first.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
}

impl RelatedQuery {
    /// How many, at most.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(5)
    }
}

impl FacetQuery {
    /// How many, at most.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(100)
    }
}
