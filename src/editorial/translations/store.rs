//! All SQL of translations: the working copies, one per post and language.

use aws_lc_rs::digest;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::model::{
    BodySource, NewTranslation, Seo, Translation, TranslationPatch, TranslationRow,
};
use super::rows::{advance, owner, row, state, status};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations;
use crate::editorial::posts::rows;
use crate::editorial::publishing::take_down;
use crate::editorial::revisions::model::Hash;
use crate::editorial::revisions::store as revisions;
use crate::editorial::translations::take_over;
use crate::editorial::workflow::steps;
use crate::editorial::workflow::store as workflow;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications;
use crate::publications::writing::store::CurrentPublication;
use crate::schema::translations;
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;
use crate::version::Seen;

/// One working copy.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, by: By, post: &PostRow, lang: &Lang) -> Result<Translation> {
    let row = row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    let standing = publications::writing::store::current(conn, post.id, lang, by.at)?;
    let allowed = workflow::allowed_actions(conn, by, post, &row, standing.is_some())?;
    Ok(shape(row, standing, allowed, by.at))
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

/// Writes a translation, new or not; whether it is new.
///
/// # Errors
/// As [`rows::row_to_change`]; [`Error::Stale`]; `slug_taken`.
pub fn replace(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    new: NewTranslation,
) -> Result<(Translation, bool)> {
    let post = rows::row_to_change(conn, by, post)?;
    let old = row(conn, post.id, lang)?;
    match &old {
        Some(old) => {
            preconditions::check_in(conn, seen, old.version, post.id, lang)?;
            workflow::guard(conn, by, &post, lang, Action::Edit)?;
        }
        None => preconditions::check_absent(conn, seen, post.id, lang)?,
    }
    put(conn, by, &post, lang, new, "/slug")?;
    Ok((find(conn, by, &post, lang)?, old.is_none()))
}

/// Changes a translation.
///
/// # Errors
/// As [`replace`]; [`Error::NotFound`].
pub fn update(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    patch: TranslationPatch,
) -> Result<Translation> {
    let post = rows::row_to_change(conn, by, post)?;
    let old = find(conn, by, &post, lang)?;
    preconditions::check_in(conn, seen, old.version, post.id, lang)?;
    workflow::guard(conn, by, &post, lang, Action::Edit)?;
    put(conn, by, &post, lang, patch.apply(&old), "/slug")?;
    find(conn, by, &post, lang)
}

/// Saves a working copy and records the revision; what changes nothing leaves everything as it is. `slug_pointer` says
/// where in the body the slug was given.
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
    let old = row(conn, post.id, lang)?;
    let operation = match old {
        Some(_) => Operation::Update,
        None => Operation::Create,
    };
    save_as(conn, by, (post, lang), old, new, slug_pointer, operation)
}

/// The same, told in the change log as this operation, over the row there is.
///
/// # Errors
/// `slug_taken`.
pub(super) fn save_as(
    conn: &mut Conn,
    by: By,
    (post, lang): (&PostRow, &Lang),
    old: Option<TranslationRow>,
    new: NewTranslation,
    slug_pointer: &str,
    operation: Operation,
) -> Result<()> {
    let owner = owner(post, lang);
    let slug = match (&new.slug, &old) {
        (None, Some(old)) => old.slug.clone(),
        _ => take_over::claim(conn, by, owner, &new, slug_pointer)?,
    };
    let seo = new.seo.unwrap_or_default();
    let mut row = TranslationRow {
        post_id: post.id,
        lang: lang.clone(),
        slug,
        title: new.title.trim().to_owned(),
        subtitle: new.subtitle,
        excerpt: new.excerpt,
        seo_title: seo.title,
        seo_description: seo.description,
        body_format: new.body.format,
        body_source: new.body.source,
        revision: 0,
        stage: old.as_ref().map_or(Stage::Draft, |old| old.stage),
        stage_at: old.as_ref().map_or(by.at, |old| old.stage_at),
        submitted_by: old.as_ref().and_then(|old| old.submitted_by),
        reviewed_by: old.as_ref().and_then(|old| old.reviewed_by),
        // The post has been at every version that one of this language, deleted since, may have been at.
        version: old.as_ref().map_or(post.version + 1, |old| old.version + 1),
        created_at: old.as_ref().map_or(by.at, |old| old.created_at),
        updated_at: by.at,
    };
    let relations = relations::load(conn, &[post.id])?
        .remove(&post.id)
        .unwrap_or_default();
    let snapshot = revisions::snapshot(post, &row, &relations);
    let note = new.note.as_deref();
    row.revision = revisions::record_noted(conn, by, (post.id, lang), &snapshot, note)?;
    if let Some(old) = &old {
        if old.revision == row.revision {
            return Ok(());
        }
        fall_back(&mut row, old.revision, by.at);
    }
    save(conn, &row)?;
    let before = old.as_ref().map(logged);
    if let Some(old) = old.filter(|old| old.slug != row.slug) {
        release(conn, owner, &old, by.at)?;
    }
    rows::bump_version(conn, by, post.id)?;
    let facts = Facts::between(before.as_ref(), Some(&logged(&row)));
    changes::append_in(conn, by, Kind::Translation, post.id, lang, operation, facts)
}

/// What the change log tells of a working copy: all but its text, of which it has the hash.
fn logged(row: &TranslationRow) -> Value {
    let hash = digest::digest(&digest::SHA256, row.body_source.as_bytes());
    json!({
        "title": row.title, "slug": row.slug, "subtitle": row.subtitle, "excerpt": row.excerpt,
        "body": { "format": row.body_format, "sha256": Hash(hash.as_ref().to_vec()) },
        "seo": { "title": row.seo_title, "description": row.seo_description },
        "revision": row.revision, "stage": row.stage,
    })
}

/// An approval is of one revision: with the next, the working copy is a draft again.
fn fall_back(copy: &mut TranslationRow, approved: i32, now: Timestamp) {
    if copy.stage == Stage::Approved && copy.revision != approved {
        (copy.stage, copy.stage_at) = (Stage::Draft, now);
    }
}

/// What holds for all languages has changed: a revision of each that this makes another, but for one that is saved next.
///
/// # Errors
/// What the database reports.
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
        let snapshot = revisions::snapshot(post, &row, relations);
        let number = revisions::record(conn, by, post.id, &row.lang, &snapshot)?;
        if number != row.revision {
            let before = std::mem::replace(&mut row.revision, number);
            fall_back(&mut row, before, by.at);
            advance(conn, &mut row, number)?;
        }
    }
    Ok(())
}

fn save(conn: &mut Conn, row: &TranslationRow) -> Result<()> {
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

/// A slug that the working copy gave up stays taken while the publication still has it.
fn release(conn: &mut Conn, owner: Owner<'_>, old: &TranslationRow, now: Timestamp) -> Result<()> {
    match publications::writing::store::current(conn, old.post_id, &old.lang, now)? {
        Some(standing) if standing.uses(&old.slug) => Ok(()),
        _ => slugs::release(conn, owner, &old.slug, now),
    }
}

/// Deletes a translation and takes its publication down; its revisions and steps stay.
///
/// # Errors
/// As [`rows::row_to_change`] and [`workflow::guard`]; [`Error::Stale`].
pub fn delete(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<()> {
    let post = rows::row_to_change(conn, by, post)?;
    let old = row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, old.version, post.id, lang)?;
    workflow::guard(conn, by, &post, lang, Action::Delete)?;
    take_down(conn, by, post.id, lang)?;
    steps::close(conn, (post.id, lang))?;
    each!(
        conn,
        diesel::delete(translations::table.find((post.id, lang))).execute(conn)
    )?;
    slugs::release(conn, owner(&post, lang), &old.slug, by.at)?;
    rows::bump_version(conn, by, post.id)?;
    let (operation, facts) = (Operation::Delete, Facts::deleted(&logged(&old)));
    changes::append_in(conn, by, Kind::Translation, post.id, lang, operation, facts)
}
