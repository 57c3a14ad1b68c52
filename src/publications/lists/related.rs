//! Related posts share terms with a post. Rare terms count for more than common ones.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::relations;
use super::row::{DeliveredRow, Members, columns};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::delivery::reader::View;
use crate::delivery::shown_language::{self, PUBLICATIONS};
use crate::delivery::surrogate_keys::{self, POSTS_IN_ANY};
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::languages::Languages;
use crate::post_type::PostType;
use crate::publications::model::PublicPostSummary;
use crate::publications::siblings::Sibling;
use crate::publications::single;
use crate::slugs::addresses::related_url;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The number of newest posts that are candidates for each shared term.
const NEWEST: i64 = 500;
/// The number of a post's rarest terms that are taken into account. The others contribute next to nothing.
const RAREST: usize = 20;
/// The number of posts from which on terms count as equally common.
const COMMON: i64 = 10_000;
/// The weight of a term that only a single post has. Integers add up identically on both databases.
const WORTH: i64 = 1_000_000_000;

/// Returns the surrogate keys of everything that determines which posts are related: the post, the posts in any
/// language, and the term tree.
pub fn keys(id_or_slug: &str) -> SurrogateKeys {
    let mut keys = single::keys(id_or_slug).with(POSTS_IN_ANY);
    keys.extend(
        [Kind::Post, Kind::Category, Kind::Tag].map(|kind| surrogate_keys::all(kind).to_owned()),
    );
    keys
}

/// Returns the posts that are most similar to a post.
///
/// # Errors
/// Returns the same errors as [`single::locate`].
pub fn list(
    conn: &mut Conn,
    id_or_slug: &str,
    limit: u32,
    view: &View,
) -> Result<Vec<PublicPostSummary>> {
    let (languages, now) = (&view.languages, view.now);
    let members = Members::of_list(&view.asked);
    let source = single::locate(conn, id_or_slug, languages, now, related_url)?.shown;
    let terms = weights(conn, &source, now)?;
    let rows: Vec<DeliveredRow> = match terms.as_slice() {
        [] => Vec::new(),
        terms => {
            let likeness = Likeness {
                source: &source,
                terms,
                now,
            };
            likeness
                .most_similar(limit, members, languages)
                .load(conn)?
        }
    };
    relations::with_relations(conn, rows, members, languages, now)
}

#[derive(QueryableByName)]
struct Weight {
    #[diesel(sql_type = Uuid)]
    id: Id,
    #[diesel(sql_type = BigInt)]
    posts: i64,
}

/// Returns the rarest terms of the post in the language shown, and the number of live posts for each, up to [`COMMON`].
fn weights(conn: &mut Conn, source: &Sibling, now: Timestamp) -> Result<Vec<Weight>> {
    let mut sql = Sql::new(
        "SELECT l.term_id AS id, (SELECT count(DISTINCT b.post_id) FROM (\
         SELECT x.post_id FROM postings x WHERE x.entity_id = l.term_id AND ",
    );
    live(&mut sql, "x", now);
    sql.push(&format!(
        " ORDER BY x.published_at DESC, x.post_id DESC LIMIT {COMMON}) b) AS posts FROM publication_terms l JOIN publications p ON p.id = l.publication_id \
         WHERE p.post_id = "
    ))
    .bind(source.post_id)
    .push(" AND p.lang = ")
    .bind(source.lang.as_str())
    .push(" AND ");
    live(&mut sql, "p", now);
    let mut terms: Vec<Weight> = sql.load(conn)?;
    terms.sort_by_key(|term| (term.posts, term.id));
    terms.truncate(RAREST);
    Ok(terms)
}

/// The similarity of other posts to a post: the terms that they share with it.
struct Likeness<'a> {
    /// The post, in the language shown.
    source: &'a Sibling,
    terms: &'a [Weight],
    now: Timestamp,
}

impl Likeness<'_> {
    /// Returns the statement that finds the related posts, the most similar first.
    fn most_similar(&self, limit: u32, members: Members, languages: &Languages) -> Sql {
        let lang = self.source.lang.as_str();
        let wants_others = languages.wanted().is_none() || !languages.fallback().is_empty();
        let mut sql = self.scores(wants_others);
        sql.push(&format!(
            "SELECT {} FROM s JOIN publications p ON p.id = s.id WHERE (",
            columns(members, None, Some(PostType::Post))
        ));
        // Without a requested language, posts are shown in the language of the source if they have it.
        if languages.wanted().is_none() {
            sql.push("s.same = 1 OR NOT EXISTS (SELECT 1 FROM publications o WHERE o.post_id = p.post_id AND o.lang = ")
                .bind(lang)
                .push(" AND ");
            live(&mut sql, "o", self.now);
            sql.push(") AND ");
        }
        shown_language::push(&mut sql, PUBLICATIONS, languages, self.now);
        sql.push(
            ") ORDER BY s.same DESC, s.likeness DESC, p.published_at DESC, p.post_id DESC LIMIT ",
        )
        .bind(limit);
        sql
    }

    /// Returns the common table expression `s`: the candidates (`c`) with their similarity, and whether they are in the
    /// language of the source.
    fn scores(&self, wants_others: bool) -> Sql {
        let mut sql = Sql::new("WITH c AS (");
        for (number, term) in self.terms.iter().enumerate() {
            if number > 0 {
                sql.push(" UNION ");
            }
            self.push_newest(&mut sql, term, true);
            if wants_others {
                sql.push(" UNION ");
                self.push_newest(&mut sql, term, false);
            }
        }
        sql.push("), s AS (SELECT c.id, c.same, sum(CASE x.entity_id");
        for term in self.terms {
            sql.push(" WHEN ")
                .bind(term.id)
                .push(&format!(" THEN {}", WORTH / term.posts.max(1)));
        }
        sql.push(
            " ELSE 0 END) AS likeness FROM c JOIN postings x ON x.publication_id = c.id GROUP BY c.id, c.same) ",
        );
        sql
    }

    /// Appends the newest live publications with a term, except those of the source. With `same`, they are those in the
    /// language of the source; otherwise they are those among the newest of all languages that are in another language.
    fn push_newest(&self, sql: &mut Sql, term: &Weight, same: bool) {
        let lang = self.source.lang.as_str();
        sql.push(&format!(
            "SELECT n.id, {} AS same FROM (SELECT x.publication_id AS id, x.lang FROM postings x WHERE x.entity_id = ",
            i32::from(same)
        ))
        .bind(term.id);
        if same {
            sql.push(" AND x.lang = ").bind(lang);
        }
        sql.push(" AND x.post_id <> ")
            .bind(self.source.post_id)
            .push(" AND ");
        live(sql, "x", self.now);
        sql.push(" AND x.post_type = 'post' ORDER BY x.published_at DESC, x.post_id DESC LIMIT ")
            .bind(NEWEST)
            .push(") n");
        // The language is checked outside the limit, so that the search ends even if there are no other languages.
        if !same {
            sql.push(" WHERE n.lang <> ").bind(lang);
        }
    }
}
