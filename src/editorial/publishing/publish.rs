//! Publishing the working copy or an earlier revision, now or at a given time.

use super::model::{NewPublication, Publication};
use super::record;
use super::snapshot::{publication_snapshot, render};
use super::store::publication;
use super::times::{Times, times};
use crate::changes::Operation;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::content::{RenderOptions, Rendition};
use crate::db::{Conn, off_thread};
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

/// The maximum number of attempts to publish while others save the working copy in between.
const TRIES: usize = 3;

/// A text to publish, with its rendition.
struct Rendered {
    /// The working copy, or the same with the text of the revision that the caller named.
    text: TranslationRow,
    rendition: Rendition,
}

/// Publishes one language of a post, now or at a given time. A live publication stays until that time.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such translation; [`Error::Stale`] if `seen` does not match the current
/// version; [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`, `archived`, `wrong_stage`;
/// [`Error::Invalid`] if the publication would end before it starts, or in the past, or if there is no such revision;
/// `slug_taken` if another post has the slug of the revision; `conflict` if others keep saving the working copy.
pub async fn publish(
    state: &State,
    by: By,
    id: TranslationId,
    seen: Seen,
    new: NewPublication,
) -> Result<Publication> {
    for _ in 0..TRIES {
        let (this, expected, revision) = (id.clone(), seen.clone(), new.revision);
        let read = move |conn: &mut Conn| {
            let found = publishable(conn, by, &this, &expected, revision)?;
            text(conn, &found, revision)
        };
        let text = state.db.read(read).await?;
        let options = state.config.site.render_options();
        let render = move || {
            let rendition = render(&text, options);
            Ok(Rendered { text, rendition })
        };
        let rendered = off_thread(render).await?;
        let (this, seen, new) = (id.clone(), seen.clone(), new.clone());
        let write = move |conn: &mut Conn, by| {
            let found = publishable(conn, by, &this, &seen, new.revision)?;
            publish_rendered(conn, by, found, &new, rendered)
        };
        if let Some(done) = state.write(by, write).await? {
            return Ok(done);
        }
    }
    Err(Error::conflict(
        Code::Conflict,
        "The translation was changed several times during this request; try again.",
    ))
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

/// Publishes a rendered text. Returns `None` if the caller named no revision and the working copy has changed since.
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
    match new.revision {
        None if copy.version != rendered.text.version => return Ok(None),
        // The operator may have deleted the revision since it was read.
        Some(number) if number != copy.revision => {
            revisions::find_named(conn, &found.id, number)?;
            let then = std::mem::take(&mut rendered.text.translators);
            rendered.text.translators = translators::present(conn, then, &copy.translators)?;
        }
        _ => {}
    }
    let found = found.up_to_date(conn, by)?;
    claim_slug(conn, by, &found, &rendered.text)?;
    let times = times(new, found.current(by).as_ref(), by.at)?;
    let published = write(conn, by, found, times, rendered)?;
    publication(&published, by).map(Some)
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
    let rendition = render(&text, options);
    let rendered = Rendered { text, rendition };
    write(conn, by, found, times, rendered).map(drop)
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
    let relations = found.relations.clone();
    let new = publication_snapshot(&found.post, &text, relations, times, rendition);
    let after = public::publish(conn, &new, found.publications.clone(), by.at)?;
    let found = LoadedTranslation {
        copy: Some(copy),
        ..found
    };
    match is_step {
        true => record::changed(conn, by, found, after, operation),
        false => record::if_changed(conn, by, found, after, operation),
    }
}
