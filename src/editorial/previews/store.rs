//! SQL for preview links.

use diesel::prelude::*;

use super::model::{NewPreviewLink, PreviewLink};
use super::token::PreviewToken;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::keyset;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::posts::rows::check_not_in_trash;
use crate::editorial::revisions::store as revisions;
use crate::editorial::translations::loaded;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::jobs::expiry::ExpiryRound;
use crate::kind::Kind;
use crate::page::{Listing, PageInfo};
use crate::schema::{preview_links, users};
use crate::translation_id::TranslationId;
use crate::user_ref::{self, UserRef};
use crate::version::{Seen, Versioned};

/// Returns a page of the links to a translation that have not expired, newest first.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such translation, or the caller may not see it; [`Error::Forbidden`] for
/// a role or key that reads no posts; [`Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    by: By,
    id: &TranslationId,
) -> Result<(Vec<PreviewLink>, PageInfo)> {
    loaded::load_to_read(conn, by, id)?.copy()?;
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

/// Reads a link that has not expired.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such link, or the caller may not see its post; [`Error::Forbidden`] for a
/// role or key that reads no posts.
pub fn find(conn: &mut Conn, by: By, id: &TranslationId, link: Id) -> Result<PreviewLink> {
    loaded::load_to_read(conn, by, id)?.copy()?;
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
    let found = each!(
        conn,
        live.select(PreviewLink::as_select()).first(conn).optional()
    )?;
    found.ok_or_else(|| {
        Error::missing("The translation has no such preview link, or it has expired.")
    })
}

/// Creates a link and its token.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such translation, or the caller may not see it; [`Error::Forbidden`] for
/// a role that reads no posts and a key that does not write; `post_in_trash`; [`Error::Invalid`] for an unknown
/// revision.
pub fn insert(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    new: &NewPreviewLink,
) -> Result<(PreviewLink, PreviewToken)> {
    let found = loaded::load(conn, by, id)?;
    found.relationship.may_preview()?;
    let copy = found.copy()?;
    check_not_in_trash(&found.post)?;
    let revision = new.revision.unwrap_or(copy.revision);
    revisions::find_named(conn, id, revision)?;
    let token = PreviewToken::random()?;
    let mut link = PreviewLink {
        id: Id::new(),
        revision,
        expires_at: by.at.plus_seconds(new.seconds()),
        created_by: None,
        created_at: by.at,
    };
    link.created_by = insert_row(conn, by, id, &link, &token)?;
    let facts = Facts::created(&link).with("link", link.id);
    changes::append_in(conn, by, Kind::PreviewLink, id, Operation::Create, facts)?;
    Ok((link, token))
}

/// Inserts the row of a link. Returns its creator.
fn insert_row(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    link: &PreviewLink,
    token: &PreviewToken,
) -> Result<Option<UserRef>> {
    let creator = by.actor.user();
    let row = (
        preview_links::id.eq(link.id),
        preview_links::token_hash.eq(token.hash()),
        preview_links::post_id.eq(id.post),
        preview_links::lang.eq(&id.lang),
        preview_links::revision.eq(link.revision),
        preview_links::created_by.eq(creator),
        preview_links::created_by_key.eq(by.actor.key().map(|key| key.id)),
        preview_links::created_at.eq(link.created_at),
        preview_links::expires_at.eq(link.expires_at),
    );
    let inserted = diesel::insert_into(preview_links::table).values(row);
    let named = inserted.returning(user_ref::name_of(creator));
    Ok(UserRef::new(creator, each!(conn, named.get_result(conn))?))
}

/// Deletes a link, which stops working at once.
///
/// # Errors
/// Returns the same errors as [`find`]; [`Error::Stale`] if `seen` does not match; [`Error::Forbidden`] for another
/// user's link, unless the caller is an editor.
pub fn delete(conn: &mut Conn, by: By, id: &TranslationId, link: Id, seen: &Seen) -> Result<()> {
    let link = find(conn, by, id, link)?;
    let created = (link.created_by.clone(), link.created_at);
    preconditions::check_read(seen, link.version(), created)?;
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
    let facts = Facts::deleted(&link).with("link", link.id);
    changes::append_in(conn, by, Kind::PreviewLink, id, Operation::Delete, facts)
}

/// Deletes expired links.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database does not respond, and [`Error::Unwritable`] if it accepts no writes.
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
