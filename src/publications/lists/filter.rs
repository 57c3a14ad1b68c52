//! The queries of a list: the rows along the chosen access path, and the conditions on them.

use super::plan::{Selectivities, Selector};
use super::query::PostSort;
use crate::db::keyset::Order;
use crate::db::sql::{FENCE, Sql};
use crate::delivery::shown_language::{PUBLICATIONS, Rows};
use crate::id::Id;
use crate::post_type::PostType;

/// The publications of a list in SQL.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Rows with all columns of the publications, under the alias `p`.
    pub(super) rows: Sql,
    /// The smallest rows that identify the publications.
    pub(super) ids: Sql,
    /// All conditions except the span of the order.
    pub(super) conditions: Sql,
    pub(super) driver: Driver,
    pub(super) is_common: bool,
    /// The type that all publications have, if they have one.
    pub(super) only: Option<PostType>,
    /// The requested order.
    pub(super) sort: PostSort,
    /// The same, in columns of the driver.
    pub order: Order,
}

/// The driving table of the statement. Its rows contain the id, post, language and times of a publication.
#[derive(Debug, Clone, Copy)]
pub(super) struct Driver {
    pub id: &'static str,
    pub rows: Rows,
}

/// Drives the statement by the publications themselves.
pub(super) const BY_PUBLICATION: Driver = Driver {
    id: "p.id",
    rows: PUBLICATIONS,
};

/// Drives the statement by the entries of a posting list, which are far smaller.
pub(super) const BY_POSTING: Driver = Driver {
    id: "d.publication_id",
    rows: Rows {
        alias: "d",
        is_original: "d.is_original",
        may_represent: None,
    },
};

impl Filter {
    /// Returns the part after `FROM` of the statement that reads a page. The alias of the publications is `p`.
    pub fn from(&self) -> Sql {
        let mut from = self.rows.clone();
        from.append(&self.conditions);
        from
    }

    /// Returns whether the statement is one of a few common ones: without a filter, and in at most two languages.
    pub fn is_common(&self) -> bool {
        self.is_common
    }

    /// Returns the statement that counts the publications on all pages, as `n`.
    pub fn count(&self) -> Sql {
        self.all("count(*) AS n")
    }

    /// Returns the statement that reads `id`, `lang` and `published_at` of the publications on all pages.
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

/// Returns the rows of the publications that the selector at this index matches.
pub(super) fn few(selectivities: &Selectivities, place: usize, type_condition: &str) -> Sql {
    let mut sql = Sql::new("(");
    match selectivities.all_of.get(place).map(|one| &one.selector) {
        Some(Selector::Entities(ids)) => {
            sql.push(
                "SELECT DISTINCT x.publication_id AS id FROM postings x WHERE x.entity_id IN ",
            )
            .bind_all(ids.iter().copied())
            .push(type_condition);
        }
        Some(Selector::Publications(all)) => {
            sql.append(all);
        }
        None => {}
    }
    sql.push(") f CROSS JOIN publications p WHERE p.id = f.id AND ");
    sql
}

/// Appends the condition that a posting list of any of these entities contains the publication. `exists` may negate it.
pub(super) fn push_posted(sql: &mut Sql, exists: &str, driver: Driver, ids: &[Id]) {
    sql.push(exists)
        .push(&format!(
            "(SELECT 1 FROM postings x WHERE x.publication_id = {} AND x.entity_id IN ",
            driver.id
        ))
        .bind_all(ids.iter().copied())
        .push(FENCE);
}
