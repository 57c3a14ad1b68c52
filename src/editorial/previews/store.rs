//! SQL for preview links.

use diesel::prelude::*;

use super::model::{NewPreviewLink, PreviewLink};
use super::token::PreviewToken;
use crate::changes::actor::By;
use crate::changes::{self, Facts, Operation};
use crate::db::keyset;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::posts;
use crate::editorial::posts::access::{self, Intent};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations::Relations;
use crate::editorial::publishing::times::Times;
use crate::editorial::revisions;
use crate::editorial::revisions::model::Snapshot;
use crate::editorial::translations;
use crate::editorial::translations::rows::TranslationRow;
use crate::error::{Code, Error, Result, Stale};
use crate::id::Id;
use crate::jobs::expiry::ExpiryRound;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::publications::writing::store as public;
use crate::schema::{preview_links, users};
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;
use crate::user_ref::{self, UserRef};
use crate::version::{Seen, etag};

/// Returns a page of the links to a translation that have not expired, newest first.
///
/// # Errors
/// [`Error::NotFound`] if there is no such translation, or the caller may not see it; [`Error::Forbidden`] for a role
/// or key that reads no posts; [`Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    by: By,
    id: &TranslationId,
) -> Result<(Vec<PreviewLink>, PageInfo)> {
    allowed(conn, by, id, Intent::Read)?;
    let mut from =
        Sql::new("preview_links t LEFT JOIN users u ON u.id = t.created_by WHERE t.post_id = ");
    from.bind(id.post)
        .push(" AND t.lang = ")
        .bind(id.lang.as_str())
        .push(" AND t.expires_at > ")
        .bind(by.at);
    let columns =
        "t.id, t.revision, t.expires_at, t.created_at, u.id AS user_id, u.name AS user_name";
    keyset::newest_first(conn, listing, columns, &from, |row: &PreviewLink| row.id)
}

/// Reads the post and the working copy, if they exist and the caller may access them for this purpose.
fn allowed(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    intent: Intent,
) -> Result<(PostRow, TranslationRow)> {
    let post = posts::rows::row(conn, id.post)?;
    access::check(conn, by, &post, intent)?;
    let copy = translations::rows::row(conn, id)?.ok_or(Error::NotFound)?;
    Ok((post, copy))
}

/// Reads a link that has not expired.
///
/// # Errors
/// [`Error::NotFound`] if there is no such link, or the caller may not see its post; [`Error::Forbidden`] for a role
/// or key that reads no posts.
pub fn find(conn: &mut Conn, by: By, id: &TranslationId, link: Id) -> Result<PreviewLink> {
    allowed(conn, by, id, Intent::Read)?;
    let creator = users::id.nullable().eq(preview_links::created_by);
    let live = preview_links::table
        .left_join(users::table.on(creator))
        .filter(preview_links::id.eq(link))
        .filter(
            preview_links::post_id
                .eq(id.post)
                .and(preview_links::lang.eq(&id.lang)),
        )
        .filter(preview_links::expires_at.gt(by.at));
    Ok(each!(
        conn,
        live.select(PreviewLink::as_select()).first(conn)
    )?)
}

/// Creates a link and its token.
///
/// # Errors
/// [`Error::NotFound`] if there is no such translation, or the caller may not see it; [`Error::Forbidden`] for a role
/// that reads no posts and a key that does not write; `post_in_trash`; [`Error::Invalid`] for an unknown revision.
pub fn insert(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    new: &NewPreviewLink,
) -> Result<(PreviewLink, PreviewToken)> {
    let (post, copy) = allowed(conn, by, id, Intent::Preview)?;
    if post.deleted_at.is_some() {
        let detail = "the post is in the trash; restore it first";
        return Err(Error::conflict(Code::PostInTrash, detail));
    }
    let revision = new.revision.unwrap_or(copy.revision);
    revisions::store::find_named(conn, id, revision)?;
    let token = PreviewToken::random()?;
    let mut link = PreviewLink {
        id: Id::new(),
        revision,
        expires_at: by.at.plus_seconds(new.seconds()),
        created_by: None,
        created_at: by.at,
    };
    let creator = by.actor.user();
    let row = (
        preview_links::id.eq(link.id),
        preview_links::token_hash.eq(token.hash()),
        preview_links::post_id.eq(id.post),
        preview_links::lang.eq(&id.lang),
        preview_links::revision.eq(link.revision),
        preview_links::created_by.eq(creator),
        preview_links::created_at.eq(link.created_at),
        preview_links::expires_at.eq(link.expires_at),
    );
    let inserted = diesel::insert_into(preview_links::table).values(row);
    let named = inserted.returning(user_ref::name_of(creator));
    link.created_by = UserRef::new(creator, each!(conn, named.get_result(conn))?);
    let (operation, facts) = (
        Operation::Create,
        Facts::created(&link).with("link", link.id),
    );
    changes::append_in(conn, by, Kind::PreviewLink, id, operation, facts)?;
    Ok((link, token))
}

/// Deletes a link, which stops working at once.
///
/// # Errors
/// As [`find`]; [`Error::Stale`] if `seen` does not match; [`Error::Forbidden`] for another user's link, unless the
/// caller is an editor.
pub fn delete(conn: &mut Conn, by: By, id: &TranslationId, link: Id, seen: &Seen) -> Result<()> {
    let link = find(conn, by, id, link)?;
    if !seen.allows(1) {
        return Err(Error::Stale(Box::new(Stale {
            current: Some(etag(1)),
            changed: Some((link.created_by, link.created_at)),
        })));
    }
    let creator = link.created_by.as_ref().map(|user| user.id);
    let is_own = creator.is_some() && creator == by.actor.user();
    if !is_own && !by.actor.authority().decides() {
        return Err(Error::Forbidden(
            "Only an editor may revoke a link that somebody else made.",
        ));
    }
    each!(
        conn,
        diesel::delete(preview_links::table.find(link.id)).execute(conn)
    )?;
    let (operation, facts) = (
        Operation::Delete,
        Facts::deleted(&link).with("link", link.id),
    );
    changes::append_in(conn, by, Kind::PreviewLink, id, operation, facts)
}

/// The content that a token gives access to: all that the revision recorded, before rendering.
pub struct Previewed {
    /// The post, with the properties that the revision recorded.
    pub post: PostRow,
    /// The translation, with the text of the revision.
    pub copy: TranslationRow,
    /// The relations that the revision recorded.
    pub relations: Relations,
    /// The times of the current publication, or those it would have if published now.
    pub times: Times,
}

/// Reads the content that a token gives access to.
///
/// # Errors
/// [`Error::NotFound`] if the token is unknown or expired, if the translation was deleted, or if the post is in the
/// trash.
pub fn follow(conn: &mut Conn, token: &PreviewToken, now: Timestamp) -> Result<Previewed> {
    let live = preview_links::table
        .filter(preview_links::token_hash.eq(token.hash()))
        .filter(preview_links::expires_at.gt(now))
        .select((
            preview_links::post_id,
            preview_links::lang,
            preview_links::revision,
        ));
    let (post, lang, revision): (Id, Lang, i32) = each!(conn, live.first(conn))?;
    let id = TranslationId::new(post, lang);
    let post = posts::rows::row(conn, post)?;
    let copy = translations::rows::row(conn, &id)?;
    let (Some(copy), None) = (copy, post.deleted_at) else {
        return Err(Error::NotFound);
    };
    let shown = revisions::store::find(conn, &id, revision)?;
    let standing = public::current(conn, &id, now)?;
    let begin = standing
        .as_ref()
        .map_or(now, |standing| standing.published_at);
    let times = Times {
        begin,
        replaces: None,
        end: None,
        updated: shown.summary.created_at,
        zone: None,
    };
    Ok(seen_then(post, copy, (revision, shown.snapshot), times))
}

/// Returns the post and the translation with the content of the revision.
fn seen_then(
    post: PostRow,
    copy: TranslationRow,
    (revision, then): (i32, Snapshot),
    times: Times,
) -> Previewed {
    Previewed {
        post: PostRow {
            featured: then.featured,
            licence: then.licence.clone(),
            canonical_url: then.canonical_url.clone(),
            parent: then.parent,
            position: then.position,
            ..post
        },
        relations: Relations {
            authors: then.authors.clone(),
            categories: then.categories.clone(),
            tags: then.tags.clone(),
        },
        copy: revisions::store::text(copy, revision, then),
        times,
    }
}

/// Deletes expired links.
///
/// # Errors
/// Database errors.
pub fn delete_expired(round: &ExpiryRound<'_>) -> Result<()> {
    round.delete_expired(
        |conn, now| {
            let expired = preview_links::table.filter(preview_links::expires_at.le(now));
            let any = diesel::select(diesel::dsl::exists(expired));
            Ok(each!(conn, any.get_result(conn))?)
        },
        |conn, now| {
            let expired = preview_links::table.filter(preview_links::expires_at.le(now));
            each!(conn, diesel::delete(expired).execute(conn))?;
            Ok(())
        },
    )
}
