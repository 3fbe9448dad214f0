profile alpha {
 /x/** mr,
 /y/** mr,
 capability,
 signal,
 ptrace,
 network,
 file,
 profile kid {
  file,
  signal (send, receive) peer=g*,
  signal receive set=(term, hup, exists, kill),
  ptrace (readby) peer=**,
 }
}
profile beta /y/a flags=(attach_disconnected) {
 /x/** mr,
 /y/** mr,
 /f/** rw,
 ptrace (tracedby, readby) peer=g?,
 signal receive set=(int, usr1, rtmin+1),
}
profile gamma /y/b {
 /y/** mr,
 capability sys_chroot,
}

profile g0 flags=(attach_disconnected) {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 deny link /f/d1/ne? -> /f/d1/f4,
 link subset /f/d2/f1 -> /*/**,
 /f/d1/* km,
 audit owner /f/d2/** kl,
 priority=-2 /f/d2/f[0-9a-c] rwkm,
}

profile g1 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 mount,
 priority=1 deny ptrace trace,
}

profile g2 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 network,
 signal,
 ptrace,
 mount,
 priority=1 capability setuid,
 priority=2 capability mknod fowner net_bind_service,
}

profile g3 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 owner file /f/d2/f? l,
 priority=5 deny link /f/d2/f1 -> /f/d2/f?,
 /f/d1/ne[0-9a-c] lpix,
 deny link subset /f/d2/f4 -> /f/d1/f3,
 audit deny link subset /f/d2/{f1,f3,a,x} -> /**,
 link /f/d1/f[0-9a-c] -> /f/d1/**,
}

profile g4 flags=(attach_disconnected) {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 owner /f/d1/new rkm,
 priority=1 audit owner link subset /f/d2/f3 -> /f/d1/**,
 link subset /f/d2/f4 -> /f/d1/f[0-9a-c],
 audit deny link subset /f/d2/{f1,f3,a,x} -> /f/d2/**,
}

profile g5 flags=(complain, audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 priority=-2 audit mount options in (ro,nodev,suid,nosuid,dev,move) /mnt/* -> /mnt/a/,
 mount fstype=p* options=(nodiratime) /src/** -> /mnt/{a,c}/,
 audit deny mount options=(bind) /src/ -> /mnt/*/,
 priority=-2 deny mount options in (rshared,ro) -> /src/x/,
 deny mount options=(remount,silent,suid) -> /src/,
 deny pivot_root /{mnt,src}/**,
}

profile g6 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 priority=-1 ptrace trace peer=**,
 ptrace tracedby peer=alpha//kid,
 ptrace tracedby peer=al*,
 owner /f/d1/f4 rm,
}

profile g7 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 audit mount fstype=t* /src/ -> /mnt/c/,
}

profile g8 flags=(attach_disconnected) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount options=(slave,sync) -> /src/x/,
 deny mount options in (move,mand) /mnt/* -> /mnt/**,
}

profile g9 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount fstype=(mqueue, devpts, cgroup2) /src/ -> /mnt/a/,
 deny mount fstype=t* options=(silent) none -> /mnt/*/,
 audit deny mount options=(make-private,mand) -> /mnt/[ab]/,
}

profile g10 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 ptrace,
 signal (send receive) peer=al*,
 deny signal set=(rtmin+7, rtmin+16) peer=unconfined,
 priority=2 deny signal receive peer=@{profile_name},
 signal send peer={alpha,unconfined},
 priority=-1 audit deny signal (send receive) set=(kill trap io stkflt ill) peer=unconfined,
}

profile g11 flags=(attach_disconnected) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 ptrace,
 signal (send receive) peer=**,
 signal (send receive) set=(rtmin+14, rtmin+29) peer=**,
 signal set=(winch prof pwr pipe) peer=unconfined,
}

profile g12 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 priority=1 deny ptrace readby peer=beta,
 priority=1 deny ptrace trace peer=al*,
 ptrace read peer=@{profile_name},
}

profile g13 flags=(complain) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 signal,
 ptrace,
 mount,
 network netlink,
 deny network can,
 network stream,
}

profile g14 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 network,
 signal,
 ptrace,
}

profile g15 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 owner /[xy]/a Pix,
 audit /x/* mcux -> alpha,
 priority=-1 deny /y/c x,
 profile kid {
  /x/** mr,
  /y/** mr,
 }
}

profile g16 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount,
 priority=-1 /y/c mcux,
 /y/c mrUx,
 priority=3 owner /y/* mrPx,
 owner /y/* cx -> alpha//kid,
 deny /x/c x,
 profile kid {
  /x/** mr,
  /y/** mr,
 }
}

profile g17 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount,
 change_profile -> beta,
 deny change_profile /x/* -> missing,
 deny mount options in (sync) ** -> /src/,
}

profile g18 flags=(complain, audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount,
 deny change_profile -> alpha//kid,
 deny change_profile /x/* ,
 change_profile /x/a -> alpha//kid,
 change_profile -> al*,
}

profile g19 flags=(complain, audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 set rlimit locks <= 7,
 priority=5 unix (send,receive),
}

profile g20 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 priority=1 deny io_uring,
}

profile g21 flags=(complain, audit) {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 priority=-1 file /f/d2/f[0-9a-c] rwk,
 audit deny file /f/d1/f1 rw,
 link /f/d2/{f1,f3,a,x} -> /**,
 deny link /f/d2/** -> /f/d1/**,
 audit owner /f/d1/** r,
 priority=1 audit deny owner file /f/d1/{f1,f3,a,x} rw,
}

profile g22 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 owner /f/d1/{f1,f3,a,x} rwk,
 priority=-2 deny /f/d1/f[0-9a-c] m,
 link subset /f/d1/new -> /f/d2/f?,
 link subset /f/d1/new -> /f/d1/**,
 priority=1 audit owner file /f/d2/f[0-9a-c] m,
}

profile g23 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 owner link subset /f/d1/** -> /f/d1/f?,
 link subset /f/d1/{f1,f3,a,x} -> /f/d2/{f1,f3,a,x},
}

profile g24 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 owner /f/d1/f[0-9a-c] rlcx -> kid,
 /f/d1/f2 alm,
 deny link /** -> /f/d1/f?,
}

profile g25 flags=(audit) {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 link subset /f/d2/f1 -> /*/**,
 priority=5 link subset /f/d2/f1 -> /f/d1/{f1,f3,a,x},
}
