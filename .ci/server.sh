# To be sourced by a check that needs a server of its own. `build_server` builds the program; `serve_demo FOLDER
# [SETTING=VALUE…]` starts it with the demo content, on a free port, and sets `address` and `server`, its process.

# The password of the admin: that of the examples in the documents.
password="a long walk by the sea"

# With a test beside it: only then its dependencies have the features that they have in the tests, and nothing that the tests
# have built is built once more.
build_server() { cargo build --quiet --locked --bin tribuna --test licences; }

serve_demo() {
    local folder=$1 binary try
    shift
    binary=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/tribuna
    mkdir -p "$folder/server"
    touch "$folder/server.txt"
    # Nothing of this shell's settings holds: an empty environment, and a folder without .env.
    (
        cd "$folder/server"
        exec env --ignore-environment DATABASE_URL="sqlite://$folder/server/tribuna.db" RUST_LOG=warn \
            TRIBUNA_ADMIN_EMAIL=admin@example.org TRIBUNA_ADMIN_PASSWORD="$password" TRIBUNA_ACCESS_TOKEN_TTL=3600 \
            TRIBUNA_SITE_URL=https://news.example.org "$@" \
            "$binary" serve --demo --listen 127.0.0.1:0
    ) >"$folder/server.txt" 2>"$folder/server.log" &
    server=$!
    trap 'kill "$server" 2>/dev/null && wait "$server" || true' EXIT
    for try in {1..600}; do
        address=$(sed -n 's/.* listens on \([0-9.:]*\),.*/\1/p' "$folder/server.txt")
        [ -z "$address" ] || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    cat "$folder/server.log" >&2
    fail "the server did not start, after $try tries"
}
