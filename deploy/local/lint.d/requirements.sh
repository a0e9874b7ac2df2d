# shellcheck shell=bash
# The codes in the names of tests against Tests/REQUIREMENTS.md, which explains them. Sourced by `lint`.

check_requirements() {
    local listed used
    listed=$(listed_requirements | sort -u)
    used=$(used_requirements | sort -u)
    comm -13 <(printf '%s\n' "$listed") <(printf '%s\n' "$used") | sed 's/^/Tests\/REQUIREMENTS.md: missing: /'
    comm -23 <(printf '%s\n' "$listed") <(printf '%s\n' "$used") | sed 's/^/Tests\/REQUIREMENTS.md: no such test: /'
}

# "GW-4 ServiceKitTests/BodyTests" for each code and file; "case 9" begins small or large, and "cases 37 to 39" are three.
# A `case 9:` of a switch has nothing before it on its line.
used_requirements() {
    find Tests -name '*.swift' -exec perl -ne '
        ($file) = $ARGV =~ m{^Tests/(.*)\.swift$};
        print "$1 $file\n" while /\b((?:AU|EV|GD|GW|LQ|OP|PG|RD)-\d+)\b/g;
        next unless /["`(\/]/;
        s/^\s*case \d+.*//;
        while (/\b[Cc]ases? (\d+)(?: to (\d+))?(?=[^:]*["`]|[:,) ])/g) { print "case $_ $file\n" for $1 .. $2 // $1 }' {} +
}

# The rows: | code | meaning | `file`, `file` |
listed_requirements() {
    awk -F '|' '/^\| ([A-Z]+-|case )[0-9]+ \|/ {
        gsub(/^ | $/, "", $2)
        count = split($4, files, "`")
        for (i = 2; i <= count; i += 2) print $2, files[i]
    }' Tests/REQUIREMENTS.md
}
