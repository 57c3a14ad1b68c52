//! Shortcodes, by example.

use super::*;

fn html(text: &str) -> String {
    render(text).html
}

#[test]
fn a_caption_becomes_a_figure() {
    assert_eq!(
        html(
            "a[caption id=\"x\" width=\"3\"]<a href=\"l\"><img src=\"p\" /></a> Two <em>words</em>[/caption]b"
        ),
        "a\n<figure><a href=\"l\"><img src=\"p\" /></a><figcaption>Two <em>words</em></figcaption></figure>\nb"
    );
    assert_eq!(
        html("[caption caption=\"Old form.\"]<img src=\"p\">[/caption]"),
        "\n<figure><img src=\"p\"><figcaption>Old form.</figcaption></figure>\n"
    );
    assert_eq!(
        html("[caption]<img src=\"p\">[/caption]"),
        "<img src=\"p\">"
    );
    assert_eq!(html("[caption]never closed"), "[caption]never closed");
}

#[test]
fn media_become_embedded_addresses() {
    let link = "\n<p>[embed]https://a.example/x?a=1&amp;b=2[/embed]</p>\n";
    assert_eq!(
        html("[embed width=\"3\"]https://a.example/x?a=1&b=2[/embed]"),
        link
    );
    assert_eq!(html("[audio https://a.example/x?a=1&amp;b=2]"), link);
    assert_eq!(
        html("[video width=4 mp4=\"https://a.example/x?a=1&b=2\"][/video]"),
        link
    );
    assert_eq!(html("[video src='https://a.example/x?a=1&b=2' /]"), link);
    assert_eq!(
        html("[embed]<a href=\"https://a.example/x?a=1&amp;b=2\">a film</a>[/embed]"),
        link
    );
    assert_eq!(
        html("[video poster=\"https://a.example/p.jpg\" mp4=\"https://a.example/x?a=1&b=2\"]"),
        link
    );
    assert_eq!(
        html("[audio mp3=\"/wp-content/a.mp3\"][/audio]"),
        "\n<p>[audio src=\"/wp-content/a.mp3\"]</p>\n"
    );
}

#[test]
fn what_cannot_be_shown_goes_and_is_named() {
    let rendered =
        render("a [gallery ids=\"1,2\"] b [audio] c [embed]javascript:x[/embed] [playlist]");
    assert_eq!(rendered.html, "a  b  c  ");
    assert_eq!(rendered.removed, ["gallery", "audio", "embed", "playlist"]);
}

#[test]
fn other_brackets_are_text() {
    for text in [
        "[code]x[/code]",
        "[contact-form-7 id=1]",
        "a[0]",
        "[galleryx]",
        "[",
        "[[",
        "[gallery",
        "]",
    ] {
        assert_eq!(html(text), text);
    }
}

#[test]
fn a_doubled_bracket_writes_about_a_shortcode() {
    assert_eq!(
        html("[[gallery]] [[caption a=b]]"),
        "[gallery] [caption a=b]"
    );
    assert_eq!(
        html("<code>[[gallery]] [[x]]</code>"),
        "<code>[gallery] [[x]]</code>"
    );
}

#[test]
fn code_and_attributes_are_not_touched() {
    for text in [
        "<code>[gallery]</code>",
        "<pre>\nhttps://a.example/\n[audio]</pre>",
        "<a title=\"[gallery]\">x</a>",
    ] {
        assert_eq!(html(text), text);
    }
}

#[test]
fn an_address_alone_on_a_line_is_embedded() {
    let link = "[embed]https://a.example/[/embed]";
    assert_eq!(html("https://a.example/"), link);
    assert_eq!(html("a\n https://a.example/ \nb"), format!("a\n{link}\nb"));
    assert_eq!(
        html("<div>\nhttps://a.example/\n</div>"),
        format!("<div>\n{link}\n</div>")
    );
    for text in [
        "see https://a.example/ there",
        "<a href='x'>https://a.example/</a>",
        "\nhttps://\n",
    ] {
        assert_eq!(html(text), text);
    }
}
