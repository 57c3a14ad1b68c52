//! The caller's relationship to a post: read from the database, judged by [`crate::editorial::workflow::rules`].

use std::collections::{HashMap, HashSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use super::model::PostRow;
use crate::changes::actor::{Authority, By, Caller, Role};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::workflow::rules::{self, Reach, Relationship};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::schema::{post_bylines, slugs as slugs_table};
use crate::slugs;
use crate::timestamp::Timestamp;

/// Returns the user whose own posts are all that the caller may read; `None` if the caller may read all posts.
///
/// # Errors
/// Returns [`Error::NotFound`] for the public; [`Error::Forbidden`] for a role or key that reads no posts.
pub fn restricted_to(by: By) -> Result<Option<Caller>> {
    match rules::reach(by.actor.authority())? {
        Reach::All => Ok(None),
        Reach::Own => by.actor.caller().map(Some).ok_or(Error::NotFound),
    }
}

/// Appends the condition that the posts `t` belong to this user, and nothing if `caller` is `None`.
pub fn push_own_filter(sql: &mut Sql, caller: Option<Caller>) {
    if let Some(caller) = caller {
        sql.push(" AND ");
        push_ownership(sql, caller);
    }
}

/// Appends the condition that the posts `t` belong to this user: created by them, or with a byline of their author.
pub fn push_ownership(sql: &mut Sql, caller: Caller) {
    sql.push("(t.created_by = ").bind(caller.id);
    if let Some(author) = caller.author {
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
    if restricted_to(by)?.is_none() {
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
    let credited = match restricted_to(by)?.and_then(|caller| caller.author) {
        Some(author) => credited(conn, author, &ids)?,
        None => HashSet::new(),
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
