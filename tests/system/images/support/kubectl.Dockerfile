# Debian's kubectl for describe-kubernetes.mjs. It needs no cluster to build manifests.
FROM debian:forky-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends kubernetes-client >/dev/null \
    && rm -rf /var/lib/apt/lists/*
