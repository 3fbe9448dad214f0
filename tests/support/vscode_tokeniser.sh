#!/bin/sh
# VS Code's own tokeniser, two packages of npm; they are not committed.  Prints the folder
# node_modules that holds them; without them, says why on standard error and exits with 1.
# What is there already is used again.
#
#     tests/support/vscode_tokeniser.sh FOLDER
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)

no() { echo "vscode_tokeniser: $*" >&2; exit 1; }

if [ ! -d "$folder/node_modules/vscode-textmate" ]; then
	command -v npm >/dev/null || no 'there is no npm'
	npm install --silent --no-save --prefix "$folder" \
		vscode-oniguruma@2 vscode-textmate@9 >&2 || no 'npm does not have it'
fi
echo "$folder/node_modules"
