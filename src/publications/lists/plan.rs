//! The query planner of lists. It chooses the access path, so that the cost of a page does not depend on the number of
//! posts.
//!
//! There are three access paths. The first follows the order of the list and skips rows that do not match; it is
//! suitable if many match. The second follows the posting list of one term, author or organization by date; it is
//! suitable at any size. The third reads all of a few publications and sorts them; it is suitable if few match. One
//! statement looks up the names and measures the number of matches of each selector, up to a limit. The planner, not
//! the database, makes the choice, so that both databases use the same path.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};

use super::parent::push_public_parent;
use super::query::PostFilter;
use crate::any_of::AnyOf;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::{Fallback, Languages};
use crate::post_type::PostType;
use crate::timestamp::Timestamp;

/// The maximum number of publications that are all read and sorted. Measuring stops at one more.
const FEW: i64 = 1000;

/// A selector with the number of publications that it matches.
#[derive(Debug, Clone)]
pub struct Selectivity {
    /// The selector.
    pub selector: Selector,
    /// The number of publications, at most one more than [`FEW`].
    size: i64,
}

/// A part of the filter that can serve as an access path.
#[derive(Debug, Clone)]
pub enum Selector {
    /// Any of these terms, authors or organizations.
    Entities(Vec<Id>),
    /// A subquery that returns ids of publications. It may include some that do not match, because the condition itself
    /// is checked too.
    Publications(Sql),
}

/// The selectivities of all parts of a filter.
#[derive(Debug, Clone, Default)]
pub struct Selectivities {
    /// The selectors of which a post must match all.
    pub all_of: Vec<Selectivity>,
    /// The terms of which a post must have none.
    pub none_of: Vec<Id>,
}

/// The path by which the rows of a list are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessPath {
    /// No row can match.
    Empty,
    /// In the order of the list.
    Ordered,
    /// Along the posting list of this entity, which belongs to the selector at this index.
    Postings(usize, Id),
    /// Through all publications that the selector at this index matches.
    Few(usize),
}

impl Selectivities {
    /// Looks up names and measures selectivities. Executes no statement if the filter is empty.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn measure(
        conn: &mut Conn,
        filter: &PostFilter,
        languages: &Languages,
        now: Timestamp,
    ) -> Result<Self> {
        let named: Vec<(Kind, &AnyOf)> = filter.included().into_iter().flat_map(names_of).collect();
        let excluded = named.len();
        let mut queries = Vec::new();
        for (number, (kind, names)) in named.iter().copied().enumerate() {
            queries.push(named_entities(number, kind, names, &size_of_postings()));
        }
        // Excluded terms cannot serve as an access path, so they are not measured.
        let none_of = filter.excluded().into_iter().flat_map(names_of);
        queries.extend(
            none_of.map(|(kind, names)| named_entities(excluded, kind, names, "CAST(0 AS bigint)")),
        );
        let bounds = bounds(filter, languages, now);
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

    /// Chooses the access path. `by_date` means that the list has the order of posting lists.
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

/// Returns the selectors other than names. For each, the first part contains the rows to measure, and the second is the
/// subquery for its publications.
fn bounds(filter: &PostFilter, languages: &Languages, now: Timestamp) -> Vec<(Sql, Sql)> {
    let mut bounds = Vec::new();
    let of_type = filter.type_condition("x");
    let available = filter.available_in.iter();
    bounds.extend(available.map(|lang| available_in(filter, lang)));
    let alone = |mut measured: Sql| {
        measured.push(&of_type);
        (measured.clone(), measured.selecting("x.id"))
    };
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
        // The exact condition of the partial index on featured posts.
        bounds.push(alone(Sql::new("publications x WHERE x.featured = TRUE")));
    }
    if let Some(parent) = &filter.parent {
        let mut measured = Sql::new("publications x WHERE x.parent_id IN ");
        push_public_parent(&mut measured, parent, now);
        bounds.push(alone(measured));
    }
    if filter.only() == Some(PostType::Page) {
        bounds.push(alone(Sql::new("publications x WHERE TRUE")));
    }
    bounds
}

/// Returns the selector of the posts that are available in a language. It measures the publications in the language, and
/// selects those of the same posts in all languages.
fn available_in(filter: &PostFilter, lang: &Lang) -> (Sql, Sql) {
    let mut measured = Sql::new("publications x WHERE x.lang = ");
    measured.bind(lang.as_str());
    let mut all = Sql::new(
        "SELECT DISTINCT y.id FROM publications x JOIN publications y ON y.post_id = x.post_id WHERE x.lang = ",
    );
    all.bind(lang.as_str()).push(&filter.type_condition("y"));
    (measured, all)
}

/// A row of the result: an entity that a query found, or only a size.
#[derive(QueryableByName)]
struct Measurement {
    /// The number of the query.
    #[diesel(sql_type = BigInt)]
    query: i64,
    #[diesel(sql_type = Nullable<Uuid>)]
    id: Option<Id>,
    #[diesel(sql_type = BigInt)]
    size: i64,
}

struct Measurements(Vec<Measurement>);

impl Measurements {
    fn of_query(&self, number: usize) -> impl Iterator<Item = &Measurement> {
        let number = i64::try_from(number).unwrap_or(-1);
        self.0.iter().filter(move |one| one.query == number)
    }

    fn size(&self, number: usize) -> i64 {
        self.of_query(number).map(|one| one.size).sum()
    }

    fn ids(&self, number: usize) -> Vec<Id> {
        let ids: BTreeSet<Id> = self.of_query(number).filter_map(|one| one.id).collect();
        ids.into_iter().collect()
    }
}

/// Executes the queries as one statement. Executes none if there are no queries.
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

/// Returns the SQL for the number of entries in the posting list of the entity `c`, up to a limit.
fn size_of_postings() -> String {
    format!(
        "(SELECT count(*) FROM (SELECT 1 AS one FROM postings x WHERE x.entity_id = c.id LIMIT {}) b)",
        FEW + 1
    )
}

/// Returns the query for the entities that ids and slugs identify, each with its size. A name may be an id, a current
/// or former slug, or the id of an entity that was merged into another one.
fn named_entities(number: usize, kind: Kind, AnyOf(names): &AnyOf, size: &str) -> Sql {
    let ids: BTreeSet<Id> = names.iter().filter_map(|name| name.parse().ok()).collect();
    // The ids of merged entities are stored as slugs, in canonical form.
    let merged = ids.iter().map(Id::to_string);
    let slugs: BTreeSet<String> = names.iter().cloned().chain(merged).collect();
    let mut sql = Sql::new(&format!(
        "SELECT CAST({number} AS bigint) AS query, c.id, {size} AS size FROM (\
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
            "SELECT CAST({number} AS bigint) AS query, CAST(NULL AS uuid) AS id, \
             (SELECT count(*) FROM (SELECT 1 AS one FROM "
        ),
        &format!(" LIMIT {}) b) AS size", FEW + 1),
    )
}
