%% A container's profile in a file of its own, /etc/apparmor.d/NAME: it brings its
%% preamble along, is loaded by itself and cannot keep another profile from loading.
%prefix lxc-
%summary An LXC container's profile that stands alone, in /etc/apparmor.d
@HEADER@

@ABI@
include <tunables/global>
@TUNABLES@

profile @PROFILE@@ATTACH@@FLAGS@ {
    @RULES@
}
