//! Terms on the delivery surface. Terms serve navigation, so a term without a name in an accepted language is shown in
//! its original language.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{TermName, TermRef, TermRow};
use crate::by_lang::ByLang;
use crate::delivery::reader::Shown;
use crate::delivery::site_pages::SitePages;
use crate::delivery::surrogate_keys;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::slug::Slug;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// A term on the delivery surface, in the language shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicTerm {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug in the language shown.
    pub slug: Slug,
    /// The name.
    pub name: String,
    /// The description, in plain text.
    pub description: Option<String>,
    /// The language shown.
    pub lang: Lang,
    /// The language that the request asked for.
    pub requested_lang: Option<Lang>,
    /// True if another language is shown than the request asked for.
    pub is_fallback: bool,
    /// The names, by language; the first is in the original language.
    pub translations: Vec<PublicTermName>,
    /// The number of posts that carry the term in the language in which they are shown: the length of the list of its posts.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The absolute URL of its page on the site. Null if the server has no address of the site, or no path for the kind.
    #[schema(
        format = "uri",
        examples("https://news.example.org/en/category/housing")
    )]
    pub site_url: Option<String>,
    /// The kind of the term, for its surrogate key.
    #[serde(skip)]
    pub kind: Kind,
}

/// The name of a term in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicTermName {
    /// The language.
    pub lang: Lang,
    /// The slug in this language.
    pub slug: Slug,
    /// The name in this language.
    pub name: String,
}

impl PublicTerm {
    /// Converts a term to its public form in the language shown; returns `None` if it has no name.
    pub fn new(
        row: &TermRow,
        names: &ByLang<TermName>,
        languages: &Languages,
        posts: i64,
    ) -> Option<Self> {
        let (lang, shown) = languages.best_of(names)?;
        let requested_lang = languages.wanted().cloned();
        let written = |(lang, name): (&Lang, &TermName)| PublicTermName {
            lang: lang.clone(),
            slug: name.slug.clone(),
            name: name.name.clone(),
        };
        Some(Self {
            id: row.id,
            slug: shown.slug.clone(),
            name: shown.name.clone(),
            description: shown.description.clone(),
            is_fallback: requested_lang.as_ref().is_some_and(|wanted| wanted != lang),
            lang: lang.clone(),
            requested_lang,
            translations: names.iter().map(written).collect(),
            post_count: posts,
            updated_at: row.updated_at,
            site_url: None,
            kind: row.kind,
        })
    }
}

impl Shown for PublicTerm {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.site_url = pages.term(self.kind, &self.slug, &self.lang);
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(self.kind, self.id));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.push(&self.lang);
    }
}

impl TermRef {
    /// Returns the term in the chosen language; `None` if it has no name.
    pub fn new(id: Id, names: &ByLang<TermName>, languages: &Languages) -> Option<Self> {
        let (lang, TermName { name, slug, .. }) = languages.best_of(names)?;
        Some(Self {
            id,
            lang: lang.clone(),
            slug: slug.clone(),
            name: name.clone(),
        })
    }
}
