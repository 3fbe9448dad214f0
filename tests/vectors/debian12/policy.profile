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
 mount,
 deny owner link /f/d1/ne? -> /f/d1/f4,
 deny /*/** a,
 owner /f/d1/f1 m,
 audit /f/d1/** raklm,
 /f/d1/{f1,f3,a,x} l,
}

profile g1 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 file /** r,
 link /f/d2/{f1,f3,a,x} -> /*/**,
 deny link /f/d1/* -> /f/d1/{f1,f3,a,x},
 audit /f/d1/new wl,
}

profile g2 flags=(audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 change_profile -> missing,
 deny change_profile /** -> beta,
 audit change_profile -> **,
 change_profile -> missing,
}

profile g3 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 deny /f/d1/f4 rwkl,
 /f/d2/f3 Px,
 deny file /f/d1/* a,
}

profile g4 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 file /** rak,
 owner link /f/d1/f[0-9a-c] -> /f/d1/f1,
}

profile g5 flags=(audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount options=(silent,move) /mnt/* -> /**,
 audit deny mount options in (rw,noexec,dev,nodev,exec,remount) -> /mnt/**,
}

profile g6 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount options=(dirsync) /src/ -> /mnt/{a,c}/,
 mount options=(remount,nodev) -> /{mnt,src}/**,
 deny mount options=(nosuid,bind) /src/ -> /mnt/*/,
 mount options=(exec,mand) /src/** -> /mnt/{a,c}/,
}

profile g7 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 pivot_root /mnt/**,
}

profile g8 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount options=(exec,relatime) /src/** -> /mnt/[ab]/,
 audit mount options in (bind) /** -> /{mnt,src}/**,
 audit deny remount options in (nodiratime) /mnt/**,
 deny mount options=(rshared) -> /**,
 mount options=(strictatime,make-private,relatime,exec) -> /src/,
 umount ,
}

profile g9 flags=(attach_disconnected) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount fstype=d* options=(relatime,dev,noexec,sync) /src/ -> /mnt/{a,c}/,
 mount options=(dev,rprivate,relatime,strictatime) -> /**,
 mount options=(slave,strictatime,noatime,mand) -> /src/,
 audit deny mount options in (noatime,silent,strictatime) tmpfs -> /mnt/**,
 deny mount options in (bind,dev) /src/ -> /{,**},
}

profile g10 {
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

profile g11 flags=(complain, audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 ptrace,
 signal set=(fpe int abrt segv chld),
}

profile g12 flags=(audit) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 deny ptrace (read, trace),
 deny ptrace tracedby peer=**,
 deny ptrace tracedby peer=alpha//kid,
}

profile g13 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 audit deny owner link /*/** -> /f/d2/f4,
 link subset /f/d2/{f1,f3,a,x} -> /**,
 audit deny file /f/d1/** km,
 owner /f/d1/** r,
}

profile g14 flags=(audit) {
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
 mount,
 /x/b Cix -> alpha//kid,
 owner /y/c rPix -> kid,
 deny /y/c x,
 owner /y/b mrPx -> kid,
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
 /x/d mpux,
 audit /y/* mPUx,
 owner /x/a rpux -> kid,
 owner /x/b mCUx,
 audit /y/c CUx -> beta,
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
 pivot_root /mnt/{a,c}/,
 audit deny mount options in (dev,strictatime,noexec,ro,move) -> /mnt/*/,
 mount options in (rbind,exec) /src/** -> /**,
 mount fstype=d* options=(nodev,nosuid) -> /mnt/b/,
 deny mount options=(nosuid,exec,noatime,mand,nodev) /src/** -> /src/,
 deny mount options in (relatime,nodiratime,remount) -> /mnt/*/,
}

profile g18 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 change_profile /** -> beta,
 change_profile ,
 change_profile -> **,
}

profile g19 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount,
 set rlimit core <= 10K,
 set rlimit nice <= 0,
 set rlimit fsize <= 4096K,
}

profile g20 flags=(complain) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 signal,
 ptrace,
 mount,
}

profile g21 {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 capability,
 network,
 ptrace,
 mount,
 signal (send receive) set=(usr1 abrt quit) peer={alpha,unconfined},
 signal send set=(rtmin+14, rtmin+16) peer=alpha//&beta,
 deny signal receive set=(rtmin+14, rtmin+18) peer=**,
 signal (send receive) set=(rtmin+7, rtmin+21) peer=unconfined,
 audit deny signal send peer=unconfined,
}

profile g22 flags=(complain) {
 /x/** mr,
 /y/** mr,
 /f/** rwlkm,
 network,
 signal,
 ptrace,
}

profile g23 {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 deny owner /f/d2/f? rm,
 owner file /f/d2/** km,
}

profile g24 flags=(complain, audit) {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 mount,
 link /f/d1/f? -> /f/d2/*,
 owner link subset /f/d1/f[0-9a-c] -> /f/d2/f[0-9a-c],
}

profile g25 flags=(complain) {
 /x/** mr,
 /y/** mr,
 capability,
 network,
 signal,
 ptrace,
 audit deny owner file /f/d1/f[0-9a-c] ra,
 audit link subset /f/d2/f3 -> /f/d2/f4,
 owner link /f/d1/f[0-9a-c] -> /*/**,
 deny /*/** km,
}
