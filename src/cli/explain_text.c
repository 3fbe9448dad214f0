/*
 * Explanations for people: takes the answers, profile by profile, and gives a paragraph
 * for each: the access, who was denied it how often, what denies it now, and the cure.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/explain.h"
#include "cli/ruling_text.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/text.h"
#include "core/compare.h"
#include "core/query_print.h"
#include "core/scope.h"

#define EXAMPLES 3
#define CTIDS_SHOWN 8

const char *aac_standing_words(enum aac_standing standing)
{
	static const char *const words[] = {
		[AAC_STANDS_RULE] = "denied by a rule",
		[AAC_STANDS_NEVER] = "ruled out by an 'assert never'",
		[AAC_STANDS_NONE] = "no rule allows it",
		[AAC_STANDS_PEER] = "denied by the peer's profile",
		[AAC_STANDS_DEPENDS] = "it depends",
		[AAC_STANDS_CURED] = "cured already: it is allowed now",
		[AAC_STANDS_UNASKED] =
			"the target's kernel does not ask for it (wrong --target?)",
		[AAC_STANDS_LOADING] =
			"allowed, but the profile that it leads to was not loaded",
		[AAC_STANDS_GUEST] = "by a profile that the guest has loaded itself",
		[AAC_STANDS_FOREIGN] = "by a profile that is not made here",
	};

	return words[standing];
}

/* ---- cures ------------------------------------------------------------------------- */

/* "container 101", "containers 101, 102 and 7 more". */
static const char *containers_of(struct arena *arena, const struct aac_explanation *all,
				 const struct aac_policy *policy)
{
	const struct aac_fleet *fleet = all->run->fleet;
	CLEANUP_BUF out = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < fleet->count; i++) {
		const struct aac_member *member = &fleet->members[i];

		if (member->policy != policy || !member->container)
			continue;
		if (count++ < CTIDS_SHOWN)
			buf_printf(&out, "%s%s", count > 1 ? ", " : "",
				   member->container->ctid);
	}
	if (count > CTIDS_SHOWN)
		buf_printf(&out, " and %zu more", count - CTIDS_SHOWN);
	return count ? arena_printf(arena, "container%s %s", count > 1 ? "s" : "",
				    buf_str(&out))
		     : NULL;
}

/* "FRAGMENT.PARAM": VALUE, …, as it stands in the JSON. */
static void put_values(struct buf *out, const struct aac_explanation *all,
		       const struct aac_cure *cure)
{
	const struct aac_set *set = cure->variant->sets;

	buf_puts(out, "\"apparmor\": {\"params\": {");
	for (; set; set = set->next) {
		const struct aac_fragment *fragment =
			aac_library_fragment(all->run->library, set->fragment);
		struct aac_value value;

		buf_printf(out, "\"%s.%s\": ", set->fragment, set->param);
		if (aac_param_set(&all->run->ctx,
				  aac_param_find(&fragment->params, set->param), set,
				  &value))
			aac_value_print(out, &value);
		buf_puts(out, set->next ? ", " : "}}");
	}
}

static void put_list(struct buf *out, const struct aac_member *member, const char *added)
{
	buf_puts(out, "\"apparmor_fragments\": [");
	for (size_t i = 0; i < member->choice_count; i++)
		if (!member->choices[i].required_only)
			buf_printf(out, "\"%s\", ", member->choices[i].fragment->name);
	buf_printf(out, "\"%s\"]", added);
}

static void put_fragment(struct buf *out, const struct aac_cure *cure)
{
	const struct aac_member *member = cure->variant->member;
	const struct aac_profile_decl *decl = member->policy->decl;
	const char *added = cure->variant->fragment;

	if (decl) {
		struct aac_span at = decl->decl->name_span;

		buf_printf(out, "write 'use %s;' into profile %s (%s:%u)", added,
			   decl->name, at.source->name,
			   aac_source_place(at.source, at.begin).line);
		return;
	}
	put_list(out, member, added);
}

const char *aac_cure_words(struct arena *arena, const struct aac_explanation *all,
			   const struct aac_cure *cure)
{
	const struct aac_variant *variant = cure->variant;
	const char *who = containers_of(arena, all, variant->member->policy);
	CLEANUP_BUF out = { 0 };

	if (variant->rule)
		return arena_printf(arena, "a rule more: %s", variant->rule);
	if (variant->fragment)
		put_fragment(&out, cure);
	if (variant->sets) {
		buf_puts(&out, out.len ? ", and " : "");
		put_values(&out, all, cure);
	}
	if (variant->sets || !variant->member->policy->decl)
		buf_printf(&out, ", in the JSON of %s", who ? who : "the container");
	return arena_strdup(arena, buf_str(&out));
}

static void put_query(struct buf *out, const struct aac_query *query)
{
	CLEANUP_BUF text = { 0 };

	aac_query_print(&text, query);
	aac_put_safe(out, buf_str(&text));
}

static void put_opened(const struct aac_explanation *all,
		       const struct aac_explained *answer, struct buf *out)
{
	size_t most = all->run->opts->examples ? all->run->opts->examples : EXAMPLES;
	const struct aac_finding *f = answer->cure->comparison->findings;
	size_t shown = 0, left = 0;

	for (; f; f = f->next) {
		CLEANUP_BUF text = { 0 };

		if (!aac_cure_tells(f))
			continue;
		aac_query_print(&text, f->witness);
		if (strcmp(buf_str(&text), answer->denied->attempt->text) == 0)
			continue;
		if (shown == most) {
			left++;
			continue;
		}
		buf_puts(out, shown++ ? "          " : "    opens ");
		aac_put_safe(out, buf_str(&text));
		buf_putc(out, '\n');
	}
	if (left)
		buf_printf(out, "          and %s more\n",
			   aac_count_text(all->run->arena, left, "sort"));
	if (!shown)
		buf_puts(out, "    opens nothing else\n");
}

/* A value that changes takes away what the old one gave. */
static void put_lost(const struct aac_explanation *all, const struct aac_cure *cure,
		     struct buf *out)
{
	const struct aac_finding *f = cure->comparison->findings, *first = NULL;
	size_t count = 0;

	for (; f; f = f->next)
		if (f->kind == AAC_FINDING_LOST && f->witness) {
			first = first ? first : f;
			count++;
		}
	if (!first)
		return;
	buf_puts(out, "    loses ");
	put_query(out, first->witness);
	if (count > 1)
		buf_printf(out, " and %s more",
			   aac_count_text(all->run->arena, count - 1, "sort"));
	buf_putc(out, '\n');
}

static void put_lifted(const struct aac_subject *subject, const struct aac_cure *cure,
		       struct buf *out)
{
	for (size_t i = 0; i < cure->lifted_count; i++) {
		struct aac_written at =
			aac_compiled_place(&subject->compiled, cure->lifted[i]);

		buf_puts(out, "    takes from ");
		aac_put_safe(out, at.file);
		buf_printf(out, ":%u:%u  ", at.line, at.column);
		aac_put_safe(out, cure->lifted[i]->text);
		buf_putc(out, '\n');
	}
}

static void put_cure(const struct aac_explanation *all, const struct aac_subject *subject,
		     const struct aac_explained *answer, struct buf *out)
{
	if (!answer->cure) {
		if (answer->uncured)
			buf_printf(out, "    no cure: %s\n", answer->uncured);
		return;
	}
	buf_puts(out, answer->cure->lifts ? "    lifts the deny: " : "    cure: ");
	aac_put_safe(out, aac_cure_words(all->run->arena, all, answer->cure));
	buf_putc(out, '\n');
	if (answer->cure->others)
		buf_printf(out, "    or, opening more: %s\n", answer->cure->others);
	put_opened(all, answer, out);
	put_lost(all, answer->cure, out);
	put_lifted(subject, answer->cure, out);
}

/* ---- answers ----------------------------------------------------------------------- */

/* Why a deny is there, in the words of whoever wrote it. */
const char *aac_explained_reason(const struct aac_subject *subject,
				 const struct aac_explained *answer)
{
	const struct aac_lone_rule *rule = answer->deciding.rule;

	if (!rule || !rule->grant)
		return NULL;
	if (rule->grant->doc)
		return rule->grant->doc;
	for (const struct aac_section *s = subject->compiled.text->policy->sections; s;
	     s = s->next)
		if (s->summary && rule->fragment && strcmp(s->name, rule->fragment) == 0)
			return s->summary;
	return NULL;
}

static void put_reason(const struct aac_subject *subject,
		       const struct aac_explained *answer, struct buf *out)
{
	const char *text = aac_explained_reason(subject, answer);
	const char *first = "    on purpose: ";

	while (text && *text) {
		size_t len = strcspn(text, "\n");
		CLEANUP_BUF line = { 0 };

		buf_putn(&line, text, len);
		buf_puts(out, first);
		first = "        ";
		aac_put_safe(out, buf_str(&line));
		buf_putc(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void put_never(const struct aac_explained *answer, struct buf *out)
{
	struct aac_span at = answer->never->span;
	struct aac_place place = aac_source_place(at.source, at.begin);

	buf_puts(out, "    on purpose: ");
	aac_put_safe(out, at.source->name);
	buf_printf(out, ":%u:%u  assert never { ", place.line, place.column);
	aac_put_safe(out, answer->never->written->text);
	buf_puts(out, " }\n");
}

static void put_ruling(const struct aac_explanation *all, struct aac_subject *subject,
		       const struct aac_explained *answer, struct buf *out)
{
	if (!subject->compiled.blob || answer->standing == AAC_STANDS_UNASKED) {
		buf_printf(out, "    %s\n", aac_standing_words(answer->standing));
		return;
	}
	buf_puts(out, "    ");
	if (answer->standing >= AAC_STANDS_CURED)
		buf_printf(out, "%s, ", aac_standing_words(answer->standing));
	else if (answer->standing == AAC_STANDS_RULE ||
		 answer->standing == AAC_STANDS_PEER)
		buf_puts(out, "denied ");
	else if (answer->standing == AAC_STANDS_DEPENDS)
		buf_puts(out, "it depends ");
	aac_ruling_put_rule(out, all->scratch, &subject->compiled,
			    answer->denied->attempt, &answer->ruling, 4);
	buf_putc(out, '\n');
	if (answer->standing == AAC_STANDS_RULE)
		put_reason(subject, answer, out);
	if (answer->standing == AAC_STANDS_NEVER)
		put_never(answer, out);
}

static void put_records(const struct aac_explanation *all,
			const struct aac_denied *denied, struct buf *out)
{
	buf_printf(out, "    %s, first ",
		   aac_count_text(all->run->arena, denied->count, "record"));
	aac_put_safe(out, denied->log);
	buf_printf(out, ":%zu", denied->line);
	buf_puts(out, " (");
	aac_put_safe(out, denied->operation);
	if (denied->comm) {
		buf_puts(out, " by ");
		aac_put_safe(out, denied->comm);
	}
	if (denied->info) {
		buf_puts(out, ": ");
		aac_put_safe(out, denied->info);
	}
	buf_puts(out, denied->learned ? "; in complain mode)\n" : ")\n");
}

/* Of names that LXC makes, "lxc-CTID_</var/lib/lxc>", the container; or NULL. */
static const char *guest_of(const struct aac_explanation *all, const char *name)
{
	static const char prefix[] = "lxc-";
	struct arena *arena = all->run->arena;
	const char *at = name ? strstr(name, prefix) : NULL, *end;
	const struct aac_member *member;

	end = at ? strstr(at, "_<") : NULL;
	if (!end)
		return NULL;
	at += strlen(prefix);
	member = aac_find_member(all->run, arena_strndup(arena, at, (size_t)(end - at)));
	return member ? arena_printf(arena, "container %s", member->container->ctid)
		      : NULL;
}

static const char *who_has(const struct aac_explanation *all,
			   const struct aac_subject *subject)
{
	const char *who;

	if (subject->compiled.text)
		return containers_of(all->run->arena, all,
				     subject->compiled.text->policy);
	who = guest_of(all, subject->space);
	return who ? who : guest_of(all, subject->label);
}

static void put_subject(const struct aac_explanation *all, struct aac_subject *subject,
			struct buf *out)
{
	const char *who = who_has(all, subject);

	buf_puts(out, "profile ");
	aac_put_safe(out, subject->label);
	if (subject->space) {
		buf_puts(out, " in namespace ");
		aac_put_safe(out, subject->space);
	}
	if (who) {
		buf_puts(out, ", ");
		aac_put_safe(out, who);
	}
	buf_puts(out, ":\n");
	for (const struct aac_explained *a = subject->answers.head; a; a = a->next) {
		buf_puts(out, "  ");
		aac_put_safe(out, a->denied->attempt->text);
		buf_putc(out, '\n');
		put_records(all, a->denied, out);
		put_ruling(all, subject, a, out);
		put_cure(all, subject, a, out);
	}
}

/* ---- the whole --------------------------------------------------------------------- */

static void put_summary(const struct aac_explanation *all, struct buf *out)
{
	struct arena *arena = all->run->arena;
	size_t counts[AAC_STANDS_FOREIGN + 1] = { 0 }, cures = 0, denied = 0;

	for (const struct aac_subject *s = all->head; s; s = s->next)
		for (const struct aac_explained *a = s->answers.head; a; a = a->next) {
			counts[a->standing]++;
			denied += aac_explained_denied(a);
			cures += a->cure != NULL;
		}
	buf_printf(out, "%s in %s", aac_count_text(arena, all->denials.records, "denial"),
		   aac_count_text(arena, all->denials.lines, "line"));
	if (all->denials.count == 0) {
		buf_putc(out, '\n');
		return;
	}
	buf_printf(out, ", of %s: %zu denied still (%zu on purpose), %zu cured already",
		   aac_count_text(arena, all->denials.count, "sort"), denied,
		   counts[AAC_STANDS_RULE] + counts[AAC_STANDS_NEVER],
		   counts[AAC_STANDS_CURED]);
	if (counts[AAC_STANDS_GUEST] + counts[AAC_STANDS_FOREIGN])
		buf_printf(out, ", %zu by other profiles",
			   counts[AAC_STANDS_GUEST] + counts[AAC_STANDS_FOREIGN]);
	buf_printf(out, "; %s proposed\n", aac_count_text(arena, cures, "cure"));
}

void aac_explain_put(const struct aac_explanation *all, struct buf *out)
{
	for (struct aac_subject *subject = all->head; subject; subject = subject->next)
		if (subject->count)
			put_subject(all, subject, out);
	if (!aac_option_given(all->run->opts, AAC_OPT_QUIET))
		put_summary(all, out);
}
