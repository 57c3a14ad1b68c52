//! Snapshots: rendered copies of revisions, as they are written to publications.

use diesel::prelude::*;

use super::rows::PublicationRow;
use crate::by_lang::ByLang;
use crate::collation::CollationKey;
use crate::content::{Heading, Rendition};
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::publications::model::ExcerptSource;
use crate::schema::{
    publication_bylines, publication_terms, publication_translators, publications,
};
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// The public copy of one language of a post, rendered from one revision.
#[derive(Debug, Clone)]
pub struct PublicationSnapshot {
    /// The post.
    pub post_id: Id,
    /// The language.
    pub lang: Lang,
    /// The original language of the post.
    pub original_lang: Lang,
    /// The number of the revision.
    pub revision: i32,
    /// The slug.
    pub slug: Slug,
    /// The time from which it is public.
    pub published_at: Timestamp,
    /// The time at which it replaces the current publication, if it is a replacement.
    pub replaces_at: Option<Timestamp>,
    /// The time at which it ends; `None` if it has no end.
    pub unpublish_at: Option<Timestamp>,
    /// The time at which a new text was last published.
    pub updated_at: Timestamp,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
    /// The version of the properties that all languages of the post share.
    pub shared_version: i32,
    /// True if editors feature the post.
    pub featured: bool,
    /// The licence: an SPDX id or a URL.
    pub licence: Option<String>,
    /// The URL at which the post first appeared.
    pub canonical_url: Option<String>,
    /// The type of the post.
    pub post_type: PostType,
    /// The page above a page.
    pub parent: Option<Id>,
    /// The position of a page among its siblings.
    pub position: i32,
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The excerpt in plain text.
    pub excerpt: String,
    /// The origin of the excerpt.
    pub excerpt_source: ExcerptSource,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
    /// The rendered body.
    pub rendition: Rendition,
    /// The ids of the translators, in order.
    pub translators: Vec<Id>,
    /// The bylines, in order.
    pub bylines: Vec<FrozenByline>,
    /// The ids of the categories and tags, in order.
    pub terms: Vec<Id>,
}

/// A byline as a publication has it: the affiliation and the role do not change with the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenByline {
    /// The author.
    pub author: Id,
    /// The organization for which the author wrote.
    pub organization: Option<Id>,
    /// The role in the original language of the post.
    pub role: Option<String>,
    /// The role in other languages.
    pub roles: ByLang<String>,
}

/// The values of a row in addition to its snapshot.
pub(super) struct Placement {
    /// The original end of the publication that the row will replace.
    pub(super) former_end: Option<Timestamp>,
    /// True if the language has been public before.
    pub(super) republished: bool,
    /// True if the row may represent its post for readers who request no language.
    pub(super) may_represent: bool,
}

/// The row of a snapshot, as it is inserted.
#[derive(Insertable)]
#[diesel(table_name = publications, treat_none_as_default_value = false)]
struct NewRow<'a> {
    post_id: Id,
    lang: &'a Lang,
    original_lang: &'a Lang,
    revision: i32,
    slug: &'a Slug,
    published_at: Timestamp,
    unpublish_at: Option<Timestamp>,
    replaces_at: Option<Timestamp>,
    replaced_unpublish_at: Option<Timestamp>,
    updated_at: Timestamp,
    republished: bool,
    may_represent: bool,
    time_zone: Option<&'a str>,
    shared_version: i32,
    featured: bool,
    licence: Option<&'a str>,
    canonical_url: Option<&'a str>,
    title: &'a str,
    title_key: CollationKey,
    subtitle: Option<&'a str>,
    excerpt: &'a str,
    excerpt_source: ExcerptSource,
    seo_title: Option<&'a str>,
    seo_description: Option<&'a str>,
    word_count: i32,
    reading_minutes: i32,
    toc: Json<&'a Vec<Heading>>,
    body_html: &'a str,
    body_text: &'a str,
    post_type: PostType,
    parent_id: Option<Id>,
    position: i32,
}

impl<'a> NewRow<'a> {
    fn new(new: &'a PublicationSnapshot, placement: &Placement) -> Result<Self> {
        let text = &new.rendition;
        Ok(Self {
            post_id: new.post_id,
            lang: &new.lang,
            original_lang: &new.original_lang,
            revision: new.revision,
            slug: &new.slug,
            published_at: new.published_at,
            unpublish_at: new.unpublish_at,
            replaces_at: new.replaces_at,
            replaced_unpublish_at: new.replaces_at.and(placement.former_end),
            updated_at: new.updated_at,
            republished: placement.republished,
            may_represent: placement.may_represent,
            time_zone: new.time_zone.as_deref(),
            shared_version: new.shared_version,
            featured: new.featured,
            licence: new.licence.as_deref(),
            canonical_url: new.canonical_url.as_deref(),
            title: &new.title,
            title_key: CollationKey::new(&new.title)?,
            subtitle: new.subtitle.as_deref(),
            excerpt: &new.excerpt,
            excerpt_source: new.excerpt_source,
            seo_title: new.seo_title.as_deref(),
            seo_description: new.seo_description.as_deref(),
            word_count: count(text.word_count),
            reading_minutes: count(text.reading_minutes),
            toc: Json(&text.toc),
            body_html: &text.html,
            body_text: &text.text,
            post_type: new.post_type,
            parent_id: new.parent,
            position: new.position,
        })
    }
}

/// Inserts the row of a snapshot with its bylines, terms and translators.
///
/// # Errors
/// Returns database errors.
pub(super) fn insert(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    placement: &Placement,
) -> Result<PublicationRow> {
    let row = NewRow::new(new, placement)?;
    let row: PublicationRow = each!(
        conn,
        diesel::insert_into(publications::table)
            .values(&row)
            .returning(PublicationRow::as_returning())
            .get_result(conn)
    )?;
    insert_relations(conn, row.id, new)?;
    Ok(row)
}

/// Converts a count to the type that is stored.
pub(in crate::publications) fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn insert_relations(conn: &mut Conn, id: i64, new: &PublicationSnapshot) -> Result<()> {
    let bylines: Vec<_> = (0..)
        .zip(&new.bylines)
        .map(|(position, line)| {
            (
                publication_bylines::publication_id.eq(id),
                publication_bylines::position.eq(position),
                publication_bylines::author_id.eq(line.author),
                publication_bylines::organization_id.eq(line.organization),
                publication_bylines::role.eq(line.role.as_deref()),
                publication_bylines::roles.eq(&line.roles),
            )
        })
        .collect();
    let terms: Vec<_> = (0..)
        .zip(&new.terms)
        .map(|(position, term)| {
            (
                publication_terms::publication_id.eq(id),
                publication_terms::term_id.eq(*term),
                publication_terms::position.eq(position),
            )
        })
        .collect();
    if !bylines.is_empty() {
        let bylines = diesel::insert_into(publication_bylines::table).values(bylines);
        each!(conn, bylines.execute(conn))?;
    }
    if !terms.is_empty() {
        let terms = diesel::insert_into(publication_terms::table).values(terms);
        each!(conn, terms.execute(conn))?;
    }
    insert_translators(conn, id, &new.translators)
}

fn insert_translators(conn: &mut Conn, id: i64, translators: &[Id]) -> Result<()> {
    let rows = (0..).zip(translators).map(|(position, author)| {
        (
            publication_translators::publication_id.eq(id),
            publication_translators::position.eq(position),
            publication_translators::author_id.eq(*author),
        )
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let rows = diesel::insert_into(publication_translators::table).values(rows);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}
