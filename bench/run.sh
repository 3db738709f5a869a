#!/usr/bin/env bash
# Measures the release build on this machine, step by step; bench/README.md says what each step does.
# Usage: bench/run.sh [STEP…]     Steps: pages accept latency crowd live version soak. Without any, all but live and soak.
# Only talks to 127.0.0.0/8 and stops by itself. With POSTGRES=1 on a throwaway PostgreSQL cluster, else on SQLite.
# Smaller: TEAMS=50 STREAMS=200 PAGES=20 SIGNED_IN=10 SECONDS_LONG=10 bench/run.sh crowd. PROFILE=debug takes the debug build.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-release} teams=${TEAMS:-1000} long=${SECONDS_LONG:-60}
streams=${STREAMS:-10000} pages=${PAGES:-1000} signed_in=${SIGNED_IN:-500}
bench=target/$profile/bench madang=${MADANG:-target/$profile/madang}
build=(cargo build --workspace --bins --quiet) # one package alone would have its dependencies compiled anew, with fewer features
if [ "$profile" = release ]; then build+=(--release); fi
"${build[@]}"
ulimit -n "$(ulimit -Hn)"

work=$(mktemp -d)
addr=127.0.0.1:3999
url=http://$addr
server=
down() { [ -z "$server" ] || { kill "$server"; wait "$server" 2>/dev/null || true; server=; }; }
trap 'down; rm -rf "$work"' EXIT

# Seeds a database of its own for a step: fresh TEAMS SUBMISSIONS
fresh() {
  down
  data=$(mktemp -d "$work/data.XXXX")
  database=sqlite://$data/madang.db
  if [ "${POSTGRES:-}" = 1 ]; then database=$(tools/throwaway-postgres.sh $$); fi
  $bench seed "$data" --teams "$1" --submissions "$2" --database-url "$database"
}
# Starts the server on the seeded database: up [OPTION…]
up() {
  down
  if curl -s "$url/healthz" >/dev/null; then echo "something else answers at $url" >&2; exit 1; fi
  MADANG_ADDR=$addr MADANG_DATABASE_URL=$database MADANG_STORAGE_URL=file://$data/files MADANG_LOG=warn "$madang" serve "$@" 2>>"$work/server.log" &
  server=$!
  for _ in $(seq 300); do curl -sf "$url/healthz" >/dev/null && return; sleep 0.1; done
  echo "$url does not answer:" >&2; cat "$work/server.log" >&2; exit 1
}

step() {
  printf '\n## %s\n' "$1"
  case $1 in
    pages) fresh "$teams" $((teams * 3)); up --no-worker; $bench pages "$data" --url "$url" --pid "$server" ;;
    accept) # The first without scoring, the second with it, on the same cores.
      fresh "$teams" $((teams * 3))
      up --no-worker; $bench pages "$data" --url "$url" --pid "$server" --only submissions
      fresh "$teams" $((teams * 3))
      up; $bench pages "$data" --url "$url" --pid "$server" --only submissions ;;
    latency) fresh "$teams" $((teams * 3)); up; $bench latency "$data" --url "$url" ;;
    live) fresh "$teams" 0; up; $bench live "$data" --url "$url" --pid "$server" ;;
    crowd)
      fresh "$teams" $((teams * 3)); up
      $bench crowd "$data" --url "$url" --pid "$server" --teams "$teams" --seconds "$long" --streams "$streams" --pages "$pages" --signed-in "$signed_in" ;;
    version)
      fresh "$teams" $((teams * 3)); $bench version "$data"
      fresh $((teams * 10)) $((teams * 100)); $bench version "$data" ;;
    soak) down; $bench soak --server "$madang" --minutes "${MINUTES:-30}" ${POSTGRES:+--postgres} ;;
    *) echo "no step $1; steps are pages accept latency crowd live version soak" >&2; exit 1 ;;
  esac
  down
}

echo "$(nproc) cores, $(rustc --version), $($madang --version), $(date -u +%F)"
[ $# -gt 0 ] || set -- pages accept latency crowd version
for name in "$@"; do step "$name"; done
