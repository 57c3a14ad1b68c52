//! The texts of the program: each template in five languages, the footers, and the frame of the HTML.

use super::message::Template;

/// The languages of the texts. The last resort is the first.
pub const LANGUAGES: [&str; 5] = ["en", "fr", "es", "pt", "ar"];

/// The name of the frame.
pub const LAYOUT: &str = "layout.html";

/// The name of the footer in the folder of a language.
pub const FOOTER: &str = "footer";

/// The frame of the HTML.
pub const LAYOUT_SOURCE: &str = include_str!("texts/layout.html");

/// Embeds a text of a language.
macro_rules! text {
    ($lang:literal, $name:literal) => {
        include_str!(concat!("texts/", $lang, "/", $name, ".txt"))
    };
}

/// Embeds the texts of a language.
macro_rules! texts {
    ($lang:literal) => {
        |template| match template {
            Some(Template::SubmissionConfirm) => text!($lang, "submission_confirm"),
            Some(Template::SubmissionReceived) => text!($lang, "submission_received"),
            Some(Template::SubmissionReturned) => text!($lang, "submission_returned"),
            Some(Template::SubmissionAccepted) => text!($lang, "submission_accepted"),
            Some(Template::SubmissionDeclined) => text!($lang, "submission_declined"),
            Some(Template::SubmissionWithdrawn) => text!($lang, "submission_withdrawn"),
            Some(Template::CommentReply) => text!($lang, "comment_reply"),
            Some(Template::CommentDecided) => text!($lang, "comment_decided"),
            Some(Template::PrivacyLink) => text!($lang, "privacy_link"),
            Some(Template::Test) => text!($lang, "test"),
            None => text!($lang, "footer"),
        }
    };
}

/// The text of a template in one language, or of the footer.
type TextOf = fn(Option<Template>) -> &'static str;

/// The texts by language.
const TEXTS: [(&str, TextOf); LANGUAGES.len()] = [
    ("en", texts!("en")),
    ("fr", texts!("fr")),
    ("es", texts!("es")),
    ("pt", texts!("pt")),
    ("ar", texts!("ar")),
];

/// Returns every text with its language and its template; `None` is the footer.
pub fn texts() -> impl Iterator<Item = (&'static str, Option<Template>, &'static str)> {
    TEXTS.iter().flat_map(|(lang, text)| {
        let all = Template::ALL.into_iter().map(Some).chain([None]);
        all.map(move |template| (*lang, template, text(template)))
    })
}
