#!/usr/bin/env bash
# Generates oodaemon/api from proto/. The compiler is pinned to 1.63.2: its output imports on every protobuf from 5.26 on.
#   proto/generate.sh [OUTPUT_FOLDER]     default: the repository itself
# PYTHON names an interpreter that has mypy-protobuf; a compiler environment is made in .venv/gen when missing.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root}
venv=${VENV:-$root/.venv}
gen=$venv/gen
if [ ! -x "$gen/bin/python" ] || [ ! -f "$gen/.ready" ]; then
  "$venv/bin/python" -m venv "$gen"
  "$gen/bin/python" -m pip install --quiet --disable-pip-version-check 'grpcio-tools==1.63.2' 'setuptools<80' >&2
  touch "$gen/.ready"
fi
mkdir -p "$out/oodaemon/api/v1"
cd "$root/proto"
"$gen/bin/python" -m grpc_tools.protoc -I . \
  --plugin=protoc-gen-mypy="$venv/bin/protoc-gen-mypy" \
  --plugin=protoc-gen-mypy_grpc="$venv/bin/protoc-gen-mypy_grpc" \
  --python_out="$out" --grpc_python_out="$out" --mypy_out=quiet:"$out" --mypy_grpc_out=quiet:"$out" \
  oodaemon/api/v1/*.proto
