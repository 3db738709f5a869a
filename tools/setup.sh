#!/usr/bin/env bash
# Installs what the build needs and this machine lacks: into .tools/ and node_modules/ of this folder, nothing else.
# `tools/setup.sh lint` also installs what the lints need, and `tools/setup.sh test` looks for the tests' browser, Korean fonts
# and PostgreSQL besides, which come from the system.
set -euo pipefail
cd "$(dirname "$0")/.."

MACHETE=0.9.1
DENY=0.20.2
# The same version as the wasm-bindgen crate in Cargo.toml, to the last digit.
WASM_BINDGEN=$(sed -nE 's/^wasm-bindgen = "=([0-9.]+)"$/\1/p' Cargo.toml)
export PATH="$PWD/.tools/bin:$PATH"

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || fail "$1 was not found. $2"; }

need cargo "Install Rust: https://rustup.rs"
need node "Install Node.js 20 or newer: https://nodejs.org"
need npm "It comes with Node.js: https://nodejs.org"
need cc "Install a C compiler (Debian: apt-get install build-essential; macOS: xcode-select --install)."
[ "$(node -p 'process.versions.node.split(".")[0] >= 20')" = true ] || fail "Node.js 20 or newer is needed, this is $(node --version)."

if [ ! -d "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ]; then
  need rustup "It adds the target wasm32-unknown-unknown: https://rustup.rs"
  say "adding the Rust target wasm32-unknown-unknown"
  rustup target add wasm32-unknown-unknown
fi

version() { "$1" --version 2>/dev/null | grep -oE '[0-9]+[.][0-9]+[.][0-9]+' | head -n 1 || true; }

# tool PROGRAM VERSION CRATE [options of cargo install]: unless that version is there, it is downloaded where cargo-binstall is
# installed and its makers have it for this machine, and else built.
tool() {
  local program=$1 version=$2 crate=$3
  [ "$(version "$program")" != "$version" ] || return 0
  if command -v cargo-binstall >/dev/null; then
    say "downloading $crate $version into .tools/bin"
    mkdir -p .tools/bin
    if cargo binstall --no-confirm --force --no-symlinks --strategies crate-meta-data --install-path .tools/bin "$crate@$version" &&
      [ "$(version "$program")" = "$version" ]; then
      return 0
    fi
    say "there is no download of $crate that runs here"
  fi
  say "building $crate $version into .tools/bin (a few minutes, once)"
  # For a short build, not for speed: these tools run for seconds.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    cargo install --root .tools --target-dir .tools/build --force --version "=$version" "${@:4}" "$crate"
}

# Without --locked: its lock file names a crate version that was withdrawn. Without TLS: it downloads nothing for us.
tool wasm-bindgen "$WASM_BINDGEN" wasm-bindgen-cli --no-default-features
if [ -n "${1:-}" ]; then
  tool cargo-machete "$MACHETE" cargo-machete --locked
  tool cargo-deny "$DENY" cargo-deny --locked
fi
rm -rf .tools/build

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing npm packages into node_modules"
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

[ "${1:-}" = test ] || exit 0

# --- Only the tests need these --------------------------------------------------------------------------------------
missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -n "$(fc-list :lang=ko 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
# The browser tests move an offer's end in the database of a running server.
command -v sqlite3 >/dev/null || missing+=(sqlite3)
# One of them tells a server what time it is.
compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || missing+=(faketime)
if [ -z "${MADANG_TEST_POSTGRES_URL:-}" ] && ! command -v initdb >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  missing+=(postgresql)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || fail "the tests need ${missing[*]} (Debian's package names), and this system has no apt-get: install them by hand."
root=()
if [ "$(id -u)" != 0 ]; then
  need sudo "The tests need ${missing[*]}: install them as root with apt-get."
  root=(sudo)
fi
say "installing ${missing[*]} with apt-get"
# The tests start throwaway clusters of their own: Debian's package shall not start one.
quiet=/etc/postgresql-common/createcluster.d/madang-tests.conf
case " ${missing[*]} " in
  *" postgresql "*)
    "${root[@]}" mkdir -p "${quiet%/*}"
    echo 'create_main_cluster = false' | "${root[@]}" tee "$quiet" >/dev/null
    ;;
esac
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
"${root[@]}" rm -f "$quiet"
