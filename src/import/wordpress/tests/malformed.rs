//! Files that are truncated, malformed, hostile or of another kind.

use super::terms::categories;
use super::*;

fn error(xml: impl AsRef<[u8]>) -> String {
    read(xml.as_ref(), &"en".parse().unwrap())
        .unwrap_err()
        .to_string()
}

#[test]
fn control_characters_and_a_byte_order_mark_do_no_harm() {
    let body = "<content:encoded><![CDATA[a\u{0}b\u{b}\r\nc]]></content:encoded><excerpt:encoded>x&#0;&#x1;&#1F;y</excerpt:encoded>";
    let text = post(
        &parsed(format!(
            "\u{feff}{}",
            channel(&format!("<item><wp:post_id>1</wp:post_id>{body}</item>"))
        )),
        "post:1",
    );
    assert_eq!(
        (text.body.source.as_str(), text.excerpt.as_deref()),
        ("<p>ab<br>\nc</p>", Some("xy"))
    );
    assert!(!serde_json::to_string(&text).unwrap().contains("\\u00"));
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    let end = FIXTURE.find("</rss>").unwrap() + "</rss>".len();
    for length in 0..end {
        let error = read(&FIXTURE.as_bytes()[..length], &"en".parse().unwrap()).unwrap_err();
        assert!(error.line >= 1 && error.column >= 1, "{length}: {error}");
    }
    assert!(read(&FIXTURE.as_bytes()[..end], &"en".parse().unwrap()).is_ok());
}

#[test]
fn a_malformed_file_is_told_with_line_and_column() {
    let cut = FIXTURE.find("second line").unwrap();
    let message = error(&FIXTURE[..cut]);
    assert!(
        message.starts_with("line 21, column 1: the file is cut off: CDATA not closed"),
        "{message}"
    );
    assert!(
        message.ends_with("(it begins on line 20, column 20)"),
        "{message}"
    );
    let cut = FIXTURE.find("<wp:post_id>2<").unwrap();
    assert!(
        error(&FIXTURE[..cut]).contains("the file ends inside <item>, which begins on line 49")
    );
    assert_eq!(
        error("<rss>\n <channel></rss>"),
        "line 2, column 11: </rss> stands where </channel> is due"
    );
    assert_eq!(
        error("<rss>\n é &lol;</rss>"),
        "line 2, column 4: unknown entity &lol;"
    );
    assert!(error("<rss>\n<a b='1' b='2'/></rss>").starts_with("line 2, column 1"));
    assert!(
        error(channel("") + "\n<rss/>").starts_with("line 2, column 1: <rss> stands after the end")
    );
    assert!(error(channel("") + "PHP Warning").contains("text stands outside"));
    assert!(
        error(b"<rss>\n\xe9".as_slice()).starts_with("line 2, column 1: this is not valid UTF-8")
    );
}

#[test]
fn entities_are_not_expanded_and_a_document_type_is_refused() {
    let xml = format!(
        "<!DOCTYPE rss [<!ENTITY a \"aaa\"><!ENTITY b \"&a;&a;\">]>{}",
        channel("<title>&b;</title>")
    );
    assert_eq!(
        error(xml),
        "line 1, column 1: a document type has no place in an export"
    );
}

#[test]
fn xml_that_is_no_export_is_called_so() {
    for xml in [
        "",
        "<html><body/></html>",
        "<rss><channel><title>News</title></channel></rss>",
    ] {
        assert!(error(xml).contains("this is no WordPress export"), "{xml}");
    }
    assert!(error(channel("").replace("1.2", "9.0")).contains("WXR version 9.0 is unknown"));
}

#[test]
fn deep_nesting_and_long_chains_of_parents_do_no_harm() {
    let deep = format!("{}{}", "<x>".repeat(50_000), "</x>".repeat(50_000));
    assert!(parsed(channel(&deep)).records.is_empty());
    let chain: String = (0..2_000)
        .map(|n| format!("<wp:category><wp:category_nicename>c{n}</wp:category_nicename><wp:category_parent>c{}</wp:category_parent></wp:category>", n + 1))
        .collect();
    let export = parsed(channel(&chain));
    assert_eq!(categories(&export)[0].key, "c1999");
    assert_eq!(categories(&export).len(), 2_000);
}
