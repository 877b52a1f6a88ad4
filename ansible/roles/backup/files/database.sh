#!/bin/bash
# Dumps the database that the PG variables name, and restores the dump beside it to compare what it holds:
#   database.sh dump FILE                       prints the numbers of the snapshot that is dumped
#   database.sh read FILE FILTER                checks that all of the dump can be read
#   database.sh prove FILE FILTER NUMBERS       restores it into a database of its own, compares, and drops that
# FILTER is for sed on the SQL of a restore. Written by ansible/roles/backup; changes are overwritten.
set -euo pipefail

numbers="(SELECT count(*) FROM visitors) || ' visitors, ' || (SELECT count(*) FROM visits) || ' visits, totals of '
  || (SELECT coalesce(sum(visits), 0) FROM visit_totals)"

run_sql() {
  psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"
}

dump() {
  local snapshot counted
  coproc session { run_sql; }
  # The open transaction keeps the snapshot, so that visits which arrive meanwhile are in neither.
  echo "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SELECT pg_export_snapshot(); SELECT $numbers;" >&"${session[1]}"
  read -r snapshot <&"${session[0]}"
  read -r counted <&"${session[0]}"
  pg_dump --format=custom --lock-wait-timeout=30s --snapshot="$snapshot" --file="$1"
  echo "$counted"
}

read_through() {
  pg_restore --file=/dev/null "$1"
  # The server must accept the settings of a restore.
  pg_restore --use-list=/dev/null --file=- "$1" | sed "$2" | run_sql --output=/dev/null
}

prove() {
  local may_create path restored
  # Each alone: in a condition, a failure would not end the script.
  may_create=$(run_sql --command='SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user')
  path=$(run_sql --command='SHOW search_path')
  if [ "$may_create" != t ]; then
    echo "read, but not restored for a check: the role $PGUSER may not create databases (CREATEDB)"
    return
  fi
  # Not local: the trap needs it later.
  scratch=footfall_check_$(date -u +%Y%m%dt%H%M%Sz)
  # Those of checks that were killed.
  run_sql <<'SQL'
SELECT format('DROP DATABASE IF EXISTS %I', datname) FROM pg_database
  WHERE datname ~ '^footfall_check_\d{8}t\d{6}z$' AND pg_has_role(datdba, 'USAGE')
    AND datname < 'footfall_check_' || to_char(now() AT TIME ZONE 'UTC' - interval '1 day', 'YYYYMMDD') \gexec
SQL
  trap 'run_sql --command="DROP DATABASE IF EXISTS $scratch WITH (FORCE)"' EXIT
  run_sql --command="CREATE DATABASE $scratch ENCODING 'UTF8' TEMPLATE template0"
  pg_restore --single-transaction --no-owner --no-privileges --no-publications --no-subscriptions --file=- "$1" |
    sed "$2" | PGDATABASE=$scratch run_sql --output=/dev/null
  # A path that is set on the database is not in its dump.
  restored=$(PGDATABASE=$scratch run_sql --command="SET search_path = $path" --command="SELECT $numbers")
  if [ "$restored" != "$3" ]; then
    echo "the dump gives back $restored instead of $3" >&2
    return 1
  fi
  echo "restored for a check: $restored"
}

case $1 in
  dump) dump "$2" ;;
  read) read_through "$2" "$3" ;;
  prove) prove "$2" "$3" "$4" ;;
esac
