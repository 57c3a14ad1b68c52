//! The size of the response headers of delivery with the default settings, which every answer adds to the traffic.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use actix_web::http::Method;
use actix_web::rt::task::spawn_blocking;
use serde_json::json;

use crate::support::content::{AUTHORS, CATEGORIES, TAGS, named};
use crate::support::serving::serving;

/// The limit for a `304`, including the status line.
const NOT_MODIFIED: usize = 600;
/// The limit for the status line and the headers of a `200`.
const WHOLE: usize = 1024;

/// Sends a request over a socket and returns the head of the answer.
async fn head(address: &str, target: &str, more: &str) -> String {
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nOrigin: https://www.example.org\r\n\
         Accept-Encoding: gzip\r\nConnection: close\r\n{more}\r\n"
    );
    let address = address.to_owned();
    let read = spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut read = Vec::new();
        stream.read_to_end(&mut read).unwrap();
        read
    });
    let text = String::from_utf8_lossy(&read.await.unwrap()).into_owned();
    let (head, _) = text.split_once("\r\n\r\n").expect(&text);
    format!("{head}\r\n\r\n")
}

fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut found = lines.filter(|(given, _)| given.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value)
}

on_both!(
    the_headers_of_delivery_are_short_in_five_languages,
    async |app| {
        let ada = app.editor("ada").await;
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let title = "A title as long as titles are that say what their post is all about in";
        for number in 0..3 {
            let more = json!({ "tags": [tag], "categories": [category], "authors": [{ "author": author }] });
            let id = ada
                .issues_with("en", &format!("{title} {number}"), more)
                .await;
            for lang in ["ar", "es", "fr", "pt-BR"] {
                ada.translates(&id, lang, &format!("{title} {lang} {number}"))
                    .await;
                ada.publishes(&id, lang).await;
            }
        }
        for number in 0..3 {
            let long = format!(
                "{} {number}",
                "Ein Titel mit Umlauten – größer als üblich; ".repeat(9)
            );
            let id = ada.issues("en", &long).await;
            for lang in ["ar", "es", "fr", "pt-BR"] {
                ada.translates(
                    &id,
                    lang,
                    &format!("{} {lang} {number}", "حقّ المدينة 城市权 ".repeat(20)),
                )
                .await;
                ada.publishes(&id, lang).await;
            }
        }
        let name = |number: usize| named("en", &format!("{}{number}", "Ünïcödé ".repeat(12)));
        for number in 0..3 {
            ada.makes(TAGS, name(number)).await;
        }
        app.pass(60);
        let keeping = app.keeping().await;
        let (server, address) = serving(&keeping);
        let reader = keeping.anonymous();
        let first = reader
            .get("/v1/posts?limit=1&lang=pt-BR&fallback=original")
            .await;
        let next = first.text("/page/next").to_owned();
        let mut deep = Vec::new();
        for first in [
            "/v1/posts?sort=title&limit=1",
            "/v1/posts?sort=-title&limit=1",
            "/v1/posts?sort=title&limit=1&lang=pt-BR&fallback=en,original",
            "/v1/tags?sort=-name&limit=1&lang=en",
        ] {
            let mut next = Some(first.to_owned());
            while let Some(here) = next {
                let page = reader.get(&here).await.expect(200);
                next = page.at("/page/next").as_str().map(str::to_owned);
                deep.push(here);
            }
        }
        let slug = "a-title-as-long-as-titles-are-that-say-what-their-post-is-all-about-in";
        let targets = [
            "/v1/posts",
            "/v1/posts?page=2&limit=1&count=true",
            &next,
            "/v1/posts?category=housing&tag=rent&author=lin&lang=pt-BR&fallback=en,original&limit=1",
            &format!("/v1/posts/{slug}-0"),
            &format!("/v1/posts/{slug}-pt-br-1?lang=pt-BR"),
            &format!("/v1/posts/{slug}-0/related"),
            "/v1/posts/facets?lang=fr",
            "/v1/tags",
            "/v1/tags/rent",
            "/v1/category-tree",
            "/v1/categories?sort=name&fields=slug,name&limit=100",
            "/v1/authors/lin",
            &format!("/v1/resolve?path=/en/{slug}-0"),
        ];
        let deep = deep.iter().map(String::as_str);
        for target in targets.into_iter().chain(deep) {
            let whole = head(&address, target, "").await;
            assert!(whole.starts_with("HTTP/1.1 200 "), "{target}: {whole}");
            assert!(
                whole.len() <= WHOLE,
                "{target}: {} bytes\n{whole}",
                whole.len()
            );
            for name in [
                "last-modified",
                "cache-control",
                "x-request-id",
                "date",
                "vary",
            ] {
                assert!(value(&whole, name).is_some(), "{target} {name}: {whole}");
            }
            for name in ["surrogate-key", "cache-tag"] {
                assert_eq!(value(&whole, name), None, "{target}");
            }
            let seen = format!("If-None-Match: {}\r\n", value(&whole, "etag").unwrap());
            let same = head(&address, target, &seen).await;
            assert!(same.starts_with("HTTP/1.1 304 "), "{target}: {same}");
            assert!(
                same.len() <= NOT_MODIFIED,
                "{target}: {} bytes\n{same}",
                same.len()
            );
        }
        let post = head(&address, &format!("/v1/posts/{slug}-0"), "").await;
        let links = value(&post, "link").unwrap();
        assert_eq!(links.matches("hreflang").count(), 5, "{links}");
        server.stop(false).await;
    }
);

on_both!(
    surrogate_keys_are_sent_in_the_chosen_headers_and_never_in_a_304,
    async |app| {
        app.editor("ada").await.issues("en", "Housing").await;
        for (setting, surrogate_key, cache_tag) in [
            ("off", false, false),
            ("surrogate-key", true, false),
            ("cache-tag", false, true),
            ("both", true, true),
        ] {
            let other = app.another(&[("TRIBUNA_CACHE_KEYS", setting)]).await;
            other.catches_up().await;
            let anyone = other.anonymous();
            // Computed, from memory, and with a token, which bypasses the cache.
            let mut whole = vec![anyone.get("/v1/posts/housing").await.expect(200)];
            whole.push(anyone.get("/v1/posts/housing").await.expect(200));
            for answer in &whole {
                let has = |name| answer.headers.contains_key(name);
                assert_eq!(
                    (has("surrogate-key"), has("cache-tag")),
                    (surrogate_key, cache_tag)
                );
            }
            let seen = whole[0].header("etag").to_owned();
            let request = anyone.request(Method::GET, "/v1/posts/housing");
            let same = anyone
                .send(request.insert_header(("if-none-match", seen)))
                .await;
            let same = same.expect(304);
            for name in ["surrogate-key", "cache-tag", "link", "content-language"] {
                assert!(!same.headers.contains_key(name), "{setting} {name}");
            }
        }
    }
);
