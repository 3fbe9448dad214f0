/*
 * Texts that differ in the profile's name, and have a rule that speaks of it: what takes
 * long, paths of files, mounts and networks, is compiled once for all of them; what is
 * left, fast, for each name (core/blob_splice.h).
 *
 * That the policy so put together decides as the parser's own does is shown each time.
 * Of a body: the first name's is put together in the same way, and all of it is walked in
 * step with the parser's, so it can be taken apart there.  Of a name: no rule that is
 * left out under it speaks of the name, and those that stay, walked in step with the
 * first name's, say the same of all that is taken from there.  The rest the parser says
 * itself.  Whatever is not so is compiled whole.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/blob.h"
#include "core/blob_splice.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/kind.h"
#include "core/policy.h"
#include "core/render.h"
#include "core/rule.h"
#include "core/target.h"
#include "host/build_id.h"
#include "host/cache.h"
#include "host/compiler_names.h"
#include "host/spawn.h"

#define OWN_NAME "@{profile_name}"
#define OWN_LABEL "-> " OWN_NAME
#define RULES_MIN 8 /* fewer are compiled as fast as they are put together */

/* ---- texts ------------------------------------------------------------------------ */

/* How often WORD stands there. */
static size_t times(const char *line, size_t len, const char *word)
{
	const char *end = line + len, *at = line;
	size_t count = 0;

	while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
		at += strlen(word);
		count++;
	}
	return count;
}

bool aac_splice_may_speak(const struct aac_line *line, const char *text, size_t len)
{
	enum aac_kind_id kind;

	if (!line->grant)
		return false;
	kind = line->grant->rule->kind->id;
	/* Not in the path of the exec, and nothing before it in the label. */
	if (kind == AAC_KIND_CHANGE_PROFILE)
		return times(text, len, OWN_LABEL) == 1 && times(text, len, "@{") == 1;
	return kind == AAC_KIND_SIGNAL || kind == AAC_KIND_PTRACE ||
	       kind == AAC_KIND_UNIX || kind == AAC_KIND_DBUS;
}

/* ---- what was kept ---------------------------------------------------------------- */

/* What is put together has a name of its own: it is not the parser's answer. */
static bool key_of(const struct naming *naming, size_t i, struct digest *plain,
		   struct digest *spliced)
{
	const char *self = aac_build_id(naming->ctx->arena);
	CLEANUP_BUF all = { 0 };

	if (!self ||
	    !aac_cache_key(naming->cache, naming->base, &naming->processes[i], plain))
		return false;
	buf_printf(&all, "put together by %s\n%s\n", self, plain->hex);
	*spliced = digest_bytes(all.data, all.len);
	return true;
}

void aac_names_recall(struct naming *naming)
{
	struct aac_cache_use use = aac_cache_use(naming->cache);

	for (size_t i = 0; i < naming->count; i++) {
		struct aac_process *to = &naming->processes[i];
		struct digest plain;

		if (naming->first[i] == i || !naming->speaks[i] ||
		    !key_of(naming, i, &plain, &naming->keys[i]))
			continue;
		if (!aac_cache_get(naming->cache, &plain, &to->out, &to->err) &&
		    !aac_cache_get(naming->cache, &naming->keys[i], &to->out, &to->err))
			continue;
		to->status = 0;
		naming->recalled[i] = true;
		use.kept++;
		if (naming->done)
			(void)naming->done(naming->env, i);
	}
	aac_cache_set_use(naming->cache, use);
}

/* Its question is what it was before anything ran. */
static void keep(struct naming *naming, size_t i)
{
	struct digest plain, spliced;

	if (key_of(naming, i, &plain, &spliced) &&
	    strcmp(spliced.hex, naming->keys[i].hex) == 0)
		aac_cache_put(naming->cache, &spliced, &naming->processes[i].out,
			      &naming->processes[i].err);
}

/* ---- putting together ------------------------------------------------------------- */

/* The texts of one body: those whose first is FIRST. */
struct body {
	size_t first;
	const struct aac_splice *splice; /* NULL: not to be had */
	const struct aac_process *fast;	 /* the first's */
};

/* The fast part of a text. */
struct piece {
	size_t text;
	struct buf input;
	struct piece
		*next; /* of the same body; the first text's has all others behind it */
};

struct pieces {
	struct naming *naming;
	struct arena *bodies, *scratch; /* for the time of a body, of a text */
	struct piece *items;
	struct aac_process *fast; /* of each item */
	size_t count;
	bool networks;	     /* are left out */
	struct piece **last; /* of each body, by the index of its first text */
};

static const struct aac_blob *read_one(struct arena *arena, const struct buf *bytes)
{
	struct aac_diags silent;
	struct aac_context ctx = { .arena = arena, .diags = &silent };

	aac_diags_init(&silent, arena);
	return aac_blob_read(&ctx, "policy", (const uint8_t *)buf_str(bytes), bytes->len);
}

/* The body's first text, put together, is the parser's. */
static void prove(struct pieces *p, struct body *body)
{
	struct naming *naming = p->naming;
	const struct aac_process *whole = &naming->processes[body->first];
	const char *name = naming->texts[body->first]->policy->name;
	const struct aac_blob *a, *b;
	CLEANUP_BUF made = { 0 };

	if (!aac_names_is_good(body->fast))
		return;
	body->splice = aac_splice_new(p->bodies, &whole->out, &body->fast->out, name,
				      p->networks);
	arena_reset(p->scratch);
	if (body->splice &&
	    aac_splice(body->splice, p->scratch, &body->fast->out, name, &made)) {
		a = read_one(p->scratch, &whole->out);
		b = read_one(p->scratch, &made);
		if (a && b && aac_equal(p->scratch, a, b))
			return;
	}
	body->splice = NULL;
}

/* The fast part of a text has the parser say what the first's has. */
static bool same_words(const struct buf *first, const char *from, const struct buf *fast,
		       const char *to)
{
	CLEANUP_BUF said = { 0 };

	return aac_names_said(&said, first, from, to) && said.len == fast->len &&
	       memcmp(buf_str(&said), buf_str(fast), said.len) == 0;
}

static bool put_together(struct pieces *p, const struct body *body, size_t i,
			 const struct aac_process *fast)
{
	struct naming *naming = p->naming;
	const struct aac_process *from = &naming->processes[body->first];
	struct aac_process *to = &naming->processes[i];
	const char *known = naming->texts[body->first]->policy->name;
	const char *name = naming->texts[i]->policy->name;

	if (!body->splice || !aac_names_is_good(fast) ||
	    !same_words(&body->fast->err, known, &fast->err, name))
		return false;
	arena_reset(p->scratch);
	if (!aac_splice(body->splice, p->scratch, &fast->out, name, &to->out) ||
	    !aac_names_is_of(p->scratch, &to->out, name) ||
	    !aac_names_said(&to->err, &from->err, known, name)) {
		buf_clear(&to->out);
		buf_clear(&to->err);
		return false;
	}
	to->status = from->status;
	return true;
}

static void want(struct pieces *p, size_t i)
{
	size_t first = p->naming->first[i];
	struct piece *piece = &p->items[p->count];
	struct aac_process *fast = &p->fast[p->count++];

	piece->text = i;
	aac_fast_text(&piece->input, p->naming->base, p->naming->texts[i], p->networks);
	if (p->last[first])
		p->last[first]->next = piece;
	p->last[first] = piece;
	*fast = p->naming->processes[first];
	fast->input = buf_str(&piece->input);
	fast->input_len = piece->input.len;
	fast->out = fast->err = (struct buf){ 0 };
}

static bool is_worth_it(const struct pieces *p, size_t first)
{
	CLEANUP_BUF text = { 0 };

	return aac_fast_text(&text, p->naming->base, p->naming->texts[first],
			     p->networks) >= RULES_MIN;
}

/* LIST, and the first of each body; those that are not worth it are left. */
static size_t want_all(struct pieces *p, size_t *list, size_t count)
{
	struct naming *naming = p->naming;
	bool *unworthy = ARENA_ARRAY(naming->ctx->arena, bool, naming->count);
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		size_t first = naming->first[list[i]];

		if (!p->last[first] && !unworthy[first]) {
			unworthy[first] = !is_worth_it(p, first);
			if (!unworthy[first])
				want(p, first);
		}
		if (p->last[first])
			want(p, list[i]);
		else
			list[left++] = list[i];
	}
	return left;
}

/* The texts of a body, its first one's piece being FIRST. */
static size_t finish_body(struct pieces *p, const struct piece *first, size_t *list,
			  size_t left)
{
	struct naming *naming = p->naming;
	struct body body = { .first = first->text, .fast = &p->fast[first - p->items] };

	arena_reset(p->bodies);
	if (!naming->stopped)
		prove(p, &body);
	for (const struct piece *piece = first->next; piece; piece = piece->next) {
		const struct aac_process *fast = &p->fast[piece - p->items];

		if (naming->stopped || !put_together(p, &body, piece->text, fast)) {
			list[left++] = piece->text;
			continue;
		}
		keep(naming, piece->text);
		if (naming->done && !naming->done(naming->env, piece->text))
			naming->stopped = true;
	}
	return left;
}

size_t aac_names_splice(struct naming *naming, size_t *list, size_t count,
			unsigned int jobs, size_t *made)
{
	struct arena *arena = naming->ctx->arena;
	struct pieces p = { .naming = naming };
	struct aac_cache_use use = aac_cache_use(naming->cache);
	size_t left;

	if (count == 0)
		return 0;
	/* Where they are mediated, rules of unix sockets are of the networks' class. */
	p.networks = !aac_target_supports(naming->ctx->target, "unix");
	p.items = ARENA_ARRAY(arena, struct piece, 2 * count);
	p.fast = ARENA_ARRAY(arena, struct aac_process, 2 * count);
	p.last = ARENA_ARRAY(arena, struct piece *, naming->count);
	left = want_all(&p, list, count);
	aac_cache_spawn(naming->cache, naming->base, p.fast, p.count, jobs, NULL, NULL);
	aac_cache_set_use(naming->cache, use);
	p.bodies = arena_new();
	p.scratch = arena_new();
	for (size_t i = 0; i < p.count; i++)
		if (naming->first[p.items[i].text] == p.items[i].text)
			left = finish_body(&p, &p.items[i], list, left);
	arena_free(p.scratch);
	arena_free(p.bodies);
	for (size_t i = 0; i < p.count; i++) {
		buf_fini(&p.fast[i].out);
		buf_fini(&p.fast[i].err);
		buf_fini(&p.items[i].input);
	}
	*made = count - left;
	return left;
}
