# shellcheck shell=bash
# Each service's openapi.yaml against the routes it really has. Sourced by `lint`, after configuration.sh.
#
# An executable prints its routes, one per line: METHOD /path/{parameter} [policy]

check_routes() {
    local folder product
    build_executables || return
    for folder in Services/*/; do
        [[ -f ${folder}openapi.yaml ]] || {
            say "${folder}openapi.yaml: missing"
            continue
        }
        product=$(product_of_folder "$folder")
        diff <(documented_routes "${folder}openapi.yaml") <(ask_executable "$product" --print-routes | own_routes | normal_routes) |
            sed -nE "s|^< (.*)|${folder}openapi.yaml: \1 is not a route of $product|p
                     s|^> (.*)|${folder}openapi.yaml: \1 is missing|p"
    done
}

product_of_folder() {
    basename "$1" | sed -E 's/([a-z])([A-Z])/\1-\2/g; s/$/-service/' | tr '[:upper:]' '[:lower:]'
}

# Our documents have one shape: paths indented by two, methods by four. No YAML reader is needed for that. A path may
# repeat another one: `/auth/login: &login` and `/api/v1/auth/login: *login`.
documented_routes() {
    awk '/^paths:/ { inside = 1; next }
         /^[^ #]/ { inside = 0 }
         inside && /^  \/.*: \*/ {
             path = $1; sub(/:$/, "", path)
             count = split(methods[substr($2, 2)], repeated, " ")
             for (i = 1; i <= count; i++) print repeated[i], path
             next
         }
         inside && /^  \// { path = $1; sub(/:$/, "", path); anchor = substr($2, 2) }
         inside && /^    (get|put|post|patch|delete|head|options):/ {
             method = toupper($1); sub(/:$/, "", method)
             methods[anchor] = methods[anchor] " " method
             print method, path
         }' "$1" | normal_routes
}

# Without those that every service has, and those that only other services may call.
own_routes() { sed -E 's/ \[[^]]*\]$//' | grep -vE '^[A-Z]+ /(health|metrics|openapi\.|internal/)'; }

# The names of parameters are of no interest here.
normal_routes() { sed -E 's/\{[^}]*\}/{}/g; s/:[A-Za-z_]+/{}/g; s/ +/ /g' | sort -u; }
