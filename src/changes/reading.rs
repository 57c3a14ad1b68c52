//! Reading the log in its order, from a number on.

use diesel::prelude::*;

use super::{Kind, Operation};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::changes;
use crate::timestamp::Timestamp;

/// An entry, as far as it says what changed and when.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of thing.
    pub kind: Kind,
    /// Which thing, if it has an id.
    pub entity_id: Option<Id>,
    /// Which language of it, if only one.
    pub lang: Option<Lang>,
    /// What was done.
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

/// So many entries at most from number `seq` on, that one included, oldest first.
///
/// # Errors
/// What the database reports.
pub fn from(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Entry>> {
    let entries = changes::table
        .filter(changes::seq.ge(seq))
        .order(changes::seq)
        .limit(most)
        .select(columns!());
    Ok(each!(conn, entries.load(conn))?)
}

/// The last entry there is.
///
/// # Errors
/// What the database reports.
pub fn last(conn: &mut Conn) -> Result<Option<Entry>> {
    let newest = changes::table.order(changes::seq.desc());
    let newest = newest.select(columns!());
    Ok(each!(conn, newest.first(conn).optional())?)
}

/// The last entry about things of these kinds.
///
/// # Errors
/// What the database reports.
pub fn last_of(conn: &mut Conn, kinds: &[Kind]) -> Result<Option<Entry>> {
    let newest = changes::table.order(changes::seq.desc());
    let newest = newest.filter(changes::kind.eq_any(kinds.to_vec()));
    let newest = newest.select(columns!());
    Ok(each!(conn, newest.first(conn).optional())?)
}
