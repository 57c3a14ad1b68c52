//! The credentials of a request: one, in a header.

use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;

use crate::support::content::TAGS;

on_both!(two_authorization_headers_are_refused, async |app| {
    let ada = app.editor("ada").await;
    let token = ada.token.clone().unwrap();
    for path in [TAGS, "/v1/posts"] {
        for other in ["Bearer nonsense", "Basic YTpi"] {
            let request = ada.request(Method::GET, path);
            let refused = ada.send(request.append_header((AUTHORIZATION, other)));
            let refused = refused.await.expect_problem(400, "bad_request");
            assert_eq!(refused.faults(), [("Authorization", "duplicate_header")]);
        }
        let key = app.anonymous().request(Method::GET, path);
        let key = key.append_header((AUTHORIZATION, format!("Bearer {token}")));
        let both = ada
            .send(key.append_header(("x-api-key", "trb_live_x")))
            .await;
        let both = both.expect_problem(400, "bad_request");
        assert_eq!(both.faults(), [("X-API-Key", "not_allowed")]);
    }
});

on_both!(a_key_in_the_url_is_refused_and_not_repeated, async |app| {
    let nobody = app.anonymous();
    for path in [
        "/v1/posts?api_key=trb_live_secret",
        "/v1/posts?q=trb_live_secret",
        "/v1/admin/tags?key=trb_live_secret",
    ] {
        let refused = nobody.get(path).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].1, "key_in_url");
        assert!(!refused.json.to_string().contains("secret"));
    }
});

on_both!(credentials_of_other_schemes_are_for_a_proxy, async |app| {
    let nobody = app.anonymous();
    let basic = |path| {
        let request = nobody.request(Method::GET, path);
        nobody.send(request.insert_header((AUTHORIZATION, "Basic YTpi")))
    };
    basic("/v1/posts").await.expect(200);
    basic(TAGS).await.expect_problem(401, "unauthenticated");
});
