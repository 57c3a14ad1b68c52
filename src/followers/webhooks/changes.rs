//! The changes after a position in the log, for webhooks: each item once, as it is now, with what happened to it since then.

use std::collections::{HashMap, HashSet};

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use serde_json::Value;

use super::events::Happening;
use crate::config::Site;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Json, JsonDocument, Uuid};
use crate::delivery::site_pages::SitePages;
use crate::error::Result;
use crate::followers::items::entities::entities;
use crate::followers::items::evaluation::{self, Placed};
use crate::followers::items::model::{DeletionReason, Item, ItemFilter, ItemKind, ItemOperation};
use crate::followers::items::position::Position;
use crate::followers::items::token::TokenKey;
use crate::followers::items::tombstones::{Endings, Takedown};
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::post_type::PostType;
use crate::timestamp::Timestamp;

/// The maximum number of items that are read at a time.
const MAX_ITEMS: usize = 50;

/// A change to an item.
#[derive(Debug)]
pub struct Change {
    /// The kind of the item.
    pub kind: ItemKind,
    /// The id.
    pub id: Id,
    /// The language of a post.
    pub lang: Option<Lang>,
    /// True for a page.
    pub is_page: bool,
    /// The change as a receiver sees it: it appeared, changed, or is gone.
    pub happening: Happening,
    /// The reason why it is gone; `None` if it is there.
    pub reason: Option<DeletionReason>,
    /// The number of the last entry that concerns it.
    pub seq: i64,
    /// The time of that entry.
    pub at: Timestamp,
    /// The position after it, as the ids of events have it.
    pub position: String,
    /// The absolute URL of its page on the site, if there is one.
    pub site_url: Option<String>,
    /// The terms with their ancestors, the authors and the organizations of a post.
    pub entities: Vec<Id>,
}

/// Changes after a position.
#[derive(Debug)]
pub struct Changes {
    /// The changes, in the order of the log.
    pub changes: Vec<Change>,
    /// The position after them.
    pub to: Position,
    /// True if there may be more after it.
    pub more: bool,
}

/// Reads the changes after a position, as they are at `now`.
///
/// # Errors
/// Returns the conflict `sync_token_expired` if the log has no such position, and database errors.
pub fn after(
    conn: &mut Conn,
    (key, site): (&TokenKey, &Site),
    from: &Position,
    now: Timestamp,
) -> Result<Changes> {
    let filter = ItemFilter {
        include: Vec::new(),
        fields: vec!["id".to_owned()],
        ..ItemFilter::everything()
    };
    let found = evaluation::after(conn, from, &filter, MAX_ITEMS, now)?;
    let mut entities = entities(conn, &found.items, found.at)?;
    let known = Known::load(conn, &found.items, from.seq)?;
    let public = found
        .items
        .iter()
        .filter(|placed| placed.item.post.is_some());
    let public: Vec<Id> = public.map(|placed| placed.item.id).collect();
    let endings = Endings::load(conn, &public)?;
    let pages = pages(conn, &found.items)?;
    let languages = Languages::default();
    let of_site = SitePages::new(site, &languages);
    let changes = |mut placed: Placed| {
        placed.item.complete(&of_site);
        let item = &placed.item;
        let of_it = (item.id, item.lang.clone());
        let is_page = pages.contains(&item.id);
        let now = Change {
            happening: known.happening(item),
            kind: item.kind,
            id: item.id,
            is_page: placed
                .post_type
                .map_or(is_page, |own| own == PostType::Page),
            site_url: item.site_url().map(str::to_owned),
            lang: item.lang.clone(),
            reason: item.reason,
            seq: placed.position.seq,
            at: placed.position.at.unwrap_or(found.at),
            position: key.of_event(&placed.position)?,
            entities: entities.remove(&of_it).unwrap_or_default(),
        };
        match takedown(&now, &endings, from.seq) {
            Some(takedown) => {
                let position = Position::after(Some((takedown.seq, takedown.at)));
                let position = key.of_event(&position)?;
                Ok(now.after_takedown(takedown, position))
            }
            None => Ok(vec![now]),
        }
    };
    let changes: Result<Vec<Vec<Change>>> = found.items.into_iter().map(changes).collect();
    Ok(Changes {
        changes: changes?.into_iter().flatten().collect(),
        to: found.end,
        more: found.more,
    })
}

/// Returns the takedown since an entry of a post that was public then and is public now. It is told, although the post is
/// public again: whoever keeps copies of its former text has to delete them.
fn takedown(change: &Change, endings: &Endings, seq: i64) -> Option<Takedown> {
    let lang = change.lang.as_ref()?;
    match change.happening {
        Happening::Changed => endings.given_since(change.id, lang, seq),
        Happening::Appeared | Happening::Withdrawn | Happening::Deleted => None,
    }
}

impl Change {
    /// Returns the change by which the post was gone for this reason, and the one by which it is there again.
    fn after_takedown(self, takedown: Takedown, position: String) -> Vec<Self> {
        let gone = Self {
            happening: Happening::Withdrawn,
            reason: Some(takedown.reason),
            site_url: None,
            entities: Vec::new(),
            lang: self.lang.clone(),
            seq: takedown.seq,
            at: takedown.at,
            position,
            ..self
        };
        let again = Self {
            happening: Happening::Appeared,
            ..self
        };
        vec![gone, again]
    }
}

/// The items that were there at an entry, as the log says.
struct Known {
    /// The posts that were public, by language, and the comments.
    posts: HashMap<(Id, Option<Lang>), bool>,
    /// The terms, authors and organizations that existed.
    things: HashSet<Id>,
}

impl Known {
    fn load(conn: &mut Conn, items: &[Placed], seq: i64) -> Result<Self> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = Uuid)]
            id: Id,
            #[diesel(sql_type = Nullable<Text>)]
            lang: Option<Lang>,
            #[diesel(sql_type = Text)]
            operation: String,
        }
        let mut known = Self {
            posts: HashMap::new(),
            things: HashSet::new(),
        };
        let upserts = items.iter().map(|placed| &placed.item);
        let upserts = upserts.filter(|item| item.op == ItemOperation::Upsert);
        // Of each language, only the last entry says whether it was public.
        let mut sql = Sql::new(
            "SELECT c.entity_id AS id, c.lang, c.operation FROM changes c WHERE c.seq IN \
             (SELECT max(e.seq) FROM changes e WHERE e.entity_id IN ",
        );
        sql.bind_all(upserts.map(|item| item.id))
            .push(" AND e.seq <= ")
            .bind(seq)
            .push(
                " AND (e.kind IN ('publication', 'comment') AND e.operation IN ('publish', 'unpublish') \
                 OR e.kind IN ('category', 'tag', 'author', 'organization') AND e.operation = 'create') \
                 GROUP BY e.entity_id, e.lang)",
            );
        let found: Vec<Found> = sql.load(conn)?;
        for one in found {
            match one.operation.as_str() {
                "create" => drop(known.things.insert(one.id)),
                operation => {
                    let is_public = operation == "publish";
                    known.posts.insert((one.id, one.lang), is_public);
                }
            }
        }
        Ok(known)
    }

    fn happening(&self, item: &Item) -> Happening {
        let was_there = match item.kind {
            ItemKind::Post | ItemKind::Comment => {
                let key = (item.id, item.lang.clone());
                self.posts.get(&key).copied().unwrap_or(false)
            }
            ItemKind::Category | ItemKind::Tag | ItemKind::Author | ItemKind::Organization => {
                self.things.contains(&item.id)
            }
        };
        match (item.op, item.reason) {
            (ItemOperation::Upsert, _) if was_there => Happening::Changed,
            (ItemOperation::Upsert, _) => Happening::Appeared,
            (ItemOperation::Delete, Some(DeletionReason::Deleted)) => Happening::Deleted,
            (ItemOperation::Delete, _) => Happening::Withdrawn,
        }
    }
}

/// Returns those of the items without publications that are pages, by what the log says of their creation.
fn pages(conn: &mut Conn, items: &[Placed]) -> Result<HashSet<Id>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = Nullable<JsonDocument>)]
        after: Option<Json<Value>>,
    }
    let unknown = items.iter().filter(|placed| placed.post_type.is_none());
    let unknown = unknown.filter(|placed| placed.item.kind == ItemKind::Post);
    let ids: Vec<Id> = unknown.map(|placed| placed.item.id).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = Sql::new(
        "SELECT c.entity_id AS id, c.after FROM changes c \
         WHERE c.kind = 'post' AND c.operation = 'create' AND c.entity_id IN ",
    );
    sql.bind_all(ids);
    let found: Vec<Found> = sql.load(conn)?;
    let is_page = |one: &Found| {
        let after = one.after.as_ref();
        after.is_some_and(|after| after.0.get("type").is_some_and(|own| own == "page"))
    };
    Ok(found
        .into_iter()
        .filter(is_page)
        .map(|one| one.id)
        .collect())
}
