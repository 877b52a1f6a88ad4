#!/bin/sh
# Loads the certificate when its files change. The entrypoint of the nginx image starts it before nginx.
set -eu

describe() {
  cksum /etc/nginx/certs/tls.crt /etc/nginx/certs/tls.key 2>/dev/null || true
}

# Waits until the files are the same twice, because certificate and key are written one after the other. Files that
# nginx rejects are not tried again until they change.
watch() {
  loaded=$1
  seen=$loaded
  while sleep 3; do
    now=$(describe)
    if [ "$now" = "$seen" ] && [ "$now" != "$loaded" ]; then
      reload-nginx || echo 'watch-certificate: the new certificate was rejected; nginx keeps the old one' >&2
      loaded=$now
    fi
    seen=$now
  done
}

watch "$(describe)" &
