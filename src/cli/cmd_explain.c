/*
 * aa-compose explain: why was it denied, and what would allow it?  It takes logs and the
 * containers, decides each denial on the profile as it would be built now, and looks for
 * the smallest change that allows it.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/explain.h"
#include "cli/learn.h"
#include "cli/run.h"

#define UNREAD_SHOWN 10

/* What cannot be read is told, so that nobody takes it for nothing; where nothing else
 * was there, the log is wrong. */
static void tell_unread(struct aac_run *run, const struct aac_denials *denials)
{
	bool all = denials->records + denials->others == 0;
	const struct aac_unread *unread = denials->unread.head;
	struct aac_diag *diag;
	size_t shown = 0;

	if (!unread)
		return;
	diag = aac_report(
		&run->diags, all ? AAC_ERROR : AAC_WARNING, "log-record-unread",
		(struct aac_span){ 0 }, "%zu record%s of AppArmor's cannot be explained",
		denials->unread_records, denials->unread_records == 1 ? "" : "s");
	for (; unread && shown < UNREAD_SHOWN; unread = unread->next, shown++) {
		const struct aac_source *line =
			aac_source_line(run->arena, unread->log, unread->text,
					strlen(unread->text), (uint32_t)unread->line);

		aac_note(&run->diags, diag, (struct aac_span){ line, 0, line->size },
			 "%s%s", unread->why,
			 unread->count > 1 ? arena_printf(run->arena, ", as in %zu more",
							  unread->count - 1)
					   : "");
	}
	aac_hint(
		&run->diags, diag,
		"take the log from where it is whole: dmesg, journalctl -k or audit.log");
}

static void tell(struct aac_explanation *all)
{
	for (struct aac_subject *s = all->head; s; s = s->next) {
		aac_cures_find(all, s);
		for (const struct aac_explained *a = s->answers.head; a; a = a->next)
			all->run->no |= aac_explained_denied(a);
	}
	if (all->run->opts->json)
		aac_explain_json(all, &all->run->out);
	else
		aac_explain_put(all, &all->run->out);
}

static void perform_explain(struct aac_run *run)
{
	struct aac_explanation all = { .run = run };

	if (aac_run_compose(run) &&
	    aac_denials_read(run, run->opts->args, run->opts->arg_count, &all.denials)) {
		tell_unread(run, &all.denials);
		if (aac_run_ok(run) && aac_explain(&all)) {
			if (run->opts->learn)
				aac_learn(&all);
			else
				tell(&all);
		}
	}
	aac_explanation_fini(&all);
}

const struct aac_command aac_command_explain = {
	.name = "explain",
	.arguments = "[LOG]...",
	.summary = "why a log's denials were denied, and the smallest cure of each",
	.help = "Reads the log of a kernel (dmesg, journalctl -k, also -o json, or "
		"audit.log), or standard input where there is none or LOG is '-', and "
		"tells of each denial, equal ones once: the profile and its containers, "
		"the access as 'query' writes it, what the profile that would be built "
		"now decides of it and by which rule, and the smallest change that would "
		"allow it: a parameter's value, a fragment, or a rule. Each change has "
		"been composed, compiled and asked, and what else it opens is told with "
		"shortest examples. What a deny or an 'assert never' rules out is denied "
		"on purpose.\n\n"
		"Nothing is changed. What a log says is what somebody wrote into it: "
		"look at a cure before you take it.\n\n"
		"The exit status is 1 when a profile that is made here would deny "
		"something still.",
	.examples = "journalctl -k | aa-compose explain -c containers.json\n"
		    "aa-compose explain -c containers.json /var/log/audit/audit.log\n"
		    "aa-compose explain -c containers.json --generalize --format json "
		    "dmesg.txt\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(EXAMPLES) |
		   AAC_OPT(GENERALIZE) | AAC_OPT(LEARN) | AAC_OPT(JOBS) |
		   AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_explain,
};
