/*
 * Two file rules compared: takes rules without holes, says what is proved.  Writing
 * includes appending.  Exec modes are compared as wholes, since two of them for one file
 * are not a union but a conflict; for a deny any exec is the same.
 *
 * How apparmor_parser decides about conflicts was measured: a rule with a wild card (`*`,
 * `?` or `[`) gives way to one without, alternations alone being none; among their like
 * two rules conflict when one name matches both, and two that have disjoint owners never
 * do.  3.0.8 counts any `[…]` as a wild card, 4.1 only `[^…]`.
 */
#include <string.h>

#include "core/field.h"
#include "core/file_rule.h"
#include "core/perms.h"
#include "core/target.h"

/* The accesses of a rule: `w` with `a`, every exec mode as well as plain `x`. */
static uint64_t accesses(const struct aac_rule *rule)
{
	uint64_t set =
		rule->fields[FILE_PATH].present ? rule->fields[FILE_PERMS].set : FILE_ALL;

	if (set & FILE_BIT(FILE_PAIR))
		set &= ~FILE_BIT(FILE_L); /* to one target only */
	if (set & FILE_BIT(FILE_W))
		set |= FILE_BIT(FILE_A);
	if (set & FILE_EXEC)
		set |= FILE_BIT(FILE_BARE_X);
	return set;
}

/* The exec mode, 0 for none. */
static uint64_t exec_of(const struct aac_rule *rule)
{
	uint64_t mode = FILE_EXEC | FILE_BIT(FILE_UNSAFE);

	return rule->fields[FILE_PATH].present ? rule->fields[FILE_PERMS].set & mode
					       : FILE_BIT(FILE_IX);
}

static bool same_exec(const struct aac_rule *a, const struct aac_rule *b)
{
	return exec_of(a) == exec_of(b) && aac_field_equal(a, b, FILE_TARGET);
}

/* Every path, as bare `file` names them. */
static bool names_all(const struct aac_rule *rule)
{
	const struct aac_field *path = &rule->fields[FILE_PATH];

	return !path->present || strcmp(path->patterns->text, "/{,**}") == 0 ||
	       strcmp(path->patterns->text, "/{**,}") == 0;
}

bool aac_file_covers(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	uint64_t w = accesses(wide), n = accesses(narrow);
	uint64_t pairs = wide->fields[FILE_PERMS].set ^ narrow->fields[FILE_PERMS].set;

	if (narrow->fields[FILE_PERMS].set & FILE_BIT(FILE_PAIR) &&
	    (pairs & FILE_BIT(FILE_PAIR) || !aac_field_equal(wide, narrow, FILE_TARGET)))
		return false;
	if (wide->deny) {
		n &= ~(FILE_EXEC & ~FILE_BIT(FILE_BARE_X));
		w &= ~(FILE_EXEC & ~FILE_BIT(FILE_BARE_X));
	} else if (!aac_field_equal(wide, narrow, FILE_TARGET) ||
		   (exec_of(narrow) && !same_exec(wide, narrow))) {
		return false;
	}
	if (n & ~w)
		return false;
	return names_all(wide) || aac_field_covers(wide, narrow, FILE_PATH);
}

int aac_file_overlaps(const struct aac_rule *a, const struct aac_rule *b)
{
	if (!(accesses(a) & accesses(b)))
		return AAC_NO;
	return aac_field_overlaps(a, b, FILE_PATH);
}

enum aac_answer aac_file_links(const struct aac_rule *file, const struct aac_rule *link)
{
	enum { LINK_NAME = 1 }; /* kind_link.c */
	const struct aac_pattern *name = link->fields[LINK_NAME].patterns;

	if (!(accesses(file) & FILE_BIT(FILE_L)))
		return AAC_NO;
	if (!file->fields[FILE_PATH].present)
		return AAC_YES;
	return aac_glob_overlaps(file->fields[FILE_PATH].patterns->glob, name->glob);
}

/* ---- conflicting exec transitions -------------------------------------------------- */

/* A wild card, as opposed to a name or a group of names. */
static bool has_wild_card(const struct aac_rule *rule, bool late)
{
	const char *p;

	if (!rule->fields[FILE_PATH].present)
		return true;
	for (p = rule->fields[FILE_PATH].patterns->text; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (late && *p == '[' && !strchr("^!", p[1]))
			p += strcspn(p, "]\\") - 1; /* up to what ends or escapes */
		else if (strchr("*?[", *p))
			return true;
	}
	return false;
}

/* Neither wild cards nor a variable, whose values may hold some. */
static bool is_exact(const struct aac_rule *rule, bool late)
{
	return !has_wild_card(rule, late) &&
	       !aac_glob_has_variable(rule->fields[FILE_PATH].patterns->glob);
}

static bool ends_with_child(const struct aac_field *by_name,
			    const struct aac_field *child)
{
	const char *name = by_name->patterns->text, *end = child->patterns->text;
	size_t len = strlen(name), rest = strlen(end);

	return len > rest + 2 && strcmp(name + len - rest, end) == 0 &&
	       strncmp(name + len - rest - 2, "//", 2) == 0;
}

/* px -> a//b and cx -> b are the same in profile a, whose name is not known here. */
static bool may_be_same_child(const struct aac_rule *a, const struct aac_rule *b)
{
	const struct aac_field *ta = &a->fields[FILE_TARGET],
			       *tb = &b->fields[FILE_TARGET];

	return exec_of(a) != exec_of(b) && ta->present && tb->present &&
	       (ends_with_child(ta, tb) || ends_with_child(tb, ta));
}

bool aac_file_exec_conflict(const struct aac_rule *a, const struct aac_rule *b,
			    const char *parser)
{
	bool late = parser && aac_version_compare(parser, "4.0") >= 0;

	if (!exec_of(a) || !exec_of(b) || same_exec(a, b) || may_be_same_child(a, b))
		return false;
	if (a->fields[FILE_PATH].present && b->fields[FILE_PATH].present &&
	    strcmp(a->fields[FILE_PATH].patterns->text,
		   b->fields[FILE_PATH].patterns->text) == 0)
		return true;
	if (!(has_wild_card(a, late) && has_wild_card(b, late)) &&
	    !(is_exact(a, late) && is_exact(b, late)))
		return false;
	return aac_field_overlaps(a, b, FILE_PATH) == AAC_YES;
}
