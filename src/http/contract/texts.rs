//! The words of a document that only those can say who know the resources.

/// The words of one document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts {
    /// The title of the document.
    pub title: &'static str,
    /// The description of the document.
    pub description: &'static str,
    /// The tags in the order of the document, each with a sentence about its operations.
    pub tags: &'static [(&'static str, &'static str)],
    /// How a caller gets an access token, where an operation asks for one.
    pub bearer: &'static str,
    /// The words about headers.
    pub headers: &'static [HeaderText],
    /// The values of members that several resources have.
    pub values: &'static [KnownValue],
}

/// A header, as its values look with these resources.
#[derive(Debug, Clone, Copy)]
pub struct HeaderText {
    /// The component of the header.
    pub component: &'static str,
    /// The description, where the common one says too little.
    pub description: Option<&'static str>,
    /// A value.
    pub example: &'static str,
}

/// A value for the examples in the documents, where the schema of a member shows nothing, or too little: the member as
/// `Schema.member`, or as `member` of any schema, and its value as JSON.
pub type KnownValue = (&'static str, &'static str);
