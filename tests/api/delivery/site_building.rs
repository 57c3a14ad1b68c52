//! Building blocks of a site's pages: translations of a post, numbered pages, and parameters as generated clients send
//! them.

use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{TAGS, named, publication};

/// Creates a post in English and French. Returns its id.
async fn in_two_languages(ada: &Client) -> String {
    let id = ada.issues("en", "Housing").await;
    ada.translates(&id, "fr", "Logement").await;
    ada.publishes(&id, "fr").await;
    id
}

on_both!(
    the_language_shown_is_among_the_translations_if_requested,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = in_two_languages(&ada).await;
        let en = json!({ "lang": "en", "slug": "housing", "url": "/v1/posts/housing?lang=en", "is_outdated": false });
        let fr = json!({ "lang": "fr", "slug": "logement", "url": "/v1/posts/logement?lang=fr", "is_outdated": false });
        let link = format!("/v1/admin/posts/{id}/translations/fr/preview-links");
        let link = ada.post(&link, json!({})).await.expect(201);
        let preview = link.text("/data/url").to_owned();
        let shown = async |address: &str, query: &str| {
            let answer = anyone.get(&format!("{address}?{query}")).await.expect(200);
            let place = if answer.at("/data").is_array() {
                "/data/0/translations"
            } else {
                "/data/translations"
            };
            answer.at(place).clone()
        };
        for address in ["/v1/posts", "/v1/posts/housing"] {
            assert_eq!(shown(address, "lang=fr").await, json!([en]));
            let both = shown(address, "lang=fr&include=translations.shown").await;
            assert_eq!(both, json!([en, fr]), "{address}");
        }
        let both = shown(&preview, "include=translations.shown").await;
        assert_eq!(both, json!([en, fr]));
        let mut titled = json!([en, fr]);
        (titled[0]["title"], titled[1]["title"]) = ("Housing".into(), "Logement".into());
        for address in ["/v1/posts/housing", "/v1/posts", &preview] {
            let both = shown(address, "include=translations.title,translations.shown").await;
            assert_eq!(both, titled, "{address}");
        }
        // `fields` can restrict the members of the translations. Without names below `translations`, they are complete.
        let langs = json!([{ "lang": "en" }, { "lang": "fr" }]);
        let address = "/v1/posts/housing";
        let some = shown(
            address,
            "fields=translations.lang&include=translations.shown",
        )
        .await;
        assert_eq!(some, langs);
        let whole = shown(address, "fields=title&include=translations.shown").await;
        assert_eq!(whole, json!([en, fr]));
        ada.delete(&publication(&id, "fr")).await.expect(204);
        let alone = anyone
            .get("/v1/posts/housing?include=translations.shown")
            .await;
        assert_eq!(alone.at("/data/translations"), &json!([en]));
        assert!(!alone.headers.contains_key("link"), "no other language");
    }
);

on_both!(
    the_alternates_of_a_post_have_a_default_and_valid_targets,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = in_two_languages(&ada).await;
        let link = |query: &str, hreflang: &str| {
            format!("</v1/posts/{id}{query}>; rel=\"alternate\"; hreflang=\"{hreflang}\"")
        };
        for (lang, other) in [("en", "fr"), ("fr", "en")] {
            let address = format!("/v1/posts/{id}?lang={lang}&include=translations.shown");
            let read = anyone.get(&address).await.expect(200);
            let expected = format!(
                "{}, {}",
                link(&format!("?lang={other}"), other),
                link("", "x-default")
            );
            assert_eq!(read.header("link"), expected);
            let alternate = anyone.get(&format!("/v1/posts/{id}?lang={other}")).await;
            assert_eq!(alternate.expect(200).header("content-language"), other);
        }
        let default = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(default.header("content-language"), "en");
        let alone = ada.issues("en", "Alone").await;
        let alone = anyone.get(&format!("/v1/posts/{alone}")).await.expect(200);
        assert!(!alone.headers.contains_key("link"));
    }
);

on_both!(
    numbered_pages_have_their_number_and_link_to_numbered_pages,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for number in 1..=5 {
            ada.issues("en", &number.to_string()).await;
            ada.makes(TAGS, named("en", &number.to_string())).await;
            app.pass(60);
        }
        for list in ["/v1/posts", "/v1/tags"] {
            let mut address = format!("{list}?limit=2&page=1&count=true&lang=en");
            let mut met = Vec::new();
            for number in 1..=3 {
                let page = anyone.get(&address).await.expect(200);
                assert_eq!(page.at("/page/number"), number, "{address}");
                assert_eq!(page.at("/page/pages"), 3, "{address}");
                assert_eq!(page.at("/page/total"), 5, "{address}");
                met.extend(page.column("id").into_iter().map(str::to_owned));
                let numbered =
                    |page: u32| json!(format!("{list}?count=true&lang=en&limit=2&page={page}"));
                let next = (number < 3).then(|| numbered(number + 1));
                assert_eq!(page.at("/page/next"), &next.unwrap_or_default());
                let prev = (number > 1).then(|| numbered(number - 1));
                assert_eq!(page.at("/page/prev"), &prev.unwrap_or_default());
                let first = format!("<{list}?count=true&lang=en&limit=2&page=1>; rel=\"first\"");
                assert!(page.header("link").starts_with(&first), "{page}");
                let next = page.at("/page/next").as_str().unwrap_or_default();
                address = next.to_owned();
            }
            met.sort();
            met.dedup();
            assert_eq!(met.len(), 5);
            let uncounted = anyone.get(&format!("{list}?limit=2&page=2")).await;
            let uncounted = uncounted.expect(200);
            assert_eq!(uncounted.at("/page/number"), 2);
            assert_eq!(member(&uncounted, "pages"), None);
            let beyond = anyone
                .get(&format!("{list}?limit=2&page=9&count=true"))
                .await;
            let last = beyond.text("/page/prev").to_owned();
            assert!(last.ends_with("page=3"), "{last}");
            // The same without a count, which the answer then does not show.
            let beyond = anyone.get(&format!("{list}?limit=2&page=1000")).await;
            let prev = format!("{list}?limit=2&page=3");
            assert_eq!(beyond.at("/page/prev"), &json!(prev));
            for none in ["total", "pages"] {
                assert_eq!(member(&beyond, none), None, "{none}");
            }
            let nothing = format!("{list}?lang=en&limit=2&page=4&updated_after=2030-01-01");
            let nothing = anyone.get(&nothing).await.expect(200);
            assert!(nothing.text("/page/prev").ends_with("page=1"), "{nothing}");
            let by_cursor = anyone
                .get(&format!("{list}?limit=2&count=true"))
                .await
                .expect(200);
            assert_eq!(member(&by_cursor, "number"), None);
            assert_eq!(member(&by_cursor, "pages"), None);
            assert!(by_cursor.text("/page/next").contains("cursor="));
        }
    }
);

fn member<'a>(answer: &'a Answer, name: &str) -> Option<&'a Value> {
    answer.at("/page").get(name)
}

on_both!(
    lists_of_values_may_be_repeated_as_generated_clients_do,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        in_two_languages(&ada).await;
        ada.issues("es", "Vivienda").await;
        let keeping = app.keeping().await;
        for (repeated, once) in [
            (
                "/v1/posts?fields=title&fields=lang,url",
                "/v1/posts?fields=title,lang,url",
            ),
            (
                "/v1/posts?include=body&include=seo",
                "/v1/posts?include=body,seo",
            ),
            (
                "/v1/posts?available_in=en&available_in=fr",
                "/v1/posts?available_in=en,fr",
            ),
            (
                "/v1/posts?lang=de&fallback=es&fallback=fr&fallback=original",
                "/v1/posts?lang=de&fallback=es,fr,original",
            ),
            (
                "/v1/posts/housing?fields=title&fields=body.text",
                "/v1/posts/housing?fields=title,body.text",
            ),
            (
                "/v1/posts/facets?lang=de&fallback=fr&fallback=es&available_in=fr&available_in=en",
                "/v1/posts/facets?lang=de&fallback=fr,es&available_in=fr,en",
            ),
            (
                "/v1/tags?fields=name&fields=slug",
                "/v1/tags?fields=name,slug",
            ),
        ] {
            for client in [&anyone, &keeping.anonymous()] {
                let (one, other) = (client.get(repeated).await, client.get(once).await);
                assert_eq!(
                    one.expect(200).at("/data"),
                    other.expect(200).at("/data"),
                    "{repeated}"
                );
            }
        }
        // The order of fallbacks is significant, both in the cache and on later pages.
        let reader = keeping.anonymous();
        for _ in 0..2 {
            for (first, second, lang) in [("fr", "en", "fr"), ("en", "fr", "en")] {
                let fallbacks = format!("fallback={first}&fallback={second}");
                let address = format!("/v1/posts/housing?lang=de&{fallbacks}");
                assert_eq!(
                    reader.get(&address).await.expect(200).text("/data/lang"),
                    lang
                );
                let list = format!("/v1/posts?lang=de&{fallbacks}&fallback=es&limit=1");
                let list = reader.get(&list).await.expect(200);
                let next = reader.get(list.text("/page/next")).await.expect(200);
                assert_eq!(next.column("lang"), [lang]);
            }
        }
        let many = vec!["fallback=es"; 21].join("&");
        let refused = anyone.get(&format!("/v1/posts?lang=fr&{many}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults(), [("fallback", "too_many")]);
        let refused = anyone.get("/v1/posts?fields=title&fields=titel").await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, "fields");
    }
);
