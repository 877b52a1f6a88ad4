#!/bin/sh
# Writes the part of the configuration that depends on the environment and on the certificate.
# The entrypoint of the nginx image runs it at every start, and reload-nginx runs it as well.
set -eu

source=/etc/nginx/footfall
target=/tmp/footfall
certificate=/etc/nginx/certs/tls.crt
key=/etc/nginx/certs/tls.key

# The address of the service, and the DNS server that resolves it.
export WEB_UPSTREAM="${WEB_UPSTREAM:-web:8000}"
export DNS_RESOLVER="${DNS_RESOLVER:-127.0.0.11}"
# Requests per client address; docs/images.md explains the values.
export VISIT_RATE="${VISIT_RATE:-30r/s}" VISIT_BURST="${VISIT_BURST:-60}"
export BADGE_RATE="${BADGE_RATE:-200r/s}" BADGE_BURST="${BADGE_BURST:-400}"

# Prints a rate as RateLimit-Policy has it: 30r/s is "30;w=1", 30 requests in a window of 1 second.
describe_rate() {
  case "$1" in
    *r/m) echo "${1%r/m};w=60" ;;
    *) echo "${1%r/s};w=1" ;;
  esac
}
VISIT_POLICY=$(describe_rate "$VISIT_RATE")
BADGE_POLICY=$(describe_rate "$BADGE_RATE")
export VISIT_POLICY BADGE_POLICY

mkdir -p "$target"
for template in settings limits; do
  # shellcheck disable=SC2016 # envsubst replaces only these names; other variables belong to nginx
  envsubst '$WEB_UPSTREAM $DNS_RESOLVER $VISIT_RATE $VISIT_BURST $BADGE_RATE $BADGE_BURST $VISIT_POLICY $BADGE_POLICY' \
    <"$source/$template.conf.template" >"$target/$template.conf"
done

if [ ! -e "$certificate" ] && [ ! -e "$key" ]; then
  listener=plain
elif [ -r "$certificate" ] && [ -r "$key" ]; then
  listener=tls
else
  echo "render-config: $certificate and $key must both be there and be readable by user $(id -u):" \
    "chown them to this user, or remove both to serve plain HTTP" >&2
  exit 1
fi
cp "$source/listen-$listener.conf" "$target/listen.conf"
echo "render-config: $listener HTTP to $WEB_UPSTREAM" >&2
