# The service. Build from the root of the repository:
#   docker build -f docker/app.Dockerfile -t footfall .
ARG NODE_IMAGE=node:24-bookworm-slim

# Production packages alone, in a layer that only a changed lock file rebuilds.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Left out: native profilers and a security scanner of New Relic's agent, which its configuration never turns on;
# TypeScript and source maps, which only editors and debuggers use and which are a third of the bytes; the collections
# of Simple Icons, whose single files are read.
RUN --mount=type=cache,target=/root/.npm,sharing=locked \
    npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/@newrelic/security-agent node_modules/simple-icons/index*js node_modules/simple-icons/data \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

# Every package and the compiler. docker-compose.yml uses this stage for development.
FROM ${NODE_IMAGE} AS development
WORKDIR /app
RUN mkdir dist && chown node:node . dist
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked \
    npm ci --ignore-scripts --no-audit --no-fund
COPY . .
ENV HOST=0.0.0.0
USER node
CMD ["npm", "run", "dev"]

FROM development AS compiled
RUN npm run build && rm -f dist/.tsbuildinfo
# Folders of further migrations, none by default: the deploy tests build several releases of one source with them.
ARG MIGRATIONS=
RUN for folder in ${MIGRATIONS}; do \
      node_modules/.bin/esbuild "${folder}"/*.ts --platform=node --format=cjs --outdir=dist/migrations || exit 1; \
    done

FROM ${NODE_IMAGE} AS service
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY docker/ecosystem.config.cjs docker/pm2-json-log.cjs docker/healthcheck.mjs docker/
COPY --from=compiled /app/dist dist
RUN ln -s /app/dist/src/cli/footfall.js /usr/local/bin/footfall
# PM2's home is in /tmp because the root file system may be read-only. docs/images.md explains the times.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    SHUTDOWN_DRAIN_MS=6000 \
    SHUTDOWN_TIMEOUT_MS=10000 \
    PATH=/app/node_modules/.bin:$PATH \
    PM2_HOME=/tmp/.pm2 \
    PM2_LOG_DATE_FORMAT= \
    NODE_CLUSTER_SCHED_POLICY=none
USER node
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=10s --start-period=20s --retries=3 CMD ["node", "docker/healthcheck.mjs"]
ARG VERSION=1.0.0
ARG REVISION=unknown
# After the files, so that releases share their common layers.
LABEL org.opencontainers.image.title="footfall" \
      org.opencontainers.image.description="A self-hosted visit counter whose number is right and stays right." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A stack file cannot set no-new-privileges, so every start sets it itself.
ENTRYPOINT ["setpriv", "--no-new-privs", "--"]
# Without --no-auto-exit, PM2 signals a worker again 8 s into a stop, which aborts the requests under way.
CMD ["node", "--require", "./docker/pm2-json-log.cjs", "node_modules/pm2/bin/pm2-runtime", \
     "start", "docker/ecosystem.config.cjs", "--raw", "--no-auto-exit"]
