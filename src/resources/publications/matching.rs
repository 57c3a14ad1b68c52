//! The publications a list holds: live, in the language shown, and true to every filter; in SQL, by the way that leads there.

use super::query::{PostFilter, PostSort};
use super::way::{By, Narrowings, Way};
use crate::db::Conn;
use crate::db::sql::{FENCE, Sql};
use crate::error::Result;
use crate::id::Id;
use crate::languages::Languages;
use crate::resources::choice::{self, PUBLICATIONS};
use crate::resources::listing::{Order, Window};
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
    /// What comes behind `FROM`: the publications, called `p`, with every condition but the span of the order.
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
                (order.by, order.id) = (Some("d.published_at"), "d.post_id");
                self.along_postings(id)
            }
            Way::Few(place) => few(&narrowings, place),
        };
        live::not_over(&mut from, "p", self.now);
        from.push(" AND ");
        choice::shown(&mut from, PUBLICATIONS, &self.languages, self.now);
        self.filtered(&mut from, &narrowings, way);
        self.timed(&mut from, &mut order);
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

    fn filtered(&self, sql: &mut Sql, narrowings: &Narrowings, way: Way) {
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
    }

    /// What is asked of the column that orders is a span of the list. Anything else is written so that neither database
    /// takes it for a way to the rows, which it would then have to sort.
    fn timed(&self, sql: &mut Sql, order: &mut Order) {
        let published = self.filter.published().and(Window::up_to(self.now));
        let updated = self.filter.updated();
        let by_date = order.by.is_some_and(|by| by.ends_with("published_at"));
        match order.by {
            _ if by_date => order.span = published,
            Some("p.updated_at") => order.span = updated,
            _ => {}
        }
        if !by_date {
            published.bound(sql, "coalesce(p.published_at, p.published_at)");
        }
        if order.by != Some("p.updated_at") {
            updated.bound(sql, "coalesce(p.updated_at, p.updated_at)");
        }
        match self.filter.featured {
            // The very words of the index that holds only these, in the order of dates.
            Some(true) if by_date => drop(sql.push(" AND p.featured = TRUE")),
            Some(featured) => drop(
                sql.push(" AND coalesce(p.featured, FALSE) = ")
                    .bind(featured),
            ),
            None => {}
        }
    }
}

impl Matching {
    /// Everything there is, of all pages.
    pub fn all(&self, columns: &str) -> Sql {
        let mut all = self.from.selecting(columns);
        self.order.bound(&mut all);
        all
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
