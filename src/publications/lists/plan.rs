//! The query planner of lists: it chooses the access path, so that a list of a million posts costs what one of a hundred costs.
//!
//! There are three access paths. In the order of the list, skipping what does not match: good where much matches. Along the
//! posting list of one term, author or organization, by date: good at any size. Or all of a few publications, sorted: good
//! where little matches. One statement looks the names up and measures how much each selector leaves, up to a bound. The
//! choice is made here, not by the database, so that both databases take the same path.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};

use super::query::PostFilter;
use crate::any_of::AnyOf;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::languages::{Fallback, Languages};

/// The number of publications up to which all are read and sorted. Measuring stops one beyond it.
const FEW: i64 = 1000;

/// A selector, and the number of publications that it leaves.
#[derive(Debug, Clone)]
pub struct Selectivity {
    /// The selector.
    pub selector: Selector,
    /// Publications, at most [`FEW`] and one more.
    size: i64,
}

/// A part of the filter that can serve as an access path.
#[derive(Debug, Clone)]
pub enum Selector {
    /// Any of these terms, authors or organizations.
    Entities(Vec<Id>),
    /// A sub-query with the ids of publications. Some may not match: the condition itself is checked all the same.
    Publications(Sql),
}

/// The selectivities of all parts of a filter.
#[derive(Debug, Clone, Default)]
pub struct Selectivities {
    /// A post matches every one of these.
    pub all_of: Vec<Selectivity>,
    /// A post carries none of these terms.
    pub none_of: Vec<Id>,
}

/// The path by which the rows of a list are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessPath {
    /// No row can match.
    Empty,
    /// In the order of the list.
    Ordered,
    /// Along the posting list of the selector at this place.
    Postings(usize, Id),
    /// Through all publications that the selector at this place leaves.
    Few(usize),
}

impl Selectivities {
    /// Looks names up and measures. Makes no statement if the filter is empty.
    ///
    /// # Errors
    /// Database errors.
    pub fn measure(conn: &mut Conn, filter: &PostFilter, languages: &Languages) -> Result<Self> {
        let named: Vec<(Kind, &AnyOf)> = filter.included().into_iter().flat_map(names_of).collect();
        let excluded = named.len();
        let mut queries = Vec::new();
        for (number, (kind, names)) in named.iter().copied().enumerate() {
            queries.push(named_entities(number, kind, names, &size_of_postings()));
        }
        // Excluded terms are no access path: their size does not matter.
        let none_of = filter.excluded().into_iter().flat_map(names_of);
        queries.extend(
            none_of.map(|(kind, names)| named_entities(excluded, kind, names, "CAST(0 AS bigint)")),
        );
        let bounds = bounds(filter, languages);
        for (number, (measured, _)) in (excluded + 1..).zip(&bounds) {
            queries.push(measure(number, measured));
        }
        let measured = Measurements(load(conn, &queries)?);
        let entities = (0..excluded).map(|number| Selectivity {
            selector: Selector::Entities(measured.ids(number)),
            size: measured.size(number),
        });
        let bounded = (excluded + 1..)
            .zip(bounds)
            .map(|(number, (_, all))| Selectivity {
                selector: Selector::Publications(all),
                size: measured.size(number),
            });
        Ok(Self {
            all_of: entities.chain(bounded).collect(),
            none_of: measured.ids(excluded),
        })
    }

    /// Chooses the access path; `by_date` tells that the list has the order of posting lists.
    pub fn access_path(&self, by_date: bool) -> AccessPath {
        let leaves_nothing = |one: &Selectivity| match &one.selector {
            Selector::Entities(ids) => ids.is_empty(),
            Selector::Publications(_) => one.size == 0,
        };
        if self.all_of.iter().any(leaves_nothing) {
            return AccessPath::Empty;
        }
        let paths = self.all_of.iter().enumerate().filter_map(|(place, one)| {
            let path = match &one.selector {
                Selector::Entities(ids) if by_date && ids.len() == 1 => {
                    AccessPath::Postings(place, ids.first().copied()?)
                }
                _ if one.size <= FEW => AccessPath::Few(place),
                _ => return None,
            };
            Some((one.size, path))
        });
        let best = paths.min_by_key(|(size, path)| (*size, matches!(path, AccessPath::Few(_))));
        best.map_or(AccessPath::Ordered, |(_, path)| path)
    }
}

fn names_of((kind, lists): (Kind, &[AnyOf])) -> impl Iterator<Item = (Kind, &AnyOf)> {
    lists.iter().map(move |names| (kind, names))
}

/// The selectors besides names: for each, the rows to measure, and the sub-query of its publications.
fn bounds(filter: &PostFilter, languages: &Languages) -> Vec<(Sql, Sql)> {
    let mut bounds = Vec::new();
    for lang in &filter.available_in {
        let mut measured = Sql::new("publications x WHERE x.lang = ");
        measured.bind(lang.as_str());
        let mut all = Sql::new(
            "SELECT DISTINCT y.id FROM publications x JOIN publications y ON y.post_id = x.post_id WHERE x.lang = ",
        );
        all.bind(lang.as_str());
        bounds.push((measured, all));
    }
    let alone = |measured: Sql| (measured.clone(), measured.selecting("x.id"));
    let fallback = languages.fallback();
    if !fallback.is_empty() && !fallback.contains(&Fallback::Original) {
        let mut measured = Sql::new("publications x WHERE x.lang IN ");
        measured.bind_all(languages.chain().map(|lang| lang.to_string()));
        bounds.push(alone(measured));
    }
    for (column, window) in [
        ("x.published_at", filter.published()),
        ("x.updated_at", filter.updated()),
    ] {
        if window.is_bounded() {
            let mut measured = Sql::new("publications x WHERE TRUE");
            window.bound(&mut measured, column);
            bounds.push(alone(measured));
        }
    }
    if filter.featured == Some(true) {
        // The exact words of the index that holds only featured posts.
        bounds.push(alone(Sql::new("publications x WHERE x.featured = TRUE")));
    }
    bounds
}

/// A row of the answer: an entity that a query found, or a size alone.
#[derive(QueryableByName)]
struct Measurement {
    /// The number of the query.
    #[diesel(sql_type = BigInt)]
    question: i64,
    #[diesel(sql_type = Nullable<Uuid>)]
    id: Option<Id>,
    #[diesel(sql_type = BigInt)]
    size: i64,
}

struct Measurements(Vec<Measurement>);

impl Measurements {
    fn of_query(&self, number: usize) -> impl Iterator<Item = &Measurement> {
        let number = i64::try_from(number).unwrap_or(-1);
        self.0.iter().filter(move |one| one.question == number)
    }

    fn size(&self, number: usize) -> i64 {
        self.of_query(number).map(|one| one.size).sum()
    }

    fn ids(&self, number: usize) -> Vec<Id> {
        let ids: BTreeSet<Id> = self.of_query(number).filter_map(|one| one.id).collect();
        ids.into_iter().collect()
    }
}

/// Runs the queries as one statement; none, if there are none.
fn load(conn: &mut Conn, queries: &[Sql]) -> Result<Vec<Measurement>> {
    let mut sql = Sql::default();
    for (number, query) in queries.iter().enumerate() {
        if number > 0 {
            sql.push(" UNION ALL ");
        }
        sql.append(query);
    }
    if queries.is_empty() {
        Ok(Vec::new())
    } else {
        sql.load(conn)
    }
}

/// The number of entries in the posting list of the entity called `c`, up to a bound.
fn size_of_postings() -> String {
    format!(
        "(SELECT count(*) FROM (SELECT 1 AS one FROM postings x WHERE x.entity_id = c.id LIMIT {}) b)",
        FEW + 1
    )
}

/// The entities that ids and slugs name, each with its size: by id, current slug, former slug, or the id of an entity that
/// was merged into it.
fn named_entities(number: usize, kind: Kind, AnyOf(names): &AnyOf, size: &str) -> Sql {
    let ids: BTreeSet<Id> = names.iter().filter_map(|name| name.parse().ok()).collect();
    // The id of an entity that was merged away is among the slugs, in canonical form.
    let merged = ids.iter().map(Id::to_string);
    let slugs: BTreeSet<String> = names.iter().cloned().chain(merged).collect();
    let mut sql = Sql::new(&format!(
        "SELECT CAST({number} AS bigint) AS question, c.id, {size} AS size FROM (\
         SELECT s.owner_id AS id FROM slugs s WHERE s.kind = "
    ));
    sql.bind(kind.as_str())
        .push(" AND s.slug IN ")
        .bind_all(slugs);
    if !ids.is_empty() {
        sql.push(" UNION SELECT s.owner_id FROM slugs s WHERE s.kind = ")
            .bind(kind.as_str())
            .push(" AND s.owner_id IN ")
            .bind_all(ids);
    } else {
        sql.push(" GROUP BY s.owner_id");
    }
    sql.push(") c");
    sql
}

fn measure(number: usize, measured: &Sql) -> Sql {
    measured.within(
        &format!(
            "SELECT CAST({number} AS bigint) AS question, CAST(NULL AS uuid) AS id, \
             (SELECT count(*) FROM (SELECT 1 AS one FROM "
        ),
        &format!(" LIMIT {}) b) AS size", FEW + 1),
    )
}
