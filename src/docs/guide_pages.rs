//! The pages of the guides: the list of all, one guide, and the navigation beside each text.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};

use super::guides::{self, GROUPS, Guide};
use super::layout::{self, Section};
use super::markdown::Heading;
use crate::config::Config;
use crate::content::escape;
use crate::error::{Error, Result};

/// The number of sections from which on a page begins with a list of them.
const MANY_SECTIONS: usize = 3;

/// Responds with the list of all guides.
pub async fn index() -> HttpResponse {
    let groups = GROUPS.iter().map(|(group, guides)| {
        let guides = guides.iter().map(|guide| {
            let Guide { title, about, .. } = guide;
            format!(
                "<li><a href=\"{}\">{title}</a><br>{about}</li>\n",
                guide.page()
            )
        });
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
pub async fn show(name: web::Path<String>, config: web::Data<Config>) -> Result<HttpResponse> {
    let guide = guides::all().find(|guide| guide.name == *name);
    let guide = guide.ok_or(Error::NotFound)?;
    if guide.section == Section::Errors {
        return Ok(HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, guide.page()))
            .finish());
    }
    let (html, headings) = guide.render(&config.server.public_url)?;
    let nav = nav(Some(guide.name), &headings);
    let main = with_contents(&html, &headings);
    Ok(layout::text(guide.section, guide.title, &nav, &main))
}

/// Returns a text with a list of its sections below its title, for screens that show the navigation below the text.
pub fn with_contents(html: &str, headings: &[Heading]) -> String {
    let sections = sections(headings);
    match html.split_once("</h1>") {
        Some((title, text)) if sections.matches("<li>").count() >= MANY_SECTIONS => format!(
            "{title}</h1>\n<details class=\"contents\">\n<summary>On this page</summary>\n<ul>\n{sections}</ul>\n\
             </details>{text}"
        ),
        _ => html.to_owned(),
    }
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
    let (page, title) = (guide.page(), guide.title);
    if current != Some(guide.name) {
        return format!("<li><a href=\"{page}\">{title}</a></li>\n");
    }
    let sections = match sections(headings).as_str() {
        "" => String::new(),
        sections => format!("\n<ul>\n{sections}</ul>\n"),
    };
    format!("<li><a href=\"{page}\" aria-current=\"page\">{title}</a>{sections}</li>\n")
}

fn sections(headings: &[Heading]) -> String {
    let sections = headings.iter().filter(|heading| heading.level == 2);
    let sections = sections.map(|Heading { anchor, text, .. }| {
        format!("<li><a href=\"#{anchor}\">{}</a></li>\n", escape(text))
    });
    sections.collect()
}
