//! The requests to send: the addresses of lists and posts, and an API key.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::Outcome;
use crate::harness::editor::Editor;
use crate::harness::site::Site;

/// The addresses of `wanted` pages, lists and single posts in turn, the most requested first.
pub fn of(site: &Site, wanted: usize) -> Outcome<Vec<String>> {
    let lists = lists(site)?;
    let mut posts = Vec::new();
    let mut page = "/v1/posts?limit=100&fields=slug".to_owned();
    while posts.len() < wanted / 2 {
        let found = site.json(&page)?;
        posts.extend(slugs(&found).map(|slug| format!("/v1/posts/{slug}")));
        match found["page"]["next"].as_str() {
            Some(next) => page = next.to_owned(),
            None => break,
        }
    }
    let in_turn = lists.into_iter().zip(posts);
    let mut targets: Vec<String> = in_turn.flat_map(|(list, post)| [list, post]).collect();
    targets.truncate(wanted);
    if targets.len() < wanted {
        return Err(format!("there are only {} addresses to request", targets.len()).into());
    }
    Ok(targets)
}

/// The lists that a site requests: the newest posts, and those by language, category, tag and author.
fn lists(site: &Site) -> Outcome<Vec<String>> {
    let newest = site.json("/v1/posts?limit=100&fields=lang")?;
    let langs = newest["data"].as_array().into_iter().flatten();
    let langs: BTreeSet<&str> = langs.filter_map(|post| post["lang"].as_str()).collect();
    let mut lists = vec!["/v1/posts".to_owned()];
    lists.extend(langs.iter().map(|lang| format!("/v1/posts?lang={lang}")));
    lists.extend(
        langs
            .iter()
            .map(|lang| format!("/v1/posts?lang={lang}&fallback=original")),
    );
    for (noun, parameter) in [
        ("categories", "category"),
        ("tags", "tag"),
        ("authors", "author"),
    ] {
        let found = site.json(&format!("/v1/{noun}?limit=100&fields=slug"))?;
        for slug in slugs(&found) {
            lists.push(format!("/v1/posts?{parameter}={slug}"));
            lists.extend(
                langs
                    .iter()
                    .map(|lang| format!("/v1/posts?{parameter}={slug}&lang={lang}")),
            );
        }
    }
    Ok(lists)
}

fn slugs(list: &Value) -> impl Iterator<Item = &str> {
    let items = list["data"].as_array().into_iter().flatten();
    items.filter_map(|item| item["slug"].as_str())
}

/// Creates an API key that reads what is public. Returns its secret.
pub fn key(editor: &Editor) -> Outcome<String> {
    let quota = json!({ "per_minute": 1_000_000_000, "burst": 1_000_000_000 });
    let key = json!({ "name": "hot", "scopes": ["delivery:read"], "quota": quota });
    let made = editor.write("POST", "/v1/admin/keys", &key)?;
    Ok(made["data"]["secret"]
        .as_str()
        .ok_or("no secret")?
        .to_owned())
}
