#!/bin/sh
# Loads a new or renewed certificate, or other changed settings:
#   docker exec CONTAINER reload-nginx
# If nginx rejects the new configuration, the old one stays in force.
set -eu
# One at a time: watch-certificate.sh runs it as well.
exec 9>/tmp/reload-nginx.lock
flock 9
/docker-entrypoint.d/40-render-config.sh
nginx -t -q
nginx -s reload
