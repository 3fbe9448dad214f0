/*
 * That nothing is wrong with a fragment that stands alone, found again: takes all that
 * the checks of compiled policy look at to a digest, and asks the cache.  Not obvious:
 * the rule files themselves are digested, not what was read of them, so that no part of
 * a declaration can be forgotten; only "nothing to tell" is kept; and files that the
 * parser reads may have changed while it ran, so its questions are asked anew before
 * anything is.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/lint.h"
#include "cli/run.h"
#include "core/context.h"
#include "core/library.h"
#include "core/render.h"
#include "core/target.h"
#include "host/build_id.h"
#include "host/cache.h"
#include "host/compiler.h"

struct keys {
	struct aac_linting *l;
	struct map digests; /* source -> digest of its text, as hex */
	const char *common; /* of the files that speak of more than themselves */
};

/* The address is the key, and lives as long as the source does. */
static const char *digest_of(struct keys *keys, const struct aac_source *source)
{
	struct arena *arena = keys->l->run->arena;
	const char *known =
		map_get(&keys->digests, (const char *)&source, sizeof(source));
	const struct aac_source **key;
	struct digest digest;

	if (known)
		return known;
	digest = digest_bytes(source->text, source->size);
	key = ARENA_NEW(arena, const struct aac_source *);
	*key = source;
	return map_add(&keys->digests, (const char *)key, sizeof(source),
		       arena_strdup(arena, digest.hex));
}

/* Conditions, amends and profiles may concern any fragment. */
static bool is_common(const struct aac_file *file)
{
	for (const struct aac_decl *d = file->decls.head; d; d = d->next)
		if (d->type != AAC_DECL_FRAGMENT)
			return true;
	return !file->decls.head;
}

static const char *digest_common(struct keys *keys)
{
	const struct aac_library *library = keys->l->run->library;
	CLEANUP_BUF all = { 0 };

	for (const struct aac_file *f = library->files; f; f = f->next)
		if (is_common(f))
			buf_printf(&all, "%s\n", digest_of(keys, f->source));
	return arena_strdup(keys->l->run->arena,
			    digest_bytes(buf_str(&all), all.len).hex);
}

/* QUESTION: what the parser is asked of the whole; its text names the target.  Which
 * fragment stands alone need not be said: it requires all the others, so no other's are
 * the same ones. */
static struct digest key_of(struct keys *keys, const struct aac_lint_unit *unit,
			    const char *self, const struct digest *question)
{
	const struct aac_fragments *fragments = &unit->policy->fragments;
	CLEANUP_BUF all = { 0 };

	buf_printf(&all, "lint by %s\n", self);
	buf_printf(&all, "for parser %s\n", keys->l->run->ctx.target->parser);
	buf_printf(&all, "asking %s\n", question->hex);
	buf_printf(&all, "beside %s\n", keys->common);
	for (size_t i = 0; i < fragments->count; i++)
		buf_printf(&all, "%s %s\n", fragments->items[i]->name,
			   digest_of(keys, fragments->items[i]->decl->span.source));
	return digest_bytes(all.data, all.len);
}

static bool is_kept(struct aac_cache *cache, const struct digest *key)
{
	CLEANUP_BUF kept = { 0 };
	CLEANUP_BUF none = { 0 };

	return aac_cache_get(cache, key, &kept, &none);
}

/* What the parser would be asked of all fragments, by the files as they are now; NULL:
 * that cannot be told. */
static struct digest *ask(const struct aac_linting *l, bool **named)
{
	struct aac_run *run = l->run;
	const struct aac_profile_text **texts =
		ARENA_ARRAY(run->arena, const struct aac_profile_text *, l->alone_count);
	struct digest *questions = ARENA_ARRAY(run->arena, struct digest, l->alone_count);

	*named = ARENA_ARRAY(run->arena, bool, l->alone_count);
	for (size_t i = 0; i < l->alone_count; i++)
		texts[i] = l->units[l->alone[i].unit].text;
	return aac_check_keys(&run->ctx, &run->host, texts, l->alone_count, questions,
			      *named)
		       ? questions
		       : NULL;
}

void aac_lint_verdicts_find(struct aac_linting *l)
{
	struct aac_run *run = l->run;
	const char *self = run->host.cache ? aac_build_id(run->arena) : NULL;
	struct keys keys = { .l = l };
	struct digest *questions;
	bool *named;

	if (!self || !l->alone_count || !run->ctx.target)
		return;
	questions = ask(l, &named);
	if (!questions)
		return;
	keys.common = digest_common(&keys);
	for (size_t i = 0; i < l->alone_count; i++) {
		struct aac_lint_alone *one = &l->alone[i];
		struct aac_lint_unit *unit = &l->units[one->unit];

		one->named = named[i];
		if (!named[i])
			continue;
		one->question = questions[i];
		one->key = key_of(&keys, unit, self, &questions[i]);
		unit->clean = is_kept(run->host.cache, &one->key);
	}
	map_fini(&keys.digests);
}

/* All of it could be looked at. */
static bool is_whole(const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++)
		if (!unit->rules.items[i].blob)
			return false;
	return unit->blob && unit->without;
}

void aac_lint_verdict_good(struct aac_linting *l, const struct aac_lint_unit *unit)
{
	const size_t index = (size_t)(unit - l->units);
	size_t low = 0, high = l->alone_count;

	if (unit->clean || l->partial || !is_whole(unit))
		return;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->alone[middle].unit < index)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == l->alone_count || l->alone[low].unit != index || !l->alone[low].named)
		return;
	l->alone[low].good = true;
	l->good = true;
}

void aac_lint_verdicts_keep(struct aac_linting *l)
{
	struct digest *questions;
	CLEANUP_BUF kept = { 0 };
	CLEANUP_BUF none = { 0 };
	bool *named;

	questions = l->good ? ask(l, &named) : NULL;
	buf_puts(&kept, "nothing to tell");
	for (size_t i = 0; questions && i < l->alone_count; i++) {
		const struct aac_lint_alone *one = &l->alone[i];

		if (one->good && named[i] &&
		    strcmp(questions[i].hex, one->question.hex) == 0)
			aac_cache_put(l->run->host.cache, &one->key, &kept, &none);
	}
}
