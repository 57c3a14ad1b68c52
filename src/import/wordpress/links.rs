//! Converts web addresses to links where WordPress would embed the page.

/// Returns a link in its own paragraph; empty if the text is not a web address.
pub fn paragraph(address: &str) -> String {
    anchor(address).map_or_else(String::new, |anchor| format!("\n<p>{anchor}</p>\n"))
}

fn anchor(address: &str) -> Option<String> {
    let web = ["http://", "https://"]
        .iter()
        .any(|scheme| address.len() > scheme.len() && address.starts_with(scheme));
    if !web || address.contains(|it: char| it.is_whitespace() || "<>\"'".contains(it)) {
        return None;
    }
    let address = address.replace("&amp;", "&").replace('&', "&amp;");
    Some(format!("<a href=\"{address}\">{address}</a>"))
}

/// Converts every line of `text` that consists of a web address to a link; WordPress would embed the page. The first
/// and the last line are converted only if the whole document begins or ends there.
pub fn alone_on_lines(text: &str, begins: bool, ends: bool) -> String {
    let last = text.matches('\n').count();
    let lines = text.split('\n').enumerate().map(|(index, line)| {
        let whole = (index > 0 || begins) && (index < last || ends);
        whole
            .then(|| anchor(line.trim()))
            .flatten()
            .unwrap_or_else(|| line.to_owned())
    });
    lines.collect::<Vec<_>>().join("\n")
}
