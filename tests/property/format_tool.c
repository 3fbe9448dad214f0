/*
 * Layouts for the tests of fmt.  `format_tool SEED COUNT FILE...` lays each FILE out anew
 * COUNT times at random (blanks, line breaks and comments between its tokens) and
 * demands of each text that can still be read: it can be laid out, doing so again changes
 * nothing, and its comments are all there.  Prints what fails, and how many were tried.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/format.h"
#include "core/parse.h"

static uint64_t state;

static unsigned int draw(unsigned int count)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(state >> 33) % count;
}

static const char *const blanks[] = { " ",	" ",	" ",	  "  ",	      "\t",  "\n",
				      "\n    ", "\n\n", "\n\n\n", " \n \n\t", "\r\n" };
static const char *const comments[] = {
	" # one\n",    " ## two\n",	  "\n# three\n",
	"\n## four\n", "\n\n## five\n\n", " #include <x>\n",
	" #,;{}\"\n",  "\n##\n## six\n",  "\n # seven \t\n# eight\n"
};

/* What stands between two tokens in another way. */
static void put_gap(struct buf *out, const struct aac_token *token, const char *old,
		    size_t len)
{
	bool bare =
		len == 0 && !strchr(",;{}()[]=", old[0]) && !strchr(",;{}()[]=", old[-1]);
	bool line = memchr(old, '\n', len);

	if (bare || draw(3) == 0)
		buf_putn(out, old, len);
	else if (draw(8) == 0 && !memchr(old, '#', len) && (token->first || draw(4) == 0))
		buf_puts(out, comments[draw(sizeof(comments) / sizeof(*comments))]);
	else if (memchr(old, '#', len))
		buf_putn(out, old, len);
	else if (line && draw(2))
		buf_puts(out, "\n");
	else if (len || draw(2))
		buf_puts(out, blanks[draw(sizeof(blanks) / sizeof(*blanks))]);
}

static void shuffle(struct buf *out, const struct aac_file *file)
{
	const char *text = file->source->text;
	uint32_t end = 0;

	for (const struct aac_token *t = file->tokens.head; t; t = t->next) {
		if (t->span.begin > 0)
			put_gap(out, t, text + end, t->span.begin - end);
		buf_putn(out, text + t->span.begin, t->span.end - t->span.begin);
		end = t->span.end;
	}
}

static unsigned int count_comments(const struct aac_file *file)
{
	unsigned int count = 0;

	for (const struct aac_comment *c = file->comments.head; c; c = c->next)
		count++;
	return count;
}

static const struct aac_file *read_text(struct aac_context *ctx, const char *text,
					size_t len)
{
	return aac_parse_tokens(ctx, aac_source_new(ctx->arena, "text", NULL, text, len));
}

/* 0: no rule file; 1: fine; -1: after printing. */
static int try_text(const char *text, size_t len)
{
	struct arena *arena = arena_new();
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	const struct aac_file *file;
	const char *once, *twice = NULL;
	size_t once_len, twice_len;
	int result = 1;

	aac_diags_init(&diags, arena);
	file = read_text(&ctx, text, len);
	if (diags.errors) {
		arena_free(arena);
		return 0;
	}
	once = aac_format(&ctx, file->source, &once_len);
	if (once)
		twice = aac_format(&ctx,
				   aac_source_new(arena, "once", NULL, once, once_len),
				   &twice_len);
	if (!twice || strcmp(once, twice) != 0 ||
	    count_comments(file) != count_comments(read_text(&ctx, once, strlen(once)))) {
		printf("%s:\n%s\n==== once:\n%s\n==== twice:\n%s\n",
		       !once ? "not laid out" : "laid out otherwise", text,
		       once ? once : "", twice ? twice : "");
		if (diags.head)
			printf("%s\n", diags.head->message);
		result = -1;
	}
	arena_free(arena);
	return result;
}

static char *load(const char *path, size_t *len)
{
	FILE *in = fopen(path, "rb");
	char *text = malloc(1 << 20);

	*len = in && text ? fread(text, 1, (1 << 20) - 1, in) : 0;
	if (text)
		text[*len] = '\0';
	if (in)
		fclose(in);
	return text;
}

int main(int argc, char **argv)
{
	unsigned int tried = 0, good = 0, failed = 0;

	state = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	for (int i = 3; i < argc && failed < 3; i++) {
		struct arena *arena = arena_new();
		struct aac_diags diags;
		struct aac_context ctx = { .arena = arena, .diags = &diags };
		size_t len;
		char *text = load(argv[i], &len);
		const struct aac_file *file;

		aac_diags_init(&diags, arena);
		file = read_text(&ctx, text, len);
		failed += try_text(text, len) < 0;
		for (long n = strtol(argv[2], NULL, 10); n > 0 && failed < 3; n--) {
			struct buf mixed = { 0 };
			int result;

			shuffle(&mixed, file);
			result = try_text(buf_str(&mixed), mixed.len);
			tried++;
			good += result > 0;
			failed += result < 0;
			buf_fini(&mixed);
		}
		free(text);
		arena_free(arena);
	}
	printf("# %u layouts, %u of them can be read\n", tried, good);
	return failed || good == 0;
}
