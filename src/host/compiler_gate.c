/*
 * The gate: rules that the target's kernel or abi does not enforce.  apparmor_parser
 * drops them from what it compiles and only warns, without a line, naming the class of
 * rule.  A rule of that class is an error where a fragment has written it; where none
 * has, an included file must have, and that is worth one note for all profiles together.
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/render.h"
#include "core/rule.h"
#include "core/target.h"
#include "host/compiler_run.h"

#define KIND_BIT(id) (UINT32_C(1) << AAC_KIND_##id)

enum gate_which { GATE_ANY, GATE_ALLOW, GATE_DENY };

struct gate_class {
	const char *needle;    /* in the parser's warning */
	const char *name;      /* for people */
	uint32_t kinds;	       /* the kinds of rule that it may be about */
	const char *only;      /* in the rule's text, or NULL */
	enum gate_which which; /* allow or deny rules only */
	bool weaker;	       /* enforced in part: "downgraded" */
};

/* The first needle found counts, so the longer ones stand first. */
static const struct gate_class classes[] = {
	{ "deny unix socket rule not enforced", "unix", KIND_BIT(UNIX), NULL, GATE_DENY,
	  false },
	{ "downgrading extended network unix socket rule", "unix", KIND_BIT(UNIX), NULL,
	  GATE_ALLOW, true },
	{ "extended network unix socket rule", "unix", KIND_BIT(UNIX), NULL, GATE_ANY,
	  false },
	{ "downgrading change_profile safe rule", "change_profile",
	  KIND_BIT(CHANGE_PROFILE), "safe", GATE_ANY, true },
	{ "dbus rules not enforce", "dbus", KIND_BIT(DBUS), NULL, GATE_ANY, false },
	/* 3.0.8 says "mount rules not enforce", of all these kinds. */
	{ "mount rules not enforce", "mount",
	  KIND_BIT(MOUNT) | KIND_BIT(REMOUNT) | KIND_BIT(UMOUNT) | KIND_BIT(PIVOT_ROOT),
	  NULL, GATE_ANY, false },
	{ "signal rules not enforce", "signal", KIND_BIT(SIGNAL), NULL, GATE_ANY, false },
	{ "ptrace rules not enforce", "ptrace", KIND_BIT(PTRACE), NULL, GATE_ANY, false },
	{ "network rules not enforce", "network", KIND_BIT(NETWORK), NULL, GATE_ANY,
	  false },
	{ "userns rules not enforce", "userns", KIND_BIT(USERNS), NULL, GATE_ANY, false },
	{ "mqueue type=sysv rules not enforce", "mqueue type=sysv", KIND_BIT(MQUEUE),
	  "type=sysv", GATE_ANY, false },
	{ "mqueue type=posix rules not enforce", "mqueue type=posix", KIND_BIT(MQUEUE),
	  "type=posix", GATE_ANY, false },
	{ "mqueue rules not enforce", "mqueue", KIND_BIT(MQUEUE), NULL, GATE_ANY, false },
	{ "io_uring rules not enforce", "io_uring", KIND_BIT(IO_URING), NULL, GATE_ANY,
	  false },
};

_Static_assert(ARRAY_SIZE(classes) == AAC_GATE_CLASSES, "one count for each class");
_Static_assert(AAC_KIND_COUNT <= 32, "a kind is a bit");

int aac_gate_class(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (strstr(line, classes[i].needle))
			return (int)i;
	return -1;
}

static bool belongs(const struct gate_class *class, const struct aac_rule *rule)
{
	if (!(class->kinds >> rule->kind->id & 1))
		return false;
	if (class->which != GATE_ANY && (class->which == GATE_DENY) != rule->deny)
		return false;
	return !class->only || (rule->text && strstr(rule->text, class->only));
}

/* Of a profile that gives an existing one back: its rules stay, enforced or not. */
static bool stays(const struct aac_profile_text *text, const struct aac_origin *origin)
{
	return text->policy->template_name &&
	       strcmp(text->policy->template_name, "raw") == 0 &&
	       strcmp(text->policy->name, origin->section) == 0;
}

static void report_rule(struct aac_context *ctx, const struct gate_class *class,
			const struct aac_grant *grant, const struct aac_origin *origin,
			enum aac_severity severity)
{
	const char *name = ctx->target->name;
	struct aac_diag *diag =
		aac_report(ctx->diags, severity, "rule-not-enforced", origin->span,
			   class->weaker ? "'%s' enforces this %s rule only in part"
					 : "'%s' does not enforce this %s rule",
			   name, grant->rule->kind->keyword);

	aac_hint(ctx->diags, diag,
		 "write 'if target supports \"%s\" { ... }' around it, or leave it out",
		 grant->rule->kind->keyword);
}

/* Have the fragments written rules of CLASS?  *REFUSED is set when one must not be. */
static bool report_class(struct aac_context *ctx, const struct aac_profile_text *text,
			 const struct gate_class *class, bool *refused)
{
	const struct aac_grant *last = NULL;
	bool any = false;

	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_grant *grant = text->lines[i].grant;

		/* A rule's comment and the rule are lines of one grant. */
		if (!grant || grant == last || !belongs(class, grant->rule))
			continue;
		last = grant;
		for (const struct aac_origin *o = grant->origins; o; o = o->next) {
			bool own = stays(text, o);

			report_rule(ctx, class, grant, o,
				    own ? AAC_WARNING : AAC_ERROR);
			*refused |= !own;
			any = true;
		}
	}
	return any;
}

/*
 * A plain `network` rule speaks of unix sockets too, and the parser warns of it where the
 * kernel knows them by family only.  The rule says no more than that: nothing is lost.
 */
static bool is_plain_network(const struct aac_profile_text *text,
			     const struct gate_class *class)
{
	if (!(class->kinds & KIND_BIT(UNIX)))
		return false;
	for (size_t i = 0; i < text->line_count; i++)
		if (text->lines[i].grant &&
		    text->lines[i].grant->rule->kind->id == AAC_KIND_NETWORK)
			return true;
	return false;
}

enum aac_check_result aac_gate_apply(struct aac_context *ctx,
				     const struct aac_compiler_run *run,
				     unsigned int mask, struct aac_compiler_gate *gate)
{
	bool refused = false;

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!(mask >> i & 1))
			continue;
		if (!report_class(ctx, run->text, &classes[i], &refused) &&
		    !is_plain_network(run->text, &classes[i]))
			gate->included[i]++;
	}
	return refused ? AAC_CHECK_REFUSED : AAC_CHECK_OK;
}

void aac_gate_note(struct aac_context *ctx, const struct aac_compiler_gate *gate)
{
	CLEANUP_BUF list = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (gate->included[i] > 0)
			buf_printf(&list, "%s%s%s (%zu)", list.len ? ", " : "",
				   classes[i].name, classes[i].weaker ? " in part" : "",
				   gate->included[i]);
	if (list.len > 0)
		aac_report(ctx->diags, AAC_NOTE, "include-not-enforced",
			   (struct aac_span){ 0 },
			   "included files hold rules that '%s' does not enforce, in so "
			   "many profiles: %s",
			   ctx->target->name, buf_str(&list));
}
