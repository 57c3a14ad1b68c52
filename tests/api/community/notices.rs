//! E-mail about comments.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use tribuna::db::sql::Sql;

use super::{answer, comment, comments};
use crate::support::TestApp;

/// A message that waits to be sent.
#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Text)]
    template: String,
    #[diesel(sql_type = Text)]
    lang: String,
    #[diesel(sql_type = Text)]
    data: String,
}

impl TestApp {
    /// Takes the messages that wait: the receiver, the template and the language of each, and its values.
    fn takes_messages(&self) -> Vec<(String, Value)> {
        let taken = self.state.db.write_now(|conn| {
            let columns = "recipient, template, lang, CAST(data AS text) AS data";
            let order = "ORDER BY created_at, template";
            let all = Sql::new(&format!("SELECT {columns} FROM mail_outbox {order}"));
            let found: Vec<Waiting> = all.load(conn)?;
            Sql::new("DELETE FROM mail_outbox").execute(conn)?;
            Ok(found)
        });
        let told = |one: Waiting| {
            let head = format!("{} {} {}", one.recipient, one.template, one.lang);
            (head, serde_json::from_str(&one.data).unwrap())
        };
        taken.unwrap().into_iter().map(told).collect()
    }

    fn takes_heads(&self) -> Vec<String> {
        let all = self.takes_messages();
        all.into_iter().map(|(head, _)| head).collect()
    }
}

on_both!(
    writers_are_told_of_decisions_and_of_answers_once,
    async |app| {
        let post = app.open_post(json!({})).await;
        let (anyone, mo, path) = (app.anonymous(), app.moderator("mo").await, comments(&post));
        let mut first = comment("Amara", "Bien dit.");
        first["lang"] = "fr".into();
        let first = anyone.post(&path, first).await.expect(202).id();
        assert_eq!(app.takes_heads(), Vec::<String>::new());
        let approved = json!({ "state": "approved" });
        mo.decides(&first, approved.clone()).await.expect(200);
        let told = app.takes_messages();
        let [(head, values)] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(head, "amara@example.org comment_decided fr");
        assert_eq!(values["decision"], "approved");
        assert_eq!(values["post_title"], "Housing");
        let url = values["url"].as_str().unwrap();
        assert!(url.ends_with(&format!("#comment-{first}")), "{url}");

        // An answer is told when it becomes public, and never again.
        let reply = answer("Bo", "I agree.", &first);
        let reply = anyone.post(&path, reply).await.expect(202).id();
        assert_eq!(app.takes_heads(), Vec::<String>::new());
        mo.decides(&reply, approved.clone()).await.expect(200);
        let told = app.takes_messages();
        let heads: Vec<&str> = told.iter().map(|(head, _)| head.as_str()).collect();
        let expected = [
            "bo@example.org comment_decided en",
            "amara@example.org comment_reply fr",
        ];
        assert_eq!(heads, expected);
        assert_eq!(told[1].1["reply_name"], "Bo");
        assert_eq!(told[1].1["reply"], "I agree.");
        for state in ["rejected", "approved"] {
            mo.decides(&reply, json!({ "state": state }))
                .await
                .expect(200);
        }
        assert_eq!(app.takes_heads(), Vec::<String>::new());

        // Those who are trusted are public at once; their own answers are no news to them.
        let own = answer("Amara", "Thank you.", &first);
        anyone.post(&path, own).await.expect(201);
        assert_eq!(app.takes_heads(), Vec::<String>::new());
        anyone
            .post(&path, answer("Bo", "Gladly.", &first))
            .await
            .expect(201);
        assert_eq!(app.takes_heads(), ["amara@example.org comment_reply fr"]);
    }
);

on_both!(
    a_rejection_says_why_and_spam_is_told_to_nobody,
    async |app| {
        let post = app.open_post(json!({})).await;
        let (anyone, mo, path) = (app.anonymous(), app.moderator("mo").await, comments(&post));
        let mut sent = Vec::new();
        for (name, lang) in [("Amara", "es"), ("Bo", "de"), ("Cy", "en")] {
            let mut new = comment(name, "Hmm.");
            new["lang"] = lang.into();
            sent.push(anyone.post(&path, new).await.expect(202).id());
        }
        let why = json!({ "state": "rejected", "reason": "off_topic", "note": "Among us." });
        mo.decides(&sent[0], why.clone()).await.expect(200);
        mo.decides(&sent[1], why).await.expect(200);
        mo.decides(&sent[2], json!({ "state": "spam" }))
            .await
            .expect(200);
        let told = app.takes_messages();
        let reasons: Vec<_> = told
            .iter()
            .map(|(head, values)| (head.as_str(), values["reason"].as_str().unwrap()))
            .collect();
        let mut expected = vec![
            (
                "amara@example.org comment_decided es",
                "Trata de otro tema.",
            ),
            (
                "bo@example.org comment_decided de",
                "It is about another subject.",
            ),
        ];
        expected.sort_unstable();
        let mut reasons = reasons;
        reasons.sort_unstable();
        assert_eq!(reasons, expected);
        for (_, values) in &told {
            assert_eq!(values["note"], Value::Null, "notes are for moderators");
            assert_eq!(values["url"], Value::Null);
        }
    }
);
