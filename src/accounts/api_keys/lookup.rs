//! The look-up of a key by the hash of its secret.

use diesel::prelude::*;

use super::model::{ApiKeyRow, KeyQuota};
use super::secret::SecretHash;
use crate::changes::actor::KeyCaller;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::schema::{api_key_categories, api_key_languages, api_key_secrets, api_keys};
use crate::timestamp::Timestamp;

/// A key as the database has it.
pub(super) struct Found {
    /// The key as an actor.
    pub(super) caller: KeyCaller,
    /// The key's own quota.
    pub(super) quota: Option<KeyQuota>,
    /// The time at which the secret ends.
    pub(super) secret_ends_at: Option<Timestamp>,
    /// The time at which the key ends.
    pub(super) ends_at: Option<Timestamp>,
}

/// Returns the key that has a secret with this hash.
///
/// # Errors
/// Returns database errors.
pub(super) fn by_hash(conn: &mut Conn, hash: &SecretHash) -> Result<Option<Found>> {
    let languages = api_key_languages::table.filter(api_key_languages::key_id.eq(api_keys::id));
    let categories = api_key_categories::table.filter(api_key_categories::key_id.eq(api_keys::id));
    let found = api_key_secrets::table
        .inner_join(api_keys::table)
        .filter(api_key_secrets::hash.eq(hash.to_vec()));
    let limits = (
        diesel::dsl::exists(languages),
        diesel::dsl::exists(categories),
    );
    let found: Option<(ApiKeyRow, Option<Timestamp>, (bool, bool))> = each!(
        conn,
        found
            .select((ApiKeyRow::as_select(), api_key_secrets::expires_at, limits))
            .first(conn)
            .optional()
    )?;
    Ok(found.map(
        |(row, secret_ends_at, (limits_languages, limits_categories))| Found {
            quota: row.quota(),
            secret_ends_at,
            ends_at: row.expires_at,
            caller: KeyCaller {
                id: row.id,
                scopes: row.scopes.0.into_iter().collect(),
                limits_languages,
                limits_categories,
            },
        },
    ))
}
