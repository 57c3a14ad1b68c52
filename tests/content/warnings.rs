//! Warnings tell an editor what rendering removes from a body.

use tribuna::content::Rendition;

use super::{html, markdown};

fn warnings(rendition: &Rendition) -> Vec<String> {
    let warnings = rendition.warnings.iter();
    warnings
        .map(|it| match &it.attribute {
            Some(attribute) => format!("{} {attribute} {}", it.element, it.count),
            None => format!("{} {}", it.element, it.count),
        })
        .collect()
}

#[test]
fn removed_elements_and_attributes_are_counted() {
    let source = "<p style=\"color:red\" onclick=x>a</p><p STYLE=x>b</p><script>x</script><style>y</style><form><input name=q>\
        <button>c</button></form><a href=javascript:x target=_blank>d</a><font>e</font><font>f</font><svg><path></svg>";
    assert_eq!(
        warnings(&html(source)),
        [
            "a href 1",
            "a target 1",
            "button 1",
            "font 2",
            "form 1",
            "input 1",
            "p onclick 1",
            "p style 2",
            "path 1",
            "script 1",
            "style 1",
            "svg 1",
        ]
    );
    assert_eq!(
        warnings(&markdown("Hi <blink>you</blink> <b class=x>there</b>")),
        ["b class 1", "blink 1"]
    );
}

#[test]
fn attributes_are_told_with_the_element_that_was_written() {
    assert_eq!(
        warnings(&html(
            "<form action=x><center align=x lang='?'>a</center></form>"
        )),
        ["center align 1", "center lang 1", "form 1", "form action 1"]
    );
    assert_eq!(
        warnings(&html("<center lang='?'>a</center><div lang='?'>b</div>")),
        ["div lang 2"]
    );
}

#[test]
fn values_that_are_not_allowed_are_counted() {
    assert_eq!(
        warnings(&html(
            "<img src=data:x alt=a><img src=b width=100%><p lang=\"?\">c</p><p id=unused>d</p>"
        )),
        ["img src 1", "img width 1", "p id 1", "p lang 1"]
    );
}

#[test]
fn nothing_goes_in_silence() {
    for (source, warning) in [
        ("<p aria-label=x>a</p>", "p aria-label 1"),
        ("<a aria-label=x href=/>a</a>", "a aria-label 1"),
        ("<img srcset=\"a.jpg 1x, javascript:b 2x\">", "img srcset 1"),
        ("<img srcset=\"javascript:b 2x\">", "img srcset 1"),
        ("<img src=a data-src=b>", "img data-src 1"),
        ("<img src=a src=b>", "img src 1"),
        ("a <?php if ($a->b) { echo 1; } ?> b", "?php 1"),
        ("a <? b > c", "? 1"),
        ("a <![CDATA[b > c]]> d", "![cdata[ 1"),
        ("<div rel=x>a</div>", "div rel 1"),
    ] {
        assert_eq!(warnings(&html(source)), [warning], "from {source}");
    }
    assert_eq!(html("a <?php $a->b ?>c").text, "a c");
    assert_eq!(html("I </3 you <b>x</b>").text, "I </3 you x");
}

#[test]
fn the_text_of_a_removed_element_stays() {
    for (source, text) in [
        ("<iframe>a <b>b</b></iframe>", "a b"),
        ("<xmp><b>x</b></xmp>", "<b>x</b>"),
        ("<textarea>a <i>b</textarea>", "a <i>b"),
        (
            "<noembed>a <b>b</b></noembed><noframes>c</noframes>",
            "a bc",
        ),
        ("<noscript>a <b>b</b></noscript>", "a b"),
        ("<xmp>a <b>b</b>", "a b"),
    ] {
        let rendition = html(source);
        assert_eq!(rendition.text, text, "from {source}");
        assert!(!rendition.warnings.is_empty(), "from {source}");
    }
    assert_eq!(
        html("<script>a</script><style>b</style><title>c</title>d").text,
        "d"
    );
}

#[test]
fn elements_without_a_place_are_counted() {
    assert_eq!(
        warnings(&html("<td>a</td><source srcset=b>")),
        ["source 1", "td 1"]
    );
}

#[test]
fn what_only_changes_its_form_is_no_loss() {
    for source in [
        "<iframe src=https://a.example/></iframe><video><source src=a></video>",
        "<center>a</center><strike>b</strike><tt>c</tt><article>d</article>",
        "<img class=\"alignleft wp-image-3\" src=a>",
        "<h2 id=\"x\">a</h2><a href=\"https://a.example\" rel=\"me\">b</a>",
        "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->",
        "[youtube abc]",
    ] {
        assert_eq!(
            warnings(&html(source)),
            Vec::<String>::new(),
            "from {source}"
        );
    }
    let source = "# A\n\nb[^1] ~~c~~ https://a.example <https://b.example>\n\n- [ ] d\n- [x] e\n\n|f|\n|:-:|\n|g|\n\n\
        ```rust\nh\n```\n\n3. i\n\n[^1]: j";
    assert_eq!(warnings(&markdown(source)), Vec::<String>::new());
}

#[test]
fn the_list_is_short_whatever_the_source() {
    let many: String = (0..1000).map(|i| format!("<x{i} a{i}>")).collect();
    assert_eq!(html(&many).warnings.len(), 100);
    let long = html(&format!("<{}>", "x".repeat(10_000)));
    assert_eq!(long.warnings.len(), 1);
    assert!(long.warnings[0].element.len() <= 50);
}
