//! The publications a list holds: live, in the language shown, and true to every filter; in SQL, by the way that leads there.

use super::query::{PostFilter, PostSort};
use super::way::{By, Narrowings, Way};
use crate::db::Conn;
use crate::db::sql::{FENCE, Sql};
use crate::error::Result;
use crate::id::Id;
use crate::languages::Languages;
use crate::resources::choice::{self, PUBLICATIONS};
use crate::resources::listing::Order;
use crate::resources::live::{self, live};
use crate::timestamp::Timestamp;

/// Which posts are asked for, of those that are live now.
#[derive(Debug, Clone)]
pub struct Wish {
    /// In which languages.
    pub languages: Languages,
    /// Which.
    pub filter: PostFilter,
    /// Now.
    pub now: Timestamp,
}

/// Where they are.
#[derive(Debug, Clone)]
pub struct Matching {
    /// What comes behind `FROM`: the publications, called `p`, with every condition.
    pub from: Sql,
    /// The order that was asked for, by the columns of the way that leads there.
    pub order: Order,
}

impl Wish {
    /// Finds the way; `None` where there can be nothing. One statement at most.
    ///
    /// # Errors
    /// What the database reports.
    pub fn matching(&self, conn: &mut Conn, sort: PostSort) -> Result<Option<Matching>> {
        let narrowings = Narrowings::of(conn, &self.filter, &self.languages)?;
        let by_date = matches!(sort, PostSort::Newest | PostSort::Oldest);
        let way = narrowings.way(by_date);
        let mut order = sort.order();
        let mut from = match way {
            Way::Nowhere => return Ok(None),
            Way::Order => Sql::new("publications p WHERE "),
            Way::Postings(_, id) => {
                order = Order {
                    by: Some("d.published_at"),
                    id: "d.post_id",
                    ..order
                };
                self.along_postings(id)
            }
            Way::Few(place) => few(&narrowings, place),
        };
        // The condition stands on the columns that the way is ordered by, so that it is a bound of the index.
        let dated = if order.id == "d.post_id" { "d" } else { "p" };
        match way == Way::Order && !by_date {
            true => live::live_unsorted(&mut from, dated, self.now),
            false => live(&mut from, dated, self.now),
        }
        from.push(" AND ");
        choice::shown(&mut from, PUBLICATIONS, &self.languages, self.now);
        self.filtered(&mut from, dated, &narrowings, way);
        Ok(Some(Matching { from, order }))
    }

    fn along_postings(&self, id: Id) -> Sql {
        // SQLite: CROSS JOIN keeps the tables in this order.
        let mut sql = Sql::new(
            "postings d CROSS JOIN publications p WHERE p.id = d.publication_id AND d.entity_id = ",
        );
        sql.bind(id).push(" AND ");
        if let (Some(lang), []) = (self.languages.wanted(), self.languages.fallback()) {
            sql.push("d.lang = ").bind(lang.as_str()).push(" AND ");
        }
        sql
    }

    fn filtered(&self, sql: &mut Sql, dated: &str, narrowings: &Narrowings, way: Way) {
        for (place, narrowing) in narrowings.all_of.iter().enumerate() {
            let taken = matches!(way, Way::Postings(way, _) | Way::Few(way) if way == place);
            if let (By::Entities(ids), false) = (&narrowing.by, taken) {
                posted(sql, " AND EXISTS ", ids);
            }
        }
        if !narrowings.none_of.is_empty() {
            posted(sql, " AND NOT EXISTS ", &narrowings.none_of);
        }
        for lang in &self.filter.available_in {
            sql.push(" AND EXISTS (SELECT 1 FROM publications a WHERE a.post_id = p.post_id AND a.lang = ")
                .bind(lang.as_str())
                .push(" AND ");
            live(sql, "a", self.now);
            sql.push(FENCE);
        }
        let published_at = format!("{dated}.published_at");
        self.filter.published().bound(sql, &published_at);
        self.filter.updated().bound(sql, "p.updated_at");
        match self.filter.featured {
            Some(true) => drop(sql.push(" AND p.featured = TRUE")),
            Some(false) => drop(sql.push(" AND p.featured = FALSE")),
            None => {}
        }
    }
}

fn few(narrowings: &Narrowings, place: usize) -> Sql {
    let mut sql = Sql::new("(");
    match narrowings.all_of.get(place).map(|one| &one.by) {
        Some(By::Entities(ids)) => {
            sql.push(
                "SELECT DISTINCT x.publication_id AS id FROM postings x WHERE x.entity_id IN ",
            )
            .bind_all(ids.iter().copied());
        }
        Some(By::Publications(all)) => {
            sql.append(all);
        }
        None => {}
    }
    sql.push(") f CROSS JOIN publications p WHERE p.id = f.id AND ");
    sql
}

/// Appends whether the publication stands in any of these posting lists.
fn posted(sql: &mut Sql, exists: &str, ids: &[Id]) {
    sql.push(exists)
        .push("(SELECT 1 FROM postings x WHERE x.publication_id = p.id AND x.entity_id IN ")
        .bind_all(ids.iter().copied())
        .push(FENCE);
}
