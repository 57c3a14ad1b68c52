//! E-mail: the outbox and its mailers, messages, and unsubscribing.

mod messages;
mod outbox;
mod unsubscribe;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tribuna::db::sql::Sql;
use tribuna::id::Id;
use tribuna::jobs::worker::Stop;
use tribuna::lang::Lang;
use tribuna::mail::composer::Outgoing;
use tribuna::mail::mailer::Mailer;
use tribuna::mail::outbox::enqueue;
use tribuna::mail::sender::Sender;
use tribuna::mail::transports::Transport;
use tribuna::mail::transports::refusal::Refusal;
use tribuna::mail::{Message, Template, Topic};

use crate::support::TestApp;

/// The answer of a test's transport to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Accepts,
    Fails,
    Refuses,
    Hangs,
}

/// A transport that remembers messages and does as a test says. Unless told otherwise, it accepts them.
#[derive(Default)]
struct Fake {
    sent: Mutex<Vec<Outgoing>>,
    attempts: Mutex<usize>,
    replies: Mutex<VecDeque<Reply>>,
}

impl Fake {
    fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// Returns what was sent since the last call.
    fn takes(&self) -> Vec<Outgoing> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// Returns the number of attempts since the last call.
    fn counts(&self) -> usize {
        std::mem::take(&mut self.attempts.lock().unwrap())
    }
}

impl Transport for Fake {
    fn send(&self, mail: &Outgoing) -> Result<String, Refusal> {
        *self.attempts.lock().unwrap() += 1;
        let reply = self.replies.lock().unwrap().pop_front();
        match reply.unwrap_or(Reply::Accepts) {
            Reply::Accepts => {
                self.sent.lock().unwrap().push(mail.clone());
                Ok("sent".to_owned())
            }
            Reply::Fails => Err(Refusal::temporary(
                "450 <ada@example.org> is busy",
                &mail.envelope,
            )),
            Reply::Refuses => Err(Refusal::permanent(
                "550 <ada@example.org> is unknown",
                &mail.envelope,
            )),
            Reply::Hangs => {
                thread::sleep(Duration::from_secs(2));
                Err(Refusal::temporary(
                    "nobody listens any more",
                    &mail.envelope,
                ))
            }
        }
    }

    fn place(&self) -> String {
        "a test".to_owned()
    }
}

fn mailer(app: &TestApp, fake: &Arc<Fake>) -> Mailer {
    let sender = Sender::with(&app.state.config, fake.clone()).unwrap();
    Mailer::new(&app.state, sender)
}

/// Sends everything that is due.
fn delivers(app: &TestApp, fake: &Arc<Fake>) {
    mailer(app, fake).deliver(&Stop::new()).unwrap();
}

/// An answer to a comment, for Ada.
fn reply<'a>(lang: Option<&'a Lang>, values: &Value) -> Message<'a> {
    let mut all = json!({
        "name": "Ada", "post_title": "A right to the city", "reply_name": "Lin",
        "reply": "I agree.", "url": "https://news.example.org/a#1",
    });
    for (name, value) in values.as_object().unwrap() {
        all[name] = value.clone();
    }
    Message {
        to: "Ada@example.org",
        lang,
        template: Template::CommentReply,
        values: all,
        topic: Some(Topic::CommentReplies),
    }
}

/// Enters a message in a transaction of its own.
fn enters(app: &TestApp, message: &Message<'_>) -> Option<Id> {
    let now = app.clock.now();
    let entered = app.state.db.write_now(|conn| enqueue(conn, now, message));
    entered.unwrap()
}

/// Counts rows.
fn count(app: &TestApp, of: &str) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM {of}");
    app.state
        .db
        .read_now(|conn| Sql::new(&sql).number(conn))
        .unwrap()
}
