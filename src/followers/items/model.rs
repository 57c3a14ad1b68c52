//! The data types of items: what a copy elsewhere has to store or to delete.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::any_of::AnyOf;
use crate::catalogue::authors::model::PublicAuthor;
use crate::catalogue::categories::model::PublicCategory;
use crate::catalogue::organizations::model::PublicOrganization;
use crate::catalogue::terms::shown::PublicTerm;
use crate::changes::ending::EndReason;
use crate::db::sql_types::words;
use crate::delivery::reader::Shown;
use crate::delivery::site_pages::SitePages;
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::post_type::PostType;
use crate::publications::comments::model::PublicComment;
use crate::publications::lists::query::{IncludedMember, Inclusion, PostFilter};
use crate::publications::model::PublicPostSummary;

words! {
    /// The kind of an item.
    pub enum ItemKind {
        /// A post in one language.
        Post = "post",
        /// A category.
        Category = "category",
        /// A tag.
        Tag = "tag",
        /// An author.
        Author = "author",
        /// An organization.
        Organization = "organization",
        /// A comment.
        Comment = "comment",
    }
}

impl From<ItemKind> for Kind {
    fn from(kind: ItemKind) -> Self {
        match kind {
            ItemKind::Post => Self::Post,
            ItemKind::Category => Self::Category,
            ItemKind::Tag => Self::Tag,
            ItemKind::Author => Self::Author,
            ItemKind::Organization => Self::Organization,
            ItemKind::Comment => Self::Comment,
        }
    }
}

words! {
    /// The operation to apply to an item of a copy.
    pub enum ItemOperation {
        /// Store it, in place of the one with the same kind, id and language.
        Upsert = "upsert",
        /// Delete it, if there is one.
        Delete = "delete",
    }
}

words! {
    /// The reason for which an item is to be deleted.
    pub enum DeletionReason {
        /// An editor took it down.
        Unpublished = "unpublished",
        /// It expired.
        Expired = "expired",
        /// The post, term, author or organization was deleted.
        Deleted = "deleted",
        /// This language was withdrawn; the post remains public in others.
        LanguageWithdrawn = "language_withdrawn",
        /// It is public, but no longer matches the filter.
        LeftFilter = "left_filter",
        /// It was taken down because it is wrong.
        Error = "error",
        /// It was taken down because somebody does not consent to it.
        Consent = "consent",
        /// It was taken down for legal reasons.
        Legal = "legal",
    }
}

impl DeletionReason {
    /// Returns whether copies must be deleted at once: an editor said that the text is wrong, or must not be public.
    pub fn is_urgent(self) -> bool {
        match self {
            Self::Error | Self::Consent | Self::Legal => true,
            Self::Unpublished
            | Self::Expired
            | Self::Deleted
            | Self::LanguageWithdrawn
            | Self::LeftFilter => false,
        }
    }
}

impl From<EndReason> for DeletionReason {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::Unpublished => Self::Unpublished,
            EndReason::Expired => Self::Expired,
            EndReason::Deleted => Self::Deleted,
            EndReason::Error => Self::Error,
            EndReason::Consent => Self::Consent,
            EndReason::Legal => Self::Legal,
        }
    }
}

/// A change to a copy. Items are identified by kind, id and language. Storing or deleting one twice does the same as once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "op": "delete",
    "kind": "post",
    "id": "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11",
    "lang": "fr",
    "reason": "unpublished"
})))]
pub struct Item {
    /// The operation to apply.
    pub op: ItemOperation,
    /// The kind.
    pub kind: ItemKind,
    /// The id of the post, term, author, organization or comment.
    pub id: Id,
    /// The language of a post; null for other kinds.
    pub lang: Option<Lang>,
    /// The reason for which the item is to be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<DeletionReason>,
    /// The post, as in a list of posts in this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PublicPostSummary>, nullable = false)]
    pub post: Option<Selected<PublicPostSummary>>,
    /// The category, without `post_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub category: Option<Selected<PublicCategory>>,
    /// The tag, without `post_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub tag: Option<Selected<PublicTerm>>,
    /// The author, without `post_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub author: Option<Selected<PublicAuthor>>,
    /// The organization, without `post_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub organization: Option<Selected<PublicOrganization>>,
    /// The comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub comment: Option<Selected<PublicComment>>,
}

impl Item {
    /// Creates an item that is to be stored, still without content.
    pub fn upsert(kind: ItemKind, id: Id, lang: Option<Lang>) -> Self {
        Self {
            op: ItemOperation::Upsert,
            kind,
            id,
            lang,
            reason: None,
            post: None,
            category: None,
            tag: None,
            author: None,
            organization: None,
            comment: None,
        }
    }

    /// Fills in what depends on the settings of the site. Every follower does this with the items that it sends.
    pub fn complete(&mut self, pages: &SitePages<'_>) {
        fn of<T: Shown>(shown: &mut Option<Selected<T>>, pages: &SitePages<'_>) {
            if let Some(shown) = shown {
                shown.item_mut().complete(pages);
            }
        }
        of(&mut self.post, pages);
        of(&mut self.category, pages);
        of(&mut self.tag, pages);
        of(&mut self.author, pages);
        of(&mut self.organization, pages);
    }

    /// Returns the URL of the page of a complete item on the site.
    pub fn site_url(&self) -> Option<&str> {
        let post = self.post.iter().map(|post| &post.item().site_url);
        let categories = self.category.iter();
        let category = categories.map(|category| &category.item().term.site_url);
        let tag = self.tag.iter().map(|tag| &tag.item().site_url);
        let author = self.author.iter().map(|author| &author.item().site_url);
        let organizations = self.organization.iter();
        let organization = organizations.map(|organization| &organization.item().site_url);
        let mut all = post
            .chain(category)
            .chain(tag)
            .chain(author)
            .chain(organization);
        all.find_map(|url| url.as_deref())
    }

    /// Creates an item that is to be deleted.
    pub fn delete(kind: ItemKind, id: Id, lang: Option<Lang>, reason: DeletionReason) -> Self {
        Self {
            op: ItemOperation::Delete,
            reason: Some(reason),
            ..Self::upsert(kind, id, lang)
        }
    }
}

/// The filter of items: what a copy contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemFilter {
    /// The kinds of items, comma-separated: `post` when absent. May be repeated. Comments are those of all public posts,
    /// whatever the other filters say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 6)]
    pub kinds: Vec<ItemKind>,
    /// The languages of posts, comma-separated: all when absent. May be repeated. If there is exactly one, other kinds
    /// are named in it if possible.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub lang: Vec<Lang>,
    /// Posts of any of these types, comma-separated: `post` when absent. May be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// Posts in any of these categories or their descendants: ids or slugs in any language. Comma-separated values are
    /// ORed; repeated parameters are ANDed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode, max_items = 5)]
    pub category: Vec<AnyOf>,
    /// Posts with any of these tags: ids or slugs in any language. Comma-separated values are ORed; repeated parameters
    /// are ANDed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode, max_items = 5)]
    pub tag: Vec<AnyOf>,
    /// Posts by any of these authors: ids or slugs. Comma-separated values are ORed; repeated parameters are ANDed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode, max_items = 5)]
    pub author: Vec<AnyOf>,
    /// Posts by an author who wrote for any of these organizations: ids or slugs. Comma-separated values are ORed;
    /// repeated parameters are ANDed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode, max_items = 5)]
    pub organization: Vec<AnyOf>,
    /// The members of posts to return, comma-separated, as in a list of posts. May be repeated. Other kinds are always
    /// complete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(style = Form, explode = false, min_items = 1, max_items = 100)]
    pub fields: Vec<String>,
    /// The members of posts to include, comma-separated, as in a list of posts. May be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 4)]
    pub include: Vec<IncludedMember>,
}

impl ItemFilter {
    /// Returns the filter that leaves out nothing.
    pub fn everything() -> Self {
        Self {
            kinds: ItemKind::ALL.to_vec(),
            r#type: PostType::ALL.to_vec(),
            include: IncludedMember::ALL.to_vec(),
            ..Self::default()
        }
    }

    /// Returns whether items of this kind are in the copy.
    pub fn has_kind(&self, kind: ItemKind) -> bool {
        match self.kinds.as_slice() {
            [] => kind == ItemKind::Post,
            kinds => kinds.contains(&kind),
        }
    }

    /// Returns whether posts in this language are in the copy.
    pub fn has_lang(&self, lang: &Lang) -> bool {
        self.lang.is_empty() || self.lang.contains(lang)
    }

    /// Returns the filter of the corresponding lists of posts.
    pub fn of_posts(&self) -> PostFilter {
        PostFilter {
            r#type: self.r#type.clone(),
            category: self.category.clone(),
            tag: self.tag.clone(),
            author: self.author.clone(),
            organization: self.organization.clone(),
            ..PostFilter::default()
        }
    }

    /// Returns the languages in which resources other than posts are named: the only one of the copy, or else the original
    /// language of each.
    ///
    /// # Errors
    /// Returns the same errors as [`Languages::new`].
    pub fn languages(&self) -> Result<Languages> {
        let lang = match self.lang.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        Languages::new(lang, Vec::new())
    }

    /// Returns the requested members of posts.
    pub fn members(&self) -> Selection {
        let fields = Fields {
            fields: self.fields.clone(),
        };
        let inclusion = Inclusion {
            include: self.include.clone(),
        };
        inclusion.added_to(Selection::new(fields, Vec::new()))
    }
}
