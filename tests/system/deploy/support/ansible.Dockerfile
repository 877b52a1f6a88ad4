# The machine that runs the playbooks: Debian 13 with its package ansible.
FROM debian:trixie-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ansible openssh-client >/dev/null \
    && rm -rf /var/lib/apt/lists/*
