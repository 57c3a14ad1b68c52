//! The criteria of a list: the languages, the filter and the time. The plan chooses an access path, by which they
//! become a statement ([`Filter`]).

use super::filter::{BY_POSTING, BY_PUBLICATION, Driver, Filter, few, push_posted};
use super::parent::push_public_parent;
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
use crate::id::Id;
use crate::kind::Kind;
use crate::languages::Languages;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The criteria by which live posts are selected.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// The languages of the reader.
    pub languages: Languages,
    /// The filter.
    pub filter: PostFilter,
    /// The time of the request.
    pub now: Timestamp,
}

impl Criteria {
    /// Creates the criteria for a reader.
    pub fn new(view: &View, filter: PostFilter) -> Self {
        Self {
            languages: view.languages.clone(),
            filter,
            now: view.now,
        }
    }

    /// Returns the surrogate keys of everything that determines which posts match: the posts in the relevant languages,
    /// and all resources of each kind that the filter names. The latter are included because slugs, the term tree and
    /// merges determine the meaning of a name.
    pub fn cache_keys(&self) -> SurrogateKeys {
        let mut keys = surrogate_keys::posts_for(&self.languages);
        let langs = &self.filter.available_in;
        keys.extend(langs.iter().map(surrogate_keys::posts_in));
        if let Some(parent) = &self.filter.parent {
            // Whether the page above is public depends on its languages, not on those of the list.
            keys.add(surrogate_keys::POSTS_IN_ANY);
            keys.add(surrogate_keys::slug(&parent.to_ascii_lowercase()));
        }
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

    /// Returns the surrogate keys of everything that determines the numbers of posts for terms, authors and
    /// organizations.
    pub fn facet_cache_keys(&self) -> SurrogateKeys {
        let things = [Kind::Category, Kind::Tag, Kind::Author, Kind::Organization];
        let mut keys = self.cache_keys();
        keys.extend(things.map(|kind| surrogate_keys::all(kind).to_owned()));
        keys
    }

    /// Chooses the access path and builds the filter. Returns `None` if no post can match. Executes at most one
    /// statement.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn plan(&self, conn: &mut Conn, sort: PostSort) -> Result<Option<Filter>> {
        let selectivities = Selectivities::measure(conn, &self.filter, &self.languages, self.now)?;
        let by_date = matches!(sort, PostSort::Newest | PostSort::Oldest);
        let path = selectivities.access_path(by_date);
        let mut order = sort.order();
        let by_publication = |rows: Sql| (BY_PUBLICATION, rows.clone(), rows);
        let (driver, rows, ids) = match path {
            AccessPath::Empty => return Ok(None),
            AccessPath::Ordered => by_publication(Sql::new("publications p WHERE ")),
            AccessPath::Few(place) => {
                let type_condition = self.filter.type_condition("x");
                by_publication(few(&selectivities, place, &type_condition))
            }
            AccessPath::Postings(_, id) => {
                (order.by, order.id) = (Some("d.published_at"), "d.post_id");
                let (rows, ids) = self.along_postings(id);
                (BY_POSTING, rows, ids)
            }
        };
        let mut conditions = self.conditions(driver, &selectivities, path);
        self.push_times(&mut conditions, &mut order);
        Ok(Some(Filter {
            rows,
            ids,
            conditions,
            driver,
            only: self.filter.only(),
            is_common: self.filter == PostFilter::default() && self.languages.chain().count() <= 2,
            sort,
            order,
        }))
    }

    /// Builds the filter of those among given posts that match. Returns `None` if no post can match.
    pub fn among(&self, selectivities: &Selectivities, posts: &[Id]) -> Option<Filter> {
        let sort = PostSort::Newest;
        if selectivities.access_path(false) == AccessPath::Empty {
            return None;
        }
        let mut rows = Sql::new("publications p WHERE p.post_id IN ");
        rows.bind_all(posts.iter().copied()).push(" AND ");
        let mut order = sort.order();
        let mut conditions = self.conditions(BY_PUBLICATION, selectivities, AccessPath::Ordered);
        self.push_times(&mut conditions, &mut order);
        Some(Filter {
            ids: rows.clone(),
            rows,
            conditions,
            driver: BY_PUBLICATION,
            only: self.filter.only(),
            is_common: false,
            sort,
            order,
        })
    }

    /// Returns the conditions other than those on times.
    fn conditions(&self, driver: Driver, selectivities: &Selectivities, path: AccessPath) -> Sql {
        let mut conditions = Sql::default();
        visibility::in_place(&mut conditions, driver.rows.alias, self.now);
        if !matches!(path, AccessPath::Few(_)) {
            conditions.push(&self.filter.type_condition(driver.rows.alias));
        }
        self.push_parent(&mut conditions);
        self.push_excluded(&mut conditions, driver);
        conditions.push(" AND ");
        shown_language::push(&mut conditions, driver.rows, &self.languages, self.now);
        self.push_names(&mut conditions, driver, selectivities, path);
        self.push_languages(&mut conditions, driver);
        conditions
    }

    /// Returns the rows of the publications in a posting list, and the smallest rows that identify them: the entries of
    /// the list alone, unless the filter needs columns that they lack.
    fn along_postings(&self, id: Id) -> (Sql, Sql) {
        let mut entries = Sql::new("d.entity_id = ");
        entries.bind(id).push(" AND ");
        if let (Some(lang), []) = (self.languages.wanted(), self.languages.fallback()) {
            entries.push("d.lang = ").bind(lang.as_str()).push(" AND ");
        }
        // SQLite: CROSS JOIN prevents reordering of the tables.
        let joined = "postings d CROSS JOIN publications p WHERE p.id = d.publication_id AND ";
        let rows = entries.within(joined, "");
        let needs_rows = self.filter.featured.is_some()
            || self.filter.parent.is_some()
            || self.filter.updated().is_bounded();
        let ids = if needs_rows {
            rows.clone()
        } else {
            entries.within("postings d WHERE ", "")
        };
        (rows, ids)
    }

    /// Appends the condition that the page above is the requested one, and public.
    fn push_parent(&self, sql: &mut Sql) {
        if let Some(parent) = &self.filter.parent {
            sql.push(" AND p.parent_id IN ");
            push_public_parent(sql, parent, self.now);
        }
    }

    /// Appends the condition that the post is none of the excluded ones.
    fn push_excluded(&self, sql: &mut Sql, driver: Driver) {
        if !self.filter.exclude.is_empty() {
            sql.push(&format!(" AND {}.post_id NOT IN ", driver.rows.alias))
                .bind_all(self.filter.exclude.iter().copied());
        }
    }

    /// Appends the conditions on terms, authors and organizations, except the one that the access path already
    /// satisfies.
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

    /// Turns the bounds of the column that orders the list into the span of the order. Appends all other bounds and
    /// `featured` in a form that neither database uses as an access path, because it would then have to sort the rows.
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
            // The exact condition of the partial index on featured posts by date.
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
