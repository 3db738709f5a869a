#!/usr/bin/env bash
# Starts a PostgreSQL cluster in a new temporary folder and prints its URL. A watcher stops it and removes the folder
# when the process given as $1 is gone. initdb refuses root, so root runs it as the user postgres.
set -euo pipefail
owner=$1
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || { echo "PostgreSQL's initdb was not found: install PostgreSQL or set MADANG_TEST_POSTGRES_URL" >&2; exit 1; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/madang-postgres.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
cd /
"${as[@]}" "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >"$folder.log" 2>&1 \
  || { cat "$folder.log" >&2; exit 1; }
# Only a socket, no port: clusters of several test processes never meet.
"${as[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --wait --log="$folder/data/server.log" \
  --options="-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c full_page_writes=off -c max_connections=400" start >"$folder.log" 2>&1 \
  || { cat "$folder.log" "$folder/data/server.log" >&2; exit 1; }
rm -f "$folder.log"
(
  while kill -0 "$owner" 2>/dev/null; do sleep 0.5; done
  "${as[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate stop
  rm -rf "$folder"
) >/dev/null 2>&1 </dev/null &
disown
echo "postgres://postgres@localhost/postgres?host=$folder"
