#!/bin/sh
# Installs the certificate of the swarm's secrets in the volume of nginx. Runs as root in a job on each node;
# watch-certificate.sh loads it.
set -eu
secrets=/run/secrets
certs=/etc/nginx/certs
install -m 0400 -o nginx -g nginx "$secrets/tls.key" "$certs/.tls.key"
install -m 0444 -o nginx -g nginx "$secrets/tls.crt" "$certs/.tls.crt"
mv "$certs/.tls.key" "$certs/tls.key"
mv "$certs/.tls.crt" "$certs/tls.crt"
