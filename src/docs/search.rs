//! The search over everything that the documentation has: the operations of both documents, the sections of the guides and
//! the error codes. It needs no script.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use url::form_urlencoded;

use super::guide_pages::nav;
use super::guides;
use super::layout::{self, Section};
use super::markdown;
use crate::content::escape;
use crate::error::Code;
use crate::http::contract::compiled::Contract;

/// The most results on a page.
const MOST: usize = 50;
/// The longest question that is read, in characters.
const LONGEST: usize = 100;

/// Everything that can be found. The first search collects it.
pub struct SearchIndex {
    contract: Arc<Contract>,
    entries: OnceLock<Vec<Entry>>,
}

/// Something that can be found.
struct Entry {
    title: String,
    /// The second line of a result.
    about: String,
    address: String,
    words: Words,
}

/// The texts of an entry in lower case.
struct Words {
    title: String,
    about: String,
    /// More words by which it is found.
    text: String,
}

/// Responds with the results for `?q=`, best first.
pub async fn show(request: HttpRequest, index: web::Data<SearchIndex>) -> HttpResponse {
    let mut parameters = form_urlencoded::parse(request.query_string().as_bytes());
    let question = parameters.find(|(name, _)| name == "q");
    let question: String = question.map_or_else(String::new, |(_, question)| {
        question.trim().chars().take(LONGEST).collect()
    });
    let main = format!(
        "<h1>Search</h1>\n<form action=\"/docs/search\" role=\"search\" class=\"search\">\n<input type=\"search\" name=\"q\" \
         value=\"{}\" aria-label=\"Search the documentation\">\n<button>Search</button>\n</form>\n{}",
        escape(&question),
        results(&words(&question), &index)
    );
    layout::text(Section::Search, "Search", &nav(None, &[]), &main)
}

fn results(words: &[String], index: &SearchIndex) -> String {
    if words.is_empty() {
        return "<p>Operations of both APIs, guides and error codes.</p>\n".to_owned();
    }
    let found = index.find(words);
    if found.is_empty() {
        return "<p>Nothing has all of these words.</p>\n".to_owned();
    }
    let mut list = String::from("<ul class=\"results\">\n");
    for entry in found.into_iter().take(MOST) {
        let (title, about) = (escape(&entry.title), escape(&entry.about));
        let address = &entry.address;
        // Writing to a String cannot fail.
        let _ = writeln!(
            list,
            "<li><a href=\"{address}\">{title}</a><br>{about}</li>"
        );
    }
    list + "</ul>\n"
}

impl SearchIndex {
    /// Creates the index of both documents, all guides and all error codes.
    pub fn new(contract: Arc<Contract>) -> Self {
        Self {
            contract,
            entries: OnceLock::new(),
        }
    }

    fn entries(&self) -> &[Entry] {
        self.entries.get_or_init(|| {
            let delivery = operations("Delivery", &self.contract.delivery);
            let management = operations("Management", &self.contract.management);
            let all = delivery.chain(management).chain(sections()).chain(codes());
            all.collect()
        })
    }

    /// Returns the entries that have all of the words, best first.
    fn find(&self, words: &[String]) -> Vec<&Entry> {
        let scored = self.entries().iter();
        let scored = scored.filter_map(|entry| Some((entry.words.score(words)?, entry)));
        let mut scored: Vec<(usize, &Entry)> = scored.collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, entry)| entry).collect()
    }
}

impl Entry {
    fn new(title: String, about: String, address: String, text: &str) -> Self {
        let words = Words {
            title: title.to_lowercase(),
            about: about.to_lowercase(),
            text: text.to_lowercase(),
        };
        Self {
            title,
            about,
            address,
            words,
        }
    }
}

impl Words {
    /// Rates the entry; `None` if it lacks one of the words. A word of the title counts most, above all a whole one.
    fn score(&self, words: &[String]) -> Option<usize> {
        words.iter().map(|word| self.score_of(word)).sum()
    }

    fn score_of(&self, word: &str) -> Option<usize> {
        let mut titles = self.title.split(|c: char| !c.is_alphanumeric());
        if titles.any(|title| title == word) {
            Some(20)
        } else if self.title.contains(word) {
            Some(10)
        } else if self.about.contains(word) {
            Some(5)
        } else {
            Some(self.text.matches(word).count().min(4)).filter(|count| *count > 0)
        }
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
        Some(Entry::new(
            text("/summary")?.to_owned(),
            format!("{name} API: {} {path}", method.to_uppercase()),
            format!("/docs/#{slug}/tag/{tag}/{id}"),
            &format!("{id} {} {tag}", text("/description").unwrap_or_default()),
        ))
    })
}

/// The sections of all guides.
fn sections() -> impl Iterator<Item = Entry> {
    guides::all()
        .filter(|guide| guide.is_markdown())
        .flat_map(|guide| {
            let sections = markdown::sections(guide.source).into_iter();
            sections.map(|section| {
                let about = format!("Guide: {}", guide.title);
                let address = format!("{}#{}", guide.page(), section.anchor);
                Entry::new(section.title, about, address, &section.text)
            })
        })
}

/// The error codes.
fn codes() -> impl Iterator<Item = Entry> {
    Code::ALL.iter().map(|code| {
        let about = format!("Error {}: {}", code.status(), code.title());
        let address = format!("/docs/problems#{code}");
        Entry::new(code.to_string(), about, address, code.help())
    })
}
