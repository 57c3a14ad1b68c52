//! Queries on slugs: the resources that have or had a slug, and the languages in which a resource was public.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::slugs;
use crate::timestamp::Timestamp;

/// The owner of a slug, or of the id of a resource that was merged into it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Target {
    /// The id of the resource.
    pub id: Id,
    /// The language of the slug; empty for kinds with one slug.
    pub lang: String,
    /// The time from which the slug is public.
    pub public_at: Option<Timestamp>,
}

/// Returns all owners of a slug in any language, those in `lang` first.
///
/// # Errors
/// Returns database errors.
pub fn find(conn: &mut Conn, kind: Kind, slug: &str, lang: Option<&Lang>) -> Result<Vec<Target>> {
    let rows = slugs::table
        .filter(slugs::kind.eq(kind).and(slugs::slug.eq(slug)))
        .order((slugs::public_at, slugs::lang))
        .select((slugs::owner_id, slugs::lang, slugs::public_at));
    let targets: Vec<Target> = each!(conn, rows.load(conn))?;
    Ok(first_in(targets, lang))
}

/// Returns all owners of a slug at `now`. Includes the former owner of a slug that was taken over but is not public at
/// its new owner yet.
///
/// # Errors
/// Returns database errors.
pub fn find_at(
    conn: &mut Conn,
    kind: Kind,
    slug: &str,
    lang: Option<&Lang>,
    now: Timestamp,
) -> Result<Vec<Target>> {
    let rows = slugs::table
        .filter(slugs::kind.eq(kind).and(slugs::slug.eq(slug)))
        .order((slugs::public_at, slugs::lang))
        .select((
            (slugs::owner_id, slugs::lang, slugs::public_at),
            slugs::former_id,
            slugs::former_public_at,
        ));
    let rows: Vec<(Target, Option<Id>, Option<Timestamp>)> = each!(conn, rows.load(conn))?;
    let mut targets = Vec::new();
    for (target, former, public_at) in rows {
        let is_seen = target.public_at.is_some_and(|at| at <= now);
        targets.extend(former.filter(|_| !is_seen).map(|id| Target {
            id,
            lang: target.lang.clone(),
            public_at,
        }));
        targets.push(target);
    }
    Ok(first_in(targets, lang))
}

fn first_in(mut targets: Vec<Target>, lang: Option<&Lang>) -> Vec<Target> {
    targets.sort_by_key(|target| Some(target.lang.as_str()) != lang.map(Lang::as_str));
    targets
}

/// Returns all slugs that these resources have or had.
///
/// # Errors
/// Returns database errors.
pub fn slugs_of(conn: &mut Conn, owners: &[Id]) -> Result<Vec<String>> {
    let rows = slugs::table.filter(slugs::owner_id.eq_any(owners.to_vec()));
    Ok(each!(conn, rows.select(slugs::slug).load(conn))?)
}

/// Returns those of the resources that were public in any language by `now`.
///
/// # Errors
/// Returns database errors.
pub fn public_among(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<HashSet<Id>> {
    let seen = slugs::table
        .filter(slugs::owner_id.eq_any(ids.to_vec()))
        .filter(slugs::public_at.le(now))
        .select(slugs::owner_id)
        .distinct();
    let found: Vec<Id> = each!(conn, seen.load(conn))?;
    Ok(found.into_iter().collect())
}

/// Returns the languages in which the resource of this kind was public, under any slug, by `now`. The id of a resource of
/// another kind has none.
///
/// # Errors
/// Returns database errors.
pub fn public_langs(conn: &mut Conn, kind: Kind, id: Id, now: Timestamp) -> Result<Vec<String>> {
    let seen = slugs::table
        .filter(slugs::owner_id.eq(id).and(slugs::kind.eq(kind)))
        .filter(slugs::public_at.le(now))
        .select(slugs::lang);
    Ok(each!(conn, seen.load(conn))?)
}
