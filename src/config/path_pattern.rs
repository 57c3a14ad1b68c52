//! The pattern of paths on a site: literal segments, exactly one `{slug}`, and at most one `{lang}`.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;

/// The resource that a path identifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The kind of the resource.
    pub kind: Kind,
    /// The slug in the path, in lower case.
    pub slug: Slug,
    /// True if the slug is written with capital letters in the path.
    pub has_capitals: bool,
    /// The language in the path, if it has one.
    pub lang: Option<Lang>,
}

/// The resources that a pattern is for: those of a kind, or the posts that are pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Kind(Kind),
    Page,
}

impl Subject {
    /// Returns the subjects that may have a pattern.
    pub fn all() -> impl Iterator<Item = Self> {
        Kind::all_public().map(Self::Kind).chain([Self::Page])
    }

    /// Returns the subject of a resource.
    pub fn new(kind: Kind, post_type: Option<PostType>) -> Self {
        match post_type {
            Some(PostType::Page) => Self::Page,
            Some(PostType::Post) | None => Self::Kind(kind),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.as_str(),
            Self::Page => PostType::Page.as_str(),
        }
    }

    /// Returns the kind of the resources.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Kind(kind) => kind,
            Self::Page => Kind::Post,
        }
    }
}

/// The pattern for resources of one kind, or for pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub subject: Subject,
    /// The pattern as it was written.
    pub written: String,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal {
        /// The decoded text, for comparisons.
        plain: String,
        /// The text with the necessary percent-encoding, otherwise as it was written.
        encoded: String,
    },
    Lang,
    Slug,
}

impl Pattern {
    /// Parses `kind=pattern`. The error completes "has kind=pattern, …".
    pub fn parse(part: &str) -> Result<Self, String> {
        let (kind, written) = part
            .split_once('=')
            .ok_or("which is not of the form kind=pattern")?;
        let subject = Subject::all().find(|known| known.as_str() == kind.trim());
        let written = written.trim();
        let path = written
            .strip_prefix('/')
            .ok_or("which does not begin with a slash")?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments = path.split('/').map(Segment::parse);
        let segments = segments.collect::<Result<Vec<Segment>, String>>()?;
        let count = |wanted| {
            segments
                .iter()
                .filter(|segment| **segment == wanted)
                .count()
        };
        if count(Segment::Slug) != 1 {
            return Err("which needs {slug} once".to_owned());
        }
        if count(Segment::Lang) > 1 {
            return Err("which has {lang} twice".to_owned());
        }
        Ok(Self {
            subject: subject.ok_or("which has an unknown kind")?,
            written: written.to_owned(),
            segments,
        })
    }

    /// Returns whether both patterns match the same paths, that is, whether they differ at most in their variables.
    pub fn fits_the_same(&self, other: &Self) -> bool {
        let one = self.segments.iter().map(Segment::literal);
        one.eq(other.segments.iter().map(Segment::literal))
    }

    /// Matches the segments of a path, with literal segments compared by `is_same`. Returns `None` if they do not match.
    pub fn read(
        &self,
        path: &[Cow<'_, str>],
        is_same: impl Fn(&str, &str) -> bool,
    ) -> Option<Named> {
        if path.len() != self.segments.len() {
            return None;
        }
        let (mut slug, mut lang, mut has_capitals) = (None, None, false);
        for (segment, found) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal { plain, .. } if is_same(plain, found) => {}
                Segment::Literal { .. } => return None,
                Segment::Slug => {
                    let lower = found.to_ascii_lowercase();
                    has_capitals = lower != *found;
                    slug = Some(lower.parse().ok()?);
                }
                Segment::Lang => lang = Some(found.parse().ok()?),
            }
        }
        let kind = self.subject.kind();
        slug.map(|slug| Named {
            kind,
            slug,
            has_capitals,
            lang,
        })
    }

    /// Returns which segments are literal. If several patterns match a path, the one with the greatest result takes
    /// precedence.
    pub fn literals(&self) -> Vec<bool> {
        let literals = self.segments.iter().map(Segment::literal);
        literals.map(|literal| literal.is_some()).collect()
    }

    /// Returns the path of a resource; `None` if the pattern requires a language and none is given.
    pub fn write(&self, slug: &Slug, lang: Option<&Lang>) -> Option<String> {
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            match segment {
                Segment::Literal { encoded, .. } => path.push_str(encoded),
                Segment::Slug => path.push_str(slug.as_str()),
                Segment::Lang => path.push_str(lang?.as_str()),
            }
        }
        if self.written.ends_with('/') {
            path.push('/');
        }
        Some(path)
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "{slug}" => return Ok(Self::Slug),
            "{lang}" => return Ok(Self::Lang),
            "" => return Err("which has an empty segment".to_owned()),
            "." | ".." => return Err(format!("which has {text:?} for a segment")),
            _ => {}
        }
        if text.contains(['{', '}']) {
            return Err(format!(
                "where {text:?} is neither {{slug}} nor {{lang}} nor plain text"
            ));
        }
        let unfit = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '\\');
        match percent_decode_str(text).decode_utf8() {
            Ok(plain) if !text.contains(unfit) => Ok(Self::Literal {
                plain: plain.into_owned(),
                encoded: utf8_percent_encode(text, IN_A_PATH).to_string(),
            }),
            _ => Err(format!(
                "where {text:?} has characters that a path cannot have"
            )),
        }
    }

    fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal { plain, .. } => Some(plain),
            Self::Lang | Self::Slug => None,
        }
    }
}

/// The characters that browsers encode in a path (WHATWG URL Standard). Existing percent-encoding is kept.
const IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'|');
