//! The last pass over sanitised HTML: it adds ids to headings, `rel` to links to other sites and players to figures, and
//! extracts the plain text. It relies on the sanitiser's form: well-formed, values in double quotes.

use std::collections::HashSet;

use super::{
    ExternalLinks, RenderOptions,
    anchors::{Anchors, heading_level},
    figures::{self, Player},
    lexer::{Attribute, Lexer, Tag, Token},
    losses::Losses,
    plain_text::{PlainText, decoded},
    sanitize::without_controls,
    urls,
};

/// The class of a figure that holds a player.
const EMBED: &str = "embed";

/// The result of the pass.
pub(super) struct Outline {
    pub html: String,
    pub text: String,
    /// The text of the paragraphs alone.
    pub paragraphs: String,
    pub toc: Vec<super::Heading>,
}

/// Runs the pass over sanitised HTML.
pub(super) fn outline(sanitized: &str, options: RenderOptions, losses: &mut Losses) -> Outline {
    let anchors = Anchors::find(sanitized);
    let mut writer = OutlineWriter {
        external_links: options.external_links,
        anchors: &anchors,
        headings: 0,
        players: figures::players(sanitized, options.embed_providers).into_iter(),
        html: String::with_capacity(sanitized.len()),
        text: PlainText::default(),
        paragraphs: PlainText::of_paragraphs(),
        ids: HashSet::new(),
        after_pre: false,
        losses,
    };
    for token in Lexer::new(sanitized) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Start(tag) => writer.start(&tag),
            Token::End(name) => writer.end(&name),
        }
    }
    let (html, text, paragraphs) = (writer.html, writer.text, writer.paragraphs);
    let mut toc = anchors.headings;
    toc.retain(|heading| !heading.title.is_empty());
    Outline {
        html,
        text: text.finish(),
        paragraphs: paragraphs.finish(),
        toc,
    }
}

struct OutlineWriter<'a> {
    external_links: ExternalLinks,
    anchors: &'a Anchors,
    /// The number of headings so far.
    headings: usize,
    /// The players of the figures to come.
    players: std::vec::IntoIter<Option<Player>>,
    html: String,
    text: PlainText,
    paragraphs: PlainText,
    /// The ids so far, besides those of headings.
    ids: HashSet<String>,
    after_pre: bool,
    losses: &'a mut Losses,
}

impl OutlineWriter<'_> {
    fn text(&mut self, text: &str) {
        let text = without_controls(text);
        // Parsers drop a newline after `<pre>`. If it stayed, rendering again would change the HTML.
        let is_first_of_pre = std::mem::take(&mut self.after_pre);
        let text = if is_first_of_pre {
            text.trim_start_matches('\n')
        } else {
            &text
        };
        self.html.push_str(text);
        let decoded = decoded(text);
        self.text.text(&decoded);
        self.paragraphs.text(&decoded);
    }

    fn start(&mut self, tag: &Tag<'_>) {
        self.after_pre = tag.name == "pre";
        self.text.start(tag);
        self.paragraphs.start(tag);
        self.html.push('<');
        self.html.push_str(&tag.name);
        if heading_level(&tag.name).is_some() {
            self.heading_id();
        }
        if tag.name == "figure" {
            self.figure(tag);
        }
        for attribute in &tag.attributes {
            self.attribute(tag, attribute);
        }
        let href = tag.get("href").filter(|_| tag.name == "a");
        let is_marked = self.external_links == ExternalLinks::NoFollow
            && href.is_some_and(|href| urls::leads_elsewhere(&decoded(href)));
        if is_marked {
            self.write("rel", "noopener nofollow");
        }
        self.html.push('>');
    }

    fn heading_id(&mut self) {
        let anchors = self.anchors;
        if let Some(heading) = anchors.headings.get(self.headings) {
            self.write("id", &heading.id);
        }
        self.headings += 1;
    }

    fn attribute(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>) {
        let anchors = self.anchors;
        match attribute.name {
            "id" | "name" if heading_level(&tag.name).is_some() => {}
            "id" | "name" => match anchors.id(tag) {
                Some(id) if self.ids.insert(id.clone().into_owned()) => self.write("id", &id),
                // `name` is an older way to write an id, and some write both.
                Some(_) if tag.get("name").is_some() => {}
                _ => self.losses.attribute(&tag.name, attribute.name),
            },
            "href" => self.write("href", &anchors.href(attribute.value)),
            "class" if tag.name == "figure" => {}
            name => self.write(name, attribute.value),
        }
    }

    /// Writes the class of a figure and its player.
    fn figure(&mut self, tag: &Tag<'_>) {
        let player = self.players.next().flatten();
        let classes = tag.get("class").unwrap_or_default();
        let classes = classes.split(' ').filter(|class| *class != EMBED);
        let classes = player.iter().map(|_| EMBED).chain(classes);
        let classes: Vec<&str> = classes.filter(|class| !class.is_empty()).collect();
        if !classes.is_empty() {
            self.write("class", &classes.join(" "));
        }
        if let Some(Player { provider, address }) = player {
            self.write("data-provider", provider.as_str());
            self.write("data-src", &address.replace('&', "&amp;"));
        }
    }

    fn write(&mut self, name: &str, value: &str) {
        self.html.push_str(&format!(" {name}=\"{value}\""));
    }

    fn end(&mut self, name: &str) {
        self.after_pre = false;
        self.text.end(name);
        self.paragraphs.end(name);
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }
}
