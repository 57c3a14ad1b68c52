//! Names: which slug leads to what, now and for ever.
//!
//! A slug belongs to one owner per (kind, language); the database enforces it. One that the world has seen stays with its
//! owner after it fell out of use, so that it can redirect; one that was never public is free again at once.
//!
//! One that a post gave up can be taken over by another: it is the other's at once, so nobody else gets it, but goes on to
//! target to the former post until the world sees it at the other, by the clock. If that never comes about, it goes back.

pub mod addresses;
pub mod lookup;

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::sql_types::words;
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::slugs;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

words! {
    /// The kinds of things that have slugs.
    pub enum Kind {
        /// A post; one slug per language.
        Post = "post",
        /// A category; one slug per language.
        Category = "category",
        /// A tag; one slug per language.
        Tag = "tag",
        /// An author; one slug.
        Author = "author",
        /// An organization; one slug.
        Organization = "organization",
    }
}

/// What has a slug: a thing, in a language if it has a slug for each.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// What kind of thing.
    pub kind: Kind,
    /// Which.
    pub id: Id,
    /// In which language; `None` for kinds with one slug.
    pub lang: Option<&'a Lang>,
}

impl Owner<'_> {
    fn lang(&self) -> &str {
        self.lang.map_or("", Lang::as_str)
    }
}

/// Words that stand where a post's slug would, in the paths of delivery.
const RESERVED: [&str; 1] = ["facets"];

/// Takes the slug that was given, or derives one from the title: `-2`, `-3` … when it is taken.
///
/// # Errors
/// [`Error::Conflict`] `slug_taken` when a given slug belongs to something else; `pointer` says where it was given.
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
    let taken = || {
        let detail =
            format!("the slug {slug} is taken; choose another, or leave it out and one is derived");
        Error::conflict_at(pointer, Code::SlugTaken, detail)
    };
    if is_reserved(owner.kind, &slug) {
        return Err(taken());
    }
    let row = (
        slugs::kind.eq(owner.kind),
        slugs::lang.eq(owner.lang()),
        slugs::slug.eq(&slug),
        slugs::owner_id.eq(owner.id),
    );
    each!(
        conn,
        diesel::insert_into(slugs::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    match holder(conn, owner.kind, owner.lang(), &slug)? {
        Some(id) if id == owner.id => Ok(slug),
        _ => Err(taken()),
    }
}

fn is_reserved(kind: Kind, slug: &Slug) -> bool {
    kind == Kind::Post && RESERVED.contains(&slug.as_str())
}

/// Whose slug it is.
///
/// # Errors
/// What the database reports.
pub fn holder(conn: &mut Conn, kind: Kind, lang: &str, slug: &Slug) -> Result<Option<Id>> {
    let row = slugs::table
        .find((kind, lang, slug))
        .select(slugs::owner_id);
    Ok(each!(conn, row.first(conn).optional())?)
}

/// The slug wanted or, while another owner has it, `-2`, `-3` … of it.
///
/// # Errors
/// What the database reports.
pub fn first_free(conn: &mut Conn, owner: Owner<'_>, wanted: &Slug) -> Result<Slug> {
    // '.' is the byte after '-': the range holds the slug's numbered forms.
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

/// The world sees the slug from `at` on.
///
/// # Errors
/// What the database reports.
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

/// The slug fell out of use: it is free again, or its former owner's, unless the world saw it before `now`.
///
/// # Errors
/// What the database reports.
pub fn release(conn: &mut Conn, owner: Owner<'_>, slug: &Slug, now: Timestamp) -> Result<()> {
    give_back(conn, owner.id, Some((owner.lang(), slug)), now)?;
    let row = slugs::table
        .find((owner.kind, owner.lang(), slug))
        .filter(slugs::owner_id.eq(owner.id));
    let unseen = row.filter(slugs::public_at.is_null().or(slugs::public_at.gt(now)));
    each!(conn, diesel::delete(unseen).execute(conn))?;
    Ok(())
}

/// What was taken over, and was never seen here, is its former owner's again: one slug, or all.
fn give_back(conn: &mut Conn, id: Id, only: Option<(&str, &Slug)>, now: Timestamp) -> Result<()> {
    type Row = (Kind, String, Slug, Option<Id>, Option<Timestamp>);
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
    let rows: Vec<Row> = each!(conn, unseen.load(conn))?;
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

/// What was to become public after `now` will not.
///
/// # Errors
/// What the database reports.
pub fn withdraw(conn: &mut Conn, owner: Owner<'_>, now: Timestamp) -> Result<()> {
    let rows = slugs::table
        .filter(
            slugs::owner_id
                .eq(owner.id)
                .and(slugs::lang.eq(owner.lang())),
        )
        .filter(slugs::public_at.gt(now));
    let never: Option<Timestamp> = None;
    each!(
        conn,
        diesel::update(rows)
            .set(slugs::public_at.eq(never))
            .execute(conn)
    )?;
    Ok(())
}

/// All slugs of a thing that is gone for good are free again.
///
/// # Errors
/// What the database reports.
pub fn forget(conn: &mut Conn, id: Id) -> Result<()> {
    let rows = slugs::table.filter(slugs::owner_id.eq(id));
    each!(conn, diesel::delete(rows).execute(conn))?;
    Ok(())
}

/// The slugs of a post that is gone for good are free again, but for those the world saw: they say that it is gone. So does
/// its id, whatever becomes of the slugs.
///
/// # Errors
/// What the database reports.
pub fn bury(conn: &mut Conn, id: Id, now: Timestamp) -> Result<()> {
    if !public_langs(conn, id, now)?.is_empty() {
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

/// All slugs of `from`, and its id, target to `to` from now on.
///
/// # Errors
/// What the database reports.
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

/// A post's slug that another gave up is this one's from now on. The world has not seen it here yet, and is led to the other
/// until it does. That it saw the other stays known, under the other's id.
///
/// # Errors
/// What the database reports.
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

/// What of the owner's slugs the world sees here by `now`, and saw at others before, leads to those no more: each slug,
/// with whose it was. Told once.
///
/// # Errors
/// What the database reports.
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

/// Where a slug, or the id of something that was merged away, targets.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Target {
    /// The owner.
    pub id: Id,
    /// The language the slug is in; empty for kinds with one slug.
    pub lang: String,
    /// Since when the world sees it.
    pub public_at: Option<Timestamp>,
}

/// Every owner of the slug, in any language, `lang` first.
///
/// # Errors
/// What the database reports.
pub fn find(conn: &mut Conn, kind: Kind, slug: &str, lang: Option<&Lang>) -> Result<Vec<Target>> {
    let rows = slugs::table
        .filter(slugs::kind.eq(kind).and(slugs::slug.eq(slug)))
        .order((slugs::public_at, slugs::lang))
        .select((slugs::owner_id, slugs::lang, slugs::public_at));
    let targets: Vec<Target> = each!(conn, rows.load(conn))?;
    Ok(first_in(targets, lang))
}

/// The same, at an instant: with the former owner of what was taken over and has not been seen at the new one by then.
///
/// # Errors
/// What the database reports.
pub fn find_at(
    conn: &mut Conn,
    (kind, slug): (Kind, &str),
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

/// Every slug that leads or once led to these things.
///
/// # Errors
/// What the database reports.
pub fn of(conn: &mut Conn, owners: &[Id]) -> Result<Vec<String>> {
    let theirs = slugs::table.filter(slugs::owner_id.eq_any(owners.to_vec()));
    Ok(each!(conn, theirs.select(slugs::slug).load(conn))?)
}

/// Whether the world ever saw the thing in this language, under any slug, by `now`.
///
/// # Errors
/// What the database reports.
pub fn was_public(conn: &mut Conn, owner: Owner<'_>, now: Timestamp) -> Result<bool> {
    let langs = public_langs(conn, owner.id, now)?;
    Ok(langs.iter().any(|lang| lang == owner.lang()))
}

/// Which of the things the world ever saw, in any language, by `now`.
///
/// # Errors
/// What the database reports.
pub fn public_among(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<HashSet<Id>> {
    let seen = slugs::table
        .filter(slugs::owner_id.eq_any(ids.to_vec()))
        .filter(slugs::public_at.le(now))
        .select(slugs::owner_id)
        .distinct();
    let found: Vec<Id> = each!(conn, seen.load(conn))?;
    Ok(found.into_iter().collect())
}

/// The languages in which the world ever saw the thing, under any slug, by `now`.
///
/// # Errors
/// What the database reports.
pub fn public_langs(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Vec<String>> {
    let seen = slugs::table
        .filter(slugs::owner_id.eq(id).and(slugs::public_at.le(now)))
        .select(slugs::lang);
    Ok(each!(conn, seen.load(conn))?)
}
