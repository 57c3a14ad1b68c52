//! Publishing: a copy of the working copy, rendered, becomes what the world sees.
//!
//! Rendering takes its time and needs no lock, so it comes before the transaction, which then holds only if the working
//! copy is still the one that was rendered.

pub mod api;
pub mod model;

use model::{NewPublication, Publication};

use super::model::PostRow;
use super::revisions::store as revisions;
use super::translations::model::{Status, TranslationRow};
use super::translations::store as translations;
use super::{relations, store};
use crate::content::{self, ExternalLinks, Rendition};
use crate::db::{Conn, Db, off_thread};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::resources::actor::By;
use crate::resources::changes::{self, Operation};
use crate::resources::preconditions;
use crate::resources::publications::model::ExcerptSource;
use crate::resources::publications::store as public;
use crate::resources::publications::store::Placed;
use crate::timestamp::Timestamp;
use crate::version::Seen;

/// A working copy and what it looks like.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The version that was rendered.
    pub version: i32,
    /// What came out.
    pub rendition: Rendition,
}

/// How often a publication is begun anew because somebody saved in between.
const TRIES: usize = 3;

/// Publishes one language of a post, now or at a time.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], `post_in_trash`, `already_live`; [`Error::Invalid`] for times that make no sense.
pub async fn publish(
    db: &Db,
    by: By,
    (post, lang): (Id, Lang),
    seen: Seen,
    new: NewPublication,
    links: ExternalLinks,
) -> Result<Publication> {
    for _ in 0..TRIES {
        let key = (post, lang.clone());
        let expected = seen.clone();
        let copy = db
            .read(move |conn| {
                let copy = translations::row(conn, key.0, &key.1)?.ok_or(Error::NotFound)?;
                preconditions::check_in(conn, &expected, copy.version, key.0, &key.1)?;
                Ok(copy)
            })
            .await?;
        let rendered = off_thread(move || Ok(render(&copy, links))).await?;
        let (lang, seen, new) = (lang.clone(), seen.clone(), new.clone());
        let done = db
            .write(move |conn| publish_rendered(conn, by, (post, &lang), &seen, &new, rendered))
            .await?;
        if let Some(done) = done {
            return Ok(done);
        }
    }
    Err(Error::conflict(
        "conflict",
        "the translation is being saved again and again; try once more",
    ))
}

/// Renders a working copy.
pub fn render(copy: &TranslationRow, links: ExternalLinks) -> Rendered {
    Rendered {
        version: copy.version,
        rendition: content::render(copy.body_format, &copy.body_source, links),
    }
}

/// The transaction; `None` when the working copy is no longer the one that was rendered.
///
/// # Errors
/// As [`publish`].
pub fn publish_rendered(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    new: &NewPublication,
    rendered: Rendered,
) -> Result<Option<Publication>> {
    let post = store::row(conn, post)?;
    if post.deleted_at.is_some() {
        return Err(Error::conflict(
            "post_in_trash",
            "the post is in the trash; restore it first",
        ));
    }
    let copy = translations::row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post.id, lang)?;
    if copy.version != rendered.version {
        return Ok(None);
    }
    let before = public::placed(conn, post.id, lang)?;
    let times = times(new, before.as_ref(), by.at)?;
    place(conn, by, copy, times, rendered.rendition)?;
    find(conn, post.id, lang, by.at).map(Some)
}

/// Makes what was rendered of a working copy its publication, at these times.
///
/// # Errors
/// [`Error::NotFound`].
pub fn place(
    conn: &mut Conn,
    by: By,
    mut copy: TranslationRow,
    times: Times,
    rendition: Rendition,
) -> Result<()> {
    let post = store::row(conn, copy.post_id)?;
    let relations = relations::of(conn, &[post.id])?
        .remove(&post.id)
        .unwrap_or_default();
    // The post's relations may have changed since the last save: what is published is a revision, to the letter.
    let snapshot = revisions::snapshot(&post, &copy, &relations);
    let revision = revisions::record(conn, by, post.id, &copy.lang, &snapshot)?;
    translations::advance(conn, &mut copy, revision)?;
    let operation = if times.begin > by.at {
        Operation::Schedule
    } else {
        Operation::Publish
    };
    public::put(
        conn,
        &copy_of(&post, &copy, relations, times, rendition),
        by.at,
    )?;
    store::touch(conn, by, post.id)?;
    changes::append_in(
        conn,
        by,
        changes::Kind::Publication,
        post.id,
        &copy.lang,
        operation,
    )
}

/// When a publication begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// From when on it is public.
    pub begin: Timestamp,
    /// Until when; `None`: for good.
    pub end: Option<Timestamp>,
    /// When the text was published, which is not before it begins.
    pub updated: Timestamp,
    /// The IANA zone in which the editor meant the times.
    pub zone: Option<String>,
}

fn times(new: &NewPublication, before: Option<&Placed>, now: Timestamp) -> Result<Times> {
    let live = before.filter(|placed| translations::status(Some(placed), now) == Status::Published);
    if live.is_some() && new.publish_at.is_some_and(|at| at > now) {
        let detail = "this language is live: a date in the future would take it down until then; take it down first, or publish now";
        return Err(Error::conflict_at("/publish_at", "already_live", detail));
    }
    let begin = new
        .publish_at
        .unwrap_or_else(|| live.map_or(now, |placed| placed.published_at));
    if new
        .unpublish_at
        .is_some_and(|end| end <= begin || end <= now)
    {
        return Err(Error::invalid(
            "/unpublish_at",
            "too_early",
            "must be later than publish_at, and than now",
        ));
    }
    Ok(Times {
        begin,
        end: new.unpublish_at,
        updated: now.max(begin),
        zone: new.time_zone.clone(),
    })
}

fn copy_of(
    post: &PostRow,
    copy: &TranslationRow,
    relations: relations::Relations,
    times: Times,
    rendition: Rendition,
) -> public::NewPublication {
    let (excerpt, excerpt_source) = match &copy.excerpt {
        Some(excerpt) => (content::excerpt(excerpt), ExcerptSource::Author),
        None => (content::excerpt(&rendition.text), ExcerptSource::Body),
    };
    public::NewPublication {
        post_id: post.id,
        lang: copy.lang.clone(),
        original_lang: post.original_lang.clone(),
        revision: copy.revision,
        slug: copy.slug.clone(),
        published_at: times.begin,
        unpublish_at: times.end,
        updated_at: times.updated,
        time_zone: times.zone,
        featured: post.featured,
        licence: post.licence.clone(),
        canonical_url: post.canonical_url.clone(),
        title: copy.title.clone(),
        subtitle: copy.subtitle.clone(),
        excerpt,
        excerpt_source,
        seo_title: copy.seo_title.clone(),
        seo_description: copy.seo_description.clone(),
        rendition,
        bylines: relations
            .authors
            .into_iter()
            .map(|line| (line.author, line.organization, line.role))
            .collect(),
        terms: relations
            .categories
            .into_iter()
            .chain(relations.tags)
            .collect(),
    }
}

/// What of a translation is, was or will be public.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, post: Id, lang: &Lang, now: Timestamp) -> Result<Publication> {
    let copy = translations::row(conn, post, lang)?.ok_or(Error::NotFound)?;
    let placed = public::placed(conn, post, lang)?.ok_or(Error::NotFound)?;
    let state = translations::state(placed, now);
    Ok(Publication {
        post,
        lang: lang.clone(),
        state,
        version: copy.version,
    })
}

/// Takes one language of a post down, live or not yet.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`].
pub fn unpublish(conn: &mut Conn, by: By, post: Id, lang: &Lang, seen: &Seen) -> Result<()> {
    let version = find(conn, post, lang, by.at)?.version;
    preconditions::check_in(conn, seen, version, post, lang)?;
    take_down(conn, by, post, lang)?;
    let mut copy = translations::row(conn, post, lang)?.ok_or(Error::NotFound)?;
    let revision = copy.revision;
    translations::advance(conn, &mut copy, revision)?;
    store::touch(conn, by, post)
}

/// Takes the publication away, and its slug with it if the world never saw it and the working copy has another.
///
/// # Errors
/// What the database reports.
pub fn take_down(conn: &mut Conn, by: By, post: Id, lang: &Lang) -> Result<()> {
    use crate::resources::slugs::{self, Kind, Owner};

    let Some(placed) = public::take_down(conn, post, lang, by.at)? else {
        return Ok(());
    };
    let copy = translations::row(conn, post, lang)?;
    if copy.is_none_or(|copy| copy.slug != placed.slug) {
        slugs::release(
            conn,
            Owner {
                kind: Kind::Post,
                id: post,
                lang: Some(lang),
            },
            &placed.slug,
            by.at,
        )?;
    }
    changes::append_in(
        conn,
        by,
        changes::Kind::Publication,
        post,
        lang,
        Operation::Unpublish,
    )
}
