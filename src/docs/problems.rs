//! The page of error codes. The `type` of every problem document leads to its code on this page.

use actix_web::HttpResponse;

use super::layout::{self, Section, escape};
use super::{guides, markdown};
use crate::error::{Code, Result};

const INTRODUCTION: &str = "# Errors\n\nEvery error is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem \
document. Its `type` leads to its code on this page; [the guide](/docs/guide/errors) explains its members.\n";

pub(super) async fn show() -> Result<HttpResponse> {
    let (introduction, _) = markdown::render(INTRODUCTION, |_| None)?;
    let codes: Result<String> = Code::ALL.iter().map(|code| entry(*code)).collect();
    let main = format!("{introduction}<dl>\n{}</dl>\n", codes?);
    Ok(layout::text(
        Section::Errors,
        "Errors",
        &guides::nav(None, &[]),
        &main,
    ))
}

fn entry(code: Code) -> Result<String> {
    let (status, title) = (code.status(), escape(code.title()));
    let (help, _) = markdown::render(code.help(), |_| None)?;
    Ok(format!(
        "<dt id=\"{code}\"><code>{code}</code> {status} {title}<a href=\"#{code}\" class=\"anchor\" \
         aria-label=\"Link to {code}\"></a></dt>\n<dd>{help}</dd>\n"
    ))
}
