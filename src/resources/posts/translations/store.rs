//! All SQL of translations: the working copies, one per post and language.

use diesel::prelude::*;

use super::model::{
    BodySource, NewTranslation, Seo, Stage, Status, Translation, TranslationPatch, TranslationRow,
};
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::resources::actor::By;
use crate::resources::changes::{self, Operation};
use crate::resources::posts::access;
use crate::resources::posts::model::PostRow;
use crate::resources::posts::publishing::model::PublicationState;
use crate::resources::posts::publishing::take_down;
use crate::resources::posts::revisions::store as revisions;
use crate::resources::posts::{relations, store};
use crate::resources::preconditions;
use crate::resources::publications;
use crate::resources::publications::store::Placed;
use crate::resources::slugs::{self, Kind, Owner};
use crate::schema::translations;
use crate::timestamp::Timestamp;
use crate::version::Seen;

/// One working copy.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, post: Id, lang: &Lang, now: Timestamp) -> Result<Translation> {
    let row = row(conn, post, lang)?.ok_or(Error::NotFound)?;
    let placed = publications::store::placed(conn, post, lang)?;
    Ok(shape(row, placed, now))
}

/// Its row.
///
/// # Errors
/// What the database reports.
pub fn row(conn: &mut Conn, post: Id, lang: &Lang) -> Result<Option<TranslationRow>> {
    Ok(each!(
        conn,
        translations::table
            .find((post, lang))
            .select(TranslationRow::as_select())
            .first(conn)
            .optional()
    )?)
}

fn shape(row: TranslationRow, placed: Option<Placed>, now: Timestamp) -> Translation {
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
        status: status(placed.as_ref(), now),
        revision: row.revision,
        has_unpublished_changes: placed
            .as_ref()
            .is_some_and(|placed| placed.revision < row.revision),
        publication: placed.map(|placed| state(placed, now)),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// How far a translation has come, by the clock.
pub fn status(placed: Option<&Placed>, now: Timestamp) -> Status {
    match placed {
        None => Status::Draft,
        Some(placed) if now < placed.published_at => Status::Scheduled,
        Some(placed) if placed.unpublish_at.is_some_and(|end| end <= now) => Status::Expired,
        Some(_) => Status::Published,
    }
}

/// What editors are told of a publication.
pub fn state(placed: Placed, now: Timestamp) -> PublicationState {
    PublicationState {
        status: status(Some(&placed), now),
        publish_at: placed.published_at,
        unpublish_at: placed.unpublish_at,
        time_zone: placed.time_zone,
        revision: placed.revision,
        slug: placed.slug,
        updated_at: placed.updated_at,
    }
}

/// Writes a translation, new or not; whether it is new.
///
/// # Errors
/// As [`store::row_to_change`]; [`Error::Stale`]; `slug_taken`.
pub fn replace(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    new: NewTranslation,
) -> Result<(Translation, bool)> {
    let post = store::row_to_change(conn, by, post)?;
    let old = row(conn, post.id, lang)?;
    match &old {
        Some(old) => preconditions::check_in(conn, seen, old.version, post.id, lang)?,
        None => preconditions::check_absent(conn, seen, post.id, lang)?,
    }
    put(conn, by, &post, lang, new, "/slug")?;
    Ok((find(conn, post.id, lang, by.at)?, old.is_none()))
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
    let post = store::row_to_change(conn, by, post)?;
    let old = find(conn, post.id, lang, by.at)?;
    preconditions::check_in(conn, seen, old.version, post.id, lang)?;
    put(conn, by, &post, lang, patch.apply(&old), "/slug")?;
    find(conn, post.id, lang, by.at)
}

/// Saves a working copy and records the revision. `slug_pointer` says where in the body the slug was given.
///
/// # Errors
/// `slug_taken`.
pub fn put(
    conn: &mut Conn,
    by: By,
    post: &PostRow,
    lang: &Lang,
    new: NewTranslation,
    slug_pointer: &str,
) -> Result<()> {
    let old = row(conn, post.id, lang)?;
    let owner = Owner {
        kind: Kind::Post,
        id: post.id,
        lang: Some(lang),
    };
    let slug = match (&new.slug, &old) {
        (None, Some(old)) => old.slug.clone(),
        (given, _) => slugs::claim(conn, owner, given.as_ref(), &new.title, slug_pointer)?,
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
    let relations = relations::of(conn, &[post.id])?
        .remove(&post.id)
        .unwrap_or_default();
    row.revision = revisions::record(
        conn,
        by,
        post.id,
        lang,
        &revisions::snapshot(post, &row, &relations),
    )?;
    save(conn, &row)?;
    let operation = if old.is_some() {
        Operation::Update
    } else {
        Operation::Create
    };
    if let Some(old) = old.filter(|old| old.slug != row.slug) {
        release(conn, owner, &old, by.at)?;
    }
    store::touch(conn, by, post.id)?;
    changes::append_in(
        conn,
        by,
        changes::Kind::Translation,
        post.id,
        lang,
        operation,
    )
}

/// What holds for all languages has changed: a revision of each that this makes another.
///
/// # Errors
/// What the database reports.
pub fn record_all(
    conn: &mut Conn,
    by: By,
    post: &PostRow,
    relations: &relations::Relations,
) -> Result<()> {
    let rows = translations::table
        .filter(translations::post_id.eq(post.id))
        .order(translations::lang);
    let rows: Vec<TranslationRow> =
        each!(conn, rows.select(TranslationRow::as_select()).load(conn))?;
    for mut row in rows {
        let snapshot = revisions::snapshot(post, &row, relations);
        let number = revisions::record(conn, by, post.id, &row.lang, &snapshot)?;
        if number != row.revision {
            advance(conn, &mut row, number)?;
        }
    }
    Ok(())
}

/// The working copy is at this revision.
///
/// # Errors
/// What the database reports.
pub fn advance(conn: &mut Conn, copy: &mut TranslationRow, revision: i32) -> Result<()> {
    copy.revision = revision;
    copy.version += 1;
    let set = (
        translations::revision.eq(revision),
        translations::version.eq(copy.version),
    );
    let row = translations::table.find((copy.post_id, &copy.lang));
    each!(conn, diesel::update(row).set(set).execute(conn))?;
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
    match publications::store::placed(conn, old.post_id, &old.lang)? {
        Some(placed) if placed.slug == old.slug => Ok(()),
        _ => slugs::release(conn, owner, &old.slug, now),
    }
}

/// Deletes a translation and takes its publication down; its revisions stay.
///
/// # Errors
/// As [`store::row_to_change`]; `original_language`; [`Error::Forbidden`] when it is public and the caller no editor.
pub fn delete(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<()> {
    let post = store::row_to_change(conn, by, post)?;
    let old = row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, old.version, post.id, lang)?;
    if post.original_lang == *lang {
        let detail = "the original language cannot be deleted; delete the post instead";
        return Err(Error::conflict("original_language", detail));
    }
    if publications::store::placed(conn, post.id, lang)?.is_some() {
        if !access::sees_all(by) {
            return Err(Error::Forbidden(
                "Only an editor may delete a translation that is published or scheduled.",
            ));
        }
        take_down(conn, by, post.id, lang)?;
    }
    each!(
        conn,
        diesel::delete(translations::table.find((post.id, lang))).execute(conn)
    )?;
    let owner = Owner {
        kind: Kind::Post,
        id: post.id,
        lang: Some(lang),
    };
    slugs::release(conn, owner, &old.slug, by.at)?;
    store::touch(conn, by, post.id)?;
    changes::append_in(
        conn,
        by,
        changes::Kind::Translation,
        post.id,
        lang,
        Operation::Delete,
    )
}

/// Brings a revision back: its text, as a new revision.
///
/// # Errors
/// As [`replace`]; [`Error::NotFound`].
pub fn restore(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    number: i32,
) -> Result<Translation> {
    let post = store::row_to_change(conn, by, post)?;
    let copy = row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post.id, lang)?;
    let old = revisions::find(conn, post.id, lang, number)?.snapshot;
    let new = NewTranslation {
        title: old.title,
        slug: Some(old.slug),
        subtitle: old.subtitle,
        excerpt: old.excerpt,
        body: old.body,
        seo: Some(old.seo),
    };
    put(conn, by, &post, lang, new, "")?;
    find(conn, post.id, lang, by.at)
}
