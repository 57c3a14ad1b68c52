//! Plain text, word counts and excerpts.

use tribuna::content::{excerpt, plain_line};

use super::{html, markdown};

#[test]
fn plain_text_has_a_line_per_block_and_no_markup() {
    let source = "<h2>T</h2><p>a<br>b <b>c</b>&lt;d&gt; &amp;amp;  e\n f</p><ul><li>one<ul><li>two</ul><li>three</ul>\
        <table><tr><th>x<td>y<tr><td>z</table><p>&nbsp;</p><img src=a alt=\"left out\"><p>soft\u{ad}hyphen \
        <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p><pre>  p\n    q\n</pre>end<!-- no --><style>no</style>";
    assert_eq!(
        html(source).text,
        "T\na\nb c<d> &amp; e f\none\ntwo\nthree\nx\ty\nz\nsofthyphen 漢\np\n    q\nend"
    );
}

#[test]
fn footnote_marks_and_back_links_are_neither_text_nor_words() {
    let rendition = markdown("Housing[^a] and homes[^a].\n\n[^a]: See *there*.");
    assert_eq!(rendition.text, "Housing and homes.\nSee there.");
    assert_eq!(rendition.word_count, 5);
}

#[test]
fn words_are_counted_in_every_script() {
    for (text, words) in [
        ("", 0),
        ("— … ! 🎉", 0),
        ("It's a well-known 3.5 % rise.", 6),
        ("L’État n’est pas là", 4),
        ("人人生而自由，在尊严和权利上一律平等。", 11),
        ("すべての人間は、生まれながらにして自由であり", 10),
        ("มนุษย์ทั้งหลายเกิดมามีอิสระ", 7),
        ("ມະນຸດທຸກຄົນເກີດມາມີສິດເສລີພາບ", 7),
        ("လူတိုင်းသည်တူညီလွတ်လပ်သော", 6),
        ("មនុស្សទាំងអស់កើតមកមានសេរីភាព", 5),
        ("يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق", 8),
        ("כל בני האדם נולדו בני חורין", 6),
        ("모든 인간은 태어날 때부터 자유로우며", 5),
        ("सभी मनुष्यों को गौरव", 4),
    ] {
        assert_eq!(html(text).word_count, words, "{text}");
    }
}

#[test]
fn reading_takes_a_minute_at_least_and_nothing_only_for_no_words() {
    for (words, minutes) in [(0, 0), (1, 1), (238, 1), (239, 2), (812, 4)] {
        assert_eq!(
            html(&"word ".repeat(words)).reading_minutes,
            minutes,
            "{words} words"
        );
    }
}

#[test]
fn an_excerpt_is_one_line_cut_between_words() {
    assert_eq!(
        excerpt("  One\n\ntwo\t three \u{a0}\u{2028}"),
        "One two three"
    );
    assert_eq!(excerpt("Vraiment\u{a0}: oui"), "Vraiment\u{a0}: oui");
    assert_eq!(excerpt(&"a".repeat(300)), "a".repeat(300));
    let cut = excerpt(&"word, ".repeat(100));
    assert!(
        cut.ends_with("word…") && cut.chars().count() <= 300,
        "{cut}"
    );
    assert!(cut.chars().count() > 290, "{cut}");
}

#[test]
fn an_excerpt_never_splits_a_word_of_any_script() {
    for (text, words) in [
        ("ประเทศไทย", vec!["ประเทศ", "ไทย"]),
        ("自由权利", vec!["自由", "权利"]),
        ("الكرامة والحقوق ", vec!["الكرامة", "والحقوق"]),
    ] {
        let cut = excerpt(&text.repeat(200));
        assert!(
            cut.chars().count() <= 300 && cut.chars().count() > 280,
            "{cut}"
        );
        let end = cut.trim_end_matches('…');
        assert!(words.iter().any(|word| end.ends_with(word)), "{cut}");
    }
}

#[test]
fn an_excerpt_of_one_endless_word_is_cut_between_characters() {
    let family = "👨‍👩‍👧";
    let cut = excerpt(&family.repeat(200));
    assert!(
        cut.chars().count() <= 300 && cut.trim_end_matches('…').chars().count().is_multiple_of(5),
        "{cut}"
    );
    assert_eq!(excerpt(&"a".repeat(301)).chars().count(), 300);
    assert_eq!(
        excerpt(&format!("e{}", "\u{301}".repeat(400)))
            .chars()
            .count(),
        300
    );
}

#[test]
fn a_plain_line_loses_markup_and_newlines_but_no_words() {
    assert_eq!(
        plain_line(" <p>AT&amp;T <b>says</b>\n“hi”</p> a < b, if a <c then"),
        "AT&T says “hi” a < b, if a <c then"
    );
    assert_eq!(plain_line("<script>alert(1)</script>"), "");
    assert_eq!(plain_line("x &lt;b&gt; y\u{0}\u{7}z"), "x <b> yz");
}
