//! Messages as they leave: headers, languages, and the name of the site.

use std::sync::Arc;

use serde_json::{Value, json};
use tribuna::lang::Lang;
use tribuna::mail::composer::Outgoing;
use tribuna::mail::outbox::enqueue_replying_to;

use super::{Fake, delivers, enters, reply};
use crate::support::TestApp;

/// The head of a message, unfolded, and the rest.
fn split(mail: &Outgoing) -> (Vec<String>, String) {
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    assert!(text.is_ascii(), "nothing needs 8BITMIME");
    assert!(text.lines().all(|line| line.len() < 998));
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    (
        head.split("\r\n").map(str::to_owned).collect(),
        body.to_owned(),
    )
}

/// The value of the only header with this name.
fn header(mail: &Outgoing, name: &str) -> String {
    let (head, _) = split(mail);
    let mut values = head
        .iter()
        .filter_map(|line| line.strip_prefix(&format!("{name}: ")));
    let value = values
        .next()
        .unwrap_or_else(|| panic!("no {name} in {head:?}"));
    assert_eq!(values.next(), None, "{name} in {head:?}");
    value.to_owned()
}

fn sends(app: &TestApp, fake: &Arc<Fake>, lang: &str, values: Value) -> Outgoing {
    let lang: Lang = lang.parse().unwrap();
    enters(app, &reply(Some(&lang), &values));
    delivers(app, fake);
    fake.takes().remove(0)
}

on_both!(
    a_message_has_all_headers_and_no_value_adds_one,
    async |app| {
        let fake = Arc::new(Fake::default());
        let evil = "Ada\r\nBcc: all@example.org\r\n\r\nX";
        let values = json!({ "name": evil, "reply_name": evil, "post_title": evil });
        let mail = sends(&app, &fake, "en", values);
        let (head, body) = split(&mail);
        let names: Vec<&str> = head
            .iter()
            .filter_map(|line| line.split(':').next())
            .collect();
        let mut expected = [
            "Message-ID",
            "Date",
            "Subject",
            "Auto-Submitted",
            "Content-Language",
            "From",
            "To",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "MIME-Version",
            "Content-Type",
        ];
        let mut sorted = names.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(sorted, expected, "{head:?}");
        assert_eq!(header(&mail, "To"), "ada@example.org");
        assert_eq!(
            header(&mail, "Message-ID"),
            format!("<{}@api.example.org>", mail.id)
        );
        assert!(header(&mail, "Date").starts_with("Fri, 01 May 2026 08:00:00 "));
        assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
        assert_eq!(
            header(&mail, "List-Unsubscribe-Post"),
            "List-Unsubscribe=One-Click"
        );
        let link = header(&mail, "List-Unsubscribe");
        assert!(
            link.starts_with("<https://api.example.org/v1/unsubscribe?token="),
            "{link}"
        );
        assert!(!link.contains("ada"), "{link}");
        let kinds: Vec<usize> = ["text/plain; charset=utf-8", "text/html; charset=utf-8"]
            .iter()
            .map(|kind| body.find(kind).unwrap())
            .collect();
        assert!(kinds.is_sorted(), "{body}");
        let to: Vec<String> = mail.envelope.to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["ada@example.org"], "nobody else gets it");

        let now = app.clock.now();
        let desk = "desk@example.org".parse().unwrap();
        let enter = |conn: &mut _| enqueue_replying_to(conn, now, &reply(None, &json!({})), &desk);
        app.state.db.write_now(enter).unwrap();
        delivers(&app, &fake);
        let mail = fake.takes().remove(0);
        assert_eq!(header(&mail, "Reply-To"), "desk@example.org");
    }
);

on_both!(
    a_message_is_in_the_language_of_its_receiver_and_of_the_site,
    async |app| {
        let fake = Arc::new(Fake::default());
        for (lang, found) in [("fr-CA", "fr"), ("ar", "ar"), ("de", "en")] {
            let mail = sends(
                &app,
                &fake,
                lang,
                json!({ "post_title": "Le droit à la ville" }),
            );
            assert_eq!(header(&mail, "Content-Language"), found);
            assert!(header(&mail, "Subject").contains("=?utf-8?"), "RFC 2047");
            assert!(header(&mail, "From").contains("<no-reply@api.example.org>"));
        }
        let settings = [
            ("TRIBUNA_SITE_LANGUAGES", "es"),
            ("TRIBUNA_MAIL_FROM", "News Desk <news@example.org>"),
        ];
        let other = app.another(&settings).await;
        enters(&other, &reply(None, &json!({})));
        delivers(&other, &fake);
        let mail = fake.takes().remove(0);
        assert_eq!(header(&mail, "Content-Language"), "es");
        assert_eq!(header(&mail, "From"), "\"News Desk\" <news@example.org>");
        assert_eq!(
            header(&mail, "Message-ID"),
            format!("<{}@example.org>", mail.id)
        );
        let boss = app.admin("boss").await;
        let etag = boss.get("/v1/admin/site").await.expect(200);
        let texts = json!({ "translations": { "fr": { "name": "La Place" }, "en": { "name": "The Square" } } });
        let request = boss.request(actix_web::http::Method::PUT, "/v1/admin/site");
        let request = request
            .insert_header(("If-Match", etag.header("etag")))
            .set_json(texts);
        boss.send(request).await.expect(200);
        for (lang, name) in [("fr", "La Place"), ("en", "The Square"), ("es", "La Place")] {
            let mail = sends(&app, &fake, lang, json!({}));
            let from = header(&mail, "From");
            assert!(from.starts_with(&format!("\"{name}\"")), "{lang}: {from}");
        }
    }
);
