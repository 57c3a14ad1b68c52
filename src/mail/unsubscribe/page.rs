//! The pages for unsubscribing: the question with its button, and what follows. They have no scripts, and are in the
//! language of the message.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::token::Unsubscription;
use crate::content::escape;
use crate::lang::Lang;
use crate::mail::direction::is_rtl;
use crate::mail::message::Topic;
use crate::sha256::sha256;

/// The style.
const STYLE: &str = include_str!("page.css");

/// The content security policy: the style above and the button, and nothing else.
pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

/// The words of a page in one language. `{}` stands for the topic.
struct Words {
    lang: &'static str,
    title: &'static str,
    question: &'static str,
    button: &'static str,
    done: &'static str,
    comment_replies: &'static str,
    status_notices: &'static str,
}

/// The words in the languages of the texts of messages.
const WORDS: [Words; 5] = [
    Words {
        lang: "en",
        title: "Unsubscribe",
        question: "Do you no longer want e-mail about {}?",
        button: "Unsubscribe",
        done: "You will get no more e-mail about {}.",
        comment_replies: "answers to your comments",
        status_notices: "your contributions and comments",
    },
    Words {
        lang: "fr",
        title: "Se désabonner",
        question: "Ne souhaitez-vous plus recevoir d’e-mails sur {}\u{a0}?",
        button: "Se désabonner",
        done: "Vous ne recevrez plus d’e-mails sur {}.",
        comment_replies: "les réponses à vos commentaires",
        status_notices: "vos contributions et vos commentaires",
    },
    Words {
        lang: "es",
        title: "Darse de baja",
        question: "¿Ya no desea recibir correos sobre {}?",
        button: "Darse de baja",
        done: "Ya no recibirá correos sobre {}.",
        comment_replies: "las respuestas a sus comentarios",
        status_notices: "sus contribuciones y comentarios",
    },
    Words {
        lang: "pt",
        title: "Deixar de receber e-mails",
        question: "Deseja deixar de receber e-mails sobre {}?",
        button: "Deixar de receber",
        done: "Não receberá mais e-mails sobre {}.",
        comment_replies: "as respostas aos seus comentários",
        status_notices: "as suas contribuições e comentários",
    },
    Words {
        lang: "ar",
        title: "إلغاء الاشتراك",
        question: "هل ترغبون في التوقف عن تلقي رسائل بشأن {}؟",
        button: "إلغاء الاشتراك",
        done: "لن تصلكم رسائل أخرى بشأن {}.",
        comment_replies: "الردود على تعليقاتكم",
        status_notices: "مساهماتكم وتعليقاتكم",
    },
];

/// A page.
pub struct Page {
    /// The language of its words.
    pub lang: Lang,
    /// The HTML.
    pub html: String,
}

/// Writes the question. Its form leads to the address of the page.
pub fn question(wish: &Unsubscription) -> Page {
    page(wish, |words| {
        let question = escape(&words.about(words.question, wish.topic));
        format!(
            "<p>{question}</p>\n<form method=\"post\">\n\
             <button name=\"List-Unsubscribe\" value=\"One-Click\">{}</button>\n</form>",
            escape(words.button)
        )
    })
}

/// Writes what follows.
pub fn done(wish: &Unsubscription) -> Page {
    page(wish, |words| {
        let done = escape(&words.about(words.done, wish.topic));
        format!("<p>{done}</p>")
    })
}

fn page(wish: &Unsubscription, main: impl FnOnce(&Words) -> String) -> Page {
    let spoken = |tag: &Lang| WORDS.iter().find(|words| words.lang == tag.as_str());
    let found = wish
        .lang
        .lookup()
        .find_map(|tag| Some((spoken(&tag)?, tag)));
    let [english, ..] = &WORDS;
    let (words, lang) = match found {
        Some((words, tag)) => (words, Some(tag)),
        None => (english, english.lang.parse().ok()),
    };
    let lang = lang.unwrap_or_else(|| wish.lang.clone());
    let dir = if is_rtl(&lang) { "rtl" } else { "ltr" };
    let (title, main) = (escape(words.title), main(words));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n"
    );
    Page { lang, html }
}

impl Words {
    fn about(&self, sentence: &str, topic: Topic) -> String {
        let topic = match topic {
            Topic::CommentReplies => self.comment_replies,
            Topic::StatusNotices => self.status_notices,
        };
        sentence.replace("{}", topic)
    }
}
