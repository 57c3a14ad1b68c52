//! SQL for revisions. A save that changes nothing creates no revision.

use diesel::prelude::*;

use super::model::{Revision, RevisionSummary, Snapshot};
use super::stored::Stored;
use crate::changes::actor::By;
use crate::db::keyset::{self, Order, Select, SortKey};
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations::Relations;
use crate::editorial::translations::model::{BodySource, Seo};
use crate::editorial::translations::rows::TranslationRow;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::schema::{revisions, users};
use crate::translation_id::TranslationId;

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
        parent: post.parent,
        position: post.position,
    }
}

/// Returns a working copy with the text of a revision in the place of its own.
pub fn text(copy: TranslationRow, revision: i32, then: Snapshot) -> TranslationRow {
    TranslationRow {
        revision,
        text_revision: revision,
        slug: then.slug,
        title: then.title,
        subtitle: then.subtitle,
        excerpt: then.excerpt,
        seo_title: then.seo.title,
        seo_description: then.seo.description,
        body_format: then.body.format,
        body_source: then.body.source,
        ..copy
    }
}

/// A revision to record.
pub(in crate::editorial) struct NewRevision {
    lang: Lang,
    /// The number of the revision.
    pub(in crate::editorial) number: i32,
    hash: Vec<u8>,
    stored: Stored,
    note: Option<String>,
}

impl NewRevision {
    /// Returns the revision of this number that records a snapshot.
    ///
    /// # Errors
    /// Returns the same errors as [`Stored::hash`].
    pub(in crate::editorial) fn new(number: i32, lang: &Lang, snapshot: Snapshot) -> Result<Self> {
        let stored = Stored::from(snapshot);
        Ok(Self {
            lang: lang.clone(),
            number,
            hash: stored.hash()?,
            stored,
            note: None,
        })
    }

    /// Adds the note that its author gave.
    pub(in crate::editorial) fn with_note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    /// Returns the revision that records a snapshot after the last one; `None` if it equals that.
    ///
    /// # Errors
    /// Returns the same errors as [`Stored::hash`].
    pub(in crate::editorial) fn after(
        last: Option<&Last>,
        lang: &Lang,
        snapshot: Snapshot,
    ) -> Result<Option<Self>> {
        let new = Self::new(last.map_or(1, |(number, _)| number + 1), lang, snapshot)?;
        let is_same = last.is_some_and(|(_, hash)| *hash == new.hash);
        Ok((!is_same).then_some(new))
    }
}

/// The number and the hash of the last revision of a translation.
pub(in crate::editorial) type Last = (i32, Vec<u8>);

/// Reads the number and the hash of the last revision of a translation, even if the translation was deleted.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database does not respond.
pub(in crate::editorial) fn last(conn: &mut Conn, id: &TranslationId) -> Result<Option<Last>> {
    let last = revisions::table
        .filter(
            revisions::post_id
                .eq(id.post)
                .and(revisions::lang.eq(&id.lang)),
        )
        .order(revisions::number.desc())
        .select((revisions::number, revisions::hash));
    Ok(each!(conn, last.first(conn).optional())?)
}

/// Records revisions of languages of a post, in one statement.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database does not respond, and [`Error::Unwritable`] if it accepts no writes.
pub(in crate::editorial) fn insert(
    conn: &mut Conn,
    by: By,
    post: Id,
    new: Vec<NewRevision>,
) -> Result<()> {
    let row = |new: NewRevision| {
        (
            revisions::post_id.eq(post),
            revisions::lang.eq(new.lang),
            revisions::number.eq(new.number),
            revisions::hash.eq(new.hash),
            revisions::snapshot.eq(Json(new.stored)),
            revisions::note.eq(new.note),
            revisions::created_by.eq(by.actor.user()),
            revisions::created_at.eq(by.at),
        )
    };
    let rows: Vec<_> = new.into_iter().map(row).collect();
    if !rows.is_empty() {
        let rows = diesel::insert_into(revisions::table).values(rows);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}

/// The columns of a [`RevisionSummary`].
const COLUMNS: &str =
    "t.number, t.hash, t.note, t.created_at, u.id AS user_id, u.name AS user_name";

/// Returns a page of the revisions of a translation, newest first.
///
/// # Errors
/// Returns [`Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    id: &TranslationId,
) -> Result<(Vec<RevisionSummary>, PageInfo)> {
    let mut from =
        Sql::new("revisions t LEFT JOIN users u ON u.id = t.created_by WHERE t.post_id = ");
    from.bind(id.post)
        .push(" AND t.lang = ")
        .bind(id.lang.as_str());
    let order = Order::newest("t.number");
    let key = |row: &RevisionSummary| SortKey::from_number(i64::from(row.number));
    let select = Select {
        columns: COLUMNS,
        from: &from,
    };
    keyset::sorted(conn, listing, order, select, key)
}

/// Reads one revision.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such revision.
pub fn find(conn: &mut Conn, id: &TranslationId, number: i32) -> Result<Revision> {
    let creator = users::id.nullable().eq(revisions::created_by);
    let row = revisions::table
        .left_join(users::table.on(creator))
        .filter(revisions::post_id.eq(id.post))
        .filter(revisions::lang.eq(&id.lang))
        .filter(revisions::number.eq(number));
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

/// Reads a revision that the body of a request names at `/revision`.
///
/// # Errors
/// Returns [`Error::Invalid`] if there is no such revision; it says which exist.
pub fn find_named(conn: &mut Conn, id: &TranslationId, number: i32) -> Result<Revision> {
    match find(conn, id, number) {
        Err(Error::NotFound) => {
            let numbers = revisions::table
                .filter(
                    revisions::post_id
                        .eq(id.post)
                        .and(revisions::lang.eq(&id.lang)),
                )
                .order(revisions::number)
                .select(revisions::number);
            let detail = format!(
                "there is no revision {number}; the revisions of this translation are {}",
                spans(&each!(conn, numbers.load(conn))?)
            );
            Err(Error::invalid("/revision", "unknown_reference", detail))
        }
        found => found,
    }
}

/// Writes ascending numbers as spans: "1, 4 to 7".
fn spans(numbers: &[i32]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let span = |run: &[i32]| match run {
        [first, .., last] => Some(format!("{first} to {last}")),
        [only] => Some(only.to_string()),
        [] => None,
    };
    runs.filter_map(span).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_written_as_a_span() {
        assert_eq!(spans(&[1]), "1");
        assert_eq!(spans(&[1, 2, 3]), "1 to 3");
        assert_eq!(spans(&[1, 4, 5, 9]), "1, 4 to 5, 9");
        assert_eq!(spans(&[]), "");
    }
}
