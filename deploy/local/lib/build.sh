# shellcheck shell=bash
# How the package is built, the same everywhere. Sourced, in the folder of the package.

# Refuses an import that the manifest does not declare: the arrows of the house hold.
BUILD_FLAGS=(--explicit-target-dependency-import-check error)

# The executables that run in production; the package has others for its tests.
products() {
    awk '!/^#/ && ($2 == "service" || $2 == "gateway") { print $1 }' deploy/local/processes | sed -E 's/-[0-9]+$//' | sort -u
}

# build_products FLAG…: SwiftPM takes one product at a time; all but the first find nearly everything done.
build_products() {
    local product
    for product in $(products); do
        swift build --product "$product" "${BUILD_FLAGS[@]}" "$@" || return
    done
}
