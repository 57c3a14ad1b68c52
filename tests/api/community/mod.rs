//! What people write who need no account.

mod cached;
mod copies;
mod guard;
mod importing;
mod moderation;
mod notices;
mod threads;
mod writing;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// The address of the comments of a post.
fn comments(post: &str) -> String {
    format!("/v1/posts/{post}/comments")
}

/// A comment of the person with this name.
fn comment(name: &str, text: &str) -> Value {
    json!({ "name": name, "email": format!("{}@example.org", name.to_lowercase()), "text": text })
}

/// An answer to a comment.
fn answer(name: &str, text: &str, parent: &str) -> Value {
    let mut new = comment(name, text);
    new["parent"] = parent.into();
    new
}

impl TestApp {
    /// A published post that takes comments of everyone. `more` is added to the settings of the site.
    async fn open_post(&self, more: Value) -> String {
        let boss = self.admin("boss").await;
        let mut settings = json!({ "mode": "open" });
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        boss.opens_comments(settings).await;
        self.editor("ada").await.issues("en", "Housing").await
    }
}

impl Client {
    /// Decides about a comment, in whatever version.
    async fn decides(&self, comment: &str, decision: Value) -> Answer {
        let path = format!("/v1/admin/comments/{comment}/state");
        self.put(&path, decision).await
    }
}
