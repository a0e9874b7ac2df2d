# shellcheck shell=bash
# Where secrets come from. Sourced.

hexadecimal() { od -An -N 24 -tx1 /dev/urandom | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64 -w 0; }
words() { printf 'demo-%s' "$(od -An -N 4 -tu4 /dev/urandom | tr -d ' ')"; }
