//! The guides: the documents of the repository as pages. Links between the files become links between the pages.

use actix_web::HttpResponse;
use actix_web::web;

use super::layout::{self, Section, escape};
use super::markdown::{self, Heading};
use crate::error::{Error, Result};

/// A document of the repository.
pub struct Guide {
    /// The last segment of the path of its page.
    pub name: &'static str,
    /// The title in lists.
    pub title: &'static str,
    /// One sentence about it.
    pub about: &'static str,
    /// The file, from the root of the repository.
    pub path: &'static str,
    /// The content of the file.
    pub source: &'static str,
}

macro_rules! guide {
    ($name:literal, $path:literal, $title:literal, $about:literal) => {
        Guide {
            name: $name,
            title: $title,
            about: $about,
            path: $path,
            source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path)),
        }
    };
}

const QUICK_START: &str = "quick-start";

/// The guides, grouped by purpose.
#[rustfmt::skip]
static GROUPS: [(&str, &[Guide]); 4] = [
    ("Use the API", &[
        guide!("quick-start", "docs/quick-start.md", "Quick start", "From an empty server to a published post."),
        guide!("api-guide", "docs/api-guide.md", "API guide", "The API for frontends, partner organizations, mobile apps and editorial tools."),
        guide!("editorial", "docs/editorial.md", "The life of a post", "The workflow from draft to archive, and who may do what."),
        guide!("clients", "examples/clients/README.md", "Generated clients", "Programs with clients generated from the OpenAPI documents."),
        guide!("content", "docs/content.md", "Content", "Markdown and HTML input, and the HTML that is delivered."),
        guide!("errors", "docs/errors.md", "Errors", "Every error code, and what to do about it."),
    ]),
    ("Run a server", &[
        guide!("overview", "README.md", "Overview", "What Tribuna is, and a first session with curl."),
        guide!("operations", "docs/operations.md", "Operations", "Installation, proxies, databases, backups, keys, logs and upgrades."),
        guide!("settings", "docs/settings.md", "Settings", "Where settings come from, and which values they accept."),
        guide!("caching", "docs/caching.md", "Caching", "Validators, cache lifetimes, CDNs and purging."),
        guide!("nginx", "examples/nginx/tribuna.conf", "Example: nginx", "A configuration of nginx as a cache in front of Tribuna."),
        guide!("varnish", "examples/varnish/tribuna.vcl", "Example: Varnish", "A configuration of Varnish in front of Tribuna."),
        guide!("importing", "docs/importing.md", "Importing", "Importing from WordPress, or from any other system through JSON Lines."),
        guide!("performance", "docs/performance.md", "Performance", "Benchmarks, and how to run them."),
    ]),
    ("Change the code", &[
        guide!("architecture", "docs/architecture.md", "Architecture", "Where everything is in the code, and why."),
        guide!("testing", "docs/testing.md", "Testing", "How to write and run the tests."),
        guide!("contributing", "CONTRIBUTING.md", "Contributing", "Set-up, checks and style."),
        guide!("changelog", "CHANGELOG.md", "Changelog", "Changes by release."),
    ]),
    ("Licences", &[
        guide!("licence", "LICENSE", "Licence", "Tribuna may be used under either of two licences."),
        guide!("licence-apache", "LICENSE-APACHE", "Apache-2.0", "The Apache License, Version 2.0."),
        guide!("licence-mit", "LICENSE-MIT", "MIT", "The MIT License."),
        guide!("licence-scalar", "src/docs/vendor/scalar/LICENSE", "Scalar", "The licence of Scalar, which shows the reference."),
    ]),
];

/// Returns all guides.
pub fn all() -> impl Iterator<Item = &'static Guide> {
    GROUPS.iter().flat_map(|(_, guides)| guides.iter())
}

/// Responds with the list of all guides.
pub async fn index() -> HttpResponse {
    let groups = GROUPS.iter().map(|(group, guides)| {
        let guides = guides.iter().map(
            |Guide {
                 name, title, about, ..
             }| {
                format!("<li><a href=\"/docs/guide/{name}\">{title}</a><br>{about}</li>\n")
            },
        );
        let guides: String = guides.collect();
        format!("<h2>{group}</h2>\n<ul>\n{guides}</ul>\n")
    });
    let groups: String = groups.collect();
    let main = format!("<h1>Guides</h1>\n{groups}");
    layout::text(Section::Guides, "Guides", &nav(None, &[]), &main)
}

/// Responds with one guide.
///
/// # Errors
/// Returns [`Error::NotFound`] if no guide has this name.
pub async fn show(name: web::Path<String>) -> Result<HttpResponse> {
    let guide = all().find(|guide| guide.name == *name);
    let guide = guide.ok_or(Error::NotFound)?;
    let (html, headings) = guide.render()?;
    let section = match guide.name {
        QUICK_START => Section::QuickStart,
        _ => Section::Guides,
    };
    let nav = nav(Some(guide.name), &headings);
    Ok(layout::text(section, guide.title, &nav, &html))
}

impl Guide {
    /// Renders the guide as HTML, and returns its headings too. A file that is not Markdown is shown unchanged.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the Markdown cannot be rendered.
    pub fn render(&self) -> Result<(String, Vec<Heading>)> {
        if self.path.ends_with(".md") {
            return markdown::render(self.source, |link| self.address(link));
        }
        let (title, source) = (escape(self.title), escape(self.source));
        let html = format!("<h1>{title}</h1>\n<pre class=\"wrapped\">{source}</pre>\n");
        Ok((html, Vec::new()))
    }

    /// Returns the path on this server that a link of this guide leads to, or `None` if the link stays unchanged.
    fn address(&self, link: &str) -> Option<String> {
        // In the guides, the address of a server with the default settings stands for this server.
        if let Some(path) = link.strip_prefix("http://127.0.0.1:8080/") {
            return Some(format!("/{path}"));
        }
        let (path, fragment) = match link.find('#') {
            Some(start) => link.split_at(start),
            None => (link, ""),
        };
        let target = join(self.path, path);
        let guide = all().find(|guide| !path.is_empty() && guide.path == target)?;
        Some(format!("/docs/guide/{}{fragment}", guide.name))
    }
}

/// Resolves a relative link in a file.
fn join(file: &str, link: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns the navigation: all guides, and the sections of the current one.
pub fn nav(current: Option<&str>, headings: &[Heading]) -> String {
    let groups = GROUPS.iter().map(|(group, guides)| {
        let guides: String = guides
            .iter()
            .map(|guide| entry(guide, current, headings))
            .collect();
        format!("<h2>{group}</h2>\n<ul>\n{guides}</ul>\n")
    });
    groups.collect()
}

fn entry(guide: &Guide, current: Option<&str>, headings: &[Heading]) -> String {
    let Guide { name, title, .. } = guide;
    if current != Some(*name) {
        return format!("<li><a href=\"/docs/guide/{name}\">{title}</a></li>\n");
    }
    let sections = headings.iter().filter(|heading| heading.level == 2);
    let sections: String = sections
        .map(|heading| {
            format!(
                "<li><a href=\"#{}\">{}</a></li>\n",
                heading.anchor,
                escape(&heading.text)
            )
        })
        .collect();
    let sections = match sections.as_str() {
        "" => sections,
        _ => format!("\n<ul>\n{sections}</ul>\n"),
    };
    format!("<li><a href=\"/docs/guide/{name}\" aria-current=\"page\">{title}</a>{sections}</li>\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn relative_links_lead_to_the_guides() {
        let guide = |name| all().find(|guide| guide.name == name).unwrap();
        for (from, link, address) in [
            ("caching", "settings.md", Some("/docs/guide/settings")),
            (
                "caching",
                "api-guide.md#roles",
                Some("/docs/guide/api-guide#roles"),
            ),
            (
                "caching",
                "../examples/nginx/tribuna.conf",
                Some("/docs/guide/nginx"),
            ),
            (
                "operations",
                "../CHANGELOG.md",
                Some("/docs/guide/changelog"),
            ),
            ("overview", "docs/settings.md", Some("/docs/guide/settings")),
            ("overview", "http://127.0.0.1:8080/docs/", Some("/docs/")),
            ("overview", "https://rustup.rs", None),
            ("caching", "#for-clients", None),
        ] {
            assert_eq!(
                guide(from).address(link).as_deref(),
                address,
                "{from}: {link}"
            );
        }
    }

    #[test]
    fn every_document_is_a_guide() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(root.join("docs")).unwrap() {
            let path = format!("docs/{}", entry.unwrap().file_name().to_str().unwrap());
            assert!(
                all().any(|guide| guide.path == path),
                "{path} is in no group"
            );
        }
    }
}
