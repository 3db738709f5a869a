#!/usr/bin/env bash
# Fuzzes scoring: tools/fuzz.sh [SECONDS a target, 600] [TARGET…]. Needs a nightly compiler and a C++ compiler.
# What is new is kept in target/fuzz/found; a crash is in scoring/fuzz/artifacts. docs/fuzzing.md says what to do with both.
set -euo pipefail
cd "$(dirname "$0")/../scoring"
export PATH="$PWD/../.tools/bin:$PATH"
seconds=${1:-600}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(reader masks score)

command -v cargo-fuzz >/dev/null || cargo install --root ../.tools --target-dir ../.tools/build cargo-fuzz
for target in "${targets[@]}"; do
  found=../target/fuzz/found/$target
  mkdir -p "$found"
  # The crate forbids unsafe code, so that the address sanitizer would only take time.
  cargo +nightly fuzz run --sanitizer none --target-dir ../target/fuzz "$target" "$found" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -dict=fuzz/csv.dict -print_final_stats=1
done
