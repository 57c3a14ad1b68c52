//! Authors, categories and tags.

use super::*;

pub(super) fn categories(export: &Export) -> Vec<&Category> {
    let all = export.records.iter().filter_map(|it| {
        if let Record::Category(it) = it {
            Some(it)
        } else {
            None
        }
    });
    all.collect()
}

fn authors(export: &Export) -> Vec<&Author> {
    let all = export.records.iter().filter_map(|it| {
        if let Record::Author(it) = it {
            Some(it)
        } else {
            None
        }
    });
    all.collect()
}

#[test]
fn authors_are_called_by_their_display_name_or_their_login() {
    let export = parsed(FIXTURE);
    let names: Vec<_> = authors(&export)
        .iter()
        .map(|it| (it.key.as_str(), it.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [("ada", "Ada & Söhne"), ("bo", "bo"), ("carol", "carol")]
    );
    assert!(
        !serde_json::to_string(&export.records)
            .unwrap()
            .contains("ada@")
    );
}

#[test]
fn categories_form_a_tree_and_a_circle_is_cut() {
    let export = parsed(FIXTURE);
    let tree: Vec<_> = categories(&export)
        .iter()
        .map(|it| (it.key.as_str(), it.parent.as_deref()))
        .collect();
    let expected = [
        ("housing", None),
        ("rents", Some("housing")),
        ("hen", None),
        ("egg", Some("hen")),
        ("orphan", None),
        ("new-here", None),
    ];
    assert_eq!(tree, expected);
    let housing = &categories(&export)[0]
        .translations
        .get(&"en".parse().unwrap())
        .unwrap();
    assert_eq!(housing.name, "Housing & Homes");
    assert_eq!(housing.description.as_deref(), Some("Where people live"));
    let notes = remarks(&export.notes);
    assert!(notes.contains(
        &"category “Hen”: put at the top of the tree: its parents form a circle".to_owned()
    ));
    assert!(notes.contains(
        &"category “Orphan”: put at the top of the tree: its parent is not in the file".to_owned()
    ));
}

#[test]
fn a_tags_slug_is_decoded_and_its_key_is_not() {
    let export = parsed(FIXTURE);
    let tag = export.records.iter().find_map(|it| {
        if let Record::Tag(it) = it {
            Some(it)
        } else {
            None
        }
    });
    let tag = tag.unwrap();
    assert_eq!(tag.key, "%d8%b3%d9%83%d9%86");
    assert_eq!(
        tag.translations
            .get(&"en".parse().unwrap())
            .unwrap()
            .slug
            .as_deref(),
        Some("سكن")
    );
}

#[test]
fn the_first_form_of_wxr_names_terms_without_taxonomy_and_parents_by_name() {
    let xml = "<rss><channel><wp:wxr_version>1.0</wp:wxr_version>
        <wp:category><wp:category_nicename>b</wp:category_nicename><wp:category_parent>Big A</wp:category_parent><wp:cat_name>B</wp:cat_name></wp:category>
        <wp:category><wp:category_nicename>a</wp:category_nicename><wp:cat_name>Big A</wp:cat_name></wp:category>
        <item><title>T</title><wp:post_id>1</wp:post_id><category>B</category><category domain=\"category\" nicename=\"b\">B</category>
        <category domain=\"tag\">x</category><category domain=\"tag\" nicename=\"x\">x</category><category>Other</category></item></channel></rss>";
    let export = parsed(xml);
    assert_eq!(posts(&export)[0].categories, ["b", "Other"]);
    assert_eq!(posts(&export)[0].tags, ["x"]);
    assert_eq!(categories(&export)[1].parent.as_deref(), Some("a"));
}
