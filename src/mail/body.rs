//! The body of a message: blocks with names and links in them, from which the plain text and the HTML are written. A
//! template writes text in which values stand between marks, so that no value can be taken for anything else.

use serde::Serialize;

use super::values::ValueKind;

/// The marks. Values contain none, because control characters are removed from them.
const NAME: char = '\u{1}';
const LINK: char = '\u{2}';
const QUOTE: char = '\u{3}';
const END: char = '\u{4}';
const NEW_LINE: char = '\u{5}';

/// The maximum number of characters of a name or title, and of a quote.
const LONGEST_LINE: usize = 300;
const LONGEST_QUOTE: usize = 6000;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Text of the template.
    Text(String),
    /// A name or a title.
    Name(String),
    /// A URL.
    Link(String),
}

/// A block of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Lines that belong together.
    Lines(Vec<Vec<Part>>),
    /// The lines of somebody's text.
    Quote(Vec<String>),
}

/// Returns a value with its marks, as templates get it.
pub fn marked(kind: ValueKind, value: &str) -> String {
    match kind {
        ValueKind::Line => format!("{NAME}{}{END}", one_line(value)),
        ValueKind::Url => format!("{LINK}{}{END}", one_line(value).replace(' ', "%20")),
        ValueKind::Quote => {
            let lines: Vec<String> = shortened(value, LONGEST_QUOTE).lines().map(clean).collect();
            format!("{QUOTE}{}{END}", lines.join(&NEW_LINE.to_string()))
        }
        ValueKind::Number | ValueKind::Word(_) => value.to_owned(),
    }
}

/// Returns a text on one line, without characters that could break a header or reorder the text around it.
pub fn one_line(text: &str) -> String {
    let spaced = clean(&text.replace(['\r', '\n', '\u{2028}', '\u{2029}'], " "));
    let words: Vec<&str> = spaced.split_whitespace().collect();
    shortened(&words.join(" "), LONGEST_LINE)
}

fn clean(line: &str) -> String {
    let tabs = line.replace('\t', " ");
    let kept = tabs
        .chars()
        .filter(|c| !c.is_control() && !is_embedding(*c));
    kept.collect::<String>().trim_end().to_owned()
}

/// Returns whether a character changes the direction of what follows it (UAX 9).
fn is_embedding(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Reads what a template has written.
pub fn parse(written: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    for line in written.lines().map(str::trim) {
        let quote = line
            .strip_prefix(QUOTE)
            .and_then(|rest| rest.strip_suffix(END));
        let ends = line.is_empty() || quote.is_some();
        if ends && !lines.is_empty() {
            blocks.push(Block::Lines(std::mem::take(&mut lines)));
        }
        match quote {
            Some(quote) => blocks.push(Block::Quote(
                quote.split(NEW_LINE).map(str::to_owned).collect(),
            )),
            None if line.is_empty() => {}
            None => lines.push(parts(line)),
        }
    }
    if !lines.is_empty() {
        blocks.push(Block::Lines(lines));
    }
    blocks
}

fn parts(line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((before, mark, value, after)) = next_value(rest) {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(match mark {
            NAME => Part::Name(value.to_owned()),
            LINK => Part::Link(value.to_owned()),
            _ => Part::Name(value.replace(NEW_LINE, " ")),
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

/// Returns what is before the first value, its mark, the value, and what is after it.
fn next_value(text: &str) -> Option<(&str, char, &str, &str)> {
    let (start, mark) = text
        .char_indices()
        .find(|(_, c)| matches!(*c, NAME | LINK | QUOTE))?;
    let (before, marked) = text.split_at_checked(start)?;
    let (value, after) = marked.strip_prefix(mark)?.split_once(END)?;
    Some((before, mark, value, after))
}

/// Writes blocks as plain text, for readers of a language that is written from right to left or not.
pub fn plain(blocks: &[Block], is_rtl: bool) -> String {
    let written = blocks.iter().map(|block| match block {
        Block::Lines(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| plain_line(line, is_rtl)).collect();
            lines.join("\n")
        }
        Block::Quote(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| quoted(line)).collect();
            lines.join("\n")
        }
    });
    written.collect::<Vec<_>>().join("\n\n")
}

fn quoted(line: &str) -> String {
    format!("> {line}").trim_end().to_owned()
}

/// Writes one line, such as a subject, as plain text.
pub fn plain_line(parts: &[Part], is_rtl: bool) -> String {
    let written = parts.iter().map(|part| match part {
        // Isolates keep a name in another direction from reordering the sentence (UAX 9).
        Part::Name(name) if is_rtl || has_rtl(name) => format!("\u{2068}{name}\u{2069}"),
        Part::Text(text) | Part::Name(text) | Part::Link(text) => text.clone(),
    });
    written.collect()
}

/// Reads one line of a template.
pub fn parse_line(line: &str) -> Vec<Part> {
    parts(line.trim())
}

/// Returns whether a text has characters of scripts that are written from right to left.
fn has_rtl(text: &str) -> bool {
    let is_rtl = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    text.chars().any(is_rtl)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_a_value_whatever_is_in_it() {
        let evil = "Ada\r\nBcc: all@example.org\n\n\u{202e}\u{1}<b>\u{4}";
        let name = marked(ValueKind::Line, evil);
        let blocks = parse(&format!("Hello {name}!\n\nBye"));
        let expected = [
            Block::Lines(vec![vec![
                Part::Text("Hello ".into()),
                Part::Name("Ada Bcc: all@example.org <b>".into()),
                Part::Text("!".into()),
            ]]),
            Block::Lines(vec![vec![Part::Text("Bye".into())]]),
        ];
        assert_eq!(blocks, expected);
        assert_eq!(one_line(&"x".repeat(400)).chars().count(), 301);
    }

    #[test]
    fn a_quote_is_a_block_of_its_own_and_no_line_of_it_leaves_it() {
        let quote = marked(ValueKind::Quote, "one\r\n\r\nhttps://evil.example\tx");
        let blocks = parse(&format!("Says:\n{quote}\nBye"));
        assert_eq!(blocks.len(), 3);
        assert_eq!(
            plain(&blocks, false),
            "Says:\n\n> one\n>\n> https://evil.example x\n\nBye"
        );
    }

    #[test]
    fn names_in_another_direction_are_isolated() {
        let line = |name: &str| parse_line(&format!("By {}.", marked(ValueKind::Line, name)));
        assert_eq!(plain_line(&line("Ada"), false), "By Ada.");
        assert_eq!(plain_line(&line("Ada"), true), "By \u{2068}Ada\u{2069}.");
        assert_eq!(plain_line(&line("ليلى"), false), "By \u{2068}ليلى\u{2069}.");
    }
}
