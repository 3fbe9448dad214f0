/*
 * An imported profile in parts: rules about mounts, devices and so on go into fragments
 * of their own, rules that a fragment gives already go away.  The text is cut at ends of
 * statements, so each rule keeps its spelling and the comments above it.
 *
 * Not obvious: a rule of a fragment is made ready for the target, one of a profile under
 * `template raw` is emitted as it stands.  So only what comes out the same moves.
 */
#include "core/import_split.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/kind.h"
#include "core/library.h"
#include "core/rule.h"
#include "core/target.h"

static const struct {
	const char *word, *summary;
} concerns[AAC_CONCERN_COUNT] = {
	[AAC_CONCERN_CAPABILITIES] = { "capabilities", "What it may do of root's" },
	[AAC_CONCERN_DEVICES] = { "devices", "Its devices" },
	[AAC_CONCERN_KERNEL] = { "kernel", "Its part of /proc and /sys" },
	[AAC_CONCERN_MOUNTS] = { "mounts", "What it may mount" },
	[AAC_CONCERN_NETWORK] = { "network", "Its sockets" },
	[AAC_CONCERN_PROCESSES] = { "processes", "Signals and tracing" },
	[AAC_CONCERN_STORAGE] = { "storage", "Its data" },
};

/* Files, by how their path begins. */
static const struct {
	const char *prefix;
	enum aac_concern concern;
} places[] = {
	{ "/dev/", AAC_CONCERN_DEVICES },   { "/proc/", AAC_CONCERN_KERNEL },
	{ "/sys/", AAC_CONCERN_KERNEL },    { "@{PROC}/", AAC_CONCERN_KERNEL },
	{ "@{sys}/", AAC_CONCERN_KERNEL },  { "/home/", AAC_CONCERN_STORAGE },
	{ "/media/", AAC_CONCERN_STORAGE }, { "/mnt/", AAC_CONCERN_STORAGE },
	{ "/srv/", AAC_CONCERN_STORAGE },   { "/var/lib/", AAC_CONCERN_STORAGE },
};

static enum aac_concern concern_of_file(const struct aac_rule *rule)
{
	for (size_t i = 0; i < rule->kind->field_count; i++) {
		const struct aac_pattern *path = rule->fields[i].patterns;

		if (!path || rule->kind->fields[i].type != AAC_FIELD_PATHS)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(places); k++)
			if (strncmp(path->text, places[k].prefix,
				    strlen(places[k].prefix)) == 0)
				return places[k].concern;
		return AAC_CONCERN_NONE;
	}
	return AAC_CONCERN_NONE;
}

static enum aac_concern concern_of(const struct aac_rule *rule)
{
	static const struct {
		enum aac_kind_id kind;
		enum aac_concern concern;
	} kinds[] = {
		{ AAC_KIND_CAPABILITY, AAC_CONCERN_CAPABILITIES },
		{ AAC_KIND_MOUNT, AAC_CONCERN_MOUNTS },
		{ AAC_KIND_REMOUNT, AAC_CONCERN_MOUNTS },
		{ AAC_KIND_UMOUNT, AAC_CONCERN_MOUNTS },
		{ AAC_KIND_PIVOT_ROOT, AAC_CONCERN_MOUNTS },
		{ AAC_KIND_NETWORK, AAC_CONCERN_NETWORK },
		{ AAC_KIND_SIGNAL, AAC_CONCERN_PROCESSES },
		{ AAC_KIND_PTRACE, AAC_CONCERN_PROCESSES },
	};

	if (rule->kind->id == AAC_KIND_FILE)
		return concern_of_file(rule);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == rule->kind->id)
			return kinds[i].concern;
	return AAC_CONCERN_NONE;
}

/* Fields that only newer parsers have. */
static bool is_late(const struct aac_rule *rule)
{
	for (size_t i = rule->kind->late;
	     rule->kind->late_parser && i < rule->kind->field_count; i++)
		if (rule->fields[i].present)
			return true;
	return rule->has_priority || rule->kind->parser;
}

bool aac_import_is_plain(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_target old = { .name = "", .parser = "3.0.0" };
	struct aac_context silent = *ctx;
	struct aac_diags diags;
	const char *why;

	aac_diags_init(&diags, ctx->arena);
	silent.diags = &diags;
	if (is_late(rule) || (ctx->target && !aac_rule_supported(&silent, rule)))
		return false;
	silent.target = &old;
	return aac_rule_narrow(&silent, rule, &why) == rule;
}

/* ---- cutting ---------------------------------------------------------------------- */

/* Behind STMT: its line, unless NEXT begins on it. */
static uint32_t piece_end(const struct aac_source *source, const struct aac_stmt *stmt,
			  const struct aac_stmt *next, uint32_t end)
{
	const char *text = source->text;
	uint32_t at = stmt->span.end, stop = end;

	if (next)
		stop = next->shape ? next->shape->span.begin : next->span.begin;

	while (at < stop && text[at] != '\n')
		at++;
	return at < stop ? at + 1 : next ? stop : end;
}

static struct aac_pieces cut(struct aac_context *ctx, const struct aac_source *source,
			     const struct aac_stmt *block, uint32_t begin, uint32_t end)
{
	struct aac_pieces pieces = { 0 };
	struct aac_context silent = *ctx;
	struct aac_diags diags;
	size_t count = 0;

	aac_diags_init(&diags, ctx->arena);
	silent.diags = &diags; /* what there is to say has been said */
	for (const struct aac_stmt *s = block->body.head; s; s = s->next)
		count++;
	pieces.items = ARENA_ARRAY(ctx->arena, struct aac_piece, count);
	for (const struct aac_stmt *s = block->body.head; s; s = s->next) {
		struct aac_piece *piece = &pieces.items[pieces.count++];

		*piece = (struct aac_piece){ .stmt = s, .begin = begin };
		piece->end = begin = piece_end(source, s, s->next, end);
		if (s->type == AAC_STMT_RULE)
			piece->rule = aac_rule_build(&silent, s->shape);
		if (piece->rule && aac_import_is_plain(ctx, piece->rule))
			piece->concern = concern_of(piece->rule);
	}
	return pieces;
}

/* ---- putting together ------------------------------------------------------------- */

struct splitting {
	struct aac_context *ctx;
	const struct aac_source *source;
	const struct aac_import_options *options;
	struct aac_pieces pieces;
	struct buf parts[AAC_CONCERN_COUNT]; /* [NONE]: the body */
	struct buf lead; /* comments of a rule that went, for the rule below */
	bool parted[AAC_CONCERN_COUNT]; /* by a blank line, since the last rule there */
};

static bool has_blank_line(const char *text, size_t len)
{
	bool line = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n' && line)
			return true;
		line = text[i] == '\n' || (line && strchr(" \t\r", text[i]));
	}
	return false;
}

/* Where the statement of PIECE begins, behind what stands above it. */
static uint32_t stmt_begin(const struct aac_piece *piece)
{
	const struct aac_stmt *stmt = piece->stmt;
	uint32_t begin = stmt->shape ? stmt->shape->span.begin : stmt->span.begin;

	return begin > piece->begin ? begin : piece->begin;
}

/* What stands above the rule of PIECE, of which it goes. */
static void keep_lead(struct splitting *s, const struct aac_piece *piece)
{
	const char *text = s->source->text + piece->begin;
	size_t len = stmt_begin(piece) - piece->begin;

	if (has_blank_line(text, len))
		buf_clear(&s->lead);
	buf_putn(&s->lead, text, len);
}

static void put_piece(struct splitting *s, const struct aac_piece *piece)
{
	const char *text = s->source->text + piece->begin;
	enum aac_concern to = s->options->split ? piece->concern : AAC_CONCERN_NONE;
	struct buf *out = &s->parts[to];
	size_t lead = stmt_begin(piece) - piece->begin;
	/* A piece begins where the line above ends. */
	bool begun = piece->begin && text[-1] == '\n';
	bool blank = begun ? has_blank_line(text - 1, lead + 1)
			   : has_blank_line(text, lead);

	for (size_t i = 0; blank && i < AAC_CONCERN_COUNT; i++)
		s->parted[i] = true;
	if (piece->given_by) {
		keep_lead(s, piece);
		return;
	}
	if (s->parted[to] && !blank && out->len)
		buf_putc(out, '\n');
	s->parted[to] = false;
	if (!blank)
		buf_putn(out, s->lead.data ? s->lead.data : "", s->lead.len);
	buf_clear(&s->lead);
	buf_putn(out, text, piece->end - piece->begin);
	if (piece->end > piece->begin && text[piece->end - piece->begin - 1] != '\n')
		buf_putc(out, '\n');
}

/* Was a rule about CONCERN given by FRAGMENT? */
static bool gives(const struct splitting *s, enum aac_concern concern,
		  const char *fragment)
{
	for (size_t i = 0; i < s->pieces.count; i++)
		if (s->pieces.items[i].concern == concern &&
		    s->pieces.items[i].given_by &&
		    strcmp(s->pieces.items[i].given_by, fragment) == 0)
			return true;
	return false;
}

/* A name that no fragment has: PROFILE and what it is about, without dots. */
static const char *name_fragment(struct splitting *s, const char *profile,
				 const char *word, struct map *names)
{
	struct arena *arena = s->ctx->arena;
	char *base = arena_printf(arena, "%s-%s", profile, word);
	const char *name = base;

	for (char *p = base; *p; p++)
		if (*p == '.')
			*p = '-';
	for (unsigned int n = 2;; n++) {
		const char *key = arena_printf(arena, "fragment %s", name);

		if (!map_get_str(names, key) &&
		    !(s->options->against &&
		      aac_library_fragment(s->options->against, name))) {
			map_add(names, key, strlen(key), s);
			return name;
		}
		name = arena_printf(arena, "%s-%u", base, n);
	}
}

/* The fragment for CONCERN, which requires those of USED that gave it rules; CLAIMED
 * says of which of them that was said. */
static void put_fragment(struct splitting *s, enum aac_concern concern, const char *name,
			 const char *const *used, bool *claimed, struct buf *out)
{
	bool any = false;

	buf_printf(out, "fragment %s \"%s\" {\n", name, concerns[concern].summary);
	for (size_t i = 0; used[i]; i++) {
		if (!gives(s, concern, used[i]))
			continue;
		buf_printf(out, "%s%s", any ? ", " : "requires ", used[i]);
		claimed[i] = any = true;
	}
	buf_puts(out, any ? ";\n\n" : "");
	buf_putn(out, s->parts[concern].data, s->parts[concern].len);
	buf_puts(out, "}\n\n");
}

static void put_use(struct buf *uses, const char *name)
{
	buf_printf(uses, "%s%s", uses->len ? ", " : "use ", name);
}

static void put_parts(struct splitting *s, const char *profile, struct map *names,
		      const char *const *used, struct buf *fragments, struct buf *uses)
{
	size_t count = 0;
	bool *claimed;

	while (used[count])
		count++;
	claimed = ARENA_ARRAY(s->ctx->arena, bool, count);
	for (size_t i = AAC_CONCERN_NONE + 1; i < AAC_CONCERN_COUNT; i++) {
		const char *name;

		if (!s->parts[i].len)
			continue;
		name = name_fragment(s, profile, concerns[i].word, names);
		put_fragment(s, (enum aac_concern)i, name, used, claimed, fragments);
		put_use(uses, name);
	}
	for (size_t i = 0; i < count; i++)
		if (!claimed[i])
			put_use(uses, used[i]);
	if (uses->len)
		buf_puts(uses, ";\n");
}

void aac_import_split(struct aac_context *ctx, const struct aac_source *source,
		      const struct aac_import_options *options,
		      const struct aac_stmt *block, uint32_t begin, uint32_t end,
		      const char *name, struct map *names, struct buf *fragments,
		      struct buf *uses, struct buf *body)
{
	static const char *const none[] = { NULL };
	const char *const *used = none;
	struct splitting s = { .ctx = ctx, .source = source, .options = options };
	uint32_t last = begin;

	s.pieces = cut(ctx, source, block, begin, end);
	if (options->against)
		aac_import_against(ctx, options, &s.pieces, &used);
	for (size_t i = 0; i < s.pieces.count; i++) {
		put_piece(&s, &s.pieces.items[i]);
		last = s.pieces.items[i].end;
	}
	buf_putn(body,
		 s.parts[AAC_CONCERN_NONE].data ? s.parts[AAC_CONCERN_NONE].data : "",
		 s.parts[AAC_CONCERN_NONE].len);
	if (end > last)
		buf_putn(body, source->text + last, end - last);
	put_parts(&s, name, names, used, fragments, uses);
	for (size_t i = 0; i < AAC_CONCERN_COUNT; i++)
		buf_fini(&s.parts[i]);
	buf_fini(&s.lead);
}
