# Custodian in a small image: the program and nothing to build with. It runs as an ordinary user and keeps what it
# must keep under /var/lib/custodian. docker-compose.yml runs it beside PostgreSQL.

FROM node:22-bookworm-slim AS vendor
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev
COPY tools tools
COPY static static
RUN node tools/vendor.mjs

FROM rust:1.95-slim-bookworm AS program
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake g++ make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
COPY --from=vendor /build/static/vendor static/vendor
# Caches are mounts and not layers, so the program is copied out of the one that holds it.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked \
    && cp target/release/custodian /usr/local/bin/custodian

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/custodian --shell /usr/sbin/nologin custodian \
    && install -d -o custodian -g custodian -m 0700 /var/lib/custodian
COPY --from=program /usr/local/bin/custodian /usr/local/bin/custodian
USER custodian
ENV CUSTODIAN_DATA_DIR=/var/lib/custodian \
    CUSTODIAN_LISTEN=0.0.0.0:8080
VOLUME /var/lib/custodian
EXPOSE 8080
# The slim image has no curl; bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["custodian"]
CMD ["serve"]
