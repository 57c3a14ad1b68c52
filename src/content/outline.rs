//! One pass over sanitised HTML that adds ids to headings and `rel` to links to other sites, and extracts the table of
//! contents and the plain text. It relies on the sanitiser's form: well-formed, values in double quotes.

use std::{collections::HashSet, sync::LazyLock};

use url::Url;

use super::{
    ExternalLinks, Heading,
    allow_list::{self, Shape},
    lexer::{Lexer, Tag, Token},
    plain_text::{PlainText, decoded},
    sanitize::without_controls,
    slug::Slugs,
};

/// The result of the pass.
pub(super) struct Outline {
    pub html: String,
    pub text: String,
    pub toc: Vec<Heading>,
}

/// Runs the pass over sanitised HTML.
pub(super) fn outline(sanitized: &str, external_links: ExternalLinks) -> Outline {
    let mut reader = Outliner {
        external_links,
        html: String::with_capacity(sanitized.len()),
        text: PlainText::default(),
        toc: Vec::new(),
        heading: None,
        slugs: Slugs::default(),
        footnote_ids: HashSet::new(),
        after_pre: false,
    };
    for token in Lexer::new(sanitized) {
        match token {
            Token::Text(text) => reader.text(text),
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(&name),
        }
    }
    Outline {
        html: reader.html,
        text: reader.text.finish(),
        toc: reader.toc,
    }
}

struct Outliner<'a> {
    external_links: ExternalLinks,
    html: String,
    text: PlainText,
    toc: Vec<Heading>,
    heading: Option<OpenHeading>,
    slugs: Slugs,
    footnote_ids: HashSet<&'a str>,
    after_pre: bool,
}

/// An open heading. Its id is not known before its end.
struct OpenHeading {
    level: u8,
    /// The rest of its start tag, after the id.
    attributes: String,
    content: String,
    title: PlainText,
}

impl<'a> Outliner<'a> {
    fn text(&mut self, text: &str) {
        let text = without_controls(text);
        // Parsers drop a newline after `<pre>`. If it stayed, rendering again would change the HTML.
        let is_first_of_pre = std::mem::take(&mut self.after_pre);
        let text = if is_first_of_pre {
            text.trim_start_matches('\n')
        } else {
            &text
        };
        self.html().push_str(text);
        let decoded = decoded(text);
        self.text.text(&decoded);
        if let Some(heading) = &mut self.heading {
            heading.title.text(&decoded);
        }
    }

    fn start(&mut self, tag: &Tag<'a>) {
        self.after_pre = tag.name == "pre";
        self.text.start(tag);
        if let Some(heading) = &mut self.heading {
            heading.title.start(tag);
        }
        let attributes = self.attributes(tag);
        if let Some(level) = heading_level(&tag.name) {
            let (content, title) = (String::new(), PlainText::default());
            self.heading = Some(OpenHeading {
                level,
                attributes,
                content,
                title,
            });
            return;
        }
        let html = self.html();
        html.push('<');
        html.push_str(&tag.name);
        html.push_str(&attributes);
        html.push('>');
    }

    fn end(&mut self, name: &str) {
        self.after_pre = false;
        self.text.end(name);
        if heading_level(name).is_some() {
            return self.close_heading(name);
        }
        if let Some(heading) = &mut self.heading {
            heading.title.end(name);
        }
        let html = self.html();
        html.push_str("</");
        html.push_str(name);
        html.push('>');
    }

    fn close_heading(&mut self, name: &str) {
        let Some(OpenHeading {
            level,
            attributes,
            content,
            title,
        }) = self.heading.take()
        else {
            return;
        };
        let title = super::word_count::single_line(&title.finish());
        let id = self.slugs.unique(&title);
        self.html.push_str(&format!(
            "<{name} id=\"{id}\"{attributes}>{content}</{name}>"
        ));
        if !title.is_empty() {
            self.toc.push(Heading { level, id, title });
        }
    }

    fn html(&mut self) -> &mut String {
        match &mut self.heading {
            Some(heading) => &mut heading.content,
            None => &mut self.html,
        }
    }

    fn attributes(&mut self, tag: &Tag<'a>) -> String {
        let mut written = String::new();
        for attribute in &tag.attributes {
            let is_repeated_id =
                attribute.name == "id" && !self.footnote_ids.insert(attribute.value);
            if !is_repeated_id {
                written.push_str(&format!(" {}=\"{}\"", attribute.name, attribute.value));
            }
        }
        let is_marked = self.external_links == ExternalLinks::NoFollow && tag.name == "a";
        if is_marked
            && tag
                .get("href")
                .is_some_and(|href| leads_elsewhere(&decoded(href)))
        {
            written.push_str(" rel=\"noopener nofollow\"");
        }
        written
    }
}

/// Returns whether a link leads to another site, that is, whether it has a host.
fn leads_elsewhere(href: &str) -> bool {
    static HERE: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("https://here.invalid/").ok());
    // The URL is resolved, not searched for `//`, because browsers read `\\host` and `/\host` as hosts too.
    let target = HERE.as_ref().and_then(|here| here.join(href).ok());
    target.is_some_and(|target| target.has_host() && target.host_str() != Some("here.invalid"))
}

fn heading_level(name: &str) -> Option<u8> {
    let element = allow_list::find(name).filter(|element| element.shape == Shape::Heading)?;
    element.name.strip_prefix('h')?.parse().ok()
}
