//! The queries of API keys.

use diesel::prelude::*;

use super::edit::{ApiKeyEdit, NewApiKey};
use super::model::{ApiKey, ApiKeyRow};
use super::parts::{self, Parts};
use super::secret::KeySecret;
use crate::changes::actor::{Access, By, Scope};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::collation::CollationKey;
use crate::db::keyset::{self, Select};
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::delivery::named_lists::NamedQuery;
use crate::error::{Credentials, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::named_ref::{self, NamedRef};
use crate::page::{Listing, PageInfo};
use crate::patch::Edit;
use crate::schema::api_keys;
use crate::timestamp::Timestamp;
use crate::version::{Revised, Seen};

/// Returns a page of keys.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    by: By,
    listing: &Listing,
    query: &NamedQuery,
) -> Result<(Vec<ApiKey>, PageInfo)> {
    by.require(Access::Admins)?;
    let mut from = Sql::new("api_keys t WHERE TRUE");
    if let Some(q) = &query.q {
        from.push(" AND ").contains(conn, "t.name", q);
    }
    let sort = query.sort();
    let order = query.ordered(&mut from, "t.name_key");
    let select = Select {
        columns: "t.*",
        from: &from,
    };
    let key = |row: &ApiKeyRow| sort.key(row.id, row.updated_at, Some(&row.name_key));
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    Ok((Parts::load(conn, &rows, by.at)?.join(rows), page))
}

/// Returns a key.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::NotFound`] if it does not exist.
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<ApiKey> {
    by.require(Access::Admins)?;
    read(conn, id, by.at)
}

/// Returns a key to its own holder, with the organization that owns it.
///
/// # Errors
/// Returns [`Error::Unauthenticated`] if it does not exist any more.
pub(super) fn find_own(
    conn: &mut Conn,
    id: Id,
    now: Timestamp,
) -> Result<(ApiKey, Option<NamedRef>)> {
    let key = read(conn, id, now).map_err(|error| match error {
        Error::NotFound => Error::Unauthenticated(Credentials::BadKey),
        other => other,
    })?;
    let mut owner = Sql::new("SELECT ");
    owner
        .push(named_ref::COLUMNS)
        .push(" FROM organizations r WHERE r.id = ");
    let owner: Vec<NamedRef> = match key.organization {
        Some(id) => owner.bind(id).load(conn)?,
        None => Vec::new(),
    };
    Ok((key, owner.into_iter().next()))
}

fn read(conn: &mut Conn, id: Id, now: Timestamp) -> Result<ApiKey> {
    let row = api_keys::table.find(id);
    let rows = vec![each!(conn, row.select(ApiKeyRow::as_select()).first(conn))?];
    let keys = Parts::load(conn, &rows, now)?.join(rows);
    keys.into_iter().next().ok_or(Error::NotFound)
}

/// Creates a key and its secret.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::Invalid`] for an unknown organization or category, half a quota,
/// and a time of expiry that is over.
pub fn insert(conn: &mut Conn, by: By, new: NewApiKey) -> Result<(ApiKey, KeySecret)> {
    by.require(Access::Admins)?;
    let secret = KeySecret::random()?;
    let blank = ApiKey::blank(secret.prefix(), by.at);
    let key = blank.edited(Edit::Replace(new))?;
    key.check_expiry(by.at)?;
    parts::check_references(conn, &key)?;
    let row = (
        api_keys::id.eq(key.id),
        api_keys::created_by.eq(by.actor.user()),
        api_keys::created_at.eq(by.at),
        columns(&key)?,
    );
    each!(
        conn,
        diesel::insert_into(api_keys::table)
            .values(row)
            .execute(conn)
    )?;
    parts::insert_secret(conn, key.id, &secret)?;
    parts::write_limits(conn, &key)?;
    let facts = Facts::created(&key);
    changes::append(conn, by, Kind::ApiKey, key.id, Operation::Create, facts)?;
    Ok((find(conn, by, key.id)?, secret))
}

/// Updates a key. It applies to the next request with the key.
///
/// # Errors
/// Returns the same errors as [`insert`], [`Error::NotFound`] and [`Error::Stale`].
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, edit: ApiKeyEdit) -> Result<ApiKey> {
    let old = find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let Some(key) = old.clone().edited(edit)?.next(&old, by.at) else {
        return Ok(old);
    };
    if key.expires_at != old.expires_at {
        key.check_expiry(by.at)?;
    }
    parts::check_references(conn, &key)?;
    each!(
        conn,
        diesel::update(api_keys::table.find(id))
            .set(columns(&key)?)
            .execute(conn)
    )?;
    parts::write_limits(conn, &key)?;
    let facts = Facts::updated(&old, &key);
    changes::append(conn, by, Kind::ApiKey, id, Operation::Update, facts)?;
    Ok(key)
}

/// Deletes a key, which stops working at once on all instances.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`] and [`Error::Stale`].
pub fn delete(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<()> {
    let old = find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    each!(conn, diesel::delete(api_keys::table.find(id)).execute(conn))?;
    let facts = Facts::deleted(&old);
    changes::append(conn, by, Kind::ApiKey, id, Operation::Delete, facts)
}

/// The columns that an edit may change.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = api_keys)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
struct Columns<'a> {
    name: &'a str,
    name_key: CollationKey,
    organization_id: Option<Id>,
    scopes: Json<&'a [Scope]>,
    per_minute: Option<i32>,
    burst: Option<i32>,
    expires_at: Option<Timestamp>,
    version: i32,
    updated_at: Timestamp,
}

fn columns(key: &ApiKey) -> Result<Columns<'_>> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    Ok(Columns {
        name: &key.name,
        name_key: CollationKey::new(&key.name)?,
        organization_id: key.organization,
        scopes: Json(&key.scopes),
        per_minute: key.quota.map(|quota| number(quota.per_minute)),
        burst: key.quota.map(|quota| number(quota.burst)),
        expires_at: key.expires_at,
        version: key.version,
        updated_at: key.updated_at,
    })
}
