//! SQL for revisions. A save that changes nothing creates no revision.

use diesel::prelude::*;

use super::model::{Revision, RevisionSummary, Snapshot};
use super::stored::Stored;
use crate::changes::actor::By;
use crate::db::keyset::{self, Order, SortKey};
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations::Relations;
use crate::editorial::translations::model::{BodySource, Seo};
use crate::editorial::translations::rows::TranslationRow;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::schema::revisions;

/// Returns the snapshot of the current state of a post and its working copy.
pub fn snapshot(post: &PostRow, row: &TranslationRow, relations: &Relations) -> Snapshot {
    Snapshot {
        title: row.title.clone(),
        slug: row.slug.clone(),
        subtitle: row.subtitle.clone(),
        excerpt: row.excerpt.clone(),
        body: BodySource {
            format: row.body_format,
            source: row.body_source.clone(),
        },
        seo: Seo {
            title: row.seo_title.clone(),
            description: row.seo_description.clone(),
        },
        authors: relations.authors.clone(),
        categories: relations.categories.clone(),
        tags: relations.tags.clone(),
        featured: post.featured,
        licence: post.licence.clone(),
        canonical_url: post.canonical_url.clone(),
    }
}

/// A revision to record.
pub(in crate::editorial) struct NewRevision<'a> {
    /// The content to record.
    pub(in crate::editorial) snapshot: &'a Snapshot,
    /// The note that its author gave with the save.
    pub(in crate::editorial) note: Option<&'a str>,
    /// The last revision before it.
    pub(in crate::editorial) last: Option<Last>,
}

/// The number and the hash of the last revision of a translation.
pub(in crate::editorial) type Last = (i32, Vec<u8>);

/// Reads the number and the hash of the last revision of a translation, even if the translation was deleted.
///
/// # Errors
/// Database errors.
pub(in crate::editorial) fn last(conn: &mut Conn, post: Id, lang: &Lang) -> Result<Option<Last>> {
    let last = revisions::table
        .filter(revisions::post_id.eq(post).and(revisions::lang.eq(lang)))
        .order(revisions::number.desc())
        .select((revisions::number, revisions::hash));
    Ok(each!(conn, last.first(conn).optional())?)
}

/// Records a snapshot, unless it equals the last revision. Returns the number of its revision.
///
/// # Errors
/// Database errors.
pub(in crate::editorial) fn record(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    new: NewRevision<'_>,
) -> Result<i32> {
    let stored = Stored::from(new.snapshot.clone());
    let hash = stored.hash()?;
    let number = match new.last {
        Some((number, same)) if same == hash => return Ok(number),
        Some((number, _)) => number + 1,
        None => 1,
    };
    let row = (
        revisions::post_id.eq(post),
        revisions::lang.eq(lang),
        revisions::number.eq(number),
        revisions::hash.eq(hash),
        revisions::snapshot.eq(Json(stored)),
        revisions::note.eq(new.note),
        revisions::created_by.eq(by.actor.user()),
        revisions::created_at.eq(by.at),
    );
    each!(
        conn,
        diesel::insert_into(revisions::table)
            .values(row)
            .execute(conn)
    )?;
    Ok(number)
}

/// The columns of a [`RevisionSummary`].
const COLUMNS: &str = "t.number, t.hash, t.note, t.created_by, t.created_at";

/// Returns a page of the revisions of a translation, newest first.
///
/// # Errors
/// [`crate::error::Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    post: Id,
    lang: &Lang,
) -> Result<(Vec<RevisionSummary>, PageInfo)> {
    let mut from = Sql::new("revisions t WHERE t.post_id = ");
    from.bind(post).push(" AND t.lang = ").bind(lang.as_str());
    let order = Order::newest("t.number");
    let key = |row: &RevisionSummary| SortKey::from_number(i64::from(row.number));
    keyset::sorted(conn, listing, order, (COLUMNS, &from), key)
}

/// Reads one revision.
///
/// # Errors
/// [`crate::error::Error::NotFound`] if there is no such revision.
pub fn find(conn: &mut Conn, post: Id, lang: &Lang, number: i32) -> Result<Revision> {
    let row = revisions::table.find((post, lang, number));
    let (summary, Json(stored)): (RevisionSummary, Json<Stored>) = each!(
        conn,
        row.select((RevisionSummary::as_select(), revisions::snapshot))
            .first(conn)
    )?;
    Ok(Revision {
        summary,
        snapshot: stored.into(),
    })
}
