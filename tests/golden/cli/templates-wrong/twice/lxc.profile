%prefix lxc-
profile @PROFILE@@FLAGS@ {
    @RULES@
    @RULES@
}
