//! Which responses are stored, and how many.

#![allow(clippy::unwrap_used)]

use std::rc::Rc;

use actix_web::dev::Service;
use actix_web::rt::spawn;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, web};
use tokio::task::yield_now;

use super::super::Cache;
use super::super::middleware::CacheMiddleware;
use super::{OriginAnswer, answer, with_cache};
use crate::config::{Config, Environment, Flags};

#[test]
fn a_second_request_is_answered_from_the_store() {
    with_cache(&[("TRIBUNA_CACHE_KEYS", "both")], async |site| {
        let first = site.get("/v1/posts?lang=fr&tag=a%20b").await;
        assert_eq!(first.cache_status(), "fwd=miss; stored");
        let again = site.get("/v1/posts?tag=a+b&lang=fr").await;
        assert_eq!((again.status, again.cache_status()), (200, "hit"));
        assert_eq!(again.body, "one");
        for name in [
            "etag",
            "cache-control",
            "content-type",
            "content-language",
            "surrogate-key",
        ] {
            assert_eq!(again.header(name), first.header(name), "{name}");
            assert_ne!(again.header(name), "", "{name}");
        }
        assert_eq!(again.header("cache-tag"), "all,post:1,posts");
        assert_eq!(
            again.header("access-control-allow-origin"),
            "",
            "that was for the first"
        );
        assert_eq!(site.asked(), 1);
        assert_eq!(
            site.get("/v1/posts?lang=es").await.cache_status(),
            "fwd=miss; stored"
        );
        let third = site.get("/v1/posts?lang=fr&tag=a%20b").await;
        assert_eq!(
            third.body.as_ptr(),
            again.body.as_ptr(),
            "the very same bytes"
        );
    });
}

#[test]
fn nothing_is_stored_or_shared_while_nobody_follows_the_log() {
    with_cache(&[], async |site| {
        let (config, _) =
            Config::load(&Flags::default(), &Environment::new(Vec::new(), "")).unwrap();
        let unfollowed = Cache::new(&config, site.clock.clone());
        let app = App::new()
            .app_data(site.origin.clone())
            .wrap(CacheMiddleware(unfollowed))
            .default_service(web::to(answer));
        let app = Rc::new(init_service(app).await);
        site.holds();
        let ask = || {
            let app = app.clone();
            spawn(async move {
                app.call(TestRequest::with_uri("/v1/posts").to_request())
                    .await
            })
        };
        let both = [ask(), ask()];
        for _ in 0..20 {
            yield_now().await;
        }
        site.releases();
        for one in both {
            let response = one.await.unwrap().unwrap();
            assert_eq!(
                response.headers().get("cache-status").unwrap(),
                "tribuna; fwd=miss"
            );
            assert!(response.headers().contains_key("etag"));
        }
        ask().await.unwrap().unwrap();
        assert_eq!(site.asked(), 3);
    });
}

#[test]
fn a_private_answer_is_neither_stored_nor_shared() {
    with_cache(&[], async |site| {
        site.origin_answers(OriginAnswer::Private);
        for _ in 0..2 {
            let own = site.get("/v1/posts").await;
            assert_eq!(
                (&*own.body, own.header("etag"), own.cache_status()),
                (&b"yours"[..], "", "")
            );
        }
        assert_eq!(site.asked(), 2);
        site.shows("nothing told", &[]);
        for _ in 0..2 {
            assert_eq!(site.get("/v1/posts").await.cache_status(), "fwd=miss");
        }
        site.shows("one", &["posts"]);
        site.get("/v1/posts").await;
        let asked = site.asked();
        let authorization = ("authorization", "Bearer x");
        let own = site.with("/v1/posts", authorization).await;
        assert_eq!(
            (own.cache_status(), site.asked()),
            ("fwd=bypass", asked + 1)
        );
        assert_ne!(own.header("etag"), "");
        let long = format!("/v1/posts?q={}", "a".repeat(33_000));
        assert_eq!(site.get(&long).await.cache_status(), "fwd=bypass");
        assert_eq!(
            site.get("/v1/posts?q=%ff").await.cache_status(),
            "fwd=bypass"
        );
        for path in ["/v1/admin/posts", "/v1/auth/sessions", "/docs"] {
            let passed = site.get(path).await;
            assert_eq!(
                (passed.cache_status(), passed.header("etag")),
                ("", ""),
                "{path}"
            );
        }
        let posted = site.send(TestRequest::post().uri("/v1/posts")).await;
        assert_eq!(posted.cache_status(), "");
    });
}

#[test]
fn the_store_is_bounded_and_a_scan_evicts_no_popular_entry() {
    with_cache(&[("TRIBUNA_CACHE_BYTES", "1048576")], async |site| {
        site.shows(&"x".repeat(40_000), &["posts"]);
        let large = site.get("/v1/large").await;
        assert_eq!(large.cache_status(), "fwd=miss", "more than a sixteenth");
        site.shows(&"x".repeat(4000), &["posts"]);
        let hot: Vec<String> = (0..10).map(|one| format!("/v1/posts/{one}")).collect();
        for _ in 0..3 {
            for path in &hot {
                site.get(path).await;
            }
        }
        for one in 0..2000 {
            site.get(&format!("/v1/posts?q={one}")).await;
        }
        for path in &hot {
            assert_eq!(site.get(path).await.cache_status(), "hit", "{path}");
        }
        let weight = site.cache.weight();
        assert!((500_000..=1_048_576).contains(&weight), "{weight}");
    });
}
