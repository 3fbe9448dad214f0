/*
 * Any bytes as a template, filled with a profile that has all parts: each line of the
 * text has its record, and a rule's record stands at the rule.
 */
#include <string.h>

#include "base/arena.h"
#include "core/policy.h"
#include "core/render.h"
#include "core/template.h"
#include "fuzz/stage.h"

static const char rules[] =
	"fragment a \"first\nsecond\" {\n\ttunables \"tunables/x\";\n"
	"\t## why\n\t/etc/** r,\n\taccept deny-overrides \"known\";\n\tdeny /etc/x r,\n"
	"\tcapability kill,\n\tmount options=(rw, bind) /a/ -> /b/,\n}\n"
	"profile p \"A profile\" {\n\ttemplate raw;\n\tflags complain;\n"
	"\tattach \"/usr/bin/{a,b}\";\n\tuse a;\n\tabi <abi/3.0>,\n\t@{X}=/x\n"
	"\t@{X}/y rw,\n\tprofile child {\n\t\t/c r,\n\t\t^hat {\n\t\t\t/h r,\n\t\t}\n"
	"\t}\n}\n";

static void check_lines(const struct aac_profile_text *text)
{
	const char *at = text->text;

	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_grant *grant = text->lines[i].grant;
		const char *end = strchr(at, '\n');

		if (!end)
			stage_fail("it has fewer lines than records", text->text);
		if (grant && !memmem(at, (size_t)(end - at), grant->rule->text,
				     strlen(grant->rule->text)))
			stage_fail("another line is the rule's", grant->rule->text);
		at = end + 1;
	}
	if (*at)
		stage_fail("it has more lines than records", text->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct aac_template *frame;
	const struct aac_fleet *fleet;
	struct stage stage;

	stage_begin(&stage);
	stage_target(&stage, size % 2);
	frame = aac_template_parse(&stage.ctx, "fuzz",
				   stage_source(&stage, "fuzz.profile", data, size));
	if (frame) {
		fleet = stage_compose(&stage,
				      stage_source(&stage, "a.aaf", rules, strlen(rules)),
				      NULL);
		if (!fleet || fleet->policy_count != 1)
			stage_fail("the example is refused", rules);
		check_lines(aac_render(&stage.ctx, fleet->policies[0], frame));
	} else if (!stage.diags.errors) {
		stage_fail("it is refused without a word", NULL);
	}
	stage_end(&stage);
	return 0;
}
