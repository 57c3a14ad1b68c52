//! A 404 of the management surface says which thing is missing, where the caller may know that.

use serde_json::json;

use crate::support::content::{POSTS, TAGS, publication, translation};

const NOWHERE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

on_both!(a_404_names_what_is_missing, async |app| {
    let ada = app.admin("ada").await;
    let id = ada.writes("en", "Housing").await;
    let french = translation(&id, "fr");
    let english = translation(&id, "en");
    for (path, expected) in [
        (
            format!("{TAGS}/{NOWHERE}"),
            format!("The id `{NOWHERE}` is not among the tags that you may see."),
        ),
        (
            format!("/v1/admin/users/{NOWHERE}"),
            format!("The id `{NOWHERE}` is not among the users that you may see."),
        ),
        (
            format!("{POSTS}/{NOWHERE}"),
            format!("The id `{NOWHERE}` is not among the posts that you may see."),
        ),
        (
            translation(NOWHERE, "en"),
            format!("The id `{NOWHERE}` is not among the posts that you may see."),
        ),
        (
            french.clone(),
            "The post has no translation in fr.".to_owned(),
        ),
        (
            publication(&id, "en"),
            "The post has no publication in en.".to_owned(),
        ),
        (
            format!("{english}/submission"),
            "The translation has no submission: it was never submitted, or the submission was withdrawn."
                .to_owned(),
        ),
        (
            format!("{english}/review"),
            "The translation has no review: none was begun, or it was handed back.".to_owned(),
        ),
        (
            format!("{english}/archive"),
            "The translation is not archived.".to_owned(),
        ),
        (
            format!("{english}/revisions/9"),
            "The translation has no revision 9.".to_owned(),
        ),
        (
            format!("{english}/preview-links/{NOWHERE}"),
            "The translation has no such preview link, or it has expired.".to_owned(),
        ),
    ] {
        let answer = ada.get(&path).await.expect_problem(404, "not_found");
        assert_eq!(answer.text("/detail"), expected, "{path}");
        let batch = json!({ "operations": [{ "method": "GET", "path": path }] });
        let batch = ada.post("/v1/admin/batch", batch).await.expect(200);
        let problem = batch.at("/data/results/0/problem");
        assert_eq!(problem["detail"], expected.as_str(), "{path}");
    }
    for (path, expected) in [
        (format!("{POSTS}/{id}/tags/nope"), "There is no tag `nope`."),
        (
            format!("{POSTS}/{id}/categories/{NOWHERE}"),
            "There is no category `01890a5d-ac96-774b-bcce-b302099a8057`.",
        ),
        (
            format!("{POSTS}/{id}/authors/no%20body"),
            "There is no author `no body`.",
        ),
    ] {
        let added = ada.put(&path, json!({})).await;
        let added = added.expect_problem(404, "not_found");
        assert_eq!(added.text("/detail"), expected);
        let removed = ada.delete(&path).await.expect_problem(404, "not_found");
        assert_eq!(removed.text("/detail"), expected);
    }
    let body = json!({ "publish_at": "2035-05-15T09:00:00Z" });
    let retimed = ada.patch(&publication(&id, "en"), body.clone()).await;
    let retimed = retimed.expect_problem(404, "not_found");
    assert_eq!(
        retimed.text("/detail"),
        "The post has no publication in en."
    );
    ada.publishes(&id, "en").await;
    let replacement = format!("{}/replacement", publication(&id, "en"));
    let retimed = ada.patch(&replacement, body).await;
    let retimed = retimed.expect_problem(404, "not_found");
    assert_eq!(
        retimed.text("/detail"),
        "No replacement of the publication is planned."
    );
});

on_both!(a_malformed_variable_of_a_path_is_named, async |app| {
    let ada = app.admin("ada").await;
    let id = ada.writes("en", "Housing").await;
    for (path, expected) in [
        (
            format!("{TAGS}/nope"),
            "The `id` in the path must be an id (a UUID).",
        ),
        (
            translation(&id, "e"),
            "The `lang` in the path must be a BCP 47 language tag",
        ),
        (
            format!("{}/revisions/first", translation(&id, "en")),
            "The `number` in the path must be an integer.",
        ),
        (
            format!("{}/revisions/9999999999", translation(&id, "en")),
            "The `number` in the path must be at most 2147483647.",
        ),
    ] {
        let answer = ada.get(&path).await.expect_problem(404, "not_found");
        let got = answer.text("/detail");
        assert!(got.starts_with(expected), "{path}: {got}");
    }
});

on_both!(
    a_post_that_the_caller_may_not_see_is_missing_like_one_that_does_not_exist,
    async |app| {
        let (ada, bob) = (app.editor("ada").await, app.contributor("bob").await);
        let id = ada.writes("en", "Housing").await;
        for suffix in [
            "",
            "/translations/en",
            "/translations/fr",
            "/translations/en/publication",
            "/translations/en/revisions/9",
        ] {
            let details = [&*id, NOWHERE].map(|post| format!("{POSTS}/{post}{suffix}"));
            let mut told = Vec::new();
            for path in details {
                let answer = bob.get(&path).await.expect_problem(404, "not_found");
                told.push(answer.text("/detail").replace(&*id, NOWHERE));
            }
            assert_eq!(told[0], told[1], "{suffix}");
        }
        let add = |post: &str| format!("{POSTS}/{post}/tags/nope");
        let answers = [
            bob.put(&add(&id), json!({})).await,
            bob.put(&add(NOWHERE), json!({})).await,
        ];
        let told = answers.map(|answer| {
            let answer = answer.expect_problem(404, "not_found");
            answer.text("/detail").replace(&*id, NOWHERE)
        });
        assert_eq!(told[0], told[1]);
    }
);
