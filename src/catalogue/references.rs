//! Looks up the authors, organizations and terms that a post refers to: in one statement, or as one column of another.

use std::collections::{HashMap, HashSet};

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, expression::is_aggregate};

use crate::db::sql_types::Uuid;
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;

/// Things of the catalogue to look up.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    /// The ids of authors.
    pub authors: Vec<Id>,
    /// The ids of organizations.
    pub organizations: Vec<Id>,
    /// The ids of categories and tags.
    pub terms: Vec<Id>,
    /// The kind and the present slug of an author or term.
    pub named: Option<(Kind, Slug)>,
}

impl Lookup {
    /// Looks up one author or term, by its id or by a present slug of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for text that is neither.
    pub fn one(kind: Kind, id_or_slug: &str) -> Result<Self> {
        let mut lookup = Self::default();
        match (id_or_slug.parse(), kind) {
            (Ok(id), Kind::Author) => lookup.authors.push(id),
            (Ok(id), _) => lookup.terms.push(id),
            (Err(_), _) => {
                let slug = id_or_slug.parse().map_err(|_| Error::NotFound)?;
                lookup.named = Some((kind, slug));
            }
        }
        Ok(lookup)
    }

    fn is_empty(&self) -> bool {
        self.authors.is_empty()
            && self.organizations.is_empty()
            && self.terms.is_empty()
            && self.named.is_none()
    }
}

/// Things of the catalogue that exist.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// The authors, each with their current organization.
    pub authors: HashMap<Id, Option<Id>>,
    /// The organizations.
    pub organizations: HashSet<Id>,
    /// The categories and tags, each with its kind.
    pub terms: HashMap<Id, Kind>,
    /// The things that have the slug that was looked up, each with the language of the slug.
    named: Vec<(Option<Lang>, Id)>,
}

/// A line: the kind, the id, the organization of an author, and the language of the slug by which a term was found.
type Line = (Kind, Id, Option<Id>, Option<Lang>);

impl References {
    /// Reads what [`Existing`] selected.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is something else.
    pub fn read(lookup: &Lookup, lines: &str) -> Result<Self> {
        let lines: Vec<Line> =
            serde_json::from_str(lines).map_err(|error| Error::Internal(error.to_string()))?;
        let mut found = Self::default();
        for (kind, id, organization, lang) in lines {
            if lookup.named.is_some() && kind != Kind::Organization {
                found.named.push((lang, id));
            }
            match kind {
                Kind::Author => found.authors.extend([(id, organization)]),
                Kind::Organization => found.organizations.extend([id]),
                kind => found.terms.extend([(id, kind)]),
            }
        }
        Ok(found)
    }

    /// Returns the author or term that [`Lookup::one`] looked up. Of several terms with the same slug, returns the one
    /// that has it in `lang`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `conflict` if several terms have the slug, none of them in `lang`.
    pub fn the_one(&self, kind: Kind, lang: &Lang) -> Result<Id> {
        let mut all: Vec<Id> = match (kind, self.named.is_empty()) {
            (_, false) => self.named.iter().map(|(_, id)| *id).collect(),
            (Kind::Author, true) => self.authors.keys().copied().collect(),
            (_, true) => {
                let terms = self.terms.iter().filter(|(_, found)| **found == kind);
                terms.map(|(id, _)| *id).collect()
            }
        };
        let in_lang = self.named.iter().find(|(of, _)| of.as_ref() == Some(lang));
        if let Some((_, id)) = in_lang {
            return Ok(*id);
        }
        all.sort_unstable();
        all.dedup();
        match all.as_slice() {
            [] => Err(Error::NotFound),
            [only] => Ok(*only),
            _ => {
                let detail = format!(
                    "several {} have this slug, in different languages; use the id",
                    kind.plural()
                );
                Err(Error::conflict(Code::Conflict, detail))
            }
        }
    }
}

/// Finds those of the things that exist. Makes no statement if there are none to look up.
///
/// # Errors
/// Database errors.
pub fn find(conn: &mut Conn, lookup: &Lookup) -> Result<References> {
    if lookup.is_empty() {
        return Ok(References::default());
    }
    let found: String = each!(
        conn,
        diesel::select(Existing(lookup.clone())).get_result(conn)
    )?;
    References::read(lookup, &found)
}

/// Selects those of the things that exist as a JSON array, for [`References::read`].
#[derive(Debug, Clone)]
pub struct Existing(pub Lookup);

impl Existing {
    /// Writes the rows of everything that is looked up; there is something.
    fn rows<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Uuid>,
        Id: ToSql<Uuid, DB>,
        Slug: ToSql<Text, DB>,
    {
        let Lookup {
            authors,
            organizations,
            terms,
            named,
        } = &self.0;
        let all = [
            (
                "'author' AS kind, id, organization_id, NULL AS lang FROM authors",
                authors,
            ),
            (
                "'organization', id, CAST(NULL AS uuid), NULL FROM organizations",
                organizations,
            ),
            ("kind, id, CAST(NULL AS uuid), NULL FROM terms", terms),
        ];
        for (place, (columns, ids)) in all.into_iter().enumerate() {
            let union = if place > 0 { " UNION ALL " } else { "" };
            out.push_sql(union);
            out.push_sql("SELECT ");
            out.push_sql(columns);
            out.push_sql(" WHERE id IN (NULL");
            for id in ids {
                out.push_sql(", ");
                out.push_bind_param::<Uuid, _>(id)?;
            }
            out.push_sql(")");
        }
        match named {
            Some((kind, slug)) => Self::named_rows(*kind, slug, out),
            None => Ok(()),
        }
    }

    /// Writes the rows of the things with a slug, after other rows.
    fn named_rows<'b, DB>(
        kind: Kind,
        slug: &'b Slug,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Uuid>,
        Slug: ToSql<Text, DB>,
    {
        out.push_sql(match kind {
            Kind::Author => " UNION ALL SELECT 'author', id, organization_id, NULL FROM authors WHERE slug = ",
            Kind::Category => " UNION ALL SELECT kind, term_id, NULL, lang FROM term_names WHERE kind = 'category' AND slug = ",
            _ => " UNION ALL SELECT kind, term_id, NULL, lang FROM term_names WHERE kind = 'tag' AND slug = ",
        });
        out.push_bind_param::<Text, _>(slug)
    }
}

impl QueryId for Existing {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Existing {
    type SqlType = Text;
}

impl<QS> AppearsOnTable<QS> for Existing {}
impl<QS> SelectableExpression<QS> for Existing {}

impl<GB> ValidGrouping<GB> for Existing {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Sqlite> for Existing {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        if self.0.is_empty() {
            out.push_sql("'[]'");
            return Ok(());
        }
        // SQLite: JSON has no bytes, so ids are written in hexadecimal; the `hex` of nothing is an empty text.
        out.push_sql(
            "(SELECT json_group_array(json_array(kind, hex(id), nullif(hex(organization_id), ''), lang)) FROM (",
        );
        self.rows(&mut out)?;
        out.push_sql(") r)");
        Ok(())
    }
}

impl QueryFragment<Pg> for Existing {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        if self.0.is_empty() {
            out.push_sql("'[]'");
            return Ok(());
        }
        out.push_sql(
            "(SELECT coalesce(json_agg(json_build_array(kind, id, organization_id, lang)), '[]')::text FROM (",
        );
        self.rows(&mut out)?;
        out.push_sql(") r)");
        Ok(())
    }
}
