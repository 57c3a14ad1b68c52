//! Snapshots: rendered copies of revisions, as they are written to publications.

use diesel::prelude::*;

use super::rows::PublicationRow;
use crate::collation::CollationKey;
use crate::content::Rendition;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::model::ExcerptSource;
use crate::schema::{publication_bylines, publication_terms, publications};
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
    /// True if editors feature the post.
    pub featured: bool,
    /// The licence: an SPDX id or a URL.
    pub licence: Option<String>,
    /// The URL at which the post first appeared.
    pub canonical_url: Option<String>,
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
    /// The author, affiliation and role of each byline, in order.
    pub bylines: Vec<(Id, Option<Id>, Option<String>)>,
    /// The ids of the categories and tags, in order.
    pub terms: Vec<Id>,
}

impl PublicationSnapshot {
    /// Returns whether there are bylines or terms.
    pub(super) fn has_relations(&self) -> bool {
        !self.bylines.is_empty() || !self.terms.is_empty()
    }
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

/// Inserts the row of a snapshot with its bylines and terms.
///
/// # Errors
/// Returns database errors.
pub(super) fn insert(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    placement: &Placement,
) -> Result<PublicationRow> {
    let row = (
        (
            publications::original_lang.eq(&new.original_lang),
            publications::revision.eq(new.revision),
            publications::slug.eq(&new.slug),
            publications::published_at.eq(new.published_at),
            publications::unpublish_at.eq(new.unpublish_at),
            publications::updated_at.eq(new.updated_at),
            publications::republished.eq(placement.republished),
            publications::may_represent.eq(placement.may_represent),
            publications::time_zone.eq(&new.time_zone),
            publications::featured.eq(new.featured),
            publications::licence.eq(&new.licence),
            publications::canonical_url.eq(&new.canonical_url),
            publications::replaces_at.eq(new.replaces_at),
            publications::replaced_unpublish_at.eq(new.replaces_at.and(placement.former_end)),
        ),
        (
            publications::title.eq(&new.title),
            publications::title_key.eq(CollationKey::new(&new.title)?),
            publications::subtitle.eq(&new.subtitle),
            publications::excerpt.eq(&new.excerpt),
            publications::excerpt_source.eq(new.excerpt_source),
            publications::word_count.eq(count(new.rendition.word_count)),
            publications::reading_minutes.eq(count(new.rendition.reading_minutes)),
            publications::seo_title.eq(&new.seo_title),
            publications::seo_description.eq(&new.seo_description),
            publications::toc.eq(Json(&new.rendition.toc)),
            publications::body_html.eq(&new.rendition.html),
            publications::body_text.eq(&new.rendition.text),
        ),
    );
    let key = (
        publications::post_id.eq(new.post_id),
        publications::lang.eq(&new.lang),
    );
    let row: PublicationRow = each!(
        conn,
        diesel::insert_into(publications::table)
            .values((key, row))
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
        .map(|(position, (author, organization, role))| {
            (
                publication_bylines::publication_id.eq(id),
                publication_bylines::position.eq(position),
                publication_bylines::author_id.eq(*author),
                publication_bylines::organization_id.eq(*organization),
                publication_bylines::role.eq(role.as_deref()),
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
    Ok(())
}
