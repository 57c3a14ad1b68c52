//! Publishing: a copy of the working copy, rendered, becomes what the world sees.
//!
//! Rendering takes its time and needs no lock, so it comes before the transaction, which then holds only if the working
//! copy is still the one that was rendered.

pub mod api;
pub mod model;
pub mod retiming;
mod zone;

use model::{NewPublication, Publication};

use super::posts::model::PostRow;
use super::posts::{relations, rows};
use super::revisions::store::{self as revisions, NewRevision};
use super::translations::loaded::{self, Loaded};
use super::translations::rows as translations;
use super::translations::rows::TranslationRow;
use super::workflow::words::{Action, Stage};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::content::{self, ExternalLinks, Rendition};
use crate::db::{Conn, off_thread};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::model::ExcerptSource;
use crate::publications::writing::snapshot::PublicationSnapshot;
use crate::publications::writing::store as public;
use crate::publications::writing::store::CurrentPublication;
use crate::publications::writing::transitions;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::state::State;
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

/// Publishes one language of a post, now or at a time; what is live then stays until that time.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], `post_in_trash`, `wrong_stage`, `archived`; [`Error::Invalid`] for times that make no sense.
pub async fn publish(
    state: &State,
    by: By,
    (post, lang): (Id, Lang),
    seen: Seen,
    new: NewPublication,
) -> Result<Publication> {
    for _ in 0..TRIES {
        let key = (post, lang.clone());
        let expected = seen.clone();
        let copy = state
            .db
            .read(move |conn| {
                publishable(conn, by, (key.0, &key.1), &expected)?
                    .copy()
                    .cloned()
            })
            .await?;
        let links = state.config.site.external_links;
        let rendered = off_thread(move || Ok(render(&copy, links))).await?;
        let (lang, seen, new) = (lang.clone(), seen.clone(), new.clone());
        let done = state
            .write(by, move |conn, by| {
                publish_rendered(conn, by, (post, &lang), &seen, &new, rendered)
            })
            .await?;
        if let Some(done) = done {
            return Ok(done);
        }
    }
    Err(Error::conflict(
        Code::Conflict,
        "the translation was changed several times during this request; try again",
    ))
}

/// Loads a translation that the caller may publish as it stands.
fn publishable(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<Loaded> {
    let found = loaded::load(conn, by, (post, lang))?;
    preconditions::check_in(conn, seen, found.copy()?.version, post, lang)?;
    found.guard(by, Action::Publish)?;
    Ok(found)
}

/// Loads a translation with a publication that the caller may change: whoever may take it down.
fn published(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<Loaded> {
    let found = loaded::load(conn, by, (post, lang))?;
    let copy = found.copy()?;
    found.current(by).ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post, lang)?;
    found.guard(by, Action::Unpublish)?;
    Ok(found)
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
fn publish_rendered(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    new: &NewPublication,
    rendered: Rendered,
) -> Result<Option<Publication>> {
    let found = publishable(conn, by, (post, lang), seen)?;
    if found.copy()?.version != rendered.version {
        return Ok(None);
    }
    let times = times(new, found.current(by).as_ref(), by.at)?;
    let published = write(conn, by, found, (times, rendered.rendition))?;
    publication(&published, by).map(Some)
}

/// Publishes a working copy that was rendered, at these times.
///
/// # Errors
/// As [`By::require`]; [`Error::NotFound`].
pub fn place(
    conn: &mut Conn,
    by: By,
    copy: TranslationRow,
    times: Times,
    rendition: Rendition,
) -> Result<()> {
    by.require(Access::Editors)?;
    let found = loaded::load(conn, by, (copy.post_id, &copy.lang))?;
    let found = Loaded {
        copy: Some(copy),
        ..found
    };
    write(conn, by, found, (times, rendition)).map(drop)
}

/// Writes the publication of what was loaded, and returns what is there now.
fn write(
    conn: &mut Conn,
    by: By,
    found: Loaded,
    (times, rendition): (Times, Rendition),
) -> Result<Loaded> {
    let (post, mut copy) = (&found.post, found.copy()?.clone());
    let relations = relations::load_one(conn, post.id)?;
    // The post's relations may have changed since the last save: what is published is a revision, to the letter.
    let revision = NewRevision {
        snapshot: &revisions::snapshot(post, &copy, &relations),
        note: None,
        last: found.hash.clone().map(|hash| (copy.revision, hash)),
    };
    let revision = revisions::record(conn, by, (post.id, &copy.lang), revision)?;
    // A published text has been through the workflow: from here on a change is a draft.
    (copy.stage, copy.stage_at) = (Stage::Draft, by.at);
    translations::advance(conn, &mut copy, revision)?;
    let operation = if times.replaces.unwrap_or(times.begin) > by.at {
        Operation::Schedule
    } else {
        Operation::Publish
    };
    let new = publication_snapshot(post, &copy, relations, times, rendition);
    let before = found.current(by);
    let publications = public::put(conn, &new, found.publications, by.at)?;
    rows::bump_version(conn, by, post.id)?;
    let after = publications.current(by.at);
    log_change(conn, by, (before, after), operation)?;
    if publications.has_former_slugs() {
        transitions::log_lost_slugs(conn, by, post.id, &copy.lang)?;
    }
    Ok(Loaded {
        copy: Some(copy),
        publications,
        ..found
    })
}

/// Logs how the publication of a language changed.
fn log_change(
    conn: &mut Conn,
    by: By,
    (before, after): (Option<CurrentPublication>, Option<CurrentPublication>),
    operation: Operation,
) -> Result<()> {
    let Some(of) = before.as_ref().or(after.as_ref()) else {
        return Ok(());
    };
    let facts = Facts::between(before.as_ref(), after.as_ref());
    let kind = Kind::Publication;
    changes::append_in(conn, by, kind, of.post_id, &of.lang, operation, facts)
}

/// When a publication begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// From when on it is public.
    pub begin: Timestamp,
    /// If it is to take the place of what is live: when.
    pub replaces: Option<Timestamp>,
    /// Until when; `None`: for good.
    pub end: Option<Timestamp>,
    /// When the text was published, which is not before it begins.
    pub updated: Timestamp,
    /// The IANA zone in which the editor meant the times.
    pub zone: Option<String>,
}

fn times(
    new: &NewPublication,
    before: Option<&CurrentPublication>,
    now: Timestamp,
) -> Result<Times> {
    let live = before.filter(|standing| standing.is_live(now));
    let replaces = live.and(new.publish_at).filter(|at| *at > now);
    // What replaces, or is published again, keeps the date: a correction is no news.
    let begin = match (live, replaces) {
        (Some(live), Some(_)) => live.published_at,
        _ => new
            .publish_at
            .unwrap_or_else(|| live.map_or(now, |live| live.published_at)),
    };
    let updated = now.max(replaces.unwrap_or(begin));
    ends_later(new.unpublish_at, updated)?;
    Ok(Times {
        begin,
        replaces,
        end: new.unpublish_at,
        updated,
        zone: new.time_zone.clone(),
    })
}

fn ends_later(end: Option<Timestamp>, than: Timestamp) -> Result<()> {
    match end {
        Some(end) if end <= than => Err(Error::invalid(
            "/unpublish_at",
            "too_early",
            "must be later than publish_at and in the future",
        )),
        _ => Ok(()),
    }
}

/// What a publication of this state would hold.
pub fn publication_snapshot(
    post: &PostRow,
    copy: &TranslationRow,
    relations: relations::Relations,
    times: Times,
    rendition: Rendition,
) -> PublicationSnapshot {
    let (excerpt, excerpt_source) = match &copy.excerpt {
        Some(excerpt) => (content::excerpt(excerpt), ExcerptSource::Author),
        None => (content::excerpt(&rendition.text), ExcerptSource::Body),
    };
    PublicationSnapshot {
        post_id: post.id,
        lang: copy.lang.clone(),
        original_lang: post.original_lang.clone(),
        revision: copy.revision,
        slug: copy.slug.clone(),
        published_at: times.begin,
        replaces_at: times.replaces,
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

/// Reads the publication of a translation that the caller may read.
///
/// # Errors
/// As `loaded::load_to_read`; [`Error::NotFound`] if there is no publication.
pub fn find(conn: &mut Conn, by: By, id: (Id, &Lang)) -> Result<Publication> {
    publication(&loaded::load_to_read(conn, by, id)?, by)
}

/// The publication as editors see it.
fn publication(found: &Loaded, by: By) -> Result<Publication> {
    let copy = found.copy()?;
    let current = found.current(by).ok_or(Error::NotFound)?;
    Ok(Publication {
        post: copy.post_id,
        lang: copy.lang.clone(),
        state: translations::state(current, by.at),
        allowed_actions: found.allowed_actions(by)?,
        version: copy.version,
    })
}

/// Cancels the replacement of a publication.
///
/// # Errors
/// [`Error::NotFound`] if none is planned, [`Error::Stale`].
pub fn cancel_replacement(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
) -> Result<()> {
    let found = published(conn, by, (post, lang), seen)?;
    let out_of_use = public::cancel(conn, post, lang, by.at)?.ok_or(Error::NotFound)?;
    let before = found.current(by);
    let mut copy = found.copy.ok_or(Error::NotFound)?;
    release(conn, by, &copy, out_of_use)?;
    let revision = copy.revision;
    translations::advance(conn, &mut copy, revision)?;
    rows::bump_version(conn, by, post)?;
    let after = public::current(conn, post, lang, by.at)?;
    log_change(conn, by, (before, after), Operation::Update)
}

/// Takes down one language of a post, live or not yet, with its replacement.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`].
pub fn unpublish(conn: &mut Conn, by: By, post: Id, lang: &Lang, seen: &Seen) -> Result<()> {
    published(conn, by, (post, lang), seen)?;
    take_down(conn, by, post, lang)?;
    rows::bump_version(conn, by, post)
}

/// Deletes the publication with its replacement; that changes the version of the working copy.
///
/// # Errors
/// Database errors.
pub(super) fn take_down(conn: &mut Conn, by: By, post: Id, lang: &Lang) -> Result<()> {
    let before = public::current(conn, post, lang, by.at)?;
    let Some(out_of_use) = public::take_down(conn, post, lang, by.at)? else {
        return Ok(());
    };
    if let Some(mut copy) = translations::row(conn, post, lang)? {
        release(conn, by, &copy, out_of_use)?;
        let revision = copy.revision;
        translations::advance(conn, &mut copy, revision)?;
    }
    log_change(conn, by, (before, None), Operation::Unpublish)
}

/// Slugs that no publication uses any more are free, if the world never saw them and the working copy has another.
fn release(conn: &mut Conn, by: By, copy: &TranslationRow, out_of_use: Vec<Slug>) -> Result<()> {
    let owner = Owner {
        kind: Kind::Post,
        id: copy.post_id,
        lang: Some(&copy.lang),
    };
    for slug in out_of_use.iter().filter(|slug| **slug != copy.slug) {
        slugs::release(conn, owner, slug, by.at)?;
    }
    Ok(())
}
