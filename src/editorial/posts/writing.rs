//! Creating posts, and changing the properties that all languages share.

use diesel::prelude::*;

use super::loaded::{self, LoadedPost};
use super::model::{NewPost, Post, PostPatch, PostRow};
use super::relations::{self, Relations, Requested};
use super::rows::{logged, logged_whole};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::editorial::translations::saving::{self, Save};
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::posts;
use crate::user_ref::{self, UserRef};
use crate::version::Seen;

/// The JSON pointer to the slug in the body of a request.
const SLUG: &str = "/translation/slug";

/// Creates a post with its first translation.
///
/// # Errors
/// As [`By::require`]; [`Error::Forbidden`] if the post is featured and the caller is no editor; [`Error::Invalid`]
/// for unknown authors, organizations, categories or tags; `slug_taken`.
pub fn insert(conn: &mut Conn, by: By, new: NewPost) -> Result<Post> {
    by.require(Access::Writers)?;
    guard_featured(by, false, new.featured)?;
    let lang = new.translation.lang.clone();
    let row = PostRow {
        id: Id::new(),
        original_lang: lang.clone(),
        featured: new.featured,
        licence: new.licence,
        canonical_url: new.canonical_url,
        created_by: by.actor.user(),
        version: 1,
        created_at: by.at,
        updated_at: by.at,
        deleted_at: None,
    };
    let wanted = Requested {
        authors: new.authors,
        categories: new.categories,
        tags: new.tags,
    };
    let none = Relations::default();
    let relations = relations::resolve(conn, wanted, &none)?;
    let inserted = diesel::insert_into(posts::table).values(&row);
    let named = inserted.returning(user_ref::name_of(row.created_by));
    let creator = UserRef::new(row.created_by, each!(conn, named.get_result(conn))?);
    relations::replace(conn, row.id, &none, &relations)?;
    let facts = Facts::created(&logged_whole(&row, &relations, creator.as_ref()));
    changes::append(conn, by, Kind::Post, row.id, Operation::Create, facts)?;
    let mut made = LoadedPost::new(by, row, creator, relations)?;
    saving::save_in(
        conn,
        by,
        &mut made,
        &lang,
        Save::new(new.translation.text, SLUG),
    )?;
    write_row(conn, &made.post)?;
    made.shown(by)
}

/// Changes the properties that all languages share.
///
/// # Errors
/// As `loaded::load_to_change`; `under_review`; [`Error::Stale`] if `seen` does not match the current
/// version; [`Error::Invalid`] for unknown authors, organizations, categories or tags.
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, patch: PostPatch) -> Result<Post> {
    let mut found = to_edit(conn, by, id, seen)?;
    if share(conn, by, &mut found, patch, None)? {
        write_row(conn, &found.post)?;
    }
    found.shown(by)
}

/// Loads a post whose shared properties the caller may change.
fn to_edit(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<LoadedPost> {
    let found = loaded::load_to_change(conn, by, id)?;
    preconditions::check(conn, seen, found.post.version, id)?;
    found.context().may_edit()?;
    Ok(found)
}

/// Replaces a post's shared properties and writes the given translation. Other translations keep their texts.
///
/// # Errors
/// As [`update`]; `archived` if that translation is archived; `slug_taken`.
pub fn replace(conn: &mut Conn, by: By, id: Id, seen: &Seen, new: NewPost) -> Result<Post> {
    let mut found = to_edit(conn, by, id, seen)?;
    found.guard(by, &new.translation.lang, Action::Edit)?;
    write(conn, by, &mut found, new)?;
    found.shown(by)
}

/// Replaces a post as [`replace`] does, whatever its stage and its version.
///
/// # Errors
/// As [`By::require`] and [`replace`].
pub fn overwrite(conn: &mut Conn, by: By, id: Id, new: NewPost) -> Result<()> {
    by.require(Access::Writers)?;
    let mut found = loaded::load(conn, by, id)?;
    write(conn, by, &mut found, new)
}

fn write(conn: &mut Conn, by: By, found: &mut LoadedPost, new: NewPost) -> Result<()> {
    let NewPost {
        translation,
        authors,
        categories,
        tags,
        featured,
        licence,
        canonical_url,
    } = new;
    let patch = PostPatch {
        authors: Some(authors),
        categories: Some(categories),
        tags: Some(tags),
        featured: Some(featured),
        licence: Some(licence),
        canonical_url: Some(canonical_url),
    };
    let lang = translation.lang.clone();
    let has_changed = share(conn, by, found, patch, Some(&lang))?;
    let has_new_text = saving::save_in(conn, by, found, &lang, Save::new(translation.text, SLUG))?;
    if has_changed || has_new_text {
        write_row(conn, &found.post)?;
    }
    Ok(())
}

/// Applies a patch to the post that was loaded. Returns false if it changes nothing; otherwise the caller writes the row.
/// Records a revision of each translation, except in the language `saved_next`: the caller saves that one next, which
/// records it.
fn share(
    conn: &mut Conn,
    by: By,
    found: &mut LoadedPost,
    patch: PostPatch,
    saved_next: Option<&Lang>,
) -> Result<bool> {
    guard_featured(
        by,
        found.post.featured,
        patch.featured.unwrap_or(found.post.featured),
    )?;
    let was = found.relations.clone();
    let kept = || was.authors.iter().cloned().map(Into::into).collect();
    let wanted = Requested {
        authors: patch.authors.unwrap_or_else(kept),
        categories: patch.categories.unwrap_or_else(|| was.categories.clone()),
        tags: patch.tags.unwrap_or_else(|| was.tags.clone()),
    };
    let relations = relations::resolve(conn, wanted, &was)?;
    let before = logged(&found.post, &was);
    let old = found.post.clone();
    let mut row = PostRow {
        featured: patch.featured.unwrap_or(old.featured),
        licence: patch.licence.unwrap_or(old.licence),
        canonical_url: patch.canonical_url.unwrap_or(old.canonical_url),
        ..old
    };
    if before == logged(&row, &relations) {
        return Ok(false);
    }
    row.version += 1;
    row.updated_at = by.at;
    relations::replace(conn, row.id, &was, &relations)?;
    let facts = Facts::updated(&before, &logged(&row, &relations));
    (found.post, found.relations) = (row, relations);
    saving::record_all(conn, by, found, saved_next)?;
    changes::append(
        conn,
        by,
        Kind::Post,
        found.post.id,
        Operation::Update,
        facts,
    )?;
    Ok(true)
}

fn write_row(conn: &mut Conn, row: &PostRow) -> Result<()> {
    let set = (
        posts::featured.eq(row.featured),
        posts::licence.eq(&row.licence),
        posts::canonical_url.eq(&row.canonical_url),
        posts::version.eq(row.version),
        posts::updated_at.eq(row.updated_at),
    );
    let this = posts::table.find(row.id);
    each!(conn, diesel::update(this).set(set).execute(conn))?;
    Ok(())
}

/// Checks that only editors change what is featured.
fn guard_featured(by: By, was: bool, is: bool) -> Result<()> {
    if was == is || by.require(Access::Editors).is_ok() {
        return Ok(());
    }
    Err(Error::Forbidden("Only editors may change `featured`."))
}
