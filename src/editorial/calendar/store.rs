//! The queries of the calendar: past and coming events of publications, in chronological order.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::model::{CalendarEvent, CalendarQuery, Event, Progress};
use crate::changes::actor::{Access, By};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::editorial::posts::access::{self, Restriction};
use crate::editorial::publishing::local_time::LocalTime;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo, Start};
use crate::post_type::PostType;
use crate::timestamp::Timestamp;

/// The longest span of a calendar, in days.
const LONGEST: i64 = 366;

/// The sort key of an event: its time, its publication, and its place there: starts before replacements before ends.
type Key = (Timestamp, i64, i64);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Instant)]
    at: Timestamp,
    #[diesel(sql_type = BigInt)]
    publication: i64,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    time_zone: Option<String>,
}

/// Returns a page of the calendar, for the posts that the caller may see.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::Parameters`] if the span is empty, negative or too long, or if
/// the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &CalendarQuery,
    by: By,
) -> Result<(Vec<CalendarEvent>, PageInfo)> {
    by.require(Access::Readers)?;
    check(query)?;
    let start: Start<Key> = listing.start()?;
    let events = events(query, access::restricted_to(by)?);
    let rows: Vec<Row> = page(&events, listing, &start).load(conn)?;
    let total = match listing.needs_total(&rows) {
        true => Some(events.selecting("count(*) AS n").number(conn)?),
        false => None,
    };
    let key = |row: &Row| (row.at, row.publication, row.place);
    let (rows, page) = listing.page(rows, &start, key, total);
    let data = rows.into_iter().map(|row| row.event(by.at)).collect();
    Ok((data, page))
}

fn check(query: &CalendarQuery) -> Result<()> {
    let (from, to) = (query.from.0, query.to.0);
    if to <= from {
        return Err(Error::parameter(
            "to",
            "too_early",
            "must be later than from",
        ));
    }
    if to > from.plus_seconds(LONGEST * 24 * 3600) {
        let detail = format!("must be at most {LONGEST} days after from");
        return Err(Error::parameter("to", "too_late", detail));
    }
    Ok(())
}

/// The columns of publications that hold times of events, each with the place of the event in [`Key`] and the condition on
/// the publication. Of a text that was published again, only the last time is stored.
const SOURCES: [(&str, i64, &str); 4] = [
    ("p.published_at", 0, "p.replaces_at IS NULL"),
    ("p.replaces_at", 1, "TRUE"),
    (
        "p.updated_at",
        1,
        "p.replaces_at IS NULL AND p.republished AND p.updated_at > p.published_at",
    ),
    (
        "p.unpublish_at",
        2,
        "(p.replaces_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM publications r \
         WHERE r.post_id = p.post_id AND r.lang = p.lang AND r.replaces_at <= p.unpublish_at))",
    ),
];

/// Selects the events in the span. The statement ends in a condition, to which the caller may append others.
fn events(query: &CalendarQuery, restricted_to: Option<Restriction>) -> Sql {
    let mut sql = Sql::new("(");
    for (number, (at, place, condition)) in SOURCES.into_iter().enumerate() {
        if number > 0 {
            sql.push(" UNION ALL ");
        }
        sql.push(&format!(
            "SELECT {at} AS at, p.id AS publication, CAST({place} AS bigint) AS place, p.post_id, p.lang, p.title, \
             p.time_zone FROM publications p WHERE {condition} AND {at} >= "
        ))
        .bind(query.from.0)
        .push(&format!(" AND {at} < "))
        .bind(query.to.0);
        if let Some(lang) = &query.lang {
            sql.push(" AND p.lang = ").bind(lang.as_str());
        }
        access::push_language(&mut sql, restricted_to, "p.lang");
        if let Some(post_type) = PostType::only(&query.r#type) {
            sql.push(&format!(" AND p.post_type = '{post_type}'"));
        }
        if restricted_to.is_some() || !query.filter.is_empty() {
            sql.push(" AND p.post_id IN (SELECT t.id FROM posts t WHERE TRUE");
            access::push_restriction(&mut sql, restricted_to);
            query.filter.push(&mut sql);
            sql.push(")");
        }
    }
    sql.push(") e WHERE TRUE");
    sql
}

fn page(events: &Sql, listing: &Listing, start: &Start<Key>) -> Sql {
    let mut sql = events.selecting("e.*");
    let (beyond, order) = if start.is_backward() {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    if let Start::Beside(cursor) = start
        && let Some((at, publication, place)) = cursor.key
    {
        sql.push(&format!(" AND (e.at, e.publication, e.place) {beyond} ("))
            .bind(at)
            .push(", ")
            .bind(publication)
            .push(", ")
            .bind(place)
            .push(")");
    }
    sql.push(&format!(
        " ORDER BY e.at {order}, e.publication {order}, e.place {order} LIMIT "
    ))
    .bind(i64::from(listing.limit()) + 1);
    if let Start::Row(before @ 1..) = start {
        sql.push(" OFFSET ").bind(i64::from(*before));
    }
    sql
}

impl Row {
    fn event(self, now: Timestamp) -> CalendarEvent {
        CalendarEvent {
            at: self.at,
            at_local: LocalTime::of(self.at, self.time_zone.as_deref()),
            event: match self.place {
                0 => Event::Publish,
                1 => Event::Replace,
                _ => Event::Unpublish,
            },
            post: self.post_id,
            lang: self.lang,
            title: self.title,
            time_zone: self.time_zone,
            status: match self.at <= now {
                true => Progress::Done,
                false => Progress::Due,
            },
        }
    }
}
