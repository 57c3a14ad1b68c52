//! The position up to which the log was turned into deliveries.

use diesel::prelude::*;

use crate::changes::reading;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::followers::items::position::Position;
use crate::schema::webhook_progress;

/// The number of the only row.
const ROW: i32 = 1;

/// The position up to which the log was turned into deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The position up to which items were.
    pub position: Position,
    /// The number of the last entry whose surrogate keys were purged.
    pub purged: i64,
}

impl Progress {
    /// Reads what is stored.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn load(conn: &mut Conn) -> Result<Option<Self>> {
        let row = webhook_progress::table
            .find(ROW)
            .select((webhook_progress::position, webhook_progress::purged));
        let found: Option<(Json<Position>, i64)> = each!(conn, row.first(conn).optional())?;
        Ok(found.map(|(position, purged)| Self {
            position: position.0,
            purged,
        }))
    }

    /// Returns the progress after an entry.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn at(conn: &mut Conn, seq: i64) -> Result<Self> {
        let at = reading::time_of(conn, seq)?;
        Ok(Self {
            position: Position::after(at.map(|at| (seq, at))),
            purged: seq,
        })
    }

    /// Stores the progress.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn store(&self, conn: &mut Conn) -> Result<()> {
        let set = (
            webhook_progress::position.eq(Json(self.position.clone())),
            webhook_progress::purged.eq(self.purged),
        );
        let row = diesel::insert_into(webhook_progress::table)
            .values((webhook_progress::id.eq(ROW), set.clone()))
            .on_conflict(webhook_progress::id)
            .do_update()
            .set(set);
        each!(conn, row.execute(conn))?;
        Ok(())
    }
}
