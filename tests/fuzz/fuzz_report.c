/*
 * Any bytes as what apparmor_parser printed about a profile, the first one being its exit
 * code: a parser that failed is never told as one that did not, and each place that is
 * named lies in its file.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/policy.h"
#include "core/render.h"
#include "fuzz/stage.h"
#include "host/compiler_run.h"

static const char rules[] =
	"fragment a \"a\" {\n\tinclude <abstractions/base>\n\t/etc/{a,b}/** r,\n"
	"\tcapability sys_admin,\n\t@{HOME}/x px -> y,\n\tunix (send) type=stream,\n"
	"\tdbus send bus=session,\n\tmount options=(rw, bind) /a/ -> /b/,\n"
	"\taudit deny change_profile -> z,\n}\n"
	"profile p {\n\ttemplate raw;\n\tflags complain;\n\tuse a;\n\tuserns,\n}\n";

static void check_places(const struct aac_diag *list)
{
	for (const struct aac_diag *d = list; d; d = d->next) {
		if (d->span.source &&
		    (d->span.begin > d->span.end || d->span.end > d->span.source->size))
			stage_fail("a place outside the file", d->message);
		check_places(d->notes);
	}
}

static void report(struct stage *stage, const struct aac_profile_text *text,
		   const uint8_t *data, size_t size)
{
	const struct buf printed = { .data = (char *)(uintptr_t)data, .len = size };
	struct aac_compiler_gate gate = { 0 };
	struct aac_compiler_run run = {
		.text = text,
		.base = "/etc/apparmor.d",
		.code = data[0] % 4,
		.out = data[0] & 16 ? aac_compiler_text(stage->arena, &printed) : "",
		.err = data[0] & 16 ? "" : aac_compiler_text(stage->arena, &printed),
	};
	enum aac_check_result result = aac_compiler_report(&stage->ctx, &run, &gate);

	aac_gate_note(&stage->ctx, &gate);
	if ((run.code != 0 && result == AAC_CHECK_OK) ||
	    (result != AAC_CHECK_OK && !stage->diags.errors))
		stage_fail("the failure is not told", run.err);
	check_places(stage->diags.head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct aac_fleet *fleet;
	struct stage stage;

	if (size == 0)
		return 0;
	stage_begin(&stage);
	stage_target(&stage, false);
	fleet = stage_compose(&stage, stage_source(&stage, "a.aaf", rules, strlen(rules)),
			      NULL);
	if (!fleet || fleet->policy_count != 1)
		stage_fail("the example is refused", rules);
	report(&stage,
	       aac_render(&stage.ctx, fleet->policies[0], stage_template(&stage, "raw")),
	       data, size);
	stage_end(&stage);
	return 0;
}
