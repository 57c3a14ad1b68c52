//! The texts of a document that depend on the resources. `http` names no resource, so the caller provides them.

/// The texts of one document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts {
    /// The title in `info`.
    pub title: &'static str,
    /// The description in `info`, as Markdown.
    pub description: &'static str,
    /// The tags in document order, each with a description of its operations.
    pub tags: &'static [(&'static str, &'static str)],
    /// The description of the `bearer` security scheme: the operation that issues access tokens. Only the management
    /// document shows it.
    pub bearer: &'static str,
    /// The description of the `api_key` security scheme.
    pub key: &'static str,
    /// The descriptions and examples of headers whose values name resources.
    pub headers: &'static [HeaderText],
    /// Example values for members that several resources have.
    pub values: &'static [KnownValue],
}

/// The description and the example of a header whose values name resources.
#[derive(Debug, Clone, Copy)]
pub struct HeaderText {
    /// The name of the header component.
    pub component: &'static str,
    /// A description that replaces the default one.
    pub description: Option<&'static str>,
    /// An example value.
    pub example: &'static str,
}

/// An example value for a member whose schema has no suitable example: the name, and the value as JSON. The name is
/// `Schema.member`, or `member` for any schema.
pub type KnownValue = (&'static str, &'static str);
