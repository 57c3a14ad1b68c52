//! The queries of webhooks.

use diesel::prelude::*;

use super::categories;
use super::events::EventType;
use super::model::{DisabledReason, NewWebhook, Webhook, WebhookPatch};
use super::purge_all;
use super::queue;
use super::rows::{Secrets, WebhookRow};
use super::secret::WebhookSecret;
use crate::changes::actor::{Access, Actor, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation, reading};
use crate::db::keyset;
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::schema::webhooks;
use crate::secret_rotation::NewRotation;
use crate::timestamp::Timestamp;
use crate::version::{Revised, Seen};

/// Returns a page of webhooks, newest first.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::Parameters`] for a cursor of another list.
pub fn list(conn: &mut Conn, by: By, listing: &Listing) -> Result<(Vec<Webhook>, PageInfo)> {
    by.require(Access::Webhooks)?;
    let from = Sql::new("webhooks t WHERE TRUE");
    let (rows, page) =
        keyset::newest_first(conn, listing, "t.*", &from, |row: &WebhookRow| row.id)?;
    Ok((with_categories(conn, rows, by.at)?, page))
}

/// Returns a webhook.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::NotFound`] if it does not exist.
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<Webhook> {
    by.require(Access::Webhooks)?;
    read(conn, id, by.at)
}

fn read(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Webhook> {
    let row = webhooks::table.find(id);
    let rows = vec![each!(
        conn,
        row.select(WebhookRow::as_select()).first(conn)
    )?];
    let found = with_categories(conn, rows, now)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

fn with_categories(conn: &mut Conn, rows: Vec<WebhookRow>, now: Timestamp) -> Result<Vec<Webhook>> {
    let ids = rows.iter().map(|row| row.id).collect();
    let categories = categories::of(conn, ids)?;
    let join = |row: WebhookRow| {
        let own = categories.iter().filter(|(webhook, _)| *webhook == row.id);
        let own = own.map(|(_, category)| *category).collect();
        row.with(own, now)
    };
    Ok(rows.into_iter().map(join).collect())
}

/// Returns the webhooks that are enabled, each with the number of the entry after which it is told of changes.
///
/// # Errors
/// Returns database errors.
pub(super) fn enabled(conn: &mut Conn, now: Timestamp) -> Result<Vec<(Webhook, i64)>> {
    let rows = webhooks::table
        .filter(webhooks::disabled_at.is_null())
        .order(webhooks::id);
    let found: Vec<(WebhookRow, i64)> = each!(
        conn,
        rows.select((WebhookRow::as_select(), webhooks::since))
            .load(conn)
    )?;
    let (rows, since): (Vec<WebhookRow>, Vec<i64>) = found.into_iter().unzip();
    let found = with_categories(conn, rows, now)?;
    Ok(found.into_iter().zip(since).collect())
}

/// Returns those webhooks that exist, each with the secrets that sign requests at `now`.
///
/// # Errors
/// Returns database errors.
pub(super) fn with_secrets(
    conn: &mut Conn,
    ids: Vec<Id>,
    now: Timestamp,
) -> Result<Vec<(Webhook, Vec<WebhookSecret>)>> {
    let rows = webhooks::table.filter(webhooks::id.eq_any(ids));
    let found: Vec<(WebhookRow, Secrets)> = each!(
        conn,
        rows.select((WebhookRow::as_select(), Secrets::as_select()))
            .load(conn)
    )?;
    let secrets =
        |(row, secrets): (WebhookRow, Secrets)| Ok((row.with(Vec::new(), now), secrets.at(now)?));
    found.into_iter().map(secrets).collect()
}

/// Creates a webhook and its secret.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::Invalid`] for an unknown category and for members that do not go
/// with the format.
pub fn insert(conn: &mut Conn, by: By, new: NewWebhook) -> Result<(Webhook, WebhookSecret)> {
    by.require(Access::Webhooks)?;
    let webhook = Webhook::new(new, by.at);
    webhook.check()?;
    categories::check(conn, &webhook)?;
    let secret = WebhookSecret::random()?;
    let row = (
        webhooks::id.eq(webhook.id),
        webhooks::format.eq(webhook.format),
        webhooks::since.eq(head(conn)?),
        webhooks::created_at.eq(by.at),
        Secrets::only(&secret),
        columns(&webhook),
    );
    let row = diesel::insert_into(webhooks::table).values(row);
    each!(conn, row.execute(conn))?;
    categories::write(conn, &webhook, by.at)?;
    purge_all::enter(conn, &webhook, by.at)?;
    let facts = Facts::created(&webhook);
    changes::append(
        conn,
        by,
        Kind::Webhook,
        webhook.id,
        Operation::Create,
        facts,
    )?;
    Ok((webhook, secret))
}

/// Returns the number of the last entry of the log.
fn head(conn: &mut Conn) -> Result<i64> {
    Ok(reading::last(conn)?.map_or(0, |entry| entry.seq))
}

/// Updates a webhook.
///
/// # Errors
/// Returns the same errors as [`insert`], [`Error::NotFound`] and [`Error::Stale`]; [`Error::Invalid`] for a URL of another
/// host without a new token.
pub fn update(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    patch: WebhookPatch,
) -> Result<Webhook> {
    let old = find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let keeps_token = patch.token.is_none();
    let Some(webhook) = old.clone().edited(patch, by.at).next(&old, by.at) else {
        return Ok(old);
    };
    webhook.check()?;
    if keeps_token {
        webhook.check_token_stays(&old)?;
    }
    categories::check(conn, &webhook)?;
    store(conn, by, &old, &webhook)?;
    Ok(webhook)
}

/// Disables a webhook that cannot be delivered to.
///
/// # Errors
/// Returns database errors.
pub(super) fn disable(
    conn: &mut Conn,
    id: Id,
    reason: DisabledReason,
    at: Timestamp,
) -> Result<()> {
    let old = read(conn, id, at)?;
    let mut webhook = old.clone();
    webhook.disable(reason, at);
    store(conn, By::new(Actor::Clock, at), &old, &webhook.revised(at))
}

/// Stores an edited webhook. What waits for delivery to one that was disabled becomes a dead letter. One that was enabled
/// again is told of what changes from now on, or purges everything.
fn store(conn: &mut Conn, by: By, old: &Webhook, webhook: &Webhook) -> Result<()> {
    let id = webhook.id;
    let row = diesel::update(webhooks::table.find(id)).set(columns(webhook));
    each!(conn, row.execute(conn))?;
    let is_enabled_again = webhook.enabled && !old.enabled;
    if is_enabled_again {
        let since = webhooks::since.eq(head(conn)?);
        let row = diesel::update(webhooks::table.find(id)).set(since);
        each!(conn, row.execute(conn))?;
        purge_all::enter(conn, webhook, by.at)?;
    }
    if is_enabled_again || webhook.categories != old.categories {
        categories::write(conn, webhook, by.at)?;
    }
    if !webhook.enabled && old.enabled {
        queue::bury(conn, id, by.at)?;
    }
    let facts = Facts::updated(old, webhook);
    changes::append(conn, by, Kind::Webhook, id, Operation::Update, facts)
}

/// Deletes a webhook, with the log of its deliveries.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`] and [`Error::Stale`].
pub fn delete(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<()> {
    let old = find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    each!(conn, diesel::delete(webhooks::table.find(id)).execute(conn))?;
    let facts = Facts::deleted(&old);
    changes::append(conn, by, Kind::Webhook, id, Operation::Delete, facts)
}

/// Gives a webhook a new secret. The former one signs beside it for some time; the one before it no longer does.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`], [`Error::Stale`], and [`Error::Invalid`] for a former
/// secret that would sign too long.
pub fn rotate(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    new: &NewRotation,
) -> Result<(Webhook, WebhookSecret)> {
    let old = find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let end = new.end(by.at)?;
    let secret = WebhookSecret::random()?;
    let stored = webhooks::table.find(id);
    let stored: Secrets = each!(conn, stored.select(Secrets::as_select()).first(conn))?;
    let set = (
        stored.rotated(&secret, end, by.at),
        webhooks::version.eq(old.version + 1),
        webhooks::updated_at.eq(by.at),
    );
    let row = diesel::update(webhooks::table.find(id)).set(set);
    each!(conn, row.execute(conn))?;
    let webhook = read(conn, id, by.at)?;
    let facts = Facts::updated(&old, &webhook);
    changes::append(conn, by, Kind::Webhook, id, Operation::Rotate, facts)?;
    Ok((webhook, secret))
}

/// The columns that an edit may change.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = webhooks)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
struct Columns<'a> {
    url: &'a str,
    description: Option<&'a str>,
    events: Json<&'a [EventType]>,
    languages: Json<&'a [Lang]>,
    quiet_seconds: Option<i32>,
    token: Option<&'a str>,
    disabled_at: Option<Timestamp>,
    disabled_reason: Option<DisabledReason>,
    failing_since: Option<Timestamp>,
    version: i32,
    updated_at: Timestamp,
}

fn columns(webhook: &Webhook) -> Columns<'_> {
    Columns {
        url: &webhook.url,
        description: webhook.description.as_deref(),
        events: Json(&webhook.events),
        languages: Json(&webhook.languages),
        quiet_seconds: webhook.quiet_seconds,
        token: webhook.token.as_ref().map(|token| token.expose()),
        disabled_at: webhook.disabled_at,
        disabled_reason: webhook.disabled_reason,
        failing_since: webhook.failing_since,
        version: webhook.version,
        updated_at: webhook.updated_at,
    }
}
