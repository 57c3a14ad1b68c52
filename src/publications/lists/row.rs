//! The columns of a publication, and the choice of those to load.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};

use super::query::PostSort;
use crate::collation::CollationKey;
use crate::content::Heading;
use crate::db::keyset::{SortKey, SortValue};
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid};
use crate::fields::Selection;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::publications::model::{Body, ExcerptSource, PublicSeo};
use crate::publications::writing::snapshot::{PublicationSnapshot, count};
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// The members of a post to load.
#[derive(Debug, Clone, Copy)]
pub struct Members {
    pub(super) authors: bool,
    pub(super) translators: bool,
    pub(super) terms: bool,
    pub(super) translations: bool,
    pub(super) translated_titles: bool,
    pub(super) shown_translation: bool,
    pub(super) body: bool,
    pub(super) seo: bool,
    pub(super) parent: bool,
    /// The facts about the site, for the attribution.
    pub(super) site: bool,
    /// The number of comments, and whether they are open.
    pub(super) discussion: bool,
}

/// The members about the discussion of a post.
const DISCUSSION: [&str; 3] = ["comment_count", "comments_open", "comments_close_at"];

impl Members {
    /// Returns the members of an item of a list.
    pub fn of_list(selection: &Selection) -> Self {
        let is_credited = selection.has("attribution");
        Self {
            authors: is_credited || selection.has("authors"),
            translators: is_credited || selection.has("translators"),
            terms: selection.has("categories") || selection.has("tags"),
            translations: selection.has("translations"),
            translated_titles: selection.names_heavy("translations.title"),
            shown_translation: selection.names_heavy("translations.shown"),
            body: selection.names_heavy("body"),
            seo: selection.names_heavy("seo"),
            parent: selection.has("parent"),
            site: is_credited || selection.has("can_republish"),
            discussion: DISCUSSION.iter().any(|member| selection.has(member)),
        }
    }

    /// Returns whether the page above is requested.
    pub fn shows_parent(self) -> bool {
        self.parent
    }

    /// Returns the members of a single post, which include its body.
    pub fn of_one(selection: &Selection) -> Self {
        Self {
            body: selection.has("body"),
            seo: selection.has("seo"),
            // The licence of the site is in a header of the response.
            site: true,
            ..Self::of_list(selection)
        }
    }
}

/// Returns the columns of a [`DeliveredRow`]. Those of members that are not requested are NULL. With `only`, all rows have
/// this type.
pub fn columns(members: Members, sort: Option<PostSort>, only: Option<PostType>) -> String {
    let mut columns = "p.id, p.post_id, p.lang, p.original_lang, p.slug, p.published_at, p.updated_at, p.featured, \
                       p.licence, p.canonical_url, p.title, p.subtitle, p.excerpt, p.excerpt_source, p.word_count, \
                       p.reading_minutes"
        .to_owned();
    // SQLite: these columns stand behind the bodies, so a list of posts does not read them.
    columns.push_str(match only {
        Some(PostType::Post) => {
            ", 'post' AS post_type, CAST(NULL AS uuid) AS parent_id, CAST(0 AS integer) AS position"
        }
        Some(PostType::Page) | None => ", p.post_type, p.parent_id, p.position",
    });
    let by_title = matches!(sort, Some(PostSort::Title | PostSort::TitleBackwards));
    for (column, kind, wanted) in [
        ("title_key", "bytea", by_title),
        ("toc", "jsonb", members.body),
        ("body_html", "text", members.body),
        ("body_text", "text", members.body),
        ("seo_title", "text", members.seo),
        ("seo_description", "text", members.seo),
    ] {
        columns.push_str(&if wanted {
            format!(", p.{column}")
        } else {
            format!(", CAST(NULL AS {kind}) AS {column}")
        });
    }
    columns
}

/// A publication as it is read for delivery.
#[derive(Debug, Clone, QueryableByName)]
pub struct DeliveredRow {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Uuid)]
    pub(super) post_id: Id,
    #[diesel(sql_type = Text)]
    pub(super) lang: Lang,
    #[diesel(sql_type = Text)]
    pub(super) original_lang: Lang,
    #[diesel(sql_type = Text)]
    pub(super) slug: Slug,
    #[diesel(sql_type = Instant)]
    pub(super) published_at: Timestamp,
    #[diesel(sql_type = Instant)]
    pub(super) updated_at: Timestamp,
    #[diesel(sql_type = Bool)]
    pub(super) featured: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) licence: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) canonical_url: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) subtitle: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) excerpt: String,
    #[diesel(sql_type = Text)]
    pub(super) excerpt_source: ExcerptSource,
    #[diesel(sql_type = Integer)]
    pub(super) word_count: i32,
    #[diesel(sql_type = Integer)]
    pub(super) reading_minutes: i32,
    #[diesel(sql_type = Text)]
    pub(super) post_type: PostType,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub(super) parent_id: Option<Id>,
    #[diesel(sql_type = Integer)]
    pub(super) position: i32,
    #[diesel(sql_type = Nullable<Binary>)]
    title_key: Option<CollationKey>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    toc: Option<Json<Vec<Heading>>>,
    #[diesel(sql_type = Nullable<Text>)]
    body_html: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body_text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    seo_title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    seo_description: Option<String>,
}

impl DeliveredRow {
    /// Creates the row of a snapshot that is not in the database.
    pub(super) fn unpublished(new: PublicationSnapshot, members: Members) -> Self {
        let rendition = new.rendition;
        let body = |text: String| members.body.then_some(text);
        Self {
            id: 0,
            post_id: new.post_id,
            lang: new.lang,
            original_lang: new.original_lang,
            slug: new.slug,
            published_at: new.published_at,
            updated_at: new.updated_at,
            featured: new.featured,
            licence: new.licence,
            canonical_url: new.canonical_url,
            title: new.title,
            subtitle: new.subtitle,
            excerpt: new.excerpt,
            excerpt_source: new.excerpt_source,
            word_count: count(rendition.word_count),
            reading_minutes: count(rendition.reading_minutes),
            post_type: new.post_type,
            parent_id: new.parent,
            position: new.position,
            title_key: None,
            toc: members.body.then_some(Json(rendition.toc)),
            body_html: body(rendition.html),
            body_text: body(rendition.text),
            seo_title: new.seo_title,
            seo_description: new.seo_description,
        }
    }

    /// Returns the sort key for an order.
    pub fn key(&self, sort: PostSort) -> SortKey {
        let value = match sort {
            PostSort::Newest | PostSort::Oldest => Some(SortValue::At(self.published_at)),
            PostSort::LatestUpdate | PostSort::EarliestUpdate => {
                Some(SortValue::At(self.updated_at))
            }
            PostSort::Title | PostSort::TitleBackwards => {
                self.title_key.clone().map(SortValue::Text)
            }
            PostSort::Position => Some(SortValue::Number(i64::from(self.position))),
        };
        value.map_or_else(
            || SortKey::from_id(self.post_id),
            |value| SortKey::new(value, self.post_id),
        )
    }

    /// Takes the body, if it was loaded.
    pub(super) fn take_body(&mut self) -> Option<Body> {
        Some(Body {
            html: self.body_html.take()?,
            text: self.body_text.take()?,
            toc: self.toc.take()?.0,
        })
    }

    /// Takes the title and description for search engines.
    pub(super) fn take_seo(&mut self) -> PublicSeo {
        PublicSeo {
            title: self.seo_title.take(),
            description: self.seo_description.take(),
        }
    }
}
