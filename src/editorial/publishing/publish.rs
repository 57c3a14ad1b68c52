//! Publishing the working copy or an earlier revision, now or at a given time.

use super::model::{NewPublication, Publication};
use super::record;
use super::snapshot::{excerpt, publication_snapshot, render};
use super::store::publication;
use super::times::{Times, times};
use crate::changes::Operation;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::content::{RenderOptions, Rendition};
use crate::db::{Conn, off_thread};
use crate::editorial::posts::shared_facts;
use crate::editorial::revisions::store as revisions;
use crate::editorial::translations::loaded::{self, LoadedTranslation};
use crate::editorial::translations::rows::TranslationRow;
use crate::editorial::translations::translators;
use crate::editorial::workflow::words::{Action, Stage};
use crate::error::{Code, Error, Result};
use crate::publications::writing::store as public;
use crate::slugs::{self, Owner};
use crate::state::State;
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// The number of attempts to publish a text that was rendered before the transaction, while others save other texts.
const TRIES: usize = 2;

/// A text to publish, with its rendition.
struct Rendered {
    /// The working copy, or the same with the text of the revision that the caller named.
    text: TranslationRow,
    rendition: Rendition,
}

impl Rendered {
    fn new(text: TranslationRow, options: RenderOptions) -> Self {
        let rendition = render(&text, options);
        Self { text, rendition }
    }
}

/// Publishes one language of a post, now or at a given time. A live publication stays until that time.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such translation; [`Error::Stale`] if `seen` does not match the current
/// version; [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`, `archived`, `wrong_stage`;
/// [`Error::Invalid`] if the publication would end before it starts, or in the past, or if there is no such revision;
/// `slug_taken` if another post has the slug of the revision.
pub async fn publish(
    state: &State,
    by: By,
    id: TranslationId,
    seen: Seen,
    new: NewPublication,
) -> Result<Publication> {
    let options = state.config.site.render_options();
    for _ in 0..TRIES {
        let (this, expected, times) = (id.clone(), seen.clone(), new.clone());
        let read = move |conn: &mut Conn| chosen(conn, by, &this, &expected, &times);
        let text = state.db.read(read).await?.1;
        let rendered = off_thread(move || Ok(Rendered::new(text, options))).await?;
        let (this, seen, new) = (id.clone(), seen.clone(), new.clone());
        let write = move |conn: &mut Conn, by| {
            let found = publishable(conn, by, &this, &seen, new.revision)?;
            publish_rendered(conn, by, found, &new, rendered)
        };
        if let Some(done) = state.write(by, write).await? {
            return Ok(done);
        }
    }
    // Nobody can save another text within the transaction.
    let write = move |conn: &mut Conn, by| {
        let (found, text) = chosen(conn, by, &id, &seen, &new)?;
        publish_rendered(conn, by, found, &new, Rendered::new(text, options))
    };
    let changed = || Error::Internal("the text changed within a transaction".into());
    state.write(by, write).await?.ok_or_else(changed)
}

/// Loads the translation, and the text of it to publish. Checks the times before anything is rendered.
fn chosen(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    new: &NewPublication,
) -> Result<(LoadedTranslation, TranslationRow)> {
    let found = publishable(conn, by, id, seen, new.revision)?;
    times(new, found.current(by).as_ref(), by.at)?;
    let text = text(conn, &found, new.revision)?;
    Ok((found, text))
}

/// Loads a translation of which the caller may publish this revision, or the working copy, in its current state.
fn publishable(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    revision: Option<i32>,
) -> Result<LoadedTranslation> {
    let found = loaded::load(conn, by, id)?;
    preconditions::check_in(conn, seen, found.copy()?.version, id)?;
    match revision {
        Some(number) if !found.copy()?.has_text_of(number) => {
            found.context(by)?.may_publish_earlier()?;
        }
        _ => found.guard(by, Action::Publish)?,
    }
    Ok(found)
}

/// Returns the working copy, or the same with the text of a revision.
fn text(
    conn: &mut Conn,
    found: &LoadedTranslation,
    revision: Option<i32>,
) -> Result<TranslationRow> {
    let copy = found.copy()?.clone();
    match revision {
        Some(number) if number != copy.revision => {
            let then = revisions::find_named(conn, &found.id, number)?;
            Ok(revisions::text(copy, number, then.snapshot))
        }
        _ => Ok(copy),
    }
}

/// Publishes a rendered text. Returns `None` if the caller means the working copy and its text has changed since.
///
/// # Errors
/// Returns the same errors as [`publish`].
fn publish_rendered(
    conn: &mut Conn,
    by: By,
    found: LoadedTranslation,
    new: &NewPublication,
    mut rendered: Rendered,
) -> Result<Option<Publication>> {
    let copy = found.copy()?;
    let text = &mut rendered.text;
    match new.revision {
        Some(number) if number != copy.revision => {
            // The operator may have deleted the revision since it was read.
            revisions::find_named(conn, &found.id, number)?;
            let then = std::mem::take(&mut text.translators);
            text.translators = translators::present(conn, then, &copy.translators)?;
            if copy.has_same_text(text) {
                found.guard(by, Action::Publish)?;
                text.revision = copy.revision;
            }
        }
        _ if !copy.has_same_text(text) => return Ok(None),
        _ => text.revision = copy.revision,
    }
    let found = found.up_to_date(conn, by)?;
    let times = times(new, found.current(by).as_ref(), by.at)?;
    if is_published(conn, by, &found, &times, &rendered)? {
        return publication(&found, by).map(Some);
    }
    claim_slug(conn, by, &found, &rendered.text)?;
    let published = write(conn, by, found, times, rendered)?;
    publication(&published, by).map(Some)
}

/// Returns whether the public sees exactly what would be published, and no step of the workflow is due. Another rendition of
/// the same text, after the operator has changed what is rendered how, is something new. So is an outdated translation
/// that is published again: it counts as up to date from then on.
fn is_published(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
    times: &Times,
    Rendered { text, rendition }: &Rendered,
) -> Result<bool> {
    let copy = found.copy()?;
    let current = found.current(by);
    let live = current.filter(|one| one.is_live(by.at) && one.replacement.is_none());
    let Some(current) = live else {
        return Ok(false);
    };
    let is_copy = copy.has_text_of(text.revision);
    let is_step = is_copy && copy.stage != Stage::Draft;
    let has_text =
        current.revision == text.revision || is_copy && copy.has_text_of(current.revision);
    let has_times = times.replaces.is_none()
        && times.begin == current.published_at
        && times.end == current.unpublish_at
        && times.zone == current.time_zone;
    let has_shared = current.shared_version == found.post.shared_version;
    if is_step || !(has_text && has_times && has_shared) {
        return Ok(false);
    }
    let excerpt = excerpt(text, rendition).0;
    public::is_up_to_date(conn, &found.publications, (rendition, &excerpt), by.at)
}

/// Claims the slug of an earlier revision, unless the working copy or the publication has it.
fn claim_slug(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
    text: &TranslationRow,
) -> Result<()> {
    let slug = &text.slug;
    let is_published = found.current(by).is_some_and(|current| current.uses(slug));
    if found.copy()?.slug == *slug || is_published {
        return Ok(());
    }
    let owner = Owner::translation(&found.id);
    match slugs::claim(conn, owner, Some(slug), &text.title, "/revision") {
        Err(Error::Conflict(_)) => {
            let detail = format!(
                "another post has the slug {slug} of revision {}; restore the revision, which keeps the present slug, \
                 and publish the working copy",
                text.revision
            );
            Err(Error::conflict_at("/revision", Code::SlugTaken, detail))
        }
        claimed => claimed.map(drop),
    }
}

/// Publishes an imported working copy at the given times, unless editors have archived it or are reviewing it. Renders it
/// within the transaction, as the whole import does.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::NotFound`] if there is no such translation; `post_in_trash`,
/// `archived`, `wrong_stage`.
pub fn publish_imported(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    times: Times,
    options: RenderOptions,
) -> Result<()> {
    by.require(Access::Editors)?;
    let found = loaded::load(conn, by, id)?;
    found.guard(by, Action::Publish)?;
    let found = found.up_to_date(conn, by)?;
    let text = found.copy()?.clone();
    write(conn, by, found, times, Rendered::new(text, options)).map(drop)
}

/// Writes the publication of a loaded translation. Returns the translation as it is now.
fn write(
    conn: &mut Conn,
    by: By,
    found: LoadedTranslation,
    times: Times,
    rendered: Rendered,
) -> Result<LoadedTranslation> {
    let Rendered { text, rendition } = rendered;
    let mut copy = found.copy()?.clone();
    // Publishing the text of the working copy completes the workflow. The next change starts again as a draft.
    let is_completed = copy.has_text_of(text.revision);
    let is_step = is_completed && copy.stage != Stage::Draft;
    if is_completed {
        (copy.stage, copy.stage_at) = (Stage::Draft, by.at);
    }
    let operation = if times.replaces.unwrap_or(times.begin) > by.at {
        Operation::Schedule
    } else {
        Operation::Publish
    };
    let (post, relations) = (&found.post, found.relations.clone());
    let row = found.publications.row();
    let shared = shared_facts::difference(conn, post, &relations, row)?;
    let new = publication_snapshot(post, &text, relations, times, rendition);
    let after = public::publish(conn, &new, found.publications.clone(), by.at)?;
    let change = record::Change {
        shared,
        ..record::Change::new(after, operation)
    };
    let found = LoadedTranslation {
        copy: Some(copy),
        ..found
    };
    match is_step {
        true => record::changed(conn, by, found, change),
        false => record::if_changed(conn, by, found, change),
    }
}
