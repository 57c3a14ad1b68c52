//! Which language a reader wants, and what may stand in for it: the parameters `lang` and `fallback`. Pure.

use std::iter::once;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::lang::{self, Lang};

/// The languages a reader will take, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Languages {
    wanted: Option<Lang>,
    fallback: Vec<Fallback>,
}

/// What may stand in for the language wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallback {
    /// This language.
    Lang(Lang),
    /// The thing's own, whatever it is.
    Original,
}

/// How `fallback` writes [`Fallback::Original`].
const ORIGINAL: &str = "original";

/// How many entries `fallback` may have.
const MOST: usize = 20;

/// What is expected of an entry that is none.
pub const EXPECTED: &str = "must be a BCP 47 language tag, such as fr or pt-BR, or original";

/// What an entry of `fallback` looks like, as a regular expression.
pub fn pattern() -> String {
    format!("^({ORIGINAL}|{})$", lang::PATTERN)
}

/// How the documents describe `fallback`.
pub fn schema() -> Value {
    let entry = json!({ "type": "string", "maxLength": lang::MAX_LENGTH, "pattern": pattern() });
    json!({ "type": "array", "items": entry, "minItems": 1, "maxItems": MOST, "examples": [["pt-BR", ORIGINAL]] })
}

impl Languages {
    /// From the parameters `lang` and `fallback`, a list with commas of tags and `original`.
    ///
    /// # Errors
    /// [`Error::Parameters`] naming `fallback`: a bad tag, or no `lang` to fall back from.
    pub fn new(lang: Option<Lang>, fallback: Option<&str>) -> Result<Self> {
        let Some(list) = fallback else {
            return Ok(Self {
                wanted: lang,
                fallback: Vec::new(),
            });
        };
        if lang.is_none() {
            let detail = "is only for use with lang";
            return Err(Error::parameter("fallback", "needs_lang", detail));
        }
        let fallback: Result<Vec<Fallback>> = list.split(',').map(parse).collect();
        Ok(Self {
            wanted: lang,
            fallback: fallback?,
        })
    }

    /// The language asked for; `None`: each thing in its own.
    pub fn wanted(&self) -> Option<&Lang> {
        self.wanted.as_ref()
    }

    /// What may stand in for it, in order.
    pub fn fallback(&self) -> &[Fallback] {
        &self.fallback
    }

    /// The languages to try, best first, for a thing whose own language is `original`.
    pub fn order<'a>(&'a self, original: &'a Lang) -> impl Iterator<Item = &'a Lang> {
        let fallback = self.fallback.iter().map(move |fallback| match fallback {
            Fallback::Lang(lang) => lang,
            Fallback::Original => original,
        });
        once(self.wanted.as_ref().unwrap_or(original)).chain(fallback)
    }

    /// The first language to try that is `there`; `None` when the thing has nothing the reader will take.
    pub fn choose<'a>(
        &'a self,
        original: &'a Lang,
        mut there: impl FnMut(&Lang) -> bool,
    ) -> Option<&'a Lang> {
        self.order(original).find(|lang| there(lang))
    }
}

fn parse(tag: &str) -> Result<Fallback> {
    match tag.trim() {
        ORIGINAL => Ok(Fallback::Original),
        tag => tag
            .parse()
            .map(Fallback::Lang)
            .map_err(|_| Error::parameter("fallback", "wrong_format", EXPECTED)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lang(tag: &str) -> Lang {
        tag.parse().unwrap()
    }

    fn chosen(wanted: Option<&str>, fallback: Option<&str>, there: &[&str]) -> Option<String> {
        let languages = Languages::new(wanted.map(lang), fallback).unwrap();
        let original = lang("en");
        languages
            .choose(&original, |lang| there.contains(&lang.as_str()))
            .map(Lang::to_string)
    }

    #[test]
    fn the_first_language_of_the_list_that_is_there_is_chosen() {
        type Case<'a> = (
            Option<&'a str>,
            Option<&'a str>,
            &'a [&'a str],
            Option<&'a str>,
        );
        let cases: [Case<'_>; 7] = [
            (None, None, &["en", "fr"], Some("en")),
            (None, None, &["fr"], None),
            (Some("FR"), None, &["en", "fr"], Some("fr")),
            (Some("es"), None, &["en", "fr"], None),
            (Some("es"), Some("pt-br, fr"), &["en", "fr"], Some("fr")),
            (Some("es"), Some("original,fr"), &["en", "fr"], Some("en")),
            (Some("es"), Some("de,original"), &["fr"], None),
        ];
        for (wanted, fallback, there, expected) in cases {
            let chosen = chosen(wanted, fallback, there);
            assert_eq!(chosen.as_deref(), expected, "{wanted:?} {fallback:?}");
        }
    }

    #[test]
    fn a_bad_fallback_is_named() {
        for (wanted, fallback) in [
            (None, "fr"),
            (Some("fr"), ""),
            (Some("fr"), "es,"),
            (Some("fr"), "e_s"),
        ] {
            let refused = Languages::new(wanted.map(lang), Some(fallback));
            let Err(Error::Parameters(faults)) = refused else {
                panic!("{fallback:?} was taken");
            };
            assert!(
                faults
                    .iter()
                    .all(|fault| fault.at == crate::error::Place::Parameter("fallback".into()))
            );
        }
    }
}
