//! The selection of a language for a reader, by the parameters `lang` and `fallback`.
//!
//! With `fallback`, each language is looked up according to RFC 4647 section 3.4: `es-MX` is followed by `es`. Texts
//! that are always shown in some language (names, roles, texts of the site) are looked up in this way without
//! `fallback`, too.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::by_lang::ByLang;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::lang::langtag;

/// The name of the query parameter with the substitutes. It may be repeated, and the order of its values is significant.
pub const FALLBACK: &str = "fallback";

/// The languages that a reader accepts, in descending order of preference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Languages {
    wanted: Option<Lang>,
    fallback: Vec<Fallback>,
}

/// A substitute for the requested language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallback {
    /// A specific language.
    Lang(Lang),
    /// The original language of the item.
    Original,
}

impl Languages {
    /// Creates the languages from the parameters `lang` and `fallback`. With a fallback, each language is followed by
    /// its shorter tags, so `es-MX` is followed by `es`.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] for `fallback` if there is no `lang`.
    pub fn new(lang: Option<Lang>, fallback: Vec<Fallback>) -> Result<Self> {
        let Some(wanted) = &lang else {
            if fallback.is_empty() {
                return Ok(Self::default());
            }
            let detail = "requires lang";
            return Err(Error::parameter(FALLBACK, "needs_lang", detail));
        };
        let mut chain: Vec<Fallback> = Vec::new();
        if !fallback.is_empty() {
            let wanted = Fallback::Lang(wanted.clone());
            for range in std::iter::once(wanted).chain(fallback) {
                for found in range.lookup() {
                    if !chain.contains(&found) {
                        chain.push(found);
                    }
                }
            }
        }
        let fallback = chain.into_iter().skip(1).collect();
        Ok(Self {
            wanted: lang,
            fallback,
        })
    }

    /// Returns the requested language; `None` for each item's original language.
    pub fn wanted(&self) -> Option<&Lang> {
        self.wanted.as_ref()
    }

    /// Returns the substitutes, in order of preference.
    pub fn fallback(&self) -> &[Fallback] {
        &self.fallback
    }

    /// Returns the requested language and its substitutes, in order of preference; empty if no language is requested.
    pub fn chain(&self) -> impl Iterator<Item = Fallback> {
        let wanted = self.wanted.clone().map(Fallback::Lang);
        wanted.into_iter().chain(self.fallback.iter().cloned())
    }

    /// Returns the languages to try for a text that is always shown in some language, in order of preference: that of
    /// what it stands beside, and those that the reader accepts, each followed by its shorter forms.
    pub fn chain_of_text(&self, beside: Option<&Lang>) -> Vec<Fallback> {
        let beside = beside.cloned().map(Fallback::Lang);
        let all = beside.into_iter().chain(self.chain());
        all.flat_map(Fallback::lookup).collect()
    }

    /// Returns the language to show of a text that has one of its own, `own`. `is_available` tells the others.
    pub fn choose_text(
        &self,
        own: &Lang,
        beside: Option<&Lang>,
        mut is_available: impl FnMut(&Lang) -> bool,
    ) -> Lang {
        let chain = self.chain_of_text(beside).into_iter();
        let langs = chain.map(|accepted| match accepted {
            Fallback::Lang(lang) => lang,
            Fallback::Original => own.clone(),
        });
        let mut available = langs.filter(|lang| lang == own || is_available(lang));
        available.next().unwrap_or_else(|| own.clone())
    }

    /// Returns the languages to try for an item with the language `original`, in order of preference.
    pub fn order<'a>(&'a self, original: &'a Lang) -> impl Iterator<Item = &'a Lang> {
        let fallback = self.fallback.iter().map(move |fallback| match fallback {
            Fallback::Lang(lang) => lang,
            Fallback::Original => original,
        });
        std::iter::once(self.wanted.as_ref().unwrap_or(original)).chain(fallback)
    }

    /// Returns the first language for which `is_available` returns true; `None` if the item has no language that the reader
    /// accepts.
    pub fn choose<'a>(
        &'a self,
        original: &'a Lang,
        mut is_available: impl FnMut(&Lang) -> bool,
    ) -> Option<&'a Lang> {
        self.order(original).find(|lang| is_available(lang))
    }

    /// Returns the value to show, with its language: the best that the reader accepts, or else the first.
    pub fn best_of<'a, T: fmt::Debug>(&self, values: &'a ByLang<T>) -> Option<(&'a Lang, &'a T)> {
        let (own, _) = values.first()?;
        let lang = self.choose_text(own, None, |lang| values.get(lang).is_some());
        values.iter().find(|(found, _)| **found == lang)
    }

    /// Returns the translation of a text to show in its place; `None` if the text itself is to be shown. The best
    /// language is that of what the text stands beside, then those that the reader accepts. `own` is the language of
    /// the text, if it is known; `translations` has the others.
    pub fn translation<'a, T: fmt::Debug>(
        &self,
        own: Option<&Lang>,
        beside: Option<&Lang>,
        translations: &'a ByLang<T>,
    ) -> Option<(&'a Lang, &'a T)> {
        for accepted in self.chain_of_text(beside) {
            let Fallback::Lang(lang) = accepted else {
                return None;
            };
            let found = translations.iter().find(|(found, _)| **found == lang);
            if own == Some(&lang) || found.is_some() {
                return found.filter(|_| own != Some(&lang));
            }
        }
        None
    }
}

impl Fallback {
    /// Returns the language, followed by its shorter tags.
    fn lookup(self) -> Vec<Self> {
        let Self::Lang(lang) = self else {
            return vec![self];
        };
        lang.lookup().map(Self::Lang).collect()
    }
}

/// The value of `fallback` for [`Fallback::Original`].
const ORIGINAL: &str = "original";

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lang(lang) => lang.fmt(f),
            Self::Original => f.write_str(ORIGINAL),
        }
    }
}

impl FromStr for Fallback {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text {
            ORIGINAL => Ok(Self::Original),
            tag => tag.parse().map(Self::Lang).map_err(|_| EXPECTED),
        }
    }
}

/// The regular expression of a [`Fallback`].
pub const PATTERN: &str = concat!("^(original|", langtag!(), ")$");
/// The error for any other text.
pub const EXPECTED: &str = "must be a BCP 47 language tag, such as fr or pt-BR, or original";

impl<'de> Deserialize<'de> for Fallback {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for Fallback {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .max_length(Some(35))
            .description(Some("A BCP 47 language tag, or `original`."))
            .examples(["pt-BR", "original"])
            .into()
    }
}

impl utoipa::ToSchema for Fallback {}

#[cfg(test)]
mod tests;
