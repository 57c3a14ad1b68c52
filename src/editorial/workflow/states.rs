//! The status in SQL: conditions on a working copy `w` and its current publication `p`, which may be null.

use super::words::{Stage, Status};
use crate::db::sql::Sql;
use crate::delivery::visibility;
use crate::timestamp::Timestamp;

/// Appends the condition that the translation has this status, by the same rule as `translations::rows::status`.
pub fn shown(sql: &mut Sql, status: Status, now: Timestamp) {
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
        _ => {}
    }
}
