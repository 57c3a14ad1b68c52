# Varnish 7 as a shared cache in front of Tribuna. It caches delivery responses for as long as their headers allow, and
# purges them by surrogate key. See docs/caching.md. tests/shared_caches runs this file.
#
#   varnishd -f /etc/varnish/tribuna.vcl -p http_gzip_support=off …      # otherwise gzip only, without br and zstd
#
#   TRIBUNA_CACHE_KEYS=surrogate-key tribuna serve …                     # adds the keys to the responses
#
#   curl -X PURGE -H 'Surrogate-Key: post:0197c1e2-… posts:fr' http://127.0.0.1/

vcl 4.1;

import std;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
}

# The clients that may purge.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403));
        }
        # A key must not contain characters that have a meaning in a regular expression.
        if (req.http.Surrogate-Key !~ "^[A-Za-z0-9:_-]+( [A-Za-z0-9:_-]+)*$") {
            return (synth(400, "Surrogate-Key must be keys separated by spaces"));
        }
        # A response that shows too many posts to list has post:any instead of each post:<id>.
        if (std.ban("obj.http.Surrogate-Key ~ (^|\s)("
            + regsuball(regsuball(req.http.Surrogate-Key, ":([^ ]+)", ":(\1|any)"), " ", "|") + ")(\s|$)")) {
            return (synth(200, "Purged"));
        }
        return (synth(500, std.ban_error()));
    }

    # Stores one response per content coding, not one per spelling of the header. Refused codings (q=0) are removed first.
    set req.http.Accept-Encoding = regsuball(req.http.Accept-Encoding, "(?i)[a-z*]+ *; *q=0(\.0*)? *(,|$)", "");
    if (req.http.Accept-Encoding ~ "(?i)\bbr\b") {
        set req.http.Accept-Encoding = "br";
    } elseif (req.http.Accept-Encoding ~ "(?i)\bzstd\b") {
        set req.http.Accept-Encoding = "zstd";
    } elseif (req.http.Accept-Encoding ~ "(?i)\bgzip\b") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }

    # No response of Tribuna depends on a cookie.
    unset req.http.Cookie;

    # X-Stale is internal: "no" requires a response from Tribuna, "yes" accepts any stored one.
    if (req.restarts == 0) {
        unset req.http.X-Stale;
    } elseif (req.http.X-Stale == "no") {
        set req.grace = 0s;
    } else {
        set req.grace = 1000w;
    }
}

sub vcl_hit {
    # After stale-while-revalidate, Tribuna is asked first. The stored response is served only if Tribuna fails.
    if (!req.http.X-Stale && obj.ttl < 0s && obj.ttl + std.duration(
            regsub(obj.http.Cache-Control, "^.*stale-while-revalidate=([0-9]+).*$", "\1s"), 0s) < 0s) {
        set req.http.X-Stale = "no";
        return (restart);
    }
}

sub vcl_backend_response {
    if (beresp.status >= 500) {
        if (bereq.is_bgfetch) {
            return (abandon);
        }
        # If this response were delivered, it would replace the stale one.
        if (bereq.http.X-Stale == "no") {
            return (error(beresp.status, beresp.reason));
        }
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        return (deliver);
    }
    # Varnish applies max-age, and stale-while-revalidate as grace. Without that directive it would use ten seconds.
    if (beresp.http.Cache-Control !~ "stale-while-revalidate") {
        set beresp.grace = 0s;
    }
    if (std.duration(regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s) > beresp.grace) {
        set beresp.grace = std.duration(
            regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s);
    }
    # After its grace, a response is never served, but can still be revalidated with If-None-Match.
    set beresp.keep = 1d;
}

sub vcl_backend_error {
    # Tribuna did not answer. This error is not stored either.
    if (bereq.is_bgfetch) {
        return (abandon);
    }
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.keep = 0s;
}

sub vcl_deliver {
    if (resp.status >= 500 && req.http.X-Stale == "no") {
        set req.http.X-Stale = "yes";
        return (restart);
    }
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
