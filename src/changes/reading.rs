//! Reads the change log in order, from a given number.

use diesel::prelude::*;

use super::{Kind, Operation};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::changes;
use crate::timestamp::Timestamp;

/// An entry, without its actor and its facts.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Entry {
    /// The number.
    pub seq: i64,
    /// The time of the change.
    pub at: Timestamp,
    /// The kind of the resource.
    pub kind: Kind,
    /// The id of the resource, if it has one.
    pub entity_id: Option<Id>,
    /// The language, if only one of them changed.
    pub lang: Option<Lang>,
    /// The operation.
    pub operation: Operation,
}

/// The columns of an [`Entry`].
macro_rules! columns {
    () => {
        (
            changes::seq,
            changes::at,
            changes::kind,
            changes::entity_id,
            changes::lang,
            changes::operation,
        )
    };
}

/// Returns up to `most` entries from number `seq` on, oldest first.
///
/// # Errors
/// Returns database errors.
pub fn from(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Entry>> {
    let entries = changes::table
        .filter(changes::seq.ge(seq))
        .order(changes::seq)
        .limit(most)
        .select(columns!());
    Ok(each!(conn, entries.load(conn))?)
}

/// Returns the last entry.
///
/// # Errors
/// Returns database errors.
pub fn last(conn: &mut Conn) -> Result<Option<Entry>> {
    let newest = changes::table.order(changes::seq.desc());
    let newest = newest.select(columns!());
    Ok(each!(conn, newest.first(conn).optional())?)
}

/// Returns the last entry about resources of these kinds.
///
/// # Errors
/// Returns database errors.
pub fn last_of(conn: &mut Conn, kinds: &[Kind]) -> Result<Option<Entry>> {
    let newest = changes::table.order(changes::seq.desc());
    let newest = newest.filter(changes::kind.eq_any(kinds.to_vec()));
    let newest = newest.select(columns!());
    Ok(each!(conn, newest.first(conn).optional())?)
}
