//! Publications that begin and end: when they resolve, and how long answers are cached.

use serde_json::{Value, json};

use super::renames;
use crate::support::content::{TAGS, named, publication, translation};

on_both!(
    a_post_that_is_not_public_yet_looks_like_an_unknown_one,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.writes("en", "Draft").await;
        let planned = ada.writes("en", "Planned").await;
        let times = json!({ "publish_at": "2026-06-01T08:00:00Z" });
        ada.schedules(&planned, "en", times.clone()).await;
        let live = ada.issues("en", "Live").await;
        ada.patch(&translation(&live, "en"), json!({ "slug": "live-2" }))
            .await
            .expect(200);
        ada.translates(&live, "fr", "En direct").await;
        ada.translates(&live, "es", "En vivo").await;
        ada.schedules(&live, "es", times).await;
        let tag = ada.makes(TAGS, named("en", "Deleted")).await;
        ada.delete(&format!("{TAGS}/{tag}")).await.expect(204);
        let answer_to = async |question: &str| {
            let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
            let mut answer = answer.expect_problem(404, "not_found");
            answer.json["instance"] = Value::Null;
            assert_eq!(answer.header("cache-control"), "no-store");
            answer.json
        };
        let nothing = answer_to("kind=post&slug=nothing").await;
        for (slug, lang) in [
            ("draft", "en"),
            ("planned", "en"),
            ("live-2", "en"),
            ("en-direct", "fr"),
            ("en-vivo", "es"),
        ] {
            assert_eq!(answer_to(&format!("kind=post&slug={slug}")).await, nothing);
            let question = format!("kind=post&slug={slug}&lang={lang}");
            assert_eq!(answer_to(&question).await, nothing);
            assert_eq!(answer_to(&format!("path=/{lang}/{slug}")).await, nothing);
        }
        assert_eq!(answer_to("kind=tag&slug=deleted").await, nothing);
        // A scheduled post that is cancelled before it begins is not found, rather than gone.
        ada.delete(&publication(&planned, "en")).await.expect(204);
        app.set_time("2026-07-01T08:00:00Z");
        assert_eq!(answer_to("path=/en/planned").await, nothing);
    }
);

on_both!(
    a_scheduled_post_resolves_from_its_beginning_to_its_end,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.writes("en", "Housing").await;
        let times =
            json!({ "publish_at": "2026-05-02T08:00:00Z", "unpublish_at": "2026-05-03T08:00:00Z" });
        ada.schedules(&id, "en", times).await;
        for (instant, status) in [
            ("2026-05-02T07:59:59.999Z", 404),
            ("2026-05-02T08:00:00Z", 200),
            ("2026-05-03T07:59:59.999Z", 200),
            ("2026-05-03T08:00:00Z", 410),
        ] {
            app.set_time(instant);
            for question in ["kind=post&slug=housing", "path=/en/housing"] {
                let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
                assert_eq!(answer.status, status, "{instant}: {answer}");
            }
        }
    }
);

on_both!(
    no_answer_is_cached_past_the_moment_of_its_next_change,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        renames(&ada, &id, "en", "homes").await;
        ada.makes(TAGS, named("en", "Rent")).await;
        // The times of another post do not matter.
        let other = ada.writes("en", "Other").await;
        ada.schedules(
            &other,
            "en",
            json!({ "publish_at": "2026-05-01T08:00:05Z" }),
        )
        .await;
        let expect = async |present: &str| {
            for address in ["kind=post&slug=homes", "path=/en/homes"] {
                let answer = anyone.get(&format!("/v1/resolve?{address}")).await;
                assert_eq!(answer.expect(200).header("cache-control"), present);
            }
            for address in ["kind=post&slug=housing", "path=/en/housing"] {
                let answer = anyone.get(&format!("/v1/resolve?{address}")).await;
                assert_eq!(
                    answer.expect(308).header("cache-control"),
                    "public, no-cache"
                );
            }
        };
        let longest = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";
        expect(longest).await;
        let times = json!({ "unpublish_at": "2026-05-01T08:05:00Z" });
        ada.schedules(&id, "en", times).await;
        let middle = "public, max-age=60, stale-while-revalidate=240, stale-if-error=240";
        expect(middle).await;
        app.set_time("2026-05-01T08:04:30.500Z");
        expect("public, max-age=29").await;
        let tag = anyone
            .get("/v1/resolve?kind=tag&slug=rent")
            .await
            .expect(200);
        assert_eq!(tag.header("cache-control"), longest);
    }
);

on_both!(
    an_answer_is_cached_only_until_another_post_takes_the_slug,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let one = ada.issues("en", "Radio").await;
        renames(&ada, &one, "en", "wireless").await;
        let two = ada.writes("fr", "Radio").await;
        ada.schedules(&two, "fr", json!({ "publish_at": "2026-05-01T08:00:30Z" }))
            .await;
        let led = anyone
            .get("/v1/resolve?kind=post&slug=radio")
            .await
            .expect(308);
        assert_eq!(led.header("cache-control"), "public, no-cache");
        app.set_time("2026-05-01T08:00:30Z");
        let found = anyone
            .get("/v1/resolve?kind=post&slug=radio")
            .await
            .expect(200);
        assert_eq!(found.id(), two);
    }
);
