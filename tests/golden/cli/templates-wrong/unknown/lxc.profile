%prefix lxc-
@HEADER@
@ABI@
@TUNABLES@
profile @PROFLE@@FLAGS@ {
    @RULES@
}
