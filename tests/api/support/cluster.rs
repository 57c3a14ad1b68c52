//! The PostgreSQL server of the tests: the one at `TEST_DATABASE_URL`, or a temporary one that the installed binaries
//! start once per process. A temporary server ends with this process, no matter how the process ends.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// A server on which the tests create databases.
pub struct Server {
    /// The URL of a database that always exists.
    admin: url::Url,
    /// The guard process of a temporary server, which lives until its standard input is closed.
    guard: Option<Child>,
}

impl Server {
    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let mut url = self.admin.clone();
        url.set_path(database);
        url.into()
    }

    /// True if nothing of the server remains after this process.
    pub fn is_throw_away(&self) -> bool {
        self.guard.is_some()
    }

    /// The folder of a temporary server, with its data and its socket.
    pub fn folder(&self) -> PathBuf {
        let mut parameters = self.admin.query_pairs();
        let host = parameters.find(|(name, _)| name == "host");
        host.map(|(_, folder)| folder.into_owned().into())
            .unwrap_or_default()
    }

    /// Runs a statement outside the databases of the tests.
    pub fn run(&self, sql: &str) {
        let mut conn = PgConnection::establish(self.admin.as_str()).expect("the test server");
        conn.batch_execute(sql).expect(sql);
    }
}

/// The server of this process, which a test may freeze and end. Returns `None` as [`server`] does. With a given server,
/// prints a message once and returns `None`.
pub fn throw_away() -> Option<&'static Server> {
    static TOLD: Once = Once::new();
    let server = server()?;
    if !server.is_throw_away() {
        TOLD.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "NOT RUN: the tests that freeze or end the PostgreSQL server. Unset TEST_DATABASE_URL to run them."
            );
        });
        return None;
    }
    Some(server)
}

/// Starts a temporary server for one test that would disturb others. It ends when it is dropped. Returns `None` as
/// [`throw_away`] does.
pub fn own() -> Option<Server> {
    throw_away()?;
    Some(start(&binaries()?).expect("a server of its own"))
}

/// The server of this process. Without one, prints a message once and returns `None`. With `TEST_REQUIRE_POSTGRES=1`
/// that is a failure.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let server = find();
        if let Err(reason) = &server {
            // Written to stderr directly: the test runner captures `eprintln!` of a passing test.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: every test on PostgreSQL. {reason}"
            );
        }
        server
    });
    match server {
        Ok(server) => Some(server),
        Err(reason) if is_required() => panic!("TEST_REQUIRE_POSTGRES is set, and: {reason}"),
        Err(_) => None,
    }
}

fn is_required() -> bool {
    std::env::var_os("TEST_REQUIRE_POSTGRES").is_some_and(|value| value == "1")
}

fn find() -> Result<Server, String> {
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        let admin = url::Url::parse(&url).map_err(|error| format!("TEST_DATABASE_URL: {error}"))?;
        return Ok(Server { admin, guard: None });
    }
    let binaries = binaries().ok_or(
        "No initdb in PATH or /usr/lib/postgresql: install PostgreSQL, or set TEST_DATABASE_URL to a server's address.",
    )?;
    start(&binaries)
}

/// The folder with `initdb` and `postgres`: the one in `PATH`, or else the newest of Debian.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path)
        .filter_map(|folder| std::fs::canonicalize(folder.join("initdb")).ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_owned));
    let mut installed: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    installed.sort();
    let installed = installed.into_iter().rev().map(|(_, folder)| folder);
    in_path
        .chain(installed)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// Creates the cluster, starts the server on a socket in its own folder, prints the folder, and waits for the end of
/// the input. The end of this process closes that pipe, even if the process is killed. Signals from the terminal reach
/// only the tests and the server.
const GUARD: &str = r#"
trap '' INT TERM HUP
dir=$(mktemp -d /tmp/tribuna-test.XXXXXX) || exit 1
pid=
trap 'test -z "$pid" || { kill -QUIT "$pid" && wait "$pid"; } 2>/dev/null; rm -rf "$dir"' EXIT
"$BIN/initdb" -D "$dir/data" -U tribuna -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1 \
    || { cat "$dir/log" >&2; exit 1; }
"$BIN/postgres" -D "$dir/data" -c listen_addresses= -c unix_socket_directories="$dir" -c max_connections=300 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
    </dev/null >"$dir/log" 2>&1 &
pid=$!
echo "$dir"
cat >/dev/null
"#;

fn start(binaries: &Path) -> Result<Server, String> {
    let mut command = unprivileged("sh")?;
    command
        .args(["-c", GUARD])
        .env("BIN", binaries)
        .current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut guard = command.spawn().map_err(|error| format!("sh: {error}"))?;
    let mut folder = String::new();
    let stdout = guard.stdout.take().ok_or("no standard output")?;
    let read = BufReader::new(stdout).read_line(&mut folder);
    if read.map_err(|error| error.to_string())? == 0 {
        return Err("PostgreSQL is installed, but creating a cluster failed; see above.".into());
    }
    let address = format!("postgres:///postgres?host={}&user=tribuna", folder.trim());
    let admin = url::Url::parse(&address).map_err(|error| error.to_string())?;
    wait_for(admin.as_str())?;
    Ok(Server {
        admin,
        guard: Some(guard),
    })
}

/// Returns a command for the user `postgres` or `nobody` if this process runs as root, which PostgreSQL refuses.
fn unprivileged(program: &str) -> Result<Command, String> {
    if id(&["-u"]).as_deref() != Some("0") {
        return Ok(Command::new(program));
    }
    let user = ["postgres", "nobody"].into_iter().find_map(|user| {
        let ids = (id(&["-u", user])?, id(&["-g", user])?);
        Some(ids)
    });
    let (user, group) = user.ok_or("There is no user postgres or nobody to run PostgreSQL as.")?;
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &user, "--regid", &group, "--clear-groups"]);
    command.arg(program);
    Ok(command)
}

fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn wait_for(url: &str) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match PgConnection::establish(url) {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > deadline => {
                return Err(format!("The throw-away server does not answer: {error}"));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
