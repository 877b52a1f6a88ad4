#!/usr/bin/env bash
# Tries both README commands as strangers would: as root in a closed home, without install scripts; and as an ordinary
# user. Needs root (it makes and removes a user) and git. Closes with `N passed, N failed`.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../../.." && pwd)
[ "$(id -u)" = 0 ] || {
  echo 'skipped: making a user takes root'
  echo '0 passed, 0 failed'
  exit 0
}

passed=0 failed=0
closed=$(mktemp -d ~root/footfall-install-XXXXXX)
user=footfall-ci-$$
useradd --create-home --shell /bin/bash "$user"
home=$(getent passwd "$user" | cut -d: -f6)
clean_up() {
  local link=$closed/footfall/.data/postgres
  # Under root in a closed home the cluster lies outside, where nobody can reach it; the link says where.
  [ ! -L "$link" ] || rm -rf "$(readlink "$link")"
  rm -rf "$closed"
  userdel --remove "$user" 2>/dev/null || true
}
trap clean_up EXIT

check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok: $name"
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

# as_user COMMAND / as_root COMMAND: run a line in the clone of that account.
# The registry that root uses serves the other user, too.
registry=$(npm config get registry)
as_user() { runuser -u "$user" -- env HOME="$home" npm_config_registry="$registry" bash -c "cd ~/footfall && $1"; }
as_root() { bash -c "cd '$closed/footfall' && $1"; }

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

# Node stands in for curl, which a machine need not have.
fetch() { node -e 'fetch(process.argv[1]).then((r) => r.ok ? r.text() : Promise.reject()).then(console.log).catch(() => process.exit(1))' "$1"; }

# find_service PORT: the pid of the service itself, below npm and its shells.
find_service() {
  local path
  for path in $(grep -lzx "PORT=$1" /proc/[0-9]*/environ 2>/dev/null); do
    [[ "$(tr '\0' ' ' <"${path%environ}cmdline")" != 'node '*' dist/src/main.js ' ]] || basename "${path%/environ}"
  done
}

# visit_twice RUNNER: starts the service, visits, kills it hard, starts it again: the count must go on.
visit_twice() {
  local run=$1 port answer attempt expected
  port=$(free_port)
  for attempt in 1 2; do
    "$run" "PORT=$port exec npm start >start.log 2>&1" &
    local starter=$!
    answer=
    for _ in $(seq 120); do
      answer=$(fetch "http://127.0.0.1:$port/alice") && break
      kill -0 "$starter" 2>/dev/null || break
      sleep 0.5
    done
    expected="{\"id\":1,\"username\":\"alice\",\"visits\":$attempt}"
    local service
    service=$(find_service "$port")
    if [ "$attempt" = 1 ]; then kill -KILL "$service"; else kill -TERM "$service"; fi
    wait "$starter" || true
    [ "$answer" = "$expected" ] || {
      echo "expected $expected, got $answer"
      "$run" 'cat start.log'
      return 1
    }
  done
}

git clone --quiet "$repository" "$closed/footfall"
check 'root, closed home: npm ci --ignore-scripts' as_root 'npm ci --ignore-scripts --no-progress >/dev/null'
check 'root, closed home: starts, keeps its count over kill -9' visit_twice as_root
check 'root, closed home: tests run' as_root 'npx jest tests/http/list.test.ts'

git clone --quiet "$repository" "$home/footfall"
chown -R "$user:" "$home/footfall"
check 'ordinary user: npm ci' as_user 'npm ci --no-progress >/dev/null'
check 'ordinary user: starts, keeps its count over kill -9' visit_twice as_user
check 'ordinary user: tests run' as_user 'npx jest tests/http/list.test.ts'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
