//! The guides: the documents of the repository. Links between the files become links between the pages, and addresses of a
//! server with the default settings become those of this server.

use std::borrow::Cow;

use super::layout::Section;
use super::markdown::{self, Heading};
use crate::config::PublicUrl;
use crate::content::escape;
use crate::error::Result;

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
    /// The entry of the bar to which the page belongs.
    pub section: Section,
    /// True if the example server in the guide stands for this one. An operator needs the address on which the server
    /// listens, as it is written.
    names_this_server: bool,
}

macro_rules! guide {
    ($name:literal, $path:literal, $title:literal, $about:literal) => {
        Guide {
            name: $name,
            title: $title,
            about: $about,
            path: $path,
            source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path)),
            section: Section::Guides,
            names_this_server: true,
        }
    };
}

/// The server of the examples in the files: one with the default settings.
const EXAMPLE_SERVER: &str = "http://127.0.0.1:8080";

/// The guides, grouped by purpose.
#[rustfmt::skip]
pub static GROUPS: [(&str, &[Guide]); 4] = [
    ("Use the API", &[
        guide!("quick-start", "docs/quick-start.md", "Quick start", "From an empty server to a published post.").in_section(Section::QuickStart),
        guide!("api-guide", "docs/api-guide.md", "API guide", "The API for frontends, partner organizations, mobile apps and editorial tools."),
        guide!("sync", "docs/sync.md", "Sync, snapshots and events", "Keeping a copy of the content, with deletions, and listening to changes."),
        guide!("partners", "docs/partners.md", "Feeds, sitemap and republication", "Feeds, the sitemap, what others need to republish posts, cards and oEmbed."),
        guide!("webhooks", "docs/webhooks.md", "Webhooks", "Being told of changes: verifying, order and retries, purging CDNs and building static sites."),
        guide!("comments", "docs/comments.md", "Comments", "Comments of readers: showing and writing them, the settings, and the queue of moderators."),
        guide!("editorial", "docs/editorial.md", "The life of a post", "The workflow from draft to archive, and who may do what."),
        guide!("clients", "examples/clients/README.md", "Generated clients", "Programs with clients generated from the OpenAPI documents.").with_addresses_as_written(),
        guide!("example-mirror", "examples/partner/README.md", "Example: a mirror", "A partner's folder of posts, kept up to date by sync and webhooks.").with_addresses_as_written(),
        guide!("example-app", "examples/app/README.md", "Example: an offline copy", "An app's copy by snapshot, sync and events.").with_addresses_as_written(),
        guide!("content", "docs/content.md", "Content", "Markdown and HTML input, and the HTML that is delivered."),
        guide!("errors", "docs/errors.md", "Errors", "Every error code, and what to do about it.").in_section(Section::Errors),
    ]),
    ("Run a server", &[
        guide!("overview", "README.md", "Overview", "What Tribuna is, and a first session with curl."),
        guide!("operations", "docs/operations.md", "Operations", "Installation, proxies, databases, backups, keys, logs and upgrades.").with_addresses_as_written(),
        guide!("settings", "docs/settings.md", "Settings", "Where settings come from, and which values they accept.").with_addresses_as_written(),
        guide!("mail", "docs/mail.md", "E-mail", "The mail server, texts of your own, retries, unsubscribing and privacy.").with_addresses_as_written(),
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

/// Returns the guide that explains errors. Its page has the error codes, too.
pub fn errors() -> Option<&'static Guide> {
    all().find(|guide| guide.section == Section::Errors)
}

/// Returns all guides.
pub fn all() -> impl Iterator<Item = &'static Guide> {
    GROUPS.iter().flat_map(|(_, guides)| guides.iter())
}

impl Guide {
    /// Declares that the page belongs to another entry of the bar than the guides.
    const fn in_section(self, section: Section) -> Self {
        Self { section, ..self }
    }

    /// Declares that the addresses in the guide stay as they are written.
    const fn with_addresses_as_written(self) -> Self {
        Self {
            names_this_server: false,
            ..self
        }
    }

    /// Renders the guide as HTML, for a server with this URL, and returns its headings too. A file that is not Markdown is
    /// shown unchanged.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if the Markdown cannot be rendered.
    pub fn render(&self, server: &PublicUrl) -> Result<(String, Vec<Heading>)> {
        if self.is_markdown() {
            return self.render_part(self.source, server);
        }
        let (title, source) = (escape(self.title), escape(self.source));
        let html = format!("<h1>{title}</h1>\n<pre class=\"wrapped\">{source}</pre>\n");
        Ok((html, Vec::new()))
    }

    /// Renders a part of the guide, which must be Markdown.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if the Markdown cannot be rendered.
    pub fn render_part(&self, part: &str, server: &PublicUrl) -> Result<(String, Vec<Heading>)> {
        let source = match self.names_this_server {
            true => Cow::Owned(part.replace(EXAMPLE_SERVER, server.as_str())),
            false => Cow::Borrowed(part),
        };
        markdown::render(&source, |link| self.address(link, server))
    }

    /// Returns whether the file is Markdown.
    pub fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Returns the path of the page.
    pub fn page(&self) -> String {
        match self.section {
            Section::Errors => "/docs/problems".to_owned(),
            _ => format!("/docs/guide/{}", self.name),
        }
    }

    /// Returns the path on this server that a link of this guide leads to, or `None` if the link stays unchanged.
    fn address(&self, link: &str, server: &PublicUrl) -> Option<String> {
        if let Some(path) = link.strip_prefix(server.as_str()) {
            return path.starts_with('/').then(|| path.to_owned());
        }
        let (path, fragment) = match link.find('#') {
            Some(start) => link.split_at(start),
            None => (link, ""),
        };
        let target = join(self.path, path);
        let guide = all().find(|guide| !path.is_empty() && guide.path == target)?;
        Some(format!("{}{fragment}", guide.page()))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn relative_links_lead_to_the_guides() {
        let guide = |name| all().find(|guide| guide.name == name).unwrap();
        let server = PublicUrl::parse("https://api.example.org").unwrap();
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
            ("overview", "https://api.example.org/docs/", Some("/docs/")),
            ("overview", "https://api.example.organic/", None),
            ("api-guide", "errors.md#codes", Some("/docs/problems#codes")),
            ("overview", "https://rustup.rs", None),
            ("caching", "#for-clients", None),
        ] {
            assert_eq!(
                guide(from).address(link, &server).as_deref(),
                address,
                "{from}: {link}"
            );
        }
    }

    #[test]
    fn examples_name_the_server_that_shows_them() {
        let server = PublicUrl::parse("https://api.example.org").unwrap();
        for guide in all().filter(|guide| guide.names_this_server) {
            let (html, _) = guide.render(&server).unwrap();
            assert!(!html.contains(EXAMPLE_SERVER), "{}", guide.name);
        }
        let quick_start = all().find(|guide| guide.name == "quick-start").unwrap();
        let (html, _) = quick_start.render(&server).unwrap();
        assert!(html.contains("A=https://api.example.org\n"), "{html}");
        let operations = all().find(|guide| guide.name == "operations").unwrap();
        let (html, _) = operations.render(&server).unwrap();
        assert!(html.contains("proxy_pass http://127.0.0.1:8080;"));
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
