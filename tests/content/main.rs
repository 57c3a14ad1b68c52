//! The rendering of bodies, from ordinary markdown to hostile HTML.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod anchors;
mod autolinks;
mod costly;
mod embeds;
mod excerpts;
mod harmless;
mod images;
mod plain_text;
mod rendering;
mod shortcodes;
mod warnings;

use tribuna::content::{ExternalLinks, Format, Provider, RenderOptions, Rendition, render};

fn markdown(source: &str) -> Rendition {
    render(Format::Markdown, source, ExternalLinks::Plain)
}

fn html(source: &str) -> Rendition {
    render(Format::Html, source, ExternalLinks::Plain)
}

/// Renders for a site that may load every known player.
fn with_players(source: &str) -> Rendition {
    let options = RenderOptions {
        external_links: ExternalLinks::Plain,
        embed_providers: Provider::ALL.into_iter().collect(),
    };
    render(Format::Html, source, options)
}

fn toc(rendition: &Rendition) -> Vec<(u8, &str, &str)> {
    rendition
        .toc
        .iter()
        .map(|entry| (entry.level, entry.id.as_str(), entry.title.as_str()))
        .collect()
}
