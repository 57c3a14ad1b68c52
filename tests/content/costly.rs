//! Input designed to be slow, deep or large costs a bounded amount of time and memory.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tribuna::content::{ExternalLinks, Format, render};

use super::harmless::assert_harmless;
use super::html;

/// Input designed to be slow, deep or large, of about `n` bytes.
fn hostile(n: usize) -> Vec<(Format, String)> {
    let repeated = [
        "<div>",
        "</div>",
        "<b>",
        "<p><b><i>",
        "<table>",
        "<table><td>",
        "<table>a",
        "<ul><li>",
        "<h2>",
        "<a href=x>",
        "<",
        "<a ",
        "<a b=\"",
        "<!--",
        "<!---->",
        "<script>",
        "</scrip",
        "<ruby><rt>",
        "<svg><math>",
        "&",
        "&amp;",
        "&<x>",
        "«",
        "<select><option>",
        "a",
        "ประเทศไทย",
        "地方政府",
        "မြန်မာ",
        "e\u{301}",
        "\0",
        "\r",
        ">",
        "> ",
        "- ",
        "1. ",
        "- > ",
        "[",
        "![",
        "[a](",
        "[a](<b",
        "*",
        "*a ",
        "*_",
        "a**b",
        "**x [*y*",
        "~~a",
        "`` a ` ",
        "<?",
        "a<![CDATA[",
        "[^a]",
        "[^",
        "|",
        "www.a(",
        "http://a",
        "a@b.c_",
        "\\",
        "\n",
        "\t",
        "# a\n",
        "a\n=\n",
        "- a\n\n",
        "- [ ] a\n",
        "[a]: b\n",
        "|x|y|\n",
        "|a|\n|-|\n\n",
        "<div>\n\n",
        "<iframe>",
        "<iframe src=a>",
        "<video>",
        "<video src=a>",
        "<video></video>",
        "<object><param name=movie value=a>",
        "<object>",
        "</object>",
        "<embed src=a>",
        "<source src=a>",
        "<picture><source srcset='a,b'>",
        "<figure>",
        "<figure><a href=https://youtu.be/a>",
        "<?",
        "<pre><?",
        "[embed]",
        "[embed]a",
        "[youtube ",
        "[youtube a]",
        "[youtube a]a[/embed]",
        "[[youtube a]]",
        "[/embed]",
        "~",
        "~a",
        "https://a，",
        "https://a.b/(",
        "https://a.b/)",
        "www.a.b，",
        "@",
        "a@",
        "://",
        "<a href='#a'>",
        "<p id=a>",
        "<h2>a</h2>",
        "<sup><a href='#a'>",
    ];
    let mut all: Vec<String> = repeated
        .iter()
        .map(|piece| piece.repeat(n / piece.len()))
        .collect();
    let numbered = |piece: fn(usize) -> String| (0..n / 12).map(piece).collect::<String>();
    all.push(format!("<a {}>x</a>", numbered(|i| format!(" a{i}"))));
    all.push(format!(
        "{}{}",
        numbered(|i| format!("<b title={i}>")),
        "<p>".repeat(n / 6)
    ));
    all.push("&".repeat(3 * n));
    all.push("&<x>".repeat(n));
    all.push("«".repeat(3 * n));
    all.push(format!("<p title=\"{}\">x</p>", "&amp;".repeat(n / 5)));
    all.push(format!("{}{}", "[".repeat(n / 2), "]".repeat(n / 2)));
    all.push(format!("{}{}", ">".repeat(n / 2), "\na".repeat(n / 4)));
    all.push(format!("{}\n{}\n", "|".repeat(n / 2), "-|".repeat(n / 4)));
    all.push(format!("{}\n\n[^a]: x", "[^a]".repeat(n / 4)));
    all.push(numbered(|i| format!("[^{i}]: [^{}]\n\n", i + 1)) + "[^0]");
    all.into_iter()
        .flat_map(|source| [(Format::Html, source.clone()), (Format::Markdown, source)])
        .collect()
}

/// The time that this thread has had a processor, so that a busy machine makes no test fail. Where the system does not tell it,
/// the time since the first call.
fn processor_time() -> Duration {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| FIRST.elapsed(), Duration::from_nanos)
}

#[test]
fn hostile_input_takes_no_more_than_its_share_of_time_and_room() {
    for (format, source) in hostile(40_000) {
        let begun = processor_time();
        let rendition = render(format, &source, ExternalLinks::NoFollow);
        let took = processor_time() - begun;
        let label: String = source.chars().take(30).collect();
        // The limit is several times what the slowest input takes without optimization. Quadratic time would exceed it.
        let limit = Duration::from_secs(4)
            + Duration::from_micros(40) * u32::try_from(source.len()).unwrap();
        assert!(took < limit, "{format:?} {label:?} took {took:?}");
        assert!(
            rendition.html.len() <= 60 * source.len(),
            "{format:?} {label:?} made {} bytes",
            rendition.html.len()
        );
        assert_harmless(&rendition.html, &label);
    }
}

#[test]
fn two_mebibytes_of_nesting_overflow_no_stack() {
    for (format, piece) in [
        (Format::Html, "<div>"),
        (Format::Html, "<table><td>"),
        (Format::Markdown, "> "),
        (Format::Markdown, "["),
    ] {
        let source = piece.repeat(2 * 1024 * 1024 / piece.len());
        let rendition = render(format, &source, ExternalLinks::Plain);
        let depth = rendition.html.split('<').skip(1).scan(0_i32, |depth, tag| {
            *depth += if tag.starts_with('/') { -1 } else { 1 };
            Some(*depth)
        });
        assert!(depth.max().unwrap_or(0) <= 110, "{format:?} {piece}");
    }
}

#[test]
fn text_beyond_the_limit_of_elements_is_kept() {
    let rendition = html(&format!("{}<p>the end</p>", "<b>x</b>".repeat(200_001)));
    assert!(rendition.text.ends_with("the end"));
    assert_harmless(&rendition.html, "too many elements");
}
