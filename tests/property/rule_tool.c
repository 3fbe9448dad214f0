/*
 * What the library thinks of rules, for the property tests to hold against
 * apparmor_parser. Reads one rule a line, or two with a tab between:
 *
 *     rule_tool rules          ->  ok<TAB>CANONICAL TEXT, or bad<TAB>SLUG: MESSAGE
 *     rule_tool pairs PARSER   ->  COVERS<TAB>OVERLAP<TAB>CONFLICT<TAB>RULE<TAB>RULE
 *     rule_tool narrow PARSER  ->  NARROWED<TAB>WIDENED<TAB>RULE; nothing when refused
 *     rule_tool texts          ->  as rules, of whole profile texts with \n for a line
 * break and \\ for a backslash
 *
 * or nothing, or a text:
 *
 *     rule_tool words          ->  kind<TAB>KEYWORD and option<TAB>WORD for each there is
 *     rule_tool profile        ->  a profile's text, canonically, or what is wrong
 *
 * A canonical text that does not give itself again is "loose", a rule with ${…} "holes".
 * Pairs are narrowed for the version PARSER first, as the composer does it, and the rules
 * are printed as narrowed.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/mount_view.h"
#include "core/parse.h"
#include "core/profile_text.h"
#include "core/rule.h"
#include "core/target.h"

/* The rule that TEXT is, alone; NULL after reporting. */
static const struct aac_rule *read_rule(struct aac_context *ctx, const char *text)
{
	CLEANUP_BUF wrapped = { 0 };
	const struct aac_file *file;
	const struct aac_stmt *stmt;

	buf_printf(&wrapped, "fragment f {\n%s\n}\n", text);
	file = aac_parse(ctx, aac_source_new(ctx->arena, "rule", "rule", wrapped.data,
					     wrapped.len));
	if (ctx->diags->errors)
		return NULL;
	stmt = file->decls.head ? file->decls.head->body.head : NULL;
	if (!stmt || stmt->next || stmt->type != AAC_STMT_RULE) {
		aac_report(ctx->diags, AAC_ERROR, "syntax", (struct aac_span){ 0 },
			   "not one rule");
		return NULL;
	}
	return aac_rule_build(ctx, stmt->shape);
}

static struct aac_context *new_context(struct arena *arena)
{
	struct aac_context *ctx = ARENA_NEW(arena, struct aac_context);

	ctx->arena = arena;
	ctx->diags = ARENA_NEW(arena, struct aac_diags);
	aac_diags_init(ctx->diags, arena);
	return ctx;
}

static void judge_rule(struct arena *arena, const char *line)
{
	struct aac_context *ctx = new_context(arena), *again = new_context(arena);
	const struct aac_rule *rule = read_rule(ctx, line), *same;

	if (!rule || ctx->diags->errors) {
		const struct aac_diag *diag = ctx->diags->head;

		printf("bad\t%s: %s\n", diag ? diag->slug : "silent",
		       diag ? diag->message : "");
		return;
	}
	if (!rule->text) {
		printf("holes\t\n");
		return;
	}
	same = read_rule(again, rule->text);
	printf("%s\t%s\n", same && strcmp(same->text, rule->text) == 0 ? "ok" : "loose",
	       rule->text);
}

/* RULE as the version PARSER gets it, and what that reads into it. */
static void narrow_rule(struct arena *arena, const char *parser, const char *line)
{
	struct aac_target target = { .name = "test", .parser = parser };
	struct aac_context *ctx = new_context(arena);
	const struct aac_rule *rule = read_rule(ctx, line), *narrowed;
	const char *why, *widened;

	if (!rule || ctx->diags->errors)
		return;
	ctx->target = &target;
	narrowed = aac_rule_narrow(ctx, rule, &why);
	if (!narrowed)
		return;
	widened = aac_rule_widened(ctx, narrowed);
	printf("%s\t%s\t%s\n", narrowed->text, widened ? widened : "", rule->text);
}

static void judge_pair(struct arena *arena, const char *parser, char *line)
{
	struct aac_target target = { .name = "test", .parser = parser };
	struct aac_context *ctx = new_context(arena);
	const struct aac_rule *rules[2];
	char *tab = strchr(line, '\t');
	const char *why;

	if (!tab) {
		printf("error: no tab in: %s\n", line);
		return;
	}
	*tab = '\0';
	ctx->target = &target;
	for (int i = 0; i < 2; i++) {
		rules[i] = read_rule(ctx, i ? tab + 1 : line);
		if (!rules[i]) {
			printf("error: %s: %s\n", i ? tab + 1 : line,
			       ctx->diags->head ? ctx->diags->head->message : "");
			return;
		}
		rules[i] = aac_rule_narrow(ctx, rules[i], &why);
		if (!rules[i]) {
			printf("error: %s\n", ctx->diags->head->message);
			return;
		}
	}
	printf("%d\t%d\t%d\t%s\t%s\n", aac_rule_covers(rules[0], rules[1]),
	       (int)aac_rule_overlap(rules[0], rules[1]),
	       aac_rule_conflict(rules[0], rules[1], parser), rules[0]->text,
	       rules[1]->text);
}

static void print_words(void)
{
	for (int id = 0; id < AAC_KIND_COUNT; id++)
		printf("kind\t%s\n", aac_kind_get((enum aac_kind_id)id)->keyword);
	for (size_t i = 0; i < aac_mount_options.count; i++)
		printf("option\t%s\n", aac_mount_options.terms[i].word);
}

/* Profile text canonically into OUT; false after reporting. */
static bool rewrite_profile(struct aac_context *ctx, struct buf *in, struct buf *out)
{
	const struct aac_file *file = aac_parse_profile(
		ctx,
		aac_source_new(ctx->arena, "profile", "profile", buf_str(in), in->len));

	return ctx->diags->errors == 0 && aac_profile_print(ctx, file, out);
}

static void judge_text(struct arena *arena, const char *line)
{
	struct aac_context *ctx = new_context(arena), *again = new_context(arena);
	CLEANUP_BUF in = { 0 }, once = { 0 }, twice = { 0 };

	for (; *line; line++) {
		if (*line == '\\' && line[1])
			buf_putc(&in, *++line == 'n' ? '\n' : *line);
		else
			buf_putc(&in, *line);
	}
	if (!rewrite_profile(ctx, &in, &once)) {
		const struct aac_diag *diag = ctx->diags->head;

		printf("bad\t%s: %s\n", diag ? diag->slug : "silent",
		       diag ? diag->message : "");
		return;
	}
	printf("%s\t", rewrite_profile(again, &once, &twice) && once.len == twice.len &&
				      memcmp(once.data, twice.data, once.len) == 0
			      ? "ok"
			      : "loose");
	for (const char *p = buf_str(&once); *p; p++) {
		if (*p == '\n')
			fputs("\\n", stdout);
		else if (*p == '\\')
			fputs("\\\\", stdout);
		else
			putchar(*p);
	}
	putchar('\n');
}

/* The whole of standard input as profile text; 2 when it is wrong. */
static int print_profile(struct arena *arena)
{
	struct aac_context *ctx = new_context(arena);
	CLEANUP_BUF in = { 0 }, out = { 0 };
	char block[4096];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), stdin)) > 0)
		buf_putn(&in, block, n);
	if (rewrite_profile(ctx, &in, &out)) {
		fputs(buf_str(&out), stdout);
		return 0;
	}
	for (const struct aac_diag *d = ctx->diags->head; d; d = d->next)
		fprintf(stderr, "%u: %s [%s]\n",
			d->span.source
				? aac_source_place(d->span.source, d->span.begin).line
				: 0,
			d->message, d->slug);
	return 2;
}

static void answer_lines(struct arena *arena, int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		if (argc > 2 && strcmp(argv[1], "narrow") == 0)
			narrow_rule(arena, argv[2], line);
		else if (argc > 2)
			judge_pair(arena, argv[2], line);
		else if (strcmp(argv[1], "texts") == 0)
			judge_text(arena, line);
		else
			judge_rule(arena, line);
		arena_reset(arena);
	}
	free(line);
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	int status = 0;

	if (argc < 2)
		status = 64;
	else if (strcmp(argv[1], "words") == 0)
		print_words();
	else if (strcmp(argv[1], "profile") == 0)
		status = print_profile(arena);
	else
		answer_lines(arena, argc, argv);
	arena_free(arena);
	return status;
}
