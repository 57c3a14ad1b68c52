//! Publishing: a rendered copy of the working copy becomes what the public sees.
//!
//! Rendering is slow and needs no lock, so it happens before the transaction. The transaction takes effect only if
//! the working copy is still the version that was rendered.

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
use crate::content::{self, RenderOptions, Rendition};
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

/// A working copy's rendition.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The version of the working copy that was rendered.
    pub version: i32,
    /// The result of rendering its body.
    pub rendition: Rendition,
}

/// The maximum number of attempts to publish while others save the working copy in between.
const TRIES: usize = 3;

/// Publishes one language of a post, now or at a given time. A live publication stays until that time.
///
/// # Errors
/// [`Error::NotFound`] if there is no such translation; [`Error::Stale`] if `seen` does not match the current
/// version; [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`, `archived`, `wrong_stage`;
/// [`Error::Invalid`] if the publication would end before it starts, or in the past; `conflict` if others keep saving
/// the working copy.
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
        let options = state.config.site.render_options();
        let rendered = off_thread(move || Ok(render(&copy, options))).await?;
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

/// Loads a translation that the caller may publish in its current state.
fn publishable(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<Loaded> {
    let found = loaded::load(conn, by, (post, lang))?;
    preconditions::check_in(conn, seen, found.copy()?.version, post, lang)?;
    found.guard(by, Action::Publish)?;
    Ok(found)
}

/// Loads a translation with a publication that the caller may change. Requires the same permission as taking it down.
fn published(conn: &mut Conn, by: By, (post, lang): (Id, &Lang), seen: &Seen) -> Result<Loaded> {
    let found = loaded::load(conn, by, (post, lang))?;
    let copy = found.copy()?;
    found.current(by).ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post, lang)?;
    found.guard(by, Action::Unpublish)?;
    Ok(found)
}

/// Renders a working copy.
pub fn render(copy: &TranslationRow, options: impl Into<RenderOptions>) -> Rendered {
    Rendered {
        version: copy.version,
        rendition: content::render(copy.body_format, &copy.body_source, options),
    }
}

/// Runs the transaction. Returns `None` if the working copy has changed since it was rendered.
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

/// Publishes a rendered working copy at the given times.
///
/// # Errors
/// As [`By::require`]; [`Error::NotFound`] if there is no such post.
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

/// Writes the publication of a loaded translation. Returns the translation as it is now.
fn write(
    conn: &mut Conn,
    by: By,
    found: Loaded,
    (times, rendition): (Times, Rendition),
) -> Result<Loaded> {
    let (post, mut copy) = (&found.post, found.copy()?.clone());
    let relations = relations::load_one(conn, post.id)?;
    // The post's relations may have changed since the last save. Every publication must match a revision exactly.
    let revision = NewRevision {
        snapshot: &revisions::snapshot(post, &copy, &relations),
        note: None,
        last: found.hash.clone().map(|hash| (copy.revision, hash)),
    };
    let revision = revisions::record(conn, by, (post.id, &copy.lang), revision)?;
    // Publishing completes the workflow. The next change starts again as a draft.
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

/// The times of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// The start of the publication.
    pub begin: Timestamp,
    /// The time at which it replaces the live publication; `None` if it replaces none.
    pub replaces: Option<Timestamp>,
    /// The end of the publication; `None` if it has none.
    pub end: Option<Timestamp>,
    /// The time at which the text becomes public, never before `begin`.
    pub updated: Timestamp,
    /// The IANA time zone in which the editor gave the times.
    pub zone: Option<String>,
}

fn times(
    new: &NewPublication,
    before: Option<&CurrentPublication>,
    now: Timestamp,
) -> Result<Times> {
    let live = before.filter(|standing| standing.is_live(now));
    let replaces = live.and(new.publish_at).filter(|at| *at > now);
    // A correction is no news: a replacement, or a live text that is published again, keeps its date.
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

/// Returns the publication that this state of a post and its working copy would have.
pub fn publication_snapshot(
    post: &PostRow,
    copy: &TranslationRow,
    relations: relations::Relations,
    times: Times,
    rendition: Rendition,
) -> PublicationSnapshot {
    let (excerpt, excerpt_source) = match &copy.excerpt {
        Some(excerpt) => (content::excerpt(excerpt), ExcerptSource::Author),
        None => (rendition.excerpt.clone(), ExcerptSource::Body),
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

/// Returns the publication in its representation for editors.
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

/// Cancels the planned replacement of a publication.
///
/// # Errors
/// [`Error::NotFound`] if none is planned; [`Error::Stale`] if `seen` does not match the current version;
/// [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`.
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

/// Takes down the publication of one language of a post, live or not, with its replacement.
///
/// # Errors
/// [`Error::NotFound`] if there is no publication; [`Error::Stale`] if `seen` does not match the current version;
/// [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`.
pub fn unpublish(conn: &mut Conn, by: By, post: Id, lang: &Lang, seen: &Seen) -> Result<()> {
    published(conn, by, (post, lang), seen)?;
    take_down(conn, by, post, lang)?;
    rows::bump_version(conn, by, post)
}

/// Deletes a publication with its replacement, if there is one, and raises the version of the working copy.
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

/// Releases the slugs that no publication uses any more, unless the public has seen them or the working copy uses
/// them.
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
