//! Sitemaps in XML: the protocol of sitemaps.org, alternates in other languages, and news.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::content::without_controls;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::timestamp::Timestamp;

const SITEMAPS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const XHTML: &str = "http://www.w3.org/1999/xhtml";
const NEWS: &str = "http://www.google.com/schemas/sitemap-news/0.9";

type Xml = Writer<Vec<u8>>;

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
///
/// # Errors
/// Returns [`Error::Internal`] if it cannot be written.
pub fn part(pages: &[Page]) -> Result<Vec<u8>> {
    let namespaces = [
        ("xmlns", SITEMAPS),
        ("xmlns:xhtml", XHTML),
        ("xmlns:news", NEWS),
    ];
    let write = |xml: &mut Xml| pages.iter().try_for_each(|page| write_page(xml, page));
    document("urlset", &namespaces, write)
}

/// Writes an index of parts, each with its URL and the time of its last change, if that is known.
///
/// # Errors
/// Returns [`Error::Internal`] if it cannot be written.
pub fn index(parts: &[(String, Option<Timestamp>)]) -> Result<Vec<u8>> {
    let write_part = |xml: &mut Xml, (url, at): &(String, Option<Timestamp>)| {
        xml.create_element("sitemap").write_inner_content(|xml| {
            write_text(xml, "loc", url)?;
            match at {
                Some(at) => write_text(xml, "lastmod", &at.to_string()),
                None => Ok(()),
            }
        })?;
        end_line(xml)
    };
    let write = |xml: &mut Xml| parts.iter().try_for_each(|part| write_part(xml, part));
    document("sitemapindex", &[("xmlns", SITEMAPS)], write)
}

fn document(
    root: &str,
    namespaces: &[(&str, &str)],
    write: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    let write_all = |xml: &mut Xml| {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        end_line(xml)?;
        let element = xml.create_element(root);
        let element = element.with_attributes(namespaces.iter().copied());
        element.write_inner_content(|xml| {
            end_line(xml)?;
            write(xml)
        })?;
        end_line(xml)
    };
    let written = write_all(&mut xml);
    written.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(xml.into_inner())
}

fn write_page(xml: &mut Xml, page: &Page) -> io::Result<()> {
    xml.create_element("url").write_inner_content(|xml| {
        write_text(xml, "loc", &page.url)?;
        write_text(xml, "lastmod", &page.updated_at.to_string())?;
        if page.alternates.len() > 1 {
            for (lang, url) in &page.alternates {
                write_alternate(xml, lang.as_str(), url)?;
            }
            if let Some((_, url)) = page.alternates.first() {
                write_alternate(xml, "x-default", url)?;
            }
        }
        match &page.news {
            Some(news) => write_news(xml, news),
            None => Ok(()),
        }
    })?;
    end_line(xml)
}

fn write_alternate(xml: &mut Xml, lang: &str, url: &str) -> io::Result<()> {
    let link = xml.create_element("xhtml:link");
    let link = link.with_attributes([("rel", "alternate"), ("hreflang", lang), ("href", url)]);
    link.write_empty().map(drop)
}

fn write_news(xml: &mut Xml, news: &News) -> io::Result<()> {
    let element = xml.create_element("news:news");
    let written = element.write_inner_content(|xml| {
        let publication = xml.create_element("news:publication");
        publication.write_inner_content(|xml| {
            write_text(xml, "news:name", &news.name)?;
            write_text(xml, "news:language", code(&news.lang))
        })?;
        let published_at = news.published_at.to_string();
        write_text(xml, "news:publication_date", &published_at)?;
        write_text(xml, "news:title", &news.title)
    });
    written.map(drop)
}

fn write_text(xml: &mut Xml, name: &str, value: &str) -> io::Result<()> {
    let value = without_controls(value);
    let element = xml.create_element(name);
    element.write_text_content(BytesText::new(&value)).map(drop)
}

/// Ends a line, so that people can read the file, too.
fn end_line(xml: &mut Xml) -> io::Result<()> {
    xml.write_event(Event::Text(BytesText::from_escaped("\n")))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_part_with_the_longest_addresses_stays_below_fifty_megabytes() {
        // With more languages, a part has fewer posts.
        let lang = |number: usize| format!("abc-abcdefgh-x-{number:0>8}-abcdefgh");
        let alternates: Vec<(Lang, String)> = (0..23)
            .map(|number| {
                let lang = lang(number);
                let url = format!("https://www.example.org/{lang}/{}", "a".repeat(200));
                (lang.parse().unwrap(), url)
            })
            .collect();
        let page = Page {
            url: alternates[0].1.clone(),
            updated_at: Timestamp::from_millis(0),
            alternates,
            news: None,
        };
        let written = part(&vec![page; 5000]).unwrap();
        assert!(written.len() < 50_000_000, "{}", written.len());
    }

    #[test]
    fn texts_are_escaped_and_have_no_control_characters() {
        let page = Page {
            url: "https://a.org/?a=1&b=2".into(),
            updated_at: Timestamp::from_millis(0),
            alternates: Vec::new(),
            news: Some(News {
                name: "A & B".into(),
                lang: "pt-BR".parse().unwrap(),
                published_at: Timestamp::from_millis(0),
                title: "<b>\u{1}".into(),
            }),
        };
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" \
            xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n\
            <url><loc>https://a.org/?a=1&amp;b=2</loc><lastmod>1970-01-01T00:00:00.000Z</lastmod>\
            <news:news><news:publication><news:name>A &amp; B</news:name><news:language>pt</news:language></news:publication>\
            <news:publication_date>1970-01-01T00:00:00.000Z</news:publication_date>\
            <news:title>&lt;b&gt;</news:title></news:news></url>\n</urlset>\n";
        assert_eq!(String::from_utf8(part(&[page]).unwrap()).unwrap(), expected);
    }
}
