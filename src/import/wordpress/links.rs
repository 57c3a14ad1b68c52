//! Marks web addresses as embedded where WordPress would embed the page: `[embed]https://…[/embed]`. Rendering turns
//! them into links, or into figures for the providers of the setting.

/// Returns the address that a shortcode embeds as a shortcode in its own paragraph; empty if it is no address.
pub fn paragraph(shortcode: &str, address: &str) -> String {
    let embed = embed(address).or_else(|| {
        let relative = written(address)?;
        Some(format!("[{shortcode} src=\"{relative}\"]"))
    });
    embed.map_or_else(String::new, |embed| format!("\n<p>{embed}</p>\n"))
}

fn embed(address: &str) -> Option<String> {
    let is_web = ["http://", "https://"]
        .iter()
        .any(|scheme| address.len() > scheme.len() && address.starts_with(scheme));
    let address = written(address).filter(|_| is_web)?;
    Some(format!("[embed]{address}[/embed]"))
}

/// Writes an address in HTML.
fn written(address: &str) -> Option<String> {
    let is_whole = !address.contains(|it: char| it.is_whitespace() || "<>\"'".contains(it));
    is_whole.then(|| address.replace("&amp;", "&").replace('&', "&amp;"))
}

/// Marks every line of `text` that consists of a web address as embedded, as WordPress would embed it. The first and
/// the last line are marked only if the whole document begins or ends there.
pub fn alone_on_lines(text: &str, begins: bool, ends: bool) -> String {
    let last = text.matches('\n').count();
    let lines = text.split('\n').enumerate().map(|(index, line)| {
        let whole = (index > 0 || begins) && (index < last || ends);
        whole
            .then(|| embed(line.trim()))
            .flatten()
            .unwrap_or_else(|| line.to_owned())
    });
    lines.collect::<Vec<_>>().join("\n")
}
