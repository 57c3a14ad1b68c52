//! Errors name the wrong value and the one that was probably meant, and all of them at once.

use serde_json::{Value, json};

use crate::support::client::Answer;
use crate::support::content::{POSTS, TAGS, named, post, publication};

/// Returns the details of all faults, each with its place.
fn details(answer: &Answer) -> Vec<String> {
    let errors = answer.at("/errors").as_array().unwrap();
    let one = |error: &Value| {
        let place = error.get("pointer").or(error.get("parameter"));
        let place = place.and_then(Value::as_str).unwrap_or_default();
        format!("{place} {}", error["detail"].as_str().unwrap())
    };
    errors.iter().map(one).collect()
}

on_both!(a_wrong_value_of_a_parameter_is_named, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    for (path, expected) in [
        (
            "/v1/posts?fields=title,titel,slugg",
            &[
                "fields `titel` is not one of the allowed values; did you mean `title`?",
                "fields `slugg` is not one of the allowed values; did you mean `slug`?",
            ][..],
        ),
        (
            "/v1/posts?sort=-publishd_at",
            &[
                "sort must be one of `-published_at`, `published_at`, `-updated_at`, `updated_at`, `title`, `-title`, `position`, not `-publishd_at`; did you mean `-published_at`?",
            ],
        ),
        (
            "/v1/posts?type=pages",
            &["type must be one of `post`, `page`, not `pages`; did you mean `page`?"],
        ),
        (
            "/v1/posts?type=zzz",
            &["type must be one of `post`, `page`, not `zzz`"],
        ),
    ] {
        let answer = anyone.get(path).await;
        let answer = answer.expect_problem(400, "invalid_parameter");
        assert_eq!(details(&answer), expected, "{path}");
    }
    let unknown = anyone.get("/v1/posts?fields=colour").await;
    let unknown = unknown.expect_problem(400, "invalid_parameter");
    let told = unknown.text("/detail");
    assert!(told.starts_with("fields: must be one of `id`") && told.ends_with(", not `colour`."));
    let answer = ada.get(&format!("{POSTS}?status=publshed")).await;
    let answer = answer.expect_problem(400, "invalid_parameter");
    let told = answer.text("/detail");
    assert!(
        told.ends_with("not `publshed`; did you mean `published`?"),
        "{told}"
    );
});

on_both!(a_wrong_member_of_a_body_is_named, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let body = json!({ "publishAt": "2035-05-15T09:00:00Z", "timezone": "Europe/Madrid" });
    let answer = ada.put(&publication(&id, "en"), body).await;
    let answer = answer.expect_problem(422, "invalid_body");
    assert_eq!(
        details(&answer),
        [
            "/publishAt is not a known member; did you mean `publish_at`?",
            "/timezone is not a known member; did you mean `time_zone`?",
        ]
    );
    let mut new = post("en", "Housing");
    new["translation"]["seo"] = json!({ "titel": "Housing" });
    new["translation"]["body"] = json!({ "format": "markdwn", "source": "" });
    new["colour"] = json!("red");
    let answer = ada.post(POSTS, new).await;
    let answer = answer.expect_problem(422, "invalid_body");
    let told = details(&answer);
    assert_eq!(told.len(), 3, "{told:?}");
    for part in [
        "/translation/seo/titel is not a known member; did you mean `title`?",
        "/translation/body/format must be one of `markdown`, `html`, not `markdwn`; did you mean `markdown`?",
        "/colour is not a known member; the known ones are `authors`, `canonical_url`, `categories`, ",
    ] {
        assert!(
            told.iter().any(|one| one.starts_with(part)),
            "{part}: {told:?}"
        );
    }
});

on_both!(
    rules_of_other_members_apply_beside_one_that_cannot_be_read,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        for time in ["15 May 2031", "2031-02-30T10:00:00"] {
            let body = json!({ "publish_at": time, "time_zone": "Paris" });
            let answer = ada.put(&publication(&id, "en"), body).await;
            let answer = answer.expect_problem(422, "invalid_body");
            let places: Vec<&str> = answer.faults().iter().map(|(place, _)| *place).collect();
            assert_eq!(places, ["/publish_at", "/time_zone"], "{answer}");
        }
        // The rule about both times says nothing while one of them cannot be read.
        let body = json!({ "publish_at": "soon", "unpublish_at": "2031-05-15T10:00:00", "time_zone": "Europe/Paris" });
        let answer = ada.put(&publication(&id, "en"), body).await;
        let answer = answer.expect_problem(422, "invalid_body");
        assert_eq!(answer.faults(), [("/publish_at", "wrong_format")]);
    }
);

on_both!(no_error_shows_a_regular_expression, async |app| {
    let ada = app.editor("ada").await;
    let tag = json!({ "method": "DELETE", "path": TAGS, "if_match": "" });
    let outside = json!({ "method": "GET", "path": "/v1/posts" });
    let operations = json!({ "operations": [tag, outside] });
    let answer = ada.post("/v1/admin/batch", operations).await;
    let answer = answer.expect_problem(422, "invalid_body");
    assert_eq!(
        details(&answer),
        [
            "/operations/0/if_match must have at least one character, and printable ASCII characters only",
            "/operations/1/path must be a percent-encoded path that begins with /v1/admin/",
        ]
    );
    let mut licensed = post("en", "Housing");
    licensed["licence"] = json!("all rights reserved");
    let country = json!({ "name": "City", "country": "Spain" });
    for (path, body) in [
        (POSTS, licensed),
        ("/v1/admin/organizations", country),
        (TAGS, named("english", "Housing")),
    ] {
        let answer = ada.post(path, body).await;
        let answer = answer.expect_problem(422, "invalid_body");
        assert!(!answer.text("/detail").contains('^'), "{answer}");
    }
    let answer = app.anonymous().get("/v1/resolve?path=en").await;
    let answer = answer.expect_problem(400, "invalid_parameter");
    assert!(!answer.text("/detail").contains('^'), "{answer}");
});

on_both!(a_number_beyond_its_type_is_too_large, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    for (number, expected) in [
        (
            json!(9_223_372_036_854_775_808_u64),
            "/revision must be at most 2147483647",
        ),
        (
            json!(2_147_483_648_u64),
            "/revision must be at most 2147483647",
        ),
        (json!(0), "/revision must be at least 1"),
    ] {
        let body = json!({ "revision": number });
        let answer = ada.put(&publication(&id, "en"), body).await;
        let answer = answer.expect_problem(422, "invalid_body");
        assert_eq!(details(&answer), [expected]);
    }
});
