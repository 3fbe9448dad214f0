# What the recorder answered beside what it was asked: the lines of the plan, each with its
# answer in front.
#
#     awk -f tests/vm/answers.awk ANSWERS PLAN
#
#     raw   ALLOW DENY AUDIT QUIET  PROFILE  HEX
#     call  ERRNO  LABEL  LOG  PROFILE  CALL  WORD...
BEGIN { FS = OFS = "\t" }

FNR == NR && FNR == 1 { next }
FNR == NR && $1 == "log" { log_of[$2] = $3; next }
FNR == NR && /^#/ { print "answers.awk: " $0 >"/dev/stderr"; failed = 1; next }
FNR == NR { answer[asked++] = $0; next }

{ given = answer[at++] }
$1 == "load" || $1 == "drop" {
	if (given != 0) {
		print "answers.awk: " $0 ": errno " given >"/dev/stderr"
		failed = 1
	}
	next
}
given == "" || given ~ /^(error|failed)/ {
	print "answers.awk: " $0 ": " given >"/dev/stderr"
	failed = 1
	next
}
$1 == "ask" { print "raw", given, $2, $3 }
$1 == "call" {
	line = $2
	for (i = 3; i <= NF; i++)
		line = line OFS $i
	print "call", given, (calls + 0 in log_of) ? log_of[calls + 0] : "-", line
	calls++
}
END { exit failed }
