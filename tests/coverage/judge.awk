# Reads the list "rules", then a merged report in lcov's form, and says what is not covered as it must be.
#   awk -v root=CHECKOUT/ -v least=80 -f judge.awk rules lcov.info
# Standard output: the figure, in one line. Standard error: each broken rule. Status: how many are broken.
function fail(text) { print "--- " text >"/dev/stderr"; broken++ }

function project_of(file,    parts) {
    split(file, parts, "/")
    return parts[1] == "AtlanticProxy.Appliance" ? parts[1] "/" parts[2] : parts[1]
}

function is_rule(file,    i, found) {
    for (i = 1; i <= rules; i++)
        if (file == rule[i] || (rule[i] ~ /\/$/ && index(file, rule[i]) == 1)) {
            measured[i] = 1
            found = 1
        }
    return found
}

function percent(part, of) { return sprintf("%.1f %%", int(1000 * part / of) / 10) } # rounded down: 79.99 is under 80

BEGIN {
    projects = split("AtlanticProxy.Engine AtlanticProxy.Appliance/ControlPlane AtlanticProxy.Appliance/Host " \
                     "AtlanticProxy.Appliance/Simulator AtlanticProxy.Web", project, " ")
}

FNR == NR { if ($0 != "" && $0 !~ /^#/) rule[++rules] = $0; next }

/^SF:/ {
    file = substr($0, 4)
    if (index(file, root) == 1) file = substr(file, length(root) + 1)
    inside = project_of(file)
    ruled = is_rule(file)
    next
}

/^DA:/ {
    split(substr($0, 4), line, ",")
    all++; lines[inside]++
    if (line[2] > 0) { hit++; hits[inside]++; next }
    if (ruled) {
        if (!(file in missing)) bare[++bares] = file
        missing[file] = missing[file] " " line[1]
        uncovered++
    }
}

END {
    for (i = 1; i <= projects; i++) {
        if (lines[project[i]] == 0) { fail("coverage: nothing of " project[i] " was measured"); continue }
        name = project[i]
        sub(/.*[.\/]/, "", name)
        each = each (each == "" ? "" : ", ") name " " percent(hits[project[i]], lines[project[i]])
    }
    if (all == 0) exit broken
    printf "Line coverage %s of %d lines (%s)\n", percent(hit, all), all, each
    if (hit * 100 < all * least) fail("coverage: " percent(hit, all) " of all lines; at least " least " % must be covered")
    if (uncovered) {
        fail("coverage: " uncovered " lines of the ledger, quota and authentication rules (tests/coverage/rules) are not covered:")
        for (i = 1; i <= bares; i++) print "    " bare[i] ":" missing[bare[i]] >"/dev/stderr"
    }
    for (i = 1; i <= rules; i++)
        if (!(i in measured)) fail("coverage: tests/coverage/rules names " rule[i] ", of which no line was measured")
    exit broken
}
