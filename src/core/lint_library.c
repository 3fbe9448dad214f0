/*
 * Checks of the library as a whole: which fragments anything can hold.
 */
#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/lint.h"

/* ---- unused-fragment, fragment-unreachable ----------------------------------------- */

/* What fragments need, themselves among it, in the order found. */
struct closure {
	const struct aac_fragment **items;
	size_t *round; /* by index: when it was found last */
	size_t count, now;
};

static struct closure closure_new(struct arena *arena, const struct aac_library *library)
{
	size_t count = library->fragment_count;

	return (struct closure){
		.items = ARENA_ARRAY(arena, const struct aac_fragment *, count),
		.round = ARENA_ARRAY(arena, size_t, count),
		.now = 1,
	};
}

static void add_one(struct closure *c, const struct aac_fragment *fragment)
{
	if (c->round[fragment->index] == c->now)
		return;
	c->round[fragment->index] = c->now;
	c->items[c->count++] = fragment;
}

/* And all that they require. */
static void close_over(struct closure *c)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t j = 0; j < c->items[i]->requires.count; j++)
			add_one(c, c->items[i]->requires.items[j]);
}

/* What a container or a profile can get: .round, by index, is .now. */
static struct closure find_reached(struct aac_lint *lint,
				   const struct aac_library *library)
{
	struct closure c = closure_new(lint->ctx->arena, library);

	for (size_t i = 0; i < library->fragment_count; i++)
		if (library->fragments[i]->decl->whens.head)
			add_one(&c, library->fragments[i]);
	for (size_t i = 0; i < library->profile_count; i++) {
		const struct aac_name *use = library->profiles[i]->decl->uses.head;

		for (; use; use = use->next) {
			const struct aac_fragment *f =
				aac_library_fragment(library, use->text);

			if (f)
				add_one(&c, f);
		}
	}
	close_over(&c);
	return c;
}

/* By index: some fragment requires it. */
static const bool *find_required(struct aac_lint *lint, const struct aac_library *library)
{
	bool *required = ARENA_ARRAY(lint->ctx->arena, bool, library->fragment_count);

	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragments *requires = &library->fragments[i]->requires;

		for (size_t j = 0; j < requires->count; j++)
			required[requires->items[j]->index] = true;
	}
	return required;
}

static void unused_fragment(struct aac_lint *lint, const struct aac_library *library)
{
	const struct closure reached = find_reached(lint, library);
	const bool *required = find_required(lint, library);

	/* With containers it is composing that knows. */
	for (size_t i = 0; !lint->world->containers && i < library->fragment_count; i++) {
		const struct aac_fragment *f = library->fragments[i];

		if (reached.round[i] != reached.now && !required[i])
			aac_lint_tell(lint, NULL, NULL, f->decl, f->decl->name_span,
				      "nothing selects, uses or requires fragment '%s'",
				      f->name);
	}
}

const struct aac_check aac_check_unused_fragment = {
	.slug = "unused-fragment",
	.severity = AAC_NOTE,
	.summary = "nothing selects, uses or requires a fragment",
	.rationale = "A fragment without a 'when' that no profile uses and no fragment "
		     "requires gets into a profile only by a container's "
		     ".apparmor_fragments. If that is not what it is for, its rules are "
		     "missing somewhere.",
	.cure = "give it a 'when', or name it in a profile's 'use'",
	.diag = "fragment-unused",
	.bad = "fragment a \"Reads\" {\n    /x r,\n    expect { allow file /x r; }\n}\n",
	.good = "fragment a \"Reads\" {\n    when .x == true;\n    /x r,\n"
		"    expect { allow file /x r; }\n}\n",
	.library = unused_fragment,
};

/* Two fragments that FRAGMENT needs, and that conflict. */
static const struct aac_name *find_conflict(struct closure *c,
					    const struct aac_library *library,
					    const struct aac_fragment *fragment,
					    const struct aac_fragment **whose)
{
	c->count = 0;
	c->now++;
	add_one(c, fragment);
	close_over(c);
	for (size_t i = 0; i < c->count; i++) {
		const struct aac_name *name = c->items[i]->decl->conflicts.head;

		for (; name; name = name->next) {
			const struct aac_fragment *other =
				aac_library_fragment(library, name->text);

			*whose = c->items[i];
			if (other && c->round[other->index] == c->now)
				return name;
		}
	}
	return NULL;
}

/* Most libraries have none, and need no closure for each fragment. */
static bool has_conflicts(const struct aac_library *library)
{
	for (size_t i = 0; i < library->fragment_count; i++)
		if (library->fragments[i]->decl->conflicts.head)
			return true;
	return false;
}

static void fragment_unreachable(struct aac_lint *lint, const struct aac_library *library)
{
	const struct closure reached = find_reached(lint, library);
	const bool *required = find_required(lint, library);
	struct closure closure = closure_new(lint->ctx->arena, library);
	bool conflicts = has_conflicts(library);

	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragment *f = library->fragments[i], *whose;
		const struct aac_name *conflict =
			conflicts ? find_conflict(&closure, library, f, &whose) : NULL;

		if (conflict)
			aac_lint_tell(lint, NULL, NULL, f->decl, f->decl->name_span,
				      "no profile can hold fragment '%s': it needs '%s' "
				      "and '%s', which conflict",
				      f->name, whose->name, conflict->text);
		else if (reached.round[i] != reached.now && required[i] &&
			 !lint->world->containers)
			aac_lint_tell(lint, NULL, NULL, f->decl, f->decl->name_span,
				      "fragment '%s' is required only by fragments that "
				      "nothing selects or uses",
				      f->name);
	}
}

const struct aac_check aac_check_fragment_unreachable = {
	.slug = "fragment-unreachable",
	.severity = AAC_WARNING,
	.summary = "no composition can hold a fragment",
	.rationale =
		"A fragment that requires two others which conflict can be composed "
		"nowhere: every container that selects it is an error. One that only "
		"unused fragments require is as unused as they are.",
	.cure = "take out one of the two, or give the fragments above it a 'when'",
	.bad = "fragment a \"A\" { conflicts b; when .x == 1; /a r,\n"
	       "    expect { allow file /a r; } }\n"
	       "fragment b \"B\" { when .x == 2; /b r,\n"
	       "    expect { allow file /b r; } }\n"
	       "fragment c \"C\" { requires a, b; when .x == 3; /c r,\n"
	       "    expect { allow file /c r; } }\n",
	.good = "fragment a \"A\" { conflicts b; when .x == 1; /a r,\n"
		"    expect { allow file /a r; } }\n"
		"fragment b \"B\" { when .x == 2; /b r,\n"
		"    expect { allow file /b r; } }\n"
		"fragment c \"C\" { requires a; when .x == 3; /c r,\n"
		"    expect { allow file /c r; } }\n",
	.library = fragment_unreachable,
};
