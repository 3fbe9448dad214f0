# Random accesses of all kinds, most of them right, for accesses.sh:
#
#     awk -f accesses.awk -v seed=1 -v count=1000
#
# In a form, % stands for a path, ! for a name, & for the address of a socket.

function pick(list,    n, items)
{
	n = split(list, items, " ")
	return items[1 + int(rand() * n)]
}

# Words that mean something elsewhere, spellings at the edge, and plain ones.
function piece()
{
	if (rand() < 0.3)
		return pick("a b x1 etc usr.bin a-b a_b 0 7 -x x- . .. ... .x Z zQ except none")
	if (rand() < 0.3)
		return pick("without in set if rw allow deny owner all mount true unconfined " \
			"audit priority peer label lxc-p lxc-p1 file include set infinity")
	return sprintf("%c%d", 97 + int(rand() * 26), int(rand() * 100))
}

function path(    text, i)
{
	for (i = int(rand() * 4); i >= 0; i--)
		text = text "/" piece()
	if (rand() < 0.3)
		text = text "/"
	if (rand() < 0.04)
		text = text pick("/ //x * {a,b} \\040 @{X} ${x} [a] ? \" , ; # :x @x =x (x x)")
	return text
}

function name()
{
	if (rand() < 0.05)
		return pick("/bin/a :ns:x a//b a//&b \"q\" a* {a,b} @{profile_name} a,b a=b a:b")
	return piece() (rand() < 0.2 ? "." piece() : "")
}

function address()
{
	if (rand() < 0.1)
		return pick("none auto @ @/ @a//b /run/x @{profile_name} @a:b @a@b @a*")
	return "@" piece() (rand() < 0.2 ? "/" piece() : "")
}

function perms()
{
	return pick("r w a rw rm wl k x ix px Px Cx Ux rwk q ww wr")
}

# Of FORMS with '|' between.
function any(forms,    n, items)
{
	n = split(forms, items, "|")
	return items[1 + int(rand() * n)]
}

function form()
{
	if (rand() < 0.3)
		return any("file % " perms() "|owner file % " perms() "|link % -> %" \
			"|owner link % -> %|file % px -> !|file % cx -> !//!")
	if (rand() < 0.5)
		return any("mount fstype=proc proc -> %|mount fstype=(tmpfs) none -> %" \
			"|mount options=(bind) % -> %|mount options=(ro, bind) % -> %" \
			"|mount options=(rw rslave) -> %|mount fstype=ext4 % -> %" \
			"|mount % -> %|mount %|mount ! -> %|mount % -> % %|umount %" \
			"|umount fstype=proc %|umount % %|remount %" \
			"|remount options=(ro) %|mount options=(move) % -> %" \
			"|pivot_root %|pivot_root oldroot=% %" \
			"|pivot_root oldroot=% % -> !|capability chown|userns" \
			"|change_profile !|change_profile -> !|change_profile % -> !" \
			"|change_profile % -> %|network inet stream" \
			"|set rlimit nofile <= 10|mqueue (create,read) type=posix %" \
			"|mqueue read label=! %|io_uring override_creds label=!")
	return any("signal send set=kill peer=!|signal receive peer=! set=term" \
		"|signal (send, receive) peer=!|signal send set=(hup,term) peer=%" \
		"|signal send set=rtmin+3 peer=!|signal peer=! peer=!" \
		"|ptrace trace peer=!|ptrace peer=%|ptrace (read, trace) peer=!" \
		"|unix bind type=stream addr=&|unix (send,receive) type=dgram peer=(addr=&)" \
		"|unix connect type=stream addr=& peer=(label=! addr=&)" \
		"|unix connect peer=(addr=&, label=!)|unix create type=stream" \
		"|dbus send bus=system path=% interface=! member=! peer=(name=!, label=!)" \
		"|dbus send bus=system peer=(label=! name=!)|dbus send member=!" \
		"|dbus bind bus=session name=!|dbus eavesdrop bus=!")
}

function fill(marked,    text, i, c)
{
	for (i = 1; i <= length(marked); i++) {
		c = substr(marked, i, 1)
		if (c == " " && rand() < 0.01)
			c = rand() < 0.5 ? "  " : "\t"
		text = text (c == "%" ? path() : c == "!" ? name() : c == "&" ? address() : c)
	}
	return text
}

BEGIN {
	srand(seed)
	for (n = 0; n < count; n++)
		print fill(form())
}
