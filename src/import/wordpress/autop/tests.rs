//! Tests of paragraphs.

use super::*;

#[test]
fn a_blank_line_makes_a_paragraph_and_a_line_break_stays_one() {
    assert_eq!(
        paragraphs("one\ntwo\n \n\nthree"),
        "<p>one<br>\ntwo</p>\n<p>three</p>"
    );
    assert_eq!(paragraphs(" \n\n "), "");
}

#[test]
fn inline_elements_belong_to_the_paragraph() {
    assert_eq!(
        paragraphs("<em>a</em> <a\nhref='x'>b</a>"),
        "<p><em>a</em> <a\nhref='x'>b</a></p>"
    );
}

#[test]
fn block_elements_stand_between_paragraphs() {
    assert_eq!(
        paragraphs("a\n<h2>b</h2>\nc\n<hr />d"),
        "<p>a</p>\n<h2>b</h2>\n<p>c</p>\n<hr />\n<p>d</p>"
    );
    assert_eq!(
        paragraphs("a<ul>\n<li>b</li>\n<li>c</li>\n</ul>d"),
        "<p>a</p>\n<ul><li>b</li><li>c</li></ul>\n<p>d</p>"
    );
}

#[test]
fn written_paragraphs_are_left_alone() {
    assert_eq!(
        paragraphs("<p>one</p>\n\n<p class=\"x\">two\nlines</p>"),
        "<p>one</p>\n<p class=\"x\">two<br>\nlines</p>"
    );
    assert_eq!(paragraphs("<p>one\n\ntwo</p>"), "<p>one</p>\n<p>two</p>");
    assert_eq!(paragraphs("one</p>two"), "<p>one</p>\n<p>two</p>");
}

#[test]
fn a_quotation_holds_paragraphs_and_a_box_only_when_there_are_several() {
    assert_eq!(
        paragraphs("<blockquote>a\n\nb</blockquote>"),
        "<blockquote><p>a</p>\n<p>b</p>\n</blockquote>"
    );
    assert_eq!(paragraphs("<div>a</div>"), "<div>a</div>");
    assert_eq!(
        paragraphs("<div>a\n\nb</div>"),
        "<div><p>a</p>\n<p>b</p>\n</div>"
    );
}

#[test]
fn preformatted_text_keeps_its_lines() {
    assert_eq!(
        paragraphs("a\n<pre>x\n\n  y</pre>\nb"),
        "<p>a</p>\n<pre>x\n\n  y</pre>\n<p>b</p>"
    );
    assert_eq!(
        paragraphs("a <code>x\ny</code>"),
        "<p>a <code>x\ny</code></p>"
    );
}

#[test]
fn two_written_line_breaks_make_a_paragraph() {
    assert_eq!(
        paragraphs("a<br/>\nb<br>\n<BR />c"),
        "<p>a<br>\nb</p>\n<p>c</p>"
    );
}

#[test]
fn a_paragraph_never_closed_ends_at_the_next_block() {
    assert_eq!(
        paragraphs("<p>a<div>b\n\nc</div>"),
        "<p>a<div><p>b</p>\n<p>c</p>\n</div>"
    );
}
