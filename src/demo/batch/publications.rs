//! The rows of delivery: publications, their bylines and terms, and the posting lists.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Batch;
use crate::collation::CollationKey;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::demo::post::SyntheticPost;
use crate::error::Result;
use crate::id::Id;
use crate::postings;
use crate::publications::model::ExcerptSource;
use crate::schema as t;

impl Batch {
    /// Writes the publications. All of them have begun, so the change log gets an entry for each at its own date.
    pub(super) fn write_publications(&self, conn: &mut Conn) -> Result<()> {
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
        let rows = t::publications::table
            .filter(t::publications::post_id.eq_any(posts.keys().copied().collect::<Vec<_>>()))
            .order(t::publications::id)
            .select((t::publications::id, t::publications::post_id));
        let rows: Vec<(i64, Id)> = each!(conn, rows.load(conn))?;
        let written = rows.iter();
        let written = written.filter_map(|(id, post)| Some((*id, *posts.get(post)?)));
        let written: Vec<(i64, &SyntheticPost)> = written.collect();
        write_bylines(conn, &written)?;
        write_terms(conn, &written)?;
        let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        postings::enter(conn, &ids)
    }
}

fn write_bylines(conn: &mut Conn, publications: &[(i64, &SyntheticPost)]) -> Result<()> {
    let mut bylines = Vec::new();
    for (publication, post) in publications {
        bylines.extend((0..).zip(&post.authors).map(|(position, line)| {
            (
                t::publication_bylines::publication_id.eq(*publication),
                t::publication_bylines::position.eq(position),
                t::publication_bylines::author_id.eq(line.author),
                t::publication_bylines::organization_id.eq(line.organization),
            )
        }));
    }
    each!(
        conn,
        diesel::insert_into(t::publication_bylines::table)
            .values(bylines)
            .execute(conn)
    )?;
    Ok(())
}

fn write_terms(conn: &mut Conn, publications: &[(i64, &SyntheticPost)]) -> Result<()> {
    let mut terms = Vec::new();
    for (publication, post) in publications {
        terms.extend((0..).zip(post.terms()).map(|(position, term)| {
            (
                t::publication_terms::publication_id.eq(*publication),
                t::publication_terms::term_id.eq(term),
                t::publication_terms::position.eq(position),
            )
        }));
    }
    each!(
        conn,
        diesel::insert_into(t::publication_terms::table)
            .values(terms)
            .execute(conn)
    )?;
    Ok(())
}
