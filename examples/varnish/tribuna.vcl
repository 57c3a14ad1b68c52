# Tribuna behind Varnish 7, which keeps what delivery allows it to keep, for as long as the answers say, and drops what shows
# a thing when it is told to. docs/caching.md says more. tests/shared_caches runs this very file.
#
#   varnishd -f /etc/varnish/tribuna.vcl -p http_gzip_support=off …      # else there is gzip, but neither br nor zstd
#
#   TRIBUNA_CACHE_KEYS=surrogate-key tribuna serve …                     # else no answer says by which keys it is purged
#
#   curl -X PURGE -H 'Surrogate-Key: post:0197c1e2-… posts:fr' http://127.0.0.1/

vcl 4.1;

import std;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
}

# Who may purge.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403));
        }
        # Nothing in a key may mean something in a pattern.
        if (req.http.Surrogate-Key !~ "^[A-Za-z0-9:_-]+( [A-Za-z0-9:_-]+)*$") {
            return (synth(400, "Surrogate-Key wants keys with blanks between"));
        }
        # What shows too much to name it all has post:any in place of each post:<id>.
        if (std.ban("obj.http.Surrogate-Key ~ (^|\s)("
            + regsuball(regsuball(req.http.Surrogate-Key, ":([^ ]+)", ":(\1|any)"), " ", "|") + ")(\s|$)")) {
            return (synth(200, "Purged"));
        }
        return (synth(500, std.ban_error()));
    }

    # One kept answer for each coding, not for each way to ask for it. What is refused (q=0) does not count.
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

    # Nothing that Tribuna answers depends on a cookie.
    unset req.http.Cookie;

    # X-Stale is ours: "no" wants an answer from Tribuna itself, "yes" takes any that is kept.
    if (req.restarts == 0) {
        unset req.http.X-Stale;
    } elseif (req.http.X-Stale == "no") {
        set req.grace = 0s;
    } else {
        set req.grace = 1000w;
    }
}

sub vcl_hit {
    # Past stale-while-revalidate: Tribuna is asked first, and this is there in case it fails.
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
        # Delivered, it would take the place of what is stale.
        if (bereq.http.X-Stale == "no") {
            return (error(beresp.status, beresp.reason));
        }
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        return (deliver);
    }
    # Varnish itself reads max-age, and stale-while-revalidate as grace; where that is not granted it would take ten seconds.
    if (beresp.http.Cache-Control !~ "stale-while-revalidate") {
        set beresp.grace = 0s;
    }
    if (std.duration(regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s) > beresp.grace) {
        set beresp.grace = std.duration(
            regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s);
    }
    # Beyond that it is never shown, but still good to ask with If-None-Match.
    set beresp.keep = 1d;
}

sub vcl_backend_error {
    # Nobody answers. This is not kept either.
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
