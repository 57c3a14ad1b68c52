//! What keeps machines and floods out: forms, limits, links and repeated texts.

use serde_json::{Value, json};
use tribuna::community::guard::proof::is_proof;

use super::{comment, comments};
use crate::support::client::{Answer, Client};

const FORM: &str = "/v1/forms/comment";

/// Finds the first nonce that proves the work of a form, or the first that does not.
fn nonce(form: &Answer, is_right: bool) -> String {
    let (token, difficulty) = (form.text("/data/token"), difficulty(form));
    let mut all = (0..).map(|nonce: u32| nonce.to_string());
    all.find(|nonce| is_proof(token, nonce, difficulty) == is_right)
        .unwrap()
}

fn difficulty(form: &Answer) -> u8 {
    let bits = form.at("/data/proof_of_work/difficulty").as_u64();
    u8::try_from(bits.unwrap()).unwrap()
}

/// A comment with a form.
fn with_form(mut new: Value, form: &Answer, nonce: &str) -> Value {
    new["form"] = json!({ "token": form.text("/data/token"), "nonce": nonce });
    new
}

async fn form(client: &Client) -> Answer {
    client.get(FORM).await.expect(200)
}

fn assert_fault(answer: &Answer, pointer: &str, code: &str) {
    let told = (
        answer.text("/errors/0/pointer"),
        answer.text("/errors/0/code"),
    );
    assert_eq!(told, (pointer, code), "{answer}");
}

on_both!(
    a_form_is_taken_once_in_its_time_and_with_its_proof,
    async |app| {
        let post = app.open_post(json!({ "form": "required" })).await;
        let (anyone, path) = (app.anonymous(), comments(&post));
        let bare = anyone.post(&path, comment("Amara", "Hello.")).await;
        assert_fault(&bare.expect(422), "/form", "required");
        let first = form(&anyone).await;
        assert_eq!(first.at("/data/required"), &json!(true));
        assert_eq!(first.header("cache-control"), "no-store");
        assert_eq!(first.text("/data/not_before"), "2026-05-01T08:00:03.000Z");
        assert_eq!(first.text("/data/expires_at"), "2026-05-01T12:00:00.000Z");

        let right = nonce(&first, true);
        let sent = with_form(comment("Amara", "Hello."), &first, &right);
        let hasty = anyone.post(&path, sent.clone()).await.expect(422);
        assert_fault(&hasty, "/form/token", "too_early");
        app.pass(5);
        let wrong = with_form(comment("Amara", "Hello."), &first, &nonce(&first, false));
        let lazy = anyone.post(&path, wrong).await.expect(422);
        assert_fault(&lazy, "/form/nonce", "wrong_proof");
        let mut forged = sent.clone();
        forged["form"]["token"] = "A".repeat(100).into();
        let forged = anyone.post(&path, forged).await.expect(422);
        assert_fault(&forged, "/form/token", "invalid_token");
        anyone.post(&path, sent).await.expect(202);
        let again = with_form(comment("Amara", "Something else."), &first, &right);
        let again = anyone.post(&path, again).await.expect(422);
        assert_fault(&again, "/form/token", "used");

        let second = form(&anyone).await;
        let late = with_form(comment("Amara", "Later."), &second, &nonce(&second, true));
        app.pass(4 * 3600);
        let late = anyone.post(&path, late).await.expect(422);
        assert_fault(&late, "/form/token", "expired");
        // Nothing of what was refused is kept, and those who can sign in need no form.
        let mo = app.moderator("mo").await;
        let kept = mo.get("/v1/admin/comments").await.expect(200);
        assert_eq!(kept.items().len(), 1);
        let member = app.contributor("uma").await;
        member
            .post(&path, json!({ "text": "Mine." }))
            .await
            .expect(201);
    }
);

on_both!(a_form_is_optional_where_the_site_says_so, async |app| {
    let post = app.open_post(json!({})).await;
    let anyone = app.anonymous();
    assert_eq!(form(&anyone).await.at("/data/required"), &json!(false));
    let sent = comment("Amara", "Hello.");
    anyone.post(&comments(&post), sent).await.expect(202);
});

on_both!(the_work_grows_with_what_a_network_sends, async |app| {
    let post = app.open_post(json!({})).await;
    let (anyone, path) = (app.anonymous(), comments(&post));
    assert_eq!(difficulty(&form(&anyone).await), 12);
    for number in 0..3 {
        let sent = comment("Amara", &format!("Comment {number}."));
        anyone.post(&path, sent).await.expect(202);
    }
    assert_eq!(difficulty(&form(&anyone).await), 14);
    app.pass(601);
    assert_eq!(difficulty(&form(&anyone).await), 12);
});

on_both!(
    a_network_and_a_post_have_a_limit_of_comments_in_ten_minutes,
    async |app| {
        let limits = json!({ "max_per_network": 2, "max_per_post": 4 });
        let post = app.open_post(limits).await;
        let (anyone, path) = (app.anonymous(), comments(&post));
        for text in ["One.", "Two."] {
            anyone.post(&path, comment("Amara", text)).await.expect(202);
        }
        let refused = anyone.post(&path, comment("Bo", "Three.")).await;
        let refused = refused.expect_problem(429, "too_many_requests");
        assert_eq!(refused.header("retry-after"), "60");
        app.pass(601);
        for text in ["Three.", "Four."] {
            anyone.post(&path, comment("Amara", text)).await.expect(202);
        }
        // What moderators write is not refused, and counts for the post.
        let mo = app.moderator("mo").await;
        for text in ["Five.", "Six."] {
            mo.post(&path, json!({ "text": text })).await.expect(201);
        }
        let member = app.contributor("uma").await;
        let full = member.post(&path, json!({ "text": "Seven." })).await;
        full.expect_problem(429, "too_many_requests");
    }
);

on_both!(the_same_text_is_refused_or_waits, async |app| {
    let post = app.open_post(json!({ "moderation": "none" })).await;
    let (anyone, path) = (app.anonymous(), comments(&post));
    let long = "Our street has two such houses, and nobody has lived in them for years.";
    anyone
        .post(&path, comment("Amara", "I agree."))
        .await
        .expect(201);
    let again = anyone.post(&path, comment("Amara", "i AGREE!")).await;
    again.expect_problem(409, "duplicate_comment");
    anyone
        .post(&path, comment("Bo", "I agree."))
        .await
        .expect(201);
    anyone.post(&path, comment("Amara", long)).await.expect(201);
    let copied = anyone
        .post(&path, comment("Bo", &long.to_uppercase()))
        .await;
    let copied = copied.expect(202);
    let mo = app.moderator("mo").await;
    let kept = mo.get(&format!("/v1/admin/comments/{}", copied.id())).await;
    assert_eq!(kept.expect(200).at("/data/reasons"), &json!(["duplicate"]));
    app.pass(24 * 3600 + 1);
    anyone.post(&path, comment("Cy", long)).await.expect(201);
});

on_both!(comments_full_of_links_wait_or_are_spam, async |app| {
    let settings = json!({ "moderation": "none", "max_links": 1 });
    let post = app.open_post(settings).await;
    let (anyone, path) = (app.anonymous(), comments(&post));
    let mo = app.moderator("mo").await;
    for (links, status, state) in [(1, 201, "approved"), (2, 202, "pending"), (11, 202, "spam")] {
        let all: Vec<_> = (0..links)
            .map(|number| format!("https://a.example/{links}/{number}"))
            .collect();
        let sent = anyone.post(&path, comment("Amara", &all.join(" "))).await;
        let sent = sent.expect(status);
        let kept = mo.get(&format!("/v1/admin/comments/{}", sent.id())).await;
        assert_eq!(kept.expect(200).text("/data/state"), state, "{links}");
    }
});
