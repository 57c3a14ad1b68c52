//! Complete exports: a fixture with one of everything, and small ones for rare cases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::import::record::{Author, Category, Post, Publication, Translation};

mod malformed;
mod terms;

const FIXTURE: &str = include_str!("../../../../tests/fixtures/wordpress.xml");

fn parsed(xml: impl AsRef<[u8]>) -> Export {
    read(xml.as_ref(), &"en".parse().unwrap()).unwrap()
}

fn channel(inner: &str) -> String {
    format!("<rss><channel><wp:wxr_version>1.2</wp:wxr_version>{inner}</channel></rss>")
}

fn item(fields: &str) -> Export {
    parsed(channel(&format!(
        "<item><title>T</title><wp:post_id>1</wp:post_id>{fields}</item>"
    )))
}

fn posts(export: &Export) -> Vec<&Post> {
    let posts = export.records.iter().filter_map(|it| {
        if let Record::Post(it) | Record::Page(it) = it {
            Some(it)
        } else {
            None
        }
    });
    posts.collect()
}

fn post(export: &Export, key: &str) -> Translation {
    let found = posts(export).into_iter().find(|post| post.key == key);
    found
        .unwrap_or_else(|| panic!("no {key}"))
        .translations
        .get(&"en".parse().unwrap())
        .unwrap()
        .clone()
}

fn at(publish_at: &str) -> Option<Publication> {
    Some(Publication {
        publish_at: publish_at.to_owned(),
        ..Publication::default()
    })
}

fn remarks(remarks: &[Noted]) -> Vec<String> {
    remarks
        .iter()
        .map(|Noted { what, reason }| format!("{what}: {reason}"))
        .collect()
}

#[test]
fn a_published_post_comes_with_all_it_has() {
    let export = parsed(FIXTURE);
    let text = post(&export, "post:1");
    assert_eq!(text.title, "Rents rise & fall");
    assert_eq!(text.slug.as_deref(), Some("café-rents"));
    assert_eq!(text.excerpt.as_deref(), Some("In short."));
    assert_eq!(
        text.body.source,
        "<p>First line<br>\nsecond line</p>\n<p>Last ]]> word</p>"
    );
    let publication = text.publication.unwrap();
    assert_eq!(publication.publish_at, "2024-05-01T08:00:00Z");
    assert_eq!(
        publication.updated_at.as_deref(),
        Some("2024-05-02T09:30:00Z")
    );
    let post = posts(&export)[0];
    assert!(post.featured);
    assert_eq!(
        (post.original_lang.as_str(), post.authors[0].author.as_str()),
        ("en", "ada")
    );
    assert_eq!(post.categories, ["rents", "new-here"]);
    assert_eq!(post.tags, ["%d8%b3%d9%83%d9%86", "t&t"]);
}

#[test]
fn records_come_in_an_order_in_which_references_hold() {
    let export = parsed(FIXTURE);
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for record in &export.records {
        match record {
            Record::Category(it) => assert!(
                it.parent
                    .iter()
                    .all(|key| seen.contains(&("category", key)))
            ),
            Record::Post(it) | Record::Page(it) => {
                assert!(
                    it.categories
                        .iter()
                        .all(|key| seen.contains(&("category", key)))
                );
                assert!(it.tags.iter().all(|key| seen.contains(&("tag", key))));
                assert!(
                    it.authors
                        .iter()
                        .all(|by| seen.contains(&("author", &by.author)))
                );
            }
            Record::Comment(it) => {
                let is_seen = |kind| seen.contains(&(kind, it.post.as_str()));
                assert!(is_seen("post") || is_seen("page"));
                let above = |key: &String| seen.contains(&("comment", key.as_str()));
                assert!(it.parent.iter().all(above));
            }
            _ => {}
        }
        assert!(
            !seen.contains(&(record.kind().as_str(), record.key())),
            "{} twice",
            record.key()
        );
        seen.push((record.kind().as_str(), record.key()));
    }
    assert_eq!(seen.len(), 3 + 6 + 2 + 5 + 3);
}

#[test]
fn what_is_not_public_stays_a_draft_and_what_is_to_come_is_scheduled() {
    let export = parsed(FIXTURE);
    assert_eq!(
        post(&export, "post:3").publication,
        at("2099-12-31T23:00:00Z")
    );
    assert_eq!(post(&export, "post:4").publication, None);
    assert_eq!(post(&export, "post:5").publication, None);
    for status in ["draft", "pending", "private", "auto-draft", "", "in-review"] {
        let fields = format!(
            "<wp:status>{status}</wp:status><wp:post_date_gmt>2020-01-01 00:00:00</wp:post_date_gmt>"
        );
        assert_eq!(post(&item(&fields), "post:1").publication, None, "{status}");
    }
}

#[test]
fn a_date_is_looked_for_in_three_places() {
    let date = |fields: &str| {
        post(
            &item(&format!("<wp:status>publish</wp:status>{fields}")),
            "post:1",
        )
        .publication
    };
    let none = "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>";
    assert_eq!(
        date(&format!(
            "{none}<wp:post_date>2020-02-03 04:05:06</wp:post_date>"
        )),
        at("2020-02-03T04:05:06Z")
    );
    let rfc2822 = "<pubDate>Tue, 04 Feb 2020 04:05:06 +0200</pubDate>";
    assert_eq!(
        date(&format!("{none}{rfc2822}")),
        at("2020-02-04T02:05:06Z")
    );
    assert_eq!(
        date(&format!(
            "<wp:post_date_gmt>-0001-11-30 00:00:00</wp:post_date_gmt>{rfc2822}"
        )),
        at("2020-02-04T02:05:06Z")
    );
    assert_eq!(date(none), None);
}

#[test]
fn comments_come_with_their_threads() {
    let export = parsed(FIXTURE);
    let comments = export.records.iter().filter_map(|record| match record {
        Record::Comment(comment) => Some(comment),
        _ => None,
    });
    let comments: Vec<_> = comments
        .map(|one| {
            (
                one.key.as_str(),
                one.parent.as_deref(),
                one.name.as_str(),
                one.html.as_str(),
            )
        })
        .collect();
    assert_eq!(
        comments,
        [
            (
                "comment:7",
                None,
                "Amara & co",
                "<p>Well said.</p>\n<p>Really.</p>"
            ),
            (
                "comment:8",
                Some("comment:7"),
                "Bo",
                "<p>I <b>agree</b>.</p>"
            ),
            ("comment:9", None, "?", "<p>Cheap pills</p>"),
        ]
    );
    let first = export.records.iter().rev().nth(2);
    let Some(Record::Comment(first)) = first else {
        panic!("{first:?}");
    };
    assert_eq!(
        (first.post.as_str(), first.created_at.as_str()),
        ("post:1", "2024-05-02T09:00:00Z")
    );
    assert_eq!(first.email.as_deref(), Some("amara@example.org"));
}

#[test]
fn what_stays_behind_is_named_or_counted() {
    let export = parsed(FIXTURE);
    assert_eq!(
        remarks(&export.skipped),
        [
            "post 6 “Gone”: it is in the trash",
            "post 1 “Again”: its number stands on line 17 already"
        ]
    );
    let counts: Vec<_> = export
        .left_out
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(
        counts,
        [
            ("attachments", 1),
            ("comments in the trash", 1),
            ("items of type product", 1),
            ("menu items", 1),
            ("menus", 1),
            ("pingbacks", 1),
            ("post formats", 1),
            ("revisions", 1)
        ]
    );
    let notes = remarks(&export.notes);
    assert!(
        notes.contains(&"post 1 “Rents rise & fall”: removed from the text: [gallery]".to_owned()),
        "{notes:?}"
    );
    assert!(
        notes.contains(&"post 4 “Locked”: imported as a draft: password-protected".to_owned()),
        "{notes:?}"
    );
    assert!(item("<wp:status>inherit</wp:status>").records.is_empty());
}

#[test]
fn a_missing_title_is_made_and_a_long_one_is_cut() {
    assert_eq!(
        post(&parsed(FIXTURE), "post:3").title,
        "Words without a title"
    );
    let export = parsed(channel("<item><title/><wp:post_id>1</wp:post_id></item>"));
    assert_eq!(post(&export, "post:1").title, "(untitled)");
    let export = parsed(channel(&format!(
        "<item><title>{}</title><wp:post_id>1</wp:post_id></item>",
        "word ".repeat(200)
    )));
    assert_eq!(post(&export, "post:1").title.chars().count(), 500);
    assert!(
        export.notes[0]
            .reason
            .contains("title of 999 characters was cut to 500"),
        "{:?}",
        export.notes
    );
}

#[test]
fn notes_come_from_the_custom_field_that_holds_them() {
    let export = parsed(
        r##"<rss xmlns:content="c" xmlns:wp="w"><channel><link>https://s.example</link><wp:wxr_version>1.2</wp:wxr_version>
        <item><title>A</title><wp:post_id>1</wp:post_id><wp:status>draft</wp:status><wp:post_type>post</wp:post_type>
        <content:encoded><![CDATA[<!-- wp:paragraph --><p>B</p><!-- /wp:paragraph --><!-- wp:footnotes /-->]]></content:encoded>
        <wp:postmeta><wp:meta_key>_other</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta>
        <wp:postmeta><wp:meta_key><![CDATA[footnotes]]></wp:meta_key>
        <wp:meta_value><![CDATA[[{"content":"The note.","id":"n1"}]]]></wp:meta_value></wp:postmeta></item></channel></rss>"##,
    );
    let body = post(&export, "post:1").body.source;
    assert!(body.contains("<li id=\"n1\">The note. "), "{body}");
    assert!(export.notes.is_empty(), "{:?}", export.notes);
}

#[test]
fn pages_come_after_the_pages_above_them() {
    let page = |id: u8, parent: u8, order: i32| {
        format!(
            "<item><title>P{id}</title><wp:post_id>{id}</wp:post_id><wp:status>draft</wp:status>\
             <wp:post_parent>{parent}</wp:post_parent><wp:menu_order>{order}</wp:menu_order>\
             <wp:post_type>page</wp:post_type></item>"
        )
    };
    let items = [
        page(1, 2, 3),
        page(2, 3, -1),
        page(3, 0, 0),
        page(4, 99, 1),
        page(5, 6, 0),
        page(6, 5, 0),
    ];
    let export = parsed(channel(&items.concat()));
    let pages = export.records.iter().filter_map(|record| match record {
        Record::Page(page) => Some(page),
        _ => None,
    });
    let places: Vec<(&str, Option<&str>, Option<i32>)> = pages
        .map(|page| (page.key.as_str(), page.parent.as_deref(), page.position))
        .collect();
    assert_eq!(
        places,
        [
            ("post:3", None, None),
            ("post:4", None, Some(1)),
            ("post:2", Some("post:3"), None),
            ("post:1", Some("post:2"), Some(3)),
            ("post:5", None, None),
            ("post:6", None, None),
        ]
    );
    assert_eq!(
        remarks(&export.notes),
        [
            "page 4 “P4”: moved to the top: the page above it is not imported",
            "page 5 “P5”: moved to the top: it is its own ancestor",
            "page 6 “P6”: moved to the top: it is its own ancestor",
        ]
    );
}
