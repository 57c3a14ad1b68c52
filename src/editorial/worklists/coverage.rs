//! The state of each language of all posts: as a work list, and as counts.

use std::collections::{BTreeMap, BTreeSet};

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::line::{self, PEOPLE, People};
use super::model::{
    LanguageStates, MatrixQuery, TranslationLine, TranslationMatrix, TranslationQuery, WorkSort,
};
use super::page::{self, Columns, Place, SortedListing, Source};
use super::sources::{self, Scope};
use super::state::TranslationState;
use crate::changes::actor::{Access, By};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::delivery::visibility;
use crate::editorial::posts::access;
use crate::editorial::workflow::status::push_status;
use crate::editorial::workflow::words::Status;
use crate::error::Result;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::timestamp::{InstantOrDate, Timestamp};

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    place: Place,
    #[diesel(sql_type = Text)]
    original_lang: Lang,
    #[diesel(sql_type = Text)]
    original_title: String,
    #[diesel(sql_type = Nullable<Text>)]
    title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    slug: Option<Slug>,
    #[diesel(sql_type = Nullable<Integer>)]
    revision: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    published_revision: Option<i32>,
    #[diesel(embed)]
    people: People,
}

impl AsRef<Place> for Row {
    fn as_ref(&self) -> &Place {
        &self.place
    }
}

const COLUMNS: &str = "t.original_lang, a.title AS original_title, \
     w.title, w.slug, w.revision, p.revision AS published_revision";

/// Returns a page of the translations of posts, in the requested order.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`crate::error::Error::Parameters`] if the cursor does not belong to
/// this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &TranslationQuery,
    by: By,
) -> Result<(Vec<TranslationLine>, PageInfo)> {
    by.require(Access::Readers)?;
    let scope = Scope {
        restricted_to: access::restricted_to(by)?,
        at: instant(query.at, by),
        langs: &query.lang,
        post_type: PostType::only(&query.r#type),
        filter: &query.filter,
    };
    let mut joins = line::joins(scope.restricted_to);
    joins.push(" LEFT JOIN publications p ON p.post_id = x.post_id AND p.lang = x.lang AND ");
    visibility::current(&mut joins, "p", scope.at);
    let lists = sources_of(&scope, query);
    let columns = Columns {
        list: &format!("{COLUMNS}, {PEOPLE}"),
        joins: &joins,
    };
    let sorted = SortedListing {
        listing,
        sort: query.sort.unwrap_or(WorkSort::Longest),
    };
    let (rows, info) = page::sorted::<Row>(conn, sorted, &lists, columns)?;
    Ok((rows.into_iter().map(TranslationLine::from).collect(), info))
}

impl From<Row> for TranslationLine {
    fn from(row: Row) -> Self {
        Self {
            post: row.place.post_id,
            lang: row.place.lang,
            state: row.place.tag,
            original_lang: row.original_lang,
            original_title: row.original_title,
            title: row.title,
            slug: row.slug,
            revision: row.revision,
            published_revision: row.published_revision,
            submitted_by: row.people.submitter(),
            reviewed_by: row.people.reviewer(),
            since: row.place.since,
        }
    }
}

fn instant(at: Option<InstantOrDate>, by: By) -> Timestamp {
    at.map_or(by.at, |at| at.0)
}

/// Returns the source lists of the states that the query asks for.
fn sources_of(scope: &Scope<'_>, query: &TranslationQuery) -> Vec<Source> {
    let is_requested =
        |state: TranslationState| query.state.is_empty() || query.state.contains(&state);
    let statuses = Status::ALL.into_iter();
    let statuses = statuses.filter(|status| is_requested(TranslationState::Has(*status)));
    let mut lists: Vec<Source> = statuses
        .map(|status| sources::with_status(scope, status))
        .collect();
    if is_requested(TranslationState::Outdated) {
        let tag = TranslationState::Outdated.as_str();
        lists.push(sources::outdated(scope, tag));
    }
    if is_requested(TranslationState::Missing) {
        let tag = TranslationState::Missing.as_str();
        // A language may be named twice.
        let langs: BTreeSet<&Lang> = query.lang.iter().collect();
        lists.extend(
            langs
                .into_iter()
                .map(|lang| sources::missing(scope, tag, lang)),
        );
    }
    lists
}

/// Counts the posts by language and state, in two statements.
///
/// # Errors
/// Returns the same errors as [`By::require`].
pub fn matrix(conn: &mut Conn, query: &MatrixQuery, by: By) -> Result<TranslationMatrix> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Text)]
        lang: String,
        #[diesel(sql_type = Text)]
        state: TranslationState,
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    by.require(Access::Readers)?;
    let scope = Scope {
        restricted_to: access::restricted_to(by)?,
        at: instant(query.at, by),
        langs: &[],
        post_type: PostType::only(&query.r#type),
        filter: &query.filter,
    };
    let mut all = Sql::new("posts t WHERE TRUE");
    scope.bound(&mut all);
    let posts = all.selecting("count(*) AS n").number(conn)?;
    let counts: Vec<Count> = counted(&scope).load(conn)?;
    let mut languages: BTreeMap<String, LanguageStates> = BTreeMap::new();
    for count in counts {
        let states = languages.entry(count.lang.clone()).or_insert_with(|| {
            let lang = count.lang.clone();
            LanguageStates {
                lang,
                missing: posts,
                ..LanguageStates::default()
            }
        });
        states.missing -= count.n;
        *states.of(count.state) += count.n;
    }
    let data = languages.into_values().collect();
    Ok(TranslationMatrix { data, posts })
}

impl LanguageStates {
    fn of(&mut self, state: TranslationState) -> &mut i64 {
        match state {
            TranslationState::Missing => &mut self.missing,
            TranslationState::Outdated => &mut self.outdated,
            TranslationState::Has(Status::Draft) => &mut self.draft,
            TranslationState::Has(Status::Submitted) => &mut self.submitted,
            TranslationState::Has(Status::InReview) => &mut self.in_review,
            TranslationState::Has(Status::ChangesRequested) => &mut self.changes_requested,
            TranslationState::Has(Status::Approved) => &mut self.approved,
            TranslationState::Has(Status::Scheduled) => &mut self.scheduled,
            TranslationState::Has(Status::Published) => &mut self.published,
            TranslationState::Has(Status::Expired) => &mut self.expired,
            TranslationState::Has(Status::Archived) => &mut self.archived,
        }
    }
}

/// Counts the existing translations by language and state.
fn counted(scope: &Scope<'_>) -> Sql {
    let mut published = Sql::new("CASE WHEN EXISTS (SELECT 1 FROM publications o WHERE ");
    sources::outdates(&mut published, scope.at);
    published.push(") THEN 'outdated' ELSE 'published' END");
    let mut sql = Sql::new("SELECT w.lang, ");
    push_status(&mut sql, scope.at, &published);
    sql.push(
        " AS state, count(*) AS n FROM translations w JOIN posts t ON t.id = w.post_id \
         LEFT JOIN publications p ON p.post_id = w.post_id AND p.lang = w.lang AND ",
    );
    visibility::current(&mut sql, "p", scope.at);
    sql.push(" WHERE TRUE");
    scope.bound(&mut sql);
    access::push_language(&mut sql, scope.restricted_to, "w.lang");
    sql.push(" GROUP BY 1, 2");
    sql
}
