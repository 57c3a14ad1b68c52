//! Links within a text still have a target after their targets got other ids.

use super::{html, markdown};

#[test]
fn a_link_to_a_heading_follows_the_id_of_the_heading() {
    for (source, rendered) in [
        (
            "<p>See <a href=\"#ziele\">our goals</a>.</p><h2 id=\"ziele\">Unsere Ziele 2030</h2>",
            "<p>See <a href=\"#unsere-ziele-2030\">our goals</a>.</p><h2 id=\"unsere-ziele-2030\">Unsere Ziele 2030</h2>",
        ),
        (
            "<h2 id=\"b\">A</h2><h2>B</h2><a href=\"#b\">1</a><a href=\"#%62\">2</a>",
            "<h2 id=\"a\">A</h2><h2 id=\"b\">B</h2><a href=\"#a\">1</a><a href=\"#a\">2</a>",
        ),
        (
            "<a href=\"#%C3%BCber&amp;uns\">1</a><h3 id=\"über&amp;uns\">Wir</h3>",
            "<a href=\"#wir\">1</a><h3 id=\"wir\">Wir</h3>",
        ),
    ] {
        let rendition = html(source);
        assert_eq!(rendition.html, rendered);
        assert_eq!(html(&rendition.html).html, rendered);
        assert_eq!(rendition.warnings, []);
    }
    assert_eq!(
        markdown("[Top](#oben)\n\n<h2 id=\"oben\">Anfang</h2>").html,
        "<p><a href=\"#anfang\">Top</a></p>\n<h2 id=\"anfang\">Anfang</h2>\n"
    );
}

#[test]
fn another_place_keeps_a_name_that_a_link_leads_to() {
    for (source, rendered) in [
        (
            "<a href=\"#n1\">1</a><p id=\"n1\">Note</p>",
            "<a href=\"#anchor-n1\">1</a><p id=\"anchor-n1\">Note</p>",
        ),
        (
            "<a href=\"#old\">1</a><a name=\"old\"></a><h2>New</h2>",
            "<a href=\"#anchor-old\">1</a><a id=\"anchor-old\"></a><h2 id=\"new\">New</h2>",
        ),
        (
            "<a href=\"#x\">1</a><p id=\"x\">2</p><p id=\"x\">3</p>",
            "<a href=\"#anchor-x\">1</a><p id=\"anchor-x\">2</p><p>3</p>",
        ),
        ("<a href=\"#nowhere\">1</a>", "<a href=\"#nowhere\">1</a>"),
        ("<a href=\"#\">1</a>", "<a href=\"#\">1</a>"),
    ] {
        let rendition = html(source);
        assert_eq!(rendition.html, rendered);
        assert_eq!(html(&rendition.html).html, rendered);
    }
}

#[test]
fn a_heading_never_takes_the_id_of_another_place() {
    assert_eq!(
        html("<a href=\"#x\">1</a><p id=\"x\">2</p><h2>Anchor x</h2><h2>Anchor</h2>").html,
        "<a href=\"#anchor-x\">1</a><p id=\"anchor-x\">2</p><h2 id=\"section-anchor-x\">Anchor x</h2>\
         <h2 id=\"section-anchor\">Anchor</h2>"
    );
}

#[test]
fn footnote_marks_of_other_programs_are_no_text() {
    for source in [
        "<p>By a third<sup class=\"fn\"><a href=\"#8f1\" id=\"8f1-link\">1</a></sup>.</p>",
        "<p>By a third<a href=\"#fn1\" class=\"footnote-ref\"><sup>1</sup></a>.</p>",
    ] {
        assert_eq!(html(source).text, "By a third.", "from {source}");
    }
    assert_eq!(
        html("<p>m<sup>2</sup> <sup>see <a href=\"#x\">x</a></sup></p>").text,
        "m2 see x"
    );
}
