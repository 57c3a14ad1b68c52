//! Posts on the pages of others: cards and oEmbed.

use actix_web::http::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::Answer;
use crate::support::content::{AUTHORS, publication, translation};

async fn site(app: &TestApp) -> TestApp {
    let set = app
        .another(&[
            ("TRIBUNA_SITE_URL", "https://news.example/daily"),
            ("TRIBUNA_SITE_NAME", "Daily"),
            ("TRIBUNA_SITE_LANGUAGES", "ar"),
        ])
        .await;
    set.catches_up().await;
    set
}

fn html(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    String::from_utf8(answer.body.to_vec()).unwrap()
}

on_both!(a_post_is_embedded_by_its_address, async |app| {
    let set = site(&app).await;
    let (ada, anyone) = (set.editor("ada").await, set.anonymous());
    let lin = ada.makes(AUTHORS, json!({ "name": "<Lin>" })).await;
    let with = json!({ "authors": [{ "author": lin }], "licence": "CC-BY-4.0" });
    let post = ada.issues_with("en", "Rents & \"homes\"", with).await;
    ada.translates(&post, "ar", "الإيجار").await;
    let samar = ada.makes(AUTHORS, json!({ "name": "سمر" })).await;
    let translators = json!({ "translators": [samar] });
    ada.patch(&translation(&post, "ar"), translators)
        .await
        .expect(200);
    ada.publishes(&post, "ar").await;

    let card = anyone
        .get(&format!("/v1/posts/{post}/card?lang=ar"))
        .await
        .expect(200);
    let policy = card.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
    let page = html(&card);
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"), "{page}");
    let by = "<span lang=\"ar\" dir=\"rtl\">ترجمة: <bdi>سمر</bdi>.</span>";
    assert!(page.contains(by), "{page}");
    assert!(page.contains("<bdi lang=\"ar\">Daily</bdi>") && page.contains("prefers-color-scheme"));
    assert!(
        !page.contains("<script") && !page.contains("<Lin>"),
        "{page}"
    );
    let english = html(&anyone.get("/v1/posts/rents-homes/card").await.expect(200));
    // The name in the settings is in the first language of the site.
    assert!(
        english.contains("<bdi lang=\"ar\">Daily</bdi>"),
        "{english}"
    );
    assert!(english.contains("href=\"https://news.example/daily/en/rents-homes\""));
    assert!(
        english.contains(">Rents &amp; &quot;homes&quot;</a>"),
        "{english}"
    );

    let by = |url: &str| format!("/v1/oembed?url={}", url.replace('&', "%26"));
    for url in [
        "https://news.example/daily/en/rents-homes",
        "http://news.example/daily/en/Rents-homes?from=feed#top",
        "https://api.example.org/v1/posts/rents-homes",
        &format!("https://api.example.org/v1/posts/{post}?lang=en"),
        &format!("https://api.example.org/v1/posts/{post}/card?lang=en"),
        "https://api.example.org/v1/posts/rents-homes?lang=pt&fallback=es,original",
    ] {
        let found = anyone.get(&by(url)).await.expect(200);
        assert_eq!(found.text("/title"), "Rents & \"homes\"", "{url}");
        assert_eq!(found.text("/author_name"), "<Lin>");
        let frame = found.text("/html");
        let card = format!("<iframe src=\"https://api.example.org/v1/posts/{post}/card?lang=en\"");
        assert!(frame.starts_with(&card), "{frame}");
    }
    let arabic = by(&format!("https://api.example.org/v1/posts/{post}?lang=ar"));
    let small = anyone
        .get(&format!(
            "{arabic}&format=xml&maxwidth=300&maxheight=100&dnt=1"
        ))
        .await
        .expect(200);
    assert_eq!(small.header("content-type"), "text/xml");
    let xml = String::from_utf8(small.body.to_vec()).unwrap();
    assert!(
        xml.contains("<title>الإيجار</title>") && xml.contains("<width>300</width>"),
        "{xml}"
    );

    let elsewhere = by(&format!("https://api.example.org/v1/posts/{post}?lang=pt"));
    anyone
        .get(&elsewhere)
        .await
        .expect_problem(404, "not_in_this_language");

    // Former slugs are followed, by oEmbed here and by clients for cards.
    ada.patch(&translation(&post, "en"), json!({ "slug": "homes" }))
        .await
        .expect(200);
    ada.publishes(&post, "en").await;
    let moved = anyone
        .get(&by("https://news.example/daily/en/rents-homes"))
        .await;
    assert_eq!(moved.expect(200).text("/version"), "1.0");
    let moved = anyone.get("/v1/posts/rents-homes/card").await.expect(308);
    assert_eq!(moved.header("location"), "/v1/posts/homes/card?lang=en");
    ada.delete(&publication(&post, "en")).await.expect(204);
    let gone = anyone.get(&by("https://news.example/daily/en/homes")).await;
    gone.expect_problem(410, "gone");
    for (url, status, code) in [
        ("https://news.example/daily/en/tag/x", 404, "not_found"),
        ("https://elsewhere.example/en/homes", 404, "not_found"),
        ("homes", 400, "invalid_parameter"),
        ("", 400, "invalid_parameter"),
    ] {
        anyone.get(&by(url)).await.expect_problem(status, code);
    }
    let refused = anyone.get(&format!("{arabic}&format=yaml")).await;
    refused.expect_problem(400, "invalid_parameter");
    let head = anyone.request(Method::HEAD, &format!("/v1/posts/{post}/card?lang=ar"));
    anyone.send(head).await.expect(200);
});

on_both!(texts_alter_nothing_around_them, async |app| {
    let set = site(&app).await;
    let (ada, anyone) = (set.editor("ada").await, set.anonymous());
    let samar = ada.makes(AUTHORS, json!({ "name": "سمر" })).await;
    let with = json!({ "authors": [{ "author": samar }] });
    let post = ada
        .issues_with("en", "Rents\u{7} \u{202e}now\u{fffe}", with)
        .await;
    let read = anyone.get(&format!("/v1/posts/{post}")).await.expect(200);
    let title = "Rents \u{202e}now\u{202c}";
    let expected = format!(
        "“\u{2068}{title}\u{2069}” by \u{2068}سمر\u{2069}. First published by Daily. https://"
    );
    let credit = read.text("/data/attribution/text");
    assert!(credit.starts_with(&expected), "{credit:?}");
    let in_html = read.text("/data/attribution/html");
    assert!(in_html.contains(&format!(">{title}</cite>")), "{in_html:?}");
    let card = anyone.get(&format!("/v1/posts/{post}/card")).await;
    let page = html(&card.expect(200));
    assert!(page.contains(&format!("<title>{title}</title>")), "{page}");
    assert!(!page.contains(['\u{7}', '\u{fffe}']), "{page:?}");
    let url = format!("https://api.example.org/v1/posts/{post}");
    let found = anyone.get(&format!("/v1/oembed?url={url}")).await;
    assert_eq!(found.expect(200).text("/title"), title);
});
