//! Writing publications: publishing, replacing, taking down, and what editors are told about them.
//!
//! A language has one row, and at most one more that waits to take its place (`replaces_at`); until then the first one's
//! end is no later than that. Whoever writes first settles what the clock has done ([`transitions`]).

use diesel::prelude::*;
use serde::Serialize;

use super::snapshot::{self, PublicationSnapshot};
use super::transitions;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::delivery::postings;
use crate::delivery::visibility::Span;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::publications;
use crate::slug::Slug;
use crate::slugs::{self, Kind, Owner};
use crate::timestamp::Timestamp;

/// A publication that stands for its language, or waits to.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = publications)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) post_id: Id,
    pub(super) lang: Lang,
    revision: i32,
    slug: Slug,
    published_at: Timestamp,
    unpublish_at: Option<Timestamp>,
    pub(super) replaces_at: Option<Timestamp>,
    replaced_unpublish_at: Option<Timestamp>,
    time_zone: Option<String>,
    updated_at: Timestamp,
}

impl Row {
    pub(super) fn span(&self) -> Span {
        Span {
            published_at: self.published_at,
            replaces_at: self.replaces_at,
            unpublish_at: self.unpublish_at,
        }
    }

    fn begins_at(&self) -> Timestamp {
        self.replaces_at.unwrap_or(self.published_at)
    }
}

/// What editors are told of what stands for one language of a post: live, to come or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrentPublication {
    /// Which post.
    #[serde(skip)]
    pub post_id: Id,
    /// In which language.
    #[serde(skip)]
    pub lang: Lang,
    /// The number of the revision.
    pub revision: i32,
    /// Its slug.
    pub slug: Slug,
    /// From when on.
    pub published_at: Timestamp,
    /// Until when, if nothing takes its place before.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone the editor meant.
    pub time_zone: Option<String>,
    /// When the text was last published.
    pub updated_at: Timestamp,
    /// What will take its place.
    pub replacement: Option<Replacement>,
}

/// What will take a publication's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// The number of the revision.
    pub revision: i32,
    /// Its slug.
    pub slug: Slug,
    /// From when on.
    pub replaces_at: Timestamp,
    /// Until when.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone the editor meant.
    pub time_zone: Option<String>,
}

impl CurrentPublication {
    /// Whether it is public at an instant at which it stands.
    pub fn is_live(&self, now: Timestamp) -> bool {
        let span = Span {
            published_at: self.published_at,
            replaces_at: None,
            unpublish_at: self.unpublish_at,
        };
        span.is_live(now)
    }

    /// Whether it, or what will take its place, has the slug.
    pub fn uses(&self, slug: &Slug) -> bool {
        let next = self.replacement.as_ref().map(|next| &next.slug);
        self.slug == *slug || next == Some(slug)
    }
}

/// What stands for one language of a post at an instant, whether live, to come or over.
///
/// # Errors
/// What the database reports.
pub fn current(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    now: Timestamp,
) -> Result<Option<CurrentPublication>> {
    Ok(current_of_rows(rows(conn, post_id, lang)?, now).pop())
}

/// What stands for the languages of several posts at an instant.
///
/// # Errors
/// What the database reports.
pub fn current_of_posts(
    conn: &mut Conn,
    posts: &[Id],
    now: Timestamp,
) -> Result<Vec<CurrentPublication>> {
    let all = each!(
        conn,
        publications::table
            .filter(publications::post_id.eq_any(posts.to_vec()))
            .select(Row::as_select())
            .order((publications::post_id, publications::lang))
            .load(conn)
    )?;
    Ok(current_of_rows(all, now))
}

pub(super) fn rows(conn: &mut Conn, post_id: Id, lang: &Lang) -> Result<Vec<Row>> {
    Ok(each!(
        conn,
        publications::table
            .filter(
                publications::post_id
                    .eq(post_id)
                    .and(publications::lang.eq(lang))
            )
            .select(Row::as_select())
            .load(conn)
    )?)
}

/// Of the rows of each language, the one that stands, with the one that waits.
fn current_of_rows(rows: Vec<Row>, now: Timestamp) -> Vec<CurrentPublication> {
    let (waiting, mut found): (Vec<Row>, Vec<Row>) = rows
        .into_iter()
        .partition(|row| row.replaces_at.is_some_and(|at| at > now));
    // What has taken another's place stands, whether the other's row is gone yet or not.
    let taken: Vec<(Id, Lang)> = found
        .iter()
        .filter(|row| row.replaces_at.is_some())
        .map(|row| (row.post_id, row.lang.clone()))
        .collect();
    found.retain(|row| {
        let is_its = |(post, lang): &(Id, Lang)| *post == row.post_id && *lang == row.lang;
        row.replaces_at.is_some() || !taken.iter().any(is_its)
    });
    let stand = |row: Row| {
        let next = waiting
            .iter()
            .find(|next| next.post_id == row.post_id && next.lang == row.lang);
        CurrentPublication {
            unpublish_at: next.map_or(row.unpublish_at, |next| next.replaced_unpublish_at),
            replacement: next.map(|next| Replacement {
                revision: next.revision,
                slug: next.slug.clone(),
                replaces_at: next.begins_at(),
                unpublish_at: next.unpublish_at,
                time_zone: next.time_zone.clone(),
            }),
            post_id: row.post_id,
            lang: row.lang,
            revision: row.revision,
            slug: row.slug,
            published_at: row.published_at,
            time_zone: row.time_zone,
            updated_at: row.updated_at,
        }
    };
    found.into_iter().map(stand).collect()
}

/// Puts a snapshot in the place of all there is of its language or, if it is to replace a publication later, beside it.
///
/// # Errors
/// What the database reports.
pub fn put(conn: &mut Conn, new: &PublicationSnapshot, now: Timestamp) -> Result<()> {
    transitions::apply_due(conn, new.post_id, &new.lang, now)?;
    let before = current(conn, new.post_id, &new.lang, now)?;
    let former = before.as_ref().and_then(|before| before.unpublish_at);
    let republished = slugs::was_public(conn, owner(new.post_id, &new.lang), now)?;
    snapshot::write(conn, new, former, republished)?;
    match new.replaces_at {
        Some(at) => set_end(conn, new.post_id, &new.lang, earlier(former, at))?,
        None => drop_replacement(conn, new.post_id, &new.lang)?,
    }
    let out_of_use = follow_up(conn, (new.post_id, &new.lang), before.as_ref(), now)?;
    for slug in out_of_use.iter().filter(|slug| **slug != new.slug) {
        slugs::release(conn, owner(new.post_id, &new.lang), slug, now)?;
    }
    Ok(())
}

/// Takes back what was to take a publication's place; its slug, if that has fallen out of use. `None` when there is
/// nothing to take back.
///
/// # Errors
/// What the database reports.
pub fn cancel(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    now: Timestamp,
) -> Result<Option<Vec<Slug>>> {
    transitions::apply_due(conn, post_id, lang, now)?;
    let before = current(conn, post_id, lang, now)?;
    let Some(before) = before.filter(|before| before.replacement.is_some()) else {
        return Ok(None);
    };
    drop_replacement(conn, post_id, lang)?;
    set_end(conn, post_id, lang, before.unpublish_at)?;
    follow_up(conn, (post_id, lang), Some(&before), now).map(Some)
}

/// Takes all there is of one language of a post down; the slugs that have fallen out of use. `None` when there is nothing.
///
/// # Errors
/// What the database reports.
pub fn take_down(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    now: Timestamp,
) -> Result<Option<Vec<Slug>>> {
    transitions::apply_due(conn, post_id, lang, now)?;
    let Some(before) = current(conn, post_id, lang, now)? else {
        return Ok(None);
    };
    let rows = publications::table.filter(
        publications::post_id
            .eq(post_id)
            .and(publications::lang.eq(lang)),
    );
    each!(conn, diesel::delete(rows).execute(conn))?;
    follow_up(conn, (post_id, lang), Some(&before), now).map(Some)
}

pub(super) fn owner(id: Id, lang: &Lang) -> Owner<'_> {
    Owner {
        kind: Kind::Post,
        id,
        lang: Some(lang),
    }
}

pub(super) fn earlier(end: Option<Timestamp>, at: Timestamp) -> Option<Timestamp> {
    Some(end.map_or(at, |end| end.min(at)))
}

pub(super) fn set_end(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    end: Option<Timestamp>,
) -> Result<()> {
    let present = publications::table
        .filter(
            publications::post_id
                .eq(post_id)
                .and(publications::lang.eq(lang)),
        )
        .filter(publications::replaces_at.is_null());
    each!(
        conn,
        diesel::update(present)
            .set(publications::unpublish_at.eq(end))
            .execute(conn)
    )?;
    Ok(())
}

fn drop_replacement(conn: &mut Conn, post_id: Id, lang: &Lang) -> Result<()> {
    let waiting = publications::table
        .filter(
            publications::post_id
                .eq(post_id)
                .and(publications::lang.eq(lang)),
        )
        .filter(publications::replaces_at.is_not_null());
    each!(conn, diesel::delete(waiting).execute(conn))?;
    Ok(())
}

/// Whatever follows from the rows as they stand now: their postings, since when their slugs are public, and what the clock
/// will do. The slugs that were used before and are no more.
pub(super) fn follow_up(
    conn: &mut Conn,
    (post_id, lang): (Id, &Lang),
    before: Option<&CurrentPublication>,
    now: Timestamp,
) -> Result<Vec<Slug>> {
    let rows = rows(conn, post_id, lang)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    postings::enter(conn, &ids)?;
    // A date in the future that will not come true must not count as having been public.
    slugs::withdraw(conn, owner(post_id, lang), now)?;
    for row in &rows {
        // A new name is not older than the moment at which the world first meets it, whatever date the post is given.
        let met = row.begins_at().max(now);
        slugs::make_public(conn, owner(post_id, lang), &row.slug, met)?;
    }
    transitions::schedule(conn, &rows, now)?;
    mark_representatives(conn, post_id)?;
    let used = before.into_iter().flat_map(|before| {
        let next = before.replacement.as_ref().map(|next| next.slug.clone());
        std::iter::once(before.slug.clone()).chain(next)
    });
    Ok(used
        .filter(|slug| rows.iter().all(|row| row.slug != *slug))
        .collect())
}

/// Which of a post's publications may stand for it where no language is named: those in its own, and those that may be
/// live while that one is not.
///
/// # Errors
/// What the database reports.
pub(super) fn mark_representatives(conn: &mut Conn, post_id: Id) -> Result<()> {
    let mut sql = Sql::new(
        "UPDATE publications SET may_represent = (lang = original_lang OR NOT EXISTS (SELECT 1 FROM publications o \
         WHERE o.post_id = publications.post_id AND o.lang = o.original_lang AND o.replaces_at IS NULL \
         AND o.unpublish_at IS NULL AND o.published_at <= publications.published_at)) WHERE post_id = ",
    );
    sql.bind(post_id).execute(conn)?;
    Ok(())
}
