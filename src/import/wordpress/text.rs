//! Cleans WordPress's text: control characters, HTML, percent-encoding and length.

use ammonia::Builder;
use percent_encoding::percent_decode_str;

/// Removes control characters other than tab and line feed. Line breaks of all kinds become line feeds.
pub fn without_controls(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|it| !it.is_control() || *it == '\n' || *it == '\t')
        .collect()
}

/// The maximum length of HTML that is read for one line of plain text, in characters. Titles, names and excerpts are
/// far shorter, and parsing deeply nested HTML takes quadratic time.
const ENOUGH: usize = 32 * 1024;

/// Reduces `html` to one line of plain text: tags removed, entities decoded, white space collapsed.
pub fn plain(html: &str) -> String {
    let html: String = html.chars().take(ENOUGH).collect();
    let mut spaced = String::with_capacity(html.len());
    for (index, part) in html.split('<').enumerate() {
        if index > 0 {
            spaced.push_str(if begins_block(part) { " <" } else { "<" });
        }
        spaced.push_str(part);
    }
    let mut builder = Builder::empty();
    builder.clean_content_tags(["script", "style"].into());
    let clean = builder.clean(&spaced).to_string();
    let decoded = ["&lt;<", "&gt;>", "&quot;\"", "&nbsp; ", "&amp;&"]
        .iter()
        .fold(clean, |text, pair| {
            let (entity, character) = pair.split_at(pair.len() - 1);
            text.replace(entity, character)
        });
    let words: Vec<_> = decoded.split_whitespace().collect();
    without_controls(&words.join(" "))
}

/// Truncates `text` to at most `longest` characters, at a word boundary and with an ellipsis.
pub fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept = longest.saturating_sub(1);
    let fitting: String = text.chars().take(kept).collect();
    let ends_word = text.chars().nth(kept).is_some_and(char::is_whitespace);
    let whole = match fitting.rsplit_once(char::is_whitespace) {
        Some((words, _)) if !ends_word && !words.trim().is_empty() => words,
        _ => &fitting,
    };
    let whole = whole.trim_end();
    format!("{whole}…")
}

/// Decodes `%C3%A9` and the like; returns `text` unchanged when the result is not valid UTF-8.
pub fn percent_decoded(text: &str) -> String {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map_or_else(|_| text.to_owned(), |decoded| without_controls(&decoded))
}

/// Returns whether the text after a `<` is a tag that separates words for a reader.
fn begins_block(tag: &str) -> bool {
    let name = tag.trim_start_matches('/');
    let end = name
        .find(|it: char| !it.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default().to_ascii_lowercase();
    name == "br" || super::autop::is_block(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_and_line_breaks_are_one_kind() {
        assert_eq!(
            without_controls("a\0b\u{1}\u{8}\r\nc\rd\te\u{7f}"),
            "ab\nc\nd\te"
        );
    }

    #[test]
    fn plain_text_has_neither_tags_nor_entities() {
        assert_eq!(
            plain("Markup <em>With</em> <b>Mark<sup>up</sup></b>"),
            "Markup With Markup"
        );
        assert_eq!(
            plain("Fish &amp; chips &#8217;n&nbsp;more &hellip;"),
            "Fish & chips ’n more …"
        );
        assert_eq!(plain("&amp;lt;"), "&lt;");
        assert_eq!(plain("I <3 a & b < c"), "I <3 a & b < c");
        assert_eq!(plain("x<script>alert(1)</script>y"), "xy");
    }

    #[test]
    fn plain_text_keeps_paragraphs_apart() {
        assert_eq!(plain("<p>one</p><P>two<br/>three</P>"), "one two three");
    }

    #[test]
    fn long_text_is_cut_between_words() {
        assert_eq!(shortened("one two three", 13), "one two three");
        assert_eq!(shortened("one two three", 12), "one two…");
        assert_eq!(shortened("one two three", 8), "one two…");
        assert_eq!(shortened("äöüäöü", 4), "äöü…");
    }

    #[test]
    fn percent_encoding_is_decoded_once() {
        assert_eq!(percent_decoded("%d9%85%D8%B1-a%2520"), "مر-a%20");
        assert_eq!(percent_decoded("100%-%zz%+1%"), "100%-%zz%+1%");
        assert_eq!(percent_decoded("%ff"), "%ff");
        assert_eq!(percent_decoded("a%00b"), "ab");
    }
}
