# shellcheck shell=bash
# .env.example against what really reads the environment. Sourced by `lint`.
#
# Every executable prints the keys it reads, one per line: NAME  (kind, default VALUE)  what it does.

COMPOSE_FILES=(docker-compose.microservices.yml docker-compose.test.yml)

check_configuration() {
    local keys example used
    build_executables || return
    keys=$(print_from_executables --print-configuration-keys)
    example=$(grep -oE '^[A-Z][A-Z0-9_]*=' .env.example | tr -d =)
    used=$(grep -ohE '\$\{[A-Z][A-Z0-9_]*' "${COMPOSE_FILES[@]}" | tr -d '${')

    every_key_is_documented "$keys" "$example"
    every_variable_acts "$keys" "$used" "$example"
    every_default_is_true "$keys"
    every_variable_is_explained
}

# print_from_executables FLAG: what each of our executables answers, one after the other.
print_from_executables() {
    local product
    for product in $(products); do
        ask_executable "$product" "$1"
    done
}

# With the settings of .env.example, which therefore must be such that a service accepts them, and secrets of the moment.
ask_executable() {
    (
        set -a
        # shellcheck source=/dev/null
        source <(deploy/local/env | grep -E '^[A-Z][A-Z0-9_]*=.')
        exec ".build/debug/$1" "$2"
    )
}

build_executables() {
    local output
    output=$(build_products 2>&1) || {
        say "$output"
        return 1
    }
}

every_key_is_documented() {
    comm -23 <(awk 'NF { print $1 }' <<<"$1" | sort -u) <(sort -u <<<"$2") |
        sed 's/^/.env.example: missing: /'
}

every_variable_acts() {
    comm -13 <(printf '%s\n%s\n' "$(awk 'NF { print $1 }' <<<"$1")" "$2" | sort -u) <(sort -u <<<"$3") |
        sed 's/^/.env.example: nothing reads /'
}

# Where all programs agree on a default, .env.example shows that one.
every_default_is_true() {
    local name default shown
    while IFS=$'\t' read -r name default; do
        shown=$(sed -n "s/^$name=//p" .env.example)
        # 60.0 seconds are 60.
        [[ $shown == "${default%.0}" || $shown == "$default" ]] || say ".env.example: $name=$shown, but its default is $default"
    done < <(sed -nE 's/^([A-Z0-9_]+) +\(.*, default ([^)]*)\).*/\1\t\2/p' <<<"$1" | sort -u |
        awk -F '\t' '{ times[$1]++; last[$1] = $0 } END { for (name in times) if (times[name] == 1) print last[name] }')
}

every_variable_is_explained() {
    awk '/^[A-Z]/ && before !~ /^# ./ { print ".env.example:" NR ": no comment above " $0 } { before = $0 }' .env.example
}
