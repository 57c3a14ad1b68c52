//! The facets of a list: the number of matching posts for each category, tag, author, organization, language and year.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::criteria::Criteria;
use super::filter::Filter;
use super::query::PostSort;
use crate::by_lang::ByLang;
use crate::catalogue::terms::model::TermName;
use crate::catalogue::terms::names;
use crate::catalogue::{authors, organizations};
use crate::db::Conn;
use crate::db::sql_types::{Uuid, words};
use crate::delivery::reader::Shown;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::slug::Slug;
use crate::surrogate_keys::SurrogateKeys;

/// The numbers of matching posts, by category, tag, author, organization, language and year. The most frequent values come
/// first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facets {
    /// The number of matching posts.
    #[schema(minimum = 0)]
    pub total: i64,
    /// By category, including its descendants.
    pub categories: Vec<TermCount>,
    /// By tag.
    pub tags: Vec<TermCount>,
    /// By author.
    pub authors: Vec<FacetCount>,
    /// By organization for which an author wrote.
    pub organizations: Vec<FacetCount>,
    /// By language shown.
    pub languages: Vec<LanguageCount>,
    /// By year of publication in UTC, the latest first.
    pub years: Vec<YearCount>,
    /// The languages in which terms and organizations are named, in their order, for `Content-Language`.
    #[serde(skip)]
    pub named_in: Vec<Lang>,
}

impl Shown for Facets {
    /// Adds no keys. There may be thousands of resources, so the response has the keys of whole kinds instead
    /// ([`Criteria::facet_cache_keys`]).
    fn keys(&self, _: &mut SurrogateKeys) {}

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.extend(&self.named_in);
    }
}

/// A category or a tag, in the language shown, and its number of posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TermCount {
    /// The id (UUIDv7).
    pub id: Id,
    /// The language of `slug` and `name`. A link to the term needs this language, not that of the page.
    pub lang: Lang,
    /// The slug in that language.
    pub slug: Slug,
    /// The name in that language.
    pub name: String,
    /// The number of posts.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// An author or an organization and its number of posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetCount {
    /// The id (UUIDv7).
    pub id: Id,
    /// The language of the name of an organization; null if it is unknown, and for authors, whose name is the same in all
    /// languages.
    pub lang: Option<Lang>,
    /// The slug.
    pub slug: Slug,
    /// The name.
    pub name: String,
    /// The number of posts.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// A language and the number of posts shown in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LanguageCount {
    /// The language.
    pub lang: Lang,
    /// The number of posts.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// A year and the number of posts published in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearCount {
    /// The year.
    #[schema(examples(2026))]
    pub year: i64,
    /// The number of posts.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// Counts the facets, with at most `limit` values each. Executes at most five statements.
///
/// # Errors
/// Returns database errors.
pub fn count(conn: &mut Conn, criteria: &Criteria, limit: u32) -> Result<Facets> {
    let Some(filter) = criteria.plan(conn, PostSort::Newest)? else {
        return Ok(Facets::default());
    };
    let found = Sums::of(conn, &filter, limit)?;
    let names = Names::of(conn, &found, &criteria.languages)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(found.named(names, limit))
}

words! {
    /// A facet.
    enum Facet {
        /// Categories.
        Category = "category",
        /// Tags.
        Tag = "tag",
        /// Authors.
        Author = "author",
        /// Organizations.
        Organization = "organization",
        /// Languages shown.
        Language = "language",
        /// Years of publication.
        Year = "year",
        /// All posts.
        Total = "total",
    }
}

/// One value of one facet with its count.
#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = Text)]
    facet: Facet,
    #[diesel(sql_type = Nullable<Uuid>)]
    id: Option<Id>,
    /// A language or a year.
    #[diesel(sql_type = Nullable<Text>)]
    word: Option<String>,
    #[diesel(sql_type = BigInt)]
    posts: i64,
}

/// All values in order.
struct Sums(Vec<Sum>);

impl Sums {
    /// Counts everything in one statement, so that the posts are found only once.
    fn of(conn: &mut Conn, filter: &Filter, limit: u32) -> Result<Self> {
        let year = match conn {
            // SQLite: instants are milliseconds, and division would round times before 1970 up.
            Conn::Sqlite(_) => {
                "strftime('%Y', (m.published_at - 999 * (m.published_at < 0)) / 1000, 'unixepoch')"
            }
            // PostgreSQL: the time zone of sessions is UTC.
            Conn::Postgres(_) => "CAST(extract(year FROM m.published_at) AS text)",
        };
        let posts = filter.identities();
        let mut sql = posts.within("WITH m AS MATERIALIZED (", "), ");
        sql.push(
            "e AS MATERIALIZED (SELECT x.entity_id AS id, count(*) AS posts FROM m \
             JOIN postings x ON x.publication_id = m.id GROUP BY x.entity_id), \
             k AS (SELECT t.kind AS facet, e.id, e.posts FROM e JOIN terms t ON t.id = e.id \
             UNION ALL SELECT 'author', e.id, e.posts FROM e JOIN authors a ON a.id = e.id \
             UNION ALL SELECT 'organization', e.id, e.posts FROM e JOIN organizations o ON o.id = e.id), \
             r AS (SELECT facet, id, posts, row_number() OVER (PARTITION BY facet ORDER BY posts DESC, id) AS place FROM k) \
             SELECT facet, id, CAST(NULL AS text) AS word, posts, place FROM r WHERE place <= ",
        )
        .bind(i64::from(limit));
        for (facet, word) in [(Facet::Language, "m.lang"), (Facet::Year, year)] {
            sql.push(&format!(
                " UNION ALL SELECT '{facet}', CAST(NULL AS uuid), {word}, count(*), 0 FROM m GROUP BY {word}"
            ));
        }
        sql.push(" UNION ALL SELECT 'total', CAST(NULL AS uuid), NULL, count(*), 0 FROM m");
        sql.push(" ORDER BY place");
        Ok(Self(sql.load(conn)?))
    }

    fn entities(&self, facets: &[Facet]) -> Vec<Id> {
        self.0
            .iter()
            .filter(|sum| facets.contains(&sum.facet))
            .filter_map(|sum| sum.id)
            .collect()
    }

    fn named(self, mut names: Names, limit: usize) -> Facets {
        let mut facets = Facets::default();
        for Sum {
            facet,
            id,
            word,
            posts,
            ..
        } in self.0
        {
            let term = id.and_then(|id| names.term(id, posts));
            facets
                .named_in
                .extend(term.iter().map(|term| term.lang.clone()));
            let voice = id.and_then(|id| names.voice(id, posts));
            let voice_lang = voice.as_ref().and_then(|voice| voice.lang.clone());
            facets.named_in.extend(voice_lang);
            let word = word.as_deref();
            match facet {
                Facet::Category => facets.categories.extend(term),
                Facet::Tag => facets.tags.extend(term),
                Facet::Author => facets.authors.extend(voice),
                Facet::Organization => facets.organizations.extend(voice),
                Facet::Language => facets
                    .languages
                    .extend(word.and_then(|it| language(it, posts))),
                Facet::Year => facets.years.extend(word.and_then(|it| year(it, posts))),
                Facet::Total => facets.total = posts,
            }
        }
        facets
            .languages
            .sort_by(|a, b| (b.count, &a.lang).cmp(&(a.count, &b.lang)));
        facets
            .years
            .sort_by_key(|year| std::cmp::Reverse(year.year));
        facets.languages.truncate(limit);
        facets.years.truncate(limit);
        facets
    }
}

fn language(word: &str, count: i64) -> Option<LanguageCount> {
    let lang = word.parse().ok()?;
    Some(LanguageCount { lang, count })
}

fn year(word: &str, count: i64) -> Option<YearCount> {
    let year = word.parse().ok()?;
    Some(YearCount { year, count })
}

/// The names of the values that were counted, by id.
struct Names {
    /// The categories and tags, in the language shown.
    terms: HashMap<Id, (Lang, TermName)>,
    /// The authors and organizations.
    voices: HashMap<Id, (Slug, String, Option<Lang>)>,
}

impl Names {
    fn of(conn: &mut Conn, sums: &Sums, languages: &Languages) -> Result<Self> {
        let terms = names::load(conn, &sums.entities(&[Facet::Category, Facet::Tag]))?;
        let authors = authors::store::load_refs(conn, &sums.entities(&[Facet::Author]))?;
        let organizations =
            organizations::store::load_by_ids(conn, &sums.entities(&[Facet::Organization]))?;
        let shown = |(id, names): (Id, ByLang<TermName>)| {
            let (lang, name) = languages.best_of(&names)?;
            Some((id, (lang.clone(), name.clone())))
        };
        let organizations = organizations.into_iter();
        let organizations = organizations.map(|one| {
            let (name, lang) = one.shown(None, languages);
            (one.id, (one.slug, name, lang))
        });
        let authors = authors.into_iter();
        let authors = authors.map(|(id, slug, name)| (id, (slug, name, None)));
        Ok(Self {
            terms: terms.into_iter().filter_map(shown).collect(),
            voices: authors.chain(organizations).collect(),
        })
    }

    fn term(&mut self, id: Id, count: i64) -> Option<TermCount> {
        let (lang, TermName { slug, name, .. }) = self.terms.remove(&id)?;
        Some(TermCount {
            id,
            lang,
            slug,
            name,
            count,
        })
    }

    fn voice(&mut self, id: Id, count: i64) -> Option<FacetCount> {
        let (slug, name, lang) = self.voices.remove(&id)?;
        Some(FacetCount {
            id,
            lang,
            slug,
            name,
            count,
        })
    }
}
