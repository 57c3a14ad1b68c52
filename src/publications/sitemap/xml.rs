//! Sitemaps in XML: the protocol of sitemaps.org, alternates in other languages, and news.

use std::fmt::Write;

use quick_xml::escape::escape;

use crate::content::without_controls;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The length in bytes from which on pages are written without their other languages, so that no part is longer than 50 MB.
const LONG: usize = 35_000_000;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SITEMAPS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A page of the site in a sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The absolute URL.
    pub url: String,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The page in all its languages, itself among them; the first is shown to readers of any other language.
    pub alternates: Vec<(Lang, String)>,
    /// The facts about a news article.
    pub news: Option<News>,
}

/// The facts about a news article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The name of the site.
    pub name: String,
    /// The language of the article.
    pub lang: Lang,
    /// The time of publication.
    pub published_at: Timestamp,
    /// The title.
    pub title: String,
}

/// Writes a part with these pages.
pub fn part(pages: &[Page]) -> Vec<u8> {
    let mut written = format!(
        "{DECLARATION}<urlset xmlns=\"{SITEMAPS}\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n"
    );
    for page in pages {
        push_page(&mut written, page);
    }
    written.push_str("</urlset>\n");
    written.into_bytes()
}

fn push_page(written: &mut String, page: &Page) {
    written.push_str("<url>");
    push(written, "loc", &page.url);
    push(written, "lastmod", &page.updated_at.to_string());
    if page.alternates.len() > 1 && written.len() < LONG {
        let default = page.alternates.first().map(|(_, url)| ("x-default", url));
        let others = page
            .alternates
            .iter()
            .map(|(lang, url)| (lang.as_str(), url));
        for (lang, url) in others.chain(default) {
            let url = escape(url.as_str());
            // Writing to a String cannot fail.
            let _ = write!(
                written,
                "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{url}\"/>"
            );
        }
    }
    if let Some(news) = &page.news {
        written.push_str("<news:news><news:publication>");
        push(written, "news:name", &news.name);
        push(written, "news:language", code(&news.lang));
        written.push_str("</news:publication>");
        push(
            written,
            "news:publication_date",
            &news.published_at.to_string(),
        );
        push(written, "news:title", &news.title);
        written.push_str("</news:news>");
    }
    written.push_str("</url>\n");
}

/// Returns the code of a language in news sitemaps: ISO 639, except for the two forms of Chinese.
fn code(lang: &Lang) -> &str {
    let tag = lang.as_str();
    let primary = tag.split('-').next().unwrap_or(tag);
    let is_traditional = ["Hant", "TW", "HK", "MO"]
        .iter()
        .any(|one| tag.contains(one));
    match (primary, is_traditional) {
        ("zh", true) => "zh-tw",
        ("zh", false) => "zh-cn",
        (primary, _) => primary,
    }
}

fn push(written: &mut String, name: &str, value: &str) {
    let value = without_controls(value);
    let value = escape(&*value);
    let _ = write!(written, "<{name}>{value}</{name}>");
}

/// Writes an index of parts, each with its URL and the time of its last change, if that is known.
pub fn index(parts: &[(String, Option<Timestamp>)]) -> Vec<u8> {
    let mut written = format!("{DECLARATION}<sitemapindex xmlns=\"{SITEMAPS}\">\n");
    for (url, updated_at) in parts {
        written.push_str("<sitemap>");
        push(&mut written, "loc", url);
        if let Some(at) = updated_at {
            push(&mut written, "lastmod", &at.to_string());
        }
        written.push_str("</sitemap>\n");
    }
    written.push_str("</sitemapindex>\n");
    written.into_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_part_with_many_languages_stays_below_fifty_megabytes() {
        let lang = |number: usize| format!("en-x-{number}").parse::<Lang>().unwrap();
        let alternates: Vec<(Lang, String)> = (0..200)
            .map(|number| (lang(number), format!("https://a.org/{}", "é&".repeat(50))))
            .collect();
        let page = Page {
            url: alternates[0].1.clone(),
            updated_at: Timestamp::from_millis(0),
            alternates,
            news: None,
        };
        let written = part(&vec![page; 5000]);
        assert!(written.len() < 50_000_000, "{}", written.len());
    }
}
