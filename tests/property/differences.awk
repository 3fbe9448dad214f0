# Pairs of random profiles that differ in one place or in none, for differences.sh, and
# what differs between them by file_rules.awk, which stands in front of it:
#
#     awk -f file_rules.awk -f differences.awk -v seed=1 -v a=FILE -v b=FILE -v truth=FILE
#
# A line of `truth` for each of many accesses: SIGN OWNER PATH LETTER; the sign is that of
# diff, or '='.  With -v told=FILE, the same pair again, and its differences as diff tells
# them: what is not so is printed, and what was drawn but is told in no way.

function make_rule(i)
{
	glob[i] = make_glob()
	perms_of[i] = some_perms(1 + int(rand() * 3))
	is_deny[i] = chance(0.25)
	is_audit[i] = chance(0.3)
	is_owned[i] = chance(0.25)
}


# The rules of one side for decide().
function use(side, i, n, changed)
{
	count = 0
	for (i = 1; i <= total; i++) {
		if (i == planted && side == "a" && change == "new")
			continue
		changed = i == planted && side == "b" ? change : ""
		n = ++count
		expression[n] = regex(glob[i])
		granted[n] = changed == "perms" ? "r" : perms_of[i]
		denies[n] = changed == "deny" ? !is_deny[i] : is_deny[i]
		audits[n] = changed == "audit" ? !is_audit[i] : is_audit[i]
		owned[n] = changed == "owner" ? !is_owned[i] : is_owned[i]
	}
}

function write(file, i)
{
	print "abi <abi/3.0>,\nprofile p {" >file
	for (i = 1; i <= count; i++)
		print (audits[i] ? "audit " : "") (denies[i] ? "deny " : "") \
			(owned[i] ? "owner " : "") globs[i] " " granted[i] "," >file
	print "}" >file
	close(file)
}

# The same names of both sides in the order of use().
function name_globs(side, i, n)
{
	n = 0
	for (i = 1; i <= total; i++)
		if (i != planted || side != "a" || change != "new")
			globs[++n] = glob[i]
}

# "allowed true", of one letter.
function verdict(side, owner, name, letter, parts)
{
	use(side)
	split(decide(owner, name, letter), parts, " ")
	return parts[1] " " parts[2]
}

function sign(owner, name, letter, va, vb)
{
	va = verdict("a", owner, name, letter)
	vb = verdict("b", owner, name, letter)
	if (va == vb)
		return "="
	if (substr(va, 1, 3) != substr(vb, 1, 3))
		return va ~ /^denied/ ? "+" : "-"
	return "!"
}

function draw(n, owner, name, letter)
{
	for (n = 0; n < 400; n++) {
		owner = chance(0.5)
		name = path()
		# Nobody can map a folder.
		letter = pick(name ~ /\/$/ ? "r w k" : "r w m k")
		print sign(owner, name, letter), owner, name, letter >truth
	}
	close(truth)
}

# A line of diff: "  + owner file /x rw    # …".
function judge(line, parts, n, i, s, owner, name, letters)
{
	n = split(line, parts, " ")
	s = parts[1]
	i = 2
	owner = parts[i] == "owner"
	i += owner
	if (parts[i] != "file") {
		print "of another class: " line
		return
	}
	name = parts[i + 1]
	letters = parts[i + 2]
	# Permissions that no letter of a rule stands for come and go with others.
	if (letters !~ /^[rwmk]+$/)
		return
	for (i = 1; i <= length(letters); i++) {
		if (sign(owner, name, substr(letters, i, 1)) != s)
			print "not so: " line
		known[s, substr(letters, i, 1), owner] = 1
	}
}

function look_back(line, parts)
{
	while ((getline line <told) > 0)
		if (line ~ /^  [-+!~] /)
			judge(line)
	while ((getline line <truth) > 0) {
		split(line, parts, " ")
		if (parts[1] == "=" || (parts[1], parts[4], 0) in known)
			continue
		if (!parts[2] || !((parts[1], parts[4], 1) in known))
			print "not told: " line
	}
}

BEGIN {
	srand(seed)
	total = 2 + int(rand() * 7)
	for (i = 1; i <= total; i++)
		make_rule(i)
	change = pick("none new perms deny audit owner")
	planted = change == "none" ? 0 : 1 + int(rand() * total)
	if (told) {
		look_back()
		exit
	}
	use("a"); name_globs("a"); write(a)
	use("b"); name_globs("b"); write(b)
	draw()
	print change
}
