//! Cached answers that show comments, or how many there are.

use serde_json::json;

use super::{comment, comments};
use crate::support::client::{Answer, Client};

/// Returns whether an answer came from memory.
fn is_hit(answer: &Answer) -> bool {
    answer.header("cache-status").contains("hit")
}

async fn hits(anyone: &Client, paths: &[&str]) -> Vec<bool> {
    let mut hits = Vec::new();
    for path in paths {
        hits.push(is_hit(&anyone.get(path).await.expect(200)));
    }
    hits
}

on_both!(
    an_approved_comment_drops_what_shows_it_and_nothing_else,
    async |app| {
        let keeping = app.keeping().await;
        let post = keeping.open_post(json!({})).await;
        let (anyone, mo) = (keeping.anonymous(), keeping.moderator("mo").await);
        let other = keeping.editor("ada").await.issues("en", "Rent").await;
        let (own, others) = (comments(&post), comments(&other));
        let (shown, unconcerned) = (format!("/v1/posts/{post}"), format!("/v1/posts/{other}"));
        let paths = [
            &*own,
            &shown,
            "/v1/posts",
            "/v1/posts?limit=1",
            &others,
            &unconcerned,
            "/v1/tags",
        ];
        hits(&anyone, &paths).await;
        assert_eq!(hits(&anyone, &paths).await, [true; 7]);
        let waits = anyone.post(&own, comment("Amara", "Hi.")).await.expect(202);
        assert_eq!(
            hits(&anyone, &paths).await,
            [true; 7],
            "pending ones change nothing"
        );
        mo.decides(&waits.id(), json!({ "state": "approved" }))
            .await
            .expect(200);
        let kept = [false, false, false, true, true, true, true];
        assert_eq!(hits(&anyone, &paths).await, kept);
        assert_eq!(anyone.get(&own).await.items().len(), 1);
        assert_eq!(anyone.get(&shown).await.at("/data/comment_count"), 1);
        // A discussion that closes at an instant closes in memory, too.
        let discussion = format!("/v1/admin/posts/{post}/discussion");
        let soon = json!({ "close_at": "2026-05-01T08:00:05Z" });
        mo.put(&discussion, soon).await.expect(200);
        assert_eq!(anyone.get(&shown).await.at("/data/comments_open"), true);
        let answer = anyone.get(&shown).await;
        assert!(
            answer.header("cache-control").contains("max-age=5"),
            "{answer}"
        );
        keeping.pass(5);
        keeping.catches_up().await;
        assert_eq!(anyone.get(&shown).await.at("/data/comments_open"), false);
        keeping
            .admin("boss")
            .await
            .opens_comments(json!({ "mode": "closed" }))
            .await;
        assert_eq!(
            anyone.get(&unconcerned).await.at("/data/comments_open"),
            false
        );
    }
);
