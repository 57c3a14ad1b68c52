//! Images that scripts load late: plugins keep their addresses in attributes of their own, with a placeholder in the place
//! of the address. The image for browsers without scripts, which follows it, is the same once more.

use std::borrow::Cow;

use super::TidyWriter;
use crate::content::{
    lexer::{Attribute, Tag},
    sanitize::decoded_value,
    urls,
};

/// The attributes of an image with those in which plugins keep their values.
const DELAYED: [(&str, [&str; 2]); 2] = [
    ("src", ["data-src", "data-lazy-src"]),
    ("srcset", ["data-srcset", "data-lazy-srcset"]),
];

impl TidyWriter<'_> {
    /// Returns the attributes of a tag. If an image has no valid address, that of a plugin takes its place.
    pub(super) fn without_delay<'t>(&mut self, tag: &'t Tag<'t>) -> Cow<'t, [Attribute<'t>]> {
        let mut attributes = Cow::Borrowed(tag.attributes.as_slice());
        if !matches!(tag.name.as_str(), "img" | "source") {
            return attributes;
        }
        for (name, others) in DELAYED {
            let mut given = others
                .iter()
                .filter_map(|other| Some((*other, tag.get(other)?)));
            let delayed = given.find(|(_, value)| is_valid(name, value));
            let Some((other, value)) = delayed else {
                continue;
            };
            if tag.get(name).is_some_and(|value| is_valid(name, value)) {
                continue;
            }
            let attributes = attributes.to_mut();
            attributes.retain(|it| {
                ![name, other]
                    .iter()
                    .any(|gone| it.name.eq_ignore_ascii_case(gone))
            });
            attributes.push(Attribute { name, value });
            if name == "src" {
                self.lazy_image = Some(decoded_value(value));
            }
        }
        attributes
    }

    /// Returns whether the tag is the image for browsers without scripts that repeats the last one.
    pub(super) fn repeats_lazy_image(&mut self, tag: &Tag<'_>) -> bool {
        self.is_in_noscript |= tag.name == "noscript";
        let Some(lazy) = &self.lazy_image else {
            return false;
        };
        let source = tag
            .get("src")
            .filter(|_| tag.name == "img" && self.is_in_noscript);
        source.is_some_and(|source| decoded_value(source) == *lazy)
    }
}

fn is_valid(attribute: &'static str, value: &str) -> bool {
    let value = decoded_value(value);
    match attribute {
        "src" => urls::embedded(&value).is_some(),
        _ => urls::checked_srcset(&value).is_some(),
    }
}
