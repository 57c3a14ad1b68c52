//! Taking a step, and reading those that were taken.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Archive, Review, Step, Submission, Verdict, WorkflowStep};
use super::rules::Refusal;
use super::words::Stage;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts};
use crate::db::keyset::{self, Order};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::posts::access::{self, Intent};
use crate::editorial::posts::rows;
use crate::editorial::publishing::take_down;
use crate::editorial::translations::loaded;
use crate::editorial::translations::rows::TranslationRow;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::schema::{translations as translation_table, workflow_steps};
use crate::version::Seen;

/// Which language of which post.
pub type Key<'a> = (Id, &'a Lang);

/// Takes a step.
///
/// # Errors
/// [`Error::NotFound`], `post_in_trash`, [`Error::Stale`]; as `loaded::Loaded::guard`.
pub fn take(
    conn: &mut Conn,
    by: By,
    (post, lang): Key<'_>,
    seen: &Seen,
    step: Step,
    note: Option<String>,
) -> Result<()> {
    let found = loaded::load_to_read(conn, by, (post, lang))?;
    if found.post.deleted_at.is_some() {
        return Err(Refusal::InTrash.into());
    }
    let copy = found.copy()?;
    preconditions::check_in(conn, seen, copy.version, post, lang)?;
    found.guard(by, step.action())?;
    if step == Step::Archive {
        take_down(conn, by, post, lang)?;
    }
    move_on(conn, by, copy, step)?;
    let row = (
        workflow_steps::post_id.eq(post),
        workflow_steps::lang.eq(lang),
        workflow_steps::step.eq(step),
        workflow_steps::revision.eq(copy.revision),
        workflow_steps::note.eq(note.clone()),
        workflow_steps::created_by.eq(by.actor.user()),
        workflow_steps::created_at.eq(by.at),
    );
    each!(
        conn,
        diesel::insert_into(workflow_steps::table)
            .values(row)
            .execute(conn)
    )?;
    rows::bump_version(conn, by, post)?;
    let stage = |stage: Stage| json!({ "stage": stage });
    let mut facts = Facts::updated(&stage(copy.stage), &stage(step.leads_to()));
    if let Some(note) = note {
        facts = facts.with("note", note);
    }
    let (kind, operation) = (Kind::Translation, step.operation());
    changes::append_in(conn, by, kind, post, lang, operation, facts)
}

fn move_on(conn: &mut Conn, by: By, copy: &TranslationRow, step: Step) -> Result<()> {
    let caller = by.actor.user();
    let (submitted_by, reviewed_by) = match step {
        Step::Submit => (caller, None),
        Step::HandBack => (copy.submitted_by, None),
        Step::Take | Step::Approve | Step::RequestChanges => (copy.submitted_by, caller),
        Step::Withdraw | Step::Archive | Step::Unarchive => (copy.submitted_by, copy.reviewed_by),
    };
    let set = (
        translation_table::stage.eq(step.leads_to()),
        translation_table::stage_at.eq(by.at),
        translation_table::submitted_by.eq(submitted_by),
        translation_table::reviewed_by.eq(reviewed_by),
        translation_table::version.eq(copy.version + 1),
    );
    let row = translation_table::table.find((copy.post_id, &copy.lang));
    each!(conn, diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// The submission that holds.
///
/// # Errors
/// [`Error::NotFound`] when there never was one, or it was withdrawn.
pub fn submission(conn: &mut Conn, by: By, key: Key<'_>) -> Result<Submission> {
    let found = loaded::load_to_read(conn, by, key)?;
    let copy = found.copy()?;
    let step = last(conn, key, &[Step::Submit, Step::Withdraw])?;
    let step = step.filter(|step| step.step == Step::Submit);
    let step = step.ok_or(Error::NotFound)?;
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

/// The review that goes on, or was decided last.
///
/// # Errors
/// [`Error::NotFound`] when there never was one, or it was handed back.
pub fn review(conn: &mut Conn, by: By, key: Key<'_>) -> Result<Review> {
    let found = loaded::load_to_read(conn, by, key)?;
    let copy = found.copy()?;
    let steps = [
        Step::Take,
        Step::HandBack,
        Step::Approve,
        Step::RequestChanges,
    ];
    let step = last(conn, key, &steps)?.filter(|step| step.step != Step::HandBack);
    let step = step.ok_or(Error::NotFound)?;
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

/// The archive it lies in.
///
/// # Errors
/// [`Error::NotFound`] when it does not.
pub fn archive(conn: &mut Conn, by: By, key: Key<'_>) -> Result<Archive> {
    let found = loaded::load_to_read(conn, by, key)?;
    let copy = found.copy()?;
    let step = last(conn, key, &[Step::Archive, Step::Unarchive])?;
    let step = step.filter(|step| step.step == Step::Archive);
    let step = step.ok_or(Error::NotFound)?;
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

/// The last of these steps that the translation took which is there.
fn last(conn: &mut Conn, (post, lang): Key<'_>, steps: &[Step]) -> Result<Option<WorkflowStep>> {
    let taken = workflow_steps::table
        .filter(workflow_steps::post_id.eq(post))
        .filter(workflow_steps::lang.eq(lang))
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

/// The translation is deleted: its steps are history, and say nothing of one that may be begun anew.
///
/// # Errors
/// What the database reports.
pub fn close(conn: &mut Conn, (post, lang): Key<'_>) -> Result<()> {
    let its = workflow_steps::table
        .filter(workflow_steps::post_id.eq(post))
        .filter(workflow_steps::lang.eq(lang));
    each!(
        conn,
        diesel::update(its)
            .set(workflow_steps::past.eq(true))
            .execute(conn)
    )?;
    Ok(())
}

/// A page of the steps that were taken, newest first, also of a translation that was deleted since.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    by: By,
    (post, lang): Key<'_>,
    listing: &Listing,
) -> Result<(Vec<WorkflowStep>, PageInfo)> {
    let of = rows::row(conn, post)?;
    access::check(conn, by, &of, Intent::Read)?;
    let mut from = Sql::new("workflow_steps t WHERE t.post_id = ");
    from.bind(post).push(" AND t.lang = ").bind(lang.as_str());
    let order = Order::newest("t.id");
    let key = |step: &WorkflowStep| keyset::SortKey::from_number(step.id);
    keyset::sorted(conn, listing, order, ("t.*", &from), key)
}
