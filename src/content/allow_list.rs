//! The allow-list: every element and attribute that may be published, and the nesting of each element. Everything else
//! is removed. `docs/content.md` contains the same table, which a test verifies.

use std::{collections::HashMap, sync::LazyLock};

use Shape::{
    Block, Caption, Cell, Column, ColumnGroup, Heading, Inline, Item, Row, RubyPart, Section,
    Table, Term, Void,
};
use Value::{
    Anchor, Classes, Flag, Language, Number, OneOf, Srcset, Text, Url, WebUrl, WordPrefix,
};

/// An allowed element.
#[derive(Debug, PartialEq)]
pub(super) struct Element {
    pub name: &'static str,
    pub shape: Shape,
    /// The allowed attributes, in addition to those of [`EVERYWHERE`].
    pub attributes: &'static [(&'static str, Value)],
}

/// The nesting of an element: its possible parents, and the open elements that it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Inline,
    /// Inline and without content.
    Void,
    /// Ends an open paragraph.
    Block,
    Heading,
    /// `li`.
    Item,
    /// `dt`, `dd`.
    Term,
    /// `rt`, `rp`.
    RubyPart,
    Table,
    Caption,
    ColumnGroup,
    Column,
    /// `thead`, `tbody`, `tfoot`.
    Section,
    Row,
    Cell,
}

/// The values that an attribute may have; any other value removes the attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// Any text.
    Text,
    /// A relative URL, or one of [`LINK_SCHEMES`].
    Url,
    /// A relative URL, or `http` or `https`.
    WebUrl,
    /// Several such URLs, each with a width or a density.
    Srcset,
    /// An integer of at most nine digits.
    Number,
    /// Present or absent.
    Flag,
    /// The syntax of a BCP 47 tag.
    Language,
    /// One of these words, in any case.
    OneOf(&'static [&'static str]),
    /// These classes; other classes are removed.
    Classes(&'static [&'static str]),
    /// The first class with this prefix; other classes are removed.
    WordPrefix(&'static str),
    /// The name of a target for links. `outline` replaces it by an id.
    Anchor,
}

/// The permitted schemes of links.
pub(super) const LINK_SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// The attributes that every element may have.
pub(super) const EVERYWHERE: &[(&str, Value)] = &[
    ("dir", OneOf(&["ltr", "rtl", "auto"])),
    ("id", Anchor),
    ("lang", Language),
    ("title", Text),
];

/// The classes that place an element, or the text in it, as WordPress and its themes name them.
pub(super) const ALIGNMENTS: &[&str] = &[
    "alignleft",
    "aligncenter",
    "alignright",
    "alignwide",
    "alignfull",
    "has-text-align-left",
    "has-text-align-center",
    "has-text-align-right",
];

/// The classes of a figure.
const FIGURE: &[&str] = &[
    "embed",
    "alignleft",
    "aligncenter",
    "alignright",
    "alignwide",
    "alignfull",
];

const ALIGNED: &[(&str, Value)] = &[("class", Classes(ALIGNMENTS))];
const ALIGN: (&str, Value) = ("align", OneOf(&["left", "center", "right", "justify"]));
const SPAN: (&str, Value) = ("span", Number);
const CELL: &[(&str, Value)] = &[ALIGN, ("colspan", Number), ("rowspan", Number)];
const EDIT: &[(&str, Value)] = &[("cite", WebUrl), ("datetime", Text)];

/// The allowed elements.
#[rustfmt::skip]
pub(super) const ELEMENTS: &[Element] = &[
    // Blocks
    element("p", Block, ALIGNED),
    element("h1", Heading, ALIGNED), element("h2", Heading, ALIGNED), element("h3", Heading, ALIGNED),
    element("h4", Heading, ALIGNED), element("h5", Heading, ALIGNED), element("h6", Heading, ALIGNED),
    element("blockquote", Block, &[("cite", WebUrl), ("class", Classes(ALIGNMENTS))]),
    element("pre", Block, &[]),
    element("hr", Block, &[]),
    element("div", Block, ALIGNED),
    element("section", Block, &[("class", Classes(&["footnotes"]))]),
    element("aside", Block, &[]),
    element("figure", Block, &[("class", Classes(FIGURE))]),
    element("figcaption", Block, &[]),
    element("details", Block, &[("open", Flag)]),
    element("summary", Block, &[]),
    // Lists
    element("ul", Block, &[("class", Classes(&["contains-task-list"]))]),
    element("ol", Block, &[("reversed", Flag), ("start", Number), ("type", OneOf(&["1", "a", "A", "i", "I"]))]),
    element("li", Item, &[("class", Classes(&["task-list-item"])), ("value", Number)]),
    element("dl", Block, &[]),
    element("dt", Term, &[]),
    element("dd", Term, &[]),
    element("input", Void, &[
        ("checked", Flag), ("class", Classes(&["task-list-item-checkbox"])), ("disabled", Flag), ("type", OneOf(&["checkbox"])),
    ]),
    // Tables
    element("table", Table, ALIGNED),
    element("caption", Caption, &[]),
    element("colgroup", ColumnGroup, &[SPAN]),
    element("col", Column, &[SPAN]),
    element("thead", Section, &[]),
    element("tbody", Section, &[]),
    element("tfoot", Section, &[]),
    element("tr", Row, &[]),
    element("th", Cell, &[ALIGN, ("colspan", Number), ("rowspan", Number), ("scope", OneOf(&["row", "col", "rowgroup", "colgroup"]))]),
    element("td", Cell, CELL),
    // Text
    element("a", Inline, &[("class", Classes(&["footnote-backref"])), ("href", Url), ("hreflang", Language), ("name", Anchor)]),
    element("abbr", Inline, &[]),
    element("b", Inline, &[]),
    element("bdi", Inline, &[]),
    element("bdo", Inline, &[]),
    element("br", Void, &[]),
    element("cite", Inline, &[]),
    element("code", Inline, &[("class", WordPrefix("language-"))]),
    element("del", Inline, EDIT),
    element("dfn", Inline, &[]),
    element("em", Inline, &[]),
    element("i", Inline, &[]),
    element("img", Void, &[
        ("alt", Text), ("class", Classes(ALIGNMENTS)), ("height", Number), ("loading", OneOf(&["lazy", "eager"])),
        ("sizes", Text), ("src", WebUrl), ("srcset", Srcset), ("width", Number),
    ]),
    element("ins", Inline, EDIT),
    element("kbd", Inline, &[]),
    element("mark", Inline, &[]),
    element("picture", Inline, &[]),
    element("q", Inline, &[("cite", WebUrl)]),
    element("rp", RubyPart, &[]),
    element("rt", RubyPart, &[]),
    element("ruby", Inline, &[]),
    element("s", Inline, &[]),
    element("samp", Inline, &[]),
    element("small", Inline, &[]),
    element("source", Void, &[
        ("height", Number), ("media", Text), ("sizes", Text), ("srcset", Srcset), ("type", Text), ("width", Number),
    ]),
    element("span", Inline, &[]),
    element("strong", Inline, &[]),
    element("sub", Inline, &[]),
    element("sup", Inline, &[("class", Classes(&["footnote-ref"]))]),
    element("time", Inline, &[("datetime", Text)]),
    element("u", Inline, &[]),
    element("var", Inline, &[]),
    element("wbr", Void, &[]),
];

/// Elements that are replaced by others, so that their content remains a block or keeps its emphasis.
pub(super) const READ_AS: &[(&str, &str)] = &[
    ("acronym", "abbr"),
    ("address", "div"),
    ("article", "div"),
    ("center", "div"),
    ("dialog", "div"),
    ("fieldset", "div"),
    ("footer", "div"),
    ("form", "div"),
    ("header", "div"),
    ("hgroup", "div"),
    ("legend", "div"),
    ("main", "div"),
    ("menu", "ul"),
    ("nav", "div"),
    ("option", "div"),
    ("search", "div"),
    ("strike", "s"),
    ("tt", "code"),
];

/// Returns the allowed element for a tag with this lower-case name.
pub(super) fn find(name: &str) -> Option<&'static Element> {
    static BY_NAME: LazyLock<HashMap<&str, &Element>> = LazyLock::new(|| {
        let own = ELEMENTS.iter().map(|element| (element.name, element));
        let named = |name: &str| ELEMENTS.iter().find(|element| element.name == name);
        let other = READ_AS
            .iter()
            .filter_map(|&(name, kept)| Some((name, named(kept)?)));
        own.chain(other).collect()
    });
    BY_NAME.get(name).copied()
}

impl Element {
    /// Returns whether the element has no end tag.
    pub(super) fn is_void(&self) -> bool {
        matches!(self.shape, Void | Column) || self.name == "hr"
    }

    /// Returns the permitted values of an attribute of this element; `None` if the attribute is not allowed.
    pub(super) fn attribute(&self, name: &str) -> Option<(&'static str, Value)> {
        let mut allowed = self.attributes.iter().chain(EVERYWHERE);
        allowed
            .find(|(allowed, _)| allowed.eq_ignore_ascii_case(name))
            .copied()
    }
}

const fn element(
    name: &'static str,
    shape: Shape,
    attributes: &'static [(&'static str, Value)],
) -> Element {
    Element {
        name,
        shape,
        attributes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../docs/content.md");

    fn meaning(value: Value) -> String {
        let quoted = |words: &[&str]| {
            words
                .iter()
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        match value {
            Text => "text".to_owned(),
            Url => "link".to_owned(),
            WebUrl => "web address".to_owned(),
            Srcset => "web addresses".to_owned(),
            Anchor => "anchor".to_owned(),
            Number => "number".to_owned(),
            Flag => "flag".to_owned(),
            Language => "language".to_owned(),
            Classes(ALIGNMENTS) => "alignment".to_owned(),
            Classes(FIGURE) => "alignment, `embed`".to_owned(),
            OneOf(words) | Classes(words) => quoted(words),
            WordPrefix(prefix) => quoted(&[&format!("{prefix}*")]),
        }
    }

    fn row(name: &str, attributes: &[(&str, Value)]) -> String {
        let attribute = |(name, value): &(&str, Value)| format!("`{name}` ({})", meaning(*value));
        let attributes = attributes
            .iter()
            .map(attribute)
            .collect::<Vec<_>>()
            .join(", ");
        format!("| `{name}` | {attributes} |").replace("|  |", "| |")
    }

    #[test]
    fn the_document_prints_the_whole_list_and_nothing_else() {
        let mut expected = vec![row("(any)", EVERYWHERE)];
        expected.extend(
            ELEMENTS
                .iter()
                .map(|element| row(element.name, element.attributes)),
        );
        expected.extend(
            READ_AS
                .iter()
                .map(|(name, kept)| format!("| `{name}` | `{kept}` |")),
        );
        let printed: Vec<&str> = DOCUMENT
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        assert!(
            printed == expected,
            "docs/content.md should have these rows:\n{}",
            expected.join("\n")
        );
    }

    #[test]
    fn the_document_names_the_schemes_of_links() {
        let schemes = LINK_SCHEMES
            .iter()
            .map(|scheme| format!("`{scheme}:`"))
            .collect::<Vec<_>>()
            .join(", ");
        assert!(
            DOCUMENT.contains(&schemes),
            "docs/content.md should say {schemes}"
        );
    }

    #[test]
    fn the_document_names_the_alignments() {
        for class in ALIGNMENTS {
            assert!(
                DOCUMENT.contains(&format!("`{class}`")),
                "docs/content.md should say {class}"
            );
        }
    }

    #[test]
    fn nothing_in_the_list_runs_or_loads_code() {
        for element in ELEMENTS {
            assert!(
                ![
                    "script", "style", "iframe", "object", "embed", "form", "svg", "math"
                ]
                .contains(&element.name)
            );
            for (name, _) in element.attributes.iter().chain(EVERYWHERE) {
                assert!(
                    !name.starts_with("on") && *name != "style",
                    "{} {name}",
                    element.name
                );
            }
        }
    }

    #[test]
    fn every_name_read_as_another_leads_to_an_element() {
        for (name, kept) in READ_AS {
            assert_eq!(find(name).map(|element| element.name), Some(*kept));
        }
    }
}
