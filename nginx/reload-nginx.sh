#!/bin/sh
# Loads a new or renewed certificate:
#   docker exec CONTAINER reload-nginx
# If nginx rejects the new configuration, the old one stays in force.
set -eu
/docker-entrypoint.d/40-render-config.sh
nginx -t -q
nginx -s reload
