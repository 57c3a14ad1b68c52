//! The header in which proxies report the addresses of clients.

/// The header in which trusted proxies report the addresses of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most proxies write.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    /// Every header.
    pub const ALL: [Self; 2] = [Self::XForwardedFor, Self::Forwarded];

    /// Returns the name of the header in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}
