//! `tribuna serve`: runs the server until it is told to stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpServer;
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, args, database, demo, print};
use crate::accounts::passwords::{self, Password};
use crate::accounts::{signing_keys, users};
use crate::app::{Instance, app, contract};
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::db::Db;
use crate::mail::sender::Sender;
use crate::shutdown::Shutdown;
use crate::state::State;

/// The time limit for a client to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit for running requests after the server is told to stop.
const GRACE_SECONDS: u64 = 20;
/// The e-mail address of the admin that `--demo` creates.
const DEMO_ADMIN: &str = "admin@example.org";

/// Runs the server.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator: the port is taken, or the database cannot be used.
pub fn run(mut config: Config, args: &args::Serve) -> Result<(), Failure> {
    let (listener, address) = bind(config.server.listen)?;
    if config.server.listen.port() == 0 {
        config.server.public_url = PublicUrl::of_listener(address);
    }
    let sender = Sender::open(&config).map_err(|bad| Failure::settings(&bad))?;
    let db = database::open(&config)?;
    let clock = Clock::system();
    let by = By::new(Actor::Cli, clock.now());
    db.write_now(|conn| signing_keys::store::ensure(conn, by))?;
    first_admin(&config, &db, by, args.demo)?;
    if args.demo {
        demo::load_once(&config, &db)?;
    }
    let contract = Arc::new(contract()?);
    let (workers, most_connections) = (config.server.workers, config.server.max_connections);
    announce(&config, address)?;
    let instance = Instance::open(State::new(db, config, clock), contract)?;
    instance.follower.begin()?;
    let jobs = instance.start_jobs(sender).map_err(Failure::general)?;
    let shutdown = instance.shutdown.clone();
    let server = HttpServer::new(move || app(&instance))
        .workers(workers)
        .max_connections(most_connections)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(GRACE_SECONDS)
        .listen(listener)
        .map_err(Failure::general)?;
    let ended = actix_web::rt::System::new().block_on(async {
        actix_web::rt::spawn(announce_end(shutdown));
        server.run().await
    });
    drop(jobs);
    ended.map_err(Failure::general)
}

/// Announces the end when the server is told to stop, so that it need not wait for streams and for requests that wait.
async fn announce_end(shutdown: Shutdown) {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
            shutdown.request();
        }
        Err(error) => log::warn!("streams will not end with the server: {error}"),
    }
}

fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = TcpListener::bind(listen).and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| Failure::general(format_args!("cannot listen on {listen}: {error}")))
}

/// Creates the first admin if there is no user: the one in the settings or, for a demo, one with a random password,
/// which is displayed only once.
fn first_admin(config: &Config, db: &Db, by: By, demo: bool) -> Result<(), Failure> {
    if !db.read_now(users::store::is_empty)? {
        return Ok(());
    }
    let (email, password, shown) = match (
        &config.accounts.admin_email,
        &config.accounts.admin_password,
    ) {
        (Some(email), Some(password)) => (email.clone(), password.expose().to_owned(), false),
        _ if demo => (DEMO_ADMIN.to_owned(), random_password()?, true),
        _ => {
            log::warn!("there are no users yet; create one with: tribuna user create --role admin");
            return Ok(());
        }
    };
    let address = email
        .parse()
        .map_err(|expected| Failure::usage(format_args!("TRIBUNA_ADMIN_EMAIL {expected}")))?;
    let secret: Password = password
        .parse()
        .map_err(|expected| Failure::usage(format_args!("TRIBUNA_ADMIN_PASSWORD {expected}")))?;
    let hash = passwords::hash(&secret)?;
    let is_created =
        db.write_now(|conn| users::store::ensure_first_admin(conn, by, address, hash))?;
    if is_created && shown {
        print(&format!(
            "Admin: {email}\nPassword, shown only now: {password}\n\n"
        ))?;
    }
    Ok(())
}

fn random_password() -> Result<String, Failure> {
    let mut bytes = [0; 18];
    rand::fill(&mut bytes)
        .map_err(|_| Failure::general("the system provides no random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn announce(config: &Config, address: SocketAddr) -> Result<(), Failure> {
    let url = config.server.public_url.as_str();
    print(&format!(
        "Tribuna {} listens on {address}, database {}\n\n  Posts          {url}/v1/posts\n  \
         In French      {url}/v1/posts?lang=fr&fallback=original\n  Documentation  {url}/docs/\n  \
         Health         {url}/health/ready\n\n",
        env!("CARGO_PKG_VERSION"),
        config.database.url
    ))
}
