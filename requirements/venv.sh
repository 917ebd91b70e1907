# The one virtual environment, .venv beside ./start. Sourced by ./start and ./test, which set
# `root` first. Nothing here needs root's rights, and nothing is left half made: a set-up that
# was interrupted is known by its mark and made again from nothing.

say() { printf '%s\n' "$*" >&2; }

# The newest Python that we test with, or else the one that the machine calls its own. Each
# is run, because a version switcher leaves names on the PATH that start nothing.
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$name"
            return
        fi
    done
    say 'Frontdesk needs Python 3.11 or newer, and none was found on the PATH.'
    say '  Debian, Ubuntu:  apt install python3 python3-venv'
    say '  Fedora:          dnf install python3'
    say '  macOS:           brew install python3'
    return 1
}

make_venv() {
    python=$(find_python) || return 1
    "$python" -m venv --clear "$venv" >/dev/null 2>&1 && return
    # Debian ships venv without ensurepip; these two bring a pip of their own.
    rm -rf "$venv"
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --seed --python "$python" "$venv" && return
    fi
    "$python" -m virtualenv --quiet "$venv" 2>/dev/null && return
    rm -rf "$venv"
    say "$python cannot make a virtual environment: its venv or ensurepip module is missing."
    say '  Debian, Ubuntu:  apt install python3-venv'
    say '  elsewhere:       install uv or virtualenv'
    say 'Then run this command again.'
    return 1
}

# What the environment depends on: where it is, its Python, and the files it is made from.
fingerprint() {
    [ -x "$venv/bin/python" ] || return 0
    printf '%s, %s, ' "$root" "$("$venv/bin/python" -V 2>&1)"
    cat "$root/pyproject.toml" "$root/src/frontdesk/__init__.py" \
        "$root/requirements/venv.sh" "$root/requirements/build.txt" "$lock" | cksum
}

is_current() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; }

# Brings .venv up to date with requirements/$1.txt and installs the checkout into it, in place.
prepare() {
    # Without it the environment would be made, and cleared, at the top of the file system.
    : "${root:?is not set; whoever sources this says which checkout is meant}"
    venv=$root/.venv lock=$root/requirements/$1.txt stamp=$root/.venv/$1.stamp
    unfinished=$root/.venv/unfinished
    is_current && return
    (
        # One set-up at a time; the kernel lets go when the holder ends, however it ends.
        if command -v flock >/dev/null 2>&1; then
            exec 9>"$root/.venv.lock"
            flock 9
            is_current && exit
        fi
        say "Setting up (once) in $venv ..."
        if [ -e "$unfinished" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
            ! grep -qxF "$("$venv/bin/python" -V)" "$venv/made-by" 2>/dev/null; then
            make_venv || exit 1
            "$venv/bin/python" -V >"$venv/made-by"
        fi
        : >"$unfinished"
        rm -f "$stamp"
        set -- "$venv/bin/python" -m pip -qq --disable-pip-version-check --no-input install
        # The checkout is installed with the build tools of build.txt, whose hashes are known,
        # and not with what pip would fetch for itself.
        if "$@" --require-hashes -r "$lock" -r "$root/requirements/build.txt" &&
            "$@" --no-deps --no-build-isolation -e "$root"; then
            fingerprint >"$stamp"
            rm -f "$unfinished"
        else
            say 'The set-up failed; see above. It starts afresh when this command is run again.'
            exit 1
        fi
    )
}
