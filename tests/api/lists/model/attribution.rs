//! The credit of a post on a site without a name and an address.

use serde_json::{Value, json};

use super::super::world::{Lang, World};
use super::posts::Shown;
use super::shapes::best;
use crate::lists::query::Reader;

/// The sentences of a language: with and without authors, about translators and the licence, and the comma.
fn words(lang: Lang) -> (&'static str, [&'static str; 5]) {
    match &lang[..2] {
        "fr" => (
            "fr",
            [
                "«\u{a0}T\u{a0}», par A.",
                "«\u{a0}T\u{a0}».",
                "Traduction\u{a0}: R.",
                "Licence\u{a0}: L.",
                ", ",
            ],
        ),
        "es" => (
            "es",
            [
                "«T», por A.",
                "«T».",
                "Traducción: R.",
                "Licencia: L.",
                ", ",
            ],
        ),
        "pt" => (
            "pt",
            ["“T”, por A.", "“T”.", "Tradução: R.", "Licença: L.", ", "],
        ),
        "ar" => (
            "ar",
            ["«T»، بقلم A.", "«T».", "ترجمة: R.", "الرخصة: L.", "، "],
        ),
        _ => (
            "en",
            ["“T” by A.", "“T”.", "Translated by R.", "Licence: L.", ", "],
        ),
    }
}

fn direction(lang: &str) -> &'static str {
    if lang == "ar" { "rtl" } else { "ltr" }
}

/// A person, and the organization that the person spoke for.
type Person = (String, Option<String>);

/// What a credit says, except for the title and the licence, which are written in their own way.
struct Credit {
    lang: Lang,
    authors: Vec<Person>,
    translators: Vec<Person>,
}

impl Credit {
    /// Puts the values in the places of their letters. `isolated` writes a name.
    fn written(
        &self,
        isolated: &dyn Fn(&str) -> String,
        title: &str,
        licence: Option<&str>,
    ) -> String {
        let (_, [with, without, translated, licensed, comma]) = words(self.lang);
        let list = |people: &[Person]| {
            let people = people.iter().map(|(name, place)| match place {
                Some(place) => format!("{} ({})", isolated(name), isolated(place)),
                None => isolated(name),
            });
            people.collect::<Vec<_>>().join(comma)
        };
        let first = if self.authors.is_empty() {
            without
        } else {
            with
        };
        let (before, after) = first.split_once('T').unwrap();
        let after = match after.split_once("A.") {
            Some((between, _)) => format!("{between}{}.", list(&self.authors)),
            None => after.to_owned(),
        };
        let mut all = vec![format!("{before}{title}{after}")];
        if !self.translators.is_empty() {
            all.push(translated.replace("R.", &format!("{}.", list(&self.translators))));
        }
        all.extend(licence.map(|licence| licensed.replace("L.", &format!("{licence}."))));
        all.join(" ")
    }
}

impl World {
    /// The credit as text and as HTML.
    pub fn attribution(&self, one: &Shown<'_>, reader: &Reader) -> Value {
        let shared = &one.publication.shared;
        let credit = self.credit(one, reader);
        let title = &one.publication.text.title;
        let licence = shared.licence.as_deref().map(|one| match one {
            "CC-BY-4.0" => ("CC BY 4.0", "licenses/by/4.0/"),
            _ => ("CC0 1.0", "publicdomain/zero/1.0/"),
        });
        // Nothing but Arabic is written from right to left here.
        let is_arabic = |text: &str| {
            text.chars()
                .any(|one| ('\u{600}'..'\u{700}').contains(&one))
        };
        let plain = |text: &str| match direction(one.lang) == "rtl" || is_arabic(text) {
            true => format!("\u{2068}{text}\u{2069}"),
            false => text.to_owned(),
        };
        let name = licence.map(|(name, _)| plain(name));
        let mut text = credit.written(&plain, &plain(title), name.as_deref());
        let way = direction(one.lang);
        let mut title = format!("<cite lang=\"{}\" dir=\"{way}\">{title}</cite>", one.lang);
        if let Some(url) = &shared.canonical_url {
            text.push_str(&format!(" {url}"));
            title = format!("<a href=\"{url}\">{title}</a>");
        }
        let licence = licence.map(|(name, path)| {
            let url = format!("https://creativecommons.org/{path}");
            format!("<a rel=\"license\" href=\"{url}\"><bdi>{name}</bdi></a>")
        });
        let marked = |text: &str| format!("<bdi>{text}</bdi>");
        let html = credit.written(&marked, &title, licence.as_deref());
        let (lang, _) = words(one.lang);
        let way = direction(lang);
        json!({ "text": text, "html": format!("<p lang=\"{lang}\" dir=\"{way}\">{html}</p>") })
    }

    fn credit(&self, one: &Shown<'_>, reader: &Reader) -> Credit {
        let (text, shared) = (&one.publication.text, &one.publication.shared);
        let place = |id: &String| {
            let place = self.organization(id);
            let official = (place.lang, place.name.as_str());
            let (name, _) = best(official, &place.names, Some(one.lang), reader);
            name.to_owned()
        };
        let name = |id: &String| self.author(id).name.clone();
        let authors = shared.bylines.iter();
        let translators = text.translators.iter();
        Credit {
            lang: one.lang,
            authors: authors
                .map(|line| (name(&line.author), line.organization.as_ref().map(place)))
                .collect(),
            translators: translators.map(|id| (name(id), None)).collect(),
        }
    }
}
