//! The copies of the public content that the holders of keys keep by sync: how far each is, so that editors see who has not
//! come past a takedown yet. A copy is recognised by its filter. What it says of itself is kept in memory, and stored
//! together with the use of its key.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::error::Result;
use crate::id::Id;
use crate::sha256::sha256;
use crate::timestamp::Timestamp;

/// The maximum number of copies of a key. Clients choose the filters, so there must be a limit. The copy that was not
/// continued for the longest time is forgotten first.
const MAX_COPIES: usize = 20;

/// The SHA-256 of a filter.
pub(super) type FilterHash = Vec<u8>;

/// A copy that has been continued.
#[derive(Debug, Clone)]
pub struct SyncedCopy {
    /// The filter of the copy.
    pub filter: Value,
    /// The number of the last entry of the change log that the copy has applied completely.
    pub seq: i64,
    /// The time at which the copy was continued.
    pub at: Timestamp,
}

/// The copies of one key that have not been stored yet.
#[derive(Debug, Default)]
pub(super) struct Copies(Mutex<HashMap<FilterHash, SyncedCopy>>);

impl Copies {
    /// Records that a copy was continued.
    pub(super) fn record(&self, copy: SyncedCopy) {
        let mut copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = sha256(copy.filter.to_string().as_bytes());
        copies.insert(hash, copy);
        if copies.len() > MAX_COPIES {
            let oldest = copies.iter().min_by_key(|(_, copy)| copy.at);
            if let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) {
                copies.remove(&oldest);
            }
        }
    }

    /// Takes the copies to store them.
    pub(super) fn take(&self) -> Vec<(FilterHash, SyncedCopy)> {
        let mut copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        copies.drain().collect()
    }

    /// Puts back what could not be stored, unless the copy was continued meanwhile.
    pub(super) fn put_back(&self, taken: Vec<(FilterHash, SyncedCopy)>) {
        let mut copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (hash, copy) in taken {
            copies.entry(hash).or_insert(copy);
        }
    }
}

/// Stores the copies of a key that still exists. Another instance may have stored a later state of a copy, which stays.
///
/// # Errors
/// Returns database errors.
pub(super) fn write(conn: &mut Conn, key: Id, copies: &[(FilterHash, SyncedCopy)]) -> Result<()> {
    for (hash, copy) in copies {
        Sql::new(
            "INSERT INTO sync_positions (key_id, filter_hash, filter, seq, synced_at) VALUES (",
        )
        .bind(key)
        .push(", ")
        .bind(hash.clone())
        .push(", ")
        .bind(Json(copy.filter.clone()))
        .push(", ")
        .bind(copy.seq)
        .push(", ")
        .bind(copy.at)
        .push(
            ") ON CONFLICT (key_id, filter_hash) DO UPDATE SET seq = excluded.seq, synced_at = excluded.synced_at \
             WHERE sync_positions.synced_at <= excluded.synced_at",
        )
        .execute(conn)?;
    }
    if copies.is_empty() {
        return Ok(());
    }
    let mut surplus = Sql::new("DELETE FROM sync_positions WHERE key_id = ");
    surplus
        .bind(key)
        .push(
            " AND filter_hash NOT IN (SELECT c.filter_hash FROM sync_positions c WHERE c.key_id = ",
        )
        .bind(key)
        .push(&format!(
            " ORDER BY c.synced_at DESC, c.filter_hash LIMIT {MAX_COPIES})"
        ))
        .execute(conn)?;
    Ok(())
}
