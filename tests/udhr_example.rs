//! The importer accepts the records that the example makes from the Universal Declaration of Human Rights.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../examples/udhr_to_jsonl.rs"]
#[allow(dead_code, missing_docs)]
mod udhr_to_jsonl;

use tribuna::import::jsonl;
use tribuna::import::record::Record;

fn input() -> String {
    let language = |lang: &str, title: &str, word: &str| {
        let articles: Vec<_> = (1..=30)
            .map(|n| format!(r#"{{"number":{n},"title":"{word} {n}","paragraphs":["a < b","c"]}}"#))
            .collect();
        format!(
            r#"{{"lang":"{lang}","dir":"ltr","title":"{title}","preamble":[],"articles":[{}]}}"#,
            articles.join(",")
        )
    };
    [
        language("en", "Declaration", "Article"),
        language("ar", "إعلان", "المادة"),
    ]
    .join("\n")
}

#[test]
fn every_article_is_a_post_in_every_language_that_the_importer_reads() {
    let languages = udhr_to_jsonl::read(input().as_bytes()).expect("the input is well-formed");
    let lines: Vec<_> = udhr_to_jsonl::records(&languages)
        .unwrap()
        .iter()
        .map(|record| serde_json::to_string(record).expect("a record is JSON"))
        .collect();
    let read: Result<Vec<_>, _> = jsonl::read(lines.join("\n").as_bytes()).collect();
    let mut posts = Vec::new();
    for line in read.expect("what was written can be read") {
        if let Record::Post(post) = line.record {
            posts.push(post);
        }
    }
    assert_eq!(posts.len(), 30);
    assert!(
        posts
            .iter()
            .all(|post| post.original_lang.as_str() == "en" && post.translations.len() == 2)
    );
    let arabic = posts
        .last()
        .and_then(|post| post.translations.get(&"ar".parse().unwrap()))
        .expect("article 30 in Arabic");
    assert_eq!(
        (arabic.title.as_str(), arabic.subtitle.as_deref()),
        ("المادة 30", Some("إعلان"))
    );
    assert_eq!(arabic.body.source, "<p>a &lt; b</p>\n<p>c</p>");
    assert_eq!(
        posts.last().map(|post| post.tags.clone()),
        Some(vec!["order-and-duties".to_owned()])
    );
}

#[test]
fn a_bad_line_is_named_by_its_number() {
    let error =
        udhr_to_jsonl::read(format!("{}\n{{", input()).as_bytes()).expect_err("line 3 is cut off");
    assert!(error.to_string().starts_with("line 3: "), "{error}");
}
