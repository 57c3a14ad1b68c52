//! Saving the text of a working copy: its row, its slug and its revision.

use aws_lc_rs::digest;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::loaded::Loaded;
use super::model::NewTranslation;
use super::rows::{TranslationRow, advance_all};
use super::take_over;
use crate::changes::actor::By;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::editorial::posts::loaded::LoadedPost;
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations::Relations;
use crate::editorial::posts::rows;
use crate::editorial::revisions::model::Hash;
use crate::editorial::revisions::store::{self as revisions, NewRevision};
use crate::editorial::workflow::words::Stage;
use crate::error::Result;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::writing::current::CurrentPublication;
use crate::schema::translations;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// A text to save.
pub(in crate::editorial) struct Save<'a> {
    text: NewTranslation,
    /// The JSON pointer to the slug in the request body.
    slug_pointer: &'a str,
    /// The operation that the change log records; `None`: that the text is new, or was changed.
    operation: Option<Operation>,
}

impl<'a> Save<'a> {
    /// A text from the body of a request. `slug_pointer` is the JSON pointer to its slug.
    pub(in crate::editorial) fn new(text: NewTranslation, slug_pointer: &'a str) -> Self {
        Self {
            text,
            slug_pointer,
            operation: None,
        }
    }

    /// A text from elsewhere, whose saving the change log records as this operation.
    pub(super) fn by(operation: Operation, text: NewTranslation) -> Self {
        Self {
            text,
            slug_pointer: "",
            operation: Some(operation),
        }
    }
}

/// The state of a post and its working copy before a save.
struct Under<'a> {
    id: &'a TranslationId,
    post: &'a PostRow,
    relations: &'a Relations,
    /// The working copy, if there is one, with the hash of its last revision.
    old: Option<(&'a TranslationRow, Option<&'a Vec<u8>>)>,
    current: Option<&'a CurrentPublication>,
}

/// Saves a text over the loaded working copy, and raises the version of the post. A text that changes nothing writes
/// nothing. Returns the translation as it is now.
///
/// # Errors
/// `slug_taken`.
pub(super) fn save(conn: &mut Conn, by: By, found: Loaded, save: Save<'_>) -> Result<Loaded> {
    let current = found.current(by);
    let under = Under {
        id: &found.id,
        post: &found.post,
        relations: &found.relations,
        old: found.copy.as_ref().map(|copy| (copy, found.hash.as_ref())),
        current: current.as_ref(),
    };
    let Some(row) = write(conn, by, &under, save)? else {
        return Ok(found);
    };
    rows::bump_version(conn, by, found.id.post)?;
    Ok(Loaded {
        copy: Some(row),
        hash: None,
        ..found
    })
}

/// Saves a text in one language of a loaded post. Returns false if it changes nothing; otherwise the post has the text
/// and a new version, and the caller writes its row.
///
/// # Errors
/// `slug_taken`.
pub(in crate::editorial) fn save_in(
    conn: &mut Conn,
    by: By,
    found: &mut LoadedPost,
    lang: &Lang,
    save: Save<'_>,
) -> Result<bool> {
    let id = TranslationId::new(found.post.id, lang.clone());
    let copy = found.copy(lang);
    let under = Under {
        id: &id,
        post: &found.post,
        relations: &found.relations,
        old: copy.map(|copy| (&copy.row, copy.hash.as_ref())),
        current: found.current(lang),
    };
    let Some(row) = write(conn, by, &under, save)? else {
        return Ok(false);
    };
    found.put(row);
    found.post.version += 1;
    found.post.updated_at = by.at;
    Ok(true)
}

/// Writes the row and the revision of a text. Returns `None` if it changes nothing.
fn write(
    conn: &mut Conn,
    by: By,
    under: &Under<'_>,
    save: Save<'_>,
) -> Result<Option<TranslationRow>> {
    let old = under.old.map(|(old, _)| old);
    let slug = slug(conn, by, (under.id, old), &save)?;
    let note = save.text.note.clone();
    let mut row = row_of(save.text, (under.post, &under.id.lang), old, (slug, by.at));
    let last = match under.old {
        Some((old, Some(hash))) => Some((old.revision, hash.clone())),
        _ => revisions::last(conn, under.id)?,
    };
    let snapshot = revisions::snapshot(under.post, &row, under.relations);
    match NewRevision::after(last.as_ref(), &row.lang, snapshot)? {
        Some(revision) => {
            row.revision = revision.number;
            revisions::insert(conn, by, row.post_id, vec![revision], note.as_deref())?;
        }
        None if old.is_some() => return Ok(None),
        // A translation that was deleted is there again.
        None => row.revision = last.map_or(0, |(number, _)| number),
    }
    row.text_revision = match old {
        Some(old) if old.has_same_text(&row) => old.text_revision,
        _ => row.revision,
    };
    fall_back(&mut row, by.at);
    upsert(conn, &row)?;
    if let Some(old) = old.filter(|old| old.slug != row.slug) {
        release(conn, by, under, &old.slug)?;
    }
    let facts = Facts::between(old.map(logged).as_ref(), Some(&logged(&row)));
    let by_itself = if old.is_none() {
        Operation::Create
    } else {
        Operation::Update
    };
    let operation = save.operation.unwrap_or(by_itself);
    changes::append_in(conn, by, Kind::Translation, under.id, operation, facts)?;
    Ok(Some(row))
}

/// Returns the slug of a text: the existing slug if none is given, or else the given or derived one, after claiming
/// it.
fn slug(
    conn: &mut Conn,
    by: By,
    (id, old): (&TranslationId, Option<&TranslationRow>),
    save: &Save<'_>,
) -> Result<Slug> {
    match (&save.text.slug, old) {
        (None, Some(old)) => Ok(old.slug.clone()),
        (Some(given), Some(old)) if *given == old.slug => Ok(old.slug.clone()),
        _ => take_over::claim(
            conn,
            by,
            Owner::translation(id),
            &save.text,
            save.slug_pointer,
        ),
    }
}

/// Returns the row of a text, based on the existing row if there is one. The caller sets the revisions.
fn row_of(
    text: NewTranslation,
    (post, lang): (&PostRow, &Lang),
    old: Option<&TranslationRow>,
    (slug, now): (Slug, Timestamp),
) -> TranslationRow {
    let seo = text.seo.unwrap_or_default();
    TranslationRow {
        post_id: post.id,
        lang: lang.clone(),
        slug,
        title: text.title.trim().to_owned(),
        subtitle: text.subtitle,
        excerpt: text.excerpt,
        seo_title: seo.title,
        seo_description: seo.description,
        body_format: text.body.format,
        body_source: text.body.source,
        revision: 0,
        text_revision: 0,
        stage: old.map_or(Stage::Draft, |old| old.stage),
        stage_at: old.map_or(now, |old| old.stage_at),
        submitted_by: old.and_then(|old| old.submitted_by),
        reviewed_by: old.and_then(|old| old.reviewed_by),
        // Starts above every version that a deleted translation in this language can have had: each of its changes
        // also raised the post's version.
        version: old.map_or(post.version + 1, |old| old.version + 1),
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: now,
    }
}

/// Returns the members of a working copy that the change log records: all but the body's source, of which it records
/// the hash.
pub(super) fn logged(row: &TranslationRow) -> Value {
    let hash = digest::digest(&digest::SHA256, row.body_source.as_bytes());
    json!({
        "title": row.title, "slug": row.slug, "subtitle": row.subtitle, "excerpt": row.excerpt,
        "body": { "format": row.body_format, "sha256": Hash(hash.as_ref().to_vec()) },
        "seo": { "title": row.seo_title, "description": row.seo_description },
        "revision": row.revision, "stage": row.stage,
    })
}

/// Turns an approved working copy with a new revision back into a draft: an approval applies to one revision only.
fn fall_back(copy: &mut TranslationRow, now: Timestamp) {
    if copy.stage == Stage::Approved {
        (copy.stage, copy.stage_at) = (Stage::Draft, now);
    }
}

fn upsert(conn: &mut Conn, row: &TranslationRow) -> Result<()> {
    each!(
        conn,
        diesel::insert_into(translations::table)
            .values(row)
            .on_conflict((translations::post_id, translations::lang))
            .do_update()
            .set(row)
            .execute(conn)
    )?;
    Ok(())
}

/// Releases a slug that the working copy gave up, unless a publication still uses it.
fn release(conn: &mut Conn, by: By, under: &Under<'_>, slug: &Slug) -> Result<()> {
    match under.current {
        Some(current) if current.uses(slug) => Ok(()),
        _ => slugs::release(conn, Owner::translation(under.id), slug, by.at),
    }
}

/// Records a new revision of each translation whose snapshot changes with the post's shared properties, except in the
/// language `saved_next`.
///
/// # Errors
/// Database errors.
pub(in crate::editorial) fn record_all(
    conn: &mut Conn,
    by: By,
    found: &mut LoadedPost,
    saved_next: Option<&Lang>,
) -> Result<()> {
    let mut changed = Vec::new();
    for copy in &found.copies {
        let mut row = copy.row.clone();
        if saved_next == Some(&row.lang) {
            continue;
        }
        let last = match &copy.hash {
            Some(hash) => Some((row.revision, hash.clone())),
            None => revisions::last(conn, &row.id())?,
        };
        let snapshot = revisions::snapshot(&found.post, &row, &found.relations);
        let Some(revision) = NewRevision::after(last.as_ref(), &row.lang, snapshot)? else {
            continue;
        };
        row.revision = revision.number;
        row.version += 1;
        fall_back(&mut row, by.at);
        changed.push((row, revision));
    }
    let (rows, revisions): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
    revisions::insert(conn, by, found.post.id, revisions, None)?;
    advance_all(conn, &rows, by.at)?;
    rows.into_iter().for_each(|row| found.put(row));
    Ok(())
}
