#!/bin/sh
# Takes up a certificate that was renewed, or one that has just been put there:
#   docker exec CONTAINER reload-nginx
# A configuration that nginx refuses is not taken up; the old one stays in force.
set -eu
/docker-entrypoint.d/40-render-config.sh
nginx -t -q
nginx -s reload
