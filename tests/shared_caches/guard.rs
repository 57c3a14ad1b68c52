//! Programs that end with this process, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs the program until the standard input is closed, which this process's end does even when it is killed. Signals from the
/// terminal reach only the tests.
const GUARD: &str = r#"
trap '' INT TERM HUP
"$@" </dev/null >"$FOLDER/log" 2>&1 &
pid=$!
cat >/dev/null
kill -TERM "$pid" 2>/dev/null && wait "$pid"
rm -rf "$FOLDER"
"#;

/// A program with a folder of its own, which goes with it.
pub struct Guarded {
    pub folder: PathBuf,
    _guard: Child,
}

impl Guarded {
    /// Starts `program` with nothing in its environment but `PATH` and what is given.
    pub fn start(
        folder: &Path,
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "sh"]).arg(program).args(arguments);
        guard.env_clear().envs(environment.iter().copied());
        guard.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        guard.env("FOLDER", folder).current_dir(folder);
        let guard = guard.stdin(Stdio::piped()).spawn().expect("sh");
        Self {
            folder: folder.to_owned(),
            _guard: guard,
        }
    }

    /// What the program has said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

/// A new folder, which nobody but a guard takes away.
pub fn folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("tribuna-test.").tempdir();
    folder.expect("a temporary folder").keep()
}

/// The path of an installed program. Servers often stand where only root looks.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
