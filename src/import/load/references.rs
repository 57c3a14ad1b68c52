//! The table of imported records, which maps the records of each source to the resources created from them.

use diesel::prelude::*;

use super::Loader;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::import::record::{Record, RecordKind};
use crate::schema::import_refs;

impl Loader {
    /// Returns the id of the resource that a record became, and the hash of the record at that time.
    pub(super) fn known(
        &self,
        conn: &mut Conn,
        kind: RecordKind,
        key: &str,
    ) -> Result<Option<(Id, Vec<u8>)>> {
        let row = import_refs::table.find((&self.source, kind, key));
        let row = row.select((import_refs::entity_id, import_refs::hash));
        Ok(each!(conn, row.first(conn).optional())?)
    }

    /// Stores the resource that a record became.
    pub(super) fn remember(
        &self,
        conn: &mut Conn,
        record: &Record,
        id: Id,
        hash: &[u8],
    ) -> Result<()> {
        let key = (
            import_refs::source.eq(&self.source),
            import_refs::kind.eq(record.kind()),
            import_refs::key.eq(record.key()),
        );
        let value = (import_refs::entity_id.eq(id), import_refs::hash.eq(hash));
        each!(
            conn,
            diesel::insert_into(import_refs::table)
                .values((key, value))
                .on_conflict((import_refs::source, import_refs::kind, import_refs::key))
                .do_update()
                .set(value)
                .execute(conn)
        )?;
        Ok(())
    }

    /// Returns the id for the key of an earlier record.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] at `pointer` when no record with that key came before.
    pub(super) fn id(
        &self,
        conn: &mut Conn,
        kind: RecordKind,
        key: &str,
        pointer: &str,
    ) -> Result<Id> {
        let known = self.known(conn, kind, key)?;
        known.map(|(id, _)| id).ok_or_else(|| {
            let detail = format!("no {kind} with the key {key:?} came before");
            Error::invalid(pointer, "unknown_reference", detail)
        })
    }

    /// Returns the id for a key that the record may omit.
    ///
    /// # Errors
    /// Returns the same errors as [`Loader::id`].
    pub(super) fn optional_id(
        &self,
        conn: &mut Conn,
        kind: RecordKind,
        key: Option<&str>,
        pointer: &str,
    ) -> Result<Option<Id>> {
        key.map(|key| self.id(conn, kind, key, pointer)).transpose()
    }

    /// Returns the ids for a list of keys. `pointer` is that of the list.
    ///
    /// # Errors
    /// Returns the same errors as [`Loader::id`].
    pub(super) fn ids(
        &self,
        conn: &mut Conn,
        kind: RecordKind,
        keys: &[String],
        pointer: &str,
    ) -> Result<Vec<Id>> {
        keys.iter()
            .enumerate()
            .map(|(index, key)| self.id(conn, kind, key, &format!("{pointer}/{index}")))
            .collect()
    }
}

/// Returns whether any record of `source` has been imported.
///
/// # Errors
/// Returns [`Error::Unavailable`] when the database cannot be reached.
pub fn has_source(conn: &mut Conn, source: &str) -> Result<bool> {
    let rows = import_refs::table.filter(import_refs::source.eq(source));
    Ok(each!(
        conn,
        diesel::select(diesel::dsl::exists(rows)).get_result(conn)
    )?)
}
