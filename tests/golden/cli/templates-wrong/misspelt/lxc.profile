%prefx lxc-
@HEADER@
@ABI@
@TUNABLES@
profile @PROFILE@@FLAGS@ {
    @RULES@
}
