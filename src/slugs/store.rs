//! Claims slugs, makes them public and releases them.

use std::collections::HashSet;

use diesel::prelude::*;

use super::Owner;
use super::history::public_langs;
use super::transfers::give_back;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::slugs;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// Words that are not available as slugs of posts, because the delivery surface uses them in paths.
const RESERVED: [&str; 1] = ["facets"];

/// Claims a slug for its owner: the given one, or else one that is derived from the title and numbered (`-2`, `-3` …)
/// while it is taken.
///
/// # Errors
/// Returns [`Error::Conflict`] `slug_taken` at `pointer` if another resource has the given slug.
pub fn claim(
    conn: &mut Conn,
    owner: Owner<'_>,
    given: Option<&Slug>,
    title: &str,
    pointer: &str,
) -> Result<Slug> {
    let slug = match given {
        Some(slug) => slug.clone(),
        None => first_free(conn, owner, &Slug::derive(title, owner.kind.as_str()))?,
    };
    if !is_reserved(owner.kind, &slug) && claim_exactly(conn, owner, &slug)? {
        return Ok(slug);
    }
    let detail =
        format!("the slug {slug} is taken; choose another, or omit it, and the server derives one");
    Err(Error::conflict_at(pointer, Code::SlugTaken, detail))
}

/// Claims one slug. Returns false if another resource has it.
fn claim_exactly(conn: &mut Conn, owner: Owner<'_>, slug: &Slug) -> Result<bool> {
    let row = (
        slugs::kind.eq(owner.kind),
        slugs::lang.eq(owner.lang()),
        slugs::slug.eq(slug),
        slugs::owner_id.eq(owner.id),
    );
    let inserted = each!(
        conn,
        diesel::insert_into(slugs::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    Ok(inserted > 0 || holder(conn, owner.kind, owner.lang(), slug)? == Some(owner.id))
}

fn is_reserved(kind: Kind, slug: &Slug) -> bool {
    kind == Kind::Post && RESERVED.contains(&slug.as_str())
}

/// Returns the owner of a slug.
///
/// # Errors
/// Returns database errors.
pub fn holder(conn: &mut Conn, kind: Kind, lang: &str, slug: &Slug) -> Result<Option<Id>> {
    let row = slugs::table
        .find((kind, lang, slug))
        .select(slugs::owner_id);
    Ok(each!(conn, row.first(conn).optional())?)
}

/// Returns the wanted slug or, if another owner has it, its first free numbered form (`-2`, `-3` …).
///
/// # Errors
/// Returns database errors.
pub fn first_free(conn: &mut Conn, owner: Owner<'_>, wanted: &Slug) -> Result<Slug> {
    // '.' is the byte after '-', so the range contains the numbered forms of the slug.
    let range = slugs::table
        .filter(
            slugs::kind
                .eq(owner.kind)
                .and(slugs::lang.eq(owner.lang()))
                .and(slugs::owner_id.ne(owner.id)),
        )
        .filter(
            slugs::slug.eq(wanted).or(slugs::slug
                .ge(format!("{wanted}-"))
                .and(slugs::slug.lt(format!("{wanted}.")))),
        )
        .select(slugs::slug);
    let taken: HashSet<Slug> = each!(conn, range.load(conn))?.into_iter().collect();
    let mut slug = wanted.clone();
    for number in 2.. {
        if !taken.contains(&slug) && !is_reserved(owner.kind, &slug) {
            break;
        }
        slug = wanted.numbered(number);
    }
    Ok(slug)
}

/// Makes a slug public from `at` on, unless it already is from an earlier time on.
///
/// # Errors
/// Returns database errors.
pub fn make_public(conn: &mut Conn, owner: Owner<'_>, slug: &Slug, at: Timestamp) -> Result<()> {
    let row = slugs::table
        .find((owner.kind, owner.lang(), slug))
        .filter(slugs::owner_id.eq(owner.id));
    let earlier = row.filter(slugs::public_at.is_null().or(slugs::public_at.gt(at)));
    each!(
        conn,
        diesel::update(earlier)
            .set(slugs::public_at.eq(at))
            .execute(conn)
    )?;
    Ok(())
}

/// Releases a slug that its owner no longer uses. A slug that was public before `now` stays, so that it can redirect.
/// Any other slug is free again, or returns to its former owner.
///
/// # Errors
/// Returns database errors.
pub fn release(conn: &mut Conn, owner: Owner<'_>, slug: &Slug, now: Timestamp) -> Result<()> {
    let unseen = slugs::table
        .find((owner.kind, owner.lang(), slug))
        .filter(slugs::owner_id.eq(owner.id))
        .filter(slugs::public_at.is_null().or(slugs::public_at.gt(now)))
        .filter(slugs::former_id.is_null());
    let freed = each!(conn, diesel::delete(unseen).execute(conn))?;
    if freed == 0 {
        give_back(conn, owner.id, Some((owner.lang(), slug)), now)?;
    }
    Ok(())
}

/// Makes the slugs of an owner public from the times in `uses` on, unless they are already public at `now`. Cancels
/// every other time after `now`.
///
/// # Errors
/// Returns database errors.
pub fn set_public(
    conn: &mut Conn,
    owner: Owner<'_>,
    mut uses: Vec<(&Slug, Timestamp)>,
    now: Timestamp,
) -> Result<()> {
    // Of two publications with the same slug, the first makes it public.
    uses.sort_by_key(|(_, at)| *at);
    let mut sql = Sql::new("UPDATE slugs SET public_at = ");
    sql.push(if uses.is_empty() { "NULL" } else { "CASE slug" });
    for (slug, at) in &uses {
        sql.push(" WHEN ")
            .bind(slug.as_str())
            .push(" THEN ")
            .bind(*at);
    }
    sql.push(if uses.is_empty() { "" } else { " END" })
        .push(" WHERE owner_id = ")
        .bind(owner.id)
        .push(" AND lang = ")
        .bind(owner.lang())
        .push(" AND (public_at > ")
        .bind(now)
        .push(" OR public_at IS NULL AND slug IN ")
        .bind_all(uses.iter().map(|(slug, _)| slug.as_str()))
        .push(")");
    sql.execute(conn)?;
    Ok(())
}

/// Releases all slugs of a resource that is deleted permanently.
///
/// # Errors
/// Returns database errors.
pub fn forget(conn: &mut Conn, id: Id) -> Result<()> {
    let rows = slugs::table.filter(slugs::owner_id.eq(id));
    each!(conn, diesel::delete(rows).execute(conn))?;
    Ok(())
}

/// Releases the slugs of a post that is deleted permanently, except those that were public. From then on, these and the
/// id of the post respond with 410.
///
/// # Errors
/// Returns database errors.
pub fn bury(conn: &mut Conn, id: Id, now: Timestamp) -> Result<()> {
    if !public_langs(conn, Kind::Post, id, now)?.is_empty() {
        let stone = (
            slugs::kind.eq(Kind::Post),
            slugs::lang.eq(""),
            slugs::slug.eq(id.to_string()),
            slugs::owner_id.eq(id),
            slugs::public_at.eq(now),
        );
        each!(
            conn,
            diesel::insert_into(slugs::table)
                .values(stone)
                .on_conflict_do_nothing()
                .execute(conn)
        )?;
    }
    give_back(conn, id, None, now)?;
    let rows = slugs::table.filter(slugs::owner_id.eq(id));
    let unseen = rows.filter(slugs::public_at.is_null().or(slugs::public_at.gt(now)));
    each!(conn, diesel::delete(unseen).execute(conn))?;
    Ok(())
}
