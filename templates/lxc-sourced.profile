%% A container's profile for /etc/apparmor.d/lxc/, where /etc/apparmor.d/lxc-containers
%% sources it beside LXC's own.
%%
%% All that is sourced there is one policy.  The parser takes an abi rule and new
%% variables only before its first profile, and which file of the folder it reads first
%% depends on their names: so there is no @ABI@ and no @TUNABLES@ here, or two such files
%% would keep every LXC profile from loading.  tunables/global has been read by then; an
%% include is read once, so saying it again only lets the file be checked by itself.
%%
%% What is mediated without an abi rule is what the `policy-features` of parser.conf say, as
%% distributions set them; without them network and userns are not: prefer lxc.profile.
%prefix lxc-
%summary An LXC container's profile for /etc/apparmor.d/lxc, sourced by lxc-containers
@HEADER@
# Do not load this file by itself: load /etc/apparmor.d/lxc-containers, which sources it.

include <tunables/global>

profile @PROFILE@@ATTACH@@FLAGS@ {
    @RULES@
}
