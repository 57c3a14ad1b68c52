//! The page about errors: the guide, with an entry for each code in the place of its table. The `type` of every problem
//! document leads to its code on this page.

use actix_web::{HttpResponse, web};

use super::guide_pages::{nav, with_contents};
use super::guides;
use super::layout;
use super::markdown;
use crate::config::Config;
use crate::content::escape;
use crate::error::{Code, Error, Result};

/// The marks around the table of codes in the guide.
const TABLE: (&str, &str) = ("<!-- codes -->", "<!-- /codes -->");

pub(super) async fn show(config: web::Data<Config>) -> Result<HttpResponse> {
    let server = &config.server.public_url;
    let guide = guides::errors().ok_or(Error::NotFound)?;
    let parts = guide.source.split_once(TABLE.0).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(TABLE.1)?;
        Some((before, after))
    });
    let (before, after) = parts.unwrap_or((guide.source, ""));
    let (before, mut headings) = guide.render_part(before, server)?;
    let (after, more) = guide.render_part(after, server)?;
    headings.extend(more);
    let codes: Result<String> = Code::ALL.iter().map(|code| entry(*code)).collect();
    let main = format!("{before}<dl>\n{}</dl>\n{after}", codes?);
    let main = with_contents(&main, &headings);
    let nav = nav(Some(guide.name), &headings);
    Ok(layout::text(guide.section, guide.title, &nav, &main))
}

fn entry(code: Code) -> Result<String> {
    let (status, title) = (code.status(), escape(code.title()));
    let (help, _) = markdown::render(code.help(), |_| None)?;
    Ok(format!(
        "<dt id=\"{code}\"><code>{code}</code> {status} {title}<a href=\"#{code}\" class=\"anchor\" \
         aria-label=\"Link to {code}\"></a></dt>\n<dd>{help}</dd>\n"
    ))
}
