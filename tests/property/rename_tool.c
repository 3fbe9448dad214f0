/*
 * Compiled policy under another name: rename_tool FROM TO < POLICY > POLICY
 * Exit status 1: there is no telling.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "core/blob_rename.h"

int main(int argc, char **argv)
{
	CLEANUP_BUF in = { 0 };
	CLEANUP_BUF out = { 0 };
	char chunk[65536];
	size_t got;

	if (argc != 3)
		return 64;
	while ((got = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		buf_putn(&in, chunk, got);
	if (!aac_blob_rename((const uint8_t *)buf_str(&in), in.len, argv[1], argv[2],
			     &out))
		return 1;
	return fwrite(out.data, 1, out.len, stdout) == out.len ? 0 : 2;
}
