//! oEmbed 1.0: the card of a post as a frame.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::card;
use crate::config::Config;
use crate::content::escape;
use crate::db::sql_types::words;
use crate::error::{Error, Result};
use crate::http::response::Document;
use crate::publications::attribution::credited;
use crate::publications::model::PublicPostSummary;
use crate::publications::printable::{in_html, printable};

/// The width and the height of a card, unless a client has less room.
const SIZE: (u32, u32) = (600, 260);

words! {
    /// The format of the response.
    pub enum OEmbedFormat {
        /// JSON.
        Json = "json",
        /// XML.
        Xml = "xml",
    }
}

/// The parameters of oEmbed.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OEmbedQuery {
    /// The absolute URL of a post, on the site or in the API, or of its card.
    #[param(
        min_length = 1,
        max_length = 2000,
        format = "uri",
        example = "https://api.example.org/v1/posts/a-right-to-the-city"
    )]
    pub url: String,
    /// The format of the response: `json` when absent.
    #[param(inline)]
    pub format: Option<OEmbedFormat>,
    /// The greatest width of the frame, in pixels.
    #[param(minimum = 1, maximum = 10000)]
    pub maxwidth: Option<u32>,
    /// The greatest height of the frame, in pixels.
    #[param(minimum = 1, maximum = 10000)]
    pub maxheight: Option<u32>,
    /// Asks not to track readers, as WordPress does. Accepted without effect, because Tribuna tracks nobody.
    #[param(max_length = 20, example = "1")]
    pub dnt: Option<String>,
}

/// A post to embed, as the specification of oEmbed describes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OEmbed {
    /// The version of oEmbed.
    #[schema(examples("1.0"))]
    pub version: &'static str,
    /// The type of what is embedded: `rich`, which is HTML.
    #[schema(examples("rich"))]
    pub r#type: &'static str,
    /// The title.
    pub title: String,
    /// The authors with their organizations; absent if there are none. The card also names translators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Lin Alvarez (City of Granollers)"))]
    pub author_name: Option<String>,
    /// The name of the site; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("The Town Square"))]
    pub provider_name: Option<String>,
    /// The address of the site, or else of the API.
    #[schema(format = "uri", examples("https://news.example.org"))]
    pub provider_url: String,
    /// The HTML to put into the page: a frame with the card of the post.
    pub html: String,
    /// The width of the frame, in pixels.
    #[schema(examples(600))]
    pub width: u32,
    /// The height of the frame, in pixels.
    #[schema(examples(260))]
    pub height: u32,
}

impl OEmbed {
    /// Creates the answer for a post.
    pub fn new(post: &PublicPostSummary, query: &OEmbedQuery, config: &Config) -> Self {
        let width = query.maxwidth.unwrap_or(SIZE.0).min(SIZE.0);
        let height = query.maxheight.unwrap_or(SIZE.1).min(SIZE.1);
        let authors: Vec<String> = post
            .authors
            .iter()
            .map(|one| credited(one, printable))
            .collect();
        let site = post.site.as_ref();
        let address = config.site.url.as_ref().map(ToString::to_string);
        let card = card::url(post, config);
        Self {
            version: "1.0",
            r#type: "rich",
            title: printable(&post.title),
            author_name: (!authors.is_empty()).then(|| authors.join(", ")),
            provider_name: site.and_then(|site| Some(printable(&site.name.as_ref()?.0))),
            provider_url: address.unwrap_or_else(|| config.server.public_url.to_string()),
            // Scripts stay off, and links open in a new tab.
            html: format!(
                "<iframe src=\"{}\" title=\"{}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" \
                 sandbox=\"allow-popups allow-popups-to-escape-sandbox\" style=\"border:0;max-width:100%\"></iframe>",
                escape(&card),
                in_html(&post.title)
            ),
            width,
            height,
        }
    }

    /// Writes the answer.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the answer cannot be written.
    pub fn write(&self, format: OEmbedFormat) -> Result<Document> {
        Ok(match format {
            OEmbedFormat::Json => Document {
                media_type: "application/json",
                content: serde_json::to_vec(self)
                    .map_err(|error| Error::Internal(error.to_string()))?,
            },
            OEmbedFormat::Xml => Document {
                media_type: "text/xml",
                content: self
                    .xml()
                    .map_err(|error| Error::Internal(error.to_string()))?,
            },
        })
    }

    fn xml(&self) -> io::Result<Vec<u8>> {
        let (width, height) = (self.width.to_string(), self.height.to_string());
        let members = [
            ("version", Some(self.version)),
            ("type", Some(self.r#type)),
            ("title", Some(self.title.as_str())),
            ("author_name", self.author_name.as_deref()),
            ("provider_name", self.provider_name.as_deref()),
            ("provider_url", Some(self.provider_url.as_str())),
            ("html", Some(self.html.as_str())),
            ("width", Some(width.as_str())),
            ("height", Some(height.as_str())),
        ];
        let mut xml = Writer::new(Vec::new());
        let declaration = BytesDecl::new("1.0", Some("utf-8"), Some("yes"));
        xml.write_event(Event::Decl(declaration))?;
        xml.create_element("oembed").write_inner_content(|xml| {
            for (name, value) in members {
                if let Some(value) = value {
                    let element = xml.create_element(name);
                    element.write_text_content(BytesText::new(value))?;
                }
            }
            Ok(())
        })?;
        Ok(xml.into_inner())
    }
}
