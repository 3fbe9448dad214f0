/*
 * A fuzzer without libFuzzer: each file that is named is one input.  It serves to run
 * the seeds in `make check`, and to look at what a fuzzer has found with gdb.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "fuzz/stage.h"

static bool read_file(const char *path, struct buf *into)
{
	FILE *file = fopen(path, "rb");
	char bytes[4096];
	size_t len;

	if (!file)
		return false;
	while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_putn(into, bytes, len);
	return fclose(file) == 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		CLEANUP_BUF input = { 0 };

		if (!read_file(argv[i], &input)) {
			fprintf(stderr, "%s: %s\n", argv[i], strerror(errno));
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&input), input.len);
	}
	printf("%d inputs\n", argc - 1);
	return argc < 2;
}
