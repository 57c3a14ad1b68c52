//! Renders the Markdown of the repository as HTML. Headings get the same anchors as on GitHub. Table cells name their
//! column, so that a narrow screen can show a row as a list.

use std::fmt::{self, Write as _};
use std::iter::successors;

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{NodeValue, TableAlignment};
use comrak::options::Plugins;
use comrak::{Anchorizer, Arena, Node, Options, parse_document};

use crate::content::escape;
use crate::error::{Error, Result};

/// A heading.
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor, which links refer to.
    pub anchor: String,
    /// The text.
    pub text: String,
}

/// Renders a document, and returns its headings too. `address` returns the new destination of a link, or `None` to keep the
/// destination.
///
/// # Errors
/// Returns [`Error::Internal`] if the HTML cannot be written.
pub fn render(
    source: &str,
    address: impl Fn(&str) -> Option<String>,
) -> Result<(String, Vec<Heading>)> {
    let (arena, options) = (Arena::new(), options());
    let document = parse_document(&arena, source, &options);
    let (mut headings, mut anchors) = (Vec::new(), Anchorizer::new());
    for node in document.descendants() {
        if let NodeValue::Link(link) = &mut node.data_mut().value
            && let Some(address) = address(&link.url)
        {
            link.url = address;
        }
        if let NodeValue::Heading(heading) = &node.data().value {
            let text = node.collect_text();
            let anchor = anchors.anchorize(&text);
            headings.push(Heading {
                level: heading.level,
                anchor,
                text,
            });
        }
    }
    let mut html = String::with_capacity(source.len() * 2);
    let plugins = Plugins::default();
    format_document_with_formatter(document, &options, &mut html, &plugins, format, ())
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok((html, headings))
}

/// A heading with the text below it, up to the next heading.
pub struct TextSection {
    /// The heading.
    pub title: String,
    /// The anchor of the heading.
    pub anchor: String,
    /// The text, without markup.
    pub text: String,
}

/// Returns the sections of a document.
pub fn sections(source: &str) -> Vec<TextSection> {
    let arena = Arena::new();
    let document = parse_document(&arena, source, &options());
    let (mut sections, mut anchors) = (Vec::<TextSection>::new(), Anchorizer::new());
    for node in document.children() {
        let text = node.collect_text();
        if let NodeValue::Heading(_) = &node.data().value {
            sections.push(TextSection {
                anchor: anchors.anchorize(&text),
                title: text,
                text: String::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            let code = match &node.data().value {
                NodeValue::CodeBlock(code) => code.literal.clone(),
                _ => String::new(),
            };
            section.text.push_str(&format!("{text} {code}\n"));
        }
    }
    sections
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.header_id_prefix = Some(String::new());
    options
}

fn format<'a>(
    context: &mut Context<()>,
    node: Node<'a>,
    entering: bool,
) -> std::result::Result<ChildRendering, fmt::Error> {
    match &node.data().value {
        // The comments of the files are for their editors.
        NodeValue::HtmlBlock(_) => Ok(ChildRendering::Skip),
        NodeValue::TableCell => cell(context, node, entering),
        _ => format_node_default(context, node, entering),
    }
}

/// Writes a table cell with the title of its column. Cells of the header row have the default format.
fn cell<'a>(
    context: &mut Context<()>,
    node: Node<'a>,
    entering: bool,
) -> std::result::Result<ChildRendering, fmt::Error> {
    let row = node.parent();
    let table = row.and_then(|row| row.parent());
    let (Some(row), Some(table)) = (row, table) else {
        return format_node_default(context, node, entering);
    };
    if matches!(row.data().value, NodeValue::TableRow(true)) {
        return format_node_default(context, node, entering);
    }
    if !entering {
        context.write_str("</td>\n")?;
        return Ok(ChildRendering::HTML);
    }
    let column = successors(node.previous_sibling(), |cell| cell.previous_sibling()).count();
    let title = table
        .first_child()
        .and_then(|head| head.children().nth(column));
    let title = title.map(|title| title.collect_text()).unwrap_or_default();
    let side = match &table.data().value {
        NodeValue::Table(table) => table.alignments.get(column).copied(),
        _ => None,
    };
    let side = match side {
        Some(TableAlignment::Right) => " align=\"right\"",
        Some(TableAlignment::Center) => " align=\"center\"",
        Some(TableAlignment::Left | TableAlignment::None) | None => "",
    };
    write!(context, "<td data-column=\"{}\"{side}>", escape(&title))?;
    Ok(ChildRendering::HTML)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn headings_have_anchors_and_cells_know_their_column() {
        let source = "# A & B\n\n## A & B\n\n| name | n |\n|---|--:|\n| `x` | 1 |\n";
        let (html, headings) = render(source, |_| None).unwrap();
        let anchors: Vec<&str> = headings
            .iter()
            .map(|heading| heading.anchor.as_str())
            .collect();
        assert_eq!(anchors, ["a--b", "a--b-1"]);
        assert!(html.contains("<h2 id=\"a--b-1\">"), "{html}");
        assert!(
            html.contains("<td data-column=\"n\" align=\"right\">1</td>"),
            "{html}"
        );
    }

    #[test]
    fn sections_have_the_anchors_of_their_headings() {
        let source = "# A\n\nOne *two*.\n\n## A\n\n- three\n\n```\nfour\n```\n";
        let found = sections(source).into_iter();
        let found: Vec<_> = found.map(|it| (it.anchor, it.text)).collect();
        assert_eq!(found[0], ("a".to_owned(), "One two. \n".to_owned()));
        assert_eq!(found[1].0, "a-1");
        assert!(found[1].1.contains("three") && found[1].1.contains("four"));
    }

    #[test]
    fn links_lead_where_they_are_told_and_comments_stay_behind() {
        let source = "[a](a.md#b) [c](https://example.org/)\n\n<!-- for editors -->\n";
        let address = |link: &str| link.strip_prefix("a.md").map(|rest| format!("/a{rest}"));
        let (html, _) = render(source, address).unwrap();
        assert_eq!(
            html,
            "<p><a href=\"/a#b\">a</a> <a href=\"https://example.org/\">c</a></p>\n"
        );
    }
}
