//! The parser of WXR, WordPress's export format, which converts XML to the channel and its groups of fields. It is
//! strict about well-formedness and does not interpret the fields. It expands only XML's five predefined entities,
//! refuses document types, and drops control characters.

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::channel::{Channel, Field, Group};
use super::footnotes;
use super::text::without_controls;
use crate::import::ReadError;

/// The elements of the channel that have fields.
const GROUPS: [&str; 5] = ["wp:author", "wp:category", "wp:tag", "wp:term", "item"];

/// Parses a complete export.
pub fn parse(bytes: &[u8]) -> Result<Channel, ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        ReadError::at(
            bytes,
            error.valid_up_to(),
            "this is not valid UTF-8: save the export as UTF-8",
        )
    })?;
    let xml = text.trim_start_matches('\u{feff}');
    let parser = Parser {
        bytes,
        xml,
        skipped: text.len() - xml.len(),
        reader: Reader::from_str(xml),
        open: Vec::new(),
        lines: (1, 0),
        root_ended: false,
        channel: Channel::default(),
        field: Field::default(),
    };
    parser.run()
}

struct Parser<'a> {
    bytes: &'a [u8],
    /// The text after a byte order mark, and the length of the mark.
    xml: &'a str,
    skipped: usize,
    reader: Reader<&'a [u8]>,
    /// The open elements, with the offset at which each begins.
    open: Vec<(String, usize)>,
    /// The number of lines counted so far, and the offset up to which they were counted.
    lines: (usize, usize),
    root_ended: bool,
    channel: Channel,
    field: Field,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Channel, ReadError> {
        loop {
            let at = self.reader.buffer_position() as usize;
            let event = self
                .reader
                .read_event()
                .map_err(|error| self.malformed(&error))?;
            match event {
                Event::Start(tag) => self.start(&tag, at)?,
                Event::Empty(tag) => {
                    self.start(&tag, at)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(&text.xml10_content(), at)?,
                Event::CData(text) => self.text(&text.xml10_content(), at)?,
                Event::GeneralRef(name) => self.reference(&name, at)?,
                Event::DocType(_) => {
                    return Err(self.error(at, "a document type has no place in an export"));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => return self.finish(),
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), ReadError> {
        let name = tag.name().as_ref().to_owned();
        if self.root_ended {
            return Err(self.error(at, format!("<{name}> stands after the end of the document")));
        }
        let field = field(tag).map_err(|error| self.error(at, error.to_string()))?;
        self.open.push((name.clone(), at));
        if self.depth_in_channel() == Some(1) && self.in_group() {
            let line = self.line(at);
            let fields = Vec::new();
            self.channel.groups.push(Group { name, line, fields });
        } else if self.in_field() {
            self.field = field;
        } else if self.in_part_of_comment() {
            self.field.parts.push((field.name, String::new()));
        }
        Ok(())
    }

    fn end(&mut self) {
        if self.in_field() {
            let mut field = std::mem::take(&mut self.field);
            field.text = without_controls(field.text.trim());
            for (_, text) in &mut field.parts {
                *text = without_controls(text);
            }
            if field.name == "wp:postmeta" && field.key != footnotes::FIELD {
                // Plugins store whole pages in custom fields that nobody reads here.
                field.text.clear();
            }
            let group = if self.in_group() {
                self.channel.groups.last_mut()
            } else {
                None
            };
            group.unwrap_or(&mut self.channel.about).fields.push(field);
        }
        self.open.pop();
        self.root_ended = self.open.is_empty();
    }

    fn text(&mut self, text: &str, at: usize) -> Result<(), ReadError> {
        if self.in_field() {
            self.field.text.push_str(text);
        } else if let Some(part) = self.part_of_field() {
            part.push_str(text);
        } else if self.open.is_empty() && !text.trim().is_empty() {
            return Err(self.error(at, "text stands outside of the document"));
        }
        Ok(())
    }

    fn reference(&mut self, name: &BytesRef<'_>, at: usize) -> Result<(), ReadError> {
        if name.is_char_ref() {
            // WordPress writes references to characters that XML forbids. They are dropped, like the characters
            // themselves.
            let character = name.resolve_char_ref().ok().flatten();
            return character.map_or(Ok(()), |it| self.text(it.encode_utf8(&mut [0; 4]), at));
        }
        match resolve_predefined_entity(name) {
            Some(text) => self.text(text, at),
            None => Err(self.error(at, format!("unknown entity &{};", &**name))),
        }
    }

    fn finish(mut self) -> Result<Channel, ReadError> {
        if let Some((name, at)) = self.open.pop() {
            let line = self.line(at);
            let message = format!(
                "the file ends inside <{name}>, which begins on line {line}: it is cut off"
            );
            return Err(self.error(self.xml.len(), message));
        }
        match self.channel.about.text("wp:wxr_version") {
            "1.0" | "1.1" | "1.2" => Ok(self.channel),
            "" => Err(self.error(
                0,
                "this is no WordPress export: <wp:wxr_version> is missing",
            )),
            version => {
                let at = self.xml.find("<wp:wxr_version").unwrap_or(0);
                Err(self.error(
                    at,
                    format!("WXR version {version} is unknown; 1.0, 1.1 and 1.2 can be read"),
                ))
            }
        }
    }

    /// Returns 1 for a child of `<rss><channel>`, and 2 for a child of that.
    fn depth_in_channel(&self) -> Option<usize> {
        let mut names = self.open.iter().map(|(name, _)| name.as_str());
        let inside = names.next() == Some("rss") && names.next() == Some("channel");
        inside.then(|| self.open.len() - 2)
    }

    /// Returns whether the innermost open element is a part of a comment.
    fn in_part_of_comment(&self) -> bool {
        let mut names = self.open.iter().skip(3).map(|(name, _)| name.as_str());
        let is_comment = names.next() == Some("wp:comment");
        is_comment && names.next().is_some() && names.next().is_none()
    }

    /// Returns the open part of a field: the name or the value of a custom field, or a part of a comment. The innermost open
    /// element is this part.
    fn part_of_field(&mut self) -> Option<&mut String> {
        if self.in_part_of_comment() {
            return self.field.parts.last_mut().map(|(_, text)| text);
        }
        let mut names = self.open.iter().skip(3).map(|(name, _)| name.as_str());
        let (field, part, deeper) = (names.next()?, names.next()?, names.next());
        match (part, deeper) {
            _ if field != "wp:postmeta" => None,
            ("wp:meta_key", None) => Some(&mut self.field.key),
            ("wp:meta_value", None) => Some(&mut self.field.text),
            _ => None,
        }
    }

    fn in_group(&self) -> bool {
        self.open
            .get(2)
            .is_some_and(|(name, _)| GROUPS.contains(&name.as_str()))
    }

    /// Returns whether the innermost open element is a field of the channel or of a group.
    fn in_field(&self) -> bool {
        self.depth_in_channel() == Some(if self.in_group() { 2 } else { 1 })
    }

    /// Returns the line of the offset `at`. Calls in ascending order count every line only once.
    fn line(&mut self, at: usize) -> usize {
        let (line, from) = self.lines;
        let Some(between) = self.xml.as_bytes().get(from..at) else {
            return self.error(at, "").line;
        };
        let line = line + between.iter().filter(|byte| **byte == b'\n').count();
        self.lines = (line, at);
        line
    }

    fn malformed(&self, error: &Error) -> ReadError {
        let at = self.reader.error_position() as usize;
        match error {
            // A syntax error of quick-xml is always markup that the end of the input cuts off.
            Error::Syntax(problem) => {
                let ReadError { line, column, .. } = self.error(at, "");
                let message = format!(
                    "the file is cut off: {problem} (it begins on line {line}, column {column})"
                );
                self.error(self.xml.len(), message)
            }
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                self.error(at, format!("</{found}> stands where </{expected}> is due"))
            }
            _ => self.error(at, error.to_string()),
        }
    }

    fn error(&self, at: usize, message: impl Into<String>) -> ReadError {
        ReadError::at(self.bytes, at + self.skipped, message)
    }
}

/// Creates a field from its start tag.
///
/// # Errors
/// Returns [`ReadError`] if an attribute is malformed.
fn field(tag: &BytesStart<'_>) -> Result<Field, Error> {
    let mut field = Field {
        name: tag.name().as_ref().to_owned(),
        ..Field::default()
    };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        match attribute.key.as_ref() {
            "domain" => field.domain = without_controls(&value),
            "nicename" => field.nicename = without_controls(&value),
            _ => {}
        }
    }
    Ok(field)
}
