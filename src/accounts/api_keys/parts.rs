//! The parts of a key that are in other tables: its secrets, its limits and its creator.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{ApiKey, ApiKeyRow, Rotation};
use super::secret::KeySecret;
use crate::db::{Conn, each};
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::{
    api_key_categories, api_key_languages, api_key_secrets, organizations, terms, users,
};
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;

/// The parts of some keys.
pub(super) struct Parts {
    secrets: Vec<(Id, String, Option<Timestamp>)>,
    languages: Vec<(Id, Lang)>,
    categories: Vec<(Id, Id)>,
    creators: HashMap<Id, String>,
}

impl Parts {
    /// Reads the parts of the keys in these rows. Former secrets that are over by `now` are left out.
    ///
    /// # Errors
    /// Returns database errors.
    pub(super) fn load(conn: &mut Conn, rows: &[ApiKeyRow], now: Timestamp) -> Result<Self> {
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let secrets = api_key_secrets::table
            .filter(api_key_secrets::key_id.eq_any(ids.clone()))
            .filter(
                api_key_secrets::expires_at
                    .is_null()
                    .or(api_key_secrets::expires_at.gt(now)),
            )
            .select((
                api_key_secrets::key_id,
                api_key_secrets::prefix,
                api_key_secrets::expires_at,
            ));
        let languages = api_key_languages::table
            .filter(api_key_languages::key_id.eq_any(ids.clone()))
            .order(api_key_languages::lang)
            .select((api_key_languages::key_id, api_key_languages::lang));
        let categories = api_key_categories::table
            .filter(api_key_categories::key_id.eq_any(ids))
            .order(api_key_categories::term_id)
            .select((api_key_categories::key_id, api_key_categories::term_id));
        let creators: Vec<Id> = rows.iter().filter_map(|row| row.created_by).collect();
        let creators = users::table
            .filter(users::id.eq_any(creators))
            .select((users::id, users::name));
        let named: Vec<(Id, String)> = each!(conn, creators.load(conn))?;
        Ok(Self {
            secrets: each!(conn, secrets.load(conn))?,
            languages: each!(conn, languages.load(conn))?,
            categories: each!(conn, categories.load(conn))?,
            creators: named.into_iter().collect(),
        })
    }

    /// Joins rows with their parts.
    pub(super) fn join(&self, rows: Vec<ApiKeyRow>) -> Vec<ApiKey> {
        rows.into_iter().map(|row| self.key(row)).collect()
    }

    fn key(&self, row: ApiKeyRow) -> ApiKey {
        let id = row.id;
        let secrets = || self.secrets.iter().filter(|(key, ..)| *key == id);
        let current = secrets().find(|(.., end)| end.is_none());
        let rotation = secrets().find_map(|(_, prefix, end)| {
            Some(Rotation {
                old_prefix: prefix.clone(),
                old_expires_at: (*end)?,
            })
        });
        let creator = row.created_by;
        let name = creator.and_then(|id| self.creators.get(&id).cloned());
        let languages = self.languages.iter().filter(|(key, _)| *key == id);
        let categories = self.categories.iter().filter(|(key, _)| *key == id);
        let quota = row.quota();
        let key = ApiKey {
            id,
            name: row.name,
            prefix: current
                .map(|(_, prefix, _)| prefix.clone())
                .unwrap_or_default(),
            organization: row.organization_id,
            scopes: row.scopes.0,
            languages: languages.map(|(_, lang)| lang.clone()).collect(),
            categories: categories.map(|(_, term)| *term).collect(),
            expires_at: row.expires_at,
            quota,
            rotation,
            created_by: UserRef::new(creator, name),
            last_used_at: row.last_used_at,
            requests: row.requests,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        key.tidied()
    }
}

/// Checks that the organization and the categories of a key exist.
///
/// # Errors
/// Returns [`Error::Invalid`] with every id that does not.
pub(super) fn check_references(conn: &mut Conn, key: &ApiKey) -> Result<()> {
    let mut faults = Vec::new();
    if let Some(id) = key.organization {
        let found = organizations::table.find(id).select(organizations::id);
        let found: Option<Id> = each!(conn, found.first(conn).optional())?;
        if found.is_none() {
            faults.push(Fault::unknown("/organization", "organization"));
        }
    }
    let found = terms::table
        .filter(terms::id.eq_any(key.categories.clone()))
        .filter(terms::kind.eq(Kind::Category))
        .select(terms::id);
    let found: Vec<Id> = each!(conn, found.load(conn))?;
    for (index, id) in key.categories.iter().enumerate() {
        if !found.contains(id) {
            faults.push(Fault::unknown(&format!("/categories/{index}"), "category"));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(faults)),
    }
}

/// Writes the limits of a key in place of those that it had.
///
/// # Errors
/// Returns database errors.
pub(super) fn write_limits(conn: &mut Conn, key: &ApiKey) -> Result<()> {
    let languages = api_key_languages::table.filter(api_key_languages::key_id.eq(key.id));
    each!(conn, diesel::delete(languages).execute(conn))?;
    let categories = api_key_categories::table.filter(api_key_categories::key_id.eq(key.id));
    each!(conn, diesel::delete(categories).execute(conn))?;
    let of_key = |lang| {
        (
            api_key_languages::key_id.eq(key.id),
            api_key_languages::lang.eq(lang),
        )
    };
    let languages: Vec<_> = key.languages.iter().map(of_key).collect();
    if !languages.is_empty() {
        let rows = diesel::insert_into(api_key_languages::table).values(languages);
        each!(conn, rows.execute(conn))?;
    }
    let of_key = |term: &Id| {
        (
            api_key_categories::key_id.eq(key.id),
            api_key_categories::term_id.eq(*term),
        )
    };
    let categories: Vec<_> = key.categories.iter().map(of_key).collect();
    if !categories.is_empty() {
        let rows = diesel::insert_into(api_key_categories::table).values(categories);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}

/// Stores the secret of a key.
///
/// # Errors
/// Returns database errors.
pub(super) fn insert_secret(conn: &mut Conn, key: Id, secret: &KeySecret) -> Result<()> {
    let row = (
        api_key_secrets::hash.eq(secret.hash().to_vec()),
        api_key_secrets::key_id.eq(key),
        api_key_secrets::prefix.eq(secret.prefix()),
    );
    each!(
        conn,
        diesel::insert_into(api_key_secrets::table)
            .values(row)
            .execute(conn)
    )?;
    Ok(())
}
