//! WordPress's paragraph rule (`wpautop`) for texts of the classic editor: a blank line begins a paragraph, and a line break
//! is kept. The rule applies around block elements, and inside block elements that hold paragraphs.

use super::markup::{Tag, Token, Tokens};

/// Marks a line feed that is not a line break. The text itself contains no control characters.
const KEPT: &str = "\u{1}";

/// The elements that stand between paragraphs rather than inside them.
const BLOCKS: [&str; 45] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Returns whether the element with this lower-case name stands between paragraphs.
pub fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// Writes the paragraphs and line breaks of `html` as elements.
pub fn paragraphs(html: &str) -> String {
    let mut writer = ParagraphWriter::default();
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => writer.run.push_str(text),
            Token::Tag(tag) if tag.name == "br" => writer.line_break(),
            Token::Tag(tag) if is_block(&tag.name) => writer.block(&tag),
            Token::Tag(Tag { raw, .. }) | Token::Opaque { raw, block: false } => {
                writer.run.push_str(&raw.replace('\n', KEPT));
            }
            Token::Opaque { raw, block: true } => {
                writer.flush();
                writer.out.push_str(raw);
                writer.out.push('\n');
            }
        }
    }
    writer.flush();
    writer.out.trim_end().to_owned()
}

#[derive(Default)]
struct ParagraphWriter {
    out: String,
    /// Text and inline elements since the last block tag.
    run: String,
    /// The names of the block elements around `run`.
    open: Vec<String>,
}

impl ParagraphWriter {
    fn line_break(&mut self) {
        self.run
            .truncate(self.run.trim_end_matches([' ', '\t', '\n']).len());
        match self.run.strip_suffix("<br>").map(str::len) {
            Some(before) => self.run.replace_range(before.., "\n\n"),
            None => self.run.push_str("<br>"),
        }
    }

    fn block(&mut self, tag: &Tag<'_>) {
        self.flush();
        if tag.closing {
            let at = self.open.iter().rposition(|name| *name == tag.name);
            if let Some(at) = at {
                self.open.truncate(at);
            } else if tag.name == "p" {
                // A browser would turn it into an empty paragraph.
                return;
            }
        } else {
            // A paragraph cannot contain a block: it ends here, with or without an end tag.
            self.open.pop_if(|name| name == "p");
            if !matches!(tag.name.as_str(), "hr" | "col") {
                self.open.push(tag.name.clone());
            }
        }
        self.out.push_str(tag.raw);
        if self.open.is_empty() {
            self.out.push('\n');
        }
    }

    /// Writes `run` in the form that the innermost block element needs.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let pieces: Vec<String> = pieces(&run);
        let wrapped = |pieces: &[String]| -> String {
            pieces
                .iter()
                .map(|piece| format!("<p>{piece}</p>\n"))
                .collect()
        };
        let html = match self.open.last().map(String::as_str) {
            None | Some("blockquote") => wrapped(&pieces),
            Some("p") => pieces.join("</p>\n<p>"),
            Some("table" | "tbody" | "thead" | "tfoot" | "tr" | "ul" | "ol" | "dl" | "figure") => {
                run.trim().to_owned()
            }
            Some(
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "caption" | "figcaption"
                | "legend" | "summary",
            ) => pieces.join("\n"),
            Some(_) if pieces.len() > 1 => wrapped(&pieces),
            Some(_) => pieces.concat(),
        };
        self.out.push_str(&html.replace(KEPT, "\n"));
    }
}

/// Returns the pieces between blank lines, with their line breaks.
fn pieces(run: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut blank = true;
    for line in run.split('\n').map(str::trim) {
        match pieces.last_mut() {
            _ if line.is_empty() => {}
            Some(piece) if !blank => {
                piece.push_str(if piece.ends_with("<br>") {
                    "\n"
                } else {
                    "<br>\n"
                });
                piece.push_str(line);
            }
            _ => pieces.push(line.to_owned()),
        }
        blank = line.is_empty();
    }
    for piece in &mut pieces {
        piece.truncate(piece.trim_end_matches("<br>").len());
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests;
