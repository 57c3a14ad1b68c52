//! Tests of the middleware in front of an origin whose responses the tests choose.

#![allow(clippy::unwrap_used)]

mod codings;
mod freshness;
mod invalidation;
mod sharing;
mod storing;
mod validation;

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
use super::cacheable::Cacheable;
use super::middleware::CacheMiddleware;
use crate::clock::Clock;
use crate::config::{Config, Environment, Flags};
use crate::error::Error;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The handler behind the cache.
struct Origin {
    answer: RefCell<OriginAnswer>,
    asked: Cell<usize>,
    /// While the lock is held, the handler has chosen its response but does not send it.
    held: Cell<bool>,
    go: Notify,
}

#[derive(Clone)]
enum OriginAnswer {
    /// A cacheable text.
    Cacheable(String, Cacheable),
    /// A text that must not be cached.
    Private,
    /// An error.
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
    let answer = origin.answer.borrow().clone();
    if origin.held.get() {
        origin.go.notified().await;
    }
    match answer {
        OriginAnswer::Cacheable(text, cacheable) => {
            let mut response = HttpResponse::Ok()
                .content_type(ContentType::json())
                .insert_header(("content-language", "en"))
                .insert_header(("access-control-allow-origin", "https://first.example.org"))
                .body(text);
            response.extensions_mut().insert(cacheable);
            response
        }
        OriginAnswer::Private => HttpResponse::Ok().body("yours"),
        OriginAnswer::Fails(error) => error().error_response(),
    }
}

type AnswerFuture = Pin<Box<dyn Future<Output = Answer>>>;

/// A confirmed cache with a clock of its own, in front of an origin.
#[derive(Clone)]
struct Site {
    cache: Cache,
    clock: Clock,
    origin: Rc<Origin>,
    app: Rc<dyn Fn(TestRequest) -> AnswerFuture>,
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

    /// Returns `Cache-Status` without the name of the cache.
    fn cache_status(&self) -> &str {
        self.header("cache-status").trim_start_matches("tribuna; ")
    }
}

fn keys(keys: &[&str]) -> SurrogateKeys {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

fn with_cache<F: Future<Output = ()>>(settings: &[(&str, &str)], test: impl FnOnce(Site) -> F) {
    System::new().block_on(async { test(Site::new(settings).await).await });
}

impl Site {
    async fn new(settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let (config, _) = Config::load(&Flags::default(), &Environment::new(settings, "")).unwrap();
        let clock = Clock::manual("2026-05-01T08:00:00.250Z".parse().unwrap());
        let cache = Cache::new(&config, clock.clone());
        cache.confirm();
        let origin = Rc::new(Origin {
            answer: RefCell::new(OriginAnswer::Private),
            asked: Cell::new(0),
            held: Cell::new(false),
            go: Notify::new(),
        });
        let app = App::new()
            .app_data(origin.clone())
            .wrap(CacheMiddleware(cache.clone()))
            .default_service(web::to(answer));
        let app = Rc::new(init_service(app).await);
        let site = Self {
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
        site.shows("one", &["posts", "post:1"]);
        site
    }

    fn shows(&self, text: &str, shown: &[&str]) {
        self.shows_until(text, shown, None);
    }

    fn shows_until(&self, text: &str, shown: &[&str], until: Option<&str>) {
        let until = until.map(|until| until.parse().unwrap());
        let keys = keys(shown);
        let cacheable = Cacheable {
            keys,
            until,
            ..Cacheable::default()
        };
        self.origin_answers(OriginAnswer::Cacheable(text.into(), cacheable));
    }

    fn origin_answers(&self, answer: OriginAnswer) {
        *self.origin.answer.borrow_mut() = answer;
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

    /// Sends a request, and returns as soon as it waits for the origin or for a leader.
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

    /// Lets the handler send the responses that were held back.
    fn releases(&self) {
        self.origin.held.set(false);
        self.origin.go.notify_waiters();
    }
}
