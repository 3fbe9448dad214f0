# Rules as products of their vocabulary, right and wrong ones, one a line: what stands in
# tables here is every word in every place that takes one, and in some that do not.
# kinds_judge.sh asks apparmor_parser which of them are right.
#
#     awk -f rules.awk -v kind=mount

function words(text, list)
{
	return split(text, list, " ")
}

# FORM with each word of A and of B for its two '%'; '-' stands for none.
function product(form, a, b,    i, j, n, m, first, second, one)
{
	n = words(a, first)
	m = words(b, second)
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++) {
			one = form
			sub(/%/, first[i] == "-" ? "" : first[i], one)
			sub(/%/, second[j] == "-" ? "" : second[j], one)
			gsub(/~/, " ", one)
			sub(/^ +/, "", one)
			gsub(/  +/, " ", one)
			sub(/ ,$/, ",", one)
			if (!(one in seen)) print one
			seen[one] = 1
		}
}

function each(form, a)
{
	product(form "%", a, "-")
}

function file(    modes)
{
	modes = "p P c C u U i I pi Pi pI PI ci Ci cI pu pU Pu PU cu cU Cu CU - ui ip"
	product("/p %%,", modes, "x X")
	product("safe~/p %%,", modes, "x")
	product("unsafe~/p %%,", modes, "x")
	product("%% /p,", modes, "x X")
	product("/p r%% -> t,", "p P c C u U i I pi Pi pI PI ci Ci pu pU PU cu CU ui ip", "x")
	product("deny /p %%,", modes, "x")
	product("/p %%,", "r w a m k l R W M L A K", "r w a m k l ix Px")
	product("/p %x%x,", "i p P u C pi -", "i p P u C pi -")
	product("% % /p r,", "audit allow deny owner other", "audit allow deny owner other -")
	product("% %,", "rw rwl l file a pux", "rel /p @{V} \"/p~q\" file in (x)")
	product("/p % -> %,", "r l rl px Cx ux ix", "t a=b a,b \"a~b\" :ns:t &t * ^t")
	product("% %,", "/a[b] /a[^b] /a[ /a] /a{b /a{b} /a{b,c} /{,a} {/a,/b} * /** \"\" /a,b /a=b /a\\,b", "r w")
}

function mount(    all)
{
	all = "ro r read-only rw w suid nosuid dev nodev exec noexec sync async remount mand" \
		" nomand dirsync atime noatime diratime nodiratime bind B move M rbind R" \
		" verbose silent loud acl noacl unbindable make-unbindable runbindable" \
		" make-runbindable private make-private rprivate make-rprivate slave" \
		" make-slave rslave make-rslave shared make-shared rshared make-rshared" \
		" relatime iversion noiversion strictatime user nouser bogus RO"
	product("mount options%(%),", "= ~in~", all)
	each("mount options=", all)
	each("remount options=(", "ro), rw), nosuid), bind), move), slave), bogus), ro,nosuid), ),")
	product("mount options=(%,%) -> /a,", "rw nosuid bind rbind move remount silent",
		"nosuid bind rbind move remount rprivate slave silent")
	product("mount % %,", "- fstype=ext4 fstype=(a,b) fstype=(a~b) vfstype=a* fstype~in~(a) fstype=() ftype=a",
		"- /a /a~->~/b ->~/b ->~** ->~{a,b} {a,b}~->~/c dev~->~/b /a~/b -> /a~->")
	product("% %,", "umount unmount remount", "- /a /a/ ** {a,b} \"/a~b\" @{V} rel ->~/a /a~/b /a~->~/b")
}

function network(    families)
{
	families = "unix inet ax25 ipx appletalk netrom bridge atmpvc x25 inet6 rose" \
		" netbeui security key netlink packet ash econet atmsvc rds sna irda pppox" \
		" wanpipe llc ib mpls can tipc bluetooth iucv rxrpc isdn phonet ieee802154" \
		" caif alg nfc vsock kcm qipcrtr smc xdp mctp decnet AF_INET inet7"
	product("network % %,", families, "- stream dgram")
	product("network % %,", "inet inet6 netlink packet unix -", "raw seqpacket rdm packet tcp udp icmp dccp")
	product("% network %,", "audit deny allow owner audit~deny deny~audit", "inet tcp (inet)")
}

function unix(    access)
{
	access = "create bind listen accept connect shutdown getattr setattr getopt setopt send receive"
	product("unix (%,%),", access " r", "create accept connect send receive")
	product("unix % %,", access, "- type=stream addr=@a addr=none peer=(label=x) peer=(addr=@x)")
	product("unix % %,", "- type=stream type=dgram type=seqpacket type=raw type=x",
		"addr=@a peer=(addr=@b)~addr=@a addr=\"@a~b\" addr=@* addr=/a addr=a addr=auto label=x protocol=0 peer=x peer=() ()")
}

function dbus(    conds)
{
	conds = "bus=system path=/a interface=a.b member=X name=a.b peer=(name=a) peer=(label=a)"
	product("dbus % %,", "send receive bind eavesdrop read write rw (send,receive) (bind~send) () snd", conds " -")
	product("dbus % %,", conds, conds " send bus=(system)")
	product("% dbus %,", "audit deny allow owner audit~deny", "- send bus=session")
}

function signals(    all)
{
	all = "hup int quit ill trap abrt bus fpe kill usr1 segv usr2 pipe alrm term stkflt chld cont" \
		" stop stp ttin ttou urg xcpu xfsz vtalrm prof winch io pwr sys emt exists" \
		" rtmin+0 rtmin+8 rtmin+08 rtmin+32 rtmin+33 rtmin SIGKILL KILL 9"
	product("signal % set=%,", "- (send)", all)
	product("signal set=(%,%),", "hup kill exists rtmin+3", "int rtmin+4 kil exists")
	product("signal % %,", "send receive read write r w rw wr (send,receive) (r~w) () snd",
		"- peer=a peer=\"a~b\" peer={a,b} peer=a//&b peer=:ns:a peer=(a) peer=")
}

function ptrace()
{
	product("ptrace % %,", "- read trace readby tracedby r w rw (read,trace) (tracedby~readby) () send",
		"- peer=a peer=\"a~b\" peer={a,b} peer={a} peer=a//&b peer=:ns:a peer=* peer=(a) peer= set=hup")
	product("% ptrace %,", "audit deny allow owner audit~deny deny~audit", "- read peer=a")
}

function small(    all)
{
	all = "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap" \
		" linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock" \
		" ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin" \
		" sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease" \
		" audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm" \
		" block_suspend audit_read perfmon bpf checkpoint_restore CAP_KILL nosuch"
	product("capability %,", all, "-")
	product("% capability %,", "audit deny owner allow", "chown setuid~setgid (chown) chown,setuid")
	product("change_profile % %,", "- /a safe~/a unsafe~/a safe \"/a~b\" @{V} a *",
		"- ->~a ->~** ->~:ns:a ->~:ns://a ->~&a ->~a//b ->~\"a~b\" ->~a=b ->~a,b ->")
	product("pivot_root % %,", "- oldroot=/a oldroot=\"/a~b\" oldroot=* oldroot=^x newroot=/a",
		"- /b /b/ @{V}/ @{V} rel rel/x * ->~t /b~->~t /b/~->~\"t~u\" /b~/c")
	product("link % -> %,", "/a subset~/a \"/a~b\" @{V} rel rel/x r", "/b /** \"/b~c\" rel * ^x r")
	product("% l /a -> %,", "- owner other deny audit file safe", "/b rel")
	product("set rlimit % <= %,", "cpu fsize data stack core rss nofile ofile as nproc memlock" \
		" locks sigpending msgqueue nice rtprio rttime nosuch", "10 infinity 10K 10s -5 x")
	product("set rlimit % %,", "data cpu rttime nice", "<=10 <=~10M <=~10MB <=~10~M <=~10ms <=~2days <=~20 <=~-21 =~1 10")
}

BEGIN {
	if (kind == "file") file()
	else if (kind == "mount") mount()
	else if (kind == "network") network()
	else if (kind == "unix") unix()
	else if (kind == "dbus") dbus()
	else if (kind == "signal") signals()
	else if (kind == "ptrace") ptrace()
	else if (kind == "small") small()
	else exit 1
}
