abi <abi/3.0>,
include <tunables/global>
@{V} = /a "/b c" \
  /d
@{V} += /e
$B = true
alias /x/ -> /y/,
profile a /bin/{a,b} xattrs=(user.x=y) flags=(complain, mediate_deleted) {
  include if exists <abstractions/base>
  #include "x"
  capability kill, network inet stream,
  audit deny owner /a/** rwklx,
  /b Px -> c, rw /d,
  mount options=(rw, bind) "/a b" -> /c/,
  mount options in (ro, nosuid) fstype=(ext4, tmpfs), umount /x/, remount /y/,
  pivot_root oldroot=/o /n -> p,
  signal (send) set=(term, rtmin+1) peer=@{profile_name},
  unix (send) type=stream peer=(addr="@x", label=y),
  dbus send bus=system path=/p interface=i member=m peer=(name=n),
  change_profile unsafe /x -> y, set rlimit nofile <= 10, link subset /a -> /b,
  if not defined @{X} { /q r, } else if $B { /r r, } else { /s r, }
  ^HAT { /h r, }
  profile kid { ptrace (trace) peer=x, }
}
:ns:z { }
