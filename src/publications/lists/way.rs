//! The way into a list: which index leads to its posts, so that one of a million costs what one of a hundred costs.
//!
//! Three ways. Along the order of the list, passing over what does not fit: good where much fits. Along the posting list
//! of one term, author or organization, in the order of dates: good at any size. Or all of a few, then sorted: good where
//! little fits. Names are looked up and sizes measured, up to a bound, in one statement; the rest is decided here and not
//! by the database, so that both take the same way.

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

/// Up to so many publications are read whole and sorted; what is larger is not measured to its end.
const FEW: i64 = 1000;

/// Something that leaves posts out, and how many publications it leaves.
#[derive(Debug, Clone)]
pub struct Narrowing {
    /// What it is.
    pub by: By,
    /// Publications, up to one more than are few.
    size: i64,
}

/// What can narrow a list.
#[derive(Debug, Clone)]
pub enum By {
    /// Any of these terms, authors or organizations.
    Entities(Vec<Id>),
    /// The ids of publications, as a sub-query. Some may not fit: the condition itself is still to be checked.
    Publications(Sql),
}

/// What the filter's names and bounds come to.
#[derive(Debug, Clone, Default)]
pub struct Narrowings {
    /// Every one holds.
    pub all_of: Vec<Narrowing>,
    /// None of these terms.
    pub none_of: Vec<Id>,
}

/// How to come to the posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// There are none.
    Nowhere,
    /// Along the order of the list.
    Order,
    /// Along the posting list that is the narrowing at this place.
    Postings(usize, Id),
    /// Through all that the narrowing at this place leaves.
    Few(usize),
}

impl Narrowings {
    /// Looks up and measures; no statement where there is nothing to.
    ///
    /// # Errors
    /// What the database reports.
    pub fn of(conn: &mut Conn, filter: &PostFilter, languages: &Languages) -> Result<Self> {
        let named = [
            (Kind::Category, &filter.category),
            (Kind::Tag, &filter.tag),
            (Kind::Author, &filter.author),
            (Kind::Organization, &filter.organization),
        ];
        let named: Vec<(Kind, &AnyOf)> = named
            .into_iter()
            .flat_map(|(kind, lists)| lists.iter().map(move |names| (kind, names)))
            .collect();
        let none_of = filter
            .exclude_category
            .iter()
            .map(|names| (Kind::Category, names));
        let none_of = none_of.chain(filter.exclude_tag.iter().map(|names| (Kind::Tag, names)));
        let excluded = named.len();
        let mut questions = Vec::new();
        for (number, (kind, names)) in named.iter().copied().enumerate() {
            questions.push(named_entities(number, kind, names, &size_of_postings()));
        }
        // What is left out leads nowhere: nobody asks how much that is.
        questions.extend(
            none_of.map(|(kind, names)| named_entities(excluded, kind, names, "CAST(0 AS bigint)")),
        );
        let bounds = bounds(filter, languages);
        for (number, (measured, _)) in (excluded + 1..).zip(&bounds) {
            questions.push(measure(number, measured));
        }
        let answers = ask(conn, &questions)?;
        let of = |number: usize| {
            let number = i64::try_from(number).unwrap_or(-1);
            answers
                .iter()
                .filter(move |answer| answer.question == number)
        };
        let size = |number| of(number).map(|answer| answer.size).sum();
        let ids = |number| {
            let ids: BTreeSet<Id> = of(number).filter_map(|answer| answer.id).collect();
            ids.into_iter().collect()
        };
        let entities = (0..excluded).map(|number| Narrowing {
            by: By::Entities(ids(number)),
            size: size(number),
        });
        let bounded = (excluded + 1..)
            .zip(bounds)
            .map(|(number, (_, all))| Narrowing {
                by: By::Publications(all),
                size: size(number),
            });
        Ok(Self {
            all_of: entities.chain(bounded).collect(),
            none_of: ids(excluded),
        })
    }

    /// The best way; `by_date` tells whether the list is in the order of posting lists.
    pub fn way(&self, by_date: bool) -> Way {
        let nothing = |one: &Narrowing| match &one.by {
            By::Entities(ids) => ids.is_empty(),
            By::Publications(_) => one.size == 0,
        };
        if self.all_of.iter().any(nothing) {
            return Way::Nowhere;
        }
        let ways = self.all_of.iter().enumerate().filter_map(|(place, one)| {
            let way = match &one.by {
                By::Entities(ids) if by_date && ids.len() == 1 => {
                    Way::Postings(place, ids.first().copied()?)
                }
                _ if one.size <= FEW => Way::Few(place),
                _ => return None,
            };
            Some((one.size, way))
        });
        let best = ways.min_by_key(|(size, way)| (*size, matches!(way, Way::Few(_))));
        best.map_or(Way::Order, |(_, way)| way)
    }
}

/// What leaves posts out besides names: what to measure, and the publications that are left.
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
        // The very words of the index that holds only these.
        bounds.push(alone(Sql::new("publications x WHERE x.featured = TRUE")));
    }
    bounds
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = BigInt)]
    question: i64,
    #[diesel(sql_type = Nullable<Uuid>)]
    id: Option<Id>,
    #[diesel(sql_type = BigInt)]
    size: i64,
}

fn ask(conn: &mut Conn, questions: &[Sql]) -> Result<Vec<Answer>> {
    let mut sql = Sql::default();
    for (number, question) in questions.iter().enumerate() {
        if number > 0 {
            sql.push(" UNION ALL ");
        }
        sql.append(question);
    }
    match questions {
        [] => Ok(Vec::new()),
        _ => sql.load(conn),
    }
}

/// How many entries the posting list of a thing called `c` has, up to a bound.
fn size_of_postings() -> String {
    format!(
        "(SELECT count(*) FROM (SELECT 1 AS one FROM postings x WHERE x.entity_id = c.id LIMIT {}) b)",
        FEW + 1
    )
}

/// The things that ids and slugs name, each with its size: current slugs, old ones, and ids that were merged away.
fn named_entities(number: usize, kind: Kind, AnyOf(names): &AnyOf, size: &str) -> Sql {
    let ids: BTreeSet<Id> = names.iter().filter_map(|name| name.parse().ok()).collect();
    // The id of what was merged away stands among the slugs, in its one proper form.
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
