//! The limits of API keys by language and category. This is the only place that knows what they mean: a post is inside of
//! the limits if it has a translation in one of the languages, and is in one of the categories or below it.

use diesel::prelude::*;

use crate::changes::actor::{Access, Actor, By, KeyCaller};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::api_key_languages;

/// Appends the condition that the posts `t` are inside of the limits of a key.
pub fn push_posts(sql: &mut Sql, key: KeyCaller) {
    if key.limits_languages {
        sql.push(" AND EXISTS (SELECT 1 FROM translations k WHERE k.post_id = t.id");
        push_language(sql, key, "k.lang");
        sql.push(")");
    }
    if key.limits_categories {
        sql.push(
            " AND t.id IN (WITH RECURSIVE inside (id) AS \
             (SELECT g.term_id FROM api_key_categories g WHERE g.key_id = ",
        )
        .bind(key.id)
        .push(
            " UNION SELECT c.id FROM terms c JOIN inside i ON c.parent_id = i.id) \
             SELECT l.post_id FROM inside i JOIN post_terms l ON l.term_id = i.id)",
        );
    }
}

/// Appends the condition that a column has a language inside of the limits of a key.
pub fn push_language(sql: &mut Sql, key: KeyCaller, column: &str) {
    if key.limits_languages {
        sql.push(&format!(
            " AND {column} IN (SELECT g.lang FROM api_key_languages g WHERE g.key_id = "
        ))
        .bind(key.id)
        .push(")");
    }
}

/// Appends the condition that a key may add a language to the posts `t`: the language and that of the original are inside of
/// its limits.
pub fn push_addable(sql: &mut Sql, key: KeyCaller, lang: &Lang) {
    if key.limits_languages {
        push_language(sql, key, "t.original_lang");
        sql.push(" AND EXISTS (SELECT 1 FROM api_key_languages g WHERE g.key_id = ")
            .bind(key.id)
            .push(" AND g.lang = ")
            .bind(lang.as_str())
            .push(")");
    }
}

/// Appends the language in which a key is shown the posts `t`: the original one or, if that is outside of its limits, the
/// first inside of them.
pub fn push_shown_language(sql: &mut Sql, key: KeyCaller) {
    if !key.limits_languages {
        sql.push("t.original_lang");
        return;
    }
    sql.push("(SELECT k.lang FROM translations k WHERE k.post_id = t.id");
    push_language(sql, key, "k.lang");
    sql.push(" ORDER BY CASE k.lang WHEN t.original_lang THEN 0 ELSE 1 END, k.lang LIMIT 1)");
}

/// Returns the languages to which the actor is limited; `None` if there is no such limit.
///
/// # Errors
/// Returns database errors.
pub fn languages(conn: &mut Conn, actor: Actor) -> Result<Option<Vec<Lang>>> {
    let Some(key) = actor.key().filter(|key| key.limits_languages) else {
        return Ok(None);
    };
    let languages = api_key_languages::table
        .filter(api_key_languages::key_id.eq(key.id))
        .order(api_key_languages::lang)
        .select(api_key_languages::lang);
    Ok(Some(each!(conn, languages.load(conn))?))
}

/// Returns whether a post is inside of the limits of the actor.
///
/// # Errors
/// Returns database errors.
pub fn cover(conn: &mut Conn, actor: Actor, post: Id) -> Result<bool> {
    let limited = |key: &KeyCaller| key.limits_languages || key.limits_categories;
    let Some(key) = actor.key().filter(limited) else {
        return Ok(true);
    };
    let mut sql = Sql::new("SELECT count(*) AS n FROM posts t WHERE t.id = ");
    sql.bind(post);
    push_posts(&mut sql, key);
    Ok(sql.number(conn)? > 0)
}

/// Checks that the actor may read a post.
///
/// # Errors
/// Returns [`Error::NotFound`] for a post outside of the limits.
pub fn check_post(conn: &mut Conn, actor: Actor, post: Id) -> Result<()> {
    match cover(conn, actor, post)? {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

/// Checks that the actor may take something from another post than the one that it writes.
///
/// # Errors
/// Returns [`Error::BeyondLimit`] for a post outside of the limits.
pub fn check_other_post(conn: &mut Conn, actor: Actor, post: Id) -> Result<()> {
    if cover(conn, actor, post)? {
        return Ok(());
    }
    let detail = "The key is limited to certain posts (`languages`, `categories`); the slug is reserved for another post.";
    Err(Error::BeyondLimit(detail.into()))
}

/// Checks that the actor may read a language.
///
/// # Errors
/// Returns [`Error::NotFound`] for a language outside of the limits.
pub fn check_language(conn: &mut Conn, actor: Actor, lang: &Lang) -> Result<()> {
    match languages(conn, actor)? {
        Some(languages) if !languages.contains(lang) => Err(Error::NotFound),
        Some(_) | None => Ok(()),
    }
}

/// Checks that the actor may write in a language.
///
/// # Errors
/// Returns [`Error::BeyondLimit`] with the languages to which a key is limited.
pub fn check_written_language(conn: &mut Conn, actor: Actor, lang: &Lang) -> Result<()> {
    match languages(conn, actor)? {
        Some(languages) if !languages.contains(lang) => Err(beyond_languages(&languages)),
        Some(_) | None => Ok(()),
    }
}

/// Checks that a write has left a post inside of the limits of the actor.
///
/// # Errors
/// Returns [`Error::BeyondLimit`] with the limit.
pub fn check_written_post(conn: &mut Conn, actor: Actor, post: Id) -> Result<()> {
    if cover(conn, actor, post)? {
        return Ok(());
    }
    let in_languages = KeyCaller {
        limits_categories: false,
        ..actor.key().ok_or(Error::NotFound)?
    };
    let mut sql = Sql::new("SELECT count(*) AS n FROM posts t WHERE t.id = ");
    sql.bind(post);
    push_posts(&mut sql, in_languages);
    match languages(conn, actor)? {
        Some(languages) if sql.number(conn)? == 0 => Err(beyond_languages(&languages)),
        Some(_) | None => Err(Error::BeyondLimit(
            "The key is limited to certain categories (`categories`); the post would be in none of them.".into(),
        )),
    }
}

/// Checks that the actor may change what posts share: categories, tags, authors and organizations. A key with limits may
/// not, because each of them may belong to posts outside of the limits, and because moving a category would move the limits.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::BeyondLimit`] for a key with limits.
pub fn check_shared(by: By) -> Result<()> {
    by.require(Access::Editors)?;
    match by.actor.key() {
        Some(key) if key.limits_languages || key.limits_categories => Err(Error::BeyondLimit(
            "The key is limited to certain posts (`languages`, `categories`). Categories, tags, authors and organizations belong to all posts.".into(),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Checks that the actor may write a post as a whole, with all its languages.
///
/// # Errors
/// Returns [`Error::BeyondLimit`] if the post has languages outside of the limits.
pub fn check_whole_post(conn: &mut Conn, actor: Actor, langs: &[Lang]) -> Result<()> {
    match languages(conn, actor)? {
        Some(languages) if langs.iter().any(|lang| !languages.contains(lang)) => {
            Err(beyond_languages(&languages))
        }
        Some(_) | None => Ok(()),
    }
}

fn beyond_languages(languages: &[Lang]) -> Error {
    let languages: Vec<&str> = languages.iter().map(Lang::as_str).collect();
    let detail = format!(
        "The key is limited to certain languages (`languages`): {}.",
        languages.join(", ")
    );
    Error::BeyondLimit(detail)
}
