//! Purges of CDNs, and build hooks.

use serde_json::{Value, json};

use super::{delivers, hooks};
use crate::support::content::{POSTS, TAGS, named};
use crate::support::receiver::{Received, Receiver};

/// The keys in the body of a purge.
fn keys(purge: &Received, member: &str) -> Vec<String> {
    let json = purge.json();
    let keys = json[member].as_array().unwrap().iter();
    keys.map(|key| key.as_str().unwrap().to_owned()).collect()
}

on_both!(the_keys_of_what_changed_are_purged, async |app| {
    let boss = app.admin("boss").await;
    let (fastly, cloudflare, varnish) = (Receiver::new(), Receiver::new(), Receiver::new());
    let token = json!({ "format": "purge_fastly", "token": "s3cret" });
    hooks(&boss, &fastly, token).await;
    let token = json!({ "format": "purge_cloudflare", "token": "s3cret" });
    hooks(&boss, &cloudflare, token).await;
    hooks(&boss, &varnish, json!({ "format": "purge_varnish" })).await;
    let mut posts = Vec::new();
    for number in 0..60 {
        posts.push(boss.issues("fr", &format!("Post {number}")).await);
    }
    delivers(&app);
    assert!(
        fastly.takes().is_empty(),
        "other instances might fill the cache again"
    );
    app.pass(2);
    delivers(&app);
    let mut purged: Vec<String> = Vec::new();
    for purge in fastly.takes() {
        let own = keys(&purge, "surrogate_keys");
        assert!(own.len() <= 100);
        purged.extend(own);
        assert_eq!(purge.header("fastly-key"), Some("s3cret"));
    }
    let of_posts = posts.iter().map(|post| format!("post:{post}"));
    let of_lists = ["post:any", "posts:any", "posts:fr", "slug:post-7"];
    for expected in of_posts.chain(of_lists.map(str::to_owned)) {
        assert!(purged.contains(&expected), "{expected}: {purged:?}");
    }
    let by_cloudflare = cloudflare.takes();
    let tags = by_cloudflare.iter().flat_map(|one| keys(one, "tags"));
    assert_eq!(tags.count(), purged.len());
    let bearer = by_cloudflare[0].header("authorization");
    assert_eq!(bearer, Some("Bearer s3cret"));
    let by_varnish = varnish.takes();
    assert_eq!(by_varnish[0].method, "PURGE");
    let in_headers = by_varnish.iter().flat_map(|one| {
        let keys = one.header("surrogate-key").unwrap();
        keys.split(' ')
    });
    assert_eq!(in_headers.count(), purged.len());
});

on_both!(a_draft_purges_nothing, async |app| {
    let boss = app.admin("boss").await;
    let varnish = Receiver::new();
    hooks(&boss, &varnish, json!({ "format": "purge_varnish" })).await;
    app.pass(2);
    delivers(&app);
    assert_eq!(varnish.takes().len(), 1, "everything, at the beginning");
    boss.writes("fr", "Brouillon").await;
    app.pass(2);
    delivers(&app);
    assert!(varnish.takes().is_empty());
});

on_both!(
    a_token_is_never_shown_and_stays_with_its_host,
    async |app| {
        let boss = app.admin("boss").await;
        let fastly = Receiver::new();
        let token = json!({ "format": "purge_fastly", "token": "s3cret" });
        let (hook, _) = hooks(&boss, &fastly, token).await;
        boss.issues("fr", "Logement").await;
        delivers(&app);
        app.pass(2);
        delivers(&app);
        assert_eq!(fastly.takes()[0].header("fastly-key"), Some("s3cret"));
        let read = boss.get(&hook).await.expect(200);
        assert_eq!(read.at("/data/has_token"), &json!(true));
        let list = boss.get(&format!("{hook}/deliveries")).await.expect(200);
        let one = format!("{hook}/deliveries/{}", list.column("id")[0]);
        let one = boss.get(&one).await.expect(200);
        let audit = boss.get("/v1/admin/audit?kind=webhook").await.expect(200);
        for answer in [read, one, audit] {
            assert!(!answer.json.to_string().contains("s3cret"));
        }
        let without = json!({ "token": null });
        boss.patch(&hook, without).await.expect(422);
        let elsewhere = json!({ "url": "https://receiver.invalid/steal" });
        let refused = boss.patch(&hook, elsewhere.clone()).await.expect(422);
        assert_eq!(refused.at("/errors/0/pointer"), "/token");
        let same = json!({ "url": format!("{}/other", fastly.url()) });
        boss.patch(&hook, same).await.expect(200);
        let mut with_token = elsewhere;
        with_token["token"] = json!("another");
        boss.patch(&hook, with_token).await.expect(200);
    }
);

on_both!(ten_edits_make_one_build, async |app| {
    let boss = app.admin("boss").await;
    let receiver = Receiver::new();
    let more = json!({ "format": "build_hook", "quiet_seconds": 30, "events": ["post.published", "post.updated"] });
    let (hook, _) = hooks(&boss, &receiver, more).await;
    let post = boss.issues("en", "Edited").await;
    for place in 0..10 {
        delivers(&app);
        app.pass(10);
        let edit = json!({ "featured": place % 2 == 0 });
        boss.patch(&format!("{POSTS}/{post}?publish=shared"), edit)
            .await
            .expect(200);
    }
    delivers(&app);
    assert!(receiver.takes().is_empty());
    app.pass(30);
    boss.makes(TAGS, named("en", "Not wanted")).await;
    delivers(&app);
    let built = receiver.takes();
    assert_eq!(built.len(), 1);
    assert_eq!((&*built[0].method, built[0].json()), ("POST", json!({})));
    app.pass(300);
    delivers(&app);
    assert!(receiver.takes().is_empty());
    // Changes without end put a build off, but not for ever.
    let mut builds = 0;
    for place in 0..40 {
        app.pass(20);
        let edit = json!({ "featured": place % 2 == 0 });
        boss.patch(&format!("{POSTS}/{post}?publish=shared"), edit)
            .await
            .expect(200);
        delivers(&app);
        builds += receiver.takes().len();
    }
    assert_eq!(builds, 2);
    let read = boss.get(&hook).await.expect(200);
    assert_eq!(read.at("/data/failing_since"), &Value::Null);
});
