//! API keys: their management, what they may do, and how soon a change applies.

mod limits;
mod management;
mod requests;
mod takedowns;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;

const KEYS: &str = "/v1/admin/keys";

fn new(scopes: &[&str]) -> Value {
    json!({ "name": "City Network", "scopes": scopes })
}

/// A key with these members, as the client that has it, and its id.
async fn key(app: &TestApp, new: Value) -> (Client, String) {
    let boss = app.admin("boss").await;
    let made = boss.post(KEYS, new).await.expect(201);
    (app.bearer(made.text("/data/secret")), made.id())
}
