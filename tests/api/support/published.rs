//! Posts that are published, written straight into the database: for tests of what is counted and what holds what.

use diesel::prelude::*;
use serde_json::json;
use tribuna::db::Conn;
use tribuna::db::sql_types::Json;
use tribuna::id::Id;
use tribuna::schema::{
    post_bylines, post_terms, posts, publication_bylines, publication_terms, publications,
};
use tribuna::timestamp::Timestamp;

use super::TestApp;

/// A post with a publication in each of some languages, the first being its own.
#[derive(Default)]
pub struct Published<'a> {
    pub langs: &'a [&'a str],
    /// Absent: since a day before [`super::START`].
    pub from: Option<&'a str>,
    /// Absent: for ever.
    pub until: Option<&'a str>,
    pub terms: &'a [&'a str],
    pub authors: &'a [&'a str],
}

macro_rules! insert {
    ($conn:ident, $table:ident, $row:expr) => {
        match $conn {
            Conn::Sqlite(conn) => diesel::insert_into($table::table)
                .values($row)
                .execute(conn),
            Conn::Postgres(conn) => diesel::insert_into($table::table)
                .values($row)
                .execute(conn),
        }?
    };
}

impl TestApp {
    /// Publishes a post; its id.
    pub fn publish(&self, post: &Published<'_>) -> String {
        let id = Id::new();
        let now = self.clock.now();
        let written = self.state.db.write_now(|conn| {
            let own = post.langs[0];
            insert!(
                conn,
                posts,
                (
                    posts::id.eq(id),
                    posts::original_lang.eq(own),
                    posts::featured.eq(false),
                    posts::version.eq(1),
                    posts::created_at.eq(now),
                    posts::updated_at.eq(now),
                )
            );
            for (position, term) in numbered(post.terms) {
                insert!(
                    conn,
                    post_terms,
                    (
                        post_terms::post_id.eq(id),
                        post_terms::term_id.eq(term),
                        post_terms::position.eq(position),
                    )
                );
            }
            for (position, author) in numbered(post.authors) {
                insert!(
                    conn,
                    post_bylines,
                    (
                        post_bylines::post_id.eq(id),
                        post_bylines::author_id.eq(author),
                        post_bylines::position.eq(position),
                    )
                );
            }
            for lang in post.langs {
                publish_in(conn, id, own, lang, post)?;
            }
            Ok(())
        });
        written.unwrap();
        id.to_string()
    }
}

fn publish_in(
    conn: &mut Conn,
    id: Id,
    own: &str,
    lang: &str,
    post: &Published<'_>,
) -> tribuna::error::Result<()> {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let from = at(post.from.unwrap_or("2026-04-30T08:00:00Z"));
    insert!(
        conn,
        publications,
        (
            publications::post_id.eq(id),
            publications::lang.eq(lang),
            publications::original_lang.eq(own),
            publications::revision.eq(1),
            publications::slug.eq(format!("p-{id}")),
            publications::published_at.eq(from),
            publications::unpublish_at.eq(post.until.map(at)),
            publications::updated_at.eq(from),
            publications::featured.eq(false),
            publications::title.eq("A title"),
            publications::excerpt.eq("An excerpt"),
            publications::excerpt_source.eq("body"),
            publications::word_count.eq(2),
            publications::reading_minutes.eq(1),
            publications::toc.eq(Json(json!([]))),
            publications::body_html.eq("<p>A body</p>"),
            publications::body_text.eq("A body"),
        )
    );
    let newest = publications::table
        .select(publications::id)
        .order(publications::id.desc());
    let publication: i64 = match conn {
        Conn::Sqlite(conn) => newest.first(conn),
        Conn::Postgres(conn) => newest.first(conn),
    }?;
    for (position, term) in numbered(post.terms) {
        insert!(
            conn,
            publication_terms,
            (
                publication_terms::publication_id.eq(publication),
                publication_terms::term_id.eq(term),
                publication_terms::position.eq(position),
            )
        );
    }
    for (position, author) in numbered(post.authors) {
        insert!(
            conn,
            publication_bylines,
            (
                publication_bylines::publication_id.eq(publication),
                publication_bylines::author_id.eq(author),
                publication_bylines::position.eq(position),
            )
        );
    }
    Ok(())
}

fn numbered(ids: &[&str]) -> impl Iterator<Item = (i32, Id)> {
    let ids: Vec<Id> = ids.iter().map(|id| id.parse().unwrap()).collect();
    (0..).zip(ids)
}
