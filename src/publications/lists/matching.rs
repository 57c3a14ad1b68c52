//! The publications a list holds: live, in the language shown, and true to every filter; in SQL, by the way that leads there.

use super::query::{PostFilter, PostSort};
use super::way::{By, Narrowings, Way};
use crate::db::Conn;
use crate::db::keyset::{Order, Window};
use crate::db::sql::{FENCE, Sql};
use crate::delivery::reader::View;
use crate::delivery::shown_language::{self, PUBLICATIONS, Rows};
use crate::delivery::surrogate_keys;
use crate::delivery::visibility::{self, live};
use crate::error::Result;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::Kind;
use crate::languages::Languages;
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
    /// What leads to publications, called `p`.
    rows: Sql,
    /// What leads to as much as is needed to tell which they are.
    keys: Sql,
    /// Every condition but the span of the order.
    conditions: Sql,
    carrier: Carrier,
    is_common: bool,
    /// The order that was asked for, by the columns of the way that leads there.
    pub order: Order,
}

/// What says of a publication which it is, of which post, in which language and when it is live.
#[derive(Debug, Clone, Copy)]
struct Carrier {
    id: &'static str,
    rows: Rows,
}

/// A publication itself.
const ITSELF: Carrier = Carrier {
    id: "p.id",
    rows: PUBLICATIONS,
};

/// Its entry in a posting list, which is far smaller.
const ENTRY: Carrier = Carrier {
    id: "d.publication_id",
    rows: Rows {
        alias: "d",
        is_original: "d.is_original",
        may_represent: None,
    },
};

impl Wish {
    /// What a reader asks for.
    pub fn of(view: &View, filter: PostFilter) -> Self {
        Self {
            languages: view.languages.clone(),
            filter,
            now: view.now,
        }
    }

    /// The keys of what decides which posts there are: the posts of all languages that matter, and all things of a kind by
    /// which they are chosen, whose slugs, places in the tree and mergers decide what the names in the filter mean.
    pub fn keys(&self) -> SurrogateKeys {
        let mut keys = surrogate_keys::posts_for(&self.languages);
        keys.extend(
            self.filter
                .available_in
                .iter()
                .map(surrogate_keys::posts_in),
        );
        let PostFilter {
            category,
            tag,
            author,
            organization,
            exclude_category,
            exclude_tag,
            ..
        } = &self.filter;
        for (kind, names_of_it) in [
            (Kind::Category, category),
            (Kind::Category, exclude_category),
            (Kind::Tag, tag),
            (Kind::Tag, exclude_tag),
            (Kind::Author, author),
            (Kind::Organization, organization),
        ] {
            if !names_of_it.is_empty() {
                keys.add(surrogate_keys::all(kind));
            }
        }
        keys
    }

    /// The keys of what decides how many there are of each term, author and organization.
    pub fn counted(&self) -> SurrogateKeys {
        let things = [Kind::Category, Kind::Tag, Kind::Author, Kind::Organization];
        let mut keys = self.keys();
        keys.extend(things.map(|kind| surrogate_keys::all(kind).to_owned()));
        keys
    }

    /// Finds the way; `None` where there can be nothing. One statement at most.
    ///
    /// # Errors
    /// What the database reports.
    pub fn matching(&self, conn: &mut Conn, sort: PostSort) -> Result<Option<Matching>> {
        let narrowings = Narrowings::of(conn, &self.filter, &self.languages)?;
        let by_date = matches!(sort, PostSort::Newest | PostSort::Oldest);
        let way = narrowings.way(by_date);
        let mut order = sort.order();
        let itself = |rows: Sql| (ITSELF, rows.clone(), rows);
        let (carrier, rows, keys) = match way {
            Way::Nowhere => return Ok(None),
            Way::Order => itself(Sql::new("publications p WHERE ")),
            Way::Few(place) => itself(few(&narrowings, place)),
            Way::Postings(_, id) => {
                (order.by, order.id) = (Some("d.published_at"), "d.post_id");
                let (rows, keys) = self.along_postings(id);
                (ENTRY, rows, keys)
            }
        };
        let mut conditions = Sql::default();
        visibility::in_place(&mut conditions, carrier.rows.alias, self.now);
        conditions.push(" AND ");
        shown_language::shown(&mut conditions, carrier.rows, &self.languages, self.now);
        self.filtered(&mut conditions, carrier, &narrowings, way);
        self.timed(&mut conditions, &mut order);
        Ok(Some(Matching {
            rows,
            keys,
            conditions,
            carrier,
            is_common: self.filter == PostFilter::default() && self.languages.chain().count() <= 2,
            order,
        }))
    }

    /// To publications by their entries in a list, and to the entries alone, where nothing is asked that they do not say.
    fn along_postings(&self, id: Id) -> (Sql, Sql) {
        let mut entries = Sql::new("d.entity_id = ");
        entries.bind(id).push(" AND ");
        if let (Some(lang), []) = (self.languages.wanted(), self.languages.fallback()) {
            entries.push("d.lang = ").bind(lang.as_str()).push(" AND ");
        }
        // SQLite: CROSS JOIN keeps the tables in this order.
        let joined = "postings d CROSS JOIN publications p WHERE p.id = d.publication_id AND ";
        let rows = entries.within(joined, "");
        let needs_rows = self.filter.featured.is_some() || self.filter.updated().is_bounded();
        let keys = match needs_rows {
            true => rows.clone(),
            false => entries.within("postings d WHERE ", ""),
        };
        (rows, keys)
    }

    fn filtered(&self, sql: &mut Sql, carrier: Carrier, narrowings: &Narrowings, way: Way) {
        for (place, narrowing) in narrowings.all_of.iter().enumerate() {
            let taken = matches!(way, Way::Postings(way, _) | Way::Few(way) if way == place);
            if let (By::Entities(ids), false) = (&narrowing.by, taken) {
                posted(sql, " AND EXISTS ", carrier, ids);
            }
        }
        if !narrowings.none_of.is_empty() {
            posted(sql, " AND NOT EXISTS ", carrier, &narrowings.none_of);
        }
        for lang in &self.filter.available_in {
            let alias = carrier.rows.alias;
            sql.push(&format!(
                " AND EXISTS (SELECT 1 FROM publications a WHERE a.post_id = {alias}.post_id AND a.lang = "
            ))
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
    /// What comes behind `FROM` to read the publications, called `p`, of a page.
    pub fn from(&self) -> Sql {
        let mut from = self.rows.clone();
        from.append(&self.conditions);
        from
    }

    /// Whether what is asked most, everything in one language or two, is all that is asked: there are few such statements.
    pub fn is_common(&self) -> bool {
        self.is_common
    }

    /// How many there are on all pages, called `n`.
    pub fn count(&self) -> Sql {
        self.all("count(*) AS n")
    }

    /// The `id`, `lang` and `published_at` of each on all pages.
    pub fn keys(&self) -> Sql {
        let Carrier { id, rows } = self.carrier;
        let alias = rows.alias;
        self.all(&format!("{id} AS id, {alias}.lang, {alias}.published_at"))
    }

    fn all(&self, columns: &str) -> Sql {
        let mut all = self.keys.selecting(columns);
        all.append(&self.conditions);
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
fn posted(sql: &mut Sql, exists: &str, carrier: Carrier, ids: &[Id]) {
    sql.push(exists)
        .push(&format!(
            "(SELECT 1 FROM postings x WHERE x.publication_id = {} AND x.entity_id IN ",
            carrier.id
        ))
        .bind_all(ids.iter().copied())
        .push(FENCE);
}
