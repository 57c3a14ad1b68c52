//! Looks up the authors, organizations and terms that a post refers to: in one statement, or as one column of another.

use std::collections::{HashMap, HashSet};

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};

use crate::db::sql_types::{Uuid, words};
use crate::db::text_column::{Beginning, text_column};
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;

words! {
    /// A kind of thing that a post names in a list of its own.
    pub enum ReferenceKind {
        /// An author, in a byline.
        Author = "author",
        /// A category.
        Category = "category",
        /// A tag.
        Tag = "tag",
    }
}

impl From<ReferenceKind> for Kind {
    fn from(kind: ReferenceKind) -> Self {
        match kind {
            ReferenceKind::Author => Self::Author,
            ReferenceKind::Category => Self::Category,
            ReferenceKind::Tag => Self::Tag,
        }
    }
}

/// Things of the catalogue to look up.
#[derive(Debug, Clone, Default)]
pub struct ReferenceLookup {
    /// The ids of authors.
    pub authors: Vec<Id>,
    /// The present slugs of authors.
    pub author_slugs: Vec<Slug>,
    /// The ids of organizations.
    pub organizations: Vec<Id>,
    /// The ids of categories and tags.
    pub terms: Vec<Id>,
    /// The kind and the present slug of an author or term.
    pub named: Option<(ReferenceKind, Slug)>,
}

impl ReferenceLookup {
    /// Looks up one author or term, by its id or by a present slug of it in any case.
    ///
    /// # Errors
    /// [`Error::NotFound`] for text that is neither.
    pub fn one(kind: ReferenceKind, id_or_slug: &str) -> Result<Self> {
        let mut lookup = Self::default();
        match (id_or_slug.parse(), kind) {
            (Ok(id), ReferenceKind::Author) => lookup.authors.push(id),
            (Ok(id), ReferenceKind::Category | ReferenceKind::Tag) => lookup.terms.push(id),
            (Err(_), _) => {
                let malformed = |_| Error::NotFound.naming(kind.into(), id_or_slug);
                let slug = id_or_slug.to_ascii_lowercase().parse();
                let slug = slug.map_err(malformed)?;
                lookup.named = Some((kind, slug));
            }
        }
        Ok(lookup)
    }

    /// Adds what another lookup asks for. Of two single things, the first is looked up.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.authors.extend(other.authors);
        self.author_slugs.extend(other.author_slugs);
        self.organizations.extend(other.organizations);
        self.terms.extend(other.terms);
        self.named = self.named.or(other.named);
        self
    }

    fn is_empty(&self) -> bool {
        self.authors.is_empty()
            && self.author_slugs.is_empty()
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
    /// The ids of the same authors, by present slug.
    pub authors_by_slug: HashMap<Slug, Id>,
    /// The organizations.
    pub organizations: HashSet<Id>,
    /// The categories and tags, each with its kind.
    pub terms: HashMap<Id, ReferenceKind>,
    /// The things that have the slug that was looked up, each with the language of the slug.
    named: Vec<(Option<Lang>, Id)>,
}

/// A line: the kind, or null for an organization; the id; the organization of an author; the language of the slug by which a
/// term was found; and the slug of an author.
type Line = (
    Option<ReferenceKind>,
    Id,
    Option<Id>,
    Option<Lang>,
    Option<Slug>,
);

impl References {
    /// Returns the author whom a request names by id or by present slug in any case, if they exist.
    pub fn author(&self, id_or_slug: &str) -> Option<Id> {
        match id_or_slug.parse::<Id>() {
            Ok(id) => self.authors.contains_key(&id).then_some(id),
            Err(_) => {
                let slug = id_or_slug.to_ascii_lowercase().parse::<Slug>().ok()?;
                self.authors_by_slug.get(&slug).copied()
            }
        }
    }

    /// Reads what [`Existing`] selected.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is something else.
    pub fn read(lookup: &ReferenceLookup, lines: &str) -> Result<Self> {
        let lines: Vec<Line> =
            serde_json::from_str(lines).map_err(|error| Error::Internal(error.to_string()))?;
        let mut found = Self::default();
        for (kind, id, organization, lang, slug) in lines {
            if lookup.named.is_some() && kind.is_some() {
                found.named.push((lang, id));
            }
            match kind {
                None => found.organizations.extend([id]),
                Some(ReferenceKind::Author) => {
                    found.authors.extend([(id, organization)]);
                    found.authors_by_slug.extend(slug.map(|slug| (slug, id)));
                }
                Some(term @ (ReferenceKind::Category | ReferenceKind::Tag)) => {
                    found.terms.extend([(id, term)]);
                }
            }
        }
        Ok(found)
    }

    /// Returns the author or term that [`ReferenceLookup::one`] looked up. Of several terms with the same slug, returns
    /// the one that has it in `lang`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `conflict` if several terms have the slug, none of them in `lang`.
    pub fn the_one(&self, kind: ReferenceKind, lang: &Lang) -> Result<Id> {
        let mut all: Vec<Id> = match (kind, self.named.is_empty()) {
            (_, false) => self.named.iter().map(|(_, id)| *id).collect(),
            (ReferenceKind::Author, true) => self.authors.keys().copied().collect(),
            (ReferenceKind::Category | ReferenceKind::Tag, true) => {
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
                    Kind::from(kind).plural()
                );
                Err(Error::conflict(Code::Conflict, detail))
            }
        }
    }
}

/// Loads those of the things that exist. Makes no statement if there are none to look up.
///
/// # Errors
/// Database errors.
pub fn load(conn: &mut Conn, lookup: &ReferenceLookup) -> Result<References> {
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
pub struct Existing(pub ReferenceLookup);

impl QueryId for Existing {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

const NOTHING: Beginning = Beginning {
    sqlite: "'[]'",
    postgres: "'[]'",
};
const BEGINNING: Beginning = Beginning {
    // SQLite: JSON has no bytes, so ids are written in hexadecimal; the `hex` of nothing is an empty text.
    sqlite: "(SELECT json_group_array(json_array(kind, hex(id), nullif(hex(organization_id), ''), lang, slug)) FROM (",
    postgres: "(SELECT coalesce(json_agg(json_build_array(kind, id, organization_id, lang, slug)), '[]')::text FROM (",
};

text_column!(Existing);

impl Existing {
    fn beginning(&self) -> Beginning {
        match self.0.is_empty() {
            true => NOTHING,
            false => BEGINNING,
        }
    }

    fn rest<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Uuid>,
        Id: ToSql<Uuid, DB>,
        Slug: ToSql<Text, DB>,
    {
        if self.0.is_empty() {
            return Ok(());
        }
        out.unsafe_to_cache_prepared();
        self.rows(out)?;
        out.push_sql(") r)");
        Ok(())
    }

    /// Writes the rows of everything that is looked up.
    fn rows<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Uuid>,
        Id: ToSql<Uuid, DB>,
        Slug: ToSql<Text, DB>,
    {
        let all = [
            (
                "'author' AS kind, id, organization_id, NULL AS lang, slug FROM authors",
                &self.0.authors,
            ),
            (
                "NULL, id, CAST(NULL AS uuid), NULL, NULL FROM organizations",
                &self.0.organizations,
            ),
            (
                "kind, id, CAST(NULL AS uuid), NULL, NULL FROM terms",
                &self.0.terms,
            ),
        ];
        for (place, (columns, ids)) in all.into_iter().enumerate() {
            out.push_sql(if place > 0 { " UNION ALL " } else { "" });
            out.push_sql("SELECT ");
            out.push_sql(columns);
            out.push_sql(" WHERE id IN (NULL");
            for id in ids {
                out.push_sql(", ");
                out.push_bind_param::<Uuid, _>(id)?;
            }
            out.push_sql(")");
        }
        for slug in &self.0.author_slugs {
            out.push_sql(named_rows(ReferenceKind::Author));
            out.push_bind_param::<Text, _>(slug)?;
        }
        if let Some((kind, slug)) = &self.0.named {
            out.push_sql(named_rows(*kind));
            out.push_bind_param::<Text, _>(slug)?;
        }
        Ok(())
    }
}

/// Returns the rows of the things with a slug, which follows, after other rows.
fn named_rows(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::Author => {
            " UNION ALL SELECT 'author', id, organization_id, NULL, slug FROM authors WHERE slug = "
        }
        ReferenceKind::Category => {
            " UNION ALL SELECT kind, term_id, NULL, lang, NULL FROM term_names WHERE kind = 'category' AND slug = "
        }
        ReferenceKind::Tag => {
            " UNION ALL SELECT kind, term_id, NULL, lang, NULL FROM term_names WHERE kind = 'tag' AND slug = "
        }
    }
}
