//! Revisions: each save of a translation, with the post's relations, unchangeable. An identical save makes none.

use aws_lc_rs::digest;
use diesel::prelude::*;

use super::model::{Revision, RevisionSummary, Snapshot};
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo, Start};
use crate::resources::actor::By;
use crate::resources::posts::model::PostRow;
use crate::resources::posts::relations::Relations;
use crate::resources::posts::translations::model::{BodySource, Seo, TranslationRow};
use crate::schema::revisions;
use crate::timestamp::Timestamp;

/// What a revision of this state would hold.
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

/// Records a state, unless it is that of the last revision; the number it has.
///
/// # Errors
/// What the database reports.
pub fn record(conn: &mut Conn, by: By, post: Id, lang: &Lang, snapshot: &Snapshot) -> Result<i32> {
    let hash = hash(snapshot)?;
    let last = revisions::table
        .filter(revisions::post_id.eq(post).and(revisions::lang.eq(lang)))
        .order(revisions::number.desc())
        .select((revisions::number, revisions::hash));
    let last: Option<(i32, Vec<u8>)> = each!(conn, last.first(conn).optional())?;
    let number = match last {
        Some((number, same)) if same == hash => return Ok(number),
        Some((number, _)) => number + 1,
        None => 1,
    };
    let row = (
        revisions::post_id.eq(post),
        revisions::lang.eq(lang),
        revisions::number.eq(number),
        revisions::hash.eq(hash),
        revisions::snapshot.eq(Json(snapshot)),
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

/// What tells one state from another.
///
/// # Errors
/// [`Error::Internal`] when it cannot be written as JSON.
pub fn hash(snapshot: &Snapshot) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(snapshot).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(digest::digest(&digest::SHA256, &text).as_ref().to_vec())
}

type Found = (i32, Option<Id>, Timestamp);

/// A page of the history, newest first.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    post: Id,
    lang: &Lang,
) -> Result<(Vec<RevisionSummary>, PageInfo)> {
    let start: Start<i32> = listing.start()?;
    let history =
        revisions::table.filter(revisions::post_id.eq(post).and(revisions::lang.eq(lang)));
    let columns = (
        revisions::number,
        revisions::created_by,
        revisions::created_at,
    );
    let limit = i64::from(listing.limit()) + 1;
    let page = history.select(columns).limit(limit);
    let rows: Vec<Found> = match &start {
        Start::Beside(cursor) if start.is_backward() => {
            let page = page.filter(revisions::number.gt(cursor.key.unwrap_or(0)));
            each!(conn, page.order(revisions::number.asc()).load(conn))?
        }
        Start::Beside(cursor) => {
            let page = page.filter(revisions::number.lt(cursor.key.unwrap_or(i32::MAX)));
            each!(conn, page.order(revisions::number.desc()).load(conn))?
        }
        Start::Row(before) => {
            let page = page.offset(i64::from(*before));
            each!(conn, page.order(revisions::number.desc()).load(conn))?
        }
    };
    let total = match listing.counts() {
        true => Some(each!(conn, history.count().get_result(conn))?),
        false => None,
    };
    let rows = rows.into_iter().map(summary).collect();
    Ok(listing.page(rows, &start, |row: &RevisionSummary| row.number, total))
}

fn summary((number, created_by, created_at): Found) -> RevisionSummary {
    RevisionSummary {
        number,
        created_by,
        created_at,
    }
}

/// One revision.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, post: Id, lang: &Lang, number: i32) -> Result<Revision> {
    let row = revisions::table.find((post, lang, number)).select((
        (
            revisions::number,
            revisions::created_by,
            revisions::created_at,
        ),
        revisions::snapshot,
    ));
    let (found, Json(snapshot)): (Found, Json<Snapshot>) = each!(conn, row.first(conn))?;
    Ok(Revision {
        summary: summary(found),
        snapshot,
    })
}
