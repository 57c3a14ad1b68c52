//! SQL for the site on the management surface.

use diesel::prelude::*;
use uuid::Uuid;

use super::comments::CommentSettings;
use super::model::{NewSite, Site, SiteRow};
use crate::by_lang::ByLang;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::config::Site as Settings;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::site;
use crate::timestamp::Timestamp;
use crate::version::{Revised, Seen};

/// The id of the site, which entries of the change log have.
const ID: Id = Id(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

/// Returns what is stored; `None` while nothing is.
///
/// # Errors
/// Returns database errors.
pub fn row(conn: &mut Conn) -> Result<Option<SiteRow>> {
    let row = site::table.find(ID);
    Ok(each!(
        conn,
        row.select(SiteRow::as_select()).first(conn).optional()
    )?)
}

/// Returns the settings for comments.
///
/// # Errors
/// Returns database errors.
pub fn comment_settings(conn: &mut Conn) -> Result<CommentSettings> {
    let stored = row(conn)?.and_then(|row| row.comments);
    Ok(stored.map_or(CommentSettings::CLOSED, |stored| stored.0))
}

/// Returns the site as it is stored, with the settings of the server.
///
/// # Errors
/// Returns database errors.
pub fn find(conn: &mut Conn, settings: &Settings) -> Result<Site> {
    Ok(shown(row(conn)?, settings))
}

/// Replaces what is stored.
///
/// # Errors
/// Returns the same errors as [`By::require`]; `Error::Stale`.
pub fn replace(
    conn: &mut Conn,
    by: By,
    seen: &Seen,
    new: NewSite,
    settings: &Settings,
) -> Result<Site> {
    by.require(Access::Admins)?;
    let old = row(conn)?;
    let present = old.clone().unwrap_or_else(|| empty(by.at));
    preconditions::check(conn, seen, present.version, ID)?;
    let edited = SiteRow {
        home: new.home,
        languages: Json(new.languages),
        licence: new.licence,
        contact: new.contact,
        translations: new.translations,
        comments: new.comments.map(Json),
        ..present.clone()
    };
    let Some(row) = edited.next(&present, by.at) else {
        return Ok(shown(old, settings));
    };
    match &old {
        Some(_) => each!(
            conn,
            diesel::update(site::table.find(ID)).set(&row).execute(conn)
        )?,
        None => each!(
            conn,
            diesel::insert_into(site::table).values(&row).execute(conn)
        )?,
    };
    let before = old.as_ref().map(SiteRow::logged);
    let facts = Facts::between(before.as_ref(), Some(&row.logged()));
    changes::append(conn, by, Kind::Site, ID, Operation::Update, facts)?;
    Ok(shown(Some(row), settings))
}

/// Returns the row that stands for nothing, before something is first stored at `at`.
fn empty(at: Timestamp) -> SiteRow {
    SiteRow {
        id: ID,
        home: None,
        languages: Json(Vec::new()),
        licence: None,
        contact: None,
        translations: ByLang::default(),
        version: FIRST,
        created_at: at,
        updated_at: at,
        comments: None,
    }
}

/// The version while nothing is stored.
const FIRST: i32 = 1;

fn shown(row: Option<SiteRow>, settings: &Settings) -> Site {
    let settings = settings.into();
    match row {
        Some(row) => Site {
            translations: row.translations,
            home: row.home,
            languages: row.languages.0,
            licence: row.licence,
            contact: row.contact,
            comments: row.comments.map(|comments| comments.0),
            settings,
            version: row.version,
            updated_at: Some(row.updated_at),
        },
        None => Site {
            translations: ByLang::default(),
            home: None,
            languages: Vec::new(),
            licence: None,
            contact: None,
            comments: None,
            settings,
            version: FIRST,
            updated_at: None,
        },
    }
}
