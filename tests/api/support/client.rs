//! Clients and answers. Every answer is validated against the OpenAPI documents before the test sees it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::Service as _;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Bytes;
use serde_json::Value;
use tribuna::app::Instance;
use tribuna::id::Id;

use super::documents::documents;

/// The application as a boxed function.
pub type Service = Rc<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Raw>>>>;

/// An answer as the application returns it.
pub struct Raw {
    method: Method,
    uri: Uri,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Builds the real application.
pub async fn serve(instance: &Instance) -> Service {
    let app = Rc::new(init_service(tribuna::app::app(instance)).await);
    Rc::new(move |request| {
        let (app, request) = (app.clone(), request.to_request());
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Box::pin(async move {
            let response = match app.call(request).await {
                Ok(response) => response.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            let (status, headers) = (response.status(), response.headers().clone());
            let is_endless = headers
                .get(CONTENT_TYPE)
                .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"));
            let body = match is_endless {
                true => beginning(response.into_body()).await,
                false => to_bytes(response.into_body()).await.expect("a whole body"),
            };
            Raw {
                method,
                uri,
                status,
                headers,
                body,
            }
        })
    })
}

/// The first part of a stream without end.
async fn beginning(body: BoxBody) -> Bytes {
    let mut body = Box::pin(body);
    let first = poll_fn(|context| body.as_mut().poll_next(context)).await;
    first.expect("a part").expect("no failure")
}

/// A client of the API.
#[derive(Clone)]
pub struct Client {
    service: Service,
    /// The bearer token.
    pub token: Option<String>,
    /// The user, if the test created one.
    pub user: Option<Id>,
}

impl Client {
    pub fn new(service: Service, token: Option<String>, user: Option<Id>) -> Self {
        Self {
            service,
            token,
            user,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).set_json(body))
            .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).set_json(body))
            .await
    }

    /// Sends a JSON Merge Patch.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        let request = self.request(Method::PATCH, path).set_json(body);
        let merge_patch = (CONTENT_TYPE, "application/merge-patch+json");
        self.send(request.insert_header(merge_patch)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Starts a request of this client. Complete it and pass it to [`Client::send`].
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let request = TestRequest::with_uri(path).method(method);
        match &self.token {
            Some(token) => request.insert_header((AUTHORIZATION, format!("Bearer {token}"))),
            None => request,
        }
    }

    /// The status without validation, for faults that no input causes, such as a broken database.
    pub async fn raw_status(&self, request: TestRequest) -> u16 {
        (self.service)(request).await.status.as_u16()
    }

    /// # Panics
    /// Panics if the answer violates the OpenAPI documents.
    pub async fn send(&self, request: TestRequest) -> Answer {
        let answer = Answer::from((self.service)(request).await);
        if let Err(broken) = documents().check(&answer) {
            panic!("not as documented: {broken}\n{answer}");
        }
        answer
    }
}

/// A validated answer.
pub struct Answer {
    pub method: Method,
    pub uri: Uri,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The body if it is JSON, or else null.
    pub json: Value,
}

impl From<Raw> for Answer {
    fn from(raw: Raw) -> Self {
        Self {
            method: raw.method,
            uri: raw.uri,
            status: raw.status.as_u16(),
            headers: raw.headers,
            json: serde_json::from_slice(&raw.body).unwrap_or_default(),
            body: raw.body,
        }
    }
}

impl Answer {
    /// Returns the answer if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status}, got: {self}");
        self
    }

    /// Returns the answer if it is a problem with this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let found = (self.status, self.json["code"].as_str());
        assert!(
            found == (status, Some(code)),
            "expected {status} {code}, got: {self}"
        );
        self
    }

    /// The value at a JSON Pointer.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        match self.json.pointer(pointer) {
            Some(value) => value,
            None => panic!("nothing at {pointer} in: {self}"),
        }
    }

    /// The text at a JSON Pointer.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &str {
        match self.at(pointer).as_str() {
            Some(text) => text,
            None => panic!("no text at {pointer} in: {self}"),
        }
    }

    /// The text at `/data/id`.
    #[track_caller]
    pub fn id(&self) -> String {
        self.text("/data/id").to_owned()
    }

    /// The items of a list.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        match self.at("/data") {
            Value::Array(items) => items,
            _ => panic!("no list in: {self}"),
        }
    }

    /// The text `name` of each item, in order.
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<&str> {
        self.items()
            .iter()
            .map(|item| item[name].as_str().unwrap_or("(no text)"))
            .collect()
    }

    /// The place and the code of each entry of `errors`, sorted. The place is a JSON Pointer, or the name of a
    /// parameter or header.
    #[track_caller]
    pub fn faults(&self) -> Vec<(&str, &str)> {
        let Value::Array(errors) = self.at("/errors") else {
            panic!("no errors in: {self}");
        };
        let place = |error| {
            ["pointer", "parameter", "header"]
                .iter()
                .find_map(|place| Value::get(error, place)?.as_str())
        };
        let mut faults: Vec<(&str, &str)> = errors
            .iter()
            .map(|error| {
                let code = error["code"].as_str();
                (
                    place(error).unwrap_or("(no place)"),
                    code.unwrap_or("(no code)"),
                )
            })
            .collect();
        faults.sort_unstable();
        faults
    }

    /// The value of a header.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        match self.headers.get(name).map(|value| value.to_str()) {
            Some(Ok(text)) => text,
            _ => panic!("no header {name} in: {self}"),
        }
    }
}

impl fmt::Display for Answer {
    /// Prints the whole exchange, for the message of a failed test.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}\n{}", self.method, self.uri, self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", value.to_str().unwrap_or("(not text)"))?;
        }
        let text = String::from_utf8_lossy(&self.body);
        let body = if self.json.is_null() {
            text.into_owned()
        } else {
            format!("{:#}", self.json)
        };
        let shown: String = body.chars().take(LONGEST_SHOWN).collect();
        write!(f, "\n{shown}")
    }
}

const LONGEST_SHOWN: usize = 6000;
