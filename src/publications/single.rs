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
use crate::error::{Error, Result};
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
    find_at(conn, id_or_slug, view, delivery_url)
}

/// Returns a post like [`find`], for a request of the URL that `url` builds.
///
/// # Errors
/// Returns the same errors as [`locate`].
pub fn find_at(
    conn: &mut Conn,
    id_or_slug: &str,
    view: &View,
    url: fn(Kind, &Slug, Option<&Lang>) -> String,
) -> Result<Lasting<PublicPost>> {
    let (languages, now) = (&view.languages, view.now);
    let members = Members::of_one(&view.asked);
    let located = locate(conn, id_or_slug, languages, now, url)?;
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
/// public once in an accepted language (a reader who names none accepts that of the slug), [`Error::NotInLanguage`] for one
/// that is public in others only, and [`Error::NotFound`] for any other.
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
        SlugLookup::Untranslated(id) => {
            let own = live.iter().filter(|one| one.post_id == id).collect();
            return Err(untranslated(conn, own, languages, now)?);
        }
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
    /// Returns how the post uses the name. A reader who names no language accepts that of the slug, and any for an id.
    fn usage<'a>(
        &self,
        name: &str,
        live: &'a [Sibling],
        languages: &Languages,
    ) -> SlugUse<&'a Sibling> {
        let own: Vec<&Sibling> = live.iter().filter(|one| one.post_id == self.id).collect();
        let best = choose(&own, languages);
        let Some(lang) = &self.lang else {
            let without = match own.is_empty() {
                true => SlugUse::Gone,
                false => SlugUse::Untranslated,
            };
            return best.map_or(without, SlugUse::Shown);
        };
        let in_its_lang = || own.iter().copied().find(|one| one.lang == *lang);
        let shown = match languages.wanted() {
            Some(_) => best,
            None => in_its_lang(),
        };
        SlugUse::of(&own, name, lang.as_str(), shown)
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

/// Returns the error for a post that is live in these languages, but in none that the reader accepts.
fn untranslated(
    conn: &mut Conn,
    own: Vec<&Sibling>,
    languages: &Languages,
    now: Timestamp,
) -> Result<Error> {
    let first = own.first().ok_or(Error::NotFound)?;
    let is_asked = languages.wanted().is_some();
    let accepted = is_asked.then(|| languages.order(&first.original_lang).collect());
    let alternative = |one: &&Sibling| siblings::alternative(&one.lang, &one.slug, one.post_type);
    let alternatives = own.iter().map(alternative).collect();
    siblings::untranslated(conn, first.post_id, accepted, alternatives, now)
}
