//! What a post is related to: its bylines, with the affiliation fixed when they are written, its categories and tags.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{NewByline, PostByline};
use crate::catalogue::{authors, organizations, terms};
use crate::db::{Conn, each};
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::{post_bylines, post_terms, terms as term_table};

/// The relations of one post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// Who wrote it, in order.
    pub authors: Vec<PostByline>,
    /// Its categories, in order.
    pub categories: Vec<Id>,
    /// Its tags, in order.
    pub tags: Vec<Id>,
}

/// Relations as they were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requested {
    /// Who wrote it, in order.
    pub authors: Vec<NewByline>,
    /// Its categories, in order.
    pub categories: Vec<Id>,
    /// Its tags, in order.
    pub tags: Vec<Id>,
}

/// Checks that everything named is there, and fills in affiliations that were left out: as they were on this post, else
/// as they are now.
///
/// # Errors
/// [`Error::Invalid`], naming each unknown id.
pub fn resolve(conn: &mut Conn, wanted: Requested, was: &Relations) -> Result<Relations> {
    let mut faults = Vec::new();
    let mut resolved = Relations {
        authors: bylines(conn, wanted.authors, was, &mut faults)?,
        categories: wanted.categories,
        tags: wanted.tags,
    };
    let terms = [
        (
            Kind::Category,
            "categories",
            "category",
            &resolved.categories,
        ),
        (Kind::Tag, "tags", "tag", &resolved.tags),
    ];
    for (kind, member, noun, ids) in terms {
        let missing = terms::store::missing(conn, kind, ids)?;
        let named = ids
            .iter()
            .enumerate()
            .filter(|(_, id)| missing.contains(id));
        faults.extend(named.map(|(index, _)| Fault::unknown(&format!("/{member}/{index}"), noun)));
    }
    dedup(&mut resolved.categories);
    dedup(&mut resolved.tags);
    if faults.is_empty() {
        Ok(resolved)
    } else {
        Err(Error::Invalid(faults))
    }
}

fn bylines(
    conn: &mut Conn,
    wanted: Vec<NewByline>,
    was: &Relations,
    faults: &mut Vec<Fault>,
) -> Result<Vec<PostByline>> {
    let authors: Vec<Id> = wanted.iter().map(|byline| byline.author).collect();
    let current = authors::store::affiliations(conn, &authors)?;
    let named: Vec<Id> = wanted
        .iter()
        .filter_map(|byline| byline.organization.flatten())
        .collect();
    let known = organizations::store::refs(conn, &named)?;
    let mut resolved = Vec::new();
    for (index, byline) in wanted.into_iter().enumerate() {
        let Some(now) = current.get(&byline.author) else {
            faults.push(Fault::unknown(
                &format!("/authors/{index}/author"),
                "author",
            ));
            continue;
        };
        let before = was.authors.iter().find(|one| one.author == byline.author);
        if let Some(Some(id)) = byline.organization
            && !known.iter().any(|one| one.id == id)
        {
            let pointer = format!("/authors/{index}/organization");
            faults.push(Fault::unknown(&pointer, "organization"));
        }
        resolved.push(PostByline {
            author: byline.author,
            organization: byline
                .organization
                .unwrap_or_else(|| before.map_or(*now, |before| before.organization)),
            role: byline.role,
        });
    }
    Ok(resolved)
}

/// The same term twice says no more than once.
fn dedup(ids: &mut Vec<Id>) {
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
}

/// Puts resolved relations in the place of those there were.
///
/// # Errors
/// What the database reports.
pub fn replace(conn: &mut Conn, post: Id, relations: &Relations) -> Result<()> {
    let bylines: Vec<_> = (0..)
        .zip(&relations.authors)
        .map(|(position, byline)| {
            (
                post_bylines::post_id.eq(post),
                post_bylines::position.eq(position),
                post_bylines::author_id.eq(byline.author),
                post_bylines::organization_id.eq(byline.organization),
                post_bylines::role.eq(byline.role.as_deref()),
            )
        })
        .collect();
    let terms: Vec<_> = (0..)
        .zip(relations.categories.iter().chain(&relations.tags))
        .map(|(position, term)| {
            (
                post_terms::post_id.eq(post),
                post_terms::term_id.eq(*term),
                post_terms::position.eq(position),
            )
        })
        .collect();
    each!(conn, {
        diesel::delete(post_bylines::table.filter(post_bylines::post_id.eq(post))).execute(conn)?;
        diesel::delete(post_terms::table.filter(post_terms::post_id.eq(post))).execute(conn)?;
        diesel::insert_into(post_bylines::table)
            .values(bylines)
            .execute(conn)?;
        diesel::insert_into(post_terms::table)
            .values(terms)
            .execute(conn)?;
    });
    Ok(())
}

/// The relations of several posts.
///
/// # Errors
/// What the database reports.
pub fn load(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Relations>> {
    let bylines = post_bylines::table
        .filter(post_bylines::post_id.eq_any(posts.to_vec()))
        .order((post_bylines::post_id, post_bylines::position))
        .select((
            post_bylines::post_id,
            post_bylines::author_id,
            post_bylines::organization_id,
            post_bylines::role,
        ));
    let terms = post_terms::table
        .inner_join(term_table::table.on(term_table::id.eq(post_terms::term_id)))
        .filter(post_terms::post_id.eq_any(posts.to_vec()))
        .order((post_terms::post_id, post_terms::position))
        .select((post_terms::post_id, post_terms::term_id, term_table::kind));
    let mut found: HashMap<Id, Relations> = HashMap::new();
    let rows: Vec<(Id, Id, Option<Id>, Option<String>)> = each!(conn, bylines.load(conn))?;
    for (post, author, organization, role) in rows {
        found.entry(post).or_default().authors.push(PostByline {
            author,
            organization,
            role,
        });
    }
    let rows: Vec<(Id, Id, Kind)> = each!(conn, terms.load(conn))?;
    for (post, term, kind) in rows {
        let relations = found.entry(post).or_default();
        if kind == Kind::Category {
            relations.categories.push(term)
        } else {
            relations.tags.push(term)
        }
    }
    Ok(found)
}
