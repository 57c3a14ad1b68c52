//! One post for the public, by its id or any slug it has or had.

use super::model::PublicPostSummary;
use super::relations;
use super::row::{Parts, Row, columns};
use super::siblings::{self, Sibling, shown, url};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::resources::slugs::{self, Kind, Lead};
use crate::timestamp::Timestamp;

/// One post and until when it stays as it is.
pub struct PostRead {
    /// The post.
    pub post: PublicPostSummary,
    /// The next instant at which one of its languages begins or ends.
    pub until: Option<Timestamp>,
}

/// Reads one post by id or slug, in the best language.
///
/// # Errors
/// As [`locate`].
pub fn find(
    conn: &mut Conn,
    id_or_slug: &str,
    parts: Parts,
    languages: &Languages,
    now: Timestamp,
) -> Result<PostRead> {
    let located = locate(conn, id_or_slug, languages, now)?;
    let mut sql = Sql::new(&columns(parts, None))
        .within("SELECT ", " FROM publications p WHERE p.post_id = ");
    sql.bind(located.shown.post_id)
        .push(" AND p.lang = ")
        .bind(located.shown.lang.as_str());
    let rows: Vec<Row> = sql.load(conn)?;
    let posts = relations::with_relations(conn, rows, parts, &located.live, languages)?;
    Ok(PostRead {
        post: posts.into_iter().next().ok_or(Error::NotFound)?,
        until: located.until,
    })
}

/// A post that was asked for, and what of it is shown.
pub struct Located {
    /// The language shown.
    pub shown: Sibling,
    /// All live languages.
    pub live: Vec<Sibling>,
    /// The next instant at which one of its languages begins or ends.
    pub until: Option<Timestamp>,
}

/// Finds what of a post is shown.
///
/// # Errors
/// [`Error::Moved`] for a slug it once had, [`Error::Gone`] when it was public once, [`Error::NotFound`].
pub fn locate(
    conn: &mut Conn,
    id_or_slug: &str,
    languages: &Languages,
    now: Timestamp,
) -> Result<Located> {
    let (id, slug_lang) = match id_or_slug.parse::<Id>() {
        Ok(id) => (id, None),
        Err(_) => lead(conn, id_or_slug, languages, now)?,
    };
    let (live, until) = siblings::of(conn, &[id], now)?;
    let Some(shown) = shown(&live, languages, slug_lang.as_ref()) else {
        // Where nothing of it is left, the whole post is gone; else only a language that was there once.
        let lang = languages.wanted().filter(|_| !live.is_empty());
        return Err(if slugs::was_public(conn, id, lang, now)? {
            Error::Gone
        } else {
            Error::NotFound
        });
    };
    if let Some(lang) = &slug_lang {
        // An old slug, or one of a language that is no longer live, leads to where the post can be read.
        let current = live.iter().find(|one| one.lang == *lang).unwrap_or(shown);
        if current.slug.as_str() != id_or_slug {
            // Without a language, the new slug could be another post's in another one.
            return Err(Error::Moved(match languages.wanted() {
                Some(_) => format!("/v1/posts/{}", current.slug),
                None => url(&current.slug, &current.lang),
            }));
        }
    }
    Ok(Located {
        shown: shown.clone(),
        live,
        until,
    })
}

/// The post a slug leads to, and the language it is a slug of. Where posts share it in different languages: the language
/// asked for first, then who has it now before who had it once, and what can be read before what is gone.
fn lead(
    conn: &mut Conn,
    slug: &str,
    languages: &Languages,
    now: Timestamp,
) -> Result<(Id, Option<Lang>)> {
    let mut leads = slugs::find(conn, Kind::Post, slug, languages.wanted())?;
    leads.retain(|lead| lead.public_at.is_some_and(|at| at <= now));
    let asked_for = languages.wanted().map(Lang::as_str);
    if leads.len() > 1 && leads.first().map(|lead| &*lead.lang) != asked_for {
        let ids: Vec<Id> = leads.iter().map(|lead| lead.id).collect();
        let live = siblings::live_of(conn, &ids, now)?;
        let present = |lead: &Lead| {
            let mut of_lead = live.iter().filter(|one| one.post_id == lead.id);
            let found = of_lead.find(|one| one.lang.as_str() == lead.lang);
            found.map(|one| one.slug.as_str() == slug)
        };
        leads.sort_by_key(|lead| std::cmp::Reverse(present(lead)));
    }
    let lead = leads.into_iter().next().ok_or(Error::NotFound)?;
    Ok((lead.id, lead.lang.parse().ok()))
}
