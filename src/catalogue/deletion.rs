//! Deletion of catalogue resources to which nothing refers.

use crate::changes::actor::By;
use crate::changes::{self, Facts, Operation};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::{Error, Holder, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::slugs;

/// The row to delete.
pub(super) struct Deletion {
    pub kind: Kind,
    pub id: Id,
    pub table: &'static str,
    /// The possible holders of the row. Each has a name and the statement that counts it, which ends where the id is
    /// bound.
    pub holders: &'static [(&'static str, &'static str)],
}

/// Deletes the row, releases its slugs and logs the deletion.
///
/// # Errors
/// Returns the conflict `in_use` with the number of each holder if something refers to the row.
pub(super) fn delete_unless_held(
    conn: &mut Conn,
    by: By,
    deletion: &Deletion,
    facts: Facts,
) -> Result<()> {
    let Deletion {
        kind, id, table, ..
    } = *deletion;
    let deleted = conn.savepoint(|conn| {
        let mut sql = Sql::new(&format!("DELETE FROM {table} WHERE id = "));
        sql.bind(id).execute(conn)
    });
    match deleted {
        Err(error) if error.is_foreign_key() => {
            return Err(Error::in_use(holders(conn, deletion)?));
        }
        other => other?,
    };
    slugs::forget(conn, id)?;
    changes::append(conn, by, kind, id, Operation::Delete, facts)
}

fn holders(conn: &mut Conn, deletion: &Deletion) -> Result<Vec<Holder>> {
    let holder = |(kind, count): &(&'static str, &str)| {
        let count = Sql::new(count).bind(deletion.id).number(conn)?;
        Ok(Holder { kind, count })
    };
    deletion.holders.iter().map(holder).collect()
}
