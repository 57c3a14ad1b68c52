//! The search over everything that the documentation has: the operations of both documents, the sections of the guides and the
//! error codes. It needs no script.

use std::fmt::Write as _;
use std::sync::OnceLock;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use url::form_urlencoded;

use super::guide_pages::nav;
use super::guides;
use super::layout::{self, Section, escape};
use super::markdown;
use crate::error::Code;
use crate::http::contract::compiled::Contract;

/// The most results on a page.
const MOST: usize = 50;
/// The longest question that is read, in characters.
const LONGEST: usize = 100;

/// Something that can be found.
struct Entry {
    title: String,
    /// The second line of a result.
    about: String,
    address: String,
    /// More words by which it is found.
    text: String,
}

/// Responds with the results for `?q=`, best first.
pub async fn show(request: HttpRequest, contract: web::Data<Contract>) -> HttpResponse {
    let mut parameters = form_urlencoded::parse(request.query_string().as_bytes());
    let question = parameters.find(|(name, _)| name == "q");
    let question: String = question.map_or_else(String::new, |(_, question)| {
        question.trim().chars().take(LONGEST).collect()
    });
    let main = format!(
        "<h1>Search</h1>\n<form action=\"/docs/search\" role=\"search\" class=\"search\">\n<input type=\"search\" name=\"q\" \
         value=\"{}\" aria-label=\"Search the documentation\">\n<button>Search</button>\n</form>\n{}",
        escape(&question),
        results(&question, &contract)
    );
    layout::text(Section::Search, "Search", &nav(None, &[]), &main)
}

fn results(question: &str, contract: &Contract) -> String {
    static GUIDES: OnceLock<Vec<Entry>> = OnceLock::new();
    let words = words(question);
    if words.is_empty() {
        return "<p>Operations of both APIs, guides and error codes.</p>\n".to_owned();
    }
    let operations: Vec<Entry> = [
        ("Delivery", &contract.delivery),
        ("Management", &contract.management),
    ]
    .into_iter()
    .flat_map(|(name, document)| operations(name, document))
    .collect();
    let texts = GUIDES.get_or_init(|| sections().chain(codes()).collect());
    let mut found: Vec<(usize, &Entry)> = operations
        .iter()
        .chain(texts)
        .filter_map(|entry| Some((entry.score(&words)?, entry)))
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    if found.is_empty() {
        return "<p>Nothing has all of these words.</p>\n".to_owned();
    }
    let mut list = String::from("<ul class=\"results\">\n");
    for (
        _,
        Entry {
            title,
            about,
            address,
            ..
        },
    ) in found.into_iter().take(MOST)
    {
        let (title, about) = (escape(title), escape(about));
        // Writing to a String cannot fail.
        let _ = writeln!(
            list,
            "<li><a href=\"{address}\">{title}</a><br>{about}</li>"
        );
    }
    list + "</ul>\n"
}

impl Entry {
    /// Rates the entry; `None` if it lacks one of the words. A word of the title counts most, above all a whole one.
    fn score(&self, words: &[String]) -> Option<usize> {
        let (title, about) = (self.title.to_lowercase(), self.about.to_lowercase());
        let text = self.text.to_lowercase();
        let titles: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
        let rate = |word: &String| match () {
            () if titles.contains(&word.as_str()) => Some(20),
            () if title.contains(word) => Some(10),
            () if about.contains(word) => Some(5),
            () => Some(text.matches(word).count().min(4)).filter(|count| *count > 0),
        };
        words.iter().map(rate).sum()
    }
}

fn words(question: &str) -> Vec<String> {
    let words = question.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The operations of a document.
fn operations<'a>(name: &'a str, document: &'a Value) -> impl Iterator<Item = Entry> + 'a {
    let paths = document.pointer("/paths").and_then(Value::as_object);
    let items = paths.into_iter().flatten();
    let operations = items.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path, method, operation))
    });
    operations.filter_map(move |(path, method, operation)| {
        let text = |pointer| operation.pointer(pointer).and_then(Value::as_str);
        let (id, tag) = (text("/operationId")?, text("/tags/0")?);
        let slug = name.to_lowercase();
        Some(Entry {
            title: text("/summary")?.to_owned(),
            about: format!("{name} API: {} {path}", method.to_uppercase()),
            address: format!("/docs/#{slug}/tag/{tag}/{id}"),
            text: format!("{id} {} {tag}", text("/description").unwrap_or_default()),
        })
    })
}

/// The sections of all guides.
fn sections() -> impl Iterator<Item = Entry> {
    guides::all()
        .filter(|guide| guide.is_markdown())
        .flat_map(|guide| {
            let sections = markdown::sections(guide.source).into_iter();
            sections.map(|section| Entry {
                title: section.title,
                about: format!("Guide: {}", guide.title),
                address: format!("{}#{}", guide.page(), section.anchor),
                text: section.text,
            })
        })
}

/// The error codes.
fn codes() -> impl Iterator<Item = Entry> {
    Code::ALL.iter().map(|code| Entry {
        title: code.to_string(),
        about: format!("Error {}: {}", code.status(), code.title()),
        address: format!("/docs/problems#{code}"),
        text: code.help().to_owned(),
    })
}
