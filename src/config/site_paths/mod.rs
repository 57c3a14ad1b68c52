//! The paths of the site that displays the content, which are parsed and written by patterns.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

use super::path_pattern::{Named, Pattern, Subject};
use super::setting::listed;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;

/// Describes the format of the setting.
pub(super) fn form() -> String {
    let kinds = listed(Subject::all().map(Subject::as_str));
    format!(
        "kind=pattern for any of {kinds}, separated by commas, such as \
         post=/{{lang}}/{{slug}},tag=/{{lang}}/tag/{{slug}}; {{slug}} is required, {{lang}} is not"
    )
}

/// Writes the default of the setting: posts stand directly below their language, and other kinds below their name.
pub(super) fn default_patterns() -> String {
    let pattern = |subject: Subject| match (subject, subject.as_str()) {
        (Subject::Kind(Kind::Post), kind) => format!("{kind}=/{{lang}}/{{slug}}"),
        (_, kind) => format!("{kind}=/{{lang}}/{kind}/{{slug}}"),
    };
    let patterns: Vec<String> = Subject::all().map(pattern).collect();
    patterns.join(",")
}

/// The patterns, at most one for each kind. No two of them match exactly the same paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SitePaths(Vec<Pattern>);

impl SitePaths {
    /// Parses a comma-separated list of `kind=pattern`. The error completes "the value …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut patterns: Vec<Pattern> = Vec::new();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            let pattern = Pattern::parse(part).map_err(|flaw| format!("has {part:?}, {flaw}"))?;
            if patterns
                .iter()
                .any(|other| other.subject == pattern.subject)
            {
                let subject = pattern.subject.as_str();
                return Err(format!("has two patterns for {subject}"));
            }
            if let Some(other) = patterns.iter().find(|other| other.fits_the_same(&pattern)) {
                let (one, two) = (other.subject.as_str(), pattern.subject.as_str());
                return Err(format!(
                    "has patterns for {one} and {two} that fit the same paths"
                ));
            }
            patterns.push(pattern);
        }
        Ok(Self(patterns))
    }

    /// Finds the resource that a path identifies. A trailing slash is ignored. If several patterns match, a literal
    /// segment takes precedence over a variable.
    pub fn find(&self, path: &str) -> Option<Named> {
        let found = self.find_by(path, |plain, found| plain == found);
        found.map(|(_, named)| named)
    }

    /// Returns the path that differs from `path` only in case, and that a pattern matches.
    pub fn in_right_case(&self, path: &str) -> Option<String> {
        let (subject, named) = self.find_by(path, |plain, found| {
            plain.to_lowercase() == found.to_lowercase()
        })?;
        self.write_by(subject, &named.slug, named.lang.as_ref())
    }

    fn find_by(
        &self,
        path: &str,
        is_same: impl Fn(&str, &str) -> bool,
    ) -> Option<(Subject, Named)> {
        let path = path.strip_prefix('/')?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let decoded = |segment| percent_decode_str(segment).decode_utf8().ok();
        let segments: Vec<Cow<'_, str>> = path.split('/').map(decoded).collect::<Option<_>>()?;
        let fitting = self
            .0
            .iter()
            .filter_map(|pattern| Some((pattern, pattern.read(&segments, &is_same)?)));
        let best = fitting.max_by_key(|(pattern, _)| pattern.literals());
        best.map(|(pattern, named)| (pattern.subject, named))
    }

    /// Returns the path of a resource, which has a type if it is a post; `None` if its kind has no pattern, or if the
    /// pattern requires a language and none is given. Without a pattern of their own, pages have that of posts.
    pub fn write(
        &self,
        kind: Kind,
        post_type: Option<PostType>,
        slug: &Slug,
        lang: Option<&Lang>,
    ) -> Option<String> {
        self.write_by(Subject::new(kind, post_type), slug, lang)
    }

    /// Returns whether a kind has a pattern.
    pub fn has(&self, kind: Kind) -> bool {
        let subject = Subject::Kind(kind);
        self.0.iter().any(|pattern| pattern.subject == subject)
    }

    /// Returns the patterns, each with the word for its kind: `page` for pages.
    pub fn patterns(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let patterns = self.0.iter();
        patterns.map(|pattern| (pattern.subject.as_str(), pattern.written.as_str()))
    }

    fn write_by(&self, subject: Subject, slug: &Slug, lang: Option<&Lang>) -> Option<String> {
        let of = |subject| self.0.iter().find(|pattern| pattern.subject == subject);
        let pattern = of(subject).or_else(|| of(Subject::Kind(subject.kind())))?;
        pattern.write(slug, lang)
    }
}

impl fmt::Display for SitePaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (kind, pattern)) in self.patterns().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{kind}={pattern}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
