/*
 * From AppArmor's text to the language.  The rules of a profile are copied as they are
 * spelled, with what stands between them: the language has the same rules, so that only
 * the head of a profile and what stands before it need other words.  Where one line ends
 * and the next begins is then the formatter's work.
 *
 * Not obvious: AppArmor's preamble is the file's, so every profile of the file gets all
 * of it, also what stands between and behind the profiles.
 */
#include "core/import.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/format.h"
#include "core/head.h"
#include "core/import_check.h"
#include "core/import_edit.h"
#include "core/import_plain.h"
#include "core/import_split.h"
#include "core/name.h"
#include "core/parse.h"
#include "core/profile_text.h"
#include "grammar.h"

struct importing {
	struct aac_context *ctx;
	const struct aac_import_options *options;
	const struct aac_source *source;
	struct map *names;
	struct buf out;
	struct buf preamble; /* of the file */
};

static const char *at(const struct importing *im, uint32_t offset)
{
	return im->source->text + offset;
}

static void put_slice(struct buf *out, const struct importing *im, uint32_t begin,
		      uint32_t end)
{
	if (end > begin)
		buf_putn(out, at(im, begin), end - begin);
}

/* ---- the parts of a file ----------------------------------------------------------- */

static uint32_t skip_line(const struct importing *im, uint32_t from, uint32_t end)
{
	while (from < end && *at(im, from) != '\n')
		from++;
	return from < end ? from + 1 : end;
}

static uint32_t skip_blanks(const struct importing *im, uint32_t from, uint32_t end)
{
	while (from < end && strchr(" \t\r\n", *at(im, from)) && *at(im, from))
		from++;
	return from;
}

/* Where the comments end that a blank line parts from what is below. */
static uint32_t skip_header(const struct importing *im, uint32_t from, uint32_t end)
{
	uint32_t last = from;

	for (uint32_t line = from; line < end;) {
		uint32_t next = skip_line(im, line, end),
			 word = skip_blanks(im, line, next);

		if (word == next)
			last = next;
		line = next;
	}
	return last;
}

/*
 * The part of the file between two profiles, from BEGIN to END, whose statements are
 * FIRST to LAST or NULL: its statements go to the preamble, with the comments among them.
 * Comments above the first, behind a blank line, and below the last go to OUT.
 */
static void take_region(struct importing *im, uint32_t begin, uint32_t end,
			const struct aac_stmt *first, const struct aac_stmt *last)
{
	uint32_t from, to;

	if (!first) {
		put_slice(&im->out, im, begin, end);
		return;
	}
	from = skip_header(im, begin, first->span.begin);
	to = skip_line(im, last->span.end, end);
	put_slice(&im->out, im, begin, from);
	put_slice(&im->preamble, im, from, to);
	buf_putc(&im->preamble, '\n');
	put_slice(&im->out, im, to, end);
}

/* ---- heads ---------------------------------------------------------------------------
 */

/* A string of the language that stands for TEXT. */
static void put_string(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* NAME, or what is like it, as the language takes it and nobody has it yet. */
static const char *make_name(struct importing *im, const char *name)
{
	struct arena *arena = im->ctx->arena;
	const char *base = name + (*name == '/');
	char *plain = arena_printf(arena, is_letter(*base) ? "%.150s" : "p.%.150s", base);
	const char *made = plain;

	for (char *p = plain; *p; p++)
		if (!is_letter(*p) && !(*p >= '0' && *p <= '9') && !strchr("_.-", *p))
			*p = *p == '/' ? '.' : '_';
	if (aac_lex_is_keyword(plain))
		made = plain = arena_printf(arena, "p.%s", plain);
	for (unsigned int n = 2; map_get_str(im->names, made); n++)
		made = arena_printf(arena, "%s-%u", plain, n);
	map_add(im->names, made, strlen(made), im);
	return made;
}

/* A flag that is a word stands without quotes. */
static void put_flag(struct buf *out, const char *text)
{
	if (aac_name_valid(text, false) && !aac_lex_is_keyword(text))
		buf_puts(out, text);
	else
		put_string(out, text);
}

static void put_flags(struct buf *out, const struct aac_args *flags)
{
	for (const struct aac_arg *a = flags->head; a; a = a->next) {
		buf_puts(out, a == flags->head ? "flags " : ", ");
		if (a->type == AAC_ARG_WORD)
			put_flag(out, a->word->text);
		else
			buf_printf(out, "\"%s=%s\"", a->key, a->list.head->word->text);
	}
	buf_puts(out, ";\n");
}

static void put_xattrs(struct importing *im, const struct aac_args *xattrs)
{
	const struct aac_arg *item = xattrs ? xattrs->head : NULL;

	while (item) {
		CLEANUP_BUF text = { 0 };

		buf_puts(&im->out, item == xattrs->head ? "xattrs " : ", ");
		item = aac_head_xattr_print(&text, item);
		put_string(&im->out, buf_str(&text));
		buf_puts(&im->out, item ? "" : ";\n");
	}
}

/* The head of a profile as directives; NAME is the language's for it. */
static void put_head(struct importing *im, const struct aac_head *head, const char *name)
{
	const struct aac_arg *arg = head->shape->args.head;
	bool keyword = arg->word && !arg->word->quoted &&
		       strcmp(arg->word->text, "profile") == 0 && arg->next &&
		       arg->next->word && arg->next->word->text == head->name;

	buf_printf(&im->out, "profile %s {\ntemplate raw;\n", name);
	if (strcmp(name, head->name) != 0) {
		buf_puts(&im->out, "name ");
		put_string(&im->out, head->name);
		buf_puts(&im->out, ";\n");
	}
	for (arg = keyword ? arg->next->next : arg->next; arg; arg = arg->next) {
		if (arg->type != AAC_ARG_WORD)
			continue;
		buf_puts(&im->out, "attach ");
		put_string(&im->out, arg->word->text);
		buf_puts(&im->out, ";\n");
	}
	put_xattrs(im, head->xattrs);
	if (head->flags)
		put_flags(&im->out, head->flags);
}

/* ---- profiles
 * -------------------------------------------------------------------------- */

/* Behind the '{' of BLOCK. */
static uint32_t body_begin(const struct importing *im, const struct aac_stmt *block)
{
	uint32_t from = block->shape->span.end, end = block->span.end;

	while (from < end && *at(im, from) != '{') {
		if (*at(im, from) == '#')
			from = skip_line(im, from, end);
		else
			from++;
	}
	return from + 1;
}

static void put_profile(struct importing *im, const struct aac_stmt *block,
			const struct aac_head *head)
{
	uint32_t begin = body_begin(im, block), end = block->span.end - 1;
	const char *name = make_name(im, head->name);
	CLEANUP_BUF uses = { 0 }, body = { 0 };

	begin = skip_blanks(im, begin, end);
	if (im->options->split || im->options->against)
		aac_import_split(im->ctx, im->source, im->options, block, begin, end,
				 name, im->names, &im->out, &uses, &body);
	else
		put_slice(&body, im, begin, end);
	put_head(im, head, name);
	buf_puts(&im->out, buf_str(&uses));
	if (im->preamble.len) {
		buf_puts(&im->out, "\npreamble {\n");
		buf_putn(&im->out, im->preamble.data, im->preamble.len);
		buf_puts(&im->out, "}\n");
	}
	buf_putc(&im->out, '\n');
	buf_putn(&im->out, buf_str(&body), body.len);
	buf_puts(&im->out, "\n}");
}

/* All preamble first: what stands behind a profile is for it, too. */
static void take_preamble(struct importing *im, const struct aac_file *file)
{
	const struct aac_stmt *first = NULL, *last = NULL;
	uint32_t begin = 0;

	for (const struct aac_stmt *stmt = file->stmts.head; stmt; stmt = stmt->next) {
		if (stmt->type != AAC_STMT_BLOCK) {
			first = first ? first : stmt;
			last = stmt;
			continue;
		}
		take_region(im, begin, stmt->shape->span.begin, first, last);
		begin = stmt->span.end;
		first = last = NULL;
	}
	take_region(im, begin, im->source->size, first, last);
}

static void put_profiles(struct importing *im, const struct aac_file *file)
{
	const struct aac_stmt *first = NULL, *last = NULL;
	struct buf preamble = im->preamble;
	uint32_t begin = 0;

	buf_clear(&im->out);
	for (const struct aac_stmt *stmt = file->stmts.head; stmt; stmt = stmt->next) {
		const struct aac_head *head;

		if (stmt->type != AAC_STMT_BLOCK) {
			first = first ? first : stmt;
			last = stmt;
			continue;
		}
		im->preamble = (struct buf){ 0 };
		take_region(im, begin, stmt->shape->span.begin, first, last);
		buf_fini(&im->preamble);
		im->preamble = preamble;
		head = aac_head_build(im->ctx, stmt->shape, true);
		if (head)
			put_profile(im, stmt, head);
		begin = stmt->span.end;
		first = last = NULL;
	}
	put_slice(&im->out, im,
		  last ? skip_line(im, last->span.end, im->source->size) : begin,
		  im->source->size);
}

/* What a source was made into, MADE of PIECES of it, is a profile text, too; what is
 * wrong then is told where it comes from. */
static const struct aac_file *read_edited(struct aac_context *ctx,
					  const struct aac_source *made,
					  const struct buf *pieces)
{
	struct aac_context own = *ctx;
	CLEANUP_BUF checked = { 0 };
	const struct aac_file *file;
	struct aac_diags found;

	aac_diags_init(&found, ctx->arena);
	own.diags = &found;
	file = aac_parse_profile(&own, made);
	if (!found.errors && aac_profile_print(&own, file, &checked))
		aac_import_execs(&own, file);
	aac_import_bring_home(ctx->diags, &found, made, pieces);
	return found.errors ? NULL : file;
}

bool aac_import(struct aac_context *ctx, const struct aac_source *source,
		const struct aac_import_options *options, struct map *names,
		struct buf *out)
{
	unsigned int errors = ctx->diags->errors;
	const struct aac_file *file = aac_parse_profile(ctx, source);
	struct importing im = {
		.ctx = ctx, .options = options, .source = source, .names = names
	};
	CLEANUP_BUF checked = { 0 }, pieces = { 0 };
	const char *text = NULL;
	size_t len = 0;

	if (ctx->diags->errors != errors || !aac_profile_print(ctx, file, &checked) ||
	    ctx->diags->errors != errors || !aac_import_check(ctx, file))
		return false;
	im.source = aac_import_plain(ctx, source, file, &pieces);
	if (im.source && im.source != source)
		file = read_edited(ctx, im.source, &pieces);
	if (!im.source || !file ||
	    (im.source == source && !aac_import_execs(ctx, file)))
		return false;
	take_preamble(&im, file);
	put_profiles(&im, file);
	text = aac_format(ctx,
			  aac_source_new(ctx->arena, source->name, NULL,
					 buf_str(&im.out), im.out.len),
			  &len);
	if (text) {
		if (out->len && len)
			buf_putc(out, '\n');
		buf_putn(out, text, len);
	}
	buf_fini(&im.out);
	buf_fini(&im.preamble);
	return text;
}
