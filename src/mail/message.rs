//! Messages as the rest of the program describes them: a template, its values, and who gets it.

use serde_json::Value;

use crate::db::sql_types::words;
use crate::lang::Lang;

/// A message to send. It is written when it is sent, from the template in the language of the receiver.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// The address of the receiver.
    pub to: &'a str,
    /// The language of the receiver, if it is known. Without it, the message is in the first language of the site.
    pub lang: Option<&'a Lang>,
    /// The template.
    pub template: Template,
    /// The values of the template: an object with the members that [`declared`](super::values::declared) lists.
    pub values: Value,
    /// The topic, if the receiver can unsubscribe from it. Confirmations and links to personal data have none.
    pub topic: Option<Topic>,
}

words! {
    /// A template of messages.
    pub enum Template {
        /// Asks the author of a contribution to confirm the address.
        SubmissionConfirm = "submission_confirm",
        /// A contribution has arrived.
        SubmissionReceived = "submission_received",
        /// The editors have questions about a contribution.
        SubmissionReturned = "submission_returned",
        /// A contribution is accepted.
        SubmissionAccepted = "submission_accepted",
        /// A contribution is declined.
        SubmissionDeclined = "submission_declined",
        /// A contribution was withdrawn.
        SubmissionWithdrawn = "submission_withdrawn",
        /// Somebody has answered a comment.
        CommentReply = "comment_reply",
        /// A moderator has decided about a comment.
        CommentDecided = "comment_decided",
        /// A link to the export or the deletion of personal data.
        PrivacyLink = "privacy_link",
        /// The message of `tribuna mail test`.
        Test = "test",
    }
}

words! {
    /// A topic of messages that receivers can unsubscribe from.
    pub enum Topic {
        /// Answers to own comments.
        CommentReplies = "comment_replies",
        /// News about own contributions and comments.
        StatusNotices = "status_notices",
    }
}

impl Topic {
    /// Returns the number of the topic in tokens, which never changes.
    pub const fn code(self) -> u8 {
        match self {
            Self::CommentReplies => 1,
            Self::StatusNotices => 2,
        }
    }

    /// Returns the topic with a number.
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}
