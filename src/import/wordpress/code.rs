//! Converts the code blocks of highlighting plugins, `<pre lang="php" line="1">`. Their content is the code itself, not
//! HTML.

use super::markup::{Token, Tokens};
use crate::content::shortcode_arguments;

/// Programming languages with a name of two letters, of which some are codes of human languages too.
const SHORT_NAMES: [&str; 9] = ["cs", "go", "hs", "js", "py", "rb", "sh", "ts", "vb"];

/// Returns the HTML with each such block as `<pre><code class="language-php">`, its content escaped.
pub fn blocks(html: &str) -> String {
    let mut converted = String::with_capacity(html.len());
    for token in Tokens::new(html) {
        match token {
            Token::Text(raw) => converted.push_str(raw),
            Token::Tag(tag) => converted.push_str(tag.raw),
            Token::Opaque { raw, .. } => match block(raw) {
                Some(block) => converted.push_str(&block),
                None => converted.push_str(raw),
            },
        }
    }
    converted
}

/// Converts a block; `None` if it is no code block of a plugin.
fn block(raw: &str) -> Option<String> {
    let (tag, rest) = raw.split_once('>')?;
    let (name, written) = tag.split_at_checked("<pre".len())?;
    if !name.eq_ignore_ascii_case("<pre") {
        return None;
    }
    // Attributes of tags are written like the arguments of shortcodes.
    let attributes = shortcode_arguments(written);
    let attribute = |name: &str| {
        let mut all = attributes
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        all.next().map(|(_, value)| value.to_ascii_lowercase())
    };
    let language = attribute("lang")?;
    let is_of_plugin = ["line", "escaped", "highlight", "src", "colla"]
        .iter()
        .any(|name| attribute(name).is_some());
    if !is_of_plugin && !is_programming_language(&language) {
        return None;
    }
    let code = rest.get(..rest.rfind("</")?)?;
    let code = if attribute("escaped").as_deref() == Some("true") {
        code.to_owned()
    } else {
        code.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || "+#-_".contains(c);
    let language: String = language.chars().filter(|c| is_in_name(*c)).collect();
    Some(format!(
        "<pre><code class=\"language-{language}\">{code}</code></pre>"
    ))
}

/// Returns whether the value of `lang` is no code of a human language: those have two letters, perhaps with a region.
fn is_programming_language(name: &str) -> bool {
    let language = name.split(['-', '_']).next().unwrap_or_default();
    SHORT_NAMES.contains(&name) || language.len() != 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_a_plugin_is_text() {
        assert_eq!(
            blocks(
                "a<pre lang=\"php\" line=\"1\"><?php if ($a->b) { ?>\n<form><input></form></pre>b"
            ),
            "a<pre><code class=\"language-php\">&lt;?php if ($a-&gt;b) { ?&gt;\n&lt;form&gt;&lt;input&gt;&lt;/form&gt;</code></pre>b"
        );
        assert_eq!(
            blocks("<PRE lang='js'>a && b</PRE>"),
            "<pre><code class=\"language-js\">a &amp;&amp; b</code></pre>"
        );
        assert_eq!(
            blocks("<pre lang=\"html\" escaped=\"true\">&lt;b&gt;</pre>"),
            "<pre><code class=\"language-html\">&lt;b&gt;</code></pre>"
        );
    }

    #[test]
    fn other_preformatted_text_is_html() {
        for html in [
            "<pre>a <b>b</b></pre>",
            "<pre class=\"x\">a</pre>",
            "<pre lang=\"fr\">Un <i>poème</i></pre>",
            "<pre lang=\"pt-BR\">Um poema</pre>",
            "<code lang=\"php\"><b></b></code>",
        ] {
            assert_eq!(blocks(html), html);
        }
    }
}
