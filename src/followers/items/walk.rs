//! The first reading of a copy: everything that matches the filter, in steps. What changes meanwhile is in the log after the
//! position at which the walk began.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use super::model::{Item, ItemFilter, ItemKind};
use super::{named, posts};
use crate::db::Conn;
use crate::db::keyset::SortKey;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The kinds in the order of the walk: what others refer to comes first.
const ORDER: [ItemKind; 6] = [
    ItemKind::Organization,
    ItemKind::Author,
    ItemKind::Category,
    ItemKind::Tag,
    ItemKind::Post,
    ItemKind::Comment,
];

/// The number of steps without items after which a walk pauses, so that no read is long.
const MAX_EMPTY_STEPS: usize = 20;

/// A position in a walk: after an item of this kind, or before the first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    #[serde(rename = "k")]
    kind: ItemKind,
    /// The language of posts.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    lang: Option<Lang>,
    /// The last post.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    post: Option<SortKey>,
    /// The last resource of another kind.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    thing: Option<Id>,
}

impl Walk {
    /// Returns the beginning of the items of the first kind.
    pub fn begin() -> Self {
        let [first, ..] = ORDER;
        Self::at(first)
    }

    fn at(kind: ItemKind) -> Self {
        Self {
            kind,
            lang: None,
            post: None,
            thing: None,
        }
    }

    /// Returns the beginning of the next kind; `None` after the last one.
    fn next_kind(&self) -> Option<Self> {
        let mut later = ORDER.into_iter().skip_while(|kind| *kind != self.kind);
        later.nth(1).map(Self::at)
    }

    /// Returns up to `most` items of one kind and language, and the position after them; `None` at the end.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn step(
        self,
        conn: &mut Conn,
        filter: &ItemFilter,
        most: u32,
        now: Timestamp,
    ) -> Result<(Vec<Item>, Option<Self>)> {
        let mut walk = self;
        for _ in 0..MAX_EMPTY_STEPS {
            let (items, next) = walk.one_step(conn, filter, most, now)?;
            match next {
                Some(next) if items.is_empty() => walk = next,
                next => return Ok((items, next)),
            }
        }
        Ok((Vec::new(), Some(walk)))
    }

    fn one_step(
        self,
        conn: &mut Conn,
        filter: &ItemFilter,
        most: u32,
        now: Timestamp,
    ) -> Result<(Vec<Item>, Option<Self>)> {
        match self.kind {
            kind if !filter.has_kind(kind) => Ok((Vec::new(), self.next_kind())),
            ItemKind::Post => self.posts(conn, filter, most, now),
            ItemKind::Category
            | ItemKind::Tag
            | ItemKind::Author
            | ItemKind::Organization
            | ItemKind::Comment => self.things(conn, filter, most, now),
        }
    }

    fn things(
        self,
        conn: &mut Conn,
        filter: &ItemFilter,
        most: u32,
        now: Timestamp,
    ) -> Result<(Vec<Item>, Option<Self>)> {
        let ids = named::ids(conn, self.kind, self.thing, (most, now))?;
        let Some(last) = ids.last().copied() else {
            return Ok((Vec::new(), self.next_kind()));
        };
        let mut items = named::load_by_ids(conn, self.kind, &ids, filter, now)?;
        items.sort_by_key(|item| item.id);
        let thing = Some(last);
        Ok((items, Some(Self { thing, ..self })))
    }

    fn posts(
        mut self,
        conn: &mut Conn,
        filter: &ItemFilter,
        most: u32,
        now: Timestamp,
    ) -> Result<(Vec<Item>, Option<Self>)> {
        if self.lang.is_none() {
            self.lang = next_lang(conn, filter, None)?;
        }
        let Some(lang) = self.lang.clone() else {
            return Ok((Vec::new(), self.next_kind()));
        };
        let step = posts::step(conn, filter, &lang, self.post.clone(), (most, now))?;
        let next = match step.next {
            Some(key) => Some(Self {
                post: Some(key),
                ..self
            }),
            None => match next_lang(conn, filter, Some(&lang))? {
                Some(lang) => Some(Self {
                    lang: Some(lang),
                    post: None,
                    ..self
                }),
                None => self.next_kind(),
            },
        };
        Ok((step.items, next))
    }
}

/// Returns the first language of the copy, or the one after another, in alphabetical order.
fn next_lang(conn: &mut Conn, filter: &ItemFilter, after: Option<&Lang>) -> Result<Option<Lang>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        lang: Lang,
    }
    if !filter.lang.is_empty() {
        let later = filter.lang.iter().filter(|lang| Some(*lang) > after);
        return Ok(later.min().cloned());
    }
    let mut sql = Sql::new("SELECT p.lang FROM publications p WHERE p.lang > ");
    sql.bind(after.map_or("", Lang::as_str))
        .push(" ORDER BY p.lang LIMIT 1");
    let found: Vec<Found> = sql.load(conn)?;
    Ok(found.into_iter().next().map(|one| one.lang))
}
