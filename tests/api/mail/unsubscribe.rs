//! Unsubscribing by one click and on the page.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::json;
use tribuna::mail::{Message, Topic};

use super::{Fake, count, delivers, enters, reply};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// The path and query of the link in a message in Arabic.
fn link(app: &TestApp, fake: &Arc<Fake>) -> String {
    let lang = "ar".parse().unwrap();
    enters(app, &reply(Some(&lang), &json!({})));
    delivers(app, fake);
    let mail = fake.takes().remove(0);
    let text = String::from_utf8(mail.bytes).unwrap();
    let (_, link) = text
        .split_once("List-Unsubscribe: <https://api.example.org")
        .unwrap();
    link.split('>').next().unwrap().to_owned()
}

async fn posts(anyone: &Client, link: &str, kind: &str, body: &'static str) -> Answer {
    let request = anyone
        .request(Method::POST, link)
        .insert_header((CONTENT_TYPE, kind));
    anyone.send(request.set_payload(body)).await
}

const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=x";
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

on_both!(
    a_link_unsubscribes_from_its_topic_by_post_and_by_nothing_else,
    async |app| {
        let fake = Arc::new(Fake::default());
        let link = link(&app, &fake);
        let anyone = app.anonymous();
        let request = anyone.request(Method::GET, &link);
        let page = anyone
            .send(request.insert_header((ACCEPT, "text/html")))
            .await
            .expect(200);
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
        assert!(
            html.contains("<form method=\"post\">") && !html.contains("<script"),
            "{html}"
        );
        assert_eq!(page.header("content-language"), "ar");
        assert_eq!(page.header("cache-control"), "private, no-store");
        assert!(
            page.header("content-security-policy")
                .contains("default-src 'none'")
        );
        assert!(
            !html.contains("ada") && !html.contains("example.org"),
            "{html}"
        );
        assert_eq!(count(&app, "mail_opt_outs"), 0, "a GET changes nothing");

        // Refused: another kind of body, another form, and what this server has not sealed.
        posts(&anyone, &link, "text/plain", ONE_CLICK)
            .await
            .expect(415);
        for body in ["", "List-Unsubscribe=Two-Clicks", "x=1"] {
            posts(&anyone, &link, FORM, body)
                .await
                .expect_problem(422, "invalid_body");
        }
        posts(&anyone, &link, PARTS, ONE_CLICK)
            .await
            .expect_problem(400, "malformed_body");
        let forged = link.replace("token=AQ", "token=AR");
        for path in [forged.as_str(), &link[..link.len() - 1]] {
            anyone.get(path).await.expect_problem(404, "not_found");
            posts(&anyone, path, FORM, ONE_CLICK)
                .await
                .expect_problem(404, "not_found");
        }
        anyone.get("/v1/unsubscribe?token=x").await.expect(400);
        anyone.get("/v1/unsubscribe").await.expect(400);
        assert_eq!(count(&app, "mail_opt_outs"), 0);

        // A message that waits already is not sent any more, and no further one is entered. Other topics go on.
        enters(&app, &reply(None, &json!({}))).unwrap();
        posts(&anyone, &link, FORM, ONE_CLICK).await.expect(200);
        let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        let again = posts(&anyone, &link, PARTS, parts).await.expect(200);
        let html = String::from_utf8(again.body.to_vec()).unwrap();
        assert!(
            html.contains("dir=\"rtl\"") && !html.contains("<form"),
            "{html}"
        );
        assert_eq!(count(&app, "mail_opt_outs"), 1);
        assert_eq!(enters(&app, &reply(None, &json!({}))), None);
        let other = |topic| Message {
            topic,
            ..reply(None, &json!({}))
        };
        assert!(enters(&app, &other(Some(Topic::StatusNotices))).is_some());
        assert!(enters(&app, &other(None)).is_some());
        delivers(&app, &fake);
        let sent = fake.takes();
        assert_eq!(sent.len(), 2);
        let texts = sent
            .into_iter()
            .map(|mail| String::from_utf8(mail.bytes).unwrap());
        let unsubscribable = texts.filter(|text| text.contains("List-Unsubscribe:"));
        assert_eq!(unsubscribable.count(), 1, "what has no topic has no link");
    }
);
