#!/usr/bin/env bash
# Runs every check and closes with what it ran. `tools/test.sh lint` runs those that only read.
# A new check is one more line below: step "what it is" command…
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.tools/bin:$PWD/node_modules/.bin:$PATH"

report=() failed=0
step() {
  local name=$1 began=$SECONDS
  printf '\n=== %s\n' "$name"
  if "${@:2}"; then report+=("ok      $((SECONDS - began)) s  $name"); else report+=("FAILED  $((SECONDS - began)) s  $name"); failed=1; fi
}

step "rustfmt" cargo fmt --all --check
step "rustfmt, example of a custom metric" cargo fmt --manifest-path sandbox/guests/clinical-utility/Cargo.toml --check
step "colour tokens against KRDS" node tools/check-tokens.mjs
step "types of the browser tests" npm run --silent types
step "eslint" npm run --silent lint
step "dependencies that nothing uses" cargo machete
step "licences and sources of dependencies" cargo deny check bans licenses sources
step "browser bundle" make --no-print-directory bundle
step "clippy, example of a custom metric" cargo clippy --manifest-path sandbox/guests/clinical-utility/Cargo.toml \
  --target wasm32-unknown-unknown --target-dir target/guests -- -D warnings
step "clippy, browser bundle" cargo clippy -p app --features hydrate --target wasm32-unknown-unknown -- -D warnings
if [ "${1:-}" = lint ]; then
  step "clippy, server and libraries" cargo clippy --workspace --all-targets -- -D warnings
else
  # Lints and builds in one go: clippy by itself would compile every dependency a second time. What cargo-clippy sets, for a build.
  linted() { RUSTC_WORKSPACE_WRAPPER=$(rustup which clippy-driver 2>/dev/null || command -v clippy-driver) CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ "$@"; }
  step "build and clippy, server and libraries" linted cargo build --workspace --all-targets
  step "Rust tests on SQLite and PostgreSQL" linted cargo test --workspace --no-fail-fast
  step "metrics and reader as WASM in the browser" node tools/wasm-tests.mjs
  step "browser bundle within 300 KB" node tools/size.mjs --max 300000
  step "browser tests" npm run --silent end2end
fi

printf '\n=== ran\n'
printf '%s\n' "${report[@]}"
exit $failed
