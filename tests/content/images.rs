//! Responsive images and their alignment.

use super::html;

#[test]
fn pictures_and_their_candidates_survive() {
    let source = "<figure class=\"alignwide\"><picture><source srcset=\"/a.avif 1x, /b.avif 2x\" type=\"image/avif\" \
        media=\"(min-width: 40em)\"><img src=\"/a.jpg\" alt=\"A\" srcset=\"/a.jpg 480w, https://cdn.example/b.jpg 1024w\" \
        sizes=\"(max-width: 600px) 480px, 100vw\" width=\"480\" height=\"320\" loading=\"lazy\" class=\"aligncenter\"></picture>\
        <figcaption>C</figcaption></figure>";
    let rendition = html(source);
    assert_eq!(rendition.html, source);
    assert_eq!(rendition.warnings, []);
}

#[test]
fn each_candidate_is_checked_like_an_address() {
    for (srcset, kept) in [
        ("a.jpg", Some("a.jpg")),
        (" a.jpg 1x ,\n b.jpg\t2x,", Some("a.jpg 1x, b.jpg 2x")),
        ("a.jpg, b.jpg 1.5x", Some("a.jpg, b.jpg 1.5x")),
        ("a,b.jpg 100w 50h", Some("a,b.jpg 100w 50h")),
        (
            "javascript:alert(1) 1x, //cdn.example/b.jpg 2x",
            Some("//cdn.example/b.jpg 2x"),
        ),
        ("data:image/png;base64,AAAA 1x, a.jpg 2x", Some("a.jpg 2x")),
        ("a.jpg 1x onerror=alert(1), b.jpg 2x", Some("b.jpg 2x")),
        ("java&#10;script:x 1x", None),
        ("", None),
        (",,, ,", None),
    ] {
        let expected = match kept {
            Some(kept) => format!("<img srcset=\"{kept}\">"),
            None => "<img>".to_owned(),
        };
        assert_eq!(
            html(&format!("<img srcset=\"{srcset}\">")).html,
            expected,
            "{srcset}"
        );
    }
}

#[test]
fn classes_of_alignment_survive_and_others_do_not() {
    for (source, kept) in [
        (
            "<img class=\"alignleft size-full wp-image-3\" src=\"a\">",
            "<img class=\"alignleft\" src=\"a\">",
        ),
        (
            "<p class='has-text-align-center x'>a</p>",
            "<p class=\"has-text-align-center\">a</p>",
        ),
        (
            "<div class=alignfull>a</div>",
            "<div class=\"alignfull\">a</div>",
        ),
        ("<p class=\"alignleftish\">a</p>", "<p>a</p>"),
        (
            "<figure class=\"alignright alignright\">a</figure>",
            "<figure class=\"alignright\">a</figure>",
        ),
    ] {
        assert_eq!(html(source).html, kept);
    }
}

#[test]
fn a_source_belongs_to_a_picture() {
    assert_eq!(html("<source srcset=a><p>b</p>").html, "<p>b</p>");
}

#[test]
fn addresses_are_read_as_browsers_read_them() {
    for (source, kept) in [
        (
            "<a href=\"\nhttps://example.org/a\n\">x</a>",
            "<a href=\"https://example.org/a\">x</a>",
        ),
        ("<a href=\" \t/a\r\n/b \">x</a>", "<a href=\"/a/b\">x</a>"),
        (
            "<img src=\"\n https://example.org/\n a.jpg\">",
            "<img src=\"https://example.org/ a.jpg\">",
        ),
        ("<q cite=\"\n/a\n\">x</q>", "<q cite=\"/a\">x</q>"),
        (
            "<img src=a width=\" 300 \" loading=LAZY>",
            "<img src=\"a\" width=\"300\" loading=\"lazy\">",
        ),
        (
            "<table><td align=CENTER>x</table>",
            "<table><tbody><tr><td align=\"center\">x</td></tr></tbody></table>",
        ),
        ("<ol type=A><li>x</ol>", "<ol type=\"A\"><li>x</li></ol>"),
    ] {
        assert_eq!(html(source).html, kept);
    }
}

#[test]
fn images_that_scripts_load_late_keep_their_addresses() {
    for (source, kept) in [
        (
            "<img src=\"data:image/gif;base64,R0\" data-src=\"https://x.org/lazy.jpg\" alt=\"l\">",
            "<img alt=\"l\" src=\"https://x.org/lazy.jpg\">",
        ),
        (
            "<img data-lazy-src=a.jpg data-lazy-srcset=\"a.jpg 1x, b.jpg 2x\" srcset=\"data:image/gif;base64,R0\">",
            "<img src=\"a.jpg\" srcset=\"a.jpg 1x, b.jpg 2x\">",
        ),
        (
            "<picture><source data-srcset=\"a.avif 1x\"><img src=\"\" data-src=a.jpg></picture>",
            "<picture><source srcset=\"a.avif 1x\"><img src=\"a.jpg\"></picture>",
        ),
        (
            "<p><img src=about:blank data-src=\"a.jpg?b&#38;c\"><noscript><img src=\"a.jpg?b&amp;c\"><img src=d.jpg></noscript></p>",
            "<p><img src=\"a.jpg?b&amp;c\"><img src=\"d.jpg\"></p>",
        ),
        (
            "<img data-src=a.jpg><img src=a.jpg>",
            "<img src=\"a.jpg\"><img src=\"a.jpg\">",
        ),
    ] {
        let rendition = html(source);
        assert_eq!(rendition.html, kept);
        assert!(
            rendition
                .warnings
                .iter()
                .all(|one| one.element == "noscript"),
            "{:?}",
            rendition.warnings
        );
        assert_eq!(html(&rendition.html).html, kept);
    }
    assert_eq!(
        html("<img src=a.jpg data-src=b.jpg>").html,
        "<img src=\"a.jpg\">"
    );
    assert_eq!(html("<img src=data:x data-src=javascript:y>").html, "<img>");
    assert_eq!(
        html("<img src=data:x data-src=javascript:y>")
            .warnings
            .len(),
        2
    );
}
