//! Embedded players become links, or figures that load the player on a click. They never vanish.

use tribuna::content::{ExternalLinks, Format, RenderOptions, render};

use super::{html, markdown, with_players};

const TALK: &str = "<a href=\"https://player.example/talk?a=1&amp;b=2\">https://player.example/talk?a=1&amp;b=2</a>";

#[test]
fn every_player_becomes_a_link_with_its_address() {
    for source in [
        "<iframe width=560 src=\"https://player.example/talk?a=1&amp;b=2\" allowfullscreen></iframe>",
        "<iframe src='//player.example/talk?a=1&b=2'>for <b>old</b> browsers</iframe>",
        "<iframe src=\"\n https://player.example/talk?a=1&#38;b=2\"/>",
        "<iframe src=about:blank data-src=\"https://player.example/talk?a=1&b=2\"></iframe>",
        "<video controls src=https://player.example/talk?a=1&b=2><p>Your browser plays no videos.</p></video>",
        "<video poster=p.jpg><source src=\"https://player.example/talk?a=1&amp;b=2\"><source src=x.webm></video>",
        "<audio src=https://player.example/talk?a=1&b=2></audio>",
        "<embed src=https://player.example/talk?a=1&b=2>",
        "<object data=https://player.example/talk?a=1&b=2 type=application/pdf>No PDF.</object>",
        "<object><param name=bg value=x><param name=Movie value=\"https://player.example/talk?a=1&b=2\">\
         <embed src=https://player.example/talk?a=1&b=2></embed></object>",
        "<object data=data:,x><object><embed src=https://player.example/talk?a=1&b=2></object></object>",
        "[embed]https://player.example/talk?a=1&b=2[/embed]",
        "[embed width=\"3\"] https://player.example/talk?a=1&amp;b=2 [/embed]",
        "[video width=\"640\" mp4=\"https://player.example/talk?a=1&b=2\"][/video]",
        "[audio https://player.example/talk?a=1&b=2]",
        "[youtube=https://player.example/talk?a=1&b=2]",
        "[youtube https://player.example/talk?a=1&b=2]",
        "[vimeo url=https://player.example/talk?a=1&b=2 w=3]",
        "[dailymotion url=&#8221;https://player.example/talk?a=1&#038;b=2&#8221;]",
        "[embed]<a href=\"https://player.example/talk?a=1&amp;b=2\">player.example/talk…</a>[/embed]",
        "[embed]<br>https://player.example/talk?a=1&b=2<br />[/embed]",
        "[embed]<span><a href=\"https://player.example/talk?a=1&b=2\"><b>A talk</b></a></span>[/embed]",
        "[youtube <a href=\"https://player.example/talk?a=1&b=2\">https://player.example/talk?a=1&amp;b=2</a>]",
        "[instagram url=https://player.example/talk?a=1&b=2]",
        "[twitter https://player.example/talk?a=1&b=2]",
        "[tweet https://player.example/talk?a=1&b=2 align=center]",
        "[tiktok url='https://player.example/talk?a=1&b=2']",
        "[facebook url=\"https://player.example/talk?a=1&b=2\"]",
        "[googlemaps https://player.example/talk?a=1&b=2&w=640&h=480]",
        "[mixcloud https://player.example/talk?a=1&b=2 width=100%]",
        "[youtube https://player.example/talk?a=1&w=640&b=2&h=360]",
        "[video poster=\"https://player.example/p.jpg\" mp4=\"https://player.example/talk?a=1&b=2\"]A film[/video]",
        "[audio src=\"https://player.example/talk?a=1&b=2\" title=\" \"]",
    ] {
        let rendition = html(source);
        assert_eq!(rendition.html, format!("<p>{TALK}</p>"), "from {source}");
        assert_eq!(rendition.text, "https://player.example/talk?a=1&b=2");
        assert_eq!(rendition.warnings, [], "from {source}");
    }
}

#[test]
fn identifiers_of_a_provider_become_addresses() {
    for (source, address) in [
        (
            "[youtube dQw4w9WgXcQ]",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        (
            "[youtube id=\"a_b-c\" w=1]",
            "https://www.youtube.com/watch?v=a_b-c",
        ),
        (
            "[youtube]abc[/youtube]",
            "https://www.youtube.com/watch?v=abc",
        ),
        ("[vimeo 123 w=640]", "https://vimeo.com/123"),
        ("[vimeo 123]", "https://vimeo.com/123"),
        (
            "[dailymotion id=x8abc]",
            "https://www.dailymotion.com/video/x8abc",
        ),
        (
            "[spotify spotify:track:a1]",
            "https://open.spotify.com/track/a1",
        ),
        ("[tweet 123]", "https://twitter.com/i/status/123"),
        (
            "[vimeo https://vimeo.com/123&w=640]",
            "https://vimeo.com/123",
        ),
        (
            "[youtube https://youtu.be/a_b_?w=640&t=3]",
            "https://youtu.be/a_b_?t=3",
        ),
        (
            "[youtube www.youtube.com/a_b_]",
            "https://www.youtube.com/a_b_",
        ),
    ] {
        for rendition in [html(source), markdown(source)] {
            assert!(
                rendition
                    .html
                    .contains(&format!("<a href=\"{address}\">{address}</a>")),
                "{} from {source}",
                rendition.html
            );
        }
    }
}

#[test]
fn players_of_files_may_have_relative_addresses() {
    for (source, address) in [
        ("[video src=\"/v.mp4\"]", "/v.mp4"),
        ("[audio src=\"a.mp3\"]", "a.mp3"),
        ("[audio a_b_c.mp3]", "a_b_c.mp3"),
        ("[video width=640 webm=../v.webm /]", "../v.webm"),
        ("[embed]/talks/1[/embed]", "/talks/1"),
    ] {
        for rendition in [html(source), markdown(source)] {
            let link = format!("<p><a href=\"{address}\">{address}</a></p>");
            assert_eq!(rendition.html.trim(), link, "from {source}");
            assert_eq!(rendition.excerpt, "", "from {source}");
        }
    }
}

#[test]
fn the_embed_of_the_block_editor_is_embedded() {
    let source = "<!-- wp:embed -->\n<figure class=\"wp-block-embed alignwide\"><div class=\"wp-block-embed__wrapper\">\n\
        https://www.youtube.com/watch?v=a_b_&amp;t=3\n</div><figcaption>The talk</figcaption></figure>\n<!-- /wp:embed -->";
    let link = "<a href=\"https://www.youtube.com/watch?v=a_b_&amp;t=3\">https://www.youtube.com/watch?v=a_b_&amp;t=3</a>";
    let figure = format!("<div>{link}</div><figcaption>The talk</figcaption></figure>");
    assert_eq!(
        html(source).html.trim(),
        format!("<figure class=\"alignwide\">{figure}")
    );
    assert_eq!(
        with_players(source).html.trim(),
        format!(
            "<figure class=\"embed alignwide\" data-provider=\"youtube\" \
             data-src=\"https://www.youtube-nocookie.com/embed/a_b_?start=3\">{figure}"
        )
    );
    for text in [
        "<figure><div>See https://a.example/</div></figure>",
        "<figure><blockquote><p>https://a.example/</p></blockquote></figure>",
        "<figure><img src=\"a\"><figcaption>https://a.example/</figcaption></figure>",
        "<figure><p>https://a.example/ <b>x</b></p></figure>",
        "<p>https://a.example/</p>",
    ] {
        assert_eq!(html(text).html, text);
    }
}

#[test]
fn a_title_is_the_text_of_the_link() {
    let link = "<a href=\"https://youtu.be/abc\">A &lt;film&gt; &amp; more</a>";
    for source in [
        "<iframe src=https://youtu.be/abc title=\"A &lt;film>\n &amp; more\"></iframe>",
        "<video src=https://youtu.be/abc title='A <film> & more'></video>",
        "[youtube abc title=\"A &lt;film&gt; &amp; more\" url=https://youtu.be/abc]",
        "[embed title='A &lt;film&gt; &amp; more']https://youtu.be/abc[/embed]",
    ] {
        assert_eq!(html(source).html, format!("<p>{link}</p>"), "from {source}");
        let figure = with_players(source).html;
        assert!(figure.ends_with(&format!("\">{link}</figure>")), "{figure}");
    }
    assert_eq!(html("[youtube abc title=\"L'été\"]").text, "L'été");
}

#[test]
fn a_player_in_a_link_leaves_no_empty_link() {
    for (source, shown) in [
        (
            "<p><a href=\"/x\"><video src=\"/v.mp4\"></video></a></p>",
            "<p><a href=\"/v.mp4\">/v.mp4</a></p>",
        ),
        (
            "<a href=\"/x\"><b><video src=\"/v.mp4\"></video></b></a>",
            "<p><a href=\"/v.mp4\">/v.mp4</a></p>",
        ),
        (
            "<p><a href=\"/x\">See <video src=\"/v.mp4\"></video> there</a></p>",
            "<p><a href=\"/x\">See </a> <a href=\"/v.mp4\">/v.mp4</a><a href=\"/x\"> there</a></p>",
        ),
    ] {
        assert_eq!(html(source).html, shown, "from {source}");
    }
    assert_eq!(
        with_players("<p><a href=\"/x\"><iframe src=https://vimeo.com/1></iframe></a></p>").html,
        "<figure class=\"embed\" data-provider=\"vimeo\" data-src=\"https://player.vimeo.com/video/1?dnt=1\">\
         <a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></figure>"
    );
}

#[test]
fn a_player_without_an_address_leaves_its_content_and_a_warning() {
    let rendition = html(
        "<video src=blob:x>Watch it <a href=/v>here</a>.</video><iframe srcdoc=x>or <b>read</b></iframe><object>plain</object>",
    );
    assert_eq!(
        rendition.html,
        "Watch it <a href=\"/v\">here</a>.or <b>read</b>plain"
    );
    let names: Vec<&str> = rendition
        .warnings
        .iter()
        .map(|it| it.element.as_str())
        .collect();
    assert_eq!(names, ["iframe", "object", "video"]);
}

#[test]
fn a_player_that_nobody_closes_hides_nothing() {
    assert_eq!(
        html("<p>a</p><video src=v.mp4><p>b</p><iframe src=f /><p>c</p>").html,
        "<p>a</p><p><a href=\"v.mp4\">v.mp4</a></p><p>b</p><p><a href=\"f\">f</a></p><p>c</p>"
    );
}

#[test]
fn links_to_players_keep_their_distance_from_words() {
    assert_eq!(
        html("<p>See:<iframe src=/a title=\"The talk\"></iframe><iframe src=/b></iframe>and</p>")
            .html,
        "<p>See: <a href=\"/a\">The talk</a> <a href=\"/b\">/b</a> and</p>"
    );
    assert_eq!(
        html("<iframe src=/a></iframe><iframe src=/b></iframe>").text,
        "/a\n/b"
    );
    assert_eq!(
        html("<table><tr><iframe src=/a></iframe></table>").html,
        "<table><tbody><tr><td><p><a href=\"/a\">/a</a></p></td></tr></tbody></table>"
    );
    assert_eq!(
        html("<h2>A <iframe src=/a></iframe></h2>").html,
        "<h2 id=\"a-a\">A <a href=\"/a\">/a</a></h2>"
    );
}

#[test]
fn a_provider_of_the_setting_gets_a_figure() {
    let figure = |page: &str, provider: &str, player: &str| {
        format!(
            "<figure class=\"embed\" data-provider=\"{provider}\" data-src=\"{player}\"><a href=\"{page}\">{page}</a></figure>"
        )
    };
    for (page, provider, player) in [
        (
            "https://www.youtube.com/embed/abc?rel=0",
            "youtube",
            "https://www.youtube-nocookie.com/embed/abc",
        ),
        (
            "http://youtu.be/abc?t=1m30s",
            "youtube",
            "https://www.youtube-nocookie.com/embed/abc?start=90",
        ),
        (
            "https://www.youtube.com/watch?v=abc",
            "youtube",
            "https://www.youtube-nocookie.com/embed/abc",
        ),
        (
            "https://www.youtube.com/playlist?list=PL1",
            "youtube",
            "https://www.youtube-nocookie.com/embed/videoseries?list=PL1",
        ),
        (
            "https://player.vimeo.com/video/123",
            "vimeo",
            "https://player.vimeo.com/video/123?dnt=1",
        ),
        (
            "https://vimeo.com/123/abc",
            "vimeo",
            "https://player.vimeo.com/video/123?dnt=1&amp;h=abc",
        ),
        (
            "https://www.dailymotion.com/embed/video/x8",
            "dailymotion",
            "https://www.dailymotion.com/embed/video/x8",
        ),
        (
            "https://soundcloud.com/a/b",
            "soundcloud",
            "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fa%2Fb",
        ),
        (
            "https://open.spotify.com/embed/track/4u",
            "spotify",
            "https://open.spotify.com/embed/track/4u",
        ),
        (
            "https://www.ted.com/talks/a_talk",
            "ted",
            "https://embed.ted.com/talks/a_talk",
        ),
    ] {
        let expected = figure(page, provider, player);
        let source = format!("<p>a</p><p><iframe src=\"{page}\"></iframe></p><p>b</p>");
        let rendition = with_players(&source);
        assert_eq!(rendition.html, format!("<p>a</p>{expected}<p>b</p>"));
        assert_eq!(with_players(&rendition.html), rendition);
        let shortcode = format!("<p>a [embed]{page}[/embed] b</p>");
        let rendition = with_players(&shortcode);
        assert_eq!(rendition.html, format!("<p>a </p>{expected}<p> b</p>"));
        assert!(
            html(&source)
                .html
                .contains(&format!("<p><a href=\"{page}\">"))
        );
    }
}

#[test]
fn inline_elements_go_on_after_a_figure() {
    let figure = "<figure class=\"embed\" data-provider=\"vimeo\" data-src=\"https://player.vimeo.com/video/1?dnt=1\">\
        <a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></figure>";
    let frame = "<iframe src=\"https://vimeo.com/1\"></iframe>";
    for (source, before, after) in [
        (
            "<p><b>bold [vimeo 1] still bold</b> plain</p>",
            "<p><b>bold </b></p>",
            "<p><b> still bold</b> plain</p>",
        ),
        (
            "<p><em>a <strong>b [vimeo 1] c</strong> d</em></p>",
            "<p><em>a <strong>b </strong></em></p>",
            "<p><em><strong> c</strong> d</em></p>",
        ),
        (
            &format!("<span lang=\"fr\">a {frame} b</span>"),
            "<span lang=\"fr\">a </span>",
            "<span lang=\"fr\"> b</span>",
        ),
        (
            &format!("<p class=\"alignleft\"><i>{frame} b</i></p>"),
            "",
            "<p class=\"alignleft\"><i> b</i></p>",
        ),
        (&format!("<p>a <i>{frame}</i></p>"), "<p>a </p>", ""),
        (
            &format!("<p><a href=\"/x\"><b>a {frame} b</b></a></p>"),
            "<p><a href=\"/x\"><b>a </b></a></p>",
            "<p><a href=\"/x\"><b> b</b></a></p>",
        ),
        (
            &format!("<p><a href=\"#x\">up</a></p><p><b id=x lang=fr>a {frame} b</b></p>"),
            "<p><a href=\"#anchor-x\">up</a></p><p><b id=\"anchor-x\" lang=\"fr\">a </b></p>",
            "<p><b lang=\"fr\"> b</b></p>",
        ),
    ] {
        let rendition = with_players(source);
        assert_eq!(
            rendition.html,
            format!("{before}{figure}{after}"),
            "from {source}"
        );
        assert_eq!(rendition.warnings, [], "from {source}");
        assert_eq!(with_players(&rendition.html), rendition);
    }
    let twice = with_players(&format!(
        "<p><b lang=fr>a {frame} b {frame} c</b> <b lang=\"?\">d</b></p>"
    ));
    assert_eq!(twice.html.matches("<b lang=\"fr\">").count(), 3);
    assert_eq!(
        twice.warnings.len(),
        1,
        "an invalid value is not hidden by a repeated one"
    );
}

#[test]
fn many_players_in_long_tags_do_not_multiply_them() {
    let title = "x".repeat(8000);
    let players = "a <iframe src=//vimeo.com/1></iframe>".repeat(5000);
    let rendition = with_players(&format!("<p><b title={title}>{players}</b></p>"));
    assert!(rendition.html.len() < 4_000_000, "{}", rendition.html.len());
    let rendition = html(&format!("<a href=/x title={title}>{players}</a>"));
    assert!(rendition.html.len() < 4_000_000, "{}", rendition.html.len());
}

#[test]
fn an_address_of_the_api_of_soundcloud_becomes_that_of_its_player() {
    let track = "https://api.soundcloud.com/tracks/123";
    let player =
        "https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F123";
    for source in [
        format!(
            "[soundcloud url=\"{track}\" params=\"color=#ff5500\" width=\"100%\" height=\"166\" iframe=\"true\" /]"
        ),
        format!("[embed]{track}[/embed]"),
        format!("<figure><a href=\"{track}\">{player}</a></figure>"),
        format!("<figure>{track}</figure>"),
        format!("<iframe src=\"{track}\"></iframe>"),
    ] {
        assert_eq!(
            with_players(&source).html,
            format!(
                "<figure class=\"embed\" data-provider=\"soundcloud\" data-src=\"{player}\"><a href=\"{player}\">{player}</a></figure>"
            ),
            "from {source}"
        );
        let link = format!("<a href=\"{player}\">{player}</a>");
        assert!(html(&source).html.contains(&link), "from {source}");
    }
    assert_eq!(
        html(&format!(
            "<p><a href=\"{track}?secret_token=s-1&amp;a=b\">A song</a></p>"
        ))
        .html,
        "<p><a href=\"https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F123%3Fsecret_token%3Ds-1%26a%3Db\">A song</a></p>"
    );
    for other in [
        "https://api.soundcloud.com/oauth2/token",
        "https://api.soundcloud.com.example/tracks/1",
    ] {
        let link = format!("<p><a href=\"{other}\">a</a></p>");
        assert_eq!(html(&link).html, link);
    }
}

#[test]
fn hosts_are_matched_exactly() {
    for page in [
        "https://youtube.com.evil.example/embed/abc",
        "https://evil-youtube.com/embed/abc",
        "https://www.youtube.com@evil.example/embed/abc",
        "https://user@www.youtube.com/embed/abc",
        "https://www.youtube.com:8443/embed/abc",
        "https://evil.example/https://www.youtube.com/embed/abc",
        "https://www.youtube.com/embed/a%22b",
        "https://www.youtube.com/@channel",
        "https://w.soundcloud.com/player/?url=https://evil.example/a/b",
    ] {
        let rendition = with_players(&format!("<iframe src=\"{page}\"></iframe>"));
        assert_eq!(
            rendition.html,
            format!("<p><a href=\"{page}\">{page}</a></p>")
        );
    }
}

#[test]
fn only_the_providers_of_the_setting_are_loaded() {
    let options = RenderOptions {
        external_links: ExternalLinks::NoFollow,
        embed_providers: ["vimeo".parse().unwrap()].into_iter().collect(),
    };
    let source =
        "<iframe src=https://youtu.be/abc></iframe><iframe src=https://vimeo.com/1></iframe>";
    assert_eq!(
        render(Format::Html, source, options).html,
        "<p><a href=\"https://youtu.be/abc\" rel=\"noopener nofollow\">https://youtu.be/abc</a></p>\
         <figure class=\"embed\" data-provider=\"vimeo\" data-src=\"https://player.vimeo.com/video/1?dnt=1\">\
         <a href=\"https://vimeo.com/1\" rel=\"noopener nofollow\">https://vimeo.com/1</a></figure>"
    );
}

#[test]
fn a_figure_is_what_its_link_says_not_what_its_writer_says() {
    let link = "<a href=\"https://youtu.be/abc\">x</a>";
    let plays = |source: &str| with_players(source).html.contains("data-provider");
    assert!(plays(&format!("<figure>{link}</figure>")));
    assert!(plays(&format!(
        "<figure class=\"alignwide\"><div>{link}</div><figcaption>A <b>talk</b></figcaption></figure>"
    )));
    for source in [
        "<figure class=embed data-provider=youtube data-src=https://evil.example/><a href=https://evil.example/>x</a></figure>",
        "<figure><a href=https://youtu.be/abc>x</a> and more</figure>",
        "<figure><a href=https://youtu.be/abc>x</a><a href=https://youtu.be/def>y</a></figure>",
        "<figure><a href=https://youtu.be/abc><img src=a></a></figure>",
        "<figure><figcaption><a href=https://youtu.be/abc>x</a></figcaption></figure>",
    ] {
        assert!(!plays(source), "{source}");
        assert!(!with_players(source).html.contains("embed"), "{source}");
    }
    assert!(
        !html(&format!("<figure class=\"embed\">{link}</figure>"))
            .html
            .contains("embed")
    );
}

#[test]
fn a_player_in_a_figure_keeps_its_caption() {
    assert_eq!(
        with_players(
            "<figure class=\"wp-block-embed alignwide\"><div class=\"wrapper\"><iframe src=https://youtu.be/abc></iframe></div>\
             <figcaption>The talk</figcaption></figure>"
        )
        .html,
        "<figure class=\"embed alignwide\" data-provider=\"youtube\" data-src=\"https://www.youtube-nocookie.com/embed/abc\">\
         <div><a href=\"https://youtu.be/abc\">https://youtu.be/abc</a></div><figcaption>The talk</figcaption></figure>"
    );
}
