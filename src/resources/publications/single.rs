//! One post for the public, by its id or any slug it has or had.

use super::model::PublicPostSummary;
use super::relations;
use super::row::{Parts, Row, columns};
use super::siblings::{self, Sibling, shown, url};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::{Error, Result};
use crate::http::cache::keys::Keys;
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::resources::freshness::names as keys_of;
use crate::resources::live::live;
use crate::resources::reader::{Lasting, View};
use crate::resources::slugs::{self, Kind, Lead};
use crate::timestamp::Timestamp;

/// The keys of what decides which post this is: of an id nothing, of a slug all posts that have or had it.
pub fn keys(id_or_slug: &str) -> Keys {
    match id_or_slug.parse::<Id>() {
        Ok(_) => Keys::new(),
        Err(_) => Keys::new().with(keys_of::slug(id_or_slug)),
    }
}

/// Reads one post by id or slug, in the best language.
///
/// # Errors
/// As [`locate`].
pub fn find(conn: &mut Conn, id_or_slug: &str, view: &View) -> Result<Lasting<PublicPostSummary>> {
    let (languages, now) = (&view.languages, view.now);
    let parts = Parts::of_one(&view.asked);
    let located = locate(conn, id_or_slug, languages, now)?;
    let mut sql = Sql::new(&columns(parts, None))
        .within("SELECT ", " FROM publications p WHERE p.post_id = ");
    sql.bind(located.shown.post_id)
        .push(" AND p.lang = ")
        .bind(located.shown.lang.as_str())
        .push(" AND ");
    live(&mut sql, "p", now);
    let rows: Vec<Row> = sql.load(conn)?;
    let posts = relations::dressed(conn, rows, parts, languages, now)?;
    Ok(Lasting {
        shown: posts.into_iter().next().ok_or(Error::NotFound)?,
        until: located.until,
    })
}

/// A post that was asked for, and what of it is shown.
pub struct Located {
    /// The language shown.
    pub shown: Sibling,
    /// The next instant at which one of its languages begins or ends.
    pub until: Option<Timestamp>,
}

/// Finds what of a post is shown. Where posts share a slug in different languages: the post that is shown under it, the
/// language asked for first; else that of the language asked for; else what can be read before what is gone.
///
/// # Errors
/// [`Error::Moved`] for a slug it once had, [`Error::Gone`] when it was public once, [`Error::NotFound`].
pub fn locate(
    conn: &mut Conn,
    id_or_slug: &str,
    languages: &Languages,
    now: Timestamp,
) -> Result<Located> {
    let names = match id_or_slug.parse::<Id>() {
        Ok(id) => vec![Name {
            id,
            lang: None,
            public_at: Some(now),
        }],
        Err(_) => names(conn, id_or_slug, languages)?,
    };
    let posts: Vec<Id> = names.iter().map(|name| name.id).collect();
    let (live, until) = siblings::of(conn, &posts, now)?;
    // What the world has not seen yet names nothing, but the answer is good only until it does.
    let seen = |name: &Name| name.public_at.is_some_and(|at| at <= now);
    let names: Vec<Name> = names.into_iter().filter(seen).collect();
    let found = names.iter().map(|name| name.look_up(&live, languages));
    let found: Vec<Option<Found<'_>>> = found.collect();
    let best = best(&names, &found, id_or_slug, languages).ok_or(Error::NotFound)?;
    let (Some(name), Some(found)) = (names.get(best), found.get(best)) else {
        return Err(Error::NotFound);
    };
    let Some(Found { shown, current }) = found else {
        return Err(missing(conn, name.id, &live, languages, now)?);
    };
    let is_called_so = |one: &Sibling| one.slug.as_str() == id_or_slug;
    if name.lang.is_some() && !is_called_so(current) && !is_called_so(shown) {
        // Without a language, the new slug could be another post's in another one.
        return Err(Error::Moved(match languages.wanted() {
            Some(_) => format!("/v1/posts/{}", current.slug),
            None => url(&current.slug, &current.lang),
        }));
    }
    let shown = Sibling::clone(shown);
    Ok(Located { shown, until })
}

/// A post that a slug names in a language, or an id by itself.
struct Name {
    id: Id,
    lang: Option<Lang>,
    public_at: Option<Timestamp>,
}

/// What there is to read of a post that was named.
struct Found<'a> {
    /// The language shown.
    shown: &'a Sibling,
    /// Where its name stands now: in its language, or while that is not live, in the language shown.
    current: &'a Sibling,
}

impl Name {
    fn look_up<'a>(&self, live: &'a [Sibling], languages: &Languages) -> Option<Found<'a>> {
        let own: Vec<&Sibling> = live.iter().filter(|one| one.post_id == self.id).collect();
        let shown = shown(&own, languages, self.lang.as_ref())?;
        let mut own = own.into_iter();
        let current = own.find(|one| Some(&one.lang) == self.lang.as_ref());
        Some(Found {
            shown,
            current: current.unwrap_or(shown),
        })
    }
}

/// Everything a slug names or named, the language asked for first.
fn names(conn: &mut Conn, slug: &str, languages: &Languages) -> Result<Vec<Name>> {
    let leads = slugs::find(conn, Kind::Post, slug, languages.wanted())?;
    let name = |lead: Lead| Name {
        id: lead.id,
        lang: lead.lang.parse().ok(),
        public_at: lead.public_at,
    };
    Ok(leads.into_iter().map(name).collect())
}

/// The place of the name that decides.
fn best(
    names: &[Name],
    found: &[Option<Found<'_>>],
    slug: &str,
    languages: &Languages,
) -> Option<usize> {
    let is_shown = |found: &Option<Found<'_>>| {
        found
            .as_ref()
            .is_some_and(|found| found.shown.slug.as_str() == slug)
    };
    let in_language =
        |name: &Name| languages.wanted().is_some() && name.lang.as_ref() == languages.wanted();
    let rank = |found: &Option<Found<'_>>| match found {
        Some(found) if found.current.slug.as_str() == slug => 0,
        Some(_) => 1,
        None => 2,
    };
    found
        .iter()
        .position(is_shown)
        .or_else(|| names.iter().position(in_language))
        .or_else(|| (0..found.len()).min_by_key(|place| found.get(*place).map(rank)))
}

/// Where nothing of a post is left, the whole of it is gone; else only what was there once in a language that would be taken.
fn missing(
    conn: &mut Conn,
    post: Id,
    live: &[Sibling],
    languages: &Languages,
    now: Timestamp,
) -> Result<Error> {
    let seen = slugs::public_langs(conn, post, now)?;
    let original = live
        .iter()
        .find(|one| one.post_id == post)
        .map(|one| &one.original_lang);
    let was_there = match original {
        None => !seen.is_empty(),
        Some(original) => languages
            .order(original)
            .any(|lang| seen.iter().any(|seen| seen == lang.as_str())),
    };
    Ok(if was_there {
        Error::Gone
    } else {
        Error::NotFound
    })
}
