//! Slugs that change their owner, because of a merge or because a post takes over a slug that another one gave up.

use diesel::prelude::*;

use super::Owner;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::slugs;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// Moves all slugs of `from`, and its id, to `to`, so that they redirect there.
///
/// # Errors
/// Returns database errors.
pub fn hand_over(conn: &mut Conn, kind: Kind, from: Id, to: Id, now: Timestamp) -> Result<()> {
    let rows = slugs::table.filter(slugs::owner_id.eq(from));
    each!(
        conn,
        diesel::update(rows)
            .set(slugs::owner_id.eq(to))
            .execute(conn)
    )?;
    let row = (
        slugs::kind.eq(kind),
        slugs::lang.eq(""),
        slugs::slug.eq(from.to_string()),
        slugs::owner_id.eq(to),
        slugs::public_at.eq(now),
    );
    each!(
        conn,
        diesel::insert_into(slugs::table).values(row).execute(conn)
    )?;
    Ok(())
}

/// Takes over a slug that another post gave up. Until it is public at its new owner, it redirects to the former one.
/// The record that it was public at the former owner stays under the id of that owner.
///
/// # Errors
/// Returns database errors.
pub fn take_over(conn: &mut Conn, owner: Owner<'_>, from: Id, slug: &Slug) -> Result<()> {
    let row = slugs::table.find((owner.kind, owner.lang(), slug));
    let seen: Option<Timestamp> = each!(conn, row.select(slugs::public_at).first(conn))?;
    let never: Option<Timestamp> = None;
    let set = (
        slugs::owner_id.eq(owner.id),
        slugs::public_at.eq(never),
        slugs::former_id.eq(seen.map(|_| from)),
        slugs::former_public_at.eq(seen),
    );
    each!(conn, diesel::update(row).set(set).execute(conn))?;
    if seen.is_none() {
        return Ok(());
    }
    let memory = (
        slugs::kind.eq(owner.kind),
        slugs::lang.eq(owner.lang()),
        slugs::slug.eq(from.to_string()),
        slugs::owner_id.eq(from),
        slugs::public_at.eq(seen),
    );
    each!(
        conn,
        diesel::insert_into(slugs::table)
            .values(memory)
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    Ok(())
}

/// Ends redirects to former owners of the slugs that `owner` now holds publicly. Returns each slug with its former
/// owner.
///
/// # Errors
/// Returns database errors.
pub fn drop_superseded_redirects(
    conn: &mut Conn,
    owner: Owner<'_>,
    now: Timestamp,
) -> Result<Vec<(Slug, Id)>> {
    let seen = slugs::table
        .filter(
            slugs::owner_id
                .eq(owner.id)
                .and(slugs::lang.eq(owner.lang())),
        )
        .filter(slugs::former_id.is_not_null().and(slugs::public_at.le(now)));
    let columns = (slugs::slug, slugs::former_id.assume_not_null());
    let parted: Vec<(Slug, Id)> = each!(conn, seen.select(columns).load(conn))?;
    if !parted.is_empty() {
        let (nobody, never): (Option<Id>, Option<Timestamp>) = (None, None);
        let set = (
            slugs::former_id.eq(nobody),
            slugs::former_public_at.eq(never),
        );
        each!(conn, diesel::update(seen).set(set).execute(conn))?;
    }
    Ok(parted)
}

/// Returns slugs that were taken over but never became public to their former owners: a single slug, or all.
pub(super) fn give_back(
    conn: &mut Conn,
    id: Id,
    only: Option<(&str, &Slug)>,
    now: Timestamp,
) -> Result<()> {
    type TakenOver = (Kind, String, Slug, Option<Id>, Option<Timestamp>);
    let unseen = slugs::table
        .filter(slugs::owner_id.eq(id).and(slugs::former_id.is_not_null()))
        .filter(slugs::public_at.is_null().or(slugs::public_at.gt(now)))
        .select((
            slugs::kind,
            slugs::lang,
            slugs::slug,
            slugs::former_id,
            slugs::former_public_at,
        ));
    let rows: Vec<TakenOver> = each!(conn, unseen.load(conn))?;
    for (kind, lang, slug, former, since) in rows {
        let (Some(former), true) = (former, only.is_none_or(|one| one == (&*lang, &slug))) else {
            continue;
        };
        let (nobody, never): (Option<Id>, Option<Timestamp>) = (None, None);
        let set = (
            slugs::owner_id.eq(former),
            slugs::public_at.eq(since),
            slugs::former_id.eq(nobody),
            slugs::former_public_at.eq(never),
        );
        let row = slugs::table.find((kind, lang, slug));
        each!(conn, diesel::update(row).set(set).execute(conn))?;
    }
    Ok(())
}
