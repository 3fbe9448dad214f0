# Accesses to files for a profile: COUNT of them, drawn with SEED.  Reads profile text;
# what looks like a path there is cut into words, of which paths are made anew, many of
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
		print (below(5) ? "" : "owner ") "file " path() " " perms()
}
