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
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(paths: &str, path: &str) -> Option<(&'static str, String, Option<String>)> {
        let named = SitePaths::parse(paths).unwrap().find(path)?;
        let lang = named.lang.map(|lang| lang.to_string());
        Some((named.kind.as_str(), named.slug.to_string(), lang))
    }

    fn written(paths: &str, kind: &str, lang: Option<&str>) -> Option<String> {
        let lang = lang.map(|lang| lang.parse().unwrap());
        let paths = SitePaths::parse(paths).unwrap();
        let (kind, post_type) = match kind {
            "page" => (Kind::Post, Some(PostType::Page)),
            kind => (kind.parse().unwrap(), None),
        };
        paths.write(kind, post_type, &"new".parse().unwrap(), lang.as_ref())
    }

    #[test]
    fn a_path_is_read_by_the_pattern_it_fits() {
        let paths = "post=/{lang}/{slug},tag=/{lang}/tag/{slug},author=/who/{slug}";
        for (path, expected) in [
            ("/es/hola", Some(("post", "hola", Some("es")))),
            ("/es/hola/", Some(("post", "hola", Some("es")))),
            ("/PT-br/ol%61", Some(("post", "ola", Some("pt-BR")))),
            ("/es/tag/hola", Some(("tag", "hola", Some("es")))),
            ("/%65s/t%61g/hola", Some(("tag", "hola", Some("es")))),
            ("/who/lin", Some(("author", "lin", None))),
            ("/es/hola//", None),
            ("//es/hola", None),
            ("/es", None),
            ("/", None),
            ("", None),
            ("es/hola", None),
            ("/es/Hola", Some(("post", "hola", Some("es")))),
            ("/es/ho%2Fla", None),
            ("/es/%ff", None),
            ("/es/%00", None),
            ("/es/TAG/hola", None),
            ("/english/hola", None),
            ("/es/tag/hola/more", None),
        ] {
            let expected = expected.map(|(kind, slug, lang): (_, &str, Option<&str>)| {
                (kind, slug.to_owned(), lang.map(str::to_owned))
            });
            assert_eq!(found(paths, path), expected, "{path}");
        }
    }

    #[test]
    fn a_path_in_the_wrong_case_is_told_from_one_that_no_pattern_fits() {
        let paths = SitePaths::parse("post=/{lang}/{slug},tag=/{lang}/Étiquette/{slug}/").unwrap();
        assert!(paths.find("/es/Hola").unwrap().has_capitals);
        assert!(!paths.find("/es/hola").unwrap().has_capitals);
        let right = |path| paths.in_right_case(path);
        let tag = "/fr/%C3%89tiquette/hola/";
        assert_eq!(right("/FR/%C3%A9TIQUETTE/Hola").as_deref(), Some(tag));
        assert_eq!(right("/fr/tiquette/hola"), None);
    }

    #[test]
    fn literal_segments_win_over_variables_however_the_patterns_are_ordered() {
        for paths in [
            "post=/{lang}/{slug},tag=/tag/{slug}",
            "tag=/tag/{slug},post=/{lang}/{slug}",
        ] {
            assert_eq!(found(paths, "/tag/hola").unwrap().0, "tag");
            assert_eq!(found(paths, "/tl/hola").unwrap().0, "post");
        }
        // `tag` is the tag of the language Tagoi, but no post can be reached at that path.
        assert!("tag".parse::<Lang>().is_ok());
    }

    #[test]
    fn a_path_is_written_by_the_pattern_of_its_kind() {
        let paths = "post=/{lang}/{slug}/,tag=/etiquetas/{slug},category=/{lang}/catégorie/{slug},author=/a%20b+c/{slug}";
        for (kind, lang, expected) in [
            ("post", Some("pt-br"), Some("/pt-BR/new/")),
            ("post", None, None),
            ("tag", Some("es"), Some("/etiquetas/new")),
            ("tag", None, Some("/etiquetas/new")),
            ("category", Some("fr"), Some("/fr/cat%C3%A9gorie/new")),
            ("author", None, Some("/a%20b+c/new")),
            ("organization", Some("fr"), None),
        ] {
            let path = written(paths, kind, lang);
            assert_eq!(path.as_deref(), expected, "{kind}");
            if let Some(path) = path {
                assert_eq!(found(paths, &path).unwrap().0, kind);
            }
        }
    }

    #[test]
    fn pages_have_their_own_pattern_or_that_of_posts() {
        let own = "post=/{lang}/{slug},page=/{lang}/p/{slug}";
        assert_eq!(found(own, "/es/p/hola").unwrap().0, "post");
        assert_eq!(
            written(own, "page", Some("es")).as_deref(),
            Some("/es/p/new")
        );
        assert_eq!(written(own, "post", Some("es")).as_deref(), Some("/es/new"));
        let shared = "post=/{lang}/{slug}";
        assert_eq!(
            written(shared, "page", Some("es")).as_deref(),
            Some("/es/new")
        );
        let right = SitePaths::parse(own).unwrap().in_right_case("/es/P/hola");
        assert_eq!(right.as_deref(), Some("/es/p/hola"));
        assert!(default_patterns().ends_with(",page=/{lang}/page/{slug}"));
    }

    #[test]
    fn what_is_no_list_of_patterns_is_refused() {
        for (text, flaw) in [
            ("post", "the form kind=pattern"),
            ("posts=/{slug}", "an unknown kind"),
            ("post=/{lang}/{slug},post=/{slug}", "two patterns for post"),
            ("post={slug}", "begin with a slash"),
            ("post=/{lang}", "{slug} once"),
            ("post=/", "empty segment"),
            ("post=/{slug}/{slug}", "{slug} once"),
            ("post=/{lang}/{lang}/{slug}", "{lang} twice"),
            ("post=/{id}/{slug}", "{id}"),
            ("post=/p-{slug}", "p-{slug}"),
            ("post=/a//{slug}", "empty segment"),
            ("post=//{slug}", "empty segment"),
            ("post=/../{slug}", ".."),
            ("post=/{slug}?x=1", "{slug}?x=1"),
            ("post=/a#b/{slug}", "a#b"),
            ("post=/a b/{slug}", "a b"),
            ("post=/%ff/{slug}", "%ff"),
            ("post=/{lang}/{slug},tag=/{lang}/{slug}", "post and tag"),
            ("post=/{lang}/{slug},tag=/{slug}/{lang}/", "post and tag"),
        ] {
            let refused = SitePaths::parse(text).unwrap_err();
            assert!(refused.contains(flaw), "{text}: {refused}");
        }
    }

    #[test]
    fn patterns_are_shown_as_they_were_written() {
        let text = "post=/{lang}/{slug}/,tag=/%C3%A9/{slug}";
        assert_eq!(SitePaths::parse(text).unwrap().to_string(), text);
        let spaced = SitePaths::parse(" post = /{slug} , ").unwrap();
        assert_eq!(spaced.to_string(), "post=/{slug}");
        assert_eq!(SitePaths::parse("").unwrap(), SitePaths::default());
    }
}
