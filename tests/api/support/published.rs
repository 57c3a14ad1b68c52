//! Published posts that are inserted directly into the database, for tests of counts and references.

use diesel::prelude::*;
use tribuna::content::{self, ExternalLinks, Format};
use tribuna::db::Conn;
use tribuna::id::Id;
use tribuna::post_type::PostType;
use tribuna::publications::model::ExcerptSource;
use tribuna::publications::writing::present::{LanguageFacts, Publications};
use tribuna::publications::writing::snapshot::PublicationSnapshot;
use tribuna::publications::writing::store;
use tribuna::schema::{post_bylines, post_terms, posts};
use tribuna::timestamp::Timestamp;
use tribuna::translation_id::TranslationId;

use super::TestApp;

/// A post with a publication in each language. The first language is the original.
#[derive(Default)]
pub struct Published<'a> {
    pub langs: &'a [&'a str],
    /// Default: a day before [`super::START`].
    pub from: Option<&'a str>,
    /// Default: no end.
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
    /// Inserts the post with its publications. Returns its id.
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
    let new = PublicationSnapshot {
        shared_version: 1,
        post_type: PostType::Post,
        parent: None,
        position: 0,
        post_id: id,
        lang: lang.parse().unwrap(),
        original_lang: own.parse().unwrap(),
        revision: 1,
        slug: format!("p-{id}").parse().unwrap(),
        published_at: from,
        replaces_at: None,
        unpublish_at: post.until.map(at),
        updated_at: from,
        time_zone: None,
        featured: false,
        licence: None,
        canonical_url: None,
        title: "A title".to_owned(),
        subtitle: None,
        excerpt: "An excerpt".to_owned(),
        excerpt_source: ExcerptSource::Body,
        seo_title: None,
        seo_description: None,
        rendition: content::render(Format::Markdown, "A body", ExternalLinks::Plain),
        bylines: numbered(post.authors)
            .map(|(_, author)| (author, None, None))
            .collect(),
        terms: numbered(post.terms).map(|(_, term)| term).collect(),
    };
    let facts = LanguageFacts {
        is_due: false,
        was_public: false,
        has_former_slugs: false,
        is_original: lang == own,
        original_since: post.until.is_none().then_some(from).filter(|_| lang != own),
        has_translations: false,
    };
    let translation = TranslationId::new(id, new.lang.clone());
    let present = Publications::new(translation, Vec::new(), facts);
    store::publish(conn, &new, present, from).map(drop)
}

fn numbered(ids: &[&str]) -> impl Iterator<Item = (i32, Id)> {
    let ids: Vec<Id> = ids.iter().map(|id| id.parse().unwrap()).collect();
    (0..).zip(ids)
}
