//! What of a corpus one transaction writes: posts with all that publishing them would have made, row by row.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::changes;
use crate::changes::actor::{Actor, By};
use crate::collation::CollationKey;
use crate::content::{Format, Rendition};
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::delivery::postings;
use crate::editorial::posts::model::PostByline;
use crate::editorial::revisions::model::Snapshot;
use crate::editorial::revisions::stored::Stored;
use crate::editorial::translations::model::{BodySource, Seo};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::model::ExcerptSource;
use crate::schema as t;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// A body that was rendered once, for many posts.
#[derive(Clone)]
pub(super) struct RenderedBody {
    pub(super) source: String,
    pub(super) rendition: Rendition,
    pub(super) excerpt: String,
}

/// A post of a corpus.
pub(super) struct SyntheticPost {
    pub(super) id: Id,
    pub(super) at: Timestamp,
    pub(super) authors: Vec<PostByline>,
    pub(super) categories: Vec<Id>,
    pub(super) tags: Vec<Id>,
    pub(super) featured: bool,
    pub(super) languages: Vec<SyntheticTranslation>,
}

/// One language of it.
pub(super) struct SyntheticTranslation {
    pub(super) lang: Lang,
    pub(super) title: String,
    pub(super) slug: Slug,
    pub(super) at: Timestamp,
    pub(super) body: RenderedBody,
}

impl SyntheticPost {
    fn snapshot(&self, one: &SyntheticTranslation) -> Snapshot {
        Snapshot {
            title: one.title.clone(),
            slug: one.slug.clone(),
            subtitle: None,
            excerpt: None,
            body: BodySource {
                format: Format::Markdown,
                source: one.body.source.clone(),
            },
            seo: Seo::default(),
            authors: self.authors.clone(),
            categories: self.categories.clone(),
            tags: self.tags.clone(),
            featured: self.featured,
            licence: None,
            canonical_url: None,
        }
    }
}

/// What one transaction writes.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) posts: Vec<SyntheticPost>,
}

impl Batch {
    /// Writes it, unless it is there.
    ///
    /// # Errors
    /// What the database reports.
    pub(super) fn write(&self, conn: &mut Conn) -> Result<()> {
        let ids: Vec<Id> = self.posts.iter().map(|post| post.id).collect();
        let there = t::posts::table.filter(t::posts::id.eq_any(ids)).count();
        let there: i64 = each!(conn, there.get_result(conn))?;
        if there > 0 {
            // The same seed makes the same posts: this batch was written before.
            return Ok(());
        }
        self.write_posts(conn)?;
        self.write_translations(conn)?;
        self.write_publications(conn)?;
        self.write_changes(conn)
    }

    fn translations(&self) -> impl Iterator<Item = (&SyntheticPost, &SyntheticTranslation)> {
        self.posts
            .iter()
            .flat_map(|post| post.languages.iter().map(move |one| (post, one)))
    }

    fn write_posts(&self, conn: &mut Conn) -> Result<()> {
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

    fn write_translations(&self, conn: &mut Conn) -> Result<()> {
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

    /// Nothing of them lies ahead of the clock: the log tells of each at its own date.
    fn write_publications(&self, conn: &mut Conn) -> Result<()> {
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let mut rows = Vec::new();
        for (post, one) in self.translations() {
            let rendition = &one.body.rendition;
            let original = post.languages.first().unwrap_or(one);
            rows.push((
                (
                    t::publications::post_id.eq(post.id),
                    t::publications::lang.eq(&one.lang),
                    t::publications::original_lang.eq(&original.lang),
                    t::publications::may_represent
                        .eq(one.lang == original.lang || one.at < original.at),
                    t::publications::revision.eq(1),
                    t::publications::slug.eq(&one.slug),
                    t::publications::published_at.eq(one.at),
                    t::publications::updated_at.eq(one.at),
                    t::publications::featured.eq(post.featured),
                ),
                (
                    t::publications::title.eq(&one.title),
                    t::publications::title_key.eq(CollationKey::new(&one.title)?),
                    t::publications::excerpt.eq(&one.body.excerpt),
                    t::publications::excerpt_source.eq(ExcerptSource::Body),
                    t::publications::word_count.eq(count(rendition.word_count)),
                    t::publications::reading_minutes.eq(count(rendition.reading_minutes)),
                    t::publications::toc.eq(Json(&rendition.toc)),
                    t::publications::body_html.eq(&rendition.html),
                    t::publications::body_text.eq(&rendition.text),
                ),
            ));
        }
        each!(
            conn,
            diesel::insert_into(t::publications::table)
                .values(rows)
                .execute(conn)
        )?;
        self.write_publication_relations(conn)
    }

    fn write_publication_relations(&self, conn: &mut Conn) -> Result<()> {
        let posts: HashMap<Id, &SyntheticPost> =
            self.posts.iter().map(|post| (post.id, post)).collect();
        let made = t::publications::table
            .filter(t::publications::post_id.eq_any(posts.keys().copied().collect::<Vec<_>>()))
            .order(t::publications::id)
            .select((t::publications::id, t::publications::post_id));
        let made: Vec<(i64, Id)> = each!(conn, made.load(conn))?;
        let mut bylines = Vec::new();
        let mut links = Vec::new();
        for (publication, post) in made
            .iter()
            .filter_map(|(id, post)| Some((*id, *posts.get(post)?)))
        {
            bylines.extend((0..).zip(&post.authors).map(|(position, line)| {
                (
                    t::publication_bylines::publication_id.eq(publication),
                    t::publication_bylines::position.eq(position),
                    t::publication_bylines::author_id.eq(line.author),
                    t::publication_bylines::organization_id.eq(line.organization),
                )
            }));
            links.extend((0..).zip(post.categories.iter().chain(&post.tags)).map(
                |(position, term)| {
                    (
                        t::publication_terms::publication_id.eq(publication),
                        t::publication_terms::term_id.eq(*term),
                        t::publication_terms::position.eq(position),
                    )
                },
            ));
        }
        each!(conn, {
            diesel::insert_into(t::publication_bylines::table)
                .values(bylines)
                .execute(conn)?;
            diesel::insert_into(t::publication_terms::table)
                .values(links)
                .execute(conn)?;
        });
        let made: Vec<i64> = made.iter().map(|(id, _)| *id).collect();
        postings::enter(conn, &made)
    }

    fn write_changes(&self, conn: &mut Conn) -> Result<()> {
        for (post, one) in self.translations() {
            let by = By::new(Actor::Import, one.at);
            changes::append_in(
                conn,
                by,
                Kind::Publication,
                post.id,
                &one.lang,
                changes::Operation::Publish,
                changes::Facts::none(),
            )?;
        }
        Ok(())
    }
}
