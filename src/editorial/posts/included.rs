//! The names of what posts refer to, which a request adds with `include`.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::query::{Includable, PostInclusion};
use crate::catalogue::organizations::model::OrganizationRef;
use crate::catalogue::terms::model::TermRef;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;

/// The names of what a post refers to. Each list has the order of the member of the post with the same name, and is present
/// only if `include` names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Included {
    /// The authors, each with the organization of the byline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub authors: Option<Vec<IncludedAuthor>>,
    /// The categories. Each is named in the requested language, else in the post's original one, else in the category's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub categories: Option<Vec<TermRef>>,
    /// The tags. Each is named in the requested language, else in the post's original one, else in the tag's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tags: Option<Vec<TermRef>>,
}

/// An author of a post, with the organization of the byline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IncludedAuthor {
    /// The author's id (UUIDv7).
    pub id: Id,
    /// The author's slug.
    pub slug: Slug,
    /// The author's name.
    pub name: String,
    /// The organization the author speaks for on this post.
    pub organization: Option<OrganizationRef>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Text)]
    kind: Kind,
    #[diesel(sql_type = Uuid)]
    id: Id,
    #[diesel(sql_type = Text)]
    slug: Slug,
    #[diesel(sql_type = Text)]
    name: String,
    /// The language of a term's name; `None` for an author.
    #[diesel(sql_type = Nullable<Text>)]
    lang: Option<Lang>,
    #[diesel(sql_type = Nullable<Uuid>)]
    other_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    other_slug: Option<Slug>,
    #[diesel(sql_type = Nullable<Text>)]
    other_name: Option<String>,
}

/// Reads the requested names for several posts, in one statement. Terms are named in `lang` if possible.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the database does not respond.
pub(super) fn load(
    conn: &mut Conn,
    posts: &[Id],
    inclusion: &PostInclusion,
    lang: Option<&Lang>,
) -> Result<HashMap<Id, Included>> {
    let none = Included {
        authors: inclusion.has(Includable::Authors).then(Vec::new),
        categories: inclusion.has(Includable::Categories).then(Vec::new),
        tags: inclusion.has(Includable::Tags).then(Vec::new),
    };
    let mut found: HashMap<Id, Included> = posts.iter().map(|id| (*id, none.clone())).collect();
    for row in statement(posts, inclusion, lang).load::<Row>(conn)? {
        if let Some(included) = found.get_mut(&row.post_id) {
            included.add(row);
        }
    }
    Ok(found)
}

fn statement(posts: &[Id], inclusion: &PostInclusion, lang: Option<&Lang>) -> Sql {
    let mut sql = Sql::new(
        "SELECT b.post_id, 'author' AS kind, b.position, 0 AS rank, a.id, a.slug, a.name, NULL AS lang, \
         o.id AS other_id, o.slug AS other_slug, o.name AS other_name \
         FROM post_bylines b JOIN authors a ON a.id = b.author_id \
         LEFT JOIN organizations o ON o.id = b.organization_id WHERE b.post_id IN ",
    );
    let has_authors = inclusion.has(Includable::Authors);
    sql.bind_all(posts.iter().copied().filter(|_| has_authors))
        .push(" UNION ALL SELECT l.post_id, n.kind, l.position, CASE n.lang ");
    if let Some(lang) = lang {
        sql.push("WHEN ").bind(lang.as_str()).push(" THEN 0 ");
    }
    sql.push(
        "WHEN t.original_lang THEN 1 ELSE 2 END, n.term_id, n.slug, n.name, n.lang, NULL, NULL, NULL \
         FROM post_terms l JOIN posts t ON t.id = l.post_id JOIN term_names n ON n.term_id = l.term_id \
         WHERE (n.position = 0 OR n.lang = t.original_lang",
    );
    if let Some(lang) = lang {
        sql.push(" OR n.lang = ").bind(lang.as_str());
    }
    let terms = [
        (Includable::Categories, Kind::Category),
        (Includable::Tags, Kind::Tag),
    ];
    let kinds = terms.into_iter().filter(|(part, _)| inclusion.has(*part));
    sql.push(") AND n.kind IN ")
        .bind_all(kinds.map(|(_, kind)| kind.as_str()))
        .push(" AND l.post_id IN ")
        .bind_all(posts.iter().copied())
        .push(" ORDER BY post_id, position, rank");
    sql
}

impl Included {
    /// Adds a row. Of the names of a term, the first is the best.
    fn add(&mut self, row: Row) {
        let terms = match row.kind {
            Kind::Author => {
                let authors = self.authors.as_mut();
                authors.into_iter().for_each(|all| all.push(row.author()));
                return;
            }
            Kind::Category => &mut self.categories,
            _ => &mut self.tags,
        };
        if let (Some(terms), Some(lang)) = (terms, row.lang)
            && terms.last().is_none_or(|last| last.id != row.id)
        {
            terms.push(TermRef {
                id: row.id,
                lang,
                slug: row.slug,
                name: row.name,
            });
        }
    }
}

impl Row {
    fn author(&self) -> IncludedAuthor {
        let organization = |row: &Self| {
            Some(OrganizationRef {
                id: row.other_id?,
                slug: row.other_slug.clone()?,
                name: row.other_name.clone()?,
            })
        };
        IncludedAuthor {
            id: self.id,
            slug: self.slug.clone(),
            name: self.name.clone(),
            organization: organization(self),
        }
    }
}
