%prefix lxc-
profile @PROFILE@@FLAGS@ {
}
