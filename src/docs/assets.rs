//! The files that the pages load. The name of each file contains a hash of its content, so that caches may keep it for ever.

use std::sync::OnceLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, VARY};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use crate::error::{Error, Result};
use crate::http::cache::coding::Coding;
use crate::sha256::{hex, sha256};

/// The style of the bar, which all pages have.
pub static BAR_STYLE: Asset = Asset::new("bar.css", CSS, include_bytes!("site/bar.css"));
/// The style of the guides and of the error codes.
pub static GUIDE_STYLE: Asset = Asset::new("guide.css", CSS, include_bytes!("site/guide.css"));
/// The script that makes the reference store its data for one tab only.
pub static TAB: Asset = Asset::new("tab.js", JAVASCRIPT, include_bytes!("site/tab.js"));
/// Scalar, which shows the OpenAPI documents. `vendor/scalar/README.md` records its origin.
pub static SCALAR: Asset = Asset::new(
    "scalar.js",
    JAVASCRIPT,
    include_bytes!("vendor/scalar/standalone.js.br"),
)
.in_brotli();
/// The script that opens the reference and handles sign-in.
pub static REFERENCE: Asset = Asset::new(
    "reference.js",
    JAVASCRIPT,
    include_bytes!("site/reference.js"),
);
/// The icon of the site.
pub static ICON: Asset = Asset::new("icon.svg", "image/svg+xml", include_bytes!("site/icon.svg"));

static ALL: [&Asset; 6] = [&BAR_STYLE, &GUIDE_STYLE, &TAB, &SCALAR, &REFERENCE, &ICON];

/// The number of hexadecimal digits of the hash in the name of a file.
const VERSION_LENGTH: usize = 16;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A file that is embedded in the binary.
pub struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
    is_brotli: bool,
    address: OnceLock<String>,
    decoded: OnceLock<Bytes>,
}

impl Asset {
    const fn new(name: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        Self {
            name,
            media_type,
            bytes,
            is_brotli: false,
            address: OnceLock::new(),
            decoded: OnceLock::new(),
        }
    }

    /// Declares that the bytes are compressed with Brotli.
    const fn in_brotli(mut self) -> Self {
        self.is_brotli = true;
        self
    }

    /// Returns the path of the file. The last segment contains a hash of the content.
    pub fn address(&self) -> &str {
        self.address.get_or_init(|| {
            let hash = hex(&sha256(self.bytes));
            let version = hash.get(..VERSION_LENGTH).unwrap_or_default();
            let (stem, extension) = self.name.split_once('.').unwrap_or((self.name, ""));
            format!("/docs/assets/{stem}.{version}.{extension}")
        })
    }

    /// Returns the content without compression. Few clients refuse Brotli, so the content is decompressed when the first of
    /// them requests it.
    fn decoded(&self) -> Result<Bytes> {
        if !self.is_brotli {
            return Ok(Bytes::from_static(self.bytes));
        }
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded.clone());
        }
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*self.bytes, &mut plain)
            .map_err(|error| Error::Internal(format!("{}: {error}", self.name)))?;
        Ok(self.decoded.get_or_init(|| plain.into()).clone())
    }
}

/// Responds with a file. Its path never leads to other content.
///
/// # Errors
/// Returns [`Error::NotFound`] if no file has this name and version.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse> {
    let asset = ALL.iter().find(|asset| asset.address() == request.path());
    let asset = asset.ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.media_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    if asset.is_brotli {
        response.insert_header((VARY, "accept-encoding"));
    }
    if asset.is_brotli && Coding::preferred(request.headers()) == Some(Coding::Brotli) {
        response.insert_header((CONTENT_ENCODING, Coding::Brotli.token()));
        return Ok(response.body(web::Bytes::from_static(asset.bytes)));
    }
    Ok(response.body(asset.decoded()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn scalar_is_the_file_that_its_record_names() {
        let record = include_str!("vendor/scalar/README.md");
        let hash = hex(&sha256(&SCALAR.decoded().unwrap()));
        assert!(record.contains(&hash), "{hash}");
    }

    #[test]
    fn no_two_addresses_are_alike_and_each_has_a_version() {
        for asset in ALL {
            let (name, version) = asset
                .address()
                .rsplit_once('/')
                .unwrap()
                .1
                .split_once('.')
                .unwrap();
            assert!(
                asset.name.starts_with(name) && version.len() > 17,
                "{version}"
            );
            assert_eq!(
                ALL.iter()
                    .filter(|other| other.address() == asset.address())
                    .count(),
                1
            );
        }
    }
}
