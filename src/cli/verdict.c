/*
 * That a profile does all that is expected of it, found again: takes what the verdict
 * depends on to a digest, and asks the cache.  Not obvious: only "all of it holds" is
 * kept; whatever does not hold is decided anew, and told.
 */
#include "cli/verdict.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "cli/run.h"
#include "core/profile_text.h"
#include "core/render.h"
#include "core/rule_text.h"
#include "host/build_id.h"
#include "host/cache.h"

/* Profiles share most of their lines, so each is printed once. */
static const char *print_expect(struct aac_run *run, struct map *printed,
				const struct aac_expect *expect)
{
	const char *known = map_get(printed, (const char *)&expect, sizeof(expect));
	const struct aac_expect **key;
	CLEANUP_BUF out = { 0 };

	if (known)
		return known;
	buf_printf(&out, "%d %d ", (int)expect->verdict, (int)expect->words->owner);
	aac_rule_print(&out, expect->words);
	key = ARENA_NEW(run->arena, const struct aac_expect *);
	*key = expect;
	return map_add(printed, (const char *)key, sizeof(expect),
		       arena_strdup(run->arena, buf_str(&out)));
}

static void put_expects(struct aac_run *run, struct map *printed, struct buf *out,
			const struct aac_policy *policy)
{
	for (size_t i = 0; i < policy->expect_count; i++) {
		buf_puts(out, print_expect(run, printed, policy->expects[i]));
		buf_putc(out, '\n');
	}
	for (const struct aac_assertion *a = policy->assertions; a; a = a->next) {
		aac_rule_print(out, a->rule);
		buf_puts(out, " never\n");
	}
}

struct aac_verdict_key aac_verdict_key(struct aac_run *run,
				       const struct aac_profile_text *text,
				       const struct buf *policy, struct map *printed)
{
	struct aac_verdict_key key = { 0 };
	const char *self = run->host.cache ? aac_build_id(run->arena) : NULL;
	CLEANUP_BUF all = { 0 };

	if (!self)
		return key;
	buf_printf(&all, "verdict of %s\non %s\nas %s\n", self,
		   digest_bytes(buf_str(policy), policy->len).hex,
		   aac_policy_label(text->policy));
	put_expects(run, printed, &all, text->policy);
	key.digest = digest_bytes(buf_str(&all), all.len);
	key.named = true;
	return key;
}

bool aac_verdict_find(struct aac_run *run, const struct aac_verdict_key *key,
		      size_t *count)
{
	CLEANUP_BUF kept = { 0 };
	CLEANUP_BUF none = { 0 };

	if (!key->named || !aac_cache_get(run->host.cache, &key->digest, &kept, &none))
		return false;
	*count = strtoul(buf_str(&kept), NULL, 10);
	return true;
}

void aac_verdict_keep(struct aac_run *run, const struct aac_verdict_key *key,
		      size_t count)
{
	CLEANUP_BUF kept = { 0 };
	CLEANUP_BUF none = { 0 };

	if (!key->named)
		return;
	buf_printf(&kept, "%zu", count);
	aac_cache_put(run->host.cache, &key->digest, &kept, &none);
}
