//! `tribuna serve`: answers requests until it is told to stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpServer;
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Failure, args, database, demo, print};
use crate::accounts::passwords::{self, Password};
use crate::accounts::{signing_keys, users};
use crate::app::{Instance, app, contract};
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::db::Db;
use crate::followers::cache;
use crate::operations::housekeeping::Housekeeping;
use crate::operations::scheduler::{self, Scheduler};
use crate::state::State;

/// How long a client may take for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long running requests may take after the server was told to stop.
const GRACE_SECONDS: u64 = 20;
/// The admin that `--demo` makes.
const DEMO_ADMIN: &str = "admin@example.org";

/// Runs the server.
///
/// # Errors
/// A [`Failure`] with a line that says what is wrong: a taken port, a database that cannot be used.
pub fn run(mut config: Config, args: &args::Serve) -> Result<(), Failure> {
    let (listener, address) = bind(config.server.listen)?;
    if config.server.listen.port() == 0 {
        config.server.public_url = PublicUrl::of_listener(address);
    }
    let db = database::open(&config)?;
    let clock = Clock::system();
    let by = By::new(Actor::Cli, clock.now());
    db.write_now(|conn| signing_keys::store::ensure(conn, by))?;
    first_admin(&config, &db, by, args.demo)?;
    if args.demo {
        demo::load_once(&config, &db)?;
    }
    let contract = Arc::new(contract()?);
    let workers = config.server.workers;
    announce(&config, address)?;
    let scheduler = Scheduler::new(db.clone(), Housekeeping::new(config.editorial.trash_days));
    let scheduler = scheduler::start(scheduler, clock.clone()).map_err(Failure::general)?;
    let database = config.database.url.clone();
    let instance = Instance::open(State::open(db, config, clock)?, contract)?;
    instance.follower.begin()?;
    let follower = cache::start(instance.follower.clone(), &database).map_err(Failure::general)?;
    let server = HttpServer::new(move || app(&instance))
        .workers(workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(GRACE_SECONDS)
        .listen(listener)
        .map_err(Failure::general)?;
    let ended = actix_web::rt::System::new().block_on(server.run());
    drop(follower);
    drop(scheduler);
    ended.map_err(Failure::general)
}

fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = TcpListener::bind(listen).and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| Failure::general(format_args!("cannot listen on {listen}: {error}")))
}

/// On the first start, the admin of the settings or, for a demo, one with a random password that is shown this once.
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
            log::warn!("there is no user yet; make one with: tribuna user create --role admin");
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
    let made = db.write_now(|conn| users::store::ensure_first_admin(conn, by, address, hash))?;
    if made && shown {
        print(&format!(
            "Admin: {email}\nPassword, shown only now: {password}\n\n"
        ))?;
    }
    Ok(())
}

fn random_password() -> Result<String, Failure> {
    let mut bytes = [0; 18];
    rand::fill(&mut bytes).map_err(|_| Failure::general("the system gives no randomness"))?;
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
