# Refusals of AppArmor in one form for all kernels, without what differs from run to run:
# OPERATION NAME [KEY=VALUE]... (COMMAND), each once.
function value(key,   at, rest)
{
	at = match($0, "(^| )" key "=")
	if (!at)
		return ""
	rest = substr($0, RSTART + RLENGTH)
	if (substr(rest, 1, 1) == "\"") {
		rest = substr(rest, 2)
		return substr(rest, 1, index(rest, "\"") - 1)
	}
	sub(/ .*/, "", rest)
	return rest
}

# Numbers of processes, ids of images and containers, random names.
function plain(name)
{
	gsub(/[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*/,
		"ID", name)
	gsub(/\/proc\/[0-9]+/, "/proc/N", name)
	gsub(/\/[0-9]+/, "/N", name)
	gsub(/IDID*(-init)?/, "ID", name)
	gsub(/namespace-[A-Za-z0-9]+/, "namespace-X", name)
	gsub(/(systemd-private-|pivot_root|docker-builder|tmp\.)[A-Za-z0-9-]+/, "&", name)
	return name
}

/apparmor="DENIED"/ {
	line = value("operation") " " plain(value("name"))
	keys = split("srcname fstype flags target capname requested_mask", key, " ")
	for (i = 1; i <= keys; i++)
		if (value(key[i]) != "")
			line = line " " key[i] "=" plain(value(key[i]))
	line = line " (" value("comm") ")"
	if (!seen[line]++)
		print line
}
