/*
 * Which rule decided: takes the rules of a profile, each compiled alone, and asks each
 * for the access.  Not obvious: the rule alone knows neither its priority nor that it
 * denies, so these stand beside it; and what no rule speaks of is denied by none.
 */
#include "core/lone.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/blob.h"
#include "core/context.h"

#define NAME_PREFIX "aa-compose."

const struct aac_source *aac_lone_text(struct aac_context *ctx,
				       const struct aac_lone_rules *rules)
{
	CLEANUP_BUF out = { 0 };

	if (rules->count == 0)
		return NULL;
	buf_puts(&out, rules->preamble);
	for (size_t i = 0; i < rules->count; i++)
		buf_printf(&out, "profile " NAME_PREFIX "%zu {\n%s\n}\n", i,
			   rules->items[i].alone);
	return aac_source_new(ctx->arena, "rules one by one", NULL, buf_str(&out),
			      out.len);
}

static bool leads_on(const struct aac_policydb *db, uint32_t state)
{
	for (unsigned int byte = 0; db->dfa && state != AAC_DFA_DEAD && byte < 256;
	     byte++)
		if (aac_dfa_step(db->dfa, state, (uint8_t)byte) != AAC_DFA_DEAD)
			return true;
	return false;
}

/* Where nothing leads on from the start of a class, no access of it is granted. */
static uint32_t find_mute(const struct aac_blob *blob)
{
	static const struct {
		enum aac_query_type type;
		enum aac_class class;
	} texts[] = {
		{ AAC_QUERY_MOUNT, AAC_CLASS_MOUNT },
		{ AAC_QUERY_UMOUNT, AAC_CLASS_MOUNT },
		{ AAC_QUERY_PIVOT_ROOT, AAC_CLASS_MOUNT },
		{ AAC_QUERY_SIGNAL, AAC_CLASS_SIGNAL },
		{ AAC_QUERY_PTRACE, AAC_CLASS_PTRACE },
		{ AAC_QUERY_MQUEUE, AAC_CLASS_MQUEUE },
	};
	const uint32_t files = 1u << AAC_QUERY_FILE | 1u << AAC_QUERY_LINK |
			       1u << AAC_QUERY_CHANGE_PROFILE |
			       1u << AAC_QUERY_CHANGE_ONEXEC;
	uint32_t mute = 0;

	/* What is denied is quiet. */
	if (!(blob->caps.allow | blob->caps.quiet))
		mute |= 1u << AAC_QUERY_CAPABILITY;
	if (!leads_on(&blob->file, blob->file.file_start))
		mute |= files;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!leads_on(&blob->policy,
			      aac_policydb_class(&blob->policy, texts[i].class)))
			mute |= 1u << texts[i].type;
	if (!blob->family_count &&
	    !leads_on(&blob->policy,
		      aac_policydb_class(&blob->policy, AAC_CLASS_NETWORK)) &&
	    !leads_on(&blob->policy, aac_policydb_class(&blob->policy, AAC_CLASS_UNIX)))
		mute |= 1u << AAC_QUERY_NETWORK | 1u << AAC_QUERY_UNIX;
	return mute;
}

/* Names of children ("aa-compose.7//x") are no rule's. */
void aac_lone_take(struct aac_lone_rules *rules, const struct aac_blob *blobs)
{
	const size_t len = strlen(NAME_PREFIX);

	for (; blobs; blobs = blobs->next) {
		unsigned long index;
		char *end;

		if (strncmp(blobs->name, NAME_PREFIX, len) != 0)
			continue;
		index = strtoul(blobs->name + len, &end, 10);
		if (*end || index >= rules->count)
			continue;
		rules->items[index].blob = blobs;
		rules->items[index].mute = find_mute(blobs);
	}
}

/* ---- asking ------------------------------------------------------------------------ */

/* A link asks for the target's permissions too, which other rules may give. */
static struct aac_query ask_alone(const struct aac_query *query)
{
	struct aac_query alone = *query;

	alone.exec_asked = false;
	if (query->type == AAC_QUERY_LINK)
		alone.type = AAC_QUERY_FILE;
	return alone;
}

/* What of REQUEST the rule speaks of. */
static struct aac_decision ask_rule(struct arena *arena, const struct aac_lone_rule *rule,
				    const struct aac_query *query)
{
	struct aac_query alone = ask_alone(query);
	struct aac_decision decision = { 0 };

	if (!rule->blob)
		return decision;
	if (query->type == AAC_QUERY_RLIMIT) {
		decision.mediated = true;
		decision.granted = rule->blob->limit_mask >> (query->number & 31) & 1;
		return decision;
	}
	decision = aac_decide(arena, rule->blob, &alone);
	if (!decision.mediated)
		decision.granted = 0;
	return decision;
}

/* Of the query's bits those that the verdict is about. */
static uint32_t wanted_bits(const struct aac_query *query,
			    const struct aac_ruling *ruling)
{
	if (ruling->outcome != AAC_ALLOWED && ruling->missing)
		return ruling->missing;
	return query->request;
}

/* Does it say the same of an exec as the whole policy? */
static bool same_exec(const struct aac_lone_rule *rule,
		      const struct aac_decision *decision,
		      const struct aac_ruling *ruling)
{
	const uint32_t flags = ~(uint32_t)AAC_EXEC_INDEX;
	const char *target = NULL;

	if ((decision->exec & flags) != (ruling->exec & flags))
		return false;
	if (decision->exec & AAC_EXEC_TABLE)
		target = rule->blob->file.targets[decision->exec & AAC_EXEC_INDEX];
	return target && ruling->exec_target ? strcmp(target, ruling->exec_target) == 0
					     : target == ruling->exec_target;
}

/* An included file's own denies show in what it keeps out of the log. */
static bool denies(const struct aac_lone_rule *rule, const struct aac_decision *decision,
		   uint32_t bits)
{
	if (rule->deny)
		return decision->granted & bits;
	return rule->rule->kind->id == AAC_KIND_INCLUDE && decision->mediated &&
	       decision->outcome == AAC_DENIED && decision->missing & bits &&
	       !decision->audited;
}

/* Does the rule's own word on logging make of it what was logged? */
static bool same_logging(const struct aac_lone_rule *rule,
			 const struct aac_decision *decision,
			 const struct aac_ruling *ruling)
{
	return (rule->deny ? rule->audit : decision->audited) == ruling->audited;
}

/*
 * How well a rule explains the verdict, 0: not at all.  First comes its priority, then
 * how much of the request it speaks of, that it asks for the log entry or forbids it, and
 * that an exec leads to the same profile.
 */
static uint64_t weigh(struct arena *arena, const struct aac_lone_rule *rule,
		      const struct aac_query *query, const struct aac_ruling *ruling)
{
	bool allowed = ruling->outcome == AAC_ALLOWED && !ruling->complain;
	uint32_t bits = wanted_bits(query, ruling), about;
	struct aac_decision decision = ask_rule(arena, rule, query);
	uint64_t weight;

	if (query->type == AAC_QUERY_RLIMIT)
		return decision.granted;
	if (allowed ? rule->deny || !(decision.granted & bits)
		    : !denies(rule, &decision, bits))
		return 0;
	about = rule->deny || allowed ? decision.granted : decision.missing;
	weight = (uint64_t)(rule->priority + 100000) << 16;
	weight += (uint64_t)__builtin_popcount(about & bits) << 8;
	weight += same_logging(rule, &decision, ruling) ? 2 : 0;
	if (query->request & AAC_ACCESS_EXEC && query->type == AAC_QUERY_FILE)
		weight += same_exec(rule, &decision, ruling) ? 1 : 0;
	return weight;
}

/* Told without stepping through the access.  (getattr is granted on every path.) */
static bool says_nothing(const struct aac_lone_rule *rule, const struct aac_query *query)
{
	if (query->type == AAC_QUERY_FILE && query->request & AAC_ACCESS_GETATTR)
		return !rule->blob;
	return !rule->blob || rule->mute >> query->type & 1 ||
	       !aac_lone_may_speak(rule, query);
}

const struct aac_lone_rule *aac_lone_deciding(struct arena *arena,
					      const struct aac_lone_rules *rules,
					      const struct aac_attempt *attempt,
					      const struct aac_ruling *ruling)
{
	const struct aac_query *query = &attempt->queries[ruling->failed];
	const struct aac_lone_rule *best = NULL;
	uint64_t most = 0;

	if (!ruling->mediated || ruling->other_side || ruling->outcome == AAC_DEPENDS)
		return NULL;
	for (size_t i = 0; i < rules->count; i++) {
		uint64_t weight;

		if (says_nothing(&rules->items[i], query))
			continue;
		weight = weigh(arena, &rules->items[i], query, ruling);
		if (weight > most) {
			most = weight;
			best = &rules->items[i];
		}
	}
	return best;
}

static bool is_mount(enum aac_kind_id kind)
{
	return kind == AAC_KIND_MOUNT || kind == AAC_KIND_REMOUNT;
}

bool aac_lone_may_be_near(const struct aac_lone_rule *rule, enum aac_kind_id kind)
{
	enum aac_kind_id own = rule->rule->kind->id;

	return !rule->deny && rule->blob &&
	       (own == kind || own == AAC_KIND_INCLUDE ||
		(is_mount(own) && is_mount(kind)));
}

const struct aac_lone_rule *aac_lone_nearest(struct arena *arena,
					     const struct aac_lone_rules *rules,
					     const struct aac_attempt *attempt,
					     const struct aac_ruling *ruling)
{
	struct aac_query query = attempt->queries[ruling->failed];
	const struct aac_lone_rule *best = NULL;
	size_t most = 1; /* less than a slash in common is not near */

	query.measured = true;
	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_lone_rule *rule = &rules->items[i];
		struct aac_decision decision;

		if (!aac_lone_may_be_near(rule, attempt->kind->id))
			continue;
		decision = aac_decide(arena, rule->blob, &query);
		if (decision.mediated && decision.depth > most) {
			most = decision.depth;
			best = rule;
		}
	}
	return best;
}
