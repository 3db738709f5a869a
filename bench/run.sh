#!/usr/bin/env bash
# Measures the release build on this machine, next to a bare handler that sends the same bytes. Needs wrk.
# Usage: bench/run.sh [teams]     Only talks to 127.0.0.1, stops by itself after about two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
teams=${1:-500}
command -v wrk >/dev/null || { echo "wrk was not found (Debian: apt-get install wrk)" >&2; exit 1; }
cargo build --release --quiet -p bench
work=$(mktemp -d)
export MADANG_ADDR=127.0.0.1:3999 MADANG_DATABASE_URL=sqlite://$work/madang.db MADANG_STORAGE_URL=file://$work/files MADANG_LOG=warn
url=http://$MADANG_ADDR
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
up() { for _ in $(seq 100); do curl -sf "$1" >/dev/null && return; sleep 0.1; done; echo "$1 does not answer" >&2; exit 1; }
rss() { awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$1/status"; }
load() { wrk -t1 -c32 -d8s "$1" | awk -v name="$2" '/Requests\/sec/ { rps = $2 } /Latency/ { lat = $2 } /Non-2xx/ { bad = $0 } END { printf "%-44s %9.0f requests/s, mean %s%s\n", name, rps, lat, bad }'; }

echo "$(nproc) cores, $(rustc --version), $teams teams"
token=$(target/release/bench seed demo/breast-cancer "$teams")
target/release/madang serve & madang=$!; pids+=("$madang")
up "$url/healthz"
echo "memory, idle: $(rss "$madang")"

board=$url/competitions/bench/leaderboard
api=$url/api/v1/competitions/bench/leaderboard
curl -s "$board" -o "$work/board.html"; curl -s "$api" -o "$work/board.json"
echo "leaderboard: HTML $(stat -c %s "$work/board.html") bytes, JSON $(stat -c %s "$work/board.json") bytes"
target/release/bench bare 127.0.0.1:3998 "$work/board.html" text/html & pids+=($!)
target/release/bench bare 127.0.0.1:3997 "$work/board.json" application/json & pids+=($!)
up http://127.0.0.1:3998/; up http://127.0.0.1:3997/
load "$board" "leaderboard HTML"
load http://127.0.0.1:3998/ "  the same bytes from a bare handler"
load "$api" "leaderboard JSON"
load http://127.0.0.1:3997/ "  the same bytes from a bare handler"
echo "memory, after reading: $(rss "$madang")"

target/release/bench latency "$url" "$token" demo/breast-cancer/submissions/svc.csv 100
target/release/bench rate "$url" "$token" demo/breast-cancer/submissions/svc.csv 10
echo "memory, after submissions: $(rss "$madang")"
