//! The credit of a post where it is republished: title, authors, translators, the site and the licence, as text and as HTML.

use super::model::{Attribution, Byline, PublicPostSummary, SiteFacts};
use super::printable::{in_html, is_left_to_right, isolated, printable};
use crate::catalogue::site::language_names::{Direction, direction_of};
use crate::config::Site;
use crate::content::escape;
use crate::lang::Lang;
use crate::licence;

impl SiteFacts {
    /// Adds what the settings say and nobody has stored, for a post in this language.
    pub fn complete(&mut self, settings: &Site, lang: &Lang) {
        if self.licence.is_none() {
            self.licence.clone_from(&settings.licence);
        }
        // The name in the settings is in the first language of the site.
        let is_own = settings.languages.first() == Some(lang);
        let is_stored = match &self.name {
            Some((_, stored)) => stored.as_ref() == Some(lang) || !is_own,
            None => false,
        };
        if let (false, Some(name)) = (is_stored, &settings.name) {
            self.name = Some((name.clone(), settings.languages.first().cloned()));
        }
    }
}

/// The sentences of a language. Each has its place holders once.
struct Words {
    lang: &'static str,
    title: &'static str,
    title_by: &'static str,
    translated: &'static str,
    first_published: &'static str,
    published: &'static str,
    licence: &'static str,
    comma: &'static str,
}

const ENGLISH: Words = Words {
    lang: "en",
    title: "“{title}”.",
    title_by: "“{title}” by {authors}.",
    translated: "Translated by {translators}.",
    first_published: "First published by {site}.",
    published: "Published by {site}.",
    licence: "Licence: {licence}.",
    comma: ", ",
};

const OTHERS: [Words; 4] = [
    Words {
        lang: "fr",
        title: "«\u{a0}{title}\u{a0}».",
        title_by: "«\u{a0}{title}\u{a0}», par {authors}.",
        translated: "Traduction\u{a0}: {translators}.",
        first_published: "Première publication\u{a0}: {site}.",
        published: "Publication\u{a0}: {site}.",
        licence: "Licence\u{a0}: {licence}.",
        comma: ", ",
    },
    Words {
        lang: "es",
        title: "«{title}».",
        title_by: "«{title}», por {authors}.",
        translated: "Traducción: {translators}.",
        first_published: "Primera publicación: {site}.",
        published: "Publicación: {site}.",
        licence: "Licencia: {licence}.",
        comma: ", ",
    },
    Words {
        lang: "pt",
        title: "“{title}”.",
        title_by: "“{title}”, por {authors}.",
        translated: "Tradução: {translators}.",
        first_published: "Primeira publicação: {site}.",
        published: "Publicação: {site}.",
        licence: "Licença: {licence}.",
        comma: ", ",
    },
    Words {
        lang: "ar",
        title: "«{title}».",
        title_by: "«{title}»، بقلم {authors}.",
        translated: "ترجمة: {translators}.",
        first_published: "نُشر أول مرة في: {site}.",
        published: "نُشر في: {site}.",
        licence: "الرخصة: {licence}.",
        comma: "، ",
    },
];

impl Words {
    /// Returns the words of a language, whatever its region; English if they are not known.
    fn of(lang: &Lang) -> &'static Self {
        let primary = lang.as_str().split('-').next().unwrap_or_default();
        let known = OTHERS.iter().find(|words| words.lang == primary);
        known.unwrap_or(&ENGLISH)
    }

    fn direction(&self) -> Direction {
        match self.lang {
            "ar" => Direction::RightToLeft,
            _ => Direction::LeftToRight,
        }
    }

    /// Returns the parts that are names. `isolated` writes a name so that its direction reorders nothing around it.
    fn names(
        &self,
        post: &PublicPostSummary,
        site: &SiteFacts,
        isolated: impl Fn(&str) -> String,
    ) -> Parts {
        let authors = post.authors.iter().map(|one| credited(one, &isolated));
        let translators = post.translators.iter().map(|one| isolated(&one.name));
        let site = site.name.as_ref().map(|(name, _)| isolated(name));
        Parts {
            authors: authors.collect::<Vec<_>>().join(self.comma),
            translators: translators.collect::<Vec<_>>().join(self.comma),
            site: site.unwrap_or_default(),
            ..Parts::default()
        }
    }

    /// Writes the sentences for which there is something to say.
    fn write(&self, parts: &Parts, is_elsewhere: bool) -> String {
        let title = match parts.authors.is_empty() {
            true => self.title,
            false => self.title_by,
        };
        let published = match is_elsewhere {
            true => self.published,
            false => self.first_published,
        };
        let sentences = [
            (title, &parts.title),
            (self.translated, &parts.translators),
            (published, &parts.site),
            (self.licence, &parts.licence),
        ];
        let said = sentences.iter().filter(|(_, about)| !about.is_empty());
        let written: Vec<String> = said.map(|(sentence, _)| parts.fill(sentence)).collect();
        written.join(" ")
    }
}

/// The values of the place holders, as text or as HTML; empty if there is nothing to say.
#[derive(Default)]
struct Parts {
    title: String,
    authors: String,
    translators: String,
    site: String,
    licence: String,
}

impl Parts {
    /// Puts the values in the places of their names. Values are not searched for names.
    fn fill(&self, sentence: &str) -> String {
        let mut filled = String::new();
        let mut rest = sentence;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(match name {
                "title" => &self.title,
                "authors" => &self.authors,
                "translators" => &self.translators,
                "site" => &self.site,
                _ => &self.licence,
            });
            rest = after;
        }
        filled + rest
    }
}

impl Attribution {
    /// Writes the credit of a post.
    pub fn new(post: &PublicPostSummary, site: &SiteFacts) -> Self {
        let words = Words::of(&post.lang);
        let is_elsewhere = post.canonical_url.is_some();
        Self {
            text: text(post, site, words, is_elsewhere),
            html: html(post, site, words, is_elsewhere),
        }
    }
}

fn text(post: &PublicPostSummary, site: &SiteFacts, words: &Words, is_elsewhere: bool) -> String {
    // Isolates keep names in another direction from reordering the sentence.
    let directions = [words.direction(), direction_of(&post.lang)];
    let is_mixed = directions.contains(&Direction::RightToLeft);
    let part = |text: &str| match is_mixed || !is_left_to_right(text) {
        true => isolated(text),
        false => printable(text),
    };
    let licence = post.licence_in_force().map(licence::name);
    let parts = Parts {
        title: part(&post.title),
        licence: licence.map(|one| part(&one)).unwrap_or_default(),
        ..words.names(post, site, part)
    };
    let mut written = words.write(&parts, is_elsewhere);
    if let Some(url) = post.home_url() {
        written.push(' ');
        written.push_str(url);
    }
    written
}

/// Returns the name of an author with the affiliation at that time, each isolated.
pub fn credited(byline: &Byline, isolated: impl Fn(&str) -> String) -> String {
    let name = isolated(&byline.name);
    match &byline.organization {
        Some(organization) => format!("{name} ({})", isolated(&organization.name)),
        None => name,
    }
}

/// Returns the sentence about the translators as HTML in its own language and direction; `None` if there are none.
pub fn translated_by(post: &PublicPostSummary) -> Option<String> {
    let words = Words::of(&post.lang);
    let parts = words.names(post, &SiteFacts::default(), marked);
    let sentence = parts.fill(words.translated);
    let (lang, direction) = (words.lang, words.direction());
    let is_translated = !parts.translators.is_empty();
    is_translated.then(|| format!("<span lang=\"{lang}\" dir=\"{direction}\">{sentence}</span>"))
}

/// Returns a name as HTML whose direction reorders nothing around it.
pub fn marked(text: &str) -> String {
    format!("<bdi>{}</bdi>", in_html(text))
}

fn html(post: &PublicPostSummary, site: &SiteFacts, words: &Words, is_elsewhere: bool) -> String {
    let title = format!(
        "<cite lang=\"{}\" dir=\"{}\">{}</cite>",
        post.lang,
        direction_of(&post.lang),
        in_html(&post.title)
    );
    let of_licence = |one: &str| {
        let name = marked(&licence::name(one));
        match licence::url(one) {
            Some(url) => format!("<a rel=\"license\" href=\"{}\">{name}</a>", escape(&url)),
            None => name,
        }
    };
    let parts = Parts {
        title: match post.home_url() {
            Some(url) => format!("<a href=\"{}\">{title}</a>", escape(url)),
            None => title,
        },
        licence: post.licence_in_force().map(of_licence).unwrap_or_default(),
        ..words.names(post, site, marked)
    };
    let written = words.write(&parts, is_elsewhere);
    format!(
        "<p lang=\"{}\" dir=\"{}\">{written}</p>",
        words.lang,
        words.direction()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_place() {
        for words in OTHERS.iter().chain([&ENGLISH]) {
            for (sentence, places) in [
                (words.title, &["title"][..]),
                (words.title_by, &["title", "authors"]),
                (words.translated, &["translators"]),
                (words.first_published, &["site"]),
                (words.published, &["site"]),
                (words.licence, &["licence"]),
            ] {
                for place in places {
                    let written = sentence.matches(&format!("{{{place}}}")).count();
                    assert_eq!(written, 1, "{} {sentence}", words.lang);
                }
                assert_eq!(sentence.matches('{').count(), places.len(), "{sentence}");
            }
        }
    }

    #[test]
    fn a_value_is_not_searched_for_places() {
        let parts = Parts {
            title: "{authors}".to_owned(),
            authors: "{title}".to_owned(),
            ..Parts::default()
        };
        assert_eq!(parts.fill(ENGLISH.title_by), "“{authors}” by {title}.");
    }
}
