/*
 * Files, and what stands in their automaton beside them: pairs of a link and its target,
 * pairs of a program and the profile that it is to switch to, labels for change_profile.
 * A pair is asked for only behind a name that may be linked, or that may lead to a label
 * at exec.  A link may have to be a subset of its target, and a label is asked for by
 * itself, too: so behind the NUL the second name is also followed from the start.
 *
 * Source: queries of files and links answered by Linux 6.1 and 6.12.
 */
#include <stdlib.h>
#include <string.h>

#include "core/walk.h"

enum { PART_PATH, PART_SECOND };

/* Of a path.  Some are implied by others, but not in each profile's logging. */
#define OF_PATH                                                                          \
	(AAC_ACCESS_EXEC | AAC_ACCESS_WRITE | AAC_ACCESS_READ | AAC_ACCESS_APPEND |      \
	 AAC_ACCESS_CREATE | AAC_ACCESS_DELETE | AAC_ACCESS_OPEN | AAC_ACCESS_RENAME |   \
	 AAC_ACCESS_SETATTR | AAC_ACCESS_GETATTR | AAC_ACCESS_CHMOD | AAC_ACCESS_CHOWN | \
	 AAC_ACCESS_LOCK | AAC_ACCESS_MMAP)
/* Not of a folder's, whose path ends in '/'. */
#define OF_FILE (AAC_ACCESS_EXEC | AAC_ACCESS_MMAP)
#define LEADS_ON (AAC_ACCESS_LINK | AAC_ACCESS_ONEXEC)

/* Aux in the second part: the path so far, whether it is one, and the first name. */
#define PATH_MASK 7u
#define NO_PATH 8u
#define NAME_SHIFT 4

static void special_text(const struct walk *walk, const struct walk_node *at,
			 struct walk_bytes *bytes)
{
	(void)walk, (void)at;
	walk_bytes_add_text(bytes);
}

/* ---- pairs ------------------------------------------------------------------------- */

static struct walk_names read_names(const struct walk *walk, const struct walk_node *at)
{
	struct walk_names names;

	memset(&names, 0, sizeof(names));
	for (int other = 0; other < 2; other++) {
		names.a[other] = walk_file_perms(&walk->a, at->a, !other);
		names.b[other] = walk_file_perms(&walk->b, at->b, !other);
	}
	return names;
}

static uint32_t leads_on(const struct aac_perms *perms)
{
	return (perms[0].allow | perms[1].allow) & LEADS_ON;
}

/* Behind names that lead nowhere, too; those that may be linked only are the same. */
static bool asks_labels(uint32_t leads)
{
	return !leads || leads & AAC_ACCESS_ONEXEC;
}

/* Names with the same permissions are one. */
static uint32_t find_name(struct walk *walk, const struct walk_names *names)
{
	for (uint32_t i = 0; i < walk->name_count; i++)
		if (memcmp(&walk->names[i], names, sizeof(*names)) == 0)
			return i;
	if (walk->name_count == walk->name_cap) {
		walk->name_cap = walk->name_cap ? walk->name_cap * 2 : 16;
		walk->names = reallocarray(walk->names, walk->name_cap, sizeof(*names));
		if (!walk->names)
			abort();
	}
	walk->names[walk->name_count] = *names;
	return walk->name_count++;
}

static bool enter_second(struct walk *walk, const struct walk_node *at,
			 struct walk_node *to)
{
	struct walk_names names = read_names(walk, at);
	uint32_t a = leads_on(names.a), b = leads_on(names.b);

	if (at->aux != WALK_PATH_NAME)
		return false;
	/* Any other program may be executed under a label that is granted. */
	if (!(a | b))
		memset(&names, 0, sizeof(names));
	if (!a)
		to->a = AAC_DFA_DEAD;
	if (!b)
		to->b = AAC_DFA_DEAD;
	to->a2 = walk->a.db->dfa ? walk->a.db->file_start : AAC_DFA_DEAD;
	to->b2 = walk->b.db->dfa ? walk->b.db->file_start : AAC_DFA_DEAD;
	to->part = PART_SECOND;
	to->aux = find_name(walk, &names) << NAME_SHIFT;
	if (!((a | b) & AAC_ACCESS_LINK))
		to->aux |= NO_PATH;
	return true;
}

static bool step_second(struct walk *walk, uint8_t byte, struct walk_node *to)
{
	const struct walk_names *names = &walk->names[to->aux >> NAME_SHIFT];
	enum walk_path path = to->aux & PATH_MASK;
	bool labels = asks_labels(leads_on(names->a) | leads_on(names->b));

	if (byte == 0)
		return false;
	if (to->aux & NO_PATH || !walk_path_step(&path, byte)) {
		to->aux = (to->aux & ~PATH_MASK) | NO_PATH | WALK_PATH_NAME;
		return labels;
	}
	to->aux = (to->aux & ~PATH_MASK) | path;
	return true;
}

static bool step_file(struct walk *walk, const struct walk_node *at, uint8_t byte,
		      struct walk_node *to)
{
	enum walk_path path = at->aux;

	*to = walk_move(walk, at, byte);
	if (at->part == PART_SECOND)
		return step_second(walk, byte, to);
	if (byte == 0)
		return enter_second(walk, at, to);
	if (!walk_path_step(&path, byte))
		return false;
	to->aux = path;
	return true;
}

/* ---- decisions --------------------------------------------------------------------- */

static bool same_logging(uint32_t a, uint32_t b)
{
	return !((a ^ b) & OF_PATH);
}

static bool same_perms(const struct aac_perms *a, const struct aac_perms *b)
{
	return same_logging(a->allow, b->allow) && same_logging(a->audit, b->audit) &&
	       same_logging(a->quiet, b->quiet) &&
	       (!(a->allow & AAC_ACCESS_EXEC) || a->exec == b->exec);
}

static void judge_path(struct walk *walk, const struct walk_node *at)
{
	struct walk_names names = read_names(walk, at);
	struct walk_point point = { .what = "", .type = AAC_QUERY_FILE, .mask = OF_PATH };
	bool same = same_perms(&names.a[0], &names.a[1]) &&
		    same_perms(&names.b[0], &names.b[1]);

	if (!walk_path_ends(at->aux))
		return;
	if (at->aux == WALK_PATH_SLASH)
		point.mask &= ~(uint32_t)OF_FILE;
	for (int other = same; other < 2; other++) {
		point.who = same ? WALK_WHOEVER : other ? WALK_OTHER : WALK_OWNER;
		point.a = names.a[other];
		point.b = names.b[other];
		walk->found(walk, &point);
	}
}

static void judge_link(struct walk *walk, const struct walk_node *at,
		       const struct walk_names *names)
{
	struct walk_point points[2];
	bool same;

	for (int other = 0; other < 2; other++) {
		struct aac_perms pair = walk_file_perms(&walk->a, at->a, !other);
		struct aac_perms target = walk_file_perms(&walk->a, at->a2, !other);

		/* A set of links is one of pairs, subsets or not. */
		if (walk->meet)
			pair.allow &= ~(uint32_t)AAC_ACCESS_LOCK;
		points[other] = (struct walk_point){
			.what = "",
			.type = AAC_QUERY_LINK,
			.who = other ? WALK_OTHER : WALK_OWNER,
			.mask = AAC_ACCESS_LINK,
			.a = aac_link_perms(&names->a[other], &pair, &target),
		};
		pair = walk_file_perms(&walk->b, at->b, !other);
		target = walk_file_perms(&walk->b, at->b2, !other);
		points[other].b = aac_link_perms(&names->b[other], &pair, &target);
	}
	same = memcmp(&points[0].a, &points[1].a, sizeof(points[0].a)) == 0 &&
	       memcmp(&points[0].b, &points[1].b, sizeof(points[0].b)) == 0;
	if (same)
		points[1].who = WALK_WHOEVER;
	for (int i = same; i < 2; i++)
		walk->found(walk, &points[i]);
}

static uint32_t onexec(const struct walk_side *side, const struct aac_perms *name,
		       uint32_t pair, uint32_t label)
{
	uint32_t asked = walk_file_perms(side, label, true).allow & AAC_ACCESS_ONEXEC;

	/* The pair matters where some rule names the program. */
	if (name->allow & AAC_ACCESS_ONEXEC)
		asked &= walk_file_perms(side, pair, true).allow;
	return asked;
}

static void judge_file(struct walk *walk, const struct walk_node *at)
{
	struct walk_point point = { .what = "at exec",
				    .type = AAC_QUERY_CHANGE_ONEXEC,
				    .mask = AAC_ACCESS_ONEXEC };
	const struct walk_names *names;
	uint32_t leads;

	if (at->part == PART_PATH) {
		judge_path(walk, at);
		return;
	}
	names = &walk->names[at->aux >> NAME_SHIFT];
	leads = leads_on(names->a) | leads_on(names->b);
	if (leads & AAC_ACCESS_LINK && !(at->aux & NO_PATH) &&
	    (at->aux & PATH_MASK) == WALK_PATH_NAME)
		judge_link(walk, at, names);
	if (!asks_labels(leads) || !(at->aux & PATH_MASK))
		return;
	point.a.allow = onexec(&walk->a, &names->a[0], at->a, at->a2);
	point.b.allow = onexec(&walk->b, &names->b[0], at->b, at->b2);
	walk->found(walk, &point);
}

static bool ask_file(const struct walk *walk, const struct walk_text *parts,
		     const struct walk_point *point, struct aac_query *query)
{
	bool label = point->type == AAC_QUERY_CHANGE_ONEXEC;

	(void)walk;
	query->type = point->type;
	query->owner = point->who == WALK_OWNER;
	query->name = parts[label ? PART_SECOND : PART_PATH].text;
	if (point->type != AAC_QUERY_FILE)
		query->other = parts[label ? PART_PATH : PART_SECOND].text;
	return true;
}

const struct walk_class walk_file = {
	.name = "file",
	.special = special_text,
	.step = step_file,
	.judge = judge_file,
	.ask = ask_file,
};

/* ---- labels ------------------------------------------------------------------------ */

static bool step_label(struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	*to = walk_move(walk, at, byte);
	to->aux = 1;
	return byte != 0;
}

static void judge_label(struct walk *walk, const struct walk_node *at)
{
	struct walk_point point = { .what = "",
				    .type = AAC_QUERY_CHANGE_PROFILE,
				    .mask = AAC_ACCESS_CHANGE_PROFILE };

	if (!at->aux)
		return;
	point.a = walk_file_perms(&walk->a, at->a, true);
	point.b = walk_file_perms(&walk->b, at->b, true);
	walk->found(walk, &point);
}

static bool ask_label(const struct walk *walk, const struct walk_text *parts,
		      const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)point;
	query->type = AAC_QUERY_CHANGE_PROFILE;
	query->name = parts[0].text;
	return true;
}

const struct walk_class walk_label = {
	.name = "change_profile",
	.special = special_text,
	.step = step_label,
	.judge = judge_label,
	.ask = ask_label,
};
