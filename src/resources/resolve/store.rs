//! What is read to resolve a slug: who has or had it, and what they are called now. Two statements.

use diesel::prelude::*;

use super::lead::{self, Led, Name};
use super::model::Question;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::resources::live;
use crate::resources::slugs::{self, Kind};
use crate::resources::terms;
use crate::schema::{authors, organizations, publications};
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// Where a slug leads, and until when that stays so.
pub struct Found {
    /// Where.
    pub led: Led,
    /// The next instant at which a publication that matters begins or ends.
    pub until: Option<Timestamp>,
}

/// Resolves a slug at an instant.
///
/// # Errors
/// [`Error::Gone`] for a post, or a language of it, that was public once; [`Error::NotFound`].
pub fn find(conn: &mut Conn, question: &Question, now: Timestamp) -> Result<Found> {
    let lang = question.slug_lang();
    let mut leads = slugs::find(conn, question.kind, question.slug.as_str(), lang)?;
    leads.retain(|lead| lang.is_none_or(|lang| lead.lang == lang.as_str()));
    let ids: Vec<Id> = leads.iter().map(|lead| lead.id).collect();
    let (names, until) = names(conn, question.kind, ids, now)?;
    leads.retain(|lead| lead.public_at.is_some_and(|at| at <= now));
    match lead::follow(question, &leads, &names) {
        Some(led) => Ok(Found { led, until }),
        None if question.kind == Kind::Post && !leads.is_empty() => Err(Error::Gone),
        None => Err(Error::NotFound),
    }
}

/// What things are called now, each thing's names by preference, and until when they are called so.
fn names(
    conn: &mut Conn,
    kind: Kind,
    ids: Vec<Id>,
    now: Timestamp,
) -> Result<(Vec<Name>, Option<Timestamp>)> {
    Ok(match kind {
        Kind::Post => names_of_posts(conn, ids, now)?,
        Kind::Category | Kind::Tag => (names_of_terms(conn, &ids)?, None),
        Kind::Author => {
            let rows = authors::table.filter(authors::id.eq_any(ids));
            let rows = rows.select((authors::id, authors::slug));
            (only_names(each!(conn, rows.load(conn))?), None)
        }
        Kind::Organization => {
            let rows = organizations::table.filter(organizations::id.eq_any(ids));
            let rows = rows.select((organizations::id, organizations::slug));
            (only_names(each!(conn, rows.load(conn))?), None)
        }
    })
}

/// One language of a post, with its times.
#[derive(Queryable)]
struct Placed {
    id: Id,
    lang: Lang,
    original_lang: Lang,
    slug: Slug,
    published_at: Timestamp,
    unpublish_at: Option<Timestamp>,
}

/// Of live publications only: the original goes first, then what was published first.
fn names_of_posts(
    conn: &mut Conn,
    ids: Vec<Id>,
    now: Timestamp,
) -> Result<(Vec<Name>, Option<Timestamp>)> {
    let rows = publications::table
        .filter(publications::post_id.eq_any(ids))
        .select((
            publications::post_id,
            publications::lang,
            publications::original_lang,
            publications::slug,
            publications::published_at,
            publications::unpublish_at,
        ));
    let mut rows: Vec<Placed> = each!(conn, rows.load(conn))?;
    let times = |row: &Placed| [Some(row.published_at), row.unpublish_at];
    let times = rows.iter().flat_map(times).flatten();
    let until = times.filter(|at| *at > now).min();
    rows.retain(|row| live::is_live(row.published_at, row.unpublish_at, now));
    rows.sort_by_cached_key(|row| {
        let is_translated = row.lang != row.original_lang;
        (is_translated, row.published_at, row.lang.clone())
    });
    let name = |row: Placed| Name {
        id: row.id,
        lang: Some(row.lang),
        slug: row.slug,
    };
    Ok((rows.into_iter().map(name).collect(), until))
}

/// The term's own language goes first.
fn names_of_terms(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Name>> {
    let names = terms::names::of(conn, ids)?.into_iter();
    let names = names.flat_map(|(id, names)| {
        names
            .into_iter()
            .map(move |(lang, name)| (id, lang, name.slug))
    });
    Ok(names
        .map(|(id, lang, slug)| Name {
            id,
            lang: Some(lang),
            slug,
        })
        .collect())
}

fn only_names(rows: Vec<(Id, Slug)>) -> Vec<Name> {
    let name = |(id, slug)| Name {
        id,
        lang: None,
        slug,
    };
    rows.into_iter().map(name).collect()
}
