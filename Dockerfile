# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
# OpenSSL and aws-lc, both compiled in, are configured and assembled with these.
RUN apt-get update && apt-get install --yes --no-install-recommends cmake perl && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --release --locked && cp target/release/tribuna /tribuna
RUN mkdir /data

# Nothing but glibc and certificates: no shell, no package manager.
FROM gcr.io/distroless/cc-debian12
COPY --from=build /tribuna /usr/local/bin/tribuna
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
WORKDIR /data
ENV TRIBUNA_LISTEN=0.0.0.0:8080 DATABASE_URL=sqlite:///data/tribuna.db
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["/usr/local/bin/tribuna", "health"]
ENTRYPOINT ["/usr/local/bin/tribuna"]
CMD ["serve"]
