/*
 * What a rule in AppArmor's blocks of qualifiers says.  In the language they hold for
 * every rule; of apparmor_parser 3.0.8 and 4.1.0 it was measured what they do, for all
 * pairs of qualifiers and each kind of rule, by the bytes of the policy.
 *
 * Not obvious: rules about files keep one mark, `quiet` for a deny and `audit` for an
 * allow, and 4.1 lays the block's deny or allow over it without turning it round.  So
 * `audit { deny /x r, }` allows /x there, and 3.0 denies it.
 */
#include "core/import_block.h"

#include <string.h>

#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/file_rule.h"
#include "core/kind.h"
#include "core/rule.h"
#include "core/target.h"

struct aac_import_parsers aac_import_parsers(const struct aac_context *ctx)
{
	const char *parser = ctx->target ? ctx->target->parser : NULL;

	return (struct aac_import_parsers){
		.early = !parser || aac_version_compare(parser, "4.1") < 0,
		.late = !parser || aac_version_compare(parser, "3.1") >= 0,
	};
}

/* ---- blocks that can stay ------------------------------------------------------- */

enum { OUTER_ACCESS = 1, OUTER_DENY = 2, OUTER_OWNER = 4 };

static unsigned int sort_of(const struct aac_quals *quals)
{
	unsigned int sort = 0;

	for (const struct aac_qual *q = quals->head; q; q = q->next) {
		if (q->type == AAC_QUAL_OWNER || q->type == AAC_QUAL_OTHER)
			sort |= OUTER_OWNER;
		else if (q->type == AAC_QUAL_DENY)
			sort |= OUTER_DENY;
		else if (q->type == AAC_QUAL_AUDIT || q->type == AAC_QUAL_ALLOW)
			sort |= OUTER_ACCESS;
		else
			return ~0u;
	}
	return sort;
}

static const struct aac_kind *kind_of(const struct aac_stmt *stmt)
{
	const struct aac_arg *first = stmt->shape->args.head;
	const char *word =
		first && first->word && !first->word->quoted ? first->word->text : "";

	return strcmp(word, "set") == 0 ? aac_kind_get(AAC_KIND_RLIMIT)
					: aac_kind_find(word);
}

static bool is_kind(const struct aac_stmt *stmt, enum aac_kind_id id)
{
	const struct aac_kind *kind = kind_of(stmt);

	return kind && kind->id == id;
}

/* Is RULE a change_profile that names a program?  *UNSAFE: behind that word. */
static bool names_program(const struct aac_stmt *rule, bool *unsafe)
{
	const struct aac_arg *arg = rule->shape->args.head;

	*unsafe = false;
	if (!is_kind(rule, AAC_KIND_CHANGE_PROFILE))
		return false;
	for (arg = arg->next; arg && arg->type == AAC_ARG_WORD; arg = arg->next) {
		if (strcmp(arg->word->text, "unsafe") == 0)
			*unsafe = true;
		else if (strcmp(arg->word->text, "safe") != 0)
			return true;
	}
	return false;
}

bool aac_import_denies(const struct aac_stmt *block)
{
	for (const struct aac_qual *q = block->shape->quals.head; q; q = q->next)
		if (q->type == AAC_QUAL_DENY)
			return true;
	return false;
}

bool aac_import_block_plain(const struct aac_import_parsers *parsers,
			    const struct aac_stmt *block)
{
	unsigned int outer = sort_of(&block->shape->quals);
	bool unsafe;

	if (outer == ~0u || (outer & OUTER_OWNER && outer != OUTER_OWNER) ||
	    (outer & OUTER_DENY && !parsers->late))
		return false;
	for (const struct aac_stmt *s = block->body.head; s; s = s->next) {
		unsigned int inner = s->shape ? sort_of(&s->shape->quals) : ~0u;

		if (s->type != AAC_STMT_RULE || s->shape->include != AAC_INCLUDE_NONE ||
		    s->shape->assign || inner & OUTER_DENY ||
		    (outer & OUTER_DENY && inner) ||
		    (outer & OUTER_OWNER &&
		     (inner || is_kind(s, AAC_KIND_CHANGE_PROFILE))) ||
		    names_program(s, &unsafe))
			return false;
	}
	return true;
}

/* ---- a rule and what is around it ----------------------------------------------- */

enum { OWNER = 1, OTHER = 2, ANYBODY = 3 };

struct entry {
	unsigned int who;
	bool deny;
	bool mark; /* an allow that is logged, a deny that is not */
};

static struct entry entry_of(const struct aac_quals *quals)
{
	struct entry entry = { .who = ANYBODY };
	bool audit = false;

	for (const struct aac_qual *q = quals->head; q; q = q->next) {
		audit |= q->type == AAC_QUAL_AUDIT;
		entry.deny |= q->type == AAC_QUAL_DENY;
		if (q->type == AAC_QUAL_OWNER)
			entry.who = OWNER;
		else if (q->type == AAC_QUAL_OTHER)
			entry.who = OTHER;
	}
	entry.mark = audit != entry.deny;
	return entry;
}

/* 3.0: an audit of more than what the block leaves over cannot be said by a rule. */
static enum aac_import_hold wrap_early(struct entry *entry, struct entry block)
{
	unsigned int who = entry->who & block.who;

	if (block.deny)
		return AAC_IMPORT_REFUSED;
	if (!entry->deny && !block.mark && entry->mark && who != entry->who)
		return AAC_IMPORT_UNCLEAR;
	entry->mark = entry->deny ? entry->mark || !block.mark
				  : entry->mark || block.mark;
	entry->who = who;
	return AAC_IMPORT_HOLDS;
}

static enum aac_import_hold wrap_late(struct entry *entry, struct entry block)
{
	entry->who &= block.who;
	entry->deny = block.deny;
	entry->mark |= block.mark;
	return AAC_IMPORT_HOLDS;
}

/*
 * A change_profile that names a program, in blocks: both parsers take for the mode of an
 * exec what they made of `unsafe`, which an allow must have then, and a deny must not.
 */
static enum aac_import_hold hold_program(const struct aac_stmt *rule, bool deny)
{
	bool unsafe;

	if (!names_program(rule, &unsafe))
		return AAC_IMPORT_HOLDS;
	if (deny == unsafe)
		return AAC_IMPORT_REFUSED;
	return unsafe ? AAC_IMPORT_UNCLEAR : AAC_IMPORT_HOLDS;
}

/* How a file rule executes: not, by a plain `x`, or in a mode. */
enum exec { EXEC_NOT, EXEC_PLAIN, EXEC_MODE };

static enum exec exec_of(struct aac_context *ctx, const struct aac_stmt *stmt)
{
	struct aac_context silent = *ctx;
	const struct aac_rule *rule;
	struct aac_diags diags;
	uint64_t set;

	aac_diags_init(&diags, ctx->arena);
	silent.diags = &diags;
	rule = aac_rule_build(&silent, stmt->shape);
	if (!rule || rule->kind->id != AAC_KIND_FILE)
		return EXEC_NOT;
	set = rule->fields[FILE_PERMS].set & FILE_EXEC;
	if (!set)
		return EXEC_NOT;
	return set & FILE_BIT(FILE_BARE_X) ? EXEC_PLAIN : EXEC_MODE;
}

/* 4.1 looks at each block, the inner ones too: a deny has a plain `x`, an allow a
 * mode. */
static bool takes_exec(struct aac_context *ctx, const struct aac_import_around *around,
		       const struct aac_stmt *rule)
{
	enum exec exec = exec_of(ctx, rule);

	for (; around && exec != EXEC_NOT; around = around->up)
		if (around->quals &&
		    entry_of(around->quals).deny != (exec == EXEC_PLAIN))
			return false;
	return true;
}

/* Is RULE about one family of sockets, of which `unix` rules say nothing? */
static bool names_family(const struct aac_stmt *rule)
{
	const struct aac_arg *arg = rule->shape->args.head->next;
	const struct aac_kind *network = aac_kind_get(AAC_KIND_NETWORK);

	return arg && arg->word && strcmp(arg->word->text, "unix") != 0 &&
	       strcmp(arg->word->text, "packet") != 0 && /* a type, too */
	       aac_vocab_find(network->fields[0].vocab, arg->word->text);
}

/*
 * What a condition does to a rule.  3.0 lays its capabilities and its rules about files
 * over those of the profile, and of those about the network the families, where the
 * profile has had one before.
 */
static enum aac_import_hold hold_condition(const struct aac_import_around *around,
					   const struct aac_stmt *rule, bool late)
{
	const struct aac_kind *kind = kind_of(rule);

	switch (kind ? (int)kind->id : AAC_KIND_FILE) {
	case AAC_KIND_FILE:
	case AAC_KIND_LINK:
	case AAC_KIND_CHANGE_PROFILE:
	case AAC_KIND_CAPABILITY:
		return AAC_IMPORT_HOLDS;
	case AAC_KIND_RLIMIT:
		return AAC_IMPORT_LOST;
	case AAC_KIND_NETWORK:
		if (!late && around->network)
			return names_family(rule) ? AAC_IMPORT_HOLDS : AAC_IMPORT_UNCLEAR;
		break;
	default:
		break;
	}
	return late ? AAC_IMPORT_HOLDS : AAC_IMPORT_LOST;
}

static enum aac_import_hold hold(struct aac_context *ctx,
				 const struct aac_import_around *around,
				 const struct aac_stmt *rule, bool late,
				 struct entry *entry)
{
	const struct aac_kind *kind = kind_of(rule);
	bool file = !kind || kind->id == AAC_KIND_FILE || kind->id == AAC_KIND_LINK;
	bool change = kind && kind->id == AAC_KIND_CHANGE_PROFILE;
	bool in_block = aac_import_in_block(around);

	if (late && in_block && file && !takes_exec(ctx, around, rule))
		return AAC_IMPORT_REFUSED;
	*entry = entry_of(&rule->shape->quals);
	for (; around; around = around->up) {
		enum aac_import_hold held = AAC_IMPORT_HOLDS;
		struct entry block;

		if (!around->quals) {
			held = hold_condition(around, rule, late);
			if (held != AAC_IMPORT_HOLDS)
				return held;
			continue;
		}
		block = entry_of(around->quals);
		if (!late && block.deny)
			return AAC_IMPORT_REFUSED;
		if (!file && !change)
			return AAC_IMPORT_LOST;
		if (change)
			block.who = ANYBODY;
		held = (late ? wrap_late : wrap_early)(entry, block);
		if (held != AAC_IMPORT_HOLDS)
			return held;
	}
	if (change && !entry->deny)
		entry->mark = false; /* both parsers forget it */
	if (change && in_block)
		return hold_program(rule, entry->deny);
	return entry->who ? AAC_IMPORT_HOLDS : AAC_IMPORT_LOST;
}

enum aac_import_hold aac_import_hold(struct aac_context *ctx,
				     const struct aac_import_parsers *parsers,
				     const struct aac_import_around *around,
				     const struct aac_stmt *rule,
				     struct aac_import_quals *quals)
{
	struct entry early = { 0 }, late = { 0 };
	enum aac_import_hold one = AAC_IMPORT_HOLDS, other;

	if (parsers->early)
		one = hold(ctx, around, rule, false, &early);
	other = parsers->late ? hold(ctx, around, rule, true, &late) : one;
	if (!parsers->early || (parsers->late && one == AAC_IMPORT_REFUSED)) {
		one = other;
		early = late;
	} else if (!parsers->late || other == AAC_IMPORT_REFUSED) {
		other = one;
		late = early;
	}
	if (one != other || (one == AAC_IMPORT_HOLDS &&
			     (early.who != late.who || early.deny != late.deny ||
			      early.mark != late.mark)))
		return AAC_IMPORT_DIFFERS;
	*quals = (struct aac_import_quals){ 0 };
	quals->deny = late.deny;
	quals->audit = late.mark != late.deny;
	quals->owner = late.who == OWNER;
	quals->other = late.who == OTHER;
	for (const struct aac_qual *q = rule->shape->quals.head; q; q = q->next)
		if (q->type == AAC_QUAL_PRIORITY) {
			quals->has_priority = true;
			quals->priority = q->priority;
		}
	return one;
}

bool aac_import_in_block(const struct aac_import_around *around)
{
	while (around && !around->quals)
		around = around->up;
	return around;
}

bool aac_import_same_quals(const struct aac_import_quals *quals,
			   const struct aac_quals *own)
{
	struct aac_import_quals had = { 0 };

	for (const struct aac_qual *q = own->head; q; q = q->next) {
		had.audit |= q->type == AAC_QUAL_AUDIT;
		had.deny |= q->type == AAC_QUAL_DENY;
		had.owner |= q->type == AAC_QUAL_OWNER;
		had.other |= q->type == AAC_QUAL_OTHER;
	}
	return had.audit == quals->audit && had.deny == quals->deny &&
	       had.owner == quals->owner && had.other == quals->other;
}

bool aac_import_said_quals(const struct aac_import_around *around,
			   const struct aac_quals *own,
			   const struct aac_import_quals *quals)
{
	bool audit = false, deny = false;

	for (;; around = around->up) {
		for (const struct aac_qual *q = own ? own->head : NULL; q; q = q->next) {
			audit |= q->type == AAC_QUAL_AUDIT;
			deny |= q->type == AAC_QUAL_DENY;
		}
		if (!around)
			return audit == quals->audit && deny == quals->deny;
		own = around->quals;
	}
}
