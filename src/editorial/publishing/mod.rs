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
use super::revisions::store as revisions;
use super::translations::model::TranslationRow;
use super::translations::rows as translations;
use super::workflow::store as workflow;
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
            .read(move |conn| publishable(conn, by, (key.0, &key.1), &expected))
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
        "the translation is being saved again and again; try once more",
    ))
}

/// The working copy, if the caller may publish it as it stands.
fn publishable(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
) -> Result<TranslationRow> {
    let post = rows::row(conn, post)?;
    let copy = translations::row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post.id, lang)?;
    workflow::guard(conn, by, &post, lang, Action::Publish)?;
    Ok(copy)
}

/// The post and the working copy whose publication the caller may change: whoever may take it down.
fn published(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
) -> Result<(PostRow, TranslationRow)> {
    let post = rows::row(conn, post)?;
    let copy = translations::row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    public::current(conn, post.id, lang, by.at)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post.id, lang)?;
    workflow::guard(conn, by, &post, lang, Action::Unpublish)?;
    Ok((post, copy))
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
    let copy = publishable(conn, by, (post, lang), seen)?;
    if copy.version != rendered.version {
        return Ok(None);
    }
    let post = rows::row(conn, post)?;
    let before = public::current(conn, post.id, lang, by.at)?;
    let times = times(new, before.as_ref(), by.at)?;
    place(conn, by, copy, times, rendered.rendition)?;
    find(conn, by, &post, lang).map(Some)
}

/// Makes what was rendered of a working copy its publication, at these times.
///
/// # Errors
/// As [`By::require`]; [`Error::NotFound`].
pub fn place(
    conn: &mut Conn,
    by: By,
    mut copy: TranslationRow,
    times: Times,
    rendition: Rendition,
) -> Result<()> {
    by.require(Access::Editors)?;
    let post = rows::row(conn, copy.post_id)?;
    let relations = relations::load(conn, &[post.id])?
        .remove(&post.id)
        .unwrap_or_default();
    // The post's relations may have changed since the last save: what is published is a revision, to the letter.
    let snapshot = revisions::snapshot(&post, &copy, &relations);
    let revision = revisions::record(conn, by, post.id, &copy.lang, &snapshot)?;
    // What is public has come to the end of its way: from here on a change is a draft.
    (copy.stage, copy.stage_at) = (Stage::Draft, by.at);
    translations::advance(conn, &mut copy, revision)?;
    let operation = if times.replaces.unwrap_or(times.begin) > by.at {
        Operation::Schedule
    } else {
        Operation::Publish
    };
    let public_copy = publication_snapshot(&post, &copy, relations, times, rendition);
    let before = public::current(conn, post.id, &copy.lang, by.at)?;
    public::put(conn, &public_copy, by.at)?;
    rows::bump_version(conn, by, post.id)?;
    tell(conn, by, (post.id, &copy.lang), before, operation)?;
    transitions::log_lost_slugs(conn, by, post.id, &copy.lang)
}

/// Tells what stood before, and what stands now.
fn tell(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    before: Option<CurrentPublication>,
    operation: Operation,
) -> Result<()> {
    let after = public::current(conn, post, lang, by.at)?;
    let (kind, facts) = (
        Kind::Publication,
        Facts::between(before.as_ref(), after.as_ref()),
    );
    changes::append_in(conn, by, kind, post, lang, operation, facts)
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
            "must be later than publish_at, and than now",
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

/// What of a translation is, was or will be public.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, by: By, post: &PostRow, lang: &Lang) -> Result<Publication> {
    let copy = translations::row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    let standing = public::current(conn, post.id, lang, by.at)?.ok_or(Error::NotFound)?;
    let state = translations::state(standing, by.at);
    Ok(Publication {
        post: post.id,
        lang: lang.clone(),
        state,
        allowed_actions: workflow::allowed_actions(conn, by, post, &copy, true)?,
        version: copy.version,
    })
}

/// Takes back what was to replace a publication.
///
/// # Errors
/// [`Error::NotFound`] when nothing was, [`Error::Stale`].
pub fn cancel_replacement(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
) -> Result<()> {
    let (post, mut copy) = published(conn, by, (post, lang), seen)?;
    let before = public::current(conn, post.id, lang, by.at)?;
    let out_of_use = public::cancel(conn, post.id, lang, by.at)?.ok_or(Error::NotFound)?;
    release(conn, by, &copy, out_of_use)?;
    let revision = copy.revision;
    translations::advance(conn, &mut copy, revision)?;
    rows::bump_version(conn, by, post.id)?;
    tell(conn, by, (post.id, lang), before, Operation::Update)
}

/// Takes one language of a post down, live or not yet, with what was to replace it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`].
pub fn unpublish(conn: &mut Conn, by: By, post: Id, lang: &Lang, seen: &Seen) -> Result<()> {
    published(conn, by, (post, lang), seen)?;
    take_down(conn, by, post, lang)?;
    rows::bump_version(conn, by, post)
}

/// Takes the publication away, with what was to replace it; that changes the working copy's validator.
///
/// # Errors
/// What the database reports.
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
    tell(conn, by, (post, lang), before, Operation::Unpublish)
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
