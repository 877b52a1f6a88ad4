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
# The path below which the service serves, as in its own settings.
export BASE_PATH="${BASE_PATH:-}"
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
export VISIT_POLICY BADGE_POLICY VISIT_LIMIT="${VISIT_RATE%r/*}" BADGE_LIMIT="${BADGE_RATE%r/*}"

fail() {
  echo "render-config: $1" >&2
  exit 1
}

# The rule of src/config/setting-rules.ts.
case "$BASE_PATH/" in
  *[!A-Za-z0-9._~/-]* | [!/]* | *//* | */./* | */../* | /-/*)
    fail "BASE_PATH must be a path such as /count, without a slash at the end, not '$BASE_PATH'"
    ;;
esac

mkdir -p "$target"
for template in settings limits; do
  # shellcheck disable=SC2016 # envsubst replaces only these names; other variables belong to nginx
  envsubst '$BASE_PATH $WEB_UPSTREAM $DNS_RESOLVER $VISIT_RATE $VISIT_BURST $BADGE_RATE $BADGE_BURST
    $VISIT_POLICY $BADGE_POLICY $VISIT_LIMIT $BADGE_LIMIT' \
    <"$source/$template.conf.template" >"$target/$template.conf"
done

# Proxies in front of this one, and the header in which they send the client's address.
case "${REAL_IP_HEADER:=X-Forwarded-For}" in
  *[!A-Za-z0-9-]*) fail "REAL_IP_HEADER must be the name of a header such as CF-Connecting-IP, not '$REAL_IP_HEADER'" ;;
esac
octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
ipv4="$octet(\.$octet){3}(/(3[0-2]|[12]?[0-9]))?"
ipv6='[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?'
printf '%s\n' "${REAL_IP_FROM:-}" | tr -s ', ' '\n' | sed '/^$/d' >"$target/real-ip-from"
wrong=$(grep -Evx "$ipv4|$ipv6" "$target/real-ip-from" | head -n 1)
if [ -n "$wrong" ]; then
  fail "REAL_IP_FROM must be addresses or ranges such as 10.0.0.0/8, separated by commas or spaces, not '$wrong'"
fi
sed 's/.*/set_real_ip_from &;/' "$target/real-ip-from" >"$target/real-ip.conf"
if [ -s "$target/real-ip.conf" ]; then
  # Behind several of these proxies, the client is the last address that is not one of them.
  printf 'real_ip_header %s;\nreal_ip_recursive on;\n' "$REAL_IP_HEADER" >>"$target/real-ip.conf"
fi

# A link that leads nowhere is a certificate that is missing, not a wish for plain HTTP.
is_absent() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
if is_absent "$certificate" && is_absent "$key"; then
  listener=plain
elif [ -r "$certificate" ] && [ -r "$key" ]; then
  listener=tls
else
  fail "$certificate and $key must both be there and be readable by user $(id -u): chown them to this user, or remove both to serve plain HTTP"
fi
# Without IPv6 in the kernel, nginx could not open the socket and would not start.
if [ -e /proc/net/if_inet6 ]; then
  cp "$source/listen-$listener.conf" "$target/listen.conf"
else
  sed '/listen \[::\]/d' "$source/listen-$listener.conf" >"$target/listen.conf"
fi
echo "render-config: $listener HTTP to $WEB_UPSTREAM" >&2
