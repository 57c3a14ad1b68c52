//! Every failure is answered by a useful problem document, for any input at any address.

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, ORIGIN};
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::Answer;

const ORGANIZATIONS: &str = "/v1/admin/organizations";

/// Posts these bytes as an editor and returns the answer.
async fn post_bytes(
    app: &TestApp,
    content_type: Option<&str>,
    bytes: impl Into<Vec<u8>>,
) -> Answer {
    let ada = app.editor("ada").await;
    let mut request = ada.request(Method::POST, ORGANIZATIONS);
    request = request.set_payload(bytes.into());
    if let Some(content_type) = content_type {
        request = request.insert_header((CONTENT_TYPE, content_type));
    }
    ada.send(request).await
}

async fn asked_with(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let anyone = app.anonymous();
    let request = anyone.request(method, path);
    let request = headers
        .iter()
        .fold(request, |request, header| request.insert_header(*header));
    anyone.send(request).await
}

on_both!(an_unknown_address_is_a_404_on_every_method, async |app| {
    let paths = ["/v1/nonsense", "/v1//organizations", "/favicon.ico"];
    for path in paths {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let answer = asked_with(&app, method, path, &[]).await;
            answer.expect_problem(404, "not_found");
        }
    }
});

on_both!(an_unknown_address_may_be_a_misspelt_one, async |app| {
    let nothing = "There is nothing at this address.";
    for (path, detail) in [
        (
            "/v1/postss",
            "There is nothing at this address; did you mean /v1/posts?",
        ),
        (
            "/health/redy",
            "There is nothing at this address; did you mean /health/ready?",
        ),
        ("/favicon.ico", nothing),
        ("/v1/posts/nope", nothing),
    ] {
        let answer = asked_with(&app, Method::GET, path, &[]).await;
        let answer = answer.expect_problem(404, "not_found");
        assert_eq!(answer.text("/detail"), detail, "{path}");
    }
});

on_both!(a_405_lists_the_allowed_methods, async |app| {
    for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = asked_with(&app, method, "/v1/organizations", &[]).await;
        let answer = answer.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    }
    let answer = asked_with(&app, Method::DELETE, ORGANIZATIONS, &[]).await;
    let answer = answer.expect_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, POST, HEAD, OPTIONS");
});

on_both!(
    options_lists_the_methods_and_a_preflight_is_answered,
    async |app| {
        let plain = asked_with(&app, Method::OPTIONS, "/v1/organizations", &[]).await;
        let plain = plain.expect(204);
        assert_eq!(plain.header("allow"), "GET, HEAD, OPTIONS");
        let wanted = ("access-control-request-method", "GET");
        for (path, origin, allowed) in [
            ("/v1/organizations", "https://anyone.example", true),
            (ORGANIZATIONS, "https://desk.example.org", true),
            (ORGANIZATIONS, "https://anyone.example", false),
        ] {
            let headers = [("origin", origin), wanted];
            let preflight = asked_with(&app, Method::OPTIONS, path, &headers).await;
            let got = preflight
                .headers
                .contains_key("access-control-allow-origin");
            assert_eq!(got, allowed, "{path} from {origin}: {preflight}");
            if !allowed {
                let refused = preflight.expect_problem(400, "bad_request");
                assert_eq!(refused.faults(), [("Origin", "not_allowed")]);
            }
        }
    }
);

on_both!(
    a_refused_preflight_names_the_header_and_what_would_be_right,
    async |app| {
        let desk = ("origin", "https://desk.example.org");
        let wanted = ("access-control-request-method", "PROPFIND");
        let answer = asked_with(&app, Method::OPTIONS, ORGANIZATIONS, &[desk, wanted]).await;
        let refused = answer.expect_problem(400, "bad_request");
        let name = "Access-Control-Request-Method";
        assert_eq!(refused.faults(), [(name, "not_allowed")]);
        let detail = refused.text("/detail");
        assert!(detail.contains("must be one of GET, POST"), "{detail}");
        let other = [
            ("origin", "https://anyone.example"),
            ("access-control-request-method", "GET"),
        ];
        let refused = asked_with(&app, Method::OPTIONS, ORGANIZATIONS, &other).await;
        let detail = refused.text("/detail");
        assert!(detail.contains("TRIBUNA_CORS_ORIGINS"), "{detail}");
    }
);

on_both!(
    only_known_origins_may_read_management_answers,
    async |app| {
        let ada = app.editor("ada").await;
        for (origin, allowed) in [
            ("https://desk.example.org", true),
            ("https://anyone.example", false),
        ] {
            let request = ada.request(Method::GET, ORGANIZATIONS);
            let answer = ada.send(request.insert_header((ORIGIN, origin))).await;
            let got = answer.headers.contains_key("access-control-allow-origin");
            assert_eq!(got, allowed, "{answer}");
            assert!(
                !answer
                    .headers
                    .contains_key("access-control-allow-credentials")
            );
        }
    }
);

on_both!(head_answers_as_get_does, async |app| {
    let get = asked_with(&app, Method::GET, "/v1/organizations", &[])
        .await
        .expect(200);
    let head = asked_with(&app, Method::HEAD, "/v1/organizations", &[])
        .await
        .expect(200);
    for name in ["etag", "content-type", "cache-control", "link"] {
        assert_eq!(head.header(name), get.header(name));
    }
    let missing = asked_with(&app, Method::HEAD, "/v1/organizations/none", &[]).await;
    missing.expect(404);
});

on_both!(
    a_body_that_cannot_be_read_says_where_it_breaks,
    async |app| {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let cases: [(&[u8], &str); 10] = [
            (b"", "empty"),
            (b" \n", "JSON"),
            (b"{", "line 1"),
            (b"{\"name\": \"x\",}", "line 1"),
            (b"{\"name\": \"x\"} tail", "trailing"),
            (
                b"{\"name\": \"x\", \"name\": \"y\"}",
                "\"name\" appears twice",
            ),
            (b"{\"name\": \"\xff\"}", "not UTF-8: byte 10"),
            (b"{\"name\": \"\\ud800\"}", "JSON"),
            (deep.as_bytes(), "recursion"),
            (b"name=x", "line 1"),
        ];
        for (body, hint) in cases {
            let answer = post_bytes(&app, Some("application/json"), body).await;
            let answer = answer.expect_problem(400, "malformed_body");
            let detail = answer.text("/detail");
            assert!(detail.contains(hint), "{hint}: {detail}");
        }
    }
);

on_both!(duplicate_members_are_found_at_any_depth, async |app| {
    let body = r#"{ "name": "x", "more": [{ "a": 1, "a": 1 }] }"#;
    let answer = post_bytes(&app, Some("application/json"), body).await;
    answer.expect_problem(400, "malformed_body");
});

on_both!(nul_is_refused_wherever_it_stands, async |app| {
    let answer = post_bytes(&app, Some("application/json"), r#"{ "name": "a\u0000b" }"#).await;
    let answer = answer.expect_problem(422, "invalid_body");
    assert_eq!(answer.faults(), [("/name", "control_character")]);
    let anyone = app.anonymous();
    let answer = anyone.get("/v1/organizations?q=a%00b").await;
    let answer = answer.expect_problem(400, "invalid_parameter");
    assert_eq!(answer.faults(), [("q", "control_character")]);
    anyone
        .get("/v1/organizations/a%00b")
        .await
        .expect_problem(404, "not_found");
});

on_both!(a_body_of_another_media_type_is_refused, async |app| {
    let body = r#"{ "name": "x" }"#;
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/merge-patch+json"),
        Some("application/json; charset=latin1"),
        Some("nonsense"),
    ] {
        let answer = post_bytes(&app, content_type, body).await;
        answer.expect_problem(415, "unsupported_media_type");
    }
    for content_type in ["application/json; charset=UTF-8", "Application/JSON"] {
        post_bytes(&app, Some(content_type), body).await.expect(201);
    }
});

on_both!(a_body_that_is_too_large_is_refused_whole, async |app| {
    let body = json!({ "name": "x".repeat(3 << 20) }).to_string();
    let answer = post_bytes(&app, Some("application/json"), body).await;
    let answer = answer.expect_problem(413, "body_too_large");
    assert!(answer.text("/detail").contains("2097152"));
});

on_both!(
    authorization_is_checked_before_the_body_is_read,
    async |app| {
        let anyone = app.anonymous();
        let request = anyone.request(Method::POST, ORGANIZATIONS);
        let answer = anyone.send(request.set_payload("nonsense")).await;
        answer.expect_problem(401, "unauthenticated");
    }
);

on_both!(
    an_unknown_parameter_is_named_with_the_nearest_one,
    async |app| {
        let anyone = app.anonymous();
        let answer = anyone.get("/v1/organizations?limt=5&Q=x&zzz=1").await;
        let answer = answer.expect_problem(400, "invalid_parameter");
        assert_eq!(
            answer.faults(),
            [
                ("Q", "unknown_parameter"),
                ("limt", "unknown_parameter"),
                ("zzz", "unknown_parameter")
            ]
        );
        let got = answer.at("/errors").to_string();
        assert!(got.contains("did you mean `limit`?"), "{got}");
        let answer = anyone.get("/v1/organizations/none?sort=name").await;
        answer.expect_problem(400, "invalid_parameter");
    }
);

on_both!(a_parameter_given_twice_is_refused, async |app| {
    let anyone = app.anonymous();
    let answer = anyone.get("/v1/organizations?limit=5&limit=6").await;
    let answer = answer.expect_problem(400, "invalid_parameter");
    assert_eq!(answer.faults(), [("limit", "duplicate_parameter")]);
});

on_both!(a_query_that_is_not_utf_8_is_refused, async |app| {
    let anyone = app.anonymous();
    for (query, names) in [
        ("q=%ff", vec!["q"]),
        ("q=%", vec!["q"]),
        ("q=a&sort=%zz&limit=%ff", vec!["limit", "sort"]),
        ("q=%ff&q=%ff", vec!["q"]),
    ] {
        let answer = anyone.get(&format!("/v1/organizations?{query}")).await;
        let answer = answer.expect_problem(400, "invalid_parameter");
        let named: Vec<_> = names
            .iter()
            .map(|name| (*name, "invalid_encoding"))
            .collect();
        assert_eq!(answer.faults(), named, "{query}");
    }
    let answer = anyone.get("/v1/organizations/%ff").await;
    answer.expect_problem(404, "not_found");
});

on_both!(a_page_too_far_on_recommends_the_cursor, async |app| {
    for page in ["10001", "99999999999999999999", "501"] {
        let answer = app.anonymous().get(&format!("/v1/posts?page={page}")).await;
        let answer = answer.expect_problem(400, "invalid_parameter");
        assert_eq!(answer.faults().len(), 1, "{answer}");
        assert_eq!(answer.text("/errors/0/parameter"), "page");
        let got = answer.text("/errors/0/detail");
        assert!(got.contains("cursor"), "{got}");
    }
});

on_both!(the_number_of_names_in_a_query_is_limited, async |app| {
    let anyone = app.anonymous();
    let names = |from: usize| {
        let names: Vec<String> = (from..from + 50).map(|n| format!("n{n}")).collect();
        names.join(",")
    };
    let four = format!(
        "tag={}&tag={}&exclude_tag={}&author={}",
        names(0),
        names(50),
        names(100),
        names(0)
    );
    anyone.get(&format!("/v1/posts?{four}")).await.expect(200);
    for list in ["/v1/posts", "/v1/posts/facets"] {
        let answer = anyone.get(&format!("{list}?{four}&category=one")).await;
        let answer = answer.expect_problem(400, "invalid_parameter");
        assert_eq!(answer.faults(), [("tag", "too_many")]);
        let got = answer.text("/errors/0/detail");
        assert!(got.contains("200") && got.contains("201"), "{got}");
    }
});

on_both!(
    a_query_that_is_too_long_is_refused_on_every_path,
    async |app| {
        let long = "x".repeat(33_000);
        let (anyone, ada) = (app.anonymous(), app.editor("ada").await);
        for (caller, path) in [
            (&anyone, "/v1/organizations"),
            (&anyone, "/v1/nonsense"),
            (&ada, ORGANIZATIONS),
        ] {
            let answer = caller.get(&format!("{path}?q={long}")).await;
            answer.expect_problem(414, "uri_too_long");
        }
    }
);

on_both!(
    parameters_that_are_too_long_together_are_named,
    async |app| {
        let anyone = app.anonymous();
        let tags = format!("&tag={}", "x".repeat(600)).repeat(17);
        for (path, query, name) in [
            (
                "/v1/organizations",
                format!("q={}", "x".repeat(10_000)),
                "q",
            ),
            // The limit counts the encoded bytes: 3,400 characters take 10,200.
            (
                "/v1/organizations",
                format!("q={}", "%41".repeat(3400)),
                "q",
            ),
            ("/v1/posts", tags, "tag"),
            ("/v1/posts", "&".repeat(10_240), ""),
        ] {
            let answer = anyone.get(&format!("{path}?{query}")).await;
            let answer = answer.expect_problem(400, "invalid_parameter");
            assert_eq!(answer.faults(), [(name, "too_long")]);
        }
    }
);

on_both!(errors_are_listed_up_to_a_limit_and_once, async |app| {
    let anyone = app.anonymous();
    let unknown: Vec<String> = (0..300).map(|number| format!("zz{number}=1")).collect();
    let answer = anyone
        .get(&format!("/v1/posts?{}", unknown.join("&")))
        .await;
    let answer = answer.expect_problem(400, "invalid_parameter");
    assert_eq!(answer.faults().len(), 100);
    let fields = vec!["a"; 2000].join(",");
    let twice = "&limit=5".repeat(300);
    let path = format!("/v1/posts?fields={fields}&a=1&a=1{twice}");
    let answer = anyone
        .get(&path)
        .await
        .expect_problem(400, "invalid_parameter");
    assert_eq!(
        answer.faults(),
        [
            ("a", "unknown_parameter"),
            ("fields", "not_allowed"),
            ("fields", "too_many"),
            ("limit", "duplicate_parameter")
        ]
    );
});

on_both!(an_unacceptable_media_type_is_not_sent, async |app| {
    // The answer is cached from here on. The cache must not send it either.
    asked_with(&app, Method::GET, "/v1/organizations", &[]).await;
    for accept in [
        "text/html",
        "application/xml",
        "application/json;q=0",
        "image/*, text/csv",
    ] {
        let answer = asked_with(
            &app,
            Method::GET,
            "/v1/organizations",
            &[(ACCEPT.as_str(), accept)],
        )
        .await;
        answer.expect_problem(406, "not_acceptable");
    }
    let fine = [
        "*/*",
        "application/*",
        "text/html, application/json;q=0.1",
        "text/html, */*;q=0.1",
        "application/json; charset=utf-8",
        "",
    ];
    for accept in fine {
        let answer = asked_with(
            &app,
            Method::GET,
            "/v1/organizations",
            &[(ACCEPT.as_str(), accept)],
        )
        .await;
        answer.expect(200);
    }
});

on_both!(
    a_sane_request_id_is_kept_and_any_other_replaced,
    async |app| {
        let sent = async |id: &str| {
            let answer =
                asked_with(&app, Method::GET, "/v1/nonsense", &[("x-request-id", id)]).await;
            answer.header("x-request-id").to_owned()
        };
        assert_eq!(sent("trace-0123456789").await, "trace-0123456789");
        for id in [
            "short",
            "with space 123",
            "<script>alert</script>",
            &"x".repeat(65),
        ] {
            assert_ne!(sent(id).await, id);
        }
    }
);

on_both!(no_internal_detail_is_shown, async |app| {
    let answer = app
        .anonymous()
        .get("/v1/organizations?cursor=AAAAAAAAAAAAAAAA")
        .await;
    let answer = answer.expect(400);
    for header in ["server", "x-powered-by"] {
        assert!(!answer.headers.contains_key(header));
    }
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    for word in ["sql", "diesel", "src/", "panicked", "base64"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert!(!answer.headers.contains_key(ALLOW));
});

on_both!(pages_of_other_origins_may_read_problems, async |app| {
    for path in [
        "/v1/organizations?limt=1",
        "/v1/organizations/none",
        "/v1/nonsense",
    ] {
        let headers = [("origin", "https://anyone.example")];
        let answer = asked_with(&app, Method::GET, path, &headers).await;
        assert!(answer.status >= 400);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
});

on_both!(a_path_is_the_same_in_any_spelling, async |app| {
    let (admin, anyone) = (app.admin("root").await, app.anonymous());
    for (path, query) in [
        ("/v1/%70osts", "limit=0"),
        ("/%761/posts", "nope=1"),
        ("/v1/posts/%66acets", "limit=0"),
        ("/v1/res%6Flve", "kind=nope"),
    ] {
        let answer = anyone.get(&format!("{path}?{query}")).await;
        answer.expect_problem(400, "invalid_parameter");
    }
    let request = anyone.request(Method::DELETE, "/v1/%70osts");
    anyone
        .send(request)
        .await
        .expect_problem(405, "method_not_allowed");
    let long = json!({ "translations": { "en": { "name": "x".repeat(5000) } } });
    let answer = admin.post("/v1/admin/%74ags", long).await;
    answer.expect_problem(422, "invalid_body");
    let users = anyone.get("/v1/%61dmin/users").await;
    let users = users.expect_problem(401, "unauthenticated");
    assert!(!users.headers.contains_key("access-control-allow-origin"));
});

on_both!(a_link_is_no_longer_than_the_request, async |app| {
    let ada = app.editor("ada").await;
    for title in ["One", "Two", "Three"] {
        ada.issues("en", title).await;
    }
    let slugs = |from: usize, count: usize| {
        let slugs: Vec<String> = (from..from + count).map(|n| format!("{n:041}")).collect();
        slugs.join(",")
    };
    let groups: Vec<String> = [(0, 50), (50, 50), (100, 50), (150, 40)]
        .map(|(from, count)| format!("exclude_category={}", slugs(from, count)))
        .into();
    let query = groups.join("&");
    assert!((8000..8192).contains(&query.len()), "{}", query.len());
    let mut next = format!("/v1/posts?{query}&limit=1&sort=title");
    let mut seen = 0;
    while !next.is_empty() {
        let page = app.anonymous().get(&next).await.expect(200);
        seen += page.items().len();
        next = page.at("/page/next").as_str().unwrap_or_default().into();
    }
    assert_eq!(seen, 3);
});
