//! Deliveries of a webhook: posts are published one after another, and then all of them change at once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tribuna::cli::Interrupt;
use tribuna::clock::Clock;
use tribuna::timestamp::Timestamp;

use crate::Outcome;
use crate::harness::editor::Editor;
use crate::harness::site::{Database, Site};
use crate::harness::table::{Row, Table};
use crate::reader::wait;
use crate::receiver::{Message, Receiver, out_of_order, repeated};

/// The number of times that each post is published. Then a tag that all of them have is renamed.
const PUBLICATIONS: usize = 3;
/// The longest time from the last publication to its delivery.
const DELAY: Duration = Duration::from_secs(10);
/// The time without any message after which what is missing will not come.
const PATIENCE: Duration = Duration::from_secs(60);
/// The time for which something that comes twice is waited for.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// The time of the last change to each post, or a moment before it.
type Changes = BTreeMap<String, Timestamp>;

/// Measures deliveries that the servers share. Each change is published by another one of them.
pub fn measure(
    (sites, database): (&[Site], &Database),
    wanted: usize,
    interrupt: &Interrupt,
    table: &mut Table,
) -> Outcome<()> {
    let sign_in = |site| Editor::sign_in(site, database);
    let mut editors = sites.iter().map(sign_in).collect::<Outcome<Vec<_>>>()?;
    let category = sites[0].first("categories")?;
    let name = |name: &str| json!({ "translations": { "en": { "name": name } } });
    let tag = editors[0].write("POST", "/v1/admin/tags", &name("Before"))?["data"]["id"].clone();
    let mut posts = Vec::new();
    for _ in 0..(wanted / (PUBLICATIONS + 1)).max(1) {
        posts.push(editors[0].draft(&category, &tag)?);
    }
    let receiver = Receiver::start()?;
    let hook = json!({ "url": receiver.url, "events": ["post.published", "post.updated"] });
    let hook = editors[0].write("POST", "/v1/admin/webhooks", &hook)?["data"]["id"].clone();

    let published = publish(&editors, &posts, interrupt)?;
    let streamed = wait_for(&receiver, &published.changes, interrupt)?;
    let renamed = Instant::now();
    let now = Clock::system().now();
    let tag = format!("/v1/admin/tags/{}", tag.as_str().ok_or("no id")?);
    editors[0].write("PATCH", &tag, &name("After"))?;
    let changes = posts.iter().map(|post| (post.clone(), now)).collect();
    let all = wait_for(&receiver, &changes, interrupt)?;
    wait(AFTERWARDS, interrupt)?;
    let hook = format!("/v1/admin/webhooks/{}", hook.as_str().ok_or("no id")?);
    editors[0].write("DELETE", &hook, &Value::Null)?;

    let servers = match sites.len() {
        1 => "one server".to_owned(),
        several => format!("{several} servers"),
    };
    let last = |messages: &[Message]| messages.last().map_or(renamed, |last| last.at);
    table.add(throughput(
        format!(
            "deliveries of {} publications, {servers}",
            posts.len() * PUBLICATIONS
        ),
        Some(published.ended - published.begun),
        (streamed.len(), last(&streamed) - published.begun),
    ));
    table.add(delay(
        last(&streamed).saturating_duration_since(published.ended),
    ));
    table.add(throughput(
        format!("deliveries after a tag of {} posts is renamed", posts.len()),
        None,
        (all.len() - streamed.len(), last(&all) - renamed),
    ));
    checks(&receiver.messages(), table);
    Ok(())
}

/// The publications of all posts.
struct Published {
    begun: Instant,
    /// The time at which the last of them was answered.
    ended: Instant,
    changes: Changes,
}

/// Publishes all posts, several times each, with another title each time.
fn publish(editors: &[Editor], posts: &[String], interrupt: &Interrupt) -> Outcome<Published> {
    let begun = Instant::now();
    let mut changes = Changes::new();
    for round in 0..PUBLICATIONS {
        for (number, post) in posts.iter().enumerate() {
            interrupt.check().map_err(|_| "interrupted")?;
            let editor = &editors[(number + round) % editors.len()];
            if round > 0 {
                let target = format!("/v1/admin/posts/{post}/translations/en");
                let title = json!({ "title": format!("News of the hour, edition {round}") });
                editor.write("PATCH", &target, &title)?;
            }
            changes.insert(post.clone(), Clock::system().now());
            editor.publish_draft(post)?;
        }
    }
    let ended = Instant::now();
    Ok(Published {
        begun,
        ended,
        changes,
    })
}

/// Waits until a message about each of these changes has arrived, and returns all messages up to then.
fn wait_for(
    receiver: &Receiver,
    changes: &Changes,
    interrupt: &Interrupt,
) -> Outcome<Vec<Message>> {
    let (mut arrived, mut since) = (0, Instant::now());
    loop {
        let messages = receiver.messages();
        let mut missing = changes.clone();
        for message in &messages {
            if missing
                .get(&message.post)
                .is_some_and(|change| message.changed >= *change)
            {
                missing.remove(&message.post);
            }
        }
        if missing.is_empty() {
            return Ok(messages);
        }
        if messages.len() > arrived {
            (arrived, since) = (messages.len(), Instant::now());
        }
        if since.elapsed() > PATIENCE {
            let all = changes.len();
            return Err(
                format!("{} of {all} last changes were not delivered", missing.len()).into(),
            );
        }
        wait(Duration::from_millis(20), interrupt)?;
    }
}

/// `publishing` is the time within which the editors published one after another.
fn throughput(
    what: String,
    publishing: Option<Duration>,
    (deliveries, took): (usize, Duration),
) -> Row {
    let seconds = took.as_secs_f64();
    let published = publishing.map(|time| format!("published in {:.1} s", time.as_secs_f64()));
    Row {
        what,
        baseline: published.unwrap_or_default(),
        tribuna: format!(
            "{deliveries} in {seconds:.1} s, {:.0}/s",
            deliveries as f64 / seconds
        ),
        ratio: None,
        goal: None,
    }
}

fn delay(delay: Duration) -> Row {
    Row {
        what: "from the answer of the last publication to the last delivery".into(),
        baseline: String::new(),
        tribuna: format!("{:.2} s", delay.as_secs_f64()),
        ratio: None,
        goal: Some((format!("≤ {} s", DELAY.as_secs()), delay <= DELAY)),
    }
}

/// Adds rows on what must hold of all messages.
fn checks(messages: &[Message], table: &mut Table) {
    let rows = [
        ("arrived twice", repeated(messages)),
        (
            "arrived after a later one about the same post",
            out_of_order(messages),
        ),
    ];
    for (what, number) in rows {
        table.add(Row {
            what: format!("deliveries that {what}"),
            baseline: String::new(),
            tribuna: format!("{number} of {}", messages.len()),
            ratio: None,
            goal: Some(("0".into(), number == 0)),
        });
    }
}
