# File rules as apparmor.d(5) explains them: a second evaluator, which knows nothing of
# compiled policy.  Globs become regular expressions, and the verdict is what the page
# says of all rules that match: a deny takes away, plain deny keeps quiet, audit logs what
# is granted.  For decisions.awk and differences.awk, behind another -f.

function pick(list, n, parts)
{
	n = split(list, parts, " ")
	return parts[1 + int(rand() * n)]
}

function chance(p)
{
	return rand() < p
}

function make_glob(n, out)
{
	for (n = 1 + int(rand() * 3); n > 0; n--)
		out = out "/" pick("a b ab * ** a* ? {a,b} [ab] {a,b}c [^a]")
	return chance(0.2) ? out "/" : out
}

# A wildcard that fills a whole part of a path stands for one byte at least.
function regex(text, out, i, c, next_, depth)
{
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "*" && substr(text, i, 2) == "**") {
			next_ = substr(text, i + 2, 1)
			out = out (substr(text, i - 1, 1) == "/" && next_ == "" ? "[^/].*" : ".*")
			i++
		} else if (c == "*") {
			next_ = substr(text, i + 1, 1)
			out = out (substr(text, i - 1, 1) == "/" && (next_ == "" || next_ == "/") ? \
				"[^/]+" : "[^/]*")
		} else if (c == "?") {
			out = out "[^/]"
		} else if (c == "{") {
			depth++
			out = out "("
		} else if (c == "}") {
			depth--
			out = out ")"
		} else if (c == "," && depth) {
			out = out "|"
		} else if (substr(text, i, 2) == "[^") {
			out = out "[^/"
			i++
		} else {
			out = out c
		}
	}
	return "^" out "$"
}

function some_perms(n, out, c)
{
	for (; n > 0; n--) {
		c = pick("r w m k")
		if (!index(out, c))
			out = out c
	}
	return out
}

function path(n, out)
{
	for (n = 1 + int(rand() * 3); n > 0; n--)
		out = out "/" pick("a b c ab ac bc abc")
	return chance(0.3) ? out "/" : out
}

# Of the letters of PERMS those that are in SET; INVERT: those that are not.
function common(perms, set, invert, out, i, c)
{
	for (i = 1; i <= length(perms); i++) {
		c = substr(perms, i, 1)
		if ((index(set, c) > 0) != invert)
			out = out c
	}
	return out
}

function decide(owner, name, perms, i, allow, deny, quiet, audit, missing, ok, lines)
{
	for (i = 1; i <= count; i++) {
		if ((owned[i] && !owner) || name !~ expression[i])
			continue
		if (denies[i]) {
			deny = deny granted[i]
			quiet = quiet (audits[i] ? "" : granted[i])
		} else {
			allow = allow granted[i]
			audit = audit (audits[i] ? granted[i] : "")
		}
	}
	missing = common(perms, common(allow, deny, 1), 1)
	ok = missing == ""
	for (i = 1; i <= count; i++)
		if (denies[i] == !ok && (owner || !owned[i]) && name ~ expression[i] &&
		    common(ok ? perms : missing, granted[i]) != "")
			lines = lines "," (i + 2)
	return (ok ? "allowed" : "denied") " " \
		((ok ? common(perms, audit) : common(missing, quiet, 1)) != "" ? "true" : "false") \
		" " (lines == "" ? "-" : lines ",")
}
