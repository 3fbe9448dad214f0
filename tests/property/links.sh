# shellcheck shell=sh
# lint's class-lets-nul against compiled policy: a pattern that it tells lets the link
# before the class lead to a file that no rule names for it, one that it passes does not.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99
command -v apparmor_parser >"$out" || [ -x /usr/sbin/apparmor_parser ] || {
	skip 'classes against compiled policy' 'there is no apparmor_parser'
	finish
	exit
}

# Which of "told allowed" and "passed denied" PATTERN is for the link NAME.
truth() # NAME PATTERN
{
	printf 'profile a {\n link %s -> /srv/okay,\n /etc/shadow rwkl,\n %s rwl,\n}\n' \
		"$1" "$2" >profile
	told=passed
	aac lint --target debian12 profile 2>&1 | grep -q '\[class-lets-nul\]' &&
		told=told
	printf '%s ' "$told"
	aac query --target debian12 profile "link $1 -> /etc/shadow" 2>"$err" |
		sed -n 's/^\([a-z]*\) .*/\1/p'
}

while read -r wanted name pattern; do
	is "$(truth "$name" "$pattern")" \
		"$(echo "$wanted" | sed 's/yes/told allowed/; s/no/passed denied/')" \
		"$pattern"
done <<'END'
yes /srv/a /srv/a[^x]**
yes /srv/a /srv/a[\^x]**
yes /srv/a /srv/a[^x]/**
yes /srv/a /srv/a[^\001]/etc/*
yes /srv/a /srv/a[^x]{/etc/**,}
yes /srv/a /srv/a{[^x]**,b}
yes /srv/a /srv/a{,[^x]}**
yes /srv/ab /srv/a{b[^,}]/etc/**,c}
yes /srv/ab /srv/a{q,{z,b[^x]/etc},{,e}}/sha*
no /srv/a /srv/a[^x]*
no /srv/a /srv/a[^x]?**
no /srv/a /srv/a[^x]**/
no /srv/a /srv/a[^x]etc/**
no /srv/a /srv/a[^x\000]**
no /srv/a /srv/a[^x\0]**
no /srv/a /srv/a[^\000-\010]**
no /srv/a /srv/a[x]**
no /srv/ab /srv/a{b[^x]etc/**,c}
no /srv/ab /srv/a{q,{z,b[^x]etc},{,e}}/sha*
END
finish
