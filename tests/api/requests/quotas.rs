//! Quotas: how many requests a client may send.

use std::net::SocketAddr;

use actix_web::http::Method;
use tribuna::accounts::api_keys::secret::KeySecret;

use crate::support::TestApp;
use crate::support::client::Answer;
use crate::support::content::TAGS;

/// An instance that allows three requests at once and one per second.
async fn strict(app: &TestApp) -> TestApp {
    let settings = [
        ("TRIBUNA_QUOTA_PER_MINUTE", "60"),
        ("TRIBUNA_QUOTA_BURST", "3"),
        ("TRIBUNA_TRUSTED_PROXIES", "10.0.0.0/8"),
    ];
    app.another(&settings).await
}

async fn get_from(app: &TestApp, peer: &str, path: &str) -> Answer {
    let peer: SocketAddr = peer.parse().unwrap();
    let nobody = app.anonymous();
    let request = nobody.request(Method::GET, path).peer_addr(peer);
    nobody.send(request).await
}

on_both!(a_client_that_exceeds_its_quota_waits, async |app| {
    let app = strict(&app).await;
    let peer = "192.0.2.1:1000";
    for remaining in ["2", "1", "0"] {
        let answer = get_from(&app, peer, TAGS).await;
        let limit = answer.expect(401).header("ratelimit").to_owned();
        assert!(
            limit.starts_with(&format!(r#""default";r={remaining};"#)),
            "{limit}"
        );
    }
    for path in [TAGS, "/v1/posts"] {
        let refused = get_from(&app, peer, path).await;
        let refused = refused.expect_problem(429, "quota_exceeded");
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.header("ratelimit-policy"), r#""default";q=3;w=3"#);
        assert_eq!(refused.header("ratelimit"), r#""default";r=0;t=3"#);
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    get_from(&app, "192.0.2.2:1000", "/v1/posts")
        .await
        .expect(200);
    app.pass(1);
    get_from(&app, peer, "/v1/posts").await.expect(200);
    get_from(&app, peer, "/v1/posts").await.expect(429);
    app.pass(60);
    let refilled = get_from(&app, peer, TAGS).await;
    assert_eq!(refilled.header("ratelimit"), r#""default";r=2;t=1"#);
});

on_both!(
    ever_new_keys_are_looked_up_no_more_often_than_others_read,
    async |app| {
        let app = strict(&app).await;
        let nobody = app.anonymous();
        let guess = || {
            let secret = KeySecret::random().unwrap().into_text();
            let request = nobody.request(Method::GET, "/v1/tags");
            let peer = "192.0.2.1:1000".parse().unwrap();
            let request = request.insert_header(("x-api-key", secret));
            nobody.send(request.peer_addr(peer))
        };
        for _ in 0..3 {
            guess().await.expect_problem(401, "invalid_key");
        }
        let (refused, statements) = app.watched(guess()).await;
        refused.expect_problem(429, "quota_exceeded");
        assert_eq!(statements, Vec::<String>::new());
    }
);

on_both!(
    answers_from_memory_count_and_shared_caches_get_no_counts,
    async |app| {
        let app = strict(&app).await;
        app.catches_up().await;
        let peer = "192.0.2.1:1000";
        for status in ["tribuna; fwd=miss; stored", "tribuna; hit", "tribuna; hit"] {
            let answer = get_from(&app, peer, "/v1/tags").await.expect(200);
            assert_eq!(answer.header("cache-status"), status);
            for header in ["ratelimit", "ratelimit-policy"] {
                assert!(!answer.headers.contains_key(header));
            }
        }
        get_from(&app, peer, "/v1/tags").await.expect(429);
    }
);

on_both!(a_network_counts_as_one_client, async |app| {
    let app = strict(&app).await;
    for host in ["1", "2", "ffff:3"] {
        let peer = format!("[2001:db8:1:2::{host}]:1000");
        get_from(&app, &peer, "/v1/tags").await.expect(200);
    }
    get_from(&app, "[2001:db8:1:2::4]:1", "/v1/tags")
        .await
        .expect(429);
    get_from(&app, "[2001:db8:1:3::4]:1", "/v1/tags")
        .await
        .expect(200);
});

on_both!(behind_a_proxy_each_client_has_its_own_quota, async |app| {
    let app = strict(&app).await;
    let nobody = app.anonymous();
    let from = |forwarded: &'static str, peer: &str| {
        let request = nobody.request(Method::GET, "/v1/tags");
        let request = request.insert_header(("x-forwarded-for", forwarded));
        nobody.send(request.peer_addr(peer.parse().unwrap()))
    };
    for client in [
        "203.0.113.7:5123",
        "6.6.6.6, 203.0.113.7",
        "::ffff:203.0.113.7",
    ] {
        from(client, "10.1.2.3:99").await.expect(200);
    }
    from("203.0.113.7, 10.9.9.9", "10.1.2.3:99")
        .await
        .expect(429);
    from("203.0.113.8", "10.1.2.3:99").await.expect(200);
    from("203.0.113.7", "192.0.2.1:99").await.expect(200);
});

on_both!(probes_are_not_counted_and_quotas_can_be_off, async |app| {
    let strict = strict(&app).await;
    for _ in 0..5 {
        let alive = get_from(&strict, "192.0.2.1:1", "/health/live").await;
        assert!(!alive.expect(200).headers.contains_key("ratelimit"));
    }
    let off = [
        ("TRIBUNA_QUOTA_PER_MINUTE", "off"),
        ("TRIBUNA_QUOTA_BURST", "1"),
    ];
    let off = app.another(&off).await;
    for _ in 0..3 {
        let answer = get_from(&off, "192.0.2.1:1", TAGS).await.expect(401);
        assert!(!answer.headers.contains_key("ratelimit-policy"));
    }
});

on_both!(
    scripts_of_configured_origins_may_read_a_refusal,
    async |app| {
        let app = strict(&app).await;
        let nobody = app.anonymous();
        let origin = ("origin", "https://desk.example.org");
        for _ in 0..3 {
            let request = nobody.request(Method::GET, TAGS).insert_header(origin);
            nobody.send(request).await.expect(401);
        }
        let request = nobody.request(Method::GET, TAGS).insert_header(origin);
        let refused = nobody.send(request).await.expect(429);
        assert_eq!(refused.header("access-control-allow-origin"), origin.1);
        assert!(
            refused
                .header("access-control-expose-headers")
                .contains("ratelimit")
        );
    }
);
