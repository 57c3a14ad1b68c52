//! Writing the rows and the revisions of working copies: a text that was prepared, and the other languages of its post.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::rows::{TranslationRow, advance_all};
use super::translators;
use crate::changes::actor::By;
use crate::changes::{Facts, NewEntry, Operation};
use crate::collation::CollationKey;
use crate::db::{Conn, each};
use crate::editorial::posts::loaded::LoadedPost;
use crate::editorial::revisions::model::Hash;
use crate::editorial::revisions::store::{self as revisions, NewRevision};
use crate::editorial::workflow::words::Stage;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::translations;
use crate::sha256::sha256;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;

/// A text that is about to be written.
pub(in crate::editorial) struct Prepared {
    pub(super) old: Option<TranslationRow>,
    pub(super) row: TranslationRow,
    /// `None` for a translation that was deleted and is there again with the same content.
    pub(super) revision: Option<NewRevision>,
    pub(super) operation: Operation,
    /// The slug that the translation gives up.
    pub(super) released: Option<Slug>,
}

/// A working copy with a new revision of the same text.
pub(in crate::editorial) type Recorded = (TranslationRow, NewRevision);

impl Prepared {
    /// Returns the language.
    pub(in crate::editorial) fn lang(&self) -> &Lang {
        &self.row.lang
    }

    /// Returns the entry of the change log.
    pub(super) fn entry(&self) -> NewEntry {
        let old = self.old.as_ref().map(logged);
        let facts = Facts::between(old.as_ref(), Some(&logged(&self.row)));
        NewEntry::in_lang(Kind::Translation, &self.row.id(), self.operation, facts)
    }
}

/// Writes a prepared text and the recorded revisions of other languages of a loaded post. Returns the entry about the
/// text. The caller raises the version of the post.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the database does not respond, and
/// [`crate::error::Error::Unwritable`] if it accepts no writes.
pub(in crate::editorial) fn write_in(
    conn: &mut Conn,
    by: By,
    post: &mut LoadedPost,
    prepared: Option<Prepared>,
    recorded: Vec<Recorded>,
) -> Result<Option<NewEntry>> {
    let entry = prepared.as_ref().map(Prepared::entry);
    let rows = write(conn, by, post.post.id, prepared, recorded)?;
    rows.into_iter().for_each(|row| post.set_copy(row));
    Ok(entry)
}

/// Returns a new revision of each working copy of a post whose shared properties changed, except in the language whose text
/// is saved. `note` belongs to the revision of its language.
///
/// # Errors
/// Returns the same errors as [`NewRevision::new`].
pub(in crate::editorial) fn record(
    by: By,
    post: &LoadedPost,
    except: Option<&Lang>,
    note: Option<&(Lang, String)>,
) -> Result<Vec<Recorded>> {
    let others = post.copies.iter().filter(|copy| except != Some(&copy.lang));
    let record = |copy: &TranslationRow| {
        let mut row = copy.clone();
        row.revision += 1;
        row.version += 1;
        fall_back(&mut row, by.at);
        let snapshot = revisions::snapshot(&post.post, copy, &post.relations);
        let note = note.filter(|(lang, _)| *lang == row.lang);
        let note = note.map(|(_, note)| note.clone());
        let revision = NewRevision::new(row.revision, &row.lang, snapshot)?;
        Ok((row, revision.with_note(note)))
    };
    others.map(record).collect()
}

/// Writes texts of one post with their revisions. Returns the rows as they are now.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the database does not respond, and
/// [`crate::error::Error::Unwritable`] if it accepts no writes.
pub(super) fn write(
    conn: &mut Conn,
    by: By,
    post: Id,
    prepared: Option<Prepared>,
    recorded: Vec<Recorded>,
) -> Result<Vec<TranslationRow>> {
    let (mut rows, mut new): (Vec<_>, Vec<_>) = recorded.into_iter().unzip();
    // One statement writes the text and the others, if the text has a row and there are others.
    let text = prepared.as_ref().filter(|text| text.old.is_some());
    let text = text.map(|text| &text.row).filter(|_| !rows.is_empty());
    let is_written = text.is_some();
    advance_all(conn, &rows, text, by.at)?;
    if let Some(prepared) = prepared {
        if !is_written {
            upsert(conn, &prepared.row)?;
        }
        let was = prepared.old.map(|old| old.translators);
        let (row, was) = (&prepared.row, was.unwrap_or_default());
        translators::replace(conn, &row.id(), &was, &row.translators)?;
        if let Some(slug) = prepared.released {
            slugs::release(conn, Owner::translation(&prepared.row.id()), &slug, by.at)?;
        }
        new.extend(prepared.revision);
        rows.push(prepared.row);
    }
    revisions::insert(conn, by, post, new)?;
    Ok(rows)
}

fn upsert(conn: &mut Conn, row: &TranslationRow) -> Result<()> {
    let key = CollationKey::new(&row.title)?;
    let key = translations::title_key.eq(&key);
    each!(
        conn,
        diesel::insert_into(translations::table)
            .values((row, key))
            .on_conflict((translations::post_id, translations::lang))
            .do_update()
            .set((row, key))
            .execute(conn)
    )?;
    Ok(())
}

/// Turns an approved working copy with a new revision back into a draft: an approval applies to one revision only.
pub(super) fn fall_back(copy: &mut TranslationRow, now: Timestamp) {
    if copy.stage == Stage::Approved {
        (copy.stage, copy.stage_at) = (Stage::Draft, now);
    }
}

/// Returns the members of a working copy that the change log records: all but the body's source, of which it records
/// the hash.
pub(super) fn logged(row: &TranslationRow) -> Value {
    let hash = Hash(sha256(row.body_source.as_bytes()));
    json!({
        "title": row.title, "slug": row.slug, "subtitle": row.subtitle, "excerpt": row.excerpt,
        "body": { "format": row.body_format, "sha256": hash },
        "seo": { "title": row.seo_title, "description": row.seo_description },
        "translators": row.translators.0, "revision": row.revision, "stage": row.stage,
    })
}
