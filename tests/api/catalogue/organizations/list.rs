//! Organizations: the list for editors, with cursors, limits and the search.

use serde_json::{Value, json};

use super::{ALL, made};

on_both!(
    paging_returns_each_organization_once_in_both_directions,
    async |app| {
        let ada = app.editor("ada").await;
        for number in 1..=5 {
            made(&ada, json!({ "name": format!("Number {number}") })).await;
        }
        for list in [ALL, "/v1/organizations"] {
            let first = ada
                .get(&format!("{list}?limit=2&count=true"))
                .await
                .expect(200);
            assert_eq!(first.column("name"), ["Number 5", "Number 4"]);
            assert_eq!(first.at("/page/total"), 5);
            assert_eq!(first.at("/page/limit"), 2);
            assert_eq!(first.at("/page/prev"), &Value::Null);
            assert!(first.header("link").contains("rel=\"next\""));
            assert!(first.header("link").contains("rel=\"first\""));
            let second = ada.get(first.text("/page/next")).await.expect(200);
            assert_eq!(second.column("name"), ["Number 3", "Number 2"]);
            let last = ada.get(second.text("/page/next")).await.expect(200);
            assert_eq!(last.column("name"), ["Number 1"]);
            assert_eq!(last.at("/page/next"), &Value::Null);
            let back = ada.get(last.text("/page/prev")).await.expect(200);
            assert_eq!(back.column("name"), second.column("name"));
            let front = ada.get(back.text("/page/prev")).await.expect(200);
            assert_eq!(front.column("name"), first.column("name"));
            assert_eq!(front.at("/page/prev"), &Value::Null);
        }
    }
);

on_both!(
    paging_skips_and_repeats_nothing_despite_creations_and_deletions,
    async |app| {
        let ada = app.editor("ada").await;
        let mut addresses = Vec::new();
        for number in 1..=6 {
            addresses.push(made(&ada, json!({ "name": format!("Number {number}") })).await);
        }
        let first = ada.get(&format!("{ALL}?limit=2")).await.expect(200);
        assert_eq!(first.column("name"), ["Number 6", "Number 5"]);
        made(&ada, json!({ "name": "Number 7" })).await;
        ada.delete(&addresses[4]).await.expect(204);
        let second = ada.get(first.text("/page/next")).await.expect(200);
        assert_eq!(second.column("name"), ["Number 4", "Number 3"]);
    }
);

on_both!(a_cursor_of_another_list_is_refused, async |app| {
    let ada = app.editor("ada").await;
    for name in ["One", "Two", "Three"] {
        made(&ada, json!({ "name": name })).await;
    }
    let page = ada.get(&format!("{ALL}?limit=1&q=o")).await.expect(200);
    let cursor = page.text("/page/next_cursor");
    for query in [
        format!("limit=1&cursor={cursor}"),
        format!("limit=1&q=t&cursor={cursor}"),
        "cursor=nonsense".to_owned(),
        "cursor=".to_owned(),
    ] {
        let refused = ada.get(&format!("{ALL}?{query}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, "cursor", "{query}");
    }
    let other = format!("/v1/organizations?limit=1&q=o&cursor={cursor}");
    ada.get(&other)
        .await
        .expect_problem(400, "invalid_parameter");
});

on_both!(a_limit_out_of_range_is_refused_never_clamped, async |app| {
    let anyone = app.anonymous();
    for (limit, code) in [
        ("0", "too_small"),
        ("101", "too_large"),
        ("-1", "too_small"),
        ("ten", "wrong_type"),
        ("1.5", "wrong_type"),
        ("", "wrong_type"),
        ("99999999999999999999", "too_large"),
    ] {
        let refused = anyone
            .get(&format!("/v1/organizations?limit={limit}"))
            .await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults(), [("limit", code)], "{limit}");
    }
    for limit in [1, 100] {
        let page = anyone
            .get(&format!("/v1/organizations?limit={limit}"))
            .await;
        assert_eq!(page.expect(200).at("/page/limit"), limit);
    }
});

on_both!(
    the_search_ignores_case_in_every_script_and_takes_wildcards_literally,
    async |app| {
        let ada = app.editor("ada").await;
        for name in [
            "Ville d'Évry",
            "ΑΘΗΝΑ",
            "100 % local",
            "under_score",
            r"back\slash",
            "Москва",
        ] {
            made(&ada, json!({ "name": name })).await;
        }
        for (q, expected) in [
            ("évry", "Ville d'Évry"),
            ("ÉVRY", "Ville d'Évry"),
            ("αθηνα", "ΑΘΗΝΑ"),
            ("%", "100 % local"),
            ("_", "under_score"),
            (r"\", r"back\slash"),
            ("МОСК", "Москва"),
        ] {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", q)
                .finish();
            let found = ada.get(&format!("{ALL}?{query}")).await.expect(200);
            assert_eq!(found.column("name"), [expected], "{q}");
        }
        let none = ada.get(&format!("{ALL}?q=%25%25")).await.expect(200);
        assert_eq!(none.items().len(), 0);
    }
);
