//! The Tribuna that all tests share, and its editor.

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use limit::http::ask;
use serde_json::{Value, json};

use crate::guard::{Guarded, folder};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery";
/// The maximum time to wait for a condition.
const PATIENCE: Duration = Duration::from_secs(20);

/// `max-age`, `stale-while-revalidate` and `stale-if-error` of each resource.
///
/// - posts: stale after one second; stale answers are allowed for long while the cache revalidates
/// - tags: stale after one second; stale answers are allowed only after an error
/// - organizations: stale after one second; stale answers are allowed for one second, only after an error
const ROUTES: &str = "posts=1/60/60,tags=1/0/60,organizations=1/0/1";

pub struct Origin {
    pub address: String,
    token: String,
    _server: Guarded,
}

/// A public resource.
pub struct Thing {
    pub id: String,
    pub slug: String,
    /// The delivery address.
    pub target: String,
}

impl Origin {
    pub fn get() -> &'static Self {
        static ORIGIN: OnceLock<Origin> = OnceLock::new();
        ORIGIN.get_or_init(Self::open)
    }

    fn open() -> Self {
        let folder = folder();
        let database = format!("sqlite://{}/tribuna.db", folder.display());
        let settings = [
            ("DATABASE_URL", database.as_str()),
            ("TRIBUNA_LISTEN", "127.0.0.1:0"),
            ("TRIBUNA_WORKERS", "2"),
            ("TRIBUNA_ADMIN_EMAIL", EMAIL),
            ("TRIBUNA_ADMIN_PASSWORD", PASSWORD),
            ("TRIBUNA_CACHE_ROUTES", ROUTES),
            // Varnish needs one of the two headers; both together make the longest heads.
            ("TRIBUNA_CACHE_KEYS", "both"),
            ("RUST_LOG", "warn"),
        ];
        let program = Path::new(env!("CARGO_BIN_EXE_tribuna"));
        let server = Guarded::start(&folder, program, &["serve", "--demo"], &settings);
        let address = eventually("the server listens", || {
            let log = server.log();
            let (_, rest) = log.split_once("listens on ")?;
            let (address, _) = rest.split_once(',')?;
            Some(address.to_owned())
        });
        let mut origin = Self {
            address,
            token: String::new(),
            _server: server,
        };
        let login = origin.write(
            "POST",
            "/v1/auth/login",
            &json!({ "email": EMAIL, "password": PASSWORD }),
        );
        origin.token = format!("Bearer {}", login["access_token"].as_str().unwrap());
        origin
    }

    /// The value of `Authorization`.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Publishes a post with a unique title, long enough to be compressed.
    pub fn post(&self, title: &str) -> Thing {
        let translation = json!({ "lang": "en", "title": title, "body": body("first") });
        let made = self.write(
            "POST",
            "/v1/admin/posts",
            &json!({ "translation": translation }),
        );
        let post = Thing::of(&made, "posts", &slug(title));
        self.publish(&post, &json!({}));
        post
    }

    /// Publishes a post again, with another word in it.
    pub fn rewrite(&self, post: &Thing, word: &str) {
        let target = format!("/v1/admin/posts/{}/translations/en", post.id);
        self.write("PATCH", &target, &json!({ "body": body(word) }));
        self.publish(post, &json!({}));
    }

    pub fn publish(&self, post: &Thing, when: &Value) {
        self.write("PUT", &publication(post), when);
    }

    pub fn take_down(&self, post: &Thing) {
        self.write("DELETE", &publication(post), &Value::Null);
    }

    /// Creates a tag with this name.
    pub fn tag(&self, name: &str) -> Thing {
        let made = self.write(
            "POST",
            "/v1/admin/tags",
            &json!({ "translations": { "en": { "name": name } } }),
        );
        Thing::of(&made, "tags", &slug(name))
    }

    /// Creates an organization with this name.
    pub fn organization(&self, name: &str) -> Thing {
        let made = self.write("POST", "/v1/admin/organizations", &json!({ "name": name }));
        Thing::of(&made, "organizations", &slug(name))
    }

    fn write(&self, method: &str, target: &str, body: &Value) -> Value {
        let headers = [
            ("authorization", self.token.as_str()),
            ("content-type", "application/json"),
        ];
        let headers = if self.token.is_empty() {
            &headers[1..]
        } else {
            &headers
        };
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let answer = ask(&self.address, method, target, headers, &body).unwrap();
        assert!(
            answer.status < 300,
            "{method} {target}: {} {}",
            answer.status,
            answer.text()
        );
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }
}

impl Thing {
    fn of(made: &Value, noun: &str, slug: &str) -> Self {
        Self {
            id: made["data"]["id"].as_str().unwrap().to_owned(),
            slug: slug.to_owned(),
            target: format!("/v1/{noun}/{slug}"),
        }
    }
}

fn publication(post: &Thing) -> String {
    format!("/v1/admin/posts/{}/translations/en/publication", post.id)
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn body(word: &str) -> Value {
    let source = format!("This is the {word} text, and it goes on for a while.\n\n").repeat(40);
    json!({ "format": "markdown", "source": source })
}

/// Repeats `look` until it returns a value.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
