//! The query parameters of post lists, facets and single posts.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::{Validate, ValidationError};

use crate::any_of::AnyOf;
use crate::db::keyset::{Order, Window};
use crate::db::sql_types::words;
use crate::error::{Error, Result};
use crate::fields::Selection;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::timestamp::InstantOrDate;

/// The filter of a list. All parameters refer to the publication that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[validate(schema(function = "few_names"))]
pub struct PostFilter {
    /// Posts of any of these types, comma-separated: `post` when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// Pages directly below this page: its id or its slug in any language. Gives an empty list while that page is not
    /// public.
    #[param(min_length = 1, max_length = 200)]
    pub parent: Option<String>,
    /// Posts in any of these categories or their descendants: ids or slugs in any language. Comma-separated values are ORed;
    /// repeated parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub category: Vec<AnyOf>,
    /// Posts with any of these tags: ids or slugs in any language. Comma-separated values are ORed; repeated parameters are
    /// ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub tag: Vec<AnyOf>,
    /// Posts by any of these authors: ids or slugs. Comma-separated values are ORed; repeated parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub author: Vec<AnyOf>,
    /// Posts by an author who wrote for any of these organizations: ids or slugs. Comma-separated values are ORed; repeated
    /// parameters are ANDed.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub organization: Vec<AnyOf>,
    /// Leaves out posts in any of these categories or their descendants.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub exclude_category: Vec<AnyOf>,
    /// Leaves out posts with any of these tags.
    #[serde(default)]
    #[param(inline, style = Form, explode, max_items = 20)]
    pub exclude_tag: Vec<AnyOf>,
    /// Leaves out the posts with these ids, comma-separated. May be repeated.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 100)]
    pub exclude: Vec<Id>,
    /// Posts that are published in every one of these languages, comma-separated. May be repeated.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub available_in: Vec<Lang>,
    /// Published at this instant or after it.
    #[param(inline)]
    pub published_after: Option<InstantOrDate>,
    /// Published before this instant.
    #[param(inline)]
    pub published_before: Option<InstantOrDate>,
    /// Updated (published again) at this instant or after it.
    #[param(inline)]
    pub updated_after: Option<InstantOrDate>,
    /// Updated (published again) before this instant.
    #[param(inline)]
    pub updated_before: Option<InstantOrDate>,
    /// `true` returns only featured posts, `false` only the other posts.
    pub featured: Option<bool>,
}

/// The maximum number of ids and slugs in one request, each of which is looked up.
const MOST_NAMES: usize = 200;

fn few_names(filter: &PostFilter) -> std::result::Result<(), ValidationError> {
    let included = filter
        .included()
        .map(|(kind, lists)| (kind.as_str().to_owned(), lists));
    let excluded = filter
        .excluded()
        .map(|(kind, lists)| (format!("exclude_{kind}"), lists));
    let names = |lists: &[AnyOf]| lists.iter().map(|AnyOf(names)| names.len()).sum::<usize>();
    let sizes = included.into_iter().chain(excluded);
    let sizes: Vec<_> = sizes.map(|(name, lists)| (names(lists), name)).collect();
    let all: usize = sizes.iter().map(|(size, _)| size).sum();
    match sizes.into_iter().max() {
        Some((_, most)) if all > MOST_NAMES => {
            let detail = format!(
                "all filters together may name at most {MOST_NAMES} ids and slugs, not {all}"
            );
            let mut error = ValidationError::new("too_many").with_message(detail.into());
            error.add_param("pointer".into(), &format!("/{most}"));
            Err(error)
        }
        _ => Ok(()),
    }
}

impl PostFilter {
    /// Returns the only type that posts may have; `None` if they may have either.
    pub fn only(&self) -> Option<PostType> {
        let pages = self.r#type.contains(&PostType::Page);
        match (pages, self.r#type.contains(&PostType::Post)) {
            (true, true) => None,
            (true, false) => Some(PostType::Page),
            (false, _) => Some(PostType::Post),
        }
    }

    /// Returns the condition that rows with this alias have the requested type; empty if they may have either. It is the
    /// exact condition of partial indexes.
    pub fn type_condition(&self, alias: &str) -> String {
        let condition = |only| format!(" AND {alias}.post_type = '{only}'");
        self.only().map_or_else(String::new, condition)
    }

    /// Returns the names that a post must have, with the kind to which each parameter applies.
    pub fn included(&self) -> [(Kind, &[AnyOf]); 4] {
        [
            (Kind::Category, self.category.as_slice()),
            (Kind::Tag, self.tag.as_slice()),
            (Kind::Author, self.author.as_slice()),
            (Kind::Organization, self.organization.as_slice()),
        ]
    }

    /// Returns the names that a post must not have, with the kind to which each parameter applies.
    pub fn excluded(&self) -> [(Kind, &[AnyOf]); 2] {
        [
            (Kind::Category, self.exclude_category.as_slice()),
            (Kind::Tag, self.exclude_tag.as_slice()),
        ]
    }

    /// Returns the bounds of the date of publication.
    pub fn published(&self) -> Window {
        Window::new(self.published_after, self.published_before)
    }

    /// Returns the bounds of the date of the last update.
    pub fn updated(&self) -> Window {
        Window::new(self.updated_after, self.updated_before)
    }
}

words! {
    /// The order of a list of posts. Posts with equal values are ordered by id, in the same direction.
    pub enum PostSort {
        /// The newest first.
        Newest = "-published_at",
        /// The oldest first.
        Oldest = "published_at",
        /// The latest update first.
        LatestUpdate = "-updated_at",
        /// The earliest update first.
        EarliestUpdate = "updated_at",
        /// From A to Z.
        Title = "title",
        /// From Z to A.
        TitleBackwards = "-title",
        /// Pages by their position among their siblings.
        Position = "position",
    }
}

impl PostSort {
    /// Returns the order in SQL, for publications with the alias `p`.
    pub fn order(self) -> Order {
        let (by, descending) = match self {
            Self::Newest => ("p.published_at", true),
            Self::Oldest => ("p.published_at", false),
            Self::LatestUpdate => ("p.updated_at", true),
            Self::EarliestUpdate => ("p.updated_at", false),
            Self::Title => ("p.title_key", false),
            Self::TitleBackwards => ("p.title_key", true),
            Self::Position => ("p.position", false),
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
    /// Members of a post that a list leaves out unless `include` names them.
    pub enum IncludedMember {
        /// The text.
        Body = "body",
        /// Title and description for search engines.
        Seo = "seo",
        /// The titles in the other languages.
        TranslatedTitle = "translations.title",
        /// The language shown, among `translations`.
        ShownTranslation = "translations.shown",
    }
}

/// The order of a list of posts.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostOrder {
    /// The order: by a date or by the title of the publication that is shown. `-` means descending. `-published_at` when
    /// absent. Titles in all languages are sorted together, by the Unicode Collation Algorithm. `position` requires
    /// `type=page`.
    #[param(inline)]
    pub sort: Option<PostSort>,
}

impl PostOrder {
    /// Returns the requested order, or the default.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] for the order by position unless the list has pages only.
    pub fn sort_for(&self, filter: &PostFilter) -> Result<PostSort> {
        let sort = self.sort.unwrap_or(PostSort::Newest);
        if sort == PostSort::Position && filter.only() != Some(PostType::Page) {
            let detail = "sort=position requires type=page: only pages have a position";
            return Err(Error::parameter("sort", "invalid", detail));
        }
        Ok(sort)
    }
}

/// The member that lists the languages of a post.
const TRANSLATIONS: &str = "translations";

/// Members to include.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Inclusion {
    /// The members to include, comma-separated, that the response leaves out otherwise because they are large or rarely
    /// needed. They are added to those in `fields`. `translations.shown` adds the language shown to `translations`. May be
    /// repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 4)]
    pub include: Vec<IncludedMember>,
}

impl Inclusion {
    /// Adds the members to a selection.
    pub fn added_to(&self, selection: Selection) -> Selection {
        let mut names: Vec<String> = self.include.iter().map(ToString::to_string).collect();
        // The language shown is an item of `translations`, not a member: without that member there is nowhere to show it.
        if self.include.contains(&IncludedMember::ShownTranslation) && !selection.has(TRANSLATIONS)
        {
            names.push(TRANSLATIONS.to_owned());
        }
        selection.including(names)
    }
}

/// The length of the list of related posts.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RelatedQuery {
    /// The greatest number of posts to return.
    #[param(minimum = 1, maximum = 100, default = 5)]
    pub limit: Option<u32>,
}

/// The length of each facet.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FacetQuery {
    /// The maximum number of values per facet.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
}

impl RelatedQuery {
    /// Returns the requested maximum, or the default.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(5)
    }
}

impl FacetQuery {
    /// Returns the requested maximum, or the default.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(100)
    }
}
