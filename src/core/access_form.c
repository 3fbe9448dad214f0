/*
 * Accesses without lexer and grammar, for all kinds: takes a line, puts a mark for each
 * plain path and name in it, and looks for what was made of another line with the same
 * marks.  Not obvious: nothing here knows a kind.  Where in the queries and in the
 * canonical text a name belongs is found by reading the form with two sets of names that
 * occur nowhere else, and the form is believed only if what it then gives for the second
 * set and for the line at hand is what the grammar gives.
 */
#include "core/access_form.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"

enum {
	SLOTS_MAX = 8,
	FORMS_MAX = 4096,
	LINE_BYTES = 1024,
};

/* What stands for a name: in a form's key by what it begins with, in its text by number
 * from FIRST_MARK on.  No plain line has such bytes. */
enum { MARK_PATH = 1, MARK_ADDRESS, MARK_NAME, FIRST_MARK = 1 };

/* In every name that is made up here; a line that has it is left alone. */
#define MADE_UP "zQ"

/* A name of the line. */
struct slot {
	const char *at;
	size_t len;
	char mark;
};

struct reading {
	struct slot slots[SLOTS_MAX];
	size_t count;
	char key[LINE_BYTES];
	size_t key_len;
};

/* That a text of a query is a name of the line. */
struct hole {
	size_t query, offset, slot;
};

struct form {
	enum { SEEN, KNOWN, NEVER } state;
	const struct aac_kind *kind;
	const struct aac_query *queries;
	size_t count;
	const struct hole *holes;
	size_t hole_count;
	const char *text;
	size_t text_len;
};

struct aac_forms {
	struct aac_context ctx;
	struct arena *arena;
	const char *profile;
	struct map known; /* key -> struct form */
};

struct aac_forms *aac_forms_new(const struct aac_context *ctx, struct arena *arena,
				const char *profile)
{
	struct aac_forms *forms = ARENA_NEW(arena, struct aac_forms);

	forms->ctx = *ctx;
	forms->arena = arena;
	forms->profile = profile;
	return forms;
}

void aac_forms_fini(struct aac_forms *forms)
{
	map_fini(&forms->known);
}

/* ---- a line's names ---------------------------------------------------------------- */

enum { OTHER, WORD, BREAK };

static const unsigned char sorts[256] = {
	['a' ... 'z'] = WORD, ['A' ... 'Z'] = WORD, ['0' ... '9'] = WORD, ['/'] = WORD,
	['.'] = WORD,	      ['_'] = WORD,	    ['-'] = WORD,	  ['@'] = WORD,
	[':'] = WORD,	      [' '] = BREAK,	    ['='] = BREAK,	  ['('] = BREAK,
	[')'] = BREAK,	      ['>'] = BREAK,	    ['<'] = BREAK,	  ['+'] = BREAK,
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* No slash twice, and nothing that only the grammar understands. */
static bool is_simple(const char *at, const char *end, bool path)
{
	for (const char *p = at + 1; p < end; p++)
		if (*p == '@' || *p == ':' || (*p == '/' && (!path || p[-1] == '/')))
			return false;
	return true;
}

/* The words that the grammar knows wherever they stand. */
static bool is_reserved(const char *at, const char *stop)
{
	return (stop - at == 2 && memcmp(at, "in", 2) == 0) ||
	       (stop - at == 6 && memcmp(at, "except", 6) == 0);
}

/* Does what stands before AT, from TEXT on, end with a word that names follow? */
static bool takes_name(const char *text, const char *at)
{
	static const char *const words[] = { "peer=",	   "label=",  "name=",
					     "interface=", "member=", "-> " };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(at - text) > len && memcmp(at - len, words[i], len) == 0 &&
		    strchr(" (", at[-(ptrdiff_t)len - 1]))
			return true;
	}
	return false;
}

/* The mark for the word from AT to STOP in the line from TEXT to END; 0: it is no plain
 * name. */
static char mark_of(const char *text, const char *at, const char *stop, const char *end)
{
	if (at == text || (at[-1] != ' ' && at[-1] != '=') ||
	    (stop < end && *stop != ' ' && *stop != ')'))
		return 0;
	if (*at == '/')
		return stop - at > 1 && is_simple(at, stop, true) ? MARK_PATH : 0;
	if (*at == '@')
		return stop - at > 1 && at[-1] == '=' && is_simple(at, stop, true)
			       ? MARK_ADDRESS
			       : 0;
	return is_letter(*at) && is_simple(at, stop, false) && takes_name(text, at) &&
			       !is_reserved(at, stop)
		       ? MARK_NAME
		       : 0;
}

/* False: it is no plain line, or there is no name in it. */
static bool read_names(struct reading *reading, const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	char *key = reading->key;

	reading->count = 0;
	if (len > LINE_BYTES)
		return false;
	while (at < end) {
		const char *stop = at;
		char mark;

		while (stop < end && sorts[(unsigned char)*stop] == WORD)
			stop++;
		if (stop == at) {
			if (sorts[(unsigned char)*at] != BREAK)
				return false;
			*key++ = *at++;
			continue;
		}
		mark = reading->count < SLOTS_MAX ? mark_of(text, at, stop, end) : 0;
		if (mark) {
			reading->slots[reading->count++] =
				(struct slot){ at, (size_t)(stop - at), mark };
			*key++ = mark;
		} else {
			memcpy(key, at, (size_t)(stop - at));
			key += stop - at;
		}
		at = stop;
	}
	reading->key_len = (size_t)(key - reading->key);
	return reading->count > 0;
}

/* ---- a form's accesses ------------------------------------------------------------- */

static char *put(char *to, const char *text, size_t len)
{
	memcpy(to, text, len);
	return to + len;
}

/* The access with the names SLOTS. */
static const struct aac_attempt *fill(const struct form *form, struct arena *arena,
				      const struct slot *slots, size_t slot_count)
{
	struct aac_attempt *attempt = ARENA_NEW(arena, struct aac_attempt);
	struct aac_query *queries = ARENA_ARRAY(arena, struct aac_query, form->count);
	char *names[SLOTS_MAX], *text, *to;
	size_t names_len = 0;

	memcpy(queries, form->queries, form->count * sizeof(*queries));
	for (size_t i = 0; i < slot_count; i++) {
		names[i] = arena_strndup(arena, slots[i].at, slots[i].len);
		names_len += slots[i].len;
	}
	for (size_t i = 0; i < form->hole_count; i++) {
		const struct hole *hole = &form->holes[i];

		memcpy((char *)&queries[hole->query] + hole->offset, &names[hole->slot],
		       sizeof(char *));
	}
	/* Each name is in the text once, else the form is not believed. */
	to = text = arena_alloc(arena, form->text_len + names_len + 1, 1);
	for (size_t i = 0; i < form->text_len; i++) {
		size_t slot = (unsigned char)form->text[i] - FIRST_MARK;

		if (slot < slot_count)
			to = put(to, slots[slot].at, slots[slot].len);
		else
			*to++ = form->text[i];
	}
	*attempt = (struct aac_attempt){
		.kind = form->kind, .text = text, .queries = queries, .count = form->count
	};
	return attempt;
}

/* ---- making a form known ----------------------------------------------------------- */

static const size_t texts[] = {
	offsetof(struct aac_query, name),      offsetof(struct aac_query, other),
	offsetof(struct aac_query, fstype),    offsetof(struct aac_query, data),
	offsetof(struct aac_query, label),     offsetof(struct aac_query, address),
	offsetof(struct aac_query, bus),       offsetof(struct aac_query, peer_address),
	offsetof(struct aac_query, path),      offsetof(struct aac_query, peer_label),
	offsetof(struct aac_query, interface), offsetof(struct aac_query, member),
};

static const char *text_at(const struct aac_query *query, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)query + offset, sizeof(text));
	return text;
}

static bool same_query(const struct aac_query *a, const struct aac_query *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *one = text_at(a, texts[i]), *other = text_at(b, texts[i]);

		if (one && other ? strcmp(one, other) != 0 : one != other)
			return false;
	}
	return a->type == b->type && a->request == b->request && a->owner == b->owner &&
	       a->exec_asked == b->exec_asked && a->exec == b->exec &&
	       a->number == b->number && a->socket_type == b->socket_type &&
	       a->protocol == b->protocol && a->flags == b->flags &&
	       a->limit == b->limit && a->measured == b->measured;
}

bool aac_attempt_same(const struct aac_attempt *a, const struct aac_attempt *b)
{
	if (a->kind != b->kind || a->count != b->count || strcmp(a->text, b->text) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same_query(&a->queries[i], &b->queries[i]))
			return false;
	return true;
}

/* What the grammar makes of TEXT; NULL: it is refused, or not taken without a word. */
static const struct aac_attempt *read_whole(const struct aac_forms *forms,
					    struct arena *arena, const char *text,
					    size_t len)
{
	struct aac_context ctx = forms->ctx;
	const struct aac_attempt *attempt;
	struct aac_diags silent;

	aac_diags_init(&silent, arena);
	ctx.arena = arena;
	ctx.diags = &silent;
	attempt = aac_access_read(&ctx, aac_source_new(arena, "-", NULL, text, len),
				  forms->profile);
	return silent.errors + silent.warnings ? NULL : attempt;
}

/* The names of one SET, for the marks of READING. */
static void make_up(struct arena *arena, const struct reading *reading, unsigned int set,
		    struct slot *slots)
{
	static const char *const begins[] = {
		[MARK_PATH] = "/", [MARK_ADDRESS] = "@", [MARK_NAME] = ""
	};

	for (size_t i = 0; i < reading->count; i++) {
		const char *begin = begins[(size_t)reading->slots[i].mark];
		const char *end = set && *begin ? "/e." : "";

		slots[i] = reading->slots[i];
		slots[i].at = arena_printf(arena, "%s" MADE_UP "%u-%zu.x%s", begin, set,
					   i, end);
		slots[i].len = strlen(slots[i].at);
	}
}

/* The line of READING with the names SLOTS, as the grammar reads it. */
static const struct aac_attempt *read_with(const struct aac_forms *forms,
					   struct arena *arena,
					   const struct reading *reading,
					   const struct slot *slots)
{
	CLEANUP_BUF line = { 0 };
	size_t next = 0;

	for (size_t i = 0; i < reading->key_len; i++) {
		char c = reading->key[i];

		if (c > MARK_NAME) {
			buf_putc(&line, c);
			continue;
		}
		buf_putn(&line, slots[next].at, slots[next].len);
		next++;
	}
	return read_whole(forms, arena, buf_str(&line), line.len);
}

/* Which of the names is TEXT, as a whole? */
static size_t find_name(const struct slot *slots, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(slots[i].at, text) == 0)
			return i;
	return count;
}

static void take_queries(const struct aac_forms *forms, struct form *form,
			 const struct aac_attempt *attempt, const struct slot *slots,
			 size_t slot_count)
{
	struct aac_query *queries =
		ARENA_ARRAY(forms->arena, struct aac_query, attempt->count);
	struct hole *holes = ARENA_ARRAY(forms->arena, struct hole,
					 attempt->count * ARRAY_SIZE(texts));

	for (size_t i = 0; i < attempt->count; i++) {
		queries[i] = attempt->queries[i];
		for (size_t t = 0; t < ARRAY_SIZE(texts); t++) {
			const char *text = text_at(&queries[i], texts[t]);
			size_t slot =
				text ? find_name(slots, slot_count, text) : slot_count;

			if (slot < slot_count)
				holes[form->hole_count++] =
					(struct hole){ i, texts[t], slot };
			else if (text)
				text = arena_strdup(forms->arena, text);
			memcpy((char *)&queries[i] + texts[t], &text, sizeof(text));
		}
	}
	form->queries = queries;
	form->count = attempt->count;
	form->holes = holes;
}

/* False: a name is not in it exactly once. */
static bool take_text(const struct aac_forms *forms, struct form *form,
		      const struct aac_attempt *attempt, const struct slot *slots,
		      size_t slot_count)
{
	char *text = arena_strdup(forms->arena, attempt->text);

	for (size_t i = 0; i < slot_count; i++) {
		char *at = strstr(text, slots[i].at), *rest;

		if (!at)
			return false;
		rest = at + slots[i].len;
		*at++ = (char)(FIRST_MARK + i);
		memmove(at, rest, strlen(rest) + 1);
	}
	if (strstr(text, MADE_UP))
		return false;
	form->text = text;
	form->text_len = strlen(text);
	return true;
}

/* The form of READING, which is that of the LEN bytes of LINE; false: it cannot be
 * known. */
static bool learn(const struct aac_forms *forms, struct form *form,
		  const struct reading *reading, struct arena *scratch, const char *line,
		  size_t len)
{
	struct slot first[SLOTS_MAX], second[SLOTS_MAX];
	const struct aac_attempt *attempt, *other, *own;

	if (memmem(line, len, MADE_UP, strlen(MADE_UP)))
		return false;
	make_up(scratch, reading, 0, first);
	make_up(scratch, reading, 1, second);
	attempt = read_with(forms, scratch, reading, first);
	other = read_with(forms, scratch, reading, second);
	own = read_whole(forms, scratch, line, len);
	if (!attempt || !other || !own ||
	    !take_text(forms, form, attempt, first, reading->count))
		return false;
	form->kind = attempt->kind;
	take_queries(forms, form, attempt, first, reading->count);
	return aac_attempt_same(fill(form, scratch, second, reading->count), other) &&
	       aac_attempt_same(fill(form, scratch, reading->slots, reading->count), own);
}

static struct form *add_form(struct aac_forms *forms, const struct reading *reading)
{
	struct form *form;

	if (forms->known.count >= FORMS_MAX)
		return NULL;
	form = ARENA_NEW(forms->arena, struct form);
	map_add(&forms->known,
		arena_strndup(forms->arena, reading->key, reading->key_len),
		reading->key_len, form);
	return form;
}

const struct aac_attempt *aac_forms_read(struct aac_forms *forms, struct arena *scratch,
					 const char *text, size_t len)
{
	struct reading reading;
	struct form *form;

	if (!read_names(&reading, text, len))
		return NULL;
	form = map_get(&forms->known, reading.key, reading.key_len);
	if (!form) {
		add_form(forms, &reading);
		return NULL;
	}
	if (form->state == SEEN)
		form->state =
			learn(forms, form, &reading, scratch, text, len) ? KNOWN : NEVER;
	return form->state == KNOWN ? fill(form, scratch, reading.slots, reading.count)
				    : NULL;
}
