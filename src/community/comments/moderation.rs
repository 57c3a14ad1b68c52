//! SQL for moderators: the queue, single comments with what was decided about them, and decisions.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::{
    Comment, CommentCounts, CommentDecision, CommentRow, DecisionReason, NewDecision,
};
use super::notices::{self, Pages};
use super::query::QueueQuery;
use super::rows;
use super::states::{self, CommentState, Deletion};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::db::keyset::{self, Select, SortKey};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::page::{Listing, PageInfo};
use crate::schema::{comment_decisions, users};
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::{Revised, Seen};

/// Checks that the actor may decide about comments. A key that is limited to certain posts may not: the queue has all.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::BeyondLimit`] for a limited key.
pub(super) fn check(by: By) -> Result<()> {
    by.require(Access::Moderators)?;
    match by.actor.key() {
        Some(key) if key.limits_languages || key.limits_categories => {
            let detail =
                "A key that is limited to languages or categories cannot decide about comments.";
            Err(Error::BeyondLimit(detail.to_owned()))
        }
        Some(_) | None => Ok(()),
    }
}

/// Returns a page of comments.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::BeyondLimit`] for a limited key; [`Error::Parameters`] for a
/// cursor of another list.
pub fn list(
    conn: &mut Conn,
    by: By,
    listing: &Listing,
    query: &QueueQuery,
) -> Result<(Vec<Comment>, PageInfo)> {
    check(by)?;
    let from = query.from(conn);
    let select = Select {
        columns: "t.*",
        from: &from,
    };
    let key = |row: &CommentRow| SortKey::from_id(row.id);
    let (rows, page) = keyset::sorted(conn, listing, query.order(), select, key)?;
    Ok((rows.into_iter().map(Comment::from).collect(), page))
}

/// Returns the number of comments in each state.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::BeyondLimit`] for a limited key.
pub fn counts(conn: &mut Conn, by: By, query: &QueueQuery) -> Result<CommentCounts> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Text)]
        state: CommentState,
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    check(by)?;
    let mut sql = query.from(conn).selecting("t.state, count(*) AS n");
    sql.push(" GROUP BY t.state");
    let found: Vec<Count> = sql.load(conn)?;
    let mut counts = CommentCounts::default();
    for Count { state, n } in found {
        *match state {
            CommentState::Pending => &mut counts.pending,
            CommentState::Approved => &mut counts.approved,
            CommentState::Rejected => &mut counts.rejected,
            CommentState::Spam => &mut counts.spam,
            CommentState::Deleted => &mut counts.deleted,
        } = n;
    }
    Ok(counts)
}

/// Returns a comment with what was decided about it.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::BeyondLimit`] for a limited key; [`Error::NotFound`].
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<Comment> {
    check(by)?;
    let row = rows::find(conn, id)?;
    shown(conn, row)
}

fn shown(conn: &mut Conn, row: CommentRow) -> Result<Comment> {
    let history = history(conn, row.id)?;
    Ok(Comment {
        history: Some(history),
        ..row.into()
    })
}

fn history(conn: &mut Conn, id: Id) -> Result<Vec<CommentDecision>> {
    type Columns = (
        Timestamp,
        Option<Id>,
        Option<String>,
        CommentState,
        CommentState,
        Option<DecisionReason>,
        Option<String>,
    );
    let decisions = comment_decisions::table
        .left_join(users::table.on(users::id.nullable().eq(comment_decisions::user_id)))
        .filter(comment_decisions::comment_id.eq(id))
        .order(comment_decisions::id)
        .select((
            comment_decisions::at,
            comment_decisions::user_id,
            users::name.nullable(),
            comment_decisions::from_state,
            comment_decisions::to_state,
            comment_decisions::reason,
            comment_decisions::note,
        ));
    let found: Vec<Columns> = each!(conn, decisions.load(conn))?;
    let decision = |(at, user, name, from, to, reason, note)| CommentDecision {
        at,
        by: UserRef::new(user, name),
        from,
        to,
        reason,
        note,
    };
    Ok(found.into_iter().map(decision).collect())
}

/// Decides about a comment. A decision that changes nothing has no effect.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::BeyondLimit`] for a limited key; [`Error::NotFound`],
/// [`Error::Stale`]; `wrong_state` for a comment that its writer has deleted.
pub fn decide(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    (decision, pages): (NewDecision, &Pages),
) -> Result<Comment> {
    check(by)?;
    let old = rows::find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let to = decision.state;
    if old.state == to {
        return shown(conn, old);
    }
    if !states::may_decide(old.state, old.deletion, to) {
        let detail = "Its writer has deleted the comment, so its text is gone.";
        return Err(Error::conflict(Code::WrongState, detail));
    }
    let row = CommentRow {
        state: to,
        deletion: (to == CommentState::Deleted).then_some(Deletion::Moderator),
        ..old.clone()
    };
    let row = row.revised(by.at);
    let reason = decision.reason.map(DecisionReason::as_str);
    let row = rows::update(conn, by, &old, row, reason)?;
    notices::decided(conn, pages, (&old, &row), decision.reason, by.at)?;
    notices::answered(conn, pages, &row, by.at)?;
    record(conn, by, &old, decision)?;
    shown(conn, row)
}

fn record(conn: &mut Conn, by: By, old: &CommentRow, decision: NewDecision) -> Result<()> {
    let row = (
        comment_decisions::comment_id.eq(old.id),
        comment_decisions::at.eq(by.at),
        comment_decisions::user_id.eq(by.actor.user()),
        comment_decisions::from_state.eq(old.state),
        comment_decisions::to_state.eq(decision.state),
        comment_decisions::reason.eq(decision.reason),
        comment_decisions::note.eq(decision.note),
    );
    let rows = diesel::insert_into(comment_decisions::table).values(row);
    each!(conn, rows.execute(conn))?;
    Ok(())
}

/// Returns the statement that reads a page, so that tests can inspect its query plan.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list.
pub fn statement(conn: &Conn, listing: &Listing, query: &QueueQuery) -> Result<Sql> {
    let mut page = query.from(conn).selecting("t.*");
    query
        .order()
        .paginate(&mut page, listing, &listing.start()?);
    Ok(page)
}
