//! The card of a post: a page without scripts that others put into a frame.

use std::fmt::Write;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::catalogue::site::language_names::direction_of;
use crate::config::Config;
use crate::content::escape;
use crate::licence;
use crate::publications::attribution::{credited, marked, translated_by};
use crate::publications::model::PublicPostSummary;
use crate::publications::printable::in_html;
use crate::sha256::sha256;
use crate::slugs::addresses::card_of;

/// The style: light and dark as the reader prefers, in both directions.
const STYLE: &str = include_str!("card.css");

/// The content security policy: the style above and nothing else. Everybody may put the page into a frame.
pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
});

/// Writes the card of a post.
pub fn write(post: &PublicPostSummary, config: &Config) -> String {
    let link = link(post, config);
    let (lang, direction) = (&post.lang, direction_of(&post.lang));
    let (title, url) = (in_html(&post.title), escape(&link));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<link rel=\"canonical\" href=\"{url}\">\n<style>{STYLE}</style>\n</head>\n<body>\n<article>\n"
    );
    if let Some((name, lang)) = post.site.as_ref().and_then(|site| site.name.as_ref()) {
        // An empty tag says that the language is not known.
        let lang = lang.as_ref().map_or("", |lang| lang.as_str());
        let name = format!("<bdi lang=\"{lang}\">{}</bdi>", in_html(name));
        line(&mut page, "site", &name);
    }
    // Writing to a String cannot fail.
    let _ = writeln!(
        page,
        "<h1><a href=\"{url}\" target=\"_blank\" rel=\"noopener\">{title}</a></h1>"
    );
    line(&mut page, "by", &byline(post));
    if let Some(sentence) = translated_by(post) {
        line(&mut page, "by", &sentence);
    }
    line(&mut page, "excerpt", &in_html(&post.excerpt));
    if let Some(licence) = post.licence_in_force() {
        line(&mut page, "licence", &licence_link(licence));
    }
    page.push_str("</article>\n</body>\n</html>\n");
    page
}

/// Returns the absolute URL to which the card leads.
pub fn link(post: &PublicPostSummary, config: &Config) -> String {
    let api = || format!("{}{}", config.server.public_url, post.url);
    post.home_url().map_or_else(api, str::to_owned)
}

/// Returns the absolute URL of the card, by the id, which never changes.
pub fn url(post: &PublicPostSummary, config: &Config) -> String {
    let path = card_of(post.id, &post.lang);
    format!("{}{path}", config.server.public_url)
}

fn line(page: &mut String, class: &str, html: &str) {
    let _ = writeln!(page, "<p class=\"{class}\">{html}</p>");
}

/// Writes the authors with their organizations, and the day.
fn byline(post: &PublicPostSummary) -> String {
    let authors = post.authors.iter();
    let names = authors.map(|one| credited(one, marked));
    let at = post.published_at.to_string();
    let day = at.split('T').next().unwrap_or_default();
    let day = format!("<time datetime=\"{at}\">{day}</time>");
    names.chain([day]).collect::<Vec<_>>().join(" · ")
}

fn licence_link(one: &str) -> String {
    let name = marked(&licence::name(one));
    match licence::url(one) {
        Some(url) => format!(
            "<a rel=\"license noopener\" target=\"_blank\" href=\"{}\">{name}</a>",
            escape(&url)
        ),
        None => name,
    }
}
