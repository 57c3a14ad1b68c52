//! Merging: the posts, the slugs and the id of one tag lead to another.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use diesel::prelude::*;
use serde_json::json;
use tribuna::db::Conn;
use tribuna::schema::{changes, post_terms, publication_terms};

use super::{ALL, langs, tag};
use crate::support::TestApp;
use crate::support::published::Published;

/// The number of working copies and of publications that have the term.
fn links(app: &TestApp, id: &str) -> (i64, i64) {
    let id: tribuna::id::Id = id.parse().unwrap();
    let count = |conn: &mut Conn| {
        let posts = post_terms::table.filter(post_terms::term_id.eq(id)).count();
        let live = publication_terms::table.filter(publication_terms::term_id.eq(id));
        Ok(match conn {
            Conn::Sqlite(conn) => (posts.get_result(conn)?, live.count().get_result(conn)?),
            Conn::Postgres(conn) => (posts.get_result(conn)?, live.count().get_result(conn)?),
        })
    };
    app.state.db.read_now(count).unwrap()
}

on_both!(
    a_merged_tags_posts_slugs_and_id_lead_to_the_survivor,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let oldest = tag(&ada, &[("en", "Dwelling")]).await;
        let loser = tag(&ada, &[("en", "Homes"), ("fr", "Foyers")]).await;
        let survivor = tag(&ada, &[("en", "Housing")]).await;
        app.publish(&Published {
            langs: &["en"],
            terms: &[&loser],
            ..Default::default()
        });
        app.publish(&Published {
            langs: &["en", "fr"],
            terms: &[&loser, &survivor],
            ..Default::default()
        });
        app.publish(&Published {
            langs: &["en"],
            terms: &[&oldest],
            ..Default::default()
        });
        app.set_time("2026-05-02T08:00:00Z");
        let merge = |id: &str| format!("{ALL}/{id}/merge");
        ada.post(&merge(&oldest), json!({ "into": loser }))
            .await
            .expect(200);
        let merged = ada
            .post(&merge(&loser), json!({ "into": survivor }))
            .await
            .expect(200);
        assert_eq!(merged.id(), survivor);
        assert_eq!(langs(&merged), ["en"]);
        assert_eq!(merged.at("/data/version"), 2);
        assert_eq!(links(&app, &survivor), (3, 4));
        assert_eq!(links(&app, &loser), (0, 0));
        ada.get(&format!("{ALL}/{loser}"))
            .await
            .expect_problem(404, "not_found");
        for former in [
            "homes",
            "foyers",
            "dwelling",
            &loser,
            &oldest,
            &loser.to_uppercase(),
        ] {
            let moved = reader.get(&format!("/v1/tags/{former}")).await.expect(308);
            assert_eq!(moved.header("location"), "/v1/tags/housing?lang=en");
        }
        let read = reader.get("/v1/tags/housing").await.expect(200);
        assert_eq!(read.at("/data/post_count"), 3);
        assert_eq!(log(&app, &loser), ["create", "update", "merge"]);
        assert_eq!(log(&app, &survivor), ["create", "update"]);
    }
);

/// The log entries about a resource, in order.
fn log(app: &TestApp, id: &str) -> Vec<String> {
    let id: tribuna::id::Id = id.parse().unwrap();
    let rows = changes::table
        .filter(changes::entity_id.eq(id))
        .order(changes::seq)
        .select(changes::operation);
    let read = |conn: &mut Conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => rows.load(conn)?,
            Conn::Postgres(conn) => rows.load(conn)?,
        })
    };
    app.state.db.read_now(read).unwrap()
}

on_both!(a_tag_is_merged_only_as_it_was_seen, async |app| {
    let ada = app.editor("ada").await;
    let id = tag(&ada, &[("en", "Housing")]).await;
    let into = json!({ "into": tag(&ada, &[("en", "Homes")]).await });
    let merge = async |seen: &'static str| {
        let request = ada.request(Method::POST, &format!("{ALL}/{id}/merge"));
        let request = request.insert_header((IF_MATCH, seen));
        ada.send(request.set_json(into.clone())).await
    };
    merge("\"v2\"")
        .await
        .expect_problem(412, "precondition_failed");
    merge("v1").await.expect_problem(400, "bad_request");
    merge("\"v1\"").await.expect(200);
});

on_both!(a_tag_merges_only_into_another_tag, async |app| {
    let ada = app.editor("ada").await;
    let id = tag(&ada, &[("en", "Housing")]).await;
    let category = json!({ "translations": { "en": { "name": "Housing" } } });
    let category = ada
        .post("/v1/admin/categories", category)
        .await
        .expect(201)
        .id();
    let address = format!("{ALL}/{id}/merge");
    let unknown = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
    for (into, code) in [
        (id.as_str(), "same"),
        (unknown, "unknown_reference"),
        (&category, "unknown_reference"),
    ] {
        let refused = ada.post(&address, json!({ "into": into })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/into", code)]);
    }
    let refused = ada.post(&address, json!({ "into": "housing" })).await;
    assert_eq!(
        refused.expect_problem(422, "invalid_body").faults(),
        [("/into", "wrong_format")]
    );
    let refused = ada
        .post(&format!("{ALL}/{unknown}/merge"), json!({ "into": id }))
        .await;
    refused.expect_problem(404, "not_found");
    let contributor = app.contributor("carl").await;
    contributor
        .post(&address, json!({ "into": id }))
        .await
        .expect_problem(403, "forbidden");
});
