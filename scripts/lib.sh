# shellcheck shell=sh
# Sourced by the scripts beside it: the checkout as working directory, the tools
# of this project on PATH, and where cargo puts what it builds.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/yikezhong
tools=$cache/tools
PATH=$root/node_modules/.bin:$tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
export PATH

# A target folder kept outside the checkout is used again where there is one.
if [ -z "${CARGO_TARGET_DIR:-}" ] && [ -d "$cache/target" ]; then
    export CARGO_TARGET_DIR="$cache/target"
fi
target=${CARGO_TARGET_DIR:-$root/target}
# Where the Node scripts find the built server.
export BINARY="$target/release/yikezhong"

say() { printf '%s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Programs and libraries from PyPI, installed once for these versions; prints the folder of the programs.
# from_pypi NAME PACKAGE==VERSION …
from_pypi() {
    folder=$cache/$1
    shift
    if [ "$*" != "$(cat "$folder/versions" 2>/dev/null)" ]; then
        python3 -m venv "$folder"
        "$folder/bin/pip" install -q "$@"
        printf '%s' "$*" >"$folder/versions"
    fi
    printf '%s' "$folder/bin"
}
