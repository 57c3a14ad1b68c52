//! The layout that all pages share: the head, the bar and the content security policy.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType};

use super::assets::{self, Asset};
use crate::content::escape;

/// An entry of the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The reference of the two OpenAPI documents.
    Reference,
    /// The quick start.
    QuickStart,
    /// All other guides.
    Guides,
    /// The error codes.
    Errors,
    /// The search. On a wide screen its form is in the bar itself.
    Search,
}

const BAR: [(Section, &str, &str); 5] = [
    (Section::Reference, "/docs/", "API"),
    (
        Section::QuickStart,
        "/docs/guide/quick-start",
        "Quick start",
    ),
    (Section::Guides, "/docs/guide/", "Guides"),
    (Section::Errors, "/docs/problems", "Errors"),
    (Section::Search, "/docs/search", "Search"),
];

const SEARCH: &str = "<form action=\"/docs/search\" role=\"search\">\n<input type=\"search\" name=\"q\" \
                      placeholder=\"Search guides and both APIs\" aria-label=\"Search the documentation\">\n</form>\n";

/// The content security policy of a page without scripts.
const STATIC_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
                             frame-ancestors 'none'";
/// The content security policy of the reference. It forbids inline scripts, and requests to other hosts. Scalar sets styles
/// by script and uses images in `data:` URLs.
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                                img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                                form-action 'self'; frame-ancestors 'none'";

/// Responds with a page of text. `nav` is the content of its navigation, `main` the text, both in HTML.
pub fn text(section: Section, title: &str, nav: &str, main: &str) -> HttpResponse {
    let styles = [&assets::BAR_STYLE, &assets::GUIDE_STYLE];
    let body = format!(
        "<div class=\"guide\">\n<main>\n{main}</main>\n<nav aria-label=\"Guides\">\n{nav}</nav>\n</div>"
    );
    respond(STATIC_POLICY, &frame(section, title, "", &styles, &body))
}

/// Responds with the reference.
pub fn reference() -> HttpResponse {
    const CONTENT: &str = include_str!("site/reference.html");
    let button = "<button id=\"session\" type=\"button\">Sign in</button>\n";
    let scripts = [&assets::TAB, &assets::SCALAR, &assets::REFERENCE];
    let scripts: String = scripts
        .iter()
        .map(|script| format!("<script src=\"{}\"></script>\n", script.address()))
        .collect();
    let body = format!("{CONTENT}{scripts}");
    let (section, styles) = (Section::Reference, [&assets::BAR_STYLE]);
    let page = frame(section, "API reference", button, &styles, &body);
    respond(REFERENCE_POLICY, &page)
}

fn respond(policy: &'static str, page: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        // A page names the files of one version of the server.
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(page.to_owned())
}

fn frame(section: Section, title: &str, button: &str, styles: &[&Asset], body: &str) -> String {
    let title = escape(title);
    let icon = assets::ICON.address();
    let bar = bar(section, button);
    let styles: String = styles
        .iter()
        .map(|style| format!("<link rel=\"stylesheet\" href=\"{}\">\n", style.address()))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Tribuna: {title}</title>\n\
         <link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\n{styles}</head>\n<body>\n{bar}{body}\n</body>\n</html>\n"
    )
}

fn bar(current: Section, button: &str) -> String {
    let links = BAR.iter().map(|(section, address, name)| {
        let mark = if *section == current {
            " aria-current=\"page\""
        } else {
            ""
        };
        let class = match section {
            Section::QuickStart => " class=\"wide\"",
            Section::Search => " class=\"narrow\"",
            Section::Reference | Section::Guides | Section::Errors => "",
        };
        format!("<a href=\"{address}\"{class}{mark}>{name}</a>\n")
    });
    let icon = assets::ICON.address();
    let links: String = links.collect();
    format!(
        "<header class=\"bar\">\n<a class=\"home\" href=\"/docs/\" aria-label=\"Tribuna\"><img src=\"{icon}\" alt=\"\" width=\"24\" \
         height=\"24\"><span class=\"wide\">Tribuna</span></a>\n<nav aria-label=\"Documentation\">\n{links}</nav>\n\
         {SEARCH}{button}</header>\n"
    )
}
