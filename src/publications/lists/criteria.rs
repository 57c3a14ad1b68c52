//! The criteria of a list: the languages, the filter and the instant. They become a statement ([`Filter`]) by the access path
//! that the plan chooses.

use super::filter::{BY_POSTING, BY_PUBLICATION, Driver, Filter, few, push_posted};
use super::plan::{AccessPath, Selectivities, Selector};
use super::query::{PostFilter, PostSort};
use crate::db::Conn;
use crate::db::keyset::{Order, Window};
use crate::db::sql::{FENCE, Sql};
use crate::delivery::reader::View;
use crate::delivery::shown_language;
use crate::delivery::surrogate_keys;
use crate::delivery::visibility::{self, live};
use crate::error::Result;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::Kind;
use crate::languages::Languages;
use crate::timestamp::Timestamp;

/// The criteria by which live posts are selected.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// The languages of the reader.
    pub languages: Languages,
    /// The filter.
    pub filter: PostFilter,
    /// The instant of the request.
    pub now: Timestamp,
}

impl Criteria {
    /// The criteria of a reader.
    pub fn new(view: &View, filter: PostFilter) -> Self {
        Self {
            languages: view.languages.clone(),
            filter,
            now: view.now,
        }
    }

    /// The cache keys of all that decides which posts match: the posts of the languages that matter, and all things of each
    /// kind that the filter names, because their slugs, places in the tree and mergers decide the meaning of a name.
    pub fn cache_keys(&self) -> SurrogateKeys {
        let mut keys = surrogate_keys::posts_for(&self.languages);
        let langs = &self.filter.available_in;
        keys.extend(langs.iter().map(surrogate_keys::posts_in));
        for (kind, names) in self
            .filter
            .included()
            .into_iter()
            .chain(self.filter.excluded())
        {
            if !names.is_empty() {
                keys.add(surrogate_keys::all(kind));
            }
        }
        keys
    }

    /// The cache keys of all that decides how many posts each term, author and organization has.
    pub fn facet_cache_keys(&self) -> SurrogateKeys {
        let things = [Kind::Category, Kind::Tag, Kind::Author, Kind::Organization];
        let mut keys = self.cache_keys();
        keys.extend(things.map(|kind| surrogate_keys::all(kind).to_owned()));
        keys
    }

    /// Chooses the access path and builds the statement; `None` when no post can match. One statement at most.
    ///
    /// # Errors
    /// Database errors.
    pub fn plan(&self, conn: &mut Conn, sort: PostSort) -> Result<Option<Filter>> {
        let selectivities = Selectivities::measure(conn, &self.filter, &self.languages)?;
        let by_date = matches!(sort, PostSort::Newest | PostSort::Oldest);
        let path = selectivities.access_path(by_date);
        let mut order = sort.order();
        let by_publication = |rows: Sql| (BY_PUBLICATION, rows.clone(), rows);
        let (driver, rows, ids) = match path {
            AccessPath::Empty => return Ok(None),
            AccessPath::Ordered => by_publication(Sql::new("publications p WHERE ")),
            AccessPath::Few(place) => by_publication(few(&selectivities, place)),
            AccessPath::Postings(_, id) => {
                (order.by, order.id) = (Some("d.published_at"), "d.post_id");
                let (rows, ids) = self.along_postings(id);
                (BY_POSTING, rows, ids)
            }
        };
        let mut conditions = Sql::default();
        visibility::in_place(&mut conditions, driver.rows.alias, self.now);
        conditions.push(" AND ");
        shown_language::shown(&mut conditions, driver.rows, &self.languages, self.now);
        self.push_names(&mut conditions, driver, &selectivities, path);
        self.push_languages(&mut conditions, driver);
        self.push_times(&mut conditions, &mut order);
        Ok(Some(Filter {
            rows,
            ids,
            conditions,
            driver,
            is_common: self.filter == PostFilter::default() && self.languages.chain().count() <= 2,
            order,
        }))
    }

    /// The publications of a posting list; and its entries alone, where the filter asks for nothing that they do not hold.
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
        let ids = if needs_rows {
            rows.clone()
        } else {
            entries.within("postings d WHERE ", "")
        };
        (rows, ids)
    }

    /// Appends the conditions on terms, authors and organizations, except the one that the access path meets already.
    fn push_names(
        &self,
        sql: &mut Sql,
        driver: Driver,
        selectivities: &Selectivities,
        path: AccessPath,
    ) {
        let taken = match path {
            AccessPath::Postings(place, _) | AccessPath::Few(place) => Some(place),
            AccessPath::Empty | AccessPath::Ordered => None,
        };
        for (place, selectivity) in selectivities.all_of.iter().enumerate() {
            if let (Selector::Entities(ids), true) = (&selectivity.selector, taken != Some(place)) {
                push_posted(sql, " AND EXISTS ", driver, ids);
            }
        }
        if !selectivities.none_of.is_empty() {
            push_posted(sql, " AND NOT EXISTS ", driver, &selectivities.none_of);
        }
    }

    /// Appends the condition that the post is live in each language of `available_in`.
    fn push_languages(&self, sql: &mut Sql, driver: Driver) {
        for lang in &self.filter.available_in {
            let alias = driver.rows.alias;
            sql.push(&format!(
                " AND EXISTS (SELECT 1 FROM publications a WHERE a.post_id = {alias}.post_id AND a.lang = "
            ))
            .bind(lang.as_str())
            .push(" AND ");
            live(sql, "a", self.now);
            sql.push(FENCE);
        }
    }

    /// Makes the bounds of the column that orders a span of the order. Appends all other bounds, and `featured`, in a form
    /// that neither database uses as an access path, whose rows it would then have to sort.
    fn push_times(&self, sql: &mut Sql, order: &mut Order) {
        let published = self.filter.published().and(Window::up_to(self.now));
        let updated = self.filter.updated();
        let by_date = order.by.is_some_and(|by| by.ends_with("published_at"));
        let by_update = order.by == Some("p.updated_at");
        if by_date {
            order.span = published;
        } else {
            published.bound(sql, "coalesce(p.published_at, p.published_at)");
        }
        if by_update {
            order.span = updated;
        } else {
            updated.bound(sql, "coalesce(p.updated_at, p.updated_at)");
        }
        match self.filter.featured {
            // The exact words of the index that holds only featured posts, by date.
            Some(true) if by_date => {
                sql.push(" AND p.featured = TRUE");
            }
            Some(featured) => {
                sql.push(" AND coalesce(p.featured, FALSE) = ")
                    .bind(featured);
            }
            None => {}
        }
    }
}
