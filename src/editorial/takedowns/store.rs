//! The queries of takedowns.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::Value;

use super::model::{PartnerCopy, PostTakedown};
use crate::changes::actor::{Access, By};
use crate::changes::ending::EndFacts;
use crate::db::Conn;
use crate::db::keyset::{self, Order, Select, SortKey};
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::named_ref::{self, NamedRef};
use crate::page::{Listing, PageInfo};
use crate::timestamp::Timestamp;

/// The maximum number of copies that are listed with a takedown. There may be 20 for each key.
const MAX_COPIES: usize = 100;

/// An entry of the change log by which a publication ended.
#[derive(QueryableByName)]
struct Ending {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Instant)]
    at: Timestamp,
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    before: Option<Json<Value>>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    after: Option<Json<Value>>,
    #[diesel(sql_type = Bool)]
    is_deletion: bool,
}

/// The columns of an [`Ending`]. A deletion takes all languages down in one request.
const COLUMNS: &str = "t.seq, t.at, t.lang, t.before, t.after, \
     EXISTS (SELECT 1 FROM changes d WHERE d.entity_id = t.entity_id AND d.kind = 'post' \
     AND d.operation IN ('delete', 'purge') AND d.seq > t.seq AND d.at = t.at \
     AND d.request_id IS NOT DISTINCT FROM t.request_id) AS is_deletion";

/// A copy, with the place in the log up to which it is complete.
#[derive(QueryableByName)]
struct CopyRow {
    #[diesel(sql_type = Uuid)]
    key_id: Id,
    #[diesel(sql_type = Text)]
    key_name: String,
    #[diesel(embed)]
    organization: Option<NamedRef>,
    #[diesel(sql_type = JsonDocument)]
    filter: Json<Value>,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Instant)]
    synced_at: Timestamp,
}

/// Returns a page of the takedowns of a post, newest first.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::NotFound`] if there is and was no such post;
/// [`Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    by: By,
    post: Id,
    listing: &Listing,
) -> Result<(Vec<PostTakedown>, PageInfo)> {
    by.require(Access::EditingUsers)?;
    let mut from = Sql::new("changes t WHERE t.entity_id = ");
    from.bind(post)
        .push(" AND t.kind = 'publication' AND t.operation = 'unpublish'");
    let select = Select {
        columns: COLUMNS,
        from: &from,
    };
    let key = |row: &Ending| SortKey::from_number(row.seq);
    let (rows, page) = keyset::sorted(conn, listing, Order::newest("t.seq"), select, key)?;
    if rows.is_empty() {
        check_exists(conn, post)?;
        return Ok((Vec::new(), page));
    }
    let copies = copies(conn)?;
    let mut by_lang: HashMap<Lang, Vec<&CopyRow>> = HashMap::new();
    let takedowns = rows.into_iter().map(|row| {
        let had_it = by_lang.entry(row.lang.clone()).or_insert_with(|| {
            let had_it = copies.iter().filter(|copy| copy.had_posts_in(&row.lang));
            had_it.collect()
        });
        row.with(had_it)
    });
    Ok((takedowns.collect(), page))
}

fn check_exists(conn: &mut Conn, post: Id) -> Result<()> {
    let mut sql = Sql::new("SELECT count(*) AS n FROM posts WHERE id = ");
    match sql.bind(post).number(conn)? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Reads the copies of all keys.
fn copies(conn: &mut Conn) -> Result<Vec<CopyRow>> {
    let columns = named_ref::COLUMNS;
    let sql = Sql::new(&format!(
        "SELECT k.id AS key_id, k.name AS key_name, {columns}, c.filter, c.seq, c.synced_at \
         FROM sync_positions c JOIN api_keys k ON k.id = c.key_id \
         LEFT JOIN organizations r ON r.id = k.organization_id \
         ORDER BY k.name_key, k.id, c.synced_at DESC, c.filter_hash"
    ));
    sql.load(conn)
}

impl Ending {
    /// Returns the takedown with the copies that had posts in its language.
    fn with(self, copies: &[&CopyRow]) -> PostTakedown {
        let behind = copies.iter().filter(|copy| !copy.is_past(self.seq));
        let past = copies.iter().filter(|copy| copy.is_past(self.seq));
        let facts = EndFacts {
            before: self.before.as_ref(),
            after: self.after.as_ref(),
        };
        let listed = behind.clone().chain(past).take(MAX_COPIES);
        PostTakedown {
            seq: self.seq,
            at: self.at,
            reason: facts.reason(self.is_deletion),
            copies: listed.map(|copy| copy.since(self.seq)).collect(),
            copies_total: copies.len(),
            copies_behind: behind.count(),
            lang: self.lang,
        }
    }
}

impl CopyRow {
    /// Returns whether the filter of the copy selects posts in a language. Which terms and authors a post had is not known.
    fn had_posts_in(&self, lang: &Lang) -> bool {
        let selects = |member: &str, value: &str| match self.filter.0.get(member) {
            Some(Value::Array(selected)) => selected.iter().any(|one| one == value),
            _ => true,
        };
        selects("lang", lang.as_str()) && selects("kinds", "post")
    }

    /// Returns whether the copy has applied an entry of the log.
    fn is_past(&self, seq: i64) -> bool {
        self.seq >= seq
    }

    /// Returns the copy as seen from an entry of the log.
    fn since(&self, seq: i64) -> PartnerCopy {
        PartnerCopy {
            key: self.key_id,
            name: self.key_name.clone(),
            organization: self.organization.clone(),
            filter: self.filter.0.clone(),
            synced_at: self.synced_at,
            synced_past: self.is_past(seq),
        }
    }
}
