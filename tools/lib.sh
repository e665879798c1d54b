# Shared by the scripts in tools/; sourced, not run. Sets ROOT, BUILD and a few functions.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PRESET=${JUCHU_PRESET:-dev}
BUILD=$ROOT/build/$PRESET
# shellcheck disable=SC2034  # used by the scripts that source this
BIN=$BUILD/bin
# Where tools/dev keeps its state; tests name a folder of their own.
# shellcheck disable=SC2034
DEV=${JUCHU_DEV_DIR:-$ROOT/.juchu/dev}

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Configures when needed and builds the named targets (all when none is named), saying how far it is.
build() {
  if [ ! -f "$BUILD/build.ninja" ]; then
    say "configuring build/$PRESET"
    (cd "$ROOT" && cmake --preset "$PRESET" >"$ROOT/.juchu/configure.log" 2>&1) ||
      { tail -30 "$ROOT/.juchu/configure.log" >&2; die "configuring failed; the whole log is .juchu/configure.log"; }
  fi
  cmake --build "$BUILD" ${1:+--target "$@"}
}

# A TCP port on loopback that nobody listens on.
free_port() {
  local port
  # Below those that the kernel gives to connections going out, and above those that tests take.
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  die "no free port found on 127.0.0.1"
}

# wait_for SECONDS TEXT COMMAND…: runs the command until it succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
  : "$what"
}

mkdir -p "$ROOT/.juchu"
