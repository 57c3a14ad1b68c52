//! What an editor writes and what the public reads: the rendering of bodies, from friendly markdown to hostile HTML.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod costly;
mod harmless;
mod plain_text;
mod rendering;

use tribuna::content::{ExternalLinks, Format, Rendition, render};

fn markdown(source: &str) -> Rendition {
    render(Format::Markdown, source, ExternalLinks::Plain)
}

fn html(source: &str) -> Rendition {
    render(Format::Html, source, ExternalLinks::Plain)
}

fn toc(rendition: &Rendition) -> Vec<(u8, &str, &str)> {
    rendition
        .toc
        .iter()
        .map(|entry| (entry.level, entry.id.as_str(), entry.title.as_str()))
        .collect()
}
