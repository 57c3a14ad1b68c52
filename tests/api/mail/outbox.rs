//! The outbox: leases, retries, refusals, and what is deleted when.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::json;
use tribuna::error::Error;
use tribuna::id::Id;
use tribuna::jobs::worker::Stop;
use tribuna::mail::keys::MailKey;
use tribuna::mail::mailer::Mailer;
use tribuna::mail::outbox::queue::{self, Attempted, Consequence, Outcome};
use tribuna::mail::outbox::{enqueue, erase};
use tribuna::mail::sender::Sender;
use tribuna::mail::{Message, Template};

use super::{Fake, Reply, count, delivers, enters, mailer, reply};

const DEAD: &str = "mail_outbox WHERE dead_at IS NOT NULL";

on_both!(
    a_message_belongs_to_its_transaction_and_any_number_of_mailers_sends_it_once,
    async |app| {
        let now = app.clock.now();
        let rolled_back = app.state.db.write_now(|conn| {
            enqueue(conn, now, &reply(None, &json!({})))?;
            Err::<(), _>(Error::NotFound)
        });
        assert!(rolled_back.is_err());
        assert_eq!(count(&app, "mail_outbox"), 0);
        let wrong = [
            Message {
                values: json!({ "name": "Ada" }),
                ..reply(None, &json!({}))
            },
            Message {
                to: "Ada",
                ..reply(None, &json!({}))
            },
        ];
        for message in wrong {
            let refused = app.state.db.write_now(|conn| enqueue(conn, now, &message));
            let Err(Error::Internal(error)) = refused else {
                panic!("{refused:?}");
            };
            assert!(!error.contains("Ada"), "{error}");
        }
        let mut ids: Vec<Id> = (0..40)
            .filter_map(|_| enters(&app, &reply(None, &json!({}))))
            .collect();
        let fake = Arc::new(Fake::default());
        let mut mailers = Vec::new();
        for _ in 0..6 {
            mailers.push(mailer(&app.another(&[]).await, &fake));
        }
        let threads = mailers
            .into_iter()
            .map(|mut mailer| thread::spawn(move || mailer.deliver(&Stop::new()).unwrap()));
        for thread in threads.collect::<Vec<_>>() {
            thread.join().unwrap();
        }
        let mut sent: Vec<Id> = fake.takes().iter().map(|mail| mail.id).collect();
        sent.sort();
        ids.sort();
        assert_eq!(sent, ids);
        assert_eq!(count(&app, "mail_outbox"), 0, "nothing is kept");
    }
);

on_both!(
    failures_are_retried_for_a_day_refusals_are_not_and_both_are_deleted_in_the_end,
    async |app| {
        let fake = Arc::new(Fake::default());
        enters(&app, &reply(None, &json!({})));
        fake.replies([Reply::Fails, Reply::Accepts]);
        delivers(&app, &fake);
        assert!(fake.takes().is_empty());
        app.pass(30);
        delivers(&app, &fake);
        assert_eq!(fake.counts(), 1, "it waits");
        app.pass(30);
        delivers(&app, &fake);
        assert_eq!(fake.takes().len(), 1);

        fake.replies([Reply::Refuses]);
        enters(&app, &reply(None, &json!({})));
        delivers(&app, &fake);
        let unknown = format!("{DEAD} AND reason = '550 … is unknown' AND attempts = 1");
        assert_eq!(count(&app, &unknown), 1);
        fake.counts();
        fake.replies([Reply::Fails; 9]);
        enters(&app, &reply(None, &json!({})));
        let mut mailer = mailer(&app, &fake);
        for _ in 0..26 * 12 {
            app.pass(300);
            mailer.deliver(&Stop::new()).unwrap();
        }
        assert_eq!(fake.counts(), 9);
        assert_eq!(count(&app, DEAD), 2);
        // A value that the template does not know by now: nobody can send it.
        let now = app.clock.now();
        let column =
            "UPDATE mail_outbox SET data = '{}', dead_at = NULL, attempts = 0, due_at = created_at";
        app.state
            .db
            .write_now(|conn| tribuna::db::sql::Sql::new(column).execute(conn))
            .unwrap();
        delivers(&app, &fake);
        assert_eq!((fake.counts(), count(&app, DEAD)), (0, 2));
        app.does_housekeeping(30, now.plus_seconds(6 * 86_400));
        assert_eq!(count(&app, "mail_outbox"), 2);
        app.does_housekeeping(30, now.plus_seconds(8 * 86_400));
        assert_eq!(count(&app, "mail_outbox"), 0);
    }
);

on_both!(a_mailer_that_dies_or_hangs_holds_up_nothing, async |app| {
    let fake = Arc::new(Fake::default());
    enters(&app, &reply(None, &json!({})));
    let (db, now) = (&app.state.db, app.clock.now());
    let key = MailKey::ensure(db).unwrap();
    let dead = db
        .write_now(|conn| queue::lease(conn, &key, 4, now))
        .unwrap();
    let [dead] = dead.as_slice() else {
        panic!("{dead:?}");
    };
    delivers(&app, &fake);
    assert_eq!(fake.counts(), 0, "it is leased");
    app.pass(181);
    let now = app.clock.now();
    let other = db
        .write_now(|conn| queue::lease(conn, &key, 4, now))
        .unwrap();
    assert_eq!(other.len(), 1);
    // The dead one wakes up. That it has failed is no news, but that it has sent the message is.
    let late = |outcome| Attempted {
        id: dead.id,
        template: Template::CommentReply,
        attempts: dead.attempts,
        holder: dead.holder,
        outcome,
    };
    let record = |outcome| db.write_now(|conn| queue::record(conn, &late(outcome), now));
    let failed = record(Outcome::Failed("x".into())).unwrap();
    assert_eq!(failed, Consequence::Nothing);
    assert_eq!(record(Outcome::Sent).unwrap(), Consequence::Done);
    assert_eq!(count(&app, "mail_outbox"), 0);

    for _ in 0..3 {
        enters(&app, &reply(None, &json!({})));
    }
    fake.replies([Reply::Hangs]);
    let sender = Sender::with(&app.state.config, fake.clone()).unwrap();
    let limit = Duration::from_millis(200);
    let mut mailer = Mailer::with_limit(&app.state, sender, limit);
    mailer.deliver(&Stop::new()).unwrap();
    assert_eq!(fake.takes().len(), 2);
    let waits = "mail_outbox WHERE reason = 'no answer in time' AND holder IS NULL";
    assert_eq!(count(&app, waits), 1);
    db.write_now(|conn| erase(conn, &"ada@example.org".parse().unwrap()))
        .unwrap();
    assert_eq!(count(&app, "mail_outbox"), 0);
});
