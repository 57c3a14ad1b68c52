//! The middleware, in front of a handler that the tests hold in their hands.

#![allow(clippy::unwrap_used)]

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::Service;
use actix_web::http::header::{ContentType, HeaderMap};
use actix_web::rt::{System, spawn};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, ResponseError};
use tokio::sync::Notify;
use tokio::task::yield_now;

use super::Cache;
use super::middleware::CacheMiddleware;
use super::surrogate_keys::{Cacheable, SurrogateKeys};
use crate::clock::Clock;
use crate::config::{Config, Environment, Flags};
use crate::error::Error;
use crate::timestamp::Timestamp;

/// What stands behind the cache.
struct Origin {
    says: RefCell<Says>,
    asked: Cell<usize>,
    /// While it is held, it knows what to say, but does not say it.
    held: Cell<bool>,
    go: Notify,
}

#[derive(Clone)]
enum Says {
    /// Something for the public.
    Shown(String, Cacheable),
    /// Something for who asks.
    Private,
    /// That it cannot.
    Fails(fn() -> Error),
}

async fn answer(request: HttpRequest) -> HttpResponse {
    let origin = request.app_data::<Rc<Origin>>().unwrap().clone();
    for name in ["accept-encoding", "if-none-match", "if-modified-since"] {
        assert!(
            !request.headers().contains_key(name),
            "{name} is for the cache"
        );
    }
    origin.asked.set(origin.asked.get() + 1);
    let says = origin.says.borrow().clone();
    if origin.held.get() {
        origin.go.notified().await;
    }
    match says {
        Says::Shown(text, shown) => {
            let mut response = HttpResponse::Ok()
                .content_type(ContentType::json())
                .insert_header(("content-language", "en"))
                .insert_header(("access-control-allow-origin", "https://first.example.org"))
                .body(text);
            response.extensions_mut().insert(shown);
            response
        }
        Says::Private => HttpResponse::Ok().body("yours"),
        Says::Fails(error) => error().error_response(),
    }
}

type Heard = Pin<Box<dyn Future<Output = Answer>>>;

/// A cache whose log is followed, in front of an origin, at a time of its own.
#[derive(Clone)]
struct Stage {
    cache: Cache,
    clock: Clock,
    origin: Rc<Origin>,
    app: Rc<dyn Fn(TestRequest) -> Heard>,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// What the cache says it did, its name aside.
    fn how(&self) -> &str {
        self.header("cache-status").trim_start_matches("tribuna; ")
    }
}

fn keys(keys: &[&str]) -> SurrogateKeys {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

fn on_stage<F: Future<Output = ()>>(settings: &[(&str, &str)], play: impl FnOnce(Stage) -> F) {
    System::new().block_on(async { play(Stage::new(settings).await).await });
}

impl Stage {
    async fn new(settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let (config, _) = Config::load(&Flags::default(), &Environment::new(settings, "")).unwrap();
        let clock = Clock::manual("2026-05-01T08:00:00.250Z".parse().unwrap());
        let cache = Cache::new(&config, clock.clone());
        cache.confirm();
        let origin = Rc::new(Origin {
            says: RefCell::new(Says::Private),
            asked: Cell::new(0),
            held: Cell::new(false),
            go: Notify::new(),
        });
        let app = App::new()
            .app_data(origin.clone())
            .wrap(CacheMiddleware(cache.clone()))
            .default_service(web::to(answer));
        let app = Rc::new(init_service(app).await);
        let stage = Self {
            cache,
            clock,
            origin,
            app: Rc::new(move |request| {
                let app = app.clone();
                Box::pin(async move {
                    let response = app.call(request.to_request()).await.unwrap();
                    let (_, response) = response.into_parts();
                    let (head, body) = response.into_parts();
                    Answer {
                        status: head.status().as_u16(),
                        headers: head.headers().clone(),
                        body: body.try_into_bytes().unwrap_or_default(),
                    }
                })
            }),
        };
        stage.shows("one", &["posts", "post:1"]);
        stage
    }

    fn shows(&self, text: &str, shown: &[&str]) {
        self.shows_until(text, shown, None);
    }

    fn shows_until(&self, text: &str, shown: &[&str], until: Option<&str>) {
        let until = until.map(|until| until.parse().unwrap());
        let keys = keys(shown);
        *self.origin.says.borrow_mut() = Says::Shown(text.into(), Cacheable { keys, until });
    }

    fn says(&self, says: Says) {
        *self.origin.says.borrow_mut() = says;
    }

    fn asked(&self) -> usize {
        self.origin.asked.get()
    }

    fn pass(&self, millis: i64) {
        let now = self.clock.now().millis() + millis;
        self.clock.set(Timestamp::from_millis(now));
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::with_uri(path)).await
    }

    async fn with(&self, path: &str, header: (&'static str, &str)) -> Answer {
        self.send(TestRequest::with_uri(path).insert_header(header))
            .await
    }

    async fn send(&self, request: TestRequest) -> Answer {
        (self.app)(request).await
    }

    /// Asks, and goes on as soon as it waits for the origin.
    async fn begins(&self, path: &str) -> actix_web::rt::task::JoinHandle<Answer> {
        let request = (self.app)(TestRequest::with_uri(path));
        let begun = spawn(request);
        for _ in 0..20 {
            yield_now().await;
        }
        begun
    }

    fn holds(&self) {
        self.origin.held.set(true);
    }

    /// All who wait now are answered.
    fn lets_go(&self) {
        self.origin.held.set(false);
        self.origin.go.notify_waiters();
    }
}

#[test]
fn what_was_said_once_is_said_from_memory() {
    on_stage(&[], async |stage| {
        let first = stage.get("/v1/posts?lang=fr&tag=a%20b").await;
        assert_eq!(first.how(), "fwd=miss; stored");
        let again = stage.get("/v1/posts?tag=a+b&lang=fr").await;
        assert_eq!((again.status, again.how()), (200, "hit"));
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
        assert_eq!(again.header("cache-tag"), "post:1,posts");
        assert_eq!(
            again.header("access-control-allow-origin"),
            "",
            "that was for the first"
        );
        assert_eq!(stage.asked(), 1);
        assert_eq!(
            stage.get("/v1/posts?lang=es").await.how(),
            "fwd=miss; stored"
        );
        let third = stage.get("/v1/posts?lang=fr&tag=a%20b").await;
        assert_eq!(
            third.body.as_ptr(),
            again.body.as_ptr(),
            "the very same bytes"
        );
    });
}

#[test]
fn while_nobody_follows_the_log_nothing_is_kept_or_shared() {
    on_stage(&[], async |stage| {
        let (config, _) =
            Config::load(&Flags::default(), &Environment::new(Vec::new(), "")).unwrap();
        let unfollowed = Cache::new(&config, stage.clock.clone());
        let app = App::new()
            .app_data(stage.origin.clone())
            .wrap(CacheMiddleware(unfollowed))
            .default_service(web::to(answer));
        let app = Rc::new(init_service(app).await);
        stage.holds();
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
        stage.lets_go();
        for one in both {
            let response = one.await.unwrap().unwrap();
            assert_eq!(
                response.headers().get("cache-status").unwrap(),
                "tribuna; fwd=miss"
            );
            assert!(response.headers().contains_key("etag"));
        }
        ask().await.unwrap().unwrap();
        assert_eq!(stage.asked(), 3);
    });
}

#[test]
fn a_touch_drops_what_shows_it_and_nothing_else() {
    on_stage(&[], async |stage| {
        stage.get("/v1/posts/1").await;
        stage.shows("two", &["post:2"]);
        stage.get("/v1/posts/2").await;
        stage.cache.invalidate(&keys(&["post:1", "posts:fr"]), None);
        stage.shows("new", &["post:1"]);
        let touched = stage.get("/v1/posts/1").await;
        assert_eq!(
            (touched.how(), &*touched.body),
            ("fwd=miss; stored", &b"new"[..])
        );
        assert_eq!(stage.get("/v1/posts/2").await.how(), "hit");
        stage.cache.clear();
        assert_eq!(stage.get("/v1/posts/2").await.how(), "fwd=miss; stored");
    });
}

#[test]
fn an_answer_begun_before_a_change_is_neither_kept_nor_given_to_who_asks_after_it() {
    on_stage(&[], async |stage| {
        stage.holds();
        let before = stage.begins("/v1/posts").await;
        stage.cache.invalidate(&keys(&["posts"]), None);
        stage.shows("two", &["posts"]);
        let after = stage.begins("/v1/posts").await;
        stage.lets_go();
        let before = before.await.unwrap();
        assert_eq!((&*before.body, before.how()), (&b"one"[..], "fwd=miss"));
        let after = after.await.unwrap();
        assert_eq!(
            (&*after.body, after.how()),
            (&b"two"[..], "fwd=miss; stored")
        );
        let kept = stage.get("/v1/posts").await;
        assert_eq!((&*kept.body, kept.how()), (&b"two"[..], "hit"));
    });
}

#[test]
fn a_change_of_something_else_meanwhile_does_not_keep_an_answer_from_being_kept() {
    on_stage(&[], async |stage| {
        stage.holds();
        let begun = stage.begins("/v1/posts").await;
        stage.cache.invalidate(&keys(&["post:9"]), None);
        stage.lets_go();
        assert_eq!(begun.await.unwrap().how(), "fwd=miss; stored");
    });
}

#[test]
fn however_many_ask_at_once_the_origin_is_asked_once() {
    for bytes in ["134217728", "0"] {
        on_stage(&[("TRIBUNA_CACHE_BYTES", bytes)], async |stage| {
            stage.holds();
            let mut all = Vec::new();
            for _ in 0..20 {
                all.push(stage.begins("/v1/posts").await);
            }
            stage.lets_go();
            let mut collapsed = 0;
            for one in all {
                let one = one.await.unwrap();
                assert_eq!(&*one.body, b"one");
                collapsed += usize::from(one.how().ends_with("collapsed"));
            }
            assert_eq!((stage.asked(), collapsed), (1, 19));
            let kept = stage.get("/v1/posts").await.how() == "hit";
            assert_eq!(kept, bytes != "0");
        });
    }
}

#[test]
fn when_the_first_hangs_up_the_next_asks() {
    on_stage(&[], async |stage| {
        stage.holds();
        let first = stage.begins("/v1/posts").await;
        let second = stage.begins("/v1/posts").await;
        let third = stage.begins("/v1/posts").await;
        assert_eq!(stage.asked(), 1);
        first.abort();
        for _ in 0..20 {
            yield_now().await;
        }
        assert_eq!(stage.asked(), 2);
        stage.lets_go();
        let (second, third) = (second.await.unwrap(), third.await.unwrap());
        assert_eq!((&*second.body, &*third.body), (&b"one"[..], &b"one"[..]));
        assert_eq!(stage.asked(), 2);
    });
}

#[test]
fn what_is_for_one_reader_is_neither_kept_nor_shared() {
    on_stage(&[], async |stage| {
        stage.says(Says::Private);
        for _ in 0..2 {
            let own = stage.get("/v1/posts").await;
            assert_eq!(
                (&*own.body, own.header("etag"), own.how()),
                (&b"yours"[..], "", "")
            );
        }
        assert_eq!(stage.asked(), 2);
        stage.shows("nothing told", &[]);
        for _ in 0..2 {
            assert_eq!(stage.get("/v1/posts").await.how(), "fwd=miss");
        }
        stage.shows("one", &["posts"]);
        stage.get("/v1/posts").await;
        for header in [("authorization", "Bearer x"), ("accept", "text/html")] {
            let asked = stage.asked();
            let own = stage.with("/v1/posts", header).await;
            assert_eq!((own.how(), stage.asked()), ("fwd=bypass", asked + 1));
            assert_ne!(own.header("etag"), "");
        }
        let long = format!("/v1/posts?q={}", "a".repeat(33_000));
        assert_eq!(stage.get(&long).await.how(), "fwd=bypass");
        assert_eq!(stage.get("/v1/posts?q=%ff").await.how(), "fwd=bypass");
        for path in [
            "/v1/admin/posts",
            "/v1/auth/sessions",
            "/v1/previews/x",
            "/docs",
        ] {
            let passed = stage.get(path).await;
            assert_eq!((passed.how(), passed.header("etag")), ("", ""), "{path}");
        }
        let posted = stage.send(TestRequest::post().uri("/v1/posts")).await;
        assert_eq!(posted.how(), "");
    });
}

#[test]
fn that_nothing_is_there_is_kept_for_a_second_or_until_any_change() {
    on_stage(&[], async |stage| {
        let absences: [fn() -> Error; 3] = [
            || Error::NotFound,
            || Error::Gone,
            || Error::Moved("/v1/posts/2".into()),
        ];
        for (error, status) in absences.into_iter().zip([404, 410, 308]) {
            let path = format!("/v1/posts/{status}");
            stage.says(Says::Fails(error));
            let first = stage.get(&path).await;
            assert_eq!((first.status, first.how()), (status, "fwd=miss; stored"));
            stage.pass(999);
            let again = stage.get(&path).await;
            assert_eq!((again.status, again.how()), (status, "hit"));
            assert_eq!(again.header("location"), first.header("location"));
            stage.pass(1);
            stage.cache.confirm();
            assert_eq!(stage.get(&path).await.how(), "fwd=stale; stored");
            stage.cache.invalidate(&keys(&["tag:9"]), None);
            assert_eq!(stage.get(&path).await.how(), "fwd=miss; stored");
        }
        stage.says(Says::Fails(|| {
            Error::parameter("limit", "too_large", "must be at most 100")
        }));
        for _ in 0..2 {
            let refused = stage.get("/v1/posts?limit=101").await;
            assert_eq!((refused.status, refused.how()), (400, ""));
        }
    });
}

#[test]
fn a_failure_is_shared_with_who_waits_but_never_kept() {
    on_stage(&[], async |stage| {
        stage.says(Says::Fails(|| Error::Unavailable("gone away".into())));
        stage.holds();
        let both = [
            stage.begins("/v1/posts").await,
            stage.begins("/v1/posts").await,
        ];
        stage.lets_go();
        for one in both {
            let one = one.await.unwrap();
            assert_eq!((one.status, one.header("retry-after")), (503, "5"));
        }
        assert_eq!(stage.asked(), 1);
        assert_eq!(stage.get("/v1/posts").await.how(), "fwd=miss");
        assert_eq!(stage.asked(), 2);
    });
}

#[test]
fn what_nobody_has_confirmed_for_a_second_is_asked_for_anew_and_served_only_on_failure() {
    on_stage(&[("TRIBUNA_CACHE_STALE_IF_ERROR", "100")], async |stage| {
        stage.get("/v1/posts").await;
        stage.pass(1000);
        assert_eq!(stage.get("/v1/posts").await.how(), "hit");
        stage.pass(1);
        stage.shows("two", &["posts"]);
        let anew = stage.get("/v1/posts").await;
        assert_eq!(
            (anew.how(), &*anew.body),
            ("fwd=stale; stored", &b"two"[..])
        );
        stage.says(Says::Fails(|| Error::Unavailable("gone away".into())));
        stage.holds();
        let both = [
            stage.begins("/v1/posts").await,
            stage.begins("/v1/posts").await,
        ];
        stage.lets_go();
        for one in both {
            let one = one.await.unwrap();
            assert_eq!((one.status, one.how()), (200, "hit; detail=stale-if-error"));
            assert_eq!(one.header("cache-control"), "public, max-age=0");
            assert_eq!(&*one.body, b"two");
        }
        stage.pass(160_000);
        assert_eq!(
            stage.get("/v1/posts").await.status,
            503,
            "for longer than may be"
        );
        stage.pass(-100_000);
        assert_eq!(stage.get("/v1/posts").await.status, 200);
        stage.cache.invalidate(&keys(&["posts"]), None);
        assert_eq!(
            stage.get("/v1/posts").await.status,
            503,
            "it is known to be another"
        );
    });
}

#[test]
fn nothing_is_served_at_the_moment_that_makes_it_another_or_after_it() {
    on_stage(&[], async |stage| {
        stage.shows_until("one", &["posts"], Some("2026-05-01T08:00:30Z"));
        let first = stage.get("/v1/posts").await;
        assert_eq!(first.header("cache-control"), "public, max-age=29");
        stage.pass(29_749);
        stage.cache.confirm();
        let last = stage.get("/v1/posts").await;
        assert_eq!(
            (last.how(), last.header("cache-control")),
            ("hit", "public, max-age=0")
        );
        stage.pass(1);
        stage.says(Says::Fails(|| Error::Unavailable("gone away".into())));
        assert_eq!(stage.get("/v1/posts").await.status, 503);
        stage.shows("two", &["posts"]);
        let next = stage.get("/v1/posts").await;
        assert_eq!(
            (next.how(), &*next.body),
            ("fwd=stale; stored", &b"two"[..])
        );
        stage.pass(3000);
        stage.cache.confirm();
        let next = stage.get("/v1/posts").await;
        assert_eq!(
            next.header("last-modified"),
            "Fri, 01 May 2026 08:00:30 GMT"
        );
    });
}

#[test]
fn lifetimes_are_those_of_the_route() {
    let routes = ("TRIBUNA_CACHE_ROUTES", "posts=5/6/7,tags=300");
    on_stage(&[routes, ("TRIBUNA_CACHE_MAX_AGE", "90")], async |stage| {
        for (path, control) in [
            (
                "/v1/posts/x",
                "public, max-age=5, stale-while-revalidate=6, stale-if-error=7",
            ),
            (
                "/v1/tags",
                "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400",
            ),
            (
                "/v1/authors",
                "public, max-age=90, stale-while-revalidate=600, stale-if-error=86400",
            ),
        ] {
            for _ in 0..2 {
                assert_eq!(
                    stage.get(path).await.header("cache-control"),
                    control,
                    "{path}"
                );
            }
        }
    });
}

#[test]
fn a_reader_who_has_it_is_told_so_from_memory() {
    on_stage(&[], async |stage| {
        stage.cache.invalidate(
            &SurrogateKeys::new(),
            Some("2026-05-01T07:59:57.900Z".parse().unwrap()),
        );
        let first = stage.get("/v1/posts").await;
        let tag = first.header("etag").to_owned();
        let date = "Fri, 01 May 2026 07:59:57 GMT";
        assert_eq!(first.header("last-modified"), date);
        for header in [
            ("if-none-match", &*format!("\"x\", W/{tag}")),
            ("if-none-match", "*"),
            ("if-modified-since", date),
        ] {
            let had = stage.with("/v1/posts", header).await;
            assert_eq!(
                (had.status, had.how(), had.body.len()),
                (304, "hit", 0),
                "{header:?}"
            );
            for name in [
                "etag",
                "cache-control",
                "last-modified",
                "surrogate-key",
                "cache-tag",
            ] {
                assert_eq!(had.header(name), first.header(name), "{name}");
            }
            for name in ["content-type", "content-language", "content-length"] {
                assert_eq!(had.header(name), "", "{name}");
            }
        }
        for header in [
            ("if-none-match", "\"x\""),
            ("if-modified-since", "Fri, 01 May 2026 07:59:56 GMT"),
            ("if-modified-since", "yesterday"),
        ] {
            assert_eq!(
                stage.with("/v1/posts", header).await.status,
                200,
                "{header:?}"
            );
        }
        let newer = TestRequest::with_uri("/v1/posts")
            .insert_header(("if-none-match", "\"x\""))
            .insert_header(("if-modified-since", date));
        assert_eq!(stage.send(newer).await.status, 200, "the tag decides");
        assert_eq!(stage.asked(), 1);
        let cold = stage
            .with("/v1/posts?page=2", ("if-none-match", &tag))
            .await;
        assert_eq!((cold.status, cold.how()), (304, "fwd=miss; stored"));
    });
}

#[test]
fn two_states_of_an_answer_never_have_the_same_date() {
    on_stage(&[], async |stage| {
        assert_eq!(stage.get("/v1/posts").await.header("last-modified"), "");
        stage
            .cache
            .invalidate(&keys(&["posts"]), Some(stage.clock.now()));
        let during = stage.get("/v1/posts").await;
        assert_eq!(
            during.header("last-modified"),
            "",
            "another change may come this second"
        );
        stage.pass(2749);
        stage.cache.confirm();
        let soon = stage.get("/v1/posts").await;
        assert_eq!(soon.header("last-modified"), "", "nor may be told of");
        stage.pass(1);
        let after = stage.get("/v1/posts").await;
        assert_eq!(
            after.header("last-modified"),
            "Fri, 01 May 2026 08:00:00 GMT"
        );
        assert_eq!(after.how(), "hit");
        let long_ago = "2026-05-01T08:00:00.900Z".parse().unwrap();
        stage.cache.invalidate(&keys(&["posts"]), Some(long_ago));
        stage.pass(60_000);
        let late = stage.get("/v1/posts").await;
        assert_eq!(
            late.header("last-modified"),
            "Fri, 01 May 2026 08:00:03 GMT"
        );
    });
}

#[test]
fn each_coding_is_made_once_and_has_a_validator_of_its_own() {
    on_stage(&[], async |stage| {
        let long = "Rent in Lagos. ".repeat(300);
        stage.shows(&long, &["posts"]);
        let plain = stage.get("/v1/posts").await;
        let mut tags = vec![plain.header("etag").to_owned()];
        for (wish, coding) in [
            ("br", "br"),
            ("zstd", "zstd"),
            ("gzip", "gzip"),
            ("gzip, br", "br"),
        ] {
            let wish = ("accept-encoding", wish);
            let first = stage.with("/v1/posts", wish).await;
            assert_eq!(first.header("content-encoding"), coding);
            assert!(first.body.len() < long.len() / 10);
            let again = stage.with("/v1/posts", wish).await;
            assert_eq!(again.body.as_ptr(), first.body.as_ptr(), "made once");
            assert_eq!(
                (again.header("etag"), again.how()),
                (first.header("etag"), "hit")
            );
            let had = TestRequest::with_uri("/v1/posts")
                .insert_header(wish)
                .insert_header(("if-none-match", first.header("etag")));
            let had = stage.send(had).await;
            assert_eq!((had.status, had.header("content-encoding")), (304, ""));
            tags.push(first.header("etag").to_owned());
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{tags:?}");
        assert_eq!(stage.asked(), 1);
        stage.shows("short", &["posts"]);
        let short = stage
            .with("/v1/posts?short", ("accept-encoding", "br"))
            .await;
        assert_eq!(
            (short.header("content-encoding"), &*short.body),
            ("", &b"short"[..])
        );
    });
}

#[test]
fn coded_forms_take_no_more_room_than_they_are_given_and_never_more_bytes() {
    on_stage(&[], async |stage| {
        // Hexadecimal digits of a generator shrink to somewhat more than half: two codings fit, the third does not.
        let mut state = 1_u64;
        let noise: String = (0..20_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                char::from_digit(u32::try_from((state >> 33) % 16).unwrap(), 16).unwrap()
            })
            .collect();
        stage.shows(&noise, &["posts"]);
        let mut coded = Vec::new();
        for coding in ["br", "zstd", "gzip"] {
            let sent = stage.with("/v1/posts", ("accept-encoding", coding)).await;
            let again = stage.with("/v1/posts", ("accept-encoding", coding)).await;
            assert_eq!(again.body.as_ptr(), sent.body.as_ptr(), "{coding}");
            if sent.header("content-encoding").is_empty() {
                assert_eq!(sent.body, noise);
            } else {
                coded.push(sent.body.len());
            }
        }
        assert_eq!(coded.len(), 2, "{coded:?}");
        assert!(coded.iter().sum::<usize>() <= noise.len() + noise.len() / 2);
    });
}

#[test]
fn what_is_kept_is_bounded_and_who_comes_once_pushes_out_nobody() {
    on_stage(&[("TRIBUNA_CACHE_BYTES", "1048576")], async |stage| {
        stage.shows(&"x".repeat(40_000), &["posts"]);
        let large = stage.get("/v1/large").await;
        assert_eq!(large.how(), "fwd=miss", "more than a sixteenth");
        stage.shows(&"x".repeat(4000), &["posts"]);
        let hot: Vec<String> = (0..10).map(|one| format!("/v1/posts/{one}")).collect();
        for _ in 0..3 {
            for path in &hot {
                stage.get(path).await;
            }
        }
        for one in 0..2000 {
            stage.get(&format!("/v1/posts?q={one}")).await;
        }
        for path in &hot {
            assert_eq!(stage.get(path).await.how(), "hit", "{path}");
        }
        let weight = stage.cache.weight();
        assert!((500_000..=1_048_576).contains(&weight), "{weight}");
    });
}
