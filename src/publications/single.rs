//! A single post on the delivery surface, by its id or by a current or former slug.

use super::lists::relations;
use super::lists::row::{DeliveredRow, Members, columns};
use super::model::PublicPost;
use super::siblings::{self, Sibling, choose};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::delivery::reader::{Lasting, View};
use crate::delivery::surrogate_keys as keys_of;
use crate::delivery::visibility::live;
use crate::error::{Alternative, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::slug::Slug;
use crate::slugs::addresses::delivery_url;
use crate::slugs::lookup::{Candidate, SlugLookup, SlugUse, decide, in_lower_case};
use crate::slugs::{self, Target};
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// Returns the surrogate keys of everything that determines which post is found: none for an id; for a slug, the key of
/// all posts that have or had it.
pub fn keys(id_or_slug: &str) -> SurrogateKeys {
    match id_or_slug.parse::<Id>() {
        Ok(_) => SurrogateKeys::new(),
        Err(_) => SurrogateKeys::new().with(keys_of::slug(&id_or_slug.to_ascii_lowercase())),
    }
}

/// Returns a post by id or slug, in the language that suits the reader best.
///
/// # Errors
/// Returns the same errors as [`locate`].
pub fn find(conn: &mut Conn, id_or_slug: &str, view: &View) -> Result<Lasting<PublicPost>> {
    let (languages, now) = (&view.languages, view.now);
    let members = Members::of_one(&view.asked);
    let located = locate(conn, id_or_slug, languages, now, delivery_url)?;
    let mut sql = Sql::new(&columns(members, None, None))
        .within("SELECT ", " FROM publications p WHERE p.post_id = ");
    sql.bind(located.shown.post_id)
        .push(" AND p.lang = ")
        .bind(located.shown.lang.as_str())
        .push(" AND ");
    live(&mut sql, "p", now);
    let rows: Vec<DeliveredRow> = sql.load(conn)?;
    let posts = relations::with_relations(conn, rows, members, languages, now)?;
    let shown = posts.into_iter().next().ok_or(Error::NotFound)?;
    // A page shows the page above it while that is public.
    let of_parent = match shown.parent_id.filter(|_| members.shows_parent()) {
        Some(parent) => siblings::load_live(conn, &[parent], now)?.1,
        None => None,
    };
    Ok(Lasting {
        until: located.until.into_iter().chain(of_parent).min(),
        shown: shown.into(),
    })
}

/// A requested post in the language in which it is shown.
pub struct Located {
    /// The language shown.
    pub shown: Sibling,
    /// The next time at which one of its languages appears or ends.
    pub until: Option<Timestamp>,
}

/// Finds a post and the language in which it is shown. Posts may share a slug in different languages. In this order of
/// precedence, the result is: a post that is shown under the slug, preferably in the requested language; the post that
/// has the slug in the requested language; a post that is live; a post that is gone. `url` builds the URL to which a
/// former slug redirects.
///
/// # Errors
/// Returns [`Error::Moved`] for a former slug and for one with capital letters, [`Error::Gone`] for a post that was
/// public once in an accepted language, [`Error::NotInLanguage`] for one that is public in others only, and
/// [`Error::NotFound`] for any other.
pub fn locate(
    conn: &mut Conn,
    id_or_slug: &str,
    languages: &Languages,
    now: Timestamp,
    url: fn(Kind, &Slug, Option<&Lang>) -> String,
) -> Result<Located> {
    let address = |slug: &Slug| url(Kind::Post, slug, None);
    in_lower_case(address, id_or_slug, |name| {
        by_name(conn, name, languages, now, url)
    })
}

fn by_name(
    conn: &mut Conn,
    id_or_slug: &str,
    languages: &Languages,
    now: Timestamp,
    url: fn(Kind, &Slug, Option<&Lang>) -> String,
) -> Result<Located> {
    let names = match id_or_slug.parse::<Id>() {
        Ok(id) => vec![NamedPost {
            id,
            lang: None,
            public_at: Some(now),
        }],
        Err(_) => names(conn, id_or_slug, languages, now)?,
    };
    let posts: Vec<Id> = names.iter().map(|name| name.id).collect();
    let (live, until) = siblings::load_live(conn, &posts, now)?;
    // A name that is not public yet finds nothing, but it limits the time for which the result is valid.
    let seen = |name: &&NamedPost| name.public_at.is_some_and(|at| at <= now);
    let candidates = names.iter().filter(seen).map(|name| Candidate {
        id: name.id,
        usage: name.usage(id_or_slug, &live, languages),
        in_wanted_lang: name.lang.is_some() && name.lang.as_ref() == languages.wanted(),
    });
    let lookup = match decide(candidates) {
        SlugLookup::Gone(id) if slugs::public_langs(conn, Kind::Post, id, now)?.is_empty() => {
            SlugLookup::Unknown
        }
        SlugLookup::Untranslated(id) => return Err(untranslated(conn, id, &live, languages, now)?),
        lookup => lookup,
    };
    // Without a language, the new slug might be that of another post in another language.
    let address = |now: &Sibling| {
        let lang = languages.wanted().is_none().then_some(&now.lang);
        url(Kind::Post, &now.slug, lang)
    };
    let shown = lookup.found_or_moved(address)?.clone();
    Ok(Located { shown, until })
}

/// A post that a slug identifies in a language, or that an id identifies.
struct NamedPost {
    id: Id,
    lang: Option<Lang>,
    public_at: Option<Timestamp>,
}

impl NamedPost {
    /// Returns how the post uses the name. It is a former name if the current slug in its language is another one or,
    /// while that language is not live, if the slug in the language shown is another one.
    fn usage<'a>(
        &self,
        name: &str,
        live: &'a [Sibling],
        languages: &Languages,
    ) -> SlugUse<&'a Sibling> {
        let own: Vec<&Sibling> = live.iter().filter(|one| one.post_id == self.id).collect();
        let Some(shown) = choose(&own, languages, self.lang.as_ref()) else {
            return match own.as_slice() {
                [] => SlugUse::Gone,
                _ => SlugUse::Untranslated,
            };
        };
        let current = own
            .into_iter()
            .find(|one| Some(&one.lang) == self.lang.as_ref());
        let current = current.unwrap_or(shown);
        if self.lang.is_none() || shown.slug.as_str() == name {
            SlugUse::Shown(shown)
        } else if current.slug.as_str() == name {
            SlugUse::Current(shown)
        } else {
            SlugUse::Former(current)
        }
    }
}

/// Returns all posts that have or had a slug, those in the requested language first.
fn names(
    conn: &mut Conn,
    slug: &str,
    languages: &Languages,
    now: Timestamp,
) -> Result<Vec<NamedPost>> {
    let targets = slugs::find_at(conn, Kind::Post, slug, languages.wanted(), now)?;
    let name = |target: Target| NamedPost {
        id: target.id,
        lang: target.lang.parse().ok(),
        public_at: target.public_at,
    };
    Ok(targets.into_iter().map(name).collect())
}

/// Returns the error for a post that is live, but in no language that the reader accepts: it is gone if it was public in
/// such a language once.
fn untranslated(
    conn: &mut Conn,
    post: Id,
    live: &[Sibling],
    languages: &Languages,
    now: Timestamp,
) -> Result<Error> {
    let seen = slugs::public_langs(conn, Kind::Post, post, now)?;
    let own: Vec<&Sibling> = live.iter().filter(|one| one.post_id == post).collect();
    let is_gone = own.first().is_some_and(|one| {
        let mut accepted = languages.order(&one.original_lang);
        accepted.any(|lang| seen.iter().any(|seen| seen == lang.as_str()))
    });
    if is_gone {
        return Ok(Error::Gone);
    }
    let alternative = |one: &Sibling| Alternative {
        url: delivery_url(Kind::Post, &one.slug, Some(&one.lang)),
        lang: one.lang.clone(),
        slug: one.slug.clone(),
    };
    Ok(Error::NotInLanguage(
        own.into_iter().map(alternative).collect(),
    ))
}
