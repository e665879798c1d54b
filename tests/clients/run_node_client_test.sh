#!/usr/bin/env bash
# Brings juchu up in a folder of its own and runs node_client_test.mjs against it.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
JUCHU_DEV_DIR=$(mktemp -d /tmp/juchu-node-XXXXXX)
export JUCHU_DEV_DIR JUCHU_SKIP_BUILD=1
trap '"$ROOT/tools/dev" down >/dev/null; rm -rf "$JUCHU_DEV_DIR"' EXIT
"$ROOT/tools/dev" up
NODE_PATH=$ROOT/tools/node/node_modules node "$ROOT/tests/clients/node_client_test.cjs" "$JUCHU_DEV_DIR" "$ROOT/proto"
