%% Any profile, with any name: no prefix, no preamble but what the profile itself says.
%prefix
%summary A profile that is no container's, with the preamble it gives itself
@HEADER@
@TUNABLES@
profile @PROFILE@@ATTACH@@FLAGS@ {
    @RULES@
}
