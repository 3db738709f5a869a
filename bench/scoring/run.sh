#!/usr/bin/env bash
# Compares scoring with pandas and polars under scikit-learn. Usage: bench/scoring/run.sh [--rows 1000 1000000] [--metrics …]
# The whole comparison takes about half an hour on two cores; run it on a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release --quiet -p bench-scoring
venv=target/bench-scoring/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement bench/scoring/requirements.txt
# Set for older OpenBLAS builds, these slow a current numpy down.
exec env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE "$venv/bin/python" bench/scoring/compare.py "$@"
