# shellcheck shell=bash
# How the package is built, the same everywhere. Sourced.

# Refuses an import that the manifest does not declare: the arrows of the house hold.
# shellcheck disable=SC2034
BUILD_FLAGS=(--explicit-target-dependency-import-check error)
