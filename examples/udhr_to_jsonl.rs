//! Converts the Universal Declaration of Human Rights, one language per line, to the JSON Lines format of Tribuna: 30
//! posts, one for each article, each in every language of the input.
//!
//! ```sh
//! cargo run --example udhr_to_jsonl < udhr.jsonl > posts.jsonl
//! tribuna import jsonl posts.jsonl
//! ```
//!
//! A line of the input is `{"lang": "fr", "title": "…", "articles": [{"number": 1, "title": "…", "paragraphs":
//! ["…"]}]}`,
//! as produced from the "UDHR in XML" project. Other members are ignored.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufWriter, Write};

use serde::Deserialize;
use tribuna::by_lang::ByLang;
use tribuna::import::record::{
    Author, Body, Byline, Category, Format, Organization, Post, Publication, Record, Tag, Term,
    Translation,
};
use tribuna::lang::Lang;

const ORIGINAL: &str = "en";

/// A part of the Declaration. Each of its articles gets the same tag.
struct Part {
    key: &'static str,
    last_article: u32,
    names: [(&'static str, &'static str); 3],
}

const PARTS: [Part; 4] = [
    Part {
        key: "principles",
        last_article: 2,
        names: [
            ("en", "Principles"),
            ("fr", "Principes"),
            ("es", "Principios"),
        ],
    },
    Part {
        key: "civil-and-political-rights",
        last_article: 21,
        names: [
            ("en", "Civil and political rights"),
            ("fr", "Droits civils et politiques"),
            ("es", "Derechos civiles y políticos"),
        ],
    },
    Part {
        key: "economic-social-and-cultural-rights",
        last_article: 27,
        names: [
            ("en", "Economic, social and cultural rights"),
            ("fr", "Droits économiques, sociaux et culturels"),
            ("es", "Derechos económicos, sociales y culturales"),
        ],
    },
    Part {
        key: "order-and-duties",
        last_article: 30,
        names: [
            ("en", "Order and duties"),
            ("fr", "Ordre et devoirs"),
            ("es", "Orden y deberes"),
        ],
    },
];

/// The Declaration in one language.
#[derive(Debug, Deserialize)]
pub struct Language {
    lang: Lang,
    title: String,
    articles: Vec<Article>,
}

#[derive(Debug, Deserialize)]
struct Article {
    number: u32,
    title: String,
    paragraphs: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for record in records(&read(std::io::stdin().lock())?)? {
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Reads the languages, one per line.
pub fn read(input: impl BufRead) -> Result<Vec<Language>, Box<dyn Error>> {
    let parse = |(index, line): (usize, std::io::Result<String>)| {
        serde_json::from_str(&line?).map_err(|error| format!("line {}: {error}", index + 1).into())
    };
    input.lines().enumerate().map(parse).collect()
}

/// Returns all records to import: first the records that posts refer to, then one post for each article.
///
/// # Errors
/// Returns an error only if a language tag in this file is invalid.
pub fn records(languages: &[Language]) -> Result<Vec<Record>, &'static str> {
    let original: Lang = ORIGINAL.parse()?;
    // The original language of a term comes first.
    let (first, others): (Vec<_>, Vec<_>) = languages.iter().partition(|it| it.lang == original);
    let mut records = vec![
        Record::Organization(Organization {
            key: "un".to_owned(),
            name: "United Nations".to_owned(),
            url: Some("https://www.un.org/".to_owned()),
            ..Organization::default()
        }),
        Record::Author(Author {
            key: "drafting-committee".to_owned(),
            name: "Drafting Committee of the Universal Declaration".to_owned(),
            organization: Some("un".to_owned()),
            ..Author::default()
        }),
        Record::Category(Category {
            key: "udhr".to_owned(),
            translations: first
                .into_iter()
                .chain(others)
                .map(|it| (it.lang.clone(), term(&it.title)))
                .collect(),
            ..Category::default()
        }),
    ];
    for part in &PARTS {
        let names = part.names.iter();
        let names = names.map(|(lang, name)| Ok((lang.parse()?, term(name))));
        records.push(Record::Tag(Tag {
            key: part.key.to_owned(),
            translations: names.collect::<Result<_, &'static str>>()?,
        }));
    }
    let mut articles: BTreeMap<u32, ByLang<Translation>> = BTreeMap::new();
    for language in languages {
        for article in &language.articles {
            let translation = translation(language, article);
            articles
                .entry(article.number)
                .or_default()
                .set(language.lang.clone(), translation);
        }
    }
    records.extend(
        articles
            .into_iter()
            .map(|(number, translations)| Record::Post(post(number, &original, translations))),
    );
    Ok(records)
}

fn term(name: &str) -> Term {
    Term {
        name: name.to_owned(),
        ..Term::default()
    }
}

fn post(number: u32, original: &Lang, translations: ByLang<Translation>) -> Post {
    let part = PARTS.iter().find(|part| number <= part.last_article);
    Post {
        parent: None,
        position: None,
        key: format!("article-{number}"),
        original_lang: original.clone(),
        authors: vec![Byline {
            author: "drafting-committee".to_owned(),
            ..Byline::default()
        }],
        categories: vec!["udhr".to_owned()],
        tags: part.into_iter().map(|part| part.key.to_owned()).collect(),
        featured: false,
        licence: None,
        canonical_url: None,
        translations,
    }
}

fn translation(language: &Language, article: &Article) -> Translation {
    let title = article.title.trim();
    let paragraphs = article
        .paragraphs
        .iter()
        .map(|text| format!("<p>{}</p>", escaped(text)));
    // All articles are dated to the day of the proclamation. Lists show the newest first, so the first article is the
    // latest.
    let minute = 59_u32.saturating_sub(article.number);
    Translation {
        title: if title.is_empty() {
            article.number.to_string()
        } else {
            title.to_owned()
        },
        slug: None,
        subtitle: Some(language.title.clone()),
        excerpt: None,
        body: Body {
            format: Format::Html,
            source: paragraphs.collect::<Vec<_>>().join("\n"),
        },
        seo: None,
        translators: Vec::new(),
        publication: Some(Publication {
            publish_at: format!("1948-12-10T12:{minute:02}:00Z"),
            ..Publication::default()
        }),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
