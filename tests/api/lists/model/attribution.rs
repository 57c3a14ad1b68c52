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

/// Puts each value in the place of its letter, which stands alone in a sentence.
fn sentence(form: &str, values: &[(char, &str)]) -> String {
    form.chars()
        .map(|c| match values.iter().find(|(place, _)| *place == c) {
            Some((_, value)) => (*value).to_owned(),
            None => c.to_string(),
        })
        .collect()
}

impl World {
    /// The credit as text and as HTML.
    pub fn attribution(&self, one: &Shown<'_>, reader: &Reader) -> Value {
        let (lang, [with, without, translated, licensed, comma]) = words(one.lang);
        let (text, shared) = (&one.publication.text, &one.publication.shared);
        let people = shared.bylines.iter().map(|line| {
            let name = &self.author(&line.author).name;
            match &line.organization {
                Some(id) => {
                    let place = self.organization(id);
                    let (place, _) = best(
                        (place.lang, &place.name),
                        &place.names,
                        Some(one.lang),
                        reader,
                    );
                    format!("{name} ({place})")
                }
                None => name.clone(),
            }
        });
        let people: Vec<String> = people.collect();
        let translators: Vec<String> = text
            .translators
            .iter()
            .map(|id| self.author(id).name.clone())
            .collect();
        let licence = shared.licence.as_deref().map(|one| match one {
            "CC-BY-4.0" => ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
            _ => (
                "CC0 1.0",
                "https://creativecommons.org/publicdomain/zero/1.0/",
            ),
        });
        let write = |isolated: &dyn Fn(&str) -> String, title: String, licence: Option<String>| {
            let list = |all: &[String]| {
                all.iter()
                    .map(|one| isolated(one))
                    .collect::<Vec<_>>()
                    .join(comma)
            };
            let form = if people.is_empty() {
                without.replace('A', "")
            } else {
                with.to_owned()
            };
            let mut all = vec![match people.is_empty() {
                true => sentence(&form, &[('T', &title)]),
                false => {
                    let (before, after) = form.split_once("A.").unwrap();
                    format!(
                        "{}{}.{after}",
                        sentence(before, &[('T', &title)]),
                        list(&people)
                    )
                }
            }];
            if !translators.is_empty() {
                let (before, _) = translated.split_once("R.").unwrap();
                all.push(format!("{before}{}.", list(&translators)));
            }
            if let Some(licence) = licence {
                let (before, _) = licensed.split_once("L.").unwrap();
                all.push(format!("{before}{licence}."));
            }
            all.join(" ")
        };
        let plain = |text: &str| match direction(one.lang) {
            "rtl" => format!("\u{2068}{text}\u{2069}"),
            _ => text.to_owned(),
        };
        let mut written = write(
            &plain,
            plain(&text.title),
            licence.map(|(name, _)| plain(name)),
        );
        let mut title = format!(
            "<cite lang=\"{}\" dir=\"{}\">{}</cite>",
            one.lang,
            direction(one.lang),
            text.title
        );
        if let Some(url) = &shared.canonical_url {
            written.push_str(&format!(" {url}"));
            title = format!("<a href=\"{url}\">{title}</a>");
        }
        let licence = licence
            .map(|(name, url)| format!("<a rel=\"license\" href=\"{url}\"><bdi>{name}</bdi></a>"));
        let marked = write(&|text| format!("<bdi>{text}</bdi>"), title, licence);
        json!({
            "text": written,
            "html": format!("<p lang=\"{lang}\" dir=\"{}\">{marked}</p>", direction(lang))
        })
    }
}
