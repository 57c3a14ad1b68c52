//! The rows of publications, and the statements that write to no other table.

use diesel::prelude::*;

use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::delivery::visibility::Span;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::publications;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// A row: the publication of a language, or the replacement for it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = publications)]
pub struct PublicationRow {
    pub(super) id: i64,
    pub(super) post_id: Id,
    pub(super) lang: Lang,
    pub(super) revision: i32,
    pub(super) slug: Slug,
    pub(super) published_at: Timestamp,
    pub(super) unpublish_at: Option<Timestamp>,
    pub(super) replaces_at: Option<Timestamp>,
    pub(super) replaced_unpublish_at: Option<Timestamp>,
    pub(super) time_zone: Option<String>,
    pub(super) updated_at: Timestamp,
    pub(super) republished: bool,
    pub(super) may_represent: bool,
    /// The version of the shared properties of the post.
    pub(super) shared_version: i32,
}

impl PublicationRow {
    pub(super) fn span(&self) -> Span {
        Span {
            published_at: self.published_at,
            replaces_at: self.replaces_at,
            unpublish_at: self.unpublish_at,
        }
    }

    /// Returns the id of the row.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Returns the language.
    pub fn lang(&self) -> &Lang {
        &self.lang
    }

    /// Returns the version of the shared properties that the row has.
    pub fn shared_version(&self) -> i32 {
        self.shared_version
    }

    /// Returns whether the row is public at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.span().is_live(now)
    }

    /// Returns whether the row has been public until `now` or earlier.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.unpublish_at.is_some_and(|end| end <= now)
    }

    /// The translation that the row publishes.
    pub(super) fn translation(&self) -> TranslationId {
        TranslationId::new(self.post_id, self.lang.clone())
    }

    pub(super) fn begins_at(&self) -> Timestamp {
        self.replaces_at.unwrap_or(self.published_at)
    }
}

/// Returns the condition that a row belongs to one language of a post.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn in_translation<'a>(id: &'a TranslationId) -> _ {
    let post: Id = id.post;
    let lang: &'a Lang = &id.lang;
    publications::post_id
        .eq(post)
        .and(publications::lang.eq(lang))
}

/// Reads the rows of one language of a post: none, one, or two while a replacement waits.
///
/// # Errors
/// Returns database errors.
pub(super) fn rows(conn: &mut Conn, id: &TranslationId) -> Result<Vec<PublicationRow>> {
    let rows = publications::table.filter(in_translation(id));
    Ok(each!(
        conn,
        rows.select(PublicationRow::as_select()).load(conn)
    )?)
}

/// Reads the rows of several posts, by post and language.
///
/// # Errors
/// Returns database errors.
pub(super) fn rows_of_posts(conn: &mut Conn, posts: &[Id]) -> Result<Vec<PublicationRow>> {
    let rows = publications::table
        .filter(publications::post_id.eq_any(posts.to_vec()))
        .order((publications::post_id, publications::lang));
    Ok(each!(
        conn,
        rows.select(PublicationRow::as_select()).load(conn)
    )?)
}

/// Deletes the rows of one language of a post.
///
/// # Errors
/// Returns database errors.
pub(super) fn delete(conn: &mut Conn, id: &TranslationId) -> Result<()> {
    let rows = publications::table.filter(in_translation(id));
    each!(conn, diesel::delete(rows).execute(conn))?;
    Ok(())
}

/// Deletes the waiting replacement of a language.
///
/// # Errors
/// Returns database errors.
pub(super) fn delete_replacement(conn: &mut Conn, id: &TranslationId) -> Result<()> {
    let waiting = publications::table
        .filter(in_translation(id))
        .filter(publications::replaces_at.is_not_null());
    each!(conn, diesel::delete(waiting).execute(conn))?;
    Ok(())
}

/// Writes the times of a row and the marks that depend on them.
///
/// # Errors
/// Returns database errors.
pub(super) fn write_times(conn: &mut Conn, row: &PublicationRow) -> Result<()> {
    let set = (
        publications::published_at.eq(row.published_at),
        publications::unpublish_at.eq(row.unpublish_at),
        publications::replaces_at.eq(row.replaces_at),
        publications::replaced_unpublish_at.eq(row.replaced_unpublish_at),
        publications::time_zone.eq(&row.time_zone),
        publications::updated_at.eq(row.updated_at),
        publications::republished.eq(row.republished),
        publications::may_represent.eq(row.may_represent),
    );
    let this = publications::table.find(row.id);
    each!(conn, diesel::update(this).set(set).execute(conn))?;
    Ok(())
}

/// Marks the publications that may represent a post if a reader requests no language: those in the original language,
/// and those that may be live while the original is not.
///
/// # Errors
/// Returns database errors.
pub(super) fn mark_representatives(conn: &mut Conn, post_id: Id) -> Result<()> {
    let mut sql = Sql::new(
        "UPDATE publications SET may_represent = (lang = original_lang OR NOT EXISTS (SELECT 1 FROM publications o \
         WHERE o.post_id = publications.post_id AND o.lang = o.original_lang AND o.replaces_at IS NULL \
         AND o.unpublish_at IS NULL AND o.published_at <= publications.published_at)) WHERE post_id = ",
    );
    sql.bind(post_id).execute(conn)?;
    Ok(())
}

/// Returns the earlier of an end, if there is one, and a time.
pub(super) fn earlier(end: Option<Timestamp>, at: Timestamp) -> Timestamp {
    end.map_or(at, |end| end.min(at))
}
