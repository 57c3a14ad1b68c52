//! The names of languages in the languages themselves, and the directions in which they are written. The region of a tag may
//! imply the script (CLDR likely subtags): Punjabi is written in Arabic letters in Pakistan.

mod names;
mod regions;

use std::cell::OnceCell;

use icu_locale::subtags::{Language, Region, Script, script};
use icu_locale::{
    Direction as ScriptDirection, LanguageIdentifier, LocaleDirectionality, LocaleExpander,
};

use self::names::NAMES;
use self::regions::REGIONS;
use crate::db::sql_types::words;
use crate::lang::Lang;

words! {
    /// The direction of a script.
    pub enum Direction {
        /// From left to right.
        LeftToRight = "ltr",
        /// From right to left.
        RightToLeft = "rtl",
    }
}

/// Returns the names of the languages of a site: the given ones, or else what the languages call themselves. If two
/// names are equal, those that the server chose get their regions in brackets, or else their tags.
pub fn names_of(languages: &[(&Lang, Option<&str>)]) -> Vec<String> {
    let chosen = |(lang, given): &(&Lang, Option<&str>)| match given {
        Some(given) => (*given).to_owned(),
        None => name_of(lang).to_owned(),
    };
    let names: Vec<String> = languages.iter().map(chosen).collect();
    let with_region = |(at, (lang, given)): (usize, &(&Lang, Option<&str>))| {
        let name = names.get(at).cloned().unwrap_or_default();
        let is_single = names.iter().filter(|other| **other == name).count() == 1;
        match region_of(lang).filter(|_| given.is_none() && !is_single) {
            Some(region) => format!("{name} ({region})"),
            None => name,
        }
    };
    let names: Vec<String> = languages.iter().enumerate().map(with_region).collect();
    let with_tag = |(at, (lang, given)): (usize, &(&Lang, Option<&str>))| {
        let name = names.get(at).cloned().unwrap_or_default();
        let is_first = names.iter().position(|other| *other == name) == Some(at);
        match given.is_none() && !is_first {
            true => format!("{} ({lang})", name_of(lang)),
            false => name,
        }
    };
    languages.iter().enumerate().map(with_tag).collect()
}

/// Returns what a language calls itself in the script of the tag, or else its name in its usual script, or else the tag.
fn name_of(lang: &Lang) -> &str {
    let tag = Subtags::of(lang);
    let primary = tag.primary;
    let region = tag
        .region
        .and_then(|region| find(&NAMES, &format!("{primary}-{region}")));
    let script = || find(&NAMES, &format!("{primary}-{}", tag.script_of_name()?));
    let name = region.or_else(script).or_else(|| find(&NAMES, primary));
    name.unwrap_or(lang.as_str())
}

/// Returns what the language calls the region of the tag, or else the code of the region.
fn region_of(lang: &Lang) -> Option<&str> {
    let tag = Subtags::of(lang);
    let (primary, region) = (tag.primary, tag.region?);
    let script = || {
        find(
            &REGIONS,
            &format!("{primary}-{}-{region}", tag.script_of_name()?),
        )
    };
    let name = script().or_else(|| find(&REGIONS, &format!("{primary}-{region}")));
    Some(name.unwrap_or(region))
}

fn find(table: &[(&str, &'static str)], tag: &str) -> Option<&'static str> {
    let place = table.binary_search_by_key(&tag, |(known, _)| known).ok()?;
    table.get(place).map(|(_, name)| *name)
}

/// Returns the direction of a language: that of the script in the tag, or else of the script in which the language is mostly
/// written in the region.
pub fn direction_of(lang: &Lang) -> Direction {
    let tag = Subtags::of(lang);
    if tag.script.is_none() && RTL_LANGUAGES.contains(&tag.primary) {
        return Direction::RightToLeft;
    }
    match LocaleDirectionality::new_extended().get(&tag.identifier()) {
        Some(ScriptDirection::RightToLeft) => Direction::RightToLeft,
        _ => Direction::LeftToRight,
    }
}

/// Languages in Arabic letters of which CLDR knows no script.
const RTL_LANGUAGES: [&str; 4] = ["pbu", "pes", "pnb", "prs"];

/// The parts of a tag that decide in which script a language is written.
struct Subtags<'a> {
    primary: &'a str,
    script: Option<&'a str>,
    region: Option<&'a str>,
    likely: OnceCell<Option<Script>>,
}

impl<'a> Subtags<'a> {
    fn of(lang: &'a Lang) -> Self {
        let mut subtags = lang.as_str().split('-');
        let primary = subtags.next().unwrap_or_default();
        let parts: Vec<&str> = subtags.take_while(|subtag| subtag.len() > 1).collect();
        let is_alphabetic = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let script = parts
            .iter()
            .find(|part| part.len() == 4 && is_alphabetic(part));
        let region = parts.iter().find(|part| match part.len() {
            2 => is_alphabetic(part),
            3 => part.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        });
        Self {
            primary,
            script: script.copied(),
            region: region.copied(),
            likely: OnceCell::new(),
        }
    }

    /// Returns the script if the tag says it, or if it is another than the usual one of the language.
    fn script_of_name(&self) -> Option<Script> {
        let script = *self.likely.get_or_init(|| likely_script(self.identifier()));
        let usual = || likely_script(LanguageIdentifier::from((self.language(), None, None)));
        script.filter(|_| self.script.is_some() || script != usual())
    }

    fn identifier(&self) -> LanguageIdentifier {
        let script = self.script.and_then(|script| script.parse().ok());
        // Nastaliq is a style of Arabic letters.
        let script = script.map(|script| match script == script!("Aran") {
            true => script!("Arab"),
            false => script,
        });
        let region: Option<Region> = self.region.and_then(|region| region.parse().ok());
        LanguageIdentifier::from((self.language(), script, region))
    }

    fn language(&self) -> Language {
        self.primary.parse().unwrap_or(Language::UNKNOWN)
    }
}

fn likely_script(mut identifier: LanguageIdentifier) -> Option<Script> {
    LocaleExpander::new_extended().maximize(&mut identifier);
    identifier.script
}

#[cfg(test)]
mod tests;
