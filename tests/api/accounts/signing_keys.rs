//! The keys that sign access tokens: published, rotated, and refused after their removal.

use actix_web::http::Method;
use serde_json::Value;
use tribuna::accounts::signing_keys;
use tribuna::changes::actor::{Actor, By};
use tribuna::db::Conn;
use tribuna::db::sql::Sql;

use crate::support::TestApp;
use crate::support::passwords::{ADA, PASSWORD};

const KEY_SET: &str = "/.well-known/jwks.json";

/// Creates a key and returns its id.
fn rotate(app: &TestApp) -> String {
    let by = By::new(Actor::Cli, app.clock.now());
    let new = |conn: &mut Conn| signing_keys::store::rotate(conn, by);
    app.state.db.write_now(new).unwrap().kid
}

/// The ids of the published keys, in order.
async fn published(app: &TestApp) -> Vec<String> {
    let set = app.anonymous().get(KEY_SET).await.expect(200);
    let keys = set.at("/keys").as_array().unwrap();
    let ids = keys.iter().map(|key| key["kid"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// The id of the key that signed a token.
fn key_of(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

on_both!(
    the_key_set_is_public_and_verifies_what_was_signed,
    async |app| {
        use base64::Engine;
        app.add_first_admin();
        let login = app.login(ADA, PASSWORD).await;
        let token = login.access_token();
        let answer = app.anonymous().get(KEY_SET).await.expect(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(answer.json.clone()).unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        let key = set.find(&header.kid.unwrap()).unwrap();
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
        rules.validate_exp = false;
        rules.set_audience(&["https://api.example.org"]);
        let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
        assert!(jsonwebtoken::decode::<Value>(token, &key, &rules).is_ok());
        let jwk = answer.at("/keys/0");
        assert_eq!(jwk["kty"], "OKP");
        assert_eq!(jwk["crv"], "Ed25519");
        assert_eq!(jwk["use"], "sig");
        assert_eq!(jwk["alg"], "EdDSA");
        let x = jwk["x"].as_str().unwrap();
        let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(x);
        assert_eq!(x.unwrap().len(), 32);
        assert_eq!(jwk.as_object().unwrap().len(), 6, "nothing secret: {jwk}");
    }
);

on_both!(the_key_set_has_a_validator, async |app| {
    app.add_first_admin();
    app.login(ADA, PASSWORD).await;
    let anonymous = app.anonymous();
    let read = anonymous.get(KEY_SET).await.expect(200);
    let validator = read.header("etag").to_owned();
    let again = |tags: &str| {
        let request = anonymous.request(Method::GET, KEY_SET);
        anonymous.send(request.insert_header(("if-none-match", tags)))
    };
    let strong = validator.trim_start_matches("W/").to_owned();
    for tags in [&validator, &strong, &format!("\"x\", {validator}"), "*"] {
        let answer = again(tags).await.expect(304);
        assert_eq!(answer.header("etag"), validator);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert!(answer.body.is_empty());
    }
    app.pass(1);
    rotate(&app);
    let changed = again(&validator).await.expect(200);
    assert_ne!(changed.header("etag"), validator);
});

on_both!(
    after_a_rotation_old_tokens_are_good_until_they_end_and_new_ones_have_the_new_key,
    async |app| {
        app.add_first_admin();
        let session = app.login(ADA, PASSWORD).await;
        app.pass(1);
        let new = rotate(&app);
        let old = key_of(session.access_token());
        assert_eq!(published(&app).await, [new.clone(), old.clone()]);
        assert!(app.admits(session.access_token()).await);
        let next = app.refresh(session.refresh_token()).await;
        assert_eq!(key_of(next.access_token()), new);
        assert!(app.admits(next.access_token()).await);
        app.pass(659);
        assert_eq!(published(&app).await, [new.clone(), old]);
        app.pass(1);
        assert_eq!(published(&app).await, [new]);
    }
);

on_both!(
    a_token_of_a_key_that_is_gone_is_refused_even_if_it_has_not_ended,
    async |app| {
        app.add_first_admin();
        let login = app.login(ADA, PASSWORD).await;
        assert!(app.admits(login.access_token()).await);
        let gone = |conn: &mut Conn| Sql::new("DELETE FROM signing_keys").execute(conn);
        assert_eq!(app.state.db.write_now(gone).unwrap(), 1);
        let good = app.admits(login.access_token()).await;
        assert!(!good, "its key is unknown");
    }
);

on_both!(a_token_of_another_server_is_refused, async |app| {
    let elsewhere = app.elsewhere().await;
    elsewhere.add_first_admin();
    // All test databases start with the same key, so this one needs a newer key.
    elsewhere.pass(1);
    rotate(&elsewhere);
    let login = elsewhere.login(ADA, PASSWORD).await;
    assert!(elsewhere.admits(login.access_token()).await);
    assert!(!app.admits(login.access_token()).await);
    assert!(!app.admits("eyJhbGciOiJub25lIn0.e30.").await);
});
