//! Taking a workflow step, and reading those that were taken.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Archive, Review, Step, Submission, Verdict, WorkflowStep};
use super::rules::stage_after;
use super::words::Stage;
use crate::accounts::api_keys::limits;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts};
use crate::db::keyset::{self, Order, Select};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::posts::rows;
use crate::editorial::publishing::model::Takedown;
use crate::editorial::publishing::taking_down::take_down;
use crate::editorial::translations::loaded;
use crate::editorial::translations::rows::TranslationRow;
use crate::editorial::translations::submitter::Submitter;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::page::{Listing, PageInfo};
use crate::schema::{translations as translation_table, users, workflow_steps};
use crate::translation_id::TranslationId;
use crate::user_ref;
use crate::version::Seen;

/// Applies a workflow step to a translation, and records it. Archiving also takes down the publication.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such translation, or the caller may not see it; `post_in_trash`;
/// [`Error::Stale`] if `seen` does not match the current version; the errors of `loaded::LoadedTranslation::guard`.
pub fn apply(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    step: Step,
    note: Option<String>,
) -> Result<()> {
    let found = loaded::load_to_read(conn, by, id)?;
    rows::check_not_in_trash(&found.post)?;
    let copy = found.copy()?;
    preconditions::check_in(conn, seen, copy.version, id)?;
    found.guard(by, step.action())?;
    if step == Step::Archive {
        take_down(conn, by, &found, Takedown::default())?;
    }
    update_stage(conn, by, copy, step)?;
    insert(conn, by, copy, step, note.as_deref())?;
    rows::bump_version(conn, by, id.post)?;
    let stage = |stage: Stage| json!({ "stage": stage });
    let mut facts = Facts::updated(&stage(copy.stage), &stage(stage_after(step)));
    if let Some(note) = note {
        facts = facts.with("note", note);
    }
    changes::append_in(conn, by, Kind::Translation, id, step.operation(), facts)
}

fn update_stage(conn: &mut Conn, by: By, copy: &TranslationRow, step: Step) -> Result<()> {
    let submitter = copy.submitter();
    let (submitter, reviewed_by) = match step {
        Step::Submit => (Submitter::of(by.actor), None),
        Step::HandBack => (submitter, None),
        Step::Take | Step::Approve | Step::RequestChanges => (submitter, by.actor.user()),
        Step::Withdraw | Step::Archive | Step::Unarchive => (submitter, copy.reviewed_by),
    };
    let set = (
        translation_table::stage.eq(stage_after(step)),
        translation_table::stage_at.eq(by.at),
        translation_table::submitted_by.eq(submitter.user),
        translation_table::submitted_by_key.eq(submitter.key),
        translation_table::reviewed_by.eq(reviewed_by),
        translation_table::version.eq(copy.version + 1),
    );
    let row = translation_table::table.find((copy.post_id, &copy.lang));
    each!(conn, diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Inserts the row of a step that a working copy took.
fn insert(
    conn: &mut Conn,
    by: By,
    copy: &TranslationRow,
    step: Step,
    note: Option<&str>,
) -> Result<()> {
    let row = (
        workflow_steps::post_id.eq(copy.post_id),
        workflow_steps::lang.eq(&copy.lang),
        workflow_steps::step.eq(step),
        workflow_steps::revision.eq(copy.revision),
        workflow_steps::note.eq(note),
        workflow_steps::created_by.eq(by.actor.user()),
        workflow_steps::created_at.eq(by.at),
    );
    let insert = diesel::insert_into(workflow_steps::table).values(row);
    each!(conn, insert.execute(conn))?;
    Ok(())
}

/// Reads the last submission of a translation.
///
/// # Errors
/// Returns [`Error::Missing`] if there never was one, or it was withdrawn.
pub fn submission(conn: &mut Conn, by: By, id: &TranslationId) -> Result<Submission> {
    let found = loaded::load_to_read(conn, by, id)?;
    let copy = found.copy()?;
    let step = last(conn, id, &[Step::Submit, Step::Withdraw])?;
    let step = step.filter(|step| step.step == Step::Submit);
    let step = step.ok_or_else(|| Error::missing("The translation has no submission: it was never submitted, or the submission was withdrawn."))?;
    Ok(Submission {
        post: copy.post_id,
        lang: copy.lang.clone(),
        status: found.status(by)?,
        revision: step.revision,
        note: step.note,
        submitted_by: step.created_by,
        submitted_at: step.created_at,
        allowed_actions: found.allowed_actions(by)?,
        version: copy.version,
    })
}

/// Reads the review in progress, or the last one that was decided.
///
/// # Errors
/// Returns [`Error::Missing`] if there never was one, or it was handed back.
pub fn review(conn: &mut Conn, by: By, id: &TranslationId) -> Result<Review> {
    let found = loaded::load_to_read(conn, by, id)?;
    let copy = found.copy()?;
    let steps = [
        Step::Take,
        Step::HandBack,
        Step::Approve,
        Step::RequestChanges,
    ];
    let step = last(conn, id, &steps)?.filter(|step| step.step != Step::HandBack);
    let step = step.ok_or_else(|| {
        Error::missing("The translation has no review: none was begun, or it was handed back.")
    })?;
    Ok(Review {
        post: copy.post_id,
        lang: copy.lang.clone(),
        status: found.status(by)?,
        revision: step.revision,
        verdict: match step.step {
            Step::Approve => Some(Verdict::Approved),
            Step::RequestChanges => Some(Verdict::ChangesRequested),
            _ => None,
        },
        note: step.note,
        reviewed_by: step.created_by,
        reviewed_at: step.created_at,
        allowed_actions: found.allowed_actions(by)?,
        version: copy.version,
    })
}

/// Reads the archive entry of a translation.
///
/// # Errors
/// Returns [`Error::Missing`] if the translation is not archived.
pub fn archive(conn: &mut Conn, by: By, id: &TranslationId) -> Result<Archive> {
    let found = loaded::load_to_read(conn, by, id)?;
    let copy = found.copy()?;
    let step = last(conn, id, &[Step::Archive, Step::Unarchive])?;
    let step = step.filter(|step| step.step == Step::Archive);
    let step = step.ok_or_else(|| Error::missing("The translation is not archived."))?;
    Ok(Archive {
        post: copy.post_id,
        lang: copy.lang.clone(),
        status: found.status(by)?,
        revision: step.revision,
        note: step.note,
        archived_by: step.created_by,
        archived_at: step.created_at,
        allowed_actions: found.allowed_actions(by)?,
        version: copy.version,
    })
}

/// Reads the last step of these kinds that the existing translation has taken; steps of a deleted translation do not
/// count.
fn last(conn: &mut Conn, id: &TranslationId, steps: &[Step]) -> Result<Option<WorkflowStep>> {
    let creator = users::id.nullable().eq(workflow_steps::created_by);
    let taken = workflow_steps::table
        .left_join(users::table.on(creator))
        .filter(workflow_steps::post_id.eq(id.post))
        .filter(workflow_steps::lang.eq(&id.lang))
        .filter(workflow_steps::past.eq(false))
        .filter(workflow_steps::step.eq_any(steps.to_vec()))
        .order(workflow_steps::id.desc());
    Ok(each!(
        conn,
        taken
            .select(WorkflowStep::as_select())
            .first(conn)
            .optional()
    )?)
}

/// Marks the steps of a translation as past when it is deleted, so that they do not apply to a new one in the same
/// language.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database does not respond, and [`Error::Unwritable`] if it accepts no writes.
pub fn mark_past(conn: &mut Conn, id: &TranslationId) -> Result<()> {
    let steps = workflow_steps::table
        .filter(workflow_steps::post_id.eq(id.post))
        .filter(workflow_steps::lang.eq(&id.lang));
    let set = workflow_steps::past.eq(true);
    each!(conn, diesel::update(steps).set(set).execute(conn))?;
    Ok(())
}

/// Returns a page of the steps of a translation, newest first, even if the translation was deleted.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such post, or the caller may not see it; [`Error::Parameters`] if the
/// cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    listing: &Listing,
) -> Result<(Vec<WorkflowStep>, PageInfo)> {
    rows::row_to_read(conn, by, id.post)?;
    limits::check_language(conn, by.actor, &id.lang)?;
    let mut from =
        Sql::new("workflow_steps t LEFT JOIN users u ON u.id = t.created_by WHERE t.post_id = ");
    from.bind(id.post)
        .push(" AND t.lang = ")
        .bind(id.lang.as_str());
    let order = Order::newest("t.id");
    let key = |step: &WorkflowStep| keyset::SortKey::from_number(step.id);
    let select = Select {
        columns: &format!("t.*, {}", user_ref::COLUMNS),
        from: &from,
    };
    keyset::sorted(conn, listing, order, select, key)
}
