# The man pages are well-formed.
. "${top_srcdir:-.}/tests/support/tap.sh"

for page in "$top"/doc/*.[1-8]; do
	ok "${page##*/} has no errors" mandoc -T lint -W warning "$page"
done

finish
