# shellcheck shell=sh disable=SC2154
# A folder that looks like apparmorfs; sourced after tap.sh, it gives make_features.

# Files of features, as the kernel shows them, from their text form.
make_features() # FILE FOLDER
{
	awk -v folder="$2" '
		{ text = text $0 "\n" }
		END {
			while (match(text, /[{}]/)) {
				part = substr(text, 1, RSTART - 1)
				mark = substr(text, RSTART, 1)
				text = substr(text, RSTART + 1)
				gsub(/^[ \n]+|[ \n]+$/, "", part)
				if (mark == "{") {
					path[++depth] = part
				} else {
					if (part != "") {
						line = folder
						for (i = 1; i <= depth; i++)
							line = line "/" path[i]
						print line "\t" part
					}
					depth--
				}
			}
		}' "$1" >"$scratch/features"
	while IFS="$(printf '\t')" read -r path content; do
		mkdir -p "$(dirname "$path")"
		printf '%s\n' "$content" >"$path"
	done <"$scratch/features"
}
