//! A bare actix-web handler that looks up an answer and sends it. The answers are those of a running Tribuna, recorded
//! at the start: status, headers, bytes, and the `304` to the same request.

use std::collections::HashMap;
use std::io;
use std::net::TcpListener;
use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_ENCODING, HeaderName, HeaderValue, IF_NONE_MATCH};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

use crate::http::{Answer, ask};

/// Headers that belong to a connection, not to an answer.
const PER_CONNECTION: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// The answers of one address, by the exact value of `Accept-Encoding`.
#[derive(Default)]
struct Forms(Vec<Form>);

struct Form {
    accept: Option<HeaderValue>,
    etag: Option<HeaderValue>,
    whole: Fixed,
    unchanged: Option<Fixed>,
}

/// A recorded answer.
struct Fixed {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// All recorded answers.
#[derive(Default)]
pub struct Answers(HashMap<String, Forms>);

impl Answers {
    /// Requests `target` twice from the server at `origin`, with this `Accept-Encoding` or none, and records the second
    /// answer. The first may not have come from the cache.
    ///
    /// # Errors
    /// Returns an error if the server does not answer or the status is not a success.
    pub fn learn(&mut self, origin: &str, target: &str, accept: &str) -> io::Result<()> {
        let mut headers = Vec::new();
        if !accept.is_empty() {
            headers.push(("accept-encoding", accept));
        }
        ask(origin, "GET", target, &headers, b"")?;
        let whole = ask(origin, "GET", target, &headers, b"")?;
        if whole.status != 200 {
            let problem = format!("{target}: {} {}", whole.status, whole.text());
            return Err(io::Error::other(problem));
        }
        let etag = whole.header("etag").map(str::to_owned);
        let unchanged = match &etag {
            Some(etag) => {
                headers.push(("if-none-match", etag));
                let answer = ask(origin, "GET", target, &headers, b"")?;
                (answer.status == 304).then(|| Fixed::of(answer))
            }
            None => None,
        };
        let form = Form {
            accept: (!accept.is_empty()).then(|| value(accept)),
            etag: etag.as_deref().map(value),
            whole: Fixed::of(whole),
            unchanged,
        };
        let forms = self.0.entry(target.to_owned()).or_default();
        forms.0.push(form);
        Ok(())
    }

    /// Serves until it is stopped. Passes the address to `ready`.
    ///
    /// # Errors
    /// Returns an error if it cannot listen.
    pub fn serve(self, workers: usize, ready: impl FnOnce(&str)) -> io::Result<()> {
        let answers = web::Data::new(self);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        ready(&listener.local_addr()?.to_string());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(answers.clone())
                .default_service(web::to(answer))
        });
        let server = server.workers(workers).listen(listener)?;
        actix_web::rt::System::new().block_on(server.run())
    }
}

async fn answer(request: HttpRequest, answers: web::Data<Answers>) -> HttpResponse {
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let accept = request.headers().get(ACCEPT_ENCODING);
    let form = answers.0.get(target).and_then(|forms| {
        let mut forms = forms.0.iter();
        forms.find(|form| form.accept.as_ref() == accept)
    });
    let Some(form) = form else {
        return HttpResponse::NotFound().finish();
    };
    let known = request.headers().get(IF_NONE_MATCH);
    match &form.unchanged {
        Some(unchanged) if known.is_some() && known == form.etag.as_ref() => unchanged.send(),
        _ => form.whole.send(),
    }
}

impl Fixed {
    fn of(answer: Answer) -> Self {
        let kept = answer
            .headers
            .iter()
            .filter(|(name, _)| !PER_CONNECTION.contains(&name.as_str()));
        let headers = kept
            .filter_map(|(name, text)| Some((HeaderName::from_str(name).ok()?, value(text))))
            .collect();
        Self {
            status: StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK),
            headers,
            body: answer.body.into(),
        }
    }

    fn send(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.append_header((name.clone(), value.clone()));
        }
        response.body(self.body.clone())
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
