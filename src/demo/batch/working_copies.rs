//! The rows that editors see: posts, slugs, translations and revisions.

use diesel::prelude::*;

use super::Batch;
use crate::content::Format;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::editorial::revisions::stored::Stored;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::schema as t;

impl Batch {
    pub(super) fn write_posts(&self, conn: &mut Conn) -> Result<()> {
        let mut posts = Vec::new();
        let mut bylines = Vec::new();
        let mut links = Vec::new();
        for post in &self.posts {
            let original = post.languages.first().map(|one| one.lang.clone());
            posts.push((
                t::posts::id.eq(post.id),
                t::posts::original_lang
                    .eq(original.ok_or_else(|| Error::Internal("no language".into()))?),
                t::posts::featured.eq(post.featured),
                t::posts::created_at.eq(post.at),
                t::posts::updated_at.eq(post.at),
            ));
            bylines.extend((0..).zip(&post.authors).map(|(position, line)| {
                (
                    t::post_bylines::post_id.eq(post.id),
                    t::post_bylines::position.eq(position),
                    t::post_bylines::author_id.eq(line.author),
                    t::post_bylines::organization_id.eq(line.organization),
                )
            }));
            links.extend((0..).zip(post.categories.iter().chain(&post.tags)).map(
                |(position, term)| {
                    (
                        t::post_terms::post_id.eq(post.id),
                        t::post_terms::term_id.eq(*term),
                        t::post_terms::position.eq(position),
                    )
                },
            ));
        }
        each!(conn, {
            diesel::insert_into(t::posts::table)
                .values(posts)
                .execute(conn)?;
            diesel::insert_into(t::post_bylines::table)
                .values(bylines)
                .execute(conn)?;
            diesel::insert_into(t::post_terms::table)
                .values(links)
                .execute(conn)?;
        });
        Ok(())
    }

    pub(super) fn write_translations(&self, conn: &mut Conn) -> Result<()> {
        let mut slugs = Vec::new();
        let mut translations = Vec::new();
        let mut saved = Vec::new();
        for (post, one) in self.translations() {
            slugs.push((
                t::slugs::kind.eq(Kind::Post),
                t::slugs::lang.eq(one.lang.as_str()),
                t::slugs::slug.eq(&one.slug),
                t::slugs::owner_id.eq(post.id),
                t::slugs::public_at.eq(one.at),
            ));
            translations.push((
                t::translations::post_id.eq(post.id),
                t::translations::lang.eq(&one.lang),
                t::translations::slug.eq(&one.slug),
                t::translations::title.eq(&one.title),
                t::translations::body_format.eq(Format::Markdown),
                t::translations::body_source.eq(&one.body.source),
                t::translations::revision.eq(1),
                t::translations::stage_at.eq(one.at),
                t::translations::created_at.eq(one.at),
                t::translations::updated_at.eq(one.at),
            ));
            let stored = Stored::from(post.snapshot(one));
            saved.push((
                t::revisions::post_id.eq(post.id),
                t::revisions::lang.eq(&one.lang),
                t::revisions::number.eq(1),
                t::revisions::hash.eq(stored.hash()?),
                t::revisions::snapshot.eq(Json(stored)),
                t::revisions::created_at.eq(one.at),
            ));
        }
        each!(conn, {
            diesel::insert_into(t::slugs::table)
                .values(slugs)
                .execute(conn)?;
            diesel::insert_into(t::translations::table)
                .values(translations)
                .execute(conn)?;
            diesel::insert_into(t::revisions::table)
                .values(saved)
                .execute(conn)?;
        });
        Ok(())
    }
}
