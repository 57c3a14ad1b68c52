//! The status of a translation, which follows from its stage and its current publication. The rule stands here twice,
//! in Rust and in SQL, and nowhere else.

use super::words::{Stage, Status};
use crate::db::sql::Sql;
use crate::delivery::visibility;
use crate::publications::writing::current::CurrentPublication;
use crate::timestamp::Timestamp;

/// Returns the status of a translation at `now`: that of its publication if it is a draft and has one, or else its
/// stage.
pub fn status(stage: Stage, current: Option<&CurrentPublication>, now: Timestamp) -> Status {
    match stage {
        Stage::Draft => current.map_or(Status::Draft, |current| public_status(current, now)),
        Stage::Submitted => Status::Submitted,
        Stage::InReview => Status::InReview,
        Stage::ChangesRequested => Status::ChangesRequested,
        Stage::Approved => Status::Approved,
        Stage::Archived => Status::Archived,
    }
}

/// Returns the status of a publication at `now`: scheduled, published or expired.
pub fn public_status(current: &CurrentPublication, now: Timestamp) -> Status {
    match current {
        current if current.is_live(now) => Status::Published,
        current if now < current.published_at => Status::Scheduled,
        _ => Status::Expired,
    }
}

/// Appends the condition that a working copy `w` with the current publication `p`, which may be null, has this status
/// at `now`.
pub fn push_condition(sql: &mut Sql, status: Status, now: Timestamp) {
    let stage = match status {
        Status::Draft | Status::Scheduled | Status::Published | Status::Expired => Stage::Draft,
        Status::Submitted => Stage::Submitted,
        Status::InReview => Stage::InReview,
        Status::ChangesRequested => Stage::ChangesRequested,
        Status::Approved => Stage::Approved,
        Status::Archived => Stage::Archived,
    };
    sql.push("w.stage = ").bind(stage.as_str());
    match status {
        Status::Draft => {
            sql.push(" AND p.id IS NULL");
        }
        Status::Scheduled => {
            sql.push(" AND p.published_at > ").bind(now);
        }
        Status::Published => {
            sql.push(" AND ");
            visibility::live(sql, "p", now);
        }
        Status::Expired => {
            sql.push(" AND p.published_at <= ")
                .bind(now)
                .push(" AND p.unpublish_at <= ")
                .bind(now);
        }
        Status::Submitted
        | Status::InReview
        | Status::ChangesRequested
        | Status::Approved
        | Status::Archived => {}
    }
}

/// Appends the status at `now` of a working copy `w` with the current publication `p`, which may be null, as text.
/// `published` is an expression for the status of those that are live.
pub fn push_status(sql: &mut Sql, now: Timestamp, published: &Sql) {
    sql.push(
        "CASE WHEN w.stage <> 'draft' THEN w.stage WHEN p.id IS NULL THEN 'draft' WHEN p.published_at > ",
    )
    .bind(now)
    .push(" THEN 'scheduled' WHEN p.unpublish_at <= ")
    .bind(now)
    .push(" THEN 'expired' ELSE ")
    .append(published)
    .push(" END");
}
