# shellcheck shell=bash
# What the scripts of private servers share: where the servers of this checkout live and who runs them.
#
#   .local/            data, logs and locks, removed by `make clean`
#   /tmp/storytime-…   one directory a server for its socket, mode 700: a socket's path may have 107 bytes at most,
#                      which the path of a checkout can exceed

export LC_ALL=C.UTF-8
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
local_directory=$checkout/.local

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'Scripts/%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Checks the NAME of a server: it becomes a part of paths.
check_name() {
    [[ $1 =~ ^[a-z][a-z0-9-]{0,31}$ ]] ||
        fail "'$1' cannot name a server. Use up to 32 lower-case letters, digits and hyphens, for example: dev"
}

digest() {
    printf '%s' "$1" | sha256sum | cut -c 1-12
}

# The directory of a server's socket. It is keyed by the checkout's inode, so that two checkouts never share a server,
# not even when they are mounted at the same path.
run_directory_of() {
    say "/tmp/storytime-$account_id-$(digest "$(stat -c %d:%i "$checkout")")-$1"
}

# Sets the account that runs the server: the caller or, because no server should run as root, its package's account.
use_account_of_caller() {
    account_id=$EUID account_group=$(id -g)
    if [[ $EUID == 0 ]] && id -u "$1" >/dev/null 2>&1; then
        account_id=$(id -u "$1") account_group=$(id -g "$1")
    fi
}

as_account() {
    if [[ $EUID == "$account_id" ]]; then
        "$@"
    else
        setpriv --reuid="$account_id" --regid="$account_group" --clear-groups -- "$@"
    fi
}

# Makes the directory of the socket. Anybody may create names in /tmp, so one that is there must be the account's own.
prepare_run_directory() {
    local run_directory=$1
    [[ -e $run_directory ]] || as_account mkdir -m 700 "$run_directory"
    [[ ! -L $run_directory && $(stat -c '%u %a' "$run_directory") == "$account_id 700" ]] ||
        fail "$run_directory is not private to this checkout's server. Have a look, remove it and try again."
}

# Lets one caller at a time start or stop the server. Servers are started with 9>&-, or they would keep the lock.
lock() {
    mkdir -p "$local_directory/lock" "$local_directory/log"
    [[ -w $local_directory/lock ]] ||
        fail "$local_directory belongs to $(stat -c %U "$local_directory"). Run this as that user or as root."
    exec 9>>"$local_directory/lock/$1"
    flock -w 180 9 || fail "Somebody else has been starting or stopping $1 for three minutes. Try again later."
}

# Waits for a command to succeed: up to so many seconds.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}
