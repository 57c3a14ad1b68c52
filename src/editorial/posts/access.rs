//! The caller's relationship to a post: read from the database, judged by [`crate::editorial::workflow::rules`].

use std::collections::{HashMap, HashSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use super::model::PostRow;
use crate::accounts::api_keys::limits;
use crate::changes::actor::{Actor, Authority, By, Caller, KeyCaller, Role};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::workflow::rules::{self, Reach, Relationship};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::schema::{post_bylines, slugs as slugs_table};
use crate::slugs;
use crate::timestamp::Timestamp;

/// The posts to which a caller is restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restriction {
    /// The user's own posts.
    Own(Caller),
    /// The posts inside of the limits of an API key.
    Limits(KeyCaller),
}

/// Returns the restriction of the caller; `None` if the caller may read all posts.
///
/// # Errors
/// Returns [`Error::NotFound`] for the public; [`Error::Forbidden`] for a role or key that reads no posts.
pub fn restricted_to(by: By) -> Result<Option<Restriction>> {
    match rules::reach(by.actor.authority())? {
        Reach::All => {
            let key = by.actor.key();
            let key = key.filter(|key| key.limits_languages || key.limits_categories);
            Ok(key.map(Restriction::Limits))
        }
        Reach::Own => {
            let caller = by.actor.caller().ok_or(Error::NotFound)?;
            Ok(Some(Restriction::Own(caller)))
        }
    }
}

/// Appends the condition that the caller may read the posts `t`, and nothing if there is no restriction.
pub fn push_restriction(sql: &mut Sql, restriction: Option<Restriction>) {
    match restriction {
        Some(Restriction::Own(caller)) => {
            sql.push(" AND ");
            push_ownership(sql, caller.id, caller.author);
        }
        Some(Restriction::Limits(key)) => limits::push_posts(sql, key),
        None => {}
    }
}

/// Appends the language in which the caller is shown the posts `t` as a whole.
pub fn push_shown_language(sql: &mut Sql, restriction: Option<Restriction>) {
    match restriction {
        Some(Restriction::Limits(key)) => limits::push_shown_language(sql, key),
        Some(Restriction::Own(_)) | None => {
            sql.push("t.original_lang");
        }
    }
}

/// Appends the condition that the caller may read the language in a column, and nothing if there is no restriction.
pub fn push_language(sql: &mut Sql, restriction: Option<Restriction>, column: &str) {
    match restriction {
        Some(Restriction::Limits(key)) => limits::push_language(sql, key, column),
        Some(Restriction::Own(_)) | None => {}
    }
}

/// Appends the condition that the posts `t` are the caller's own: those that belong to the user, or that the API key
/// created. Appends nothing for other actors.
pub fn push_own(sql: &mut Sql, actor: Actor) {
    match actor {
        Actor::User(caller) => {
            sql.push(" AND ");
            push_ownership(sql, caller.id, caller.author);
        }
        // A post names a user as its creator, and a key is none. The change log knows what a key has created.
        Actor::Key(key) => {
            sql.push(" AND t.id IN (SELECT c.entity_id FROM changes c WHERE c.actor_id = ")
                .bind(key.id)
                .push(" AND c.kind = 'post' AND c.operation = 'create')");
        }
        Actor::Cli | Actor::Import | Actor::Clock | Actor::Nobody => {}
    }
}

/// Appends the condition that the posts `t` belong to a user or key: created by it, or with a byline of the author.
pub fn push_ownership(sql: &mut Sql, creator: Id, author: Option<Id>) {
    sql.push("(t.created_by = ").bind(creator);
    if let Some(author) = author {
        sql.push(" OR t.id IN (SELECT b.post_id FROM post_bylines b WHERE b.author_id = ")
            .bind(author)
            .push(")");
    }
    sql.push(")");
}

/// Returns the caller's relationship to one post.
///
/// # Errors
/// Returns the same errors as [`restricted_to`].
pub fn relationship(conn: &mut Conn, by: By, post: &PostRow) -> Result<Relationship> {
    limits::check_post(conn, by.actor, post.id)?;
    if by.actor.caller().is_none() || restricted_to(by)?.is_none() {
        return relationship_of(by, post, Involvement::default());
    }
    let (credited, ever_public) = each!(
        conn,
        diesel::select(involvement(post.id, author(by), by.at)).get_result(conn)
    )?;
    let involvement = Involvement {
        credited,
        ever_public,
    };
    relationship_of(by, post, involvement)
}

/// The facts about a caller and a post that decide on access.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::editorial) struct Involvement {
    /// The caller's author has a byline on the post.
    pub(in crate::editorial) credited: bool,
    /// The public has seen a language of the post.
    pub(in crate::editorial) ever_public: bool,
}

/// Selects the members of [`Involvement`].
#[diesel::dsl::auto_type(no_type_alias)]
pub(in crate::editorial) fn involvement(post: Id, author: Option<Id>, now: Timestamp) -> _ {
    let bylines = post_bylines::table
        .filter(post_bylines::post_id.eq(post))
        .filter(post_bylines::author_id.nullable().eq(author));
    let public = slugs_table::table
        .filter(slugs_table::owner_id.eq(post))
        .filter(slugs_table::public_at.le(now));
    (exists(bylines), exists(public))
}

/// The author whose bylines give the caller access to a post.
pub(in crate::editorial) fn author(by: By) -> Option<Id> {
    by.actor.caller().and_then(|caller| caller.author)
}

/// Returns the caller's relationship to a post, of which this is known.
///
/// # Errors
/// Returns the same errors as [`restricted_to`].
pub(in crate::editorial) fn relationship_of(
    by: By,
    post: &PostRow,
    known: Involvement,
) -> Result<Relationship> {
    let is_restricted = restricted_to(by)?.is_some();
    let is_creator = post.created_by.is_some() && post.created_by == by.actor.user();
    Ok(Relationship {
        authority: by.actor.authority(),
        own: is_creator || is_restricted && known.credited,
        was_public: known.ever_public,
    })
}

/// Returns the caller's relationship to several posts, each given with the user who created it. Takes at most two
/// statements.
///
/// # Errors
/// Returns the same errors as [`restricted_to`].
pub fn relationships(
    conn: &mut Conn,
    by: By,
    posts: &[(Id, Option<Id>)],
) -> Result<HashMap<Id, Relationship>> {
    let ids: Vec<Id> = posts.iter().map(|(id, _)| *id).collect();
    let authority = by.actor.authority();
    let credited = match restricted_to(by)? {
        Some(Restriction::Own(Caller {
            author: Some(author),
            ..
        })) => credited(conn, author, &ids)?,
        Some(Restriction::Own(_) | Restriction::Limits(_)) | None => HashSet::new(),
    };
    let public = match authority {
        Authority::User(Role::Contributor) => slugs::public_among(conn, &ids, by.at)?,
        Authority::User(Role::Author | Role::Editor | Role::Moderator | Role::Admin)
        | Authority::System
        | Authority::Key(_)
        | Authority::Public => HashSet::new(),
    };
    let relationship = |(id, creator): &(Id, Option<Id>)| Relationship {
        authority,
        own: creator.is_some() && *creator == by.actor.user() || credited.contains(id),
        was_public: public.contains(id),
    };
    Ok(posts.iter().map(|one| (one.0, relationship(one))).collect())
}

/// Returns those of the posts that have a byline of the author.
fn credited(conn: &mut Conn, author: Id, posts: &[Id]) -> Result<HashSet<Id>> {
    let bylines = post_bylines::table
        .filter(post_bylines::author_id.eq(author))
        .filter(post_bylines::post_id.eq_any(posts.to_vec()))
        .select(post_bylines::post_id);
    let found: Vec<Id> = each!(conn, bylines.load(conn))?;
    Ok(found.into_iter().collect())
}
