//! Publishing the working copy, now or at a given time.

use super::model::{NewPublication, Publication};
use super::record;
use super::snapshot::{publication_snapshot, render};
use super::store::publication;
use super::times::{Times, times};
use crate::changes::Operation;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::content::Rendition;
use crate::db::{Conn, off_thread};
use crate::editorial::revisions::store::{self as revisions, NewRevision};
use crate::editorial::translations::loaded::{self, Loaded};
use crate::editorial::translations::rows::TranslationRow;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Code, Error, Result};
use crate::publications::writing::store as public;
use crate::state::State;
use crate::translation_id::TranslationId;
use crate::version::Seen;

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
    id: TranslationId,
    seen: Seen,
    new: NewPublication,
) -> Result<Publication> {
    for _ in 0..TRIES {
        let (this, expected) = (id.clone(), seen.clone());
        let read = move |conn: &mut Conn| publishable(conn, by, &this, &expected)?.copy().cloned();
        let copy = state.db.read(read).await?;
        let options = state.config.site.render_options();
        let rendered = off_thread(move || Ok((copy.version, render(&copy, options)))).await?;
        let (this, seen, new) = (id.clone(), seen.clone(), new.clone());
        let write = move |conn: &mut Conn, by| {
            let found = publishable(conn, by, &this, &seen)?;
            publish_rendered(conn, by, found, &new, rendered)
        };
        if let Some(done) = state.write(by, write).await? {
            return Ok(done);
        }
    }
    Err(Error::conflict(
        Code::Conflict,
        "the translation was changed several times during this request; try again",
    ))
}

/// Loads a translation that the caller may publish in its current state.
fn publishable(conn: &mut Conn, by: By, id: &TranslationId, seen: &Seen) -> Result<Loaded> {
    let found = loaded::load(conn, by, id)?;
    preconditions::check_in(conn, seen, found.copy()?.version, id)?;
    found.guard(by, Action::Publish)?;
    Ok(found)
}

/// Publishes the rendition of a version of the working copy. Returns `None` if the working copy has changed since.
///
/// # Errors
/// As [`publish`].
fn publish_rendered(
    conn: &mut Conn,
    by: By,
    found: Loaded,
    new: &NewPublication,
    (version, rendition): (i32, Rendition),
) -> Result<Option<Publication>> {
    if found.copy()?.version != version {
        return Ok(None);
    }
    let found = found.up_to_date(conn, by)?;
    let times = times(new, found.current(by).as_ref(), by.at)?;
    let published = write(conn, by, found, (times, rendition))?;
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
    let found = loaded::load(conn, by, &copy.id())?.up_to_date(conn, by)?;
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
    // The post's relations may have changed since the last save. Every publication must match a revision exactly.
    let last = found.hash.clone().map(|hash| (copy.revision, hash));
    let snapshot = revisions::snapshot(post, &copy, &found.relations);
    if let Some(revision) = NewRevision::after(last.as_ref(), &copy.lang, snapshot)? {
        copy.revision = revision.number;
        revisions::insert(conn, by, post.id, vec![revision], None)?;
    }
    // Publishing completes the workflow. The next change starts again as a draft.
    (copy.stage, copy.stage_at) = (Stage::Draft, by.at);
    let operation = if times.replaces.unwrap_or(times.begin) > by.at {
        Operation::Schedule
    } else {
        Operation::Publish
    };
    let new = publication_snapshot(post, &copy, found.relations.clone(), times, rendition);
    let after = public::put(conn, &new, found.publications.clone(), by.at)?;
    let found = Loaded {
        copy: Some(copy),
        ..found
    };
    record::changed(conn, by, found, after, operation)
}
