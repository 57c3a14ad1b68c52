//! Copies of the content elsewhere: sync, snapshots and events. In the end, every copy equals a full read.

mod convergence;
mod copy;
mod events;
mod listeners;
mod one_edit;
mod snapshot;
mod tokens;
mod tombstones;
mod waiting;

use serde_json::Value;

use crate::support::client::Client;

/// The items of all pages from an address on, and the address at which the copy continues.
async fn drained(client: &Client, address: &str) -> (Vec<Value>, String) {
    let (mut items, mut next) = (Vec::new(), address.to_owned());
    loop {
        let page = client.get(&next).await.expect(200);
        items.extend(page.items().iter().cloned());
        page.text("/page/next").clone_into(&mut next);
        if page.at("/page/more") == false {
            return (items, next);
        }
    }
}

/// Begins a copy with this filter, and returns the address at which it continues.
async fn begun(client: &Client, filter: &str) -> String {
    let address = format!("/v1/sync?initial=true{filter}");
    drained(client, &address).await.1
}

/// What to do with an item, in short: `upsert fr Title`, or `delete fr unpublished`.
fn told(item: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lang = text(&item["lang"]);
    let kind = match item["kind"].as_str() {
        Some("post") => "post",
        Some(kind) => kind,
        None => "nothing",
    };
    let shown = &item[kind];
    let what = match shown["title"].as_str().or(shown["name"].as_str()) {
        Some(name) => name.to_owned(),
        None => text(&item["reason"]),
    };
    let words = [text(&item["op"]), lang, what];
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The same for all items.
fn all_told(items: &[Value]) -> Vec<String> {
    items.iter().map(told).collect()
}
