/*
 * What the states that an access has led to decide: each says what it allows and logs,
 * and when they do not agree the decision depends on what is not known.
 */
#include "core/query_feed.h"

#include <string.h>

/* ---- what states decide ------------------------------------------------------------ */

struct aac_perms ask_perms_policy(struct asking *ask, uint32_t state)
{
	struct aac_perms perms = aac_policydb_perms(ask->db, state);

	if (ask->blob->audit_all) {
		perms.audit = UINT32_MAX;
		perms.quiet = 0;
	}
	return perms;
}

/* Does the exec lead where the query wants it to? */
static bool leads_there(const struct asking *ask, const struct aac_perms *perms)
{
	const struct aac_query *query = ask->query;
	uint32_t exec = perms->exec;
	const char *target = NULL;

	if (!query->exec_asked)
		return true;
	if (exec & AAC_EXEC_TABLE) {
		target = ask->db->targets[exec & AAC_EXEC_INDEX];
		exec = (exec & ~(uint32_t)(AAC_EXEC_INDEX | AAC_EXEC_TABLE)) |
		       AAC_EXEC_BY_NAME;
	}
	if (exec != query->exec || !target != !query->other)
		return false;
	return !target || strcmp(target, query->other) == 0;
}

static void add_state(const struct asking *ask, struct aac_decision *decision,
		      const struct aac_perms *perms, uint32_t request, bool *some)
{
	uint32_t missing = request & ~perms->allow;

	if (request & perms->allow & AAC_ACCESS_EXEC && !leads_there(ask, perms))
		missing |= AAC_ACCESS_EXEC;
	decision->granted |= request & ~missing;

	decision->missing |= missing;
	*some |= !missing;
	if (!missing)
		decision->audited |= (request & perms->audit) != 0;
	else
		decision->audited |= (missing & ~perms->quiet) != 0;
	if (perms->allow & AAC_ACCESS_EXEC)
		decision->exec = perms->exec;
}

struct aac_decision ask_judge(struct asking *ask, uint32_t request)
{
	struct aac_decision decision = { .mediated = true, .depth = ask->depth };
	bool some = false;

	if (ask->heard)
		return decision;
	for (size_t i = 0; i < ask->count; i++) {
		struct aac_perms perms = ask->perms(ask, ask->states[i]);

		add_state(ask, &decision, &perms, request, &some);
	}
	if (decision.missing)
		decision.outcome = some ? AAC_DEPENDS : AAC_DENIED;
	if (ask->unsure && !decision.missing)
		decision.outcome = AAC_DEPENDS;
	if (decision.outcome == AAC_DEPENDS)
		decision.depends = ask->depends;
	return decision;
}

struct aac_decision ask_unmediated(const struct asking *ask)
{
	return (struct aac_decision){ .outcome = AAC_ALLOWED,
				      .granted = ask->query->request };
}
