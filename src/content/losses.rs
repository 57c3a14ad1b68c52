//! Counts what rendering removes from a body: elements, and attributes of elements that stay.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    allow_list::{self, Element},
    lexer::{Attribute, Lexer, Token},
};

/// The most warnings about one body.
const MOST: usize = 100;

/// The longest name in a warning, in characters.
const LONGEST_NAME: usize = 50;

/// Attributes that rendering writes itself, by element. Whoever sends rendered HTML, or markdown with footnotes, loses
/// nothing by them.
const WRITTEN_HERE: &[(&str, &str)] = &[
    ("a", "data-footnote-backref"),
    ("a", "data-footnote-backref-idx"),
    ("a", "data-footnote-ref"),
    ("a", "rel"),
    ("figure", "data-provider"),
    ("figure", "data-src"),
    ("section", "data-footnotes"),
];

/// Something that rendering a body removes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// The name of the element, in lower case; `?php` for `<?php … ?>`.
    #[schema(example = "form")]
    pub element: String,
    /// The name of the attribute that is removed; `srcset` also if only some of its images are. Absent: the element itself
    /// is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "onclick")]
    pub attribute: Option<String>,
    /// The number of occurrences.
    #[schema(minimum = 1, example = 2)]
    pub count: u32,
}

/// The elements and attributes that were removed from one body.
#[derive(Debug, Default)]
pub(super) struct Losses {
    removed: BTreeMap<(String, Option<String>), u32>,
    /// The attributes that were left to the sanitiser, which removes them if it does not accept their values.
    passed_on: HashMap<(&'static str, &'static str), PassedOn>,
}

/// An attribute of an element that was left to the sanitiser.
#[derive(Debug, Default)]
struct PassedOn {
    count: u32,
    /// The written names of the element, in order.
    written: BTreeSet<String>,
}

impl Losses {
    /// Counts an element that is removed.
    pub(super) fn element(&mut self, name: &str) {
        self.removed(name, None);
    }

    /// Counts an attribute that is removed, of an element as it is written.
    pub(super) fn attribute(&mut self, element: &str, name: &str) {
        let name = name.to_ascii_lowercase();
        if !WRITTEN_HERE.contains(&(element, name.as_str())) {
            self.removed(element, Some(&name));
        }
    }

    fn removed(&mut self, element: &str, attribute: Option<&str>) {
        let shortened = |name: &str| name.chars().take(LONGEST_NAME).collect();
        let key = (shortened(element), attribute.map(shortened));
        if self.removed.len() < MOST || self.removed.contains_key(&key) {
            *self.removed.entry(key).or_default() += 1;
        }
    }

    /// Counts an attribute that is left to the sanitiser, of an element in the place of a `written` one.
    pub(super) fn passed_on(
        &mut self,
        element: &'static str,
        attribute: &'static str,
        written: &str,
    ) {
        let passed_on = self.passed_on.entry((element, attribute)).or_default();
        passed_on.count += 1;
        if !passed_on.written.contains(written) {
            passed_on.written.insert(written.to_owned());
        }
    }

    /// Counts the attributes of a start tag that is written once more.
    pub(super) fn repeated(&mut self, element: &'static Element, tag: &str) {
        for name in attributes(element, tag) {
            self.passed_on
                .entry((element.name, name))
                .or_default()
                .count += 1;
        }
    }

    /// Uncounts the attributes of a start tag that is not written once more.
    pub(super) fn not_repeated(&mut self, element: &'static Element, tag: &str) {
        for name in attributes(element, tag) {
            self.accepted(element.name, name);
        }
    }

    fn accepted(&mut self, element: &'static str, attribute: &'static str) {
        if let Some(passed_on) = self.passed_on.get_mut(&(element, attribute)) {
            passed_on.count = passed_on.count.saturating_sub(1);
        }
    }

    /// Uncounts the attributes that the sanitiser has accepted. Those that remain were removed.
    pub(super) fn subtract_accepted(&mut self, sanitized: &str) {
        let tags = Lexer::new(sanitized).filter_map(|token| match token {
            Token::Start(tag) => Some((allow_list::find(&tag.name)?, tag)),
            _ => None,
        });
        for (element, tag) in tags {
            for attribute in &tag.attributes {
                if let Some((name, _)) = element.attribute(attribute.name) {
                    self.accepted(element.name, name);
                }
            }
        }
    }

    /// The warnings, by the names of the elements and attributes.
    pub(super) fn into_warnings(mut self) -> Vec<Warning> {
        for ((element, attribute), PassedOn { count, written }) in self.passed_on {
            if count > 0 {
                // If several names were written for the element, nothing says whose attribute was removed.
                let own = || element.to_owned();
                let is_own = written.contains(element);
                let first = written.into_iter().next().filter(|_| !is_own);
                let key = (first.unwrap_or_else(own), Some(attribute.to_owned()));
                *self.removed.entry(key).or_default() += count;
            }
        }
        let warnings = self.removed.into_iter().take(MOST);
        let warnings = warnings.map(|((element, attribute), count)| Warning {
            element,
            attribute,
            count,
        });
        warnings.collect()
    }
}

/// Returns the allowed attributes of a start tag.
fn attributes(element: &'static Element, tag: &str) -> Vec<&'static str> {
    let Some(Token::Start(tag)) = Lexer::new(tag).next() else {
        return Vec::new();
    };
    let allowed = |it: &Attribute<'_>| Some(element.attribute(it.name)?.0);
    tag.attributes.iter().filter_map(allowed).collect()
}
