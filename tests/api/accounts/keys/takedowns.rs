//! Takedowns, and which copies of partners have come past them.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{KEYS, key, new};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{ORGANIZATIONS, POSTS, publication};

/// Follows the pages of a copy to their end. Returns the address at which it continues.
async fn followed(client: &Client, address: &str) -> String {
    let mut next = address.to_owned();
    loop {
        let page = client.get(&next).await.expect(200);
        page.text("/page/next").clone_into(&mut next);
        if page.at("/page/more") == false {
            return next;
        }
    }
}

async fn begun(client: &Client, filter: &str) -> String {
    followed(client, &format!("/v1/sync?initial=true{filter}")).await
}

/// The names of the keys in the newest takedown, and whether their copies have synced past it.
fn synced(takedowns: &Answer) -> Vec<(String, bool)> {
    let copies = takedowns.at("/data/0/copies").as_array().unwrap().iter();
    let synced = |copy: &Value| {
        let name = copy["name"].as_str().unwrap().to_owned();
        (name, copy["synced_past"] == true)
    };
    copies.map(synced).collect()
}

fn pairs(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
    let owned = |(name, past): &(&str, bool)| ((*name).to_owned(), *past);
    expected.iter().map(owned).collect()
}

async fn read(app: &TestApp, editor: &Client, post: &str) -> Answer {
    app.instance.keys.usage().store(&app.state.db).unwrap();
    let answer = editor.get(&format!("{POSTS}/{post}/takedowns")).await;
    answer.expect(200)
}

async fn named_key(app: &TestApp, name: &str, owner: Option<&str>) -> (Client, String) {
    let mut body = new(&["delivery:read"]);
    body["name"] = name.into();
    body["organization"] = json!(owner);
    key(app, body).await
}

on_both!(
    an_editor_sees_which_partners_have_come_past_a_takedown,
    async |app| {
        let (ada, boss) = (app.editor("ada").await, app.admin("boss").await);
        let lagos = boss.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let (prompt, _) = named_key(&app, "Prompt", Some(&lagos)).await;
        let (slow, slow_id) = named_key(&app, "Slow", None).await;
        let post = ada.issues("en", "Housing").await;
        ada.translates(&post, "fr", "Logement").await;
        ada.publishes(&post, "fr").await;
        let first = begun(&prompt, "&lang=fr,en&fields=title").await;
        begun(&slow, "").await;
        begun(&app.anonymous(), "").await;
        // Neither has ever had the text that is taken down.
        let (elsewhere, _) = named_key(&app, "Elsewhere", None).await;
        begun(&elsewhere, "&lang=es").await;
        begun(&elsewhere, "&kinds=tag").await;
        assert!(read(&app, &ada, &post).await.items().is_empty());

        let takedown = ada.request(Method::DELETE, &publication(&post, "fr"));
        let takedown = takedown.set_json(json!({ "reason": "consent" }));
        ada.send(takedown).await.expect(204);
        let told = read(&app, &ada, &post).await;
        assert_eq!(told.column("reason"), ["consent"]);
        assert_eq!(told.text("/data/0/lang"), "fr");
        assert_eq!(synced(&told), pairs(&[("Prompt", false), ("Slow", false)]));
        assert_eq!(told.text("/data/0/copies/0/organization/name"), "Lagos");
        let filter = json!({ "lang": ["fr", "en"], "fields": ["title"] });
        assert_eq!(told.at("/data/0/copies/0/filter"), &filter);
        assert_eq!(told.at("/data/0/copies/1/filter"), &json!({}));

        // A page may be lost on its way. Whoever continues behind it has it.
        let page = prompt.get(&first).await.expect(200);
        assert!(!synced(&read(&app, &ada, &post).await)[0].1);
        let next = page.text("/page/next");
        let tag = prompt.get(next).await.expect(200);
        app.pass(60);
        let poll = prompt.request(Method::GET, next);
        let poll = poll.insert_header(("if-none-match", tag.header("etag")));
        prompt.send(poll).await.expect(304);
        let told = read(&app, &ada, &post).await;
        // Whoever still has the text comes first.
        assert_eq!(synced(&told), pairs(&[("Slow", false), ("Prompt", true)]));
        assert_eq!(told.at("/data/0/copies_total"), 2);
        assert_eq!(told.at("/data/0/copies_behind"), 1);
        let at = told.text("/data/0/copies/1/synced_at");
        assert_eq!(at, "2026-05-01T08:01:00.000Z");

        // A copy that falls back to an earlier state has the post again.
        prompt.get(&first).await.expect(200);
        assert!(!synced(&read(&app, &ada, &post).await)[0].1);

        ada.delete(&format!("{POSTS}/{post}")).await.expect(204);
        boss.delete(&format!("{KEYS}/{slow_id}")).await.expect(204);
        boss.delete(&format!("{POSTS}/{post}?permanent=true"))
            .await
            .expect(204);
        let told = read(&app, &ada, &post).await;
        assert_eq!(told.column("reason"), ["deleted", "consent"]);
        assert_eq!(synced(&told), pairs(&[("Prompt", false)]));

        for n in 0..21 {
            begun(&prompt, &format!("&tag=tag-{n}")).await;
        }
        assert_eq!(synced(&read(&app, &ada, &post).await).len(), 20);
    }
);

on_both!(
    a_takedown_lists_a_hundred_copies_and_counts_all,
    async |app| {
        let ada = app.editor("ada").await;
        let post = ada.issues("en", "Housing").await;
        for n in 0..6 {
            let (partner, _) = named_key(&app, &format!("Partner {n}"), None).await;
            for n in 0..20 {
                begun(&partner, &format!("&tag=tag-{n}")).await;
            }
        }
        ada.delete(&publication(&post, "en")).await.expect(204);
        let (late, _) = named_key(&app, "A partner who begins later", None).await;
        begun(&late, "").await;

        // Editors do not wait until the use of all keys is stored.
        let store = || app.instance.keys.usage().store(&app.state.db).unwrap();
        let transactions = app.transactions(store).into_iter();
        let keys = |statements: Vec<String>| {
            let updates = statements.iter();
            let updates = updates.filter(|one| one.starts_with("UPDATE api_keys"));
            updates.count()
        };
        let keys: Vec<usize> = transactions.map(keys).filter(|keys| *keys > 0).collect();
        assert_eq!(keys, [5, 2]);

        let told = read(&app, &ada, &post).await;
        assert_eq!(synced(&told).len(), 100);
        assert!(synced(&told).iter().all(|(_, is_past)| !is_past));
        assert_eq!(told.at("/data/0/copies_total"), 121);
        assert_eq!(told.at("/data/0/copies_behind"), 120);
    }
);

on_both!(only_editors_see_takedowns_and_no_key_does, async |app| {
    let ada = app.editor("ada").await;
    let post = ada.issues("en", "Housing").await;
    let takedowns = format!("{POSTS}/{post}/takedowns");
    let times = json!({ "unpublish_at": "2026-05-01T10:00:00Z" });
    ada.schedules(&post, "en", times).await;
    app.set_time("2026-05-01T10:00:00Z");
    tribuna::operations::scheduler::tick(&app.state.db, app.clock.now()).unwrap();
    let ada = app.editor("ada").await;
    assert_eq!(ada.get(&takedowns).await.column("reason"), ["expired"]);
    let (machine, _) = key(&app, new(&["content:publish"])).await;
    for client in [machine, app.author("bo").await] {
        client
            .get(&takedowns)
            .await
            .expect_problem(403, "forbidden");
    }
    let nobody = "01900000-0000-7000-8000-000000000000";
    ada.get(&format!("{POSTS}/{nobody}/takedowns"))
        .await
        .expect(404);
});
