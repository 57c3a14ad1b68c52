//! The rows of working copies: posts, slugs, translations and revisions.

use diesel::prelude::*;

use super::Batch;
use crate::collation::CollationKey;
use crate::content::Format;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::editorial::revisions::stored::Stored;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::schema as t;

impl Batch {
    pub(super) fn write_working_copies(&self, conn: &mut Conn) -> Result<()> {
        self.write_posts(conn)?;
        self.write_bylines(conn)?;
        self.write_terms(conn)?;
        self.write_slugs(conn)?;
        self.write_translations(conn)?;
        self.write_revisions(conn)
    }

    fn write_posts(&self, conn: &mut Conn) -> Result<()> {
        let mut posts = Vec::new();
        for post in &self.posts {
            let original = post.languages.first().map(|one| one.lang.clone());
            let original = original.ok_or_else(|| Error::Internal("no language".into()))?;
            posts.push((
                t::posts::id.eq(post.id),
                t::posts::original_lang.eq(original),
                t::posts::featured.eq(post.featured),
                t::posts::created_at.eq(post.at),
                t::posts::updated_at.eq(post.at),
            ));
        }
        each!(
            conn,
            diesel::insert_into(t::posts::table)
                .values(posts)
                .execute(conn)
        )?;
        Ok(())
    }

    fn write_bylines(&self, conn: &mut Conn) -> Result<()> {
        let mut bylines = Vec::new();
        for post in &self.posts {
            bylines.extend((0..).zip(&post.authors).map(|(position, line)| {
                (
                    t::post_bylines::post_id.eq(post.id),
                    t::post_bylines::position.eq(position),
                    t::post_bylines::author_id.eq(line.author),
                    t::post_bylines::organization_id.eq(line.organization),
                )
            }));
        }
        each!(
            conn,
            diesel::insert_into(t::post_bylines::table)
                .values(bylines)
                .execute(conn)
        )?;
        Ok(())
    }

    fn write_terms(&self, conn: &mut Conn) -> Result<()> {
        let mut terms = Vec::new();
        for post in &self.posts {
            terms.extend((0..).zip(post.terms()).map(|(position, term)| {
                (
                    t::post_terms::post_id.eq(post.id),
                    t::post_terms::term_id.eq(term),
                    t::post_terms::position.eq(position),
                )
            }));
        }
        each!(
            conn,
            diesel::insert_into(t::post_terms::table)
                .values(terms)
                .execute(conn)
        )?;
        Ok(())
    }

    fn write_slugs(&self, conn: &mut Conn) -> Result<()> {
        let slugs = self.translations().map(|(post, one)| {
            (
                t::slugs::kind.eq(Kind::Post),
                t::slugs::lang.eq(one.lang.as_str()),
                t::slugs::slug.eq(&one.slug),
                t::slugs::owner_id.eq(post.id),
                t::slugs::public_at.eq(one.at),
            )
        });
        let slugs: Vec<_> = slugs.collect();
        each!(
            conn,
            diesel::insert_into(t::slugs::table)
                .values(slugs)
                .execute(conn)
        )?;
        Ok(())
    }

    fn write_translations(&self, conn: &mut Conn) -> Result<()> {
        let translations = self.translations().map(|(post, one)| {
            Ok((
                t::translations::post_id.eq(post.id),
                t::translations::lang.eq(&one.lang),
                t::translations::slug.eq(&one.slug),
                t::translations::title.eq(&one.title),
                t::translations::title_key.eq(CollationKey::new(&one.title)?),
                t::translations::body_format.eq(Format::Markdown),
                t::translations::body_source.eq(&one.body.source),
                t::translations::revision.eq(1),
                t::translations::stage_at.eq(one.at),
                t::translations::created_at.eq(one.at),
                t::translations::updated_at.eq(one.at),
            ))
        });
        let translations: Vec<_> = translations.collect::<Result<_>>()?;
        each!(
            conn,
            diesel::insert_into(t::translations::table)
                .values(translations)
                .execute(conn)
        )?;
        Ok(())
    }

    fn write_revisions(&self, conn: &mut Conn) -> Result<()> {
        let mut revisions = Vec::new();
        for (post, one) in self.translations() {
            let stored = Stored::from(post.snapshot(one));
            revisions.push((
                t::revisions::post_id.eq(post.id),
                t::revisions::lang.eq(&one.lang),
                t::revisions::number.eq(1),
                t::revisions::hash.eq(stored.hash()?),
                t::revisions::snapshot.eq(Json(stored)),
                t::revisions::created_at.eq(one.at),
            ));
        }
        each!(
            conn,
            diesel::insert_into(t::revisions::table)
                .values(revisions)
                .execute(conn)
        )?;
        Ok(())
    }
}
