//! Saving the text of a working copy: what becomes of its row, its slug and its revision.

use super::input::NewTranslation;
use super::loaded::LoadedTranslation;
use super::rows::TranslationRow;
use super::take_over;
use super::translators::{self, Translators};
use super::writing::{Prepared, fall_back, write};
use crate::catalogue::references::References;
use crate::changes::actor::By;
use crate::changes::{self, Operation};
use crate::db::Conn;
use crate::editorial::posts::loaded::LoadedPost;
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations::Relations;
use crate::editorial::posts::rows;
use crate::editorial::revisions::model::Snapshot;
use crate::editorial::revisions::store::{self as revisions, NewRevision};
use crate::editorial::workflow::words::Stage;
use crate::error::Result;
use crate::lang::Lang;
use crate::publications::writing::current::CurrentPublication;
use crate::slug::Slug;
use crate::slugs::Owner;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// A text to save.
pub(in crate::editorial) struct Save<'a> {
    text: NewTranslation,
    /// The authors that the text names and that exist; `None` for a text whose authors are known to exist.
    found: Option<References>,
    /// The JSON pointer to the text in the request body; `None` if it is not there.
    pointer: Option<&'a str>,
    /// The operation that the change log records; `None`: that the text is new, or was changed.
    operation: Option<Operation>,
}

impl<'a> Save<'a> {
    /// Returns the note, if there is one.
    pub(in crate::editorial) fn note(&self) -> Option<&String> {
        self.text.note.as_ref()
    }

    /// A text from the body of a request. `found` is what was looked up of it, and `pointer` is the JSON pointer to it.
    pub(in crate::editorial) fn new(
        text: NewTranslation,
        found: References,
        pointer: &'a str,
    ) -> Self {
        Self {
            text,
            found: Some(found),
            pointer: Some(pointer),
            operation: None,
        }
    }

    /// A text from elsewhere, whose saving the change log records as this operation. Its translators exist.
    pub(super) fn by(operation: Operation, text: NewTranslation) -> Self {
        Self {
            text,
            found: None,
            pointer: None,
            operation: Some(operation),
        }
    }

    /// Returns the JSON pointer to a member of the text.
    fn pointer_to(&self, member: &str) -> String {
        let pointer = self.pointer.map(|text| format!("{text}/{member}"));
        pointer.unwrap_or_default()
    }
}

/// The working copy that a save replaces, as either kind of loading has it, and what the save needs of its post.
struct Replaced<'a> {
    id: &'a TranslationId,
    post: &'a PostRow,
    relations: &'a Relations,
    /// The working copy, if there is one.
    old: Option<&'a TranslationRow>,
    current: Option<&'a CurrentPublication>,
}

/// Saves a text over the loaded working copy, and raises the version of the post. A text that changes nothing writes
/// nothing. Returns the translation as it is now.
///
/// # Errors
/// Returns `slug_taken`, and the same errors as [`translators::resolve`].
pub(super) fn save(
    conn: &mut Conn,
    by: By,
    found: LoadedTranslation,
    save: Save<'_>,
) -> Result<LoadedTranslation> {
    let current = found.current(by);
    let replaced = Replaced {
        id: &found.id,
        post: &found.post,
        relations: &found.relations,
        old: found.copy.as_ref(),
        current: current.as_ref(),
    };
    let Some(prepared) = prepare(conn, by, &replaced, save)? else {
        return Ok(found);
    };
    let entry = prepared.entry();
    let rows = write(conn, by, found.id.post, Some(prepared), Vec::new())?;
    rows::bump_version(conn, by, found.id.post)?;
    changes::append_all(conn, by, vec![entry])?;
    Ok(LoadedTranslation {
        copy: rows.into_iter().next(),
        ..found
    })
}

/// Prepares a text in one language of a loaded post. Returns `None` if it changes nothing.
///
/// # Errors
/// Returns `slug_taken`, and the same errors as [`translators::resolve`].
pub(in crate::editorial) fn prepare_in(
    conn: &mut Conn,
    by: By,
    post: &LoadedPost,
    lang: &Lang,
    save: Save<'_>,
) -> Result<Option<Prepared>> {
    let replaced = Replaced {
        id: &TranslationId::new(post.post.id, lang.clone()),
        post: &post.post,
        relations: &post.relations,
        old: post.copy(lang),
        current: post.current(lang),
    };
    prepare(conn, by, &replaced, save)
}

/// Prepares the row and the revision of a text. Returns `None` if it changes nothing.
fn prepare(
    conn: &mut Conn,
    by: By,
    replaced: &Replaced<'_>,
    save: Save<'_>,
) -> Result<Option<Prepared>> {
    let old = replaced.old;
    let slug = slug(conn, by, replaced, &save)?;
    let note = save.text.note.clone();
    let was = old.map(|old| old.translators.clone()).unwrap_or_default();
    let (named, pointer) = (&save.text.translators, save.pointer_to("translators"));
    let translators = translators::resolve(named, &was, save.found.as_ref(), &pointer)?;
    let row = row_of(save.text, replaced, slug, by.at);
    let mut row = TranslationRow { translators, ..row };
    if old.is_some_and(|old| old.has_same_text(&row)) {
        return Ok(None);
    }
    let snapshot = revisions::snapshot(replaced.post, &row, replaced.relations);
    let (revision, number) = match old {
        Some(old) => next_revision(old, snapshot)?,
        None => first_revision(conn, replaced.id, snapshot)?,
    };
    row.revision = number;
    row.text_revision = row.revision;
    fall_back(&mut row, by.at);
    let is_used = |slug: &Slug| replaced.current.is_some_and(|current| current.uses(slug));
    let given_up = old.map(|old| &old.slug).filter(|slug| **slug != row.slug);
    let usual = if old.is_none() {
        Operation::Create
    } else {
        Operation::Update
    };
    Ok(Some(Prepared {
        released: given_up.filter(|slug| !is_used(slug)).cloned(),
        old: old.cloned(),
        row,
        revision: revision.map(|revision| revision.with_note(note)),
        operation: save.operation.unwrap_or(usual),
    }))
}

/// Returns the revision of an existing working copy, which has the number of its last one, and its number.
fn next_revision(old: &TranslationRow, snapshot: Snapshot) -> Result<(Option<NewRevision>, i32)> {
    let number = old.revision + 1;
    let revision = NewRevision::new(number, &old.lang, snapshot)?;
    Ok((Some(revision), number))
}

/// Returns the revision of a translation that is not there, and its number. A translation that was deleted and is there
/// again with the same content has its last revision, and no new one.
fn first_revision(
    conn: &mut Conn,
    id: &TranslationId,
    snapshot: Snapshot,
) -> Result<(Option<NewRevision>, i32)> {
    let last = revisions::last(conn, id)?;
    let revision = NewRevision::after(last.as_ref(), &id.lang, snapshot)?;
    let last = last.map_or(0, |(number, _)| number);
    let number = revision.as_ref().map_or(last, |new| new.number);
    Ok((revision, number))
}

/// Returns the slug of a text: the existing slug if none is given, or else the given or derived one, after claiming
/// it.
fn slug(conn: &mut Conn, by: By, replaced: &Replaced<'_>, save: &Save<'_>) -> Result<Slug> {
    match (&save.text.slug, replaced.old) {
        (None, Some(old)) => Ok(old.slug.clone()),
        (Some(given), Some(old)) if *given == old.slug => Ok(old.slug.clone()),
        _ => take_over::claim(
            conn,
            by,
            Owner::translation(replaced.id),
            &save.text,
            &save.pointer_to("slug"),
        ),
    }
}

/// Returns the row of a text, based on the existing row if there is one. The caller sets the revisions and the translators.
fn row_of(
    text: NewTranslation,
    replaced: &Replaced<'_>,
    slug: Slug,
    now: Timestamp,
) -> TranslationRow {
    let (post, old) = (replaced.post, replaced.old);
    let seo = text.seo.unwrap_or_default();
    TranslationRow {
        post_id: post.id,
        lang: replaced.id.lang.clone(),
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
        submitted_by_key: old.and_then(|old| old.submitted_by_key),
        reviewed_by: old.and_then(|old| old.reviewed_by),
        // Starts above every version that a deleted translation in this language can have had: each of its changes
        // also raised the post's version.
        version: old.map_or(post.version + 1, |old| old.version + 1),
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: now,
        translators: Translators::default(),
    }
}
