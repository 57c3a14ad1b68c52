//! SQL for posts: listing, reading, creating and changing them.

use diesel::prelude::*;

use super::access::{self, Intent};
use super::model::{NewPost, Post, PostPatch, PostQuery, PostRow, PostSummary};
use super::relations::{self, Relations};
use super::rows::{self, logged, row, row_to_change};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::keyset;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::delivery::visibility;
use crate::editorial::translations::model::TranslationSummary;
use crate::editorial::translations::rows as translation_rows;
use crate::editorial::translations::store as translations;
use crate::editorial::workflow::states;
use crate::editorial::workflow::store as workflow;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::publications;
use crate::publications::writing::store::CurrentPublication;
use crate::schema::{posts, translations as translation_table};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Seen;

/// Returns a page of the posts that the caller may see, newest first.
///
/// # Errors
/// As [`By::require`]; [`Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &PostQuery,
    by: By,
) -> Result<(Vec<PostSummary>, PageInfo)> {
    by.require(Access::Readers)?;
    let at = query.at.map_or(by.at, |at| at.0);
    let trashed = if query.trashed.unwrap_or(false) {
        "IS NOT NULL"
    } else {
        "IS NULL"
    };
    let mut from = Sql::new(&format!("posts t WHERE t.deleted_at {trashed}"));
    access::push_own_filter(&mut from, access::restricted_to(by)?);
    for term in query.category.iter().chain(&query.tag) {
        from.push(" AND t.id IN (SELECT l.post_id FROM post_terms l WHERE l.term_id = ")
            .bind(*term)
            .push(")");
    }
    if let Some(author) = query.author {
        from.push(" AND t.id IN (SELECT b.post_id FROM post_bylines b WHERE b.author_id = ")
            .bind(author)
            .push(")");
    }
    if query.q.is_some() || query.lang.is_some() || query.status.is_some() {
        with_translation(conn, &mut from, query, at);
    }
    let (rows, page) = keyset::newest_first(conn, listing, "t.*", &from, |row: &PostRow| row.id)?;
    Ok((summaries(conn, rows, at)?, page))
}

/// Appends the condition that one translation matches the language, the title and the status together.
fn with_translation(conn: &Conn, from: &mut Sql, query: &PostQuery, now: Timestamp) {
    from.push(
        " AND t.id IN (SELECT w.post_id FROM translations w LEFT JOIN publications p \
         ON p.post_id = w.post_id AND p.lang = w.lang AND ",
    );
    visibility::current(from, "p", now);
    from.push(" WHERE TRUE");
    if let Some(lang) = &query.lang {
        from.push(" AND w.lang = ").bind(lang.as_str());
    }
    if let Some(q) = &query.q {
        from.push(" AND ").contains(conn, "w.title", q);
    }
    if let Some(status) = query.status {
        from.push(" AND ");
        states::shown(from, status, now);
    }
    from.push(")");
}

/// Loads the relations and translations of the posts, in three statements.
fn summaries(conn: &mut Conn, rows: Vec<PostRow>, now: Timestamp) -> Result<Vec<PostSummary>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut relations = relations::load(conn, &ids)?;
    let standings = publications::writing::store::current_of_posts(conn, &ids, now)?;
    let columns = translation_table::table
        .filter(translation_table::post_id.eq_any(ids))
        .order((translation_table::post_id, translation_table::lang))
        .select((
            translation_table::post_id,
            translation_table::lang,
            translation_table::slug,
            translation_table::title,
            translation_table::revision,
            translation_table::stage,
            translation_table::updated_at,
        ));
    let found: Vec<TranslationLine> = each!(conn, columns.load(conn))?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let lines = found.iter().filter(|line| line.0 == row.id);
            let translations = lines
                .map(|line| translation_summary(line, &standings, now))
                .collect();
            let relations = relations.remove(&row.id).unwrap_or_default();
            summary(row, relations, translations)
        })
        .collect())
}

type TranslationLine = (Id, Lang, Slug, String, i32, Stage, Timestamp);

fn translation_summary(
    line: &TranslationLine,
    standings: &[CurrentPublication],
    now: Timestamp,
) -> TranslationSummary {
    let (post, lang, slug, title, revision, stage, updated_at) = line.clone();
    let standing = standings
        .iter()
        .find(|one| one.post_id == post && one.lang == lang);
    TranslationSummary {
        status: translation_rows::status(stage, standing, now),
        published_revision: standing.map(|one| one.revision),
        lang,
        slug,
        title,
        revision,
        updated_at,
    }
}

fn summary(
    row: PostRow,
    relations: Relations,
    translations: Vec<TranslationSummary>,
) -> PostSummary {
    let Relations {
        authors,
        categories,
        tags,
    } = relations;
    PostSummary {
        id: row.id,
        original_lang: row.original_lang,
        authors,
        categories,
        tags,
        featured: row.featured,
        licence: row.licence,
        canonical_url: row.canonical_url,
        translations,
        created_by: row.created_by,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted_at: row.deleted_at,
    }
}

/// Reads a post that the caller may read.
///
/// # Errors
/// [`Error::NotFound`] if there is no such post, or if the caller may read only own posts and this is not one;
/// [`Error::Forbidden`] for a role or key that reads no posts.
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<Post> {
    let row = row(conn, id)?;
    access::check(conn, by, &row, Intent::Read)?;
    with_original(conn, by, row)
}

pub(super) fn with_original(conn: &mut Conn, by: By, row: PostRow) -> Result<Post> {
    let translation = translations::find(conn, by, (row.id, &row.original_lang))?;
    let summary = summaries(conn, vec![row], by.at)?
        .into_iter()
        .next()
        .ok_or(Error::NotFound)?;
    Ok(Post {
        summary,
        translation,
    })
}

/// Creates a post with its first translation.
///
/// # Errors
/// As [`By::require`]; [`Error::Forbidden`] if the post is featured and the caller is no editor; [`Error::Invalid`] for
/// unknown authors, organizations, categories or tags; `slug_taken`.
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
    let wanted = relations::Requested {
        authors: new.authors,
        categories: new.categories,
        tags: new.tags,
    };
    let relations = relations::resolve(conn, wanted, &Relations::default())?;
    each!(
        conn,
        diesel::insert_into(posts::table).values(&row).execute(conn)
    )?;
    relations::replace(conn, row.id, &relations)?;
    let facts = Facts::created(&logged(&row, &relations));
    changes::append(conn, by, Kind::Post, row.id, Operation::Create, facts)?;
    translations::put(
        conn,
        by,
        &row,
        &lang,
        new.translation.into(),
        "/translation/slug",
    )?;
    let made = rows::row(conn, row.id)?;
    with_original(conn, by, made)
}

/// Changes the properties that all languages share.
///
/// # Errors
/// As [`row_to_change`]; `under_review`; [`Error::Stale`] if `seen` does not match the current version;
/// [`Error::Invalid`] for unknown authors, organizations, categories or tags.
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, patch: PostPatch) -> Result<Post> {
    let old = row_to_change(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    workflow::post_context(conn, by, &old)?.may_edit()?;
    let changed = write(conn, by, old, patch, None)?;
    with_original(conn, by, changed)
}

/// Replaces a post's shared properties and writes the given translation. Other translations keep their texts.
///
/// # Errors
/// As [`update`]; `archived` if that translation is archived; `slug_taken`.
pub fn replace(conn: &mut Conn, by: By, id: Id, seen: &Seen, new: NewPost) -> Result<Post> {
    let old = row_to_change(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    workflow::post_context(conn, by, &old)?.may_edit()?;
    if translation_rows::row(conn, id, &new.translation.lang)?.is_some() {
        workflow::guard(conn, by, &old, &new.translation.lang, Action::Edit)?;
    }
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
    let changed = write(conn, by, old, patch, Some(&lang))?;
    translations::put(
        conn,
        by,
        &changed,
        &lang,
        translation.into(),
        "/translation/slug",
    )?;
    let written = row(conn, id)?;
    with_original(conn, by, written)
}

/// Applies a patch to the row that was read. A patch that changes nothing writes nothing. Records a revision of each
/// translation, except in the language `saved_next`: the caller saves that one next, which records it.
///
/// # Errors
/// As [`By::require`]; [`Error::Forbidden`] if `featured` changes and the caller is no editor; [`Error::Invalid`] for unknown
/// authors, organizations, categories or tags.
pub fn write(
    conn: &mut Conn,
    by: By,
    old: PostRow,
    patch: PostPatch,
    saved_next: Option<&Lang>,
) -> Result<PostRow> {
    by.require(Access::Writers)?;
    let featured = patch.featured.unwrap_or(old.featured);
    guard_featured(by, old.featured, featured)?;
    let was = relations::load_one(conn, old.id)?;
    let kept = || was.authors.iter().cloned().map(Into::into).collect();
    let wanted = relations::Requested {
        authors: patch.authors.unwrap_or_else(kept),
        categories: patch.categories.unwrap_or_else(|| was.categories.clone()),
        tags: patch.tags.unwrap_or_else(|| was.tags.clone()),
    };
    let relations = relations::resolve(conn, wanted, &was)?;
    let before = logged(&old, &was);
    let mut row = PostRow {
        featured,
        licence: patch.licence.unwrap_or(old.licence),
        canonical_url: patch.canonical_url.unwrap_or(old.canonical_url),
        ..old
    };
    if before == logged(&row, &relations) {
        return Ok(row);
    }
    row.version += 1;
    row.updated_at = by.at;
    relations::replace(conn, row.id, &relations)?;
    let set = (
        posts::featured.eq(row.featured),
        posts::licence.eq(&row.licence),
        posts::canonical_url.eq(&row.canonical_url),
        posts::version.eq(row.version),
        posts::updated_at.eq(row.updated_at),
    );
    each!(
        conn,
        diesel::update(posts::table.find(row.id))
            .set(set)
            .execute(conn)
    )?;
    translations::record_all(conn, by, &row, &relations, saved_next)?;
    let facts = Facts::updated(&before, &logged(&row, &relations));
    changes::append(conn, by, Kind::Post, row.id, Operation::Update, facts)?;
    Ok(row)
}

/// Checks that only editors change what is featured.
fn guard_featured(by: By, was: bool, is: bool) -> Result<()> {
    if was == is || by.require(Access::Editors).is_ok() {
        return Ok(());
    }
    Err(Error::Forbidden("Only editors may change `featured`."))
}
