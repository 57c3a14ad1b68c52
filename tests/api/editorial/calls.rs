//! Translates a [`Request`] of the model into an HTTP request.

use actix_web::http::Method;
use serde_json::{Map, Value, json};

use super::model::{Draft, Request, Verb, World};
use crate::support::content::{POSTS, translation};

/// The method, the address and the body of a request.
pub struct Call {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

pub fn call(world: &World, request: &Request) -> Call {
    let at = world.posts.get(request.post);
    let id = at.map_or("", |post| post.id.as_str());
    let post = format!("{POSTS}/{id}");
    let lang = translation(id, request.lang);
    let (method, path, body) = match &request.verb {
        Verb::Create(draft) => {
            let mut translation = written(draft);
            translation["lang"] = request.lang.into();
            let body = json!({ "translation": translation });
            (Method::POST, POSTS.to_owned(), Some(body))
        }
        Verb::Put(draft) => (Method::PUT, lang, Some(written(draft))),
        Verb::Patch(draft) => (Method::PATCH, lang, Some(written(draft))),
        Verb::Delete => (Method::DELETE, lang, None),
        Verb::Feature(featured) => (Method::PATCH, post, Some(json!({ "featured": featured }))),
        Verb::Submit => (Method::PUT, format!("{lang}/submission"), Some(json!({}))),
        Verb::Withdraw => (Method::DELETE, format!("{lang}/submission"), None),
        Verb::Take => (Method::PUT, format!("{lang}/review"), Some(json!({}))),
        Verb::Approve => {
            let body = json!({ "verdict": "approved" });
            (Method::PUT, format!("{lang}/review"), Some(body))
        }
        Verb::RequestChanges { with_note } => {
            let mut body = json!({ "verdict": "changes_requested" });
            if *with_note {
                body["note"] = "Say who says so.".into();
            }
            (Method::PUT, format!("{lang}/review"), Some(body))
        }
        Verb::HandBack => (Method::DELETE, format!("{lang}/review"), None),
        Verb::Publish { from, until } => {
            let mut body = Map::new();
            body.extend(from.map(|at| ("publish_at".to_owned(), json!(at))));
            body.extend(until.map(|at| ("unpublish_at".to_owned(), json!(at))));
            (
                Method::PUT,
                format!("{lang}/publication"),
                Some(body.into()),
            )
        }
        Verb::Retime { from, until } => {
            let mut body = Map::new();
            body.extend(from.map(|at| ("publish_at".to_owned(), json!(at))));
            body.extend(until.map(|at| ("unpublish_at".to_owned(), json!(at))));
            (
                Method::PATCH,
                format!("{lang}/publication"),
                Some(body.into()),
            )
        }
        Verb::Postpone { from, until } => {
            let mut body = Map::new();
            body.extend(from.map(|at| ("publish_at".to_owned(), json!(at))));
            body.extend(until.map(|at| ("unpublish_at".to_owned(), json!(at))));
            let path = format!("{lang}/publication/replacement");
            (Method::PATCH, path, Some(body.into()))
        }
        Verb::CancelReplacement => (
            Method::DELETE,
            format!("{lang}/publication/replacement"),
            None,
        ),
        Verb::Unpublish => (Method::DELETE, format!("{lang}/publication"), None),
        Verb::Archive => (Method::PUT, format!("{lang}/archive"), Some(json!({}))),
        Verb::Unarchive => (Method::DELETE, format!("{lang}/archive"), None),
        Verb::Trash => (Method::DELETE, post, None),
        Verb::Restore => (Method::POST, format!("{post}/restoration"), None),
        Verb::Purge => (Method::DELETE, format!("{post}?permanent=true"), None),
        Verb::RestoreRevision(number) => (
            Method::POST,
            format!("{lang}/revisions/{number}/restoration"),
            None,
        ),
        Verb::CopyPost => (Method::POST, format!("{post}/copies"), Some(json!({}))),
        Verb::StartFrom(from) => (Method::POST, format!("{lang}?from={from}"), None),
        Verb::MakeLink { ttl } => {
            let body = ttl.map_or_else(|| json!({}), |ttl| json!({ "ttl": ttl }));
            (Method::POST, format!("{lang}/preview-links"), Some(body))
        }
        Verb::Revoke(link) => {
            let id = &world.links[*link].id;
            (Method::DELETE, format!("{lang}/preview-links/{id}"), None)
        }
    };
    Call { method, path, body }
}

fn written(draft: &Draft) -> Value {
    let mut written = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        written.extend(value.map(|value| (name.to_owned(), value)));
    };
    set("title", draft.title.clone().map(Value::from));
    set("slug", draft.slug.clone().map(Value::from));
    let body = |word: &String| json!({ "format": "markdown", "source": word });
    set("body", draft.word.as_ref().map(body));
    set("take_over", draft.take_over.then_some(true.into()));
    written.into()
}

impl Call {
    /// Returns the call as an operation of a batch.
    pub fn as_operation(&self, if_match: Option<&str>) -> Value {
        let mut operation = json!({ "method": self.method.as_str(), "path": self.path });
        if let Some(body) = &self.body {
            operation["body"] = body.clone();
        }
        if let Some(if_match) = if_match {
            operation["if_match"] = if_match.into();
        }
        operation
    }
}
