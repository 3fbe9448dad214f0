/*
 * Decisions about files: paths, links, and the profiles that one may change to, which
 * stand in the automaton of files beside them.
 */
#include <string.h>

#include "core/query_feed.h"

/* What is logged of a profile that logs all: neither links nor mappings, nor changes of
 * the profile. */
#define LOGGED_BITS 0xffffu

static struct aac_perms perms_file(struct asking *ask, uint32_t state)
{
	struct aac_perms perms =
		aac_policydb_file_perms(ask->db, state, ask->query->owner);

	if (ask->blob->audit_all) {
		perms.audit = LOGGED_BITS;
		perms.quiet = 0;
	}
	return perms;
}

static struct aac_perms perms_path(struct asking *ask, const char *path)
{
	uint32_t state = ask->db->file_start;

	return perms_file(ask, aac_dfa_run(ask->db->dfa, state, path, strlen(path)));
}

/* Of a link that must be a subset.  What is logged of it is what its NAME allows, by what
 * stands behind the PAIR, and the link itself if the TARGET allows none. */
static struct aac_perms subset_perms(const struct aac_perms *name,
				     const struct aac_perms *pair,
				     const struct aac_perms *target)
{
	uint32_t wanted = name->allow & ~(uint32_t)AAC_ACCESS_LINK;
	uint32_t missing = wanted & ~target->allow;
	struct aac_perms perms = { 0 };

	/* The link may drop "unsafe", but must not lead elsewhere. */
	if (name->allow & AAC_ACCESS_EXEC &&
	    ((name->exec ^ target->exec) & ~(uint32_t)AAC_EXEC_UNSAFE ||
	     (name->exec & AAC_EXEC_UNSAFE && !(target->exec & AAC_EXEC_UNSAFE))))
		missing |= AAC_ACCESS_EXEC;
	if (missing) {
		perms.quiet = missing & ~pair->quiet ? 0 : AAC_ACCESS_LINK;
		return perms;
	}
	perms.allow = AAC_ACCESS_LINK;
	if ((wanted | (AAC_ACCESS_LINK & ~target->allow)) & pair->audit)
		perms.audit = AAC_ACCESS_LINK;
	return perms;
}

struct aac_perms aac_link_perms(const struct aac_perms *name,
				const struct aac_perms *pair,
				const struct aac_perms *target)
{
	struct aac_perms perms = { .quiet = name->quiet & AAC_ACCESS_LINK };

	if (!(name->allow & AAC_ACCESS_LINK))
		return perms;
	perms.quiet = pair->quiet & AAC_ACCESS_LINK;
	if (!(pair->allow & AAC_ACCESS_LINK))
		return perms;
	if (pair->allow & AAC_ACCESS_LOCK)
		return subset_perms(name, pair, target);
	perms.audit = pair->audit & AAC_ACCESS_LINK;
	perms.allow = AAC_ACCESS_LINK;
	return perms;
}

/* A link asks for its own name, then for the pair, and a subset for its target's
 * permissions. */
static struct aac_perms perms_link(struct asking *ask, uint32_t state)
{
	const struct aac_query *query = ask->query;
	struct aac_perms pair = perms_file(ask, state), name, target;

	if (!query->name)
		return pair;
	name = perms_path(ask, query->name);
	if (!query->other && pair.allow & AAC_ACCESS_LOCK)
		ask->unsure = true;
	target = query->other ? perms_path(ask, query->other) : name;
	return aac_link_perms(&name, &pair, &target);
}

/* False: there is no automaton of files, which allows nothing. */
static bool enter_files(struct asking *ask)
{
	ask->db = &ask->blob->file;
	ask->perms = perms_file;
	ask_at(ask, ask->db->dfa ? ask->db->file_start : AAC_DFA_DEAD);
	return ask->db->dfa;
}

struct aac_decision ask_file(struct asking *ask)
{
	if (enter_files(ask))
		ask_text(ask, ask->query->name, '/', "the path");
	return ask_judge(ask, ask->query->request);
}

struct aac_decision ask_link(struct asking *ask)
{
	if (enter_files(ask)) {
		ask_text(ask, ask->query->name, '/', "the link");
		ask_nul(ask);
		ask_text(ask, ask->query->other, '/', "the link's target");
		ask->perms = perms_link;
	}
	return ask_judge(ask, AAC_ACCESS_LINK);
}

struct aac_decision ask_change_profile(struct asking *ask)
{
	if (enter_files(ask))
		ask_text(ask, ask->query->name, 0, "the profile");
	return ask_judge(ask, AAC_ACCESS_CHANGE_PROFILE);
}

/*
 * The profile must be one to change to at exec.  Linux 6.1 and 6.12 then ask for the pair
 * of program and profile only of a program that some rule names: any other may be
 * executed, too.
 */
static struct aac_perms perms_onexec(struct asking *ask, uint32_t state)
{
	const struct aac_query *query = ask->query;
	struct aac_perms profile = perms_file(ask, state);

	if (!(profile.allow & AAC_ACCESS_ONEXEC))
		return profile;
	if (!query->other || !query->name) {
		ask->unsure = true;
		if (!ask->depends)
			ask->depends = "the program";
		return profile;
	}
	state = aac_dfa_run(ask->db->dfa, ask->db->file_start, query->other,
			    strlen(query->other));
	if (!(perms_file(ask, state).allow & AAC_ACCESS_ONEXEC))
		return profile;
	state = aac_dfa_step(ask->db->dfa, state, 0);
	state = aac_dfa_run(ask->db->dfa, state, query->name, strlen(query->name));
	return perms_file(ask, state);
}

struct aac_decision ask_change_onexec(struct asking *ask)
{
	if (enter_files(ask)) {
		ask_text(ask, ask->query->name, 0, "the profile");
		ask->perms = perms_onexec;
	}
	return ask_judge(ask, AAC_ACCESS_ONEXEC);
}
