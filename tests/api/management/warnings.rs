//! Warnings: an answer to a save or a preview lists what rendering removes from the text.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::content::{POSTS, post, text, translation};

/// A body from which rendering removes a `blink` and two `onclick`. Its player becomes a link, which is no removal.
fn lossy() -> Value {
    let source = "<p onclick=x>a</p><p onclick=y>b</p><blink>c</blink><iframe src=https://a.example/></iframe>";
    json!({ "format": "html", "source": source })
}

fn losses() -> Value {
    json!([{ "element": "blink", "count": 1 }, { "element": "p", "attribute": "onclick", "count": 2 }])
}

on_both!(every_save_says_what_rendering_removes, async |app| {
    let ada = app.editor("ada").await;
    let mut new = post("en", "Housing");
    new["translation"]["body"] = lossy();
    let made = ada.post(POSTS, new.clone()).await.expect(201);
    assert_eq!(made.json["warnings"], losses());
    let address = format!("{POSTS}/{}", made.id());
    let replaced = ada.put(&address, new).await.expect(200);
    assert_eq!(replaced.json["warnings"], losses());
    let copy = ada.post(&format!("{address}/copies"), json!({})).await;
    assert_eq!(copy.expect(201).json["warnings"], losses());

    let french = translation(&made.id(), "fr");
    let mut new = text("Logement");
    new["body"] = lossy();
    for status in [201, 200] {
        let put = ada.put(&french, new.clone()).await.expect(status);
        assert_eq!(put.json["warnings"], losses());
    }
    let title = ada.patch(&french, json!({ "title": "Logements" })).await;
    assert_eq!(title.expect(200).json["warnings"], losses());
    let harmless = json!({ "body": { "source": "<p>a</p>" } });
    let body = ada.patch(&french, harmless).await.expect(200);
    assert_eq!(body.json["warnings"], json!([]));
    let restoration = format!("{french}/revisions/1/restoration");
    let restored = ada.post(&restoration, Value::Null).await.expect(200);
    assert_eq!(restored.json["warnings"], losses());
    let german = format!("{}?from=en", translation(&made.id(), "de"));
    let begun = ada.post(&german, Value::Null).await.expect(201);
    assert_eq!(begun.json["warnings"], losses());
});

on_both!(
    players_are_links_unless_the_setting_names_them,
    async |app| {
        let publish = async |app: &TestApp, editor: &str| {
            let ada = app.editor(editor).await;
            let mut new = post("en", editor);
            let source = "[youtube abc]\n\n<iframe src=\"https://player.example/1\"></iframe>";
            new["translation"]["body"] = json!({ "format": "markdown", "source": source });
            let id = ada.makes(POSTS, new).await;
            ada.publishes(&id, "en").await;
            let read = app.anonymous().get(&format!("/v1/posts/{id}")).await;
            read.expect(200).text("/data/body/html").to_owned()
        };
        let other = "<p><a href=\"https://player.example/1\">https://player.example/1</a></p>";
        let html = publish(&app, "ada").await;
        assert!(
            html.contains("<p><a href=\"https://www.youtube.com/watch?v=abc\">"),
            "{html}"
        );
        assert!(html.contains(other), "{html}");
        let site = app.another(&[("TRIBUNA_EMBED_PROVIDERS", "youtube")]).await;
        let html = publish(&site, "bo").await;
        assert!(
            html.contains("<figure class=\"embed\" data-provider=\"youtube\""),
            "{html}"
        );
        assert!(html.contains(other), "{html}");
    }
);
