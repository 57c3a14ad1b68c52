//! SQL for translations: the working copies, one per post and language.

use aws_lc_rs::digest;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::loaded::{self, Loaded};
use super::model::{BodySource, NewTranslation, Seo, Translation, TranslationPatch};
use super::rows::{TranslationRow, advance, owner, state, status};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations;
use crate::editorial::posts::rows;
use crate::editorial::publishing::take_down;
use crate::editorial::revisions::model::Hash;
use crate::editorial::revisions::store::{self as revisions, NewRevision};
use crate::editorial::translations::take_over;
use crate::editorial::workflow::steps;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::writing::current::CurrentPublication;
use crate::schema::translations;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;
use crate::version::Seen;

/// Reads a working copy that the caller may read.
///
/// # Errors
/// As `loaded::load_to_read`; [`Error::NotFound`] if the post does not have the language.
pub fn find(conn: &mut Conn, by: By, id: (Id, &Lang)) -> Result<Translation> {
    translation(loaded::load_to_read(conn, by, id)?, by)
}

/// Returns the working copy in its representation for editors.
pub(super) fn translation(found: Loaded, by: By) -> Result<Translation> {
    let (allowed, current) = (found.allowed_actions(by)?, found.current(by));
    Ok(shape(
        found.copy.ok_or(Error::NotFound)?,
        current,
        allowed,
        by.at,
    ))
}

fn shape(
    row: TranslationRow,
    standing: Option<CurrentPublication>,
    allowed_actions: Vec<Action>,
    now: Timestamp,
) -> Translation {
    Translation {
        post: row.post_id,
        lang: row.lang,
        title: row.title,
        slug: row.slug,
        subtitle: row.subtitle,
        excerpt: row.excerpt,
        body: BodySource {
            format: row.body_format,
            source: row.body_source,
        },
        seo: Seo {
            title: row.seo_title,
            description: row.seo_description,
        },
        status: status(row.stage, standing.as_ref(), now),
        allowed_actions,
        revision: row.revision,
        has_unpublished_changes: standing
            .as_ref()
            .is_some_and(|standing| standing.revision < row.revision),
        publication: standing.map(|standing| state(standing, now)),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// Writes a translation, new or existing. Returns true if it is new.
///
/// # Errors
/// As `loaded::load_to_change`; [`Error::Stale`] if `seen` does not match the current version; as `Loaded::guard`;
/// `slug_taken`.
pub fn replace(
    conn: &mut Conn,
    by: By,
    id: (Id, &Lang),
    seen: &Seen,
    new: NewTranslation,
) -> Result<(Translation, bool)> {
    let found = loaded::load_to_change(conn, by, id)?;
    let is_new = found.copy.is_none();
    check_editable(conn, by, id, (&found, seen))?;
    let saved = save(conn, by, found, Save::of(new, "/slug", is_new))?;
    Ok((translation(saved, by)?, is_new))
}

/// Checks that the caller may write the language: edit the working copy they have seen, or create one if there is
/// none.
///
/// # Errors
/// [`Error::Stale`] if `seen` does not match; as [`Loaded::guard`].
pub(super) fn check_editable(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    (found, seen): (&Loaded, &Seen),
) -> Result<()> {
    match &found.copy {
        Some(copy) => {
            preconditions::check_in(conn, seen, copy.version, post, lang)?;
            found.guard(by, Action::Edit)
        }
        None => preconditions::check_absent(conn, seen, post, lang),
    }
}

/// Changes a translation.
///
/// # Errors
/// As [`replace`]; [`Error::NotFound`] if the post does not have the language.
pub fn update(
    conn: &mut Conn,
    by: By,
    id: (Id, &Lang),
    seen: &Seen,
    patch: TranslationPatch,
) -> Result<Translation> {
    let found = loaded::load_to_change(conn, by, id)?;
    found.copy()?;
    check_editable(conn, by, id, (&found, seen))?;
    let old = translation(found.clone(), by)?;
    let saved = save(conn, by, found, Save::of(patch.apply(&old), "/slug", false))?;
    translation(saved, by)
}

/// Saves a working copy and records the revision. A text that changes nothing writes nothing. `slug_pointer` is the
/// JSON pointer to the slug in the request body.
///
/// # Errors
/// As [`By::require`]; `slug_taken`.
pub fn put(
    conn: &mut Conn,
    by: By,
    post: &PostRow,
    lang: &Lang,
    new: NewTranslation,
    slug_pointer: &str,
) -> Result<()> {
    by.require(Access::Writers)?;
    let found = loaded::load(conn, by, (post.id, lang))?;
    let is_new = found.copy.is_none();
    save(conn, by, found, Save::of(new, slug_pointer, is_new)).map(drop)
}

/// A text to save.
pub(super) struct Save<'a> {
    pub(super) text: NewTranslation,
    /// The JSON pointer to the slug in the request body.
    pub(super) slug_pointer: &'a str,
    /// The operation that the change log records.
    pub(super) operation: Operation,
}

impl<'a> Save<'a> {
    fn of(text: NewTranslation, slug_pointer: &'a str, is_new: bool) -> Self {
        Self {
            text,
            slug_pointer,
            operation: if is_new {
                Operation::Create
            } else {
                Operation::Update
            },
        }
    }
}

/// Saves a text over the loaded working copy. Returns the translation as it is now.
///
/// # Errors
/// `slug_taken`.
pub(super) fn save(conn: &mut Conn, by: By, found: Loaded, save: Save<'_>) -> Result<Loaded> {
    let Save {
        text,
        slug_pointer,
        operation,
    } = save;
    let (post, old) = (&found.post, found.copy.as_ref());
    let lang = found.lang.clone();
    let slug = slug(conn, by, (owner(post, &lang), old), &text, slug_pointer)?;
    let note = text.note.clone();
    let mut row = row_of(text, (post, &lang), old, (slug, by.at));
    let relations = relations::load_one(conn, post.id)?;
    let last = match (old, &found.hash) {
        (Some(old), Some(hash)) => Some((old.revision, hash.clone())),
        _ => revisions::last(conn, post.id, &lang)?,
    };
    let revision = NewRevision {
        snapshot: &revisions::snapshot(post, &row, &relations),
        note: note.as_deref(),
        last,
    };
    row.revision = revisions::record(conn, by, (post.id, &lang), revision)?;
    if let Some(old) = old {
        if old.revision == row.revision {
            return Ok(found);
        }
        fall_back(&mut row, old.revision, by.at);
    }
    upsert(conn, &row)?;
    if let Some(old) = old.filter(|old| old.slug != row.slug) {
        release(conn, &found, &old.slug, by)?;
    }
    rows::bump_version(conn, by, post.id)?;
    let facts = Facts::between(old.map(logged).as_ref(), Some(&logged(&row)));
    let kind = Kind::Translation;
    changes::append_in(conn, by, kind, post.id, &lang, operation, facts)?;
    Ok(Loaded {
        copy: Some(row),
        hash: None,
        ..found
    })
}

/// Returns the slug of a text: the existing slug if none is given, or else the given or derived one, after claiming
/// it.
fn slug(
    conn: &mut Conn,
    by: By,
    (owner, old): (Owner<'_>, Option<&TranslationRow>),
    text: &NewTranslation,
    pointer: &str,
) -> Result<Slug> {
    match (&text.slug, old) {
        (None, Some(old)) => Ok(old.slug.clone()),
        (Some(given), Some(old)) if *given == old.slug => Ok(old.slug.clone()),
        _ => take_over::claim(conn, by, owner, text, pointer),
    }
}

/// Returns the row of a text, based on the existing row if there is one. The caller sets the revision.
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
fn logged(row: &TranslationRow) -> Value {
    let hash = digest::digest(&digest::SHA256, row.body_source.as_bytes());
    json!({
        "title": row.title, "slug": row.slug, "subtitle": row.subtitle, "excerpt": row.excerpt,
        "body": { "format": row.body_format, "sha256": Hash(hash.as_ref().to_vec()) },
        "seo": { "title": row.seo_title, "description": row.seo_description },
        "revision": row.revision, "stage": row.stage,
    })
}

/// Turns an approved working copy back into a draft if it has a new revision: an approval applies to one revision
/// only.
fn fall_back(copy: &mut TranslationRow, approved: i32, now: Timestamp) {
    if copy.stage == Stage::Approved && copy.revision != approved {
        (copy.stage, copy.stage_at) = (Stage::Draft, now);
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
    post: &PostRow,
    relations: &relations::Relations,
    saved_next: Option<&Lang>,
) -> Result<()> {
    let rows = translations::table
        .filter(translations::post_id.eq(post.id))
        .order(translations::lang);
    let rows: Vec<TranslationRow> =
        each!(conn, rows.select(TranslationRow::as_select()).load(conn))?;
    for mut row in rows {
        if saved_next == Some(&row.lang) {
            continue;
        }
        let revision = NewRevision {
            snapshot: &revisions::snapshot(post, &row, relations),
            note: None,
            last: revisions::last(conn, post.id, &row.lang)?,
        };
        let number = revisions::record(conn, by, (post.id, &row.lang), revision)?;
        if number != row.revision {
            let before = std::mem::replace(&mut row.revision, number);
            fall_back(&mut row, before, by.at);
            advance(conn, &mut row, number)?;
        }
    }
    Ok(())
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
fn release(conn: &mut Conn, found: &Loaded, slug: &Slug, by: By) -> Result<()> {
    match found.current(by) {
        Some(current) if current.uses(slug) => Ok(()),
        _ => slugs::release(conn, owner(&found.post, &found.lang), slug, by.at),
    }
}

/// Deletes a translation and takes down its publication. Its revisions and workflow steps remain.
///
/// # Errors
/// As `loaded::load_to_change` and `Loaded::guard`; [`Error::Stale`] if `seen` does not match the current version.
pub fn delete(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<()> {
    let found = loaded::load_to_change(conn, by, (post, lang))?;
    let old = found.copy()?;
    preconditions::check_in(conn, seen, old.version, post, lang)?;
    found.guard(by, Action::Delete)?;
    take_down(conn, by, post, lang)?;
    steps::close(conn, (post, lang))?;
    each!(
        conn,
        diesel::delete(translations::table.find((post, lang))).execute(conn)
    )?;
    slugs::release(conn, owner(&found.post, lang), &old.slug, by.at)?;
    rows::bump_version(conn, by, post)?;
    let (operation, facts) = (Operation::Delete, Facts::deleted(&logged(old)));
    let kind = Kind::Translation;
    changes::append_in(conn, by, kind, post, lang, operation, facts)
}
