//! Addresses in markdown become links without the punctuation after them. A single tilde stays a tilde.

use super::{html, markdown};

fn links(source: &str) -> Vec<String> {
    let html = markdown(source).html;
    let links = html.split("<a href=\"").skip(1);
    links
        .map(|link| link.split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn an_address_ends_before_punctuation_that_no_space_follows() {
    let source = "请访问 https://example.org/a，谢谢。更多：https://example.org/b。";
    assert_eq!(
        markdown(source).html,
        "<p>请访问 <a href=\"https://example.org/a\">https://example.org/a</a>，谢谢。更多：\
         <a href=\"https://example.org/b\">https://example.org/b</a>。</p>\n"
    );
    for (source, addresses) in [
        ("（https://example.org/a）", vec!["https://example.org/a"]),
        ("「https://example.org/a」", vec!["https://example.org/a"]),
        (
            "看https://example.org/a、www.example.org。",
            vec!["https://example.org/a", "http://www.example.org"],
        ),
        (
            "https://example.org/a，**重要**https://example.org/b！",
            vec!["https://example.org/a", "https://example.org/b"],
        ),
        (
            "**https://example.org/a。**次",
            vec!["https://example.org/a"],
        ),
        (
            "写信 a@example.org，b@example.org。",
            vec!["mailto:a@example.org", "mailto:b@example.org"],
        ),
        (
            "انظر https://example.org/a، ثم",
            vec!["https://example.org/a"],
        ),
        ("देखें https://example.org/a।", vec!["https://example.org/a"]),
        ("“https://example.org/a”", vec!["https://example.org/a"]),
    ] {
        assert_eq!(links(source), addresses, "from {source}");
    }
    assert!(
        markdown("https://example.org/a，**重要**")
            .html
            .ends_with("，<strong>重要</strong></p>\n")
    );
}

#[test]
fn addresses_of_every_script_stay_whole() {
    for (source, address) in [
        (
            "https://example.org/地方/政府 x",
            "https://example.org/%E5%9C%B0%E6%96%B9/%E6%94%BF%E5%BA%9C",
        ),
        (
            "https://münchen.example/a",
            "https://m%C3%BCnchen.example/a",
        ),
        (
            "https://example.org/Foo–Bar",
            "https://example.org/Foo%E2%80%93Bar",
        ),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("https://example.org/~ada/", "https://example.org/~ada/"),
        (
            "https://example.org/a?b=c&d=e.",
            "https://example.org/a?b=c&amp;d=e",
        ),
        ("**https://example.org/a_b_c**", "https://example.org/a_b_c"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
        ("www.example.org/a!", "http://www.example.org/a"),
        ("mailto:a.b+c@example.co.uk.", "mailto:a.b+c@example.co.uk"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
    ] {
        assert_eq!(links(source), [address], "from {source}");
    }
}

#[test]
fn what_is_no_address_is_not_linked() {
    for source in [
        "https://",
        "https:// x",
        "ftps://example.org",
        "xhttps://example.org",
        "www.x",
        "a@b",
        "a@example.org@b",
        "@example.org",
        "`https://example.org`",
        "[see https://example.org]",
    ] {
        assert_eq!(links(source), Vec::<String>::new(), "from {source}");
    }
    assert_eq!(links("<a href=\"/x\">https://example.org</a>"), ["/x"]);
    assert_eq!(links("[https://example.org](/x)"), ["/x"]);
}

#[test]
fn a_lone_tilde_is_a_tilde() {
    for (source, rendered) in [
        (
            "회의는 3~5시, 7~8시에 열립니다.",
            "<p>회의는 3~5시, 7~8시에 열립니다.</p>\n",
        ),
        (
            "3~5시, **7~8시**에",
            "<p>3~5시, <strong>7~8시</strong>에</p>\n",
        ),
        (
            "~a~ ~~b~~ \\~c\\~ `~d~`",
            "<p>~a~ <del>b</del> ~c~ <code>~d~</code></p>\n",
        ),
        ("~~3~5시~~", "<p><del>3~5시</del></p>\n"),
        ("~~~\n~x~ ⸛\n~~~", "<pre><code>~x~ ⸛\n</code></pre>\n"),
        (
            "[a~b](/~c~ \"~d~\")",
            "<p><a href=\"/~c~\" title=\"~d~\">a~b</a></p>\n",
        ),
        (
            "<span title=\"~\">~</span>",
            "<p><span title=\"~\">~</span></p>\n",
        ),
    ] {
        assert_eq!(markdown(source).html, rendered, "from {source}");
    }
    assert_eq!(html("~a~").html, "~a~");
}
