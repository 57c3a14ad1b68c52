//! Taking a step, and reading those that were taken.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Archive, Review, Step, Submission, Verdict, WorkflowStep};
use super::rules::Refusal;
use super::store::{allowed_actions, guard};
use super::words::{Action, Stage, Status};
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts};
use crate::db::keyset::{self, Order};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::posts::access::{self, Intent};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::rows;
use crate::editorial::publishing::take_down;
use crate::editorial::translations::model::TranslationRow;
use crate::editorial::translations::rows as translations;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::publications;
use crate::schema::{translations as translation_table, workflow_steps};
use crate::version::Seen;

/// Which language of which post.
pub type Key<'a> = (Id, &'a Lang);

/// Takes a step.
///
/// # Errors
/// [`Error::NotFound`], `post_in_trash`, [`Error::Stale`]; as [`guard`].
pub fn take(
    conn: &mut Conn,
    by: By,
    (post, lang): Key<'_>,
    seen: &Seen,
    step: Step,
    note: Option<String>,
) -> Result<()> {
    let post = rows::row(conn, post)?;
    access::check(conn, by, &post, Intent::Read)?;
    if post.deleted_at.is_some() {
        return Err(Refusal::InTrash.into());
    }
    let copy = translations::row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, post.id, lang)?;
    guard(conn, by, &post, lang, step.action())?;
    if step == Step::Archive {
        take_down(conn, by, post.id, lang)?;
    }
    move_on(conn, by, &copy, step)?;
    let row = (
        workflow_steps::post_id.eq(post.id),
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
    rows::bump_version(conn, by, post.id)?;
    let stage = |stage: Stage| json!({ "stage": stage });
    let mut facts = Facts::updated(&stage(copy.stage), &stage(step.leads_to()));
    if let Some(note) = note {
        facts = facts.with("note", note);
    }
    let (kind, operation) = (Kind::Translation, step.operation());
    changes::append_in(conn, by, kind, post.id, lang, operation, facts)
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
    let (copy, post) = readable(conn, by, key)?;
    let step = last(conn, key, &[Step::Submit, Step::Withdraw])?;
    let step = step.filter(|step| step.step == Step::Submit);
    let step = step.ok_or(Error::NotFound)?;
    let now = present(conn, by, &post, &copy)?;
    Ok(Submission {
        post: post.id,
        lang: copy.lang,
        status: now.0,
        revision: step.revision,
        note: step.note,
        submitted_by: step.created_by,
        submitted_at: step.created_at,
        allowed_actions: now.1,
        version: copy.version,
    })
}

/// The review that goes on, or was decided last.
///
/// # Errors
/// [`Error::NotFound`] when there never was one, or it was handed back.
pub fn review(conn: &mut Conn, by: By, key: Key<'_>) -> Result<Review> {
    let (copy, post) = readable(conn, by, key)?;
    let steps = [
        Step::Take,
        Step::HandBack,
        Step::Approve,
        Step::RequestChanges,
    ];
    let step = last(conn, key, &steps)?.filter(|step| step.step != Step::HandBack);
    let step = step.ok_or(Error::NotFound)?;
    let now = present(conn, by, &post, &copy)?;
    Ok(Review {
        post: post.id,
        lang: copy.lang,
        status: now.0,
        revision: step.revision,
        verdict: match step.step {
            Step::Approve => Some(Verdict::Approved),
            Step::RequestChanges => Some(Verdict::ChangesRequested),
            _ => None,
        },
        note: step.note,
        reviewed_by: step.created_by,
        reviewed_at: step.created_at,
        allowed_actions: now.1,
        version: copy.version,
    })
}

/// The archive it lies in.
///
/// # Errors
/// [`Error::NotFound`] when it does not.
pub fn archive(conn: &mut Conn, by: By, key: Key<'_>) -> Result<Archive> {
    let (copy, post) = readable(conn, by, key)?;
    let step = last(conn, key, &[Step::Archive, Step::Unarchive])?;
    let step = step.filter(|step| step.step == Step::Archive);
    let step = step.ok_or(Error::NotFound)?;
    let now = present(conn, by, &post, &copy)?;
    Ok(Archive {
        post: post.id,
        lang: copy.lang,
        status: now.0,
        revision: step.revision,
        note: step.note,
        archived_by: step.created_by,
        archived_at: step.created_at,
        allowed_actions: now.1,
        version: copy.version,
    })
}

fn readable(conn: &mut Conn, by: By, (post, lang): Key<'_>) -> Result<(TranslationRow, PostRow)> {
    let post = rows::row(conn, post)?;
    access::check(conn, by, &post, Intent::Read)?;
    let copy = translations::row(conn, post.id, lang)?.ok_or(Error::NotFound)?;
    Ok((copy, post))
}

/// How far it has come, and what the caller may do now.
fn present(
    conn: &mut Conn,
    by: By,
    post: &PostRow,
    copy: &TranslationRow,
) -> Result<(Status, Vec<Action>)> {
    let placed = publications::writing::store::current(conn, post.id, &copy.lang, by.at)?;
    let status = translations::status(copy.stage, placed.as_ref(), by.at);
    let allowed = allowed_actions(conn, by, post, copy, placed.is_some())?;
    Ok((status, allowed))
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
