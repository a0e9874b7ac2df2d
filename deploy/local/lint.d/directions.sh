# shellcheck shell=bash
# Which module may know which. The manifest says who depends on whom; the build refuses imports that it does not
# declare; so checking the manifest is enough, save for the rule about C. Sourced by `lint`.

# From the ground up: a module may depend on modules of lower lines only. Services, the gateway and tests follow from
# their folders.
LAYERS=(
    "CLibPQ CHiredis CRabbitMQ"
    "BlockingIO EventSourcing"
    "Postgres Redis RabbitMQ Contracts"
    "EventStorePostgres RabbitMQManagement"
    "Messaging"
    "Directory"
    "ServiceKit"
)
# The C modules and the only one that may import each.
declare -A C_IMPORTER=([CLibPQ]=Postgres [CHiredis]=Redis [CRabbitMQ]=RabbitMQ)

check_directions() {
    local dependencies
    dependencies=$(list_dependencies)
    check_arrows <<<"$dependencies" | sort -u
    check_c_imports
}

# "target path dependency dependency-path" for each arrow between our own targets, and "target path - -" for each target.
list_dependencies() {
    # Its warnings are not about directions: another SwiftPM may be at work, for instance.
    swift package dump-package 2>/dev/null | jq -r '
        (.targets | map({(.name): .path}) | add) as $paths
        | .targets[]
        | . as $target
        | (["-"] + [.dependencies[] | (.byName // .target // [])[0] | select(. != null and $paths[.])])[]
        | "\($target.name) \($target.path) \(.) \($paths[.] // "-")"'
}

check_arrows() {
    local target path dependency dependency_path above below
    while read -r target path dependency dependency_path; do
        # Tests and measurements look at everything.
        [[ $path != Tests/* && $path != deploy/load/* ]] || continue
        if ! above=$(layer_of "$target" "$path"); then
            say "Package.swift: $target has no place in the layers of deploy/local/lint.d/directions.sh"
        elif [[ $dependency != - ]]; then
            below=$(layer_of "$dependency" "$dependency_path") || below=${#LAYERS[@]}
            if ((below >= above)) || [[ ${C_IMPORTER[$dependency]:-$target} != "$target" ]]; then
                say "Package.swift: $target may not depend on $dependency"
            fi
        fi
    done
}

layer_of() {
    local layer
    for layer in "${!LAYERS[@]}"; do
        [[ " ${LAYERS[layer]} " == *" $1 "* ]] && say "$layer" && return
    done
    case $2 in
        # One layer for all: that is why no service may import another.
        Services/* | Gateway) say "${#LAYERS[@]}" ;;
        *) return 1 ;;
    esac
}

# A C type in a public interface would make every importer an importer of C.
check_c_imports() {
    local module folders
    folders=$(ls -d Shared Services Gateway Tests 2>/dev/null)
    for module in "${!C_IMPORTER[@]}"; do
        # shellcheck disable=SC2086  # several folders
        grep -rnE --include='*.swift' "^\s*(@\S+\s+)*(public |package |internal |private |fileprivate )?import $module\b" $folders |
            awk -v owner="Shared/${C_IMPORTER[$module]}/" -v module="$module" '
                index($0, owner) != 1 { sub(/:[^:]*$/, ""); print $0 ": only " owner " may import " module; next }
                /import/ && /(public|package) import/ { print $0 ": must be an internal import" }' || true
    done
}
