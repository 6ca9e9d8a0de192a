# shellcheck shell=sh
# Sourced by the scripts beside it: the command line built for speed, and a Python with the
# engines it is compared with, in the cache outside the checkout.
. "$(dirname -- "$0")/../lib.sh"
# That takes the folder above the script for the checkout; here it is one further up.
root=$(dirname -- "$root")
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}

python=$cache/engines/bin/python
wanted=$root/scripts/circle/requirements.txt
if ! cmp -s "$wanted" "$cache/engines/requirements.txt"; then
    have python3 || fail "python3 is needed, 3.10 or later"
    python3 -m venv "$cache/engines"
    "$python" -m pip install --quiet --requirement "$wanted"
    cp "$wanted" "$cache/engines/requirements.txt"
fi
export PATH="$cache/engines/bin:$PATH"
