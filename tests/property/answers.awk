# Accesses for a profile: COUNT of them, drawn with SEED, most to files.  Reads profile
# text; what looks like a path there is cut into words, of which paths are made anew, many of
# them nearly as a rule has them.

function below(n)
{
	return int(rand() * n)
}

# TEXT without what only patterns have; each star is some word.
function plain(text)
{
	while (match(text, /[*]+/))
		text = substr(text, 1, RSTART - 1) word() substr(text, RSTART + RLENGTH)
	gsub(/[{][^{}]*[}]/, "a", text)
	gsub(/[^-A-Za-z0-9_.\/]/, "", text)
	gsub(/\/\/+/, "/", text)
	return text
}

function word()
{
	return below(3) ? words[below(word_count)] : "w" below(40)
}

function path(text, n)
{
	n = below(10)
	text = n < 6 ? plain(paths[below(path_count)]) : "/" word()
	if (n < 2)
		text = substr(text, 1, 1 + below(length(text)))
	for (n = below(2) * below(3); n > 0; n--)
		text = text "/" word()
	if (below(8) == 0)
		text = text "/"
	gsub(/\/\/+/, "/", text)
	return text == "" ? "/" : text
}

function perms(text, n)
{
	for (n = 1 + below(2); n > 0; n--)
		text = text substr("rrrwwwamklxxx", 1 + below(13), 1)
	return text
}

function file()
{
	return (below(5) ? "" : "owner ") "file " path() " " perms()
}

function folder(text)
{
	text = path()
	return text ~ /\/$/ ? text : text "/"
}

function label(n)
{
	n = below(6)
	return n < 3 ? "peer" below(9) word() : n < 4 ? "other" : n < 5 ? "kid" : "main"
}

function one_of(choices, n)
{
	n = split(choices, parts, "|")
	return parts[1 + below(n)]
}

function other(n)
{
	n = below(14)
	if (n == 0)
		return "mount fstype=" one_of("proc|tmpfs|ext4") " " word() " -> " folder()
	if (n == 1)
		return "mount options=(" one_of("bind|ro, bind|move|rslave|rbind") ") " \
			folder() " -> " folder()
	if (n == 2)
		return "mount options=(" one_of("rslave|private") ") -> " folder()
	if (n == 3)
		return one_of("umount |remount options=(ro) |umount ") folder()
	if (n == 4)
		return "pivot_root oldroot=" folder() " " folder()
	if (n == 5)
		return "signal " one_of("send|receive|(send receive)") " set=" \
			one_of("term|kill|(kill, int)|hup") " peer=" label()
	if (n == 6)
		return "ptrace " one_of("read|trace|readby|tracedby|(read, trace)") \
			" peer=" label()
	if (n == 7)
		return "unix " one_of("bind|create|listen") " type=stream addr=@" word()
	if (n == 8)
		return "unix " one_of("send|connect") " type=" one_of("dgram|stream") \
			" addr=none peer=(label=" label() " addr=@" word() ")"
	if (n == 9)
		return "dbus send bus=system path=" path() " interface=a." word() \
			" member=" word() " peer=(name=org.x label=" label() ")"
	if (n == 10)
		return "change_profile " one_of("|" path() " ") "-> " label()
	if (n == 11)
		return "link " path() " -> " path()
	if (n == 12)
		return "file " path() " x -> " label()
	return one_of("capability chown|capability kill|network inet stream|" \
		"network inet6 dgram|capability sys_admin|unix create type=stream")
}

{
	text = $0
	while (match(text, /\/[^ ",]*/)) {
		paths[path_count++] = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
	}
}

END {
	srand(seed)
	word_count = 0
	words[word_count++] = "x"
	for (i = 0; i < path_count; i++) {
		n = split(paths[i], parts, /[\/*{},]+/)
		for (p = 1; p <= n; p++)
			if (parts[p] ~ /^[-A-Za-z0-9_.]+$/)
				words[word_count++] = parts[p]
	}
	for (i = 0; i < count; i++)
		print below(4) ? file() : other()
}
