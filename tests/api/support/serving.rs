//! An instance that serves on a socket, for what the application in process does not show.

use std::net::TcpListener;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actix_web::rt::spawn;
use tribuna::app::app as application;

use super::TestApp;

/// An instance that serves on a socket, and its address.
pub fn serving(app: &TestApp) -> (ServerHandle, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let instance = app.instance.clone();
    let server = HttpServer::new(move || application(&instance))
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
    let handle = server.handle();
    spawn(server);
    (handle, address)
}
