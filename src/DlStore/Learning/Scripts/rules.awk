# Checks new lines of a log against the rules of a kind. Its input is LENGTH bytes of the log, zero bytes made other ones. ENVIRON: RULES (lines of action, count, name,
# expression, expression of what does not count or nothing, parted by tabs), SEEN (what it printed after "seen" the last time), ALARMS (a file to add to), NOW, LENGTH, LAST ("last": the log will not grow any more).
# It prints "consumed BYTES", "seen KEY VALUE" lines to keep, and "stop NAME" if a rule says so. Every awk must agree: no \d, no {n}, no extensions.
BEGIN {
    FS = "\n"
    tab = sprintf("%c", 9)
    cr = sprintf("%c", 13)
    while ((getline line < ENVIRON["RULES"]) > 0) {
        rules++
        at = index(line, tab); action[rules] = substr(line, 1, at - 1); line = substr(line, at + 1)
        at = index(line, tab); need[rules] = substr(line, 1, at - 1) + 0; line = substr(line, at + 1)
        at = index(line, tab); name[rules] = substr(line, 1, at - 1); line = substr(line, at + 1)
        at = index(line, tab); expression[rules] = substr(line, 1, at - 1); unless[rules] = substr(line, at + 1)
    }
    while ((getline line < ENVIRON["SEEN"]) > 0) {
        split(line, part, " ")
        seen[part[1]] = part[2] + 0
    }
    length_all = ENVIRON["LENGTH"] + 0
}

# One line is held back: whether the last one is whole is known only at the end. Of one that is not, the pieces that a carriage return has ended are looked at.
NR > 1 { whole(held); consumed += length(held) + 1 }
{ held = $0 }

END {
    if (NR > 0) {
        if (consumed + length(held) + 1 == length_all) {
            whole(held)
            consumed += length(held) + 1
        } else if (ENVIRON["LAST"] == "last" || length(held) > 65536) {
            pieces(held)
            consumed += length(held)
        } else {
            rest = held
            sub(".*" cr, "", rest)
            if (length(rest) < length(held)) {
                pieces(substr(held, 1, length(held) - length(rest)))
                consumed += length(held) - length(rest)
            }
        }
    }
    print "consumed " consumed + 0
    print "seen lines " seen["lines"] + 0
    for (i = 1; i <= rules; i++) {
        print "seen rule-" i " " seen["rule-" i] + 0
    }
    if (stop != "") {
        print "stop " stop
    }
}

# Lines are counted as an editor counts them: a carriage return ends a piece of a line, and no line.
function whole(text) {
    pieces(text)
    seen["lines"]++
}

function pieces(text,    part, n, k) {
    n = split(text, part, cr)
    for (k = 1; k <= n; k++) {
        check(part[k])
    }
}

function check(text,    lower, i, shown) {
    if (text == "") {
        return
    }
    lower = tolower(text)
    for (i = 1; i <= rules; i++) {
        if (lower ~ expression[i] && (unless[i] == "" || lower !~ unless[i])) {
            seen["rule-" i]++
            if (seen["rule-" i] == need[i]) {
                shown = substr(text, 1, 500)
                gsub(/[^ -~]/, "?", shown)
                printf "%s\t%s\t%s\t%s\t%s\n", ENVIRON["NOW"], action[i], name[i], seen["lines"] + 1, shown >> ENVIRON["ALARMS"]
                if (action[i] == "stop" && stop == "") {
                    stop = name[i] " line " (seen["lines"] + 1)
                }
            }
        }
    }
}
