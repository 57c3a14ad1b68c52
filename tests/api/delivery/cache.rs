//! Cached delivery through the whole application: validators, content codings and headers. No private answer is cached.

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use actix_web::web::Bytes;
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::Answer;
use crate::support::content::*;

/// Requests an address with one more header.
async fn get(app: &TestApp, path: &str, header: (&str, &str)) -> Answer {
    let anyone = app.anonymous();
    let request = anyone.request(Method::GET, path);
    anyone.send(request.insert_header(header)).await
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").to_owned()
}

fn has(answer: &Answer, name: &str) -> bool {
    answer.headers.contains_key(name)
}

on_both!(
    each_content_coding_has_its_own_validator_in_any_order,
    async |app| {
        let ada = app.editor("ada").await;
        for number in 0..20 {
            ada.issues("en", &format!("Post {number}")).await;
        }
        let plain = app.anonymous().get("/v1/posts").await.expect(200);
        let mut tags = vec![etag(&plain)];
        for coding in ["br", "zstd", "gzip"] {
            let coded = get(&app, "/v1/posts", (ACCEPT_ENCODING.as_str(), coding)).await;
            let coded = coded.expect(200);
            assert_eq!(coded.header("content-encoding"), coding);
            assert_eq!(coded.header("vary"), "accept-encoding");
            assert!(coded.body.len() < plain.body.len() / 2, "{coding}");
            tags.push(etag(&coded));
            let anyone = app.anonymous();
            let had = anyone
                .request(Method::GET, "/v1/posts")
                .insert_header((ACCEPT_ENCODING, coding))
                .insert_header((IF_NONE_MATCH, tags.join(", ")));
            let had = anyone.send(had).await.expect(304);
            assert_eq!(etag(&had), etag(&coded));
            assert!(!has(&had, "content-encoding") && !has(&had, "content-type"));
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4);
        let refused = get(
            &app,
            "/v1/posts",
            (ACCEPT_ENCODING.as_str(), "identity;q=0"),
        )
        .await;
        assert_eq!(refused.expect(200).body, plain.body, "better than nothing");
    }
);

on_both!(a_head_is_the_head_of_the_get_and_has_no_body, async |app| {
    app.editor("ada").await.issues("en", "Housing").await;
    let anyone = app.anonymous();
    for path in ["/v1/posts", "/v1/posts/housing", "/v1/posts/nothing"] {
        let whole = anyone.get(path).await;
        let head = anyone.request(Method::HEAD, path);
        let head = anyone.send(head).await.expect(whole.status);
        for name in [
            "etag",
            "cache-control",
            "content-type",
            "vary",
            "surrogate-key",
        ] {
            assert_eq!(
                head.headers.get(name),
                whole.headers.get(name),
                "{path} {name}"
            );
        }
    }
});

on_both!(an_answer_is_revalidated_by_etag_or_date, async |app| {
    let ada = app.editor("ada").await;
    ada.issues("en", "Housing").await;
    app.set_time("2026-05-01T09:00:00Z");
    let first = app.anonymous().get("/v1/posts").await.expect(200);
    for seen in [
        "*".to_owned(),
        etag(&first),
        format!("W/{}", etag(&first)),
        format!("\"a\" , {}", etag(&first)),
    ] {
        let same = get(&app, "/v1/posts", (IF_NONE_MATCH.as_str(), &seen))
            .await
            .expect(304);
        assert_eq!(same.body, Bytes::new(), "{seen}");
        for name in ["etag", "cache-control", "vary", "last-modified"] {
            assert_eq!(same.headers.get(name), first.headers.get(name), "{name}");
        }
    }
    for seen in ["\"a\"", "tomorrow", ""] {
        get(&app, "/v1/posts", (IF_NONE_MATCH.as_str(), seen))
            .await
            .expect(200);
        get(&app, "/v1/posts", (IF_MODIFIED_SINCE.as_str(), seen))
            .await
            .expect(200);
    }
    get(&app, "/v1/posts/nothing", (IF_NONE_MATCH.as_str(), "*"))
        .await
        .expect(404);
});

on_both!(
    an_answer_in_its_last_second_is_sent_whole_because_nginx_misreads_a_304,
    async |app| {
        let ada = app.editor("ada").await;
        let post = ada.issues("en", "Housing").await;
        let end = json!({ "unpublish_at": "2026-05-01T08:00:30Z" });
        ada.schedules(&post, "en", end).await;
        let whole = app.anonymous().get("/v1/posts/housing").await.expect(200);
        let seen = (IF_NONE_MATCH.as_str(), etag(&whole));
        for (now, status, control) in [
            ("2026-05-01T08:00:29Z", 304, "public, max-age=1"),
            ("2026-05-01T08:00:29.001Z", 200, "public, max-age=0"),
        ] {
            app.set_time(now);
            let again = get(&app, "/v1/posts/housing", (seen.0, &seen.1)).await;
            assert_eq!(
                (again.status, again.header("cache-control")),
                (status, control)
            );
            assert_eq!(etag(&again), seen.1);
        }
    }
);

on_both!(no_private_answer_is_cached_or_cacheable, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.issues("en", "Housing").await;
    let link = ada
        .post(
            &format!("{POSTS}/{id}/translations/en/preview-links"),
            json!({}),
        )
        .await;
    let preview = link.expect(201).text("/data/url").to_owned();
    for path in [
        preview.as_str(),
        "/v1/admin/posts",
        "/v1/admin/tags",
        "/v1/admin/users/me",
    ] {
        for _ in 0..2 {
            let read = ada.get(path).await;
            for name in [
                "cache-status",
                "surrogate-key",
                "cache-tag",
                "last-modified",
            ] {
                assert!(!has(&read, name), "{path} {name}");
            }
            assert!(read.header("cache-control").contains("no-store"), "{path}");
        }
    }
    // A request with a token bypasses the cache, whoever the token belongs to.
    let own = ada.get("/v1/posts").await.expect(200);
    assert_eq!(own.header("cache-status"), "tribuna; fwd=bypass");
    assert_eq!(own.header("cache-control"), "private, no-cache");
    for token in ["Basic YTpi", ""] {
        let own = get(&app, "/v1/posts", ("authorization", token))
            .await
            .expect(200);
        assert_eq!(own.header("cache-status"), "tribuna; fwd=bypass", "{token}");
    }
    let bad = get(&app, "/v1/posts", ("authorization", "Bearer nonsense")).await;
    let bad = bad.expect_problem(401, "invalid_token");
    assert_eq!(bad.header("cache-control"), "no-store");
    let anyone = app.anonymous();
    anyone.get("/v1/admin/posts").await.expect(401);
    ada.get("/v1/admin/posts").await.expect(200);
    anyone.get("/v1/admin/posts").await.expect(401);
});

on_both!(a_route_has_its_configured_lifetimes, async |app| {
    app.editor("ada").await.issues("en", "Housing").await;
    let other = app
        .another(&[("TRIBUNA_CACHE_ROUTES", "posts=5/6/7,resolve=300")])
        .await;
    for (path, control) in [
        (
            "/v1/posts",
            "public, max-age=5, stale-while-revalidate=6, stale-if-error=7",
        ),
        (
            "/v1/resolve?kind=post&slug=housing",
            "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400",
        ),
        (
            "/v1/tags",
            "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400",
        ),
    ] {
        let read = other.anonymous().get(path).await.expect(200);
        assert_eq!(read.header("cache-control"), control, "{path}");
    }
});
