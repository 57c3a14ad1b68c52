//! Tests of the paths of the site.

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
