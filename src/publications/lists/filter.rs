//! The SQL of a list: the rows it starts from, along the access path that was chosen, and the conditions they must meet.

use super::plan::{Selectivities, Selector};
use crate::db::keyset::Order;
use crate::db::sql::{FENCE, Sql};
use crate::delivery::shown_language::{PUBLICATIONS, Rows};
use crate::id::Id;

/// The publications of a list, in SQL.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Rows that hold all columns of the publications, called `p`.
    pub(super) rows: Sql,
    /// The smallest rows that identify the publications.
    pub(super) ids: Sql,
    /// All conditions, except the span of the order.
    pub(super) conditions: Sql,
    pub(super) driver: Driver,
    pub(super) is_common: bool,
    /// The requested order, by the columns of the driver.
    pub order: Order,
}

/// The table that drives the statement: its rows say of a publication its id, its post, its language and when it is live.
#[derive(Debug, Clone, Copy)]
pub(super) struct Driver {
    pub id: &'static str,
    pub rows: Rows,
}

/// The publications themselves.
pub(super) const BY_PUBLICATION: Driver = Driver {
    id: "p.id",
    rows: PUBLICATIONS,
};

/// The entries of a posting list, which are far smaller.
pub(super) const BY_POSTING: Driver = Driver {
    id: "d.publication_id",
    rows: Rows {
        alias: "d",
        is_original: "d.is_original",
        may_represent: None,
    },
};

impl Filter {
    /// The part after `FROM` of a statement that reads the publications, called `p`, of a page.
    pub fn from(&self) -> Sql {
        let mut from = self.rows.clone();
        from.append(&self.conditions);
        from
    }

    /// Returns true if the statement has one of few forms: no filter, and one language or two.
    pub fn is_common(&self) -> bool {
        self.is_common
    }

    /// The statement that counts the publications on all pages, as `n`.
    pub fn count(&self) -> Sql {
        self.all("count(*) AS n")
    }

    /// The statement that reads the `id`, `lang` and `published_at` of the publications on all pages.
    pub fn identities(&self) -> Sql {
        let Driver { id, rows } = self.driver;
        let alias = rows.alias;
        self.all(&format!("{id} AS id, {alias}.lang, {alias}.published_at"))
    }

    fn all(&self, columns: &str) -> Sql {
        let mut all = self.ids.selecting(columns);
        all.append(&self.conditions);
        self.order.bound(&mut all);
        all
    }
}

/// The rows of the publications that the selector at this place leaves.
pub(super) fn few(selectivities: &Selectivities, place: usize) -> Sql {
    let mut sql = Sql::new("(");
    match selectivities.all_of.get(place).map(|one| &one.selector) {
        Some(Selector::Entities(ids)) => {
            sql.push(
                "SELECT DISTINCT x.publication_id AS id FROM postings x WHERE x.entity_id IN ",
            )
            .bind_all(ids.iter().copied());
        }
        Some(Selector::Publications(all)) => {
            sql.append(all);
        }
        None => {}
    }
    sql.push(") f CROSS JOIN publications p WHERE p.id = f.id AND ");
    sql
}

/// Appends the condition that a posting list of these entities holds the publication; `exists` may negate it.
pub(super) fn push_posted(sql: &mut Sql, exists: &str, driver: Driver, ids: &[Id]) {
    sql.push(exists)
        .push(&format!(
            "(SELECT 1 FROM postings x WHERE x.publication_id = {} AND x.entity_id IN ",
            driver.id
        ))
        .bind_all(ids.iter().copied())
        .push(FENCE);
}
