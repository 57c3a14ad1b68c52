//! One operation of each kind behind the real middleware: a cached feed, a stream, an image, a text whose media type
//! has a parameter, and a public write.

use std::convert::Infallible;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::{StreamExt, future, stream};
use serde_json::json;
use tribuna::app::{Instance, app_with};
use tribuna::delivery::response::PublicResponse;
use tribuna::http::cache::cacheable::Cacheable;
use tribuna::http::contract::compiled::Contract;
use tribuna::http::contract::operation::{DeclaredOperation, OperationList};
use tribuna::http::contract::signature::{Describe, Signature};
use tribuna::http::contract::texts::Texts;
use tribuna::http::response::NoContent;
use tribuna::state::State;
use tribuna::surrogate_keys::SurrogateKeys;
use utoipa::OpenApi;

use crate::support::TestApp;

/// A body whose media type is not JSON.
pub struct Text(&'static str, &'static str);

impl Responder for Text {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().content_type(self.0).body(self.1)
    }
}

impl Describe for Text {
    fn describe(_: &mut Signature) {}
}

/// Read the feed
#[utoipa::path(get, path = "/v1/feed", responses((status = 200, body = String, content_type = "application/atom+xml")))]
pub async fn get_feed() -> PublicResponse<Text> {
    let shown = Cacheable {
        keys: SurrogateKeys::new().with("posts"),
        ..Cacheable::default()
    };
    PublicResponse::cacheable(Text("application/atom+xml", "<feed/>"), Vec::new(), shown)
}

/// Follow the events
#[utoipa::path(get, path = "/v1/events", responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn follow_events() -> HttpResponse {
    let first = stream::once(future::ready(Ok::<_, Infallible>(Bytes::from(
        "data: 1\n\n",
    ))));
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .streaming(first.chain(stream::pending()))
}

/// Read an image
#[utoipa::path(get, path = "/v1/image", responses((status = 200, body = String, content_type = "image/avif")))]
pub async fn get_image() -> Text {
    Text("image/avif", "avif")
}

/// Read the metrics
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = String, content_type = "text/plain; version=0.0.4")))]
pub async fn get_metrics() -> Text {
    Text("text/plain; version=0.0.4", "up 1")
}

/// Write a comment
#[utoipa::path(post, path = "/v1/comments", responses((status = 204)))]
pub async fn create_comment() -> NoContent {
    NoContent
}

macro_rules! operation {
    ($handler:ident) => {{
        #[derive(OpenApi)]
        #[openapi(paths($handler))]
        struct Described;
        DeclaredOperation::new(Described::openapi(), $handler)
    }};
}

fn operations() -> OperationList {
    let operations = [
        operation!(get_feed),
        operation!(follow_events).streams(),
        operation!(get_image),
        operation!(get_metrics),
        operation!(create_comment).public_may_write(),
    ];
    OperationList::new("test", operations)
}

type App = Rc<dyn Fn(TestRequest) -> future::LocalBoxFuture<'static, ServiceResponse>>;

/// Starts an instance on the same database that serves only these operations, with a cache.
async fn serve(app: &TestApp) -> App {
    let list = operations();
    let contract = Arc::new(Contract::new(|_| Texts::default(), &[&list]).unwrap());
    let instance = Instance::open(State::clone(&app.state), contract).unwrap();
    let follower = instance.follower.clone();
    let heard = actix_web::rt::task::spawn_blocking(move || follower.catch_up());
    heard.await.unwrap().unwrap();
    let service = init_service(app_with(&instance, |config| {
        operations().register(config);
    }))
    .await;
    let service = Rc::new(service);
    Rc::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let response = service.call(request.to_request()).await.unwrap();
            response.map_into_boxed_body()
        })
    })
}

fn get(path: &str, accept: &str) -> TestRequest {
    TestRequest::with_uri(path).insert_header(("accept", accept))
}

fn header(response: &ServiceResponse, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap()).to_owned()
}

async fn body(response: ServiceResponse) -> Bytes {
    to_bytes(response.into_body()).await.unwrap()
}

on_both!(a_feed_is_negotiated_and_cached, async |app| {
    let call = serve(&app).await;
    for expected in ["fwd=uri-miss", "hit"] {
        let response = call(get("/v1/feed", "application/atom+xml")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), "application/atom+xml");
        let status = header(&response, "cache-status");
        let known = status.contains(expected) || (expected != "hit" && status.contains("miss"));
        assert!(known, "{status}");
        assert_eq!(body(response).await, "<feed/>");
    }
    let response = call(get("/v1/feed", "text/html, application/*;q=0.1")).await;
    assert_eq!(response.status(), StatusCode::OK);
    for accept in ["application/json", "application/atom+xml;q=0, */*"] {
        let response = call(get(
            "/v1/feed",
            &format!("{accept}, application/problem+json;q=0"),
        ))
        .await;
        assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE, "{accept}");
        assert_eq!(
            header(&response, "content-type"),
            "application/problem+json"
        );
        let problem: serde_json::Value = serde_json::from_slice(&body(response).await).unwrap();
        assert_eq!(problem["detail"], json!("Accept `application/atom+xml`."));
    }
});

on_both!(a_stream_arrives_in_pieces_uncached, async |app| {
    let call = serve(&app).await;
    for _ in 0..2 {
        let request = get("/v1/events", "text/event-stream");
        let response = call(request.insert_header(("accept-encoding", "gzip, br"))).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-encoding"), "");
        assert_eq!(header(&response, "cache-status"), "");
        assert_eq!(header(&response, "cache-control"), "no-store");
        let mut body = pin!(response.into_body());
        let first = future::poll_fn(|context| body.as_mut().poll_next(context)).await;
        assert_eq!(first.unwrap().unwrap(), "data: 1\n\n");
        // The stream never ends. Middleware that buffers it would never answer.
        let second = future::poll_fn(|context| Poll::Ready(body.as_mut().poll_next(context)));
        assert!(second.await.is_pending());
    }
});

on_both!(
    an_image_and_a_text_with_a_parameter_are_negotiated,
    async |app| {
        let call = serve(&app).await;
        for (path, accept, status) in [
            ("/v1/image", "image/avif,image/webp,*/*;q=0.8", 200),
            ("/v1/image", "image/*", 200),
            ("/v1/image", "image/png", 406),
            ("/metrics", "text/plain;version=0.0.4;q=0.5, */*;q=0.1", 200),
            ("/metrics", "text/plain", 200),
            ("/metrics", "text/plain;version=1.0.0", 406),
        ] {
            let response = call(get(path, accept)).await;
            assert_eq!(response.status(), status, "{path}: {accept}");
            if status == 200 {
                assert_eq!(header(&response, "cache-status"), "", "{path}");
                assert_eq!(header(&response, "cache-control"), "no-store", "{path}");
            }
        }
    }
);

on_both!(
    the_public_may_write_where_the_operation_says_so,
    async |app| {
        let call = serve(&app).await;
        let request = TestRequest::with_uri("/v1/comments").method(Method::OPTIONS);
        let request = request
            .insert_header(("origin", "https://anyone.example"))
            .insert_header(("access-control-request-method", "POST"));
        let preflight = call(request).await;
        assert_eq!(
            header(&preflight, "access-control-allow-methods"),
            "POST, OPTIONS"
        );
        for _ in 0..2 {
            let request = TestRequest::with_uri("/v1/comments").method(Method::POST);
            let response = call(request).await;
            assert_eq!(response.status(), StatusCode::NO_CONTENT);
            assert_eq!(header(&response, "cache-status"), "");
            assert_eq!(header(&response, "cache-control"), "no-store");
        }
    }
);

#[test]
fn an_undeclared_public_write_prevents_the_start_of_a_server() {
    let list = OperationList::new("test", [operation!(create_comment)]);
    let refused = Contract::new(|_| Texts::default(), &[&list])
        .map(|_| ())
        .unwrap_err();
    assert!(refused.to_string().contains("/v1/comments"), "{refused}");
}
