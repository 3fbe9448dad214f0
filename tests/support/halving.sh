# shellcheck shell=sh
# What the tests that ask apparmor_parser 3.0 stand on, after tap.sh:
#
#   needs_parser WHAT      skips the whole test where there is no such parser
#   compile FILE           the compiled policy of FILE on stdout, messages in $err
#   compile41 FILE         the same by AAC_PARSER41, for debian13
#   none CHECK FILE        CHECK holds for FILE's lines, of which there are some; those
#                          for which it does not are printed, found by halving
#
# CHECK is a function that is given a file of some of the lines.
# shellcheck disable=SC2154 # tap.sh sets out and err

parser=${APPARMOR_PARSER:-apparmor_parser}
PATH=$PATH:/usr/sbin:/sbin
abi=/etc/apparmor.d/abi/3.0

needs_parser()
{
	if ! command -v "$parser" >"$out" || ! [ -f "$abi" ]; then
		skip "$1" 'there is no apparmor_parser'
		finish
		exit
	fi
	case $("$parser" --version) in
	*'version 3.0'*) return ;;
	esac
	skip "$1" 'the lists are about version 3.0'
	finish
	exit
}

compile()
{
	"$parser" -QKS -j1 --config-file /dev/null -M "$abi" "$1" 2>"$err"
}

# The same by the parser that AAC_PARSER41 names.
compile41()
{
	"$AAC_PARSER41" -QKS -j1 --config-file /dev/null \
		-M "$top/rules/targets/debian13.features" "$1" 2>"$err"
}

offenders() # CHECK FILE
{
	"$1" "$2" && return
	offenders_count=$(wc -l <"$2")
	if [ "$offenders_count" -eq 1 ]; then
		cat "$2"
		return
	fi
	head -n $((offenders_count / 2)) "$2" >"$2.a"
	tail -n +$((offenders_count / 2 + 1)) "$2" >"$2.b"
	(offenders "$1" "$2.a")
	(offenders "$1" "$2.b")
}

none()
{
	[ -s "$2" ] || { echo 'nothing to judge'; return 1; }
	none_found=$(offenders "$@")
	[ -z "$none_found" ] || { echo "$none_found"; return 1; }
}
