# Random file rules, accesses and what must become of them, for decisions.sh: decided by
# file_rules.awk, which stands in front of it.
#
#     awk -f file_rules.awk -f decisions.awk -v seed=1 -v profile=FILE -v accesses=FILE \
#         -v wanted=FILE
#
# A line of `wanted` for each access: VERDICT AUDITED LINES, the lines of the rules that
# may be named for it, or "-".

BEGIN {
	srand(seed)
	print "abi <abi/3.0>,\nprofile p {" >profile
	count = 2 + int(rand() * 7)
	for (i = 1; i <= count; i++) {
		name = make_glob()
		expression[i] = regex(name)
		granted[i] = some_perms(1 + int(rand() * 3))
		denies[i] = chance(0.25)
		audits[i] = chance(0.3)
		owned[i] = chance(0.25)
		print (audits[i] ? "audit " : "") (denies[i] ? "deny " : "") \
			(owned[i] ? "owner " : "") name " " granted[i] "," >profile
	}
	print "}" >profile
	for (n = 0; n < 300; n++) {
		owner = chance(0.5)
		name = path()
		perms = some_perms(1 + int(rand() * 2))
		print (owner ? "owner " : "") "file " name " " perms >accesses
		print decide(owner, name, perms) >wanted
	}
}
