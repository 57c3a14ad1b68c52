//! A term as the public sees it. It never vanishes for want of a language: it is navigation, and shows its own name when
//! there is none that the reader will take. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{TermName, TermRef, TermRow};
use crate::by_lang::ByLang;
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// A term, as the public sees it, in the language chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicTerm {
    /// Its id.
    pub id: Id,
    /// Its slug in this language.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// What belongs here, in plain text.
    pub description: Option<String>,
    /// The language chosen.
    pub lang: Lang,
    /// The language asked for.
    pub requested_lang: Option<Lang>,
    /// Whether another language stands in for the one asked for.
    pub is_fallback: bool,
    /// What it is called in each of its languages, its own first.
    pub translations: Vec<PublicTermName>,
    /// How many posts carry it in the language in which they are shown: as many as a list of its posts has.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The kind of the term, for its surrogate key.
    #[serde(skip)]
    pub kind: Kind,
}

/// What a term is called in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicTermName {
    /// The language.
    pub lang: Lang,
    /// The slug in it.
    pub slug: Slug,
    /// The name in it.
    pub name: String,
}

impl PublicTerm {
    /// `None` without a name.
    pub fn new(
        row: &TermRow,
        names: &ByLang<TermName>,
        languages: &Languages,
        posts: i64,
    ) -> Option<Self> {
        let (lang, shown) = chosen(names, languages)?;
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
            kind: row.kind,
        })
    }
}

impl Shown for PublicTerm {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(self.kind, self.id));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.push(&self.lang);
    }
}

/// The name to be shown, and its language.
pub fn chosen<'a>(
    names: &'a ByLang<TermName>,
    languages: &Languages,
) -> Option<(&'a Lang, &'a TermName)> {
    let first = names.first()?;
    let lang = languages.choose(first.0, |lang| names.get(lang).is_some());
    let found = lang.and_then(|lang| names.iter().find(|(found, _)| *found == lang));
    Some(found.unwrap_or(first))
}

impl TermRef {
    /// The term in the language chosen; `None` when it has no name.
    pub fn new(id: Id, names: &ByLang<TermName>, languages: &Languages) -> Option<Self> {
        let (_, TermName { name, slug, .. }) = chosen(names, languages)?;
        Some(Self {
            id,
            slug: slug.clone(),
            name: name.clone(),
        })
    }
}
