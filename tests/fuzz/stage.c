/*
 * The stage of the fuzzers.  Not obvious: the targets and templates are texts that are
 * read for each input, so that nothing is kept from one input to the next and a leak is
 * the fault of the input at hand.
 */
#include "fuzz/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/inline.h"
#include "core/parse.h"
#include "core/target.h"
#include "core/template.h"

void stage_begin(struct stage *stage)
{
	stage->arena = arena_new();
	stage->ctx =
		(struct aac_context){ .arena = stage->arena, .diags = &stage->diags };
	aac_diags_init(&stage->diags, stage->arena);
}

void stage_end(struct stage *stage)
{
	const struct aac_diag_style style = { .verbose = true };
	CLEANUP_BUF out = { 0 };

	aac_diags_render(&stage->diags, &style, &out);
	aac_diags_render_json(&stage->diags, &style, &out);
	arena_free(stage->arena);
}

const struct aac_source *stage_source(struct stage *stage, const char *name,
				      const void *text, size_t len)
{
	return aac_source_new(stage->arena, name, name, text, len);
}

_Noreturn void stage_fail(const char *property, const char *text)
{
	fprintf(stderr, "%s:\n%s\n", property, text ? text : "(nothing)");
	abort();
}

/* ---- targets and templates ------------------------------------------------------- */

static const struct aac_source *literal(struct stage *stage, const char *name,
					const char *text)
{
	return stage_source(stage, name, text, strlen(text));
}

void stage_target(struct stage *stage, bool old)
{
	static const char features[] =
		"mount {mask {mount umount pivot_root\n}\nmove_mount {detached\n}\n}\n"
		"signal {mask {hup int kill\n}\n}\nptrace {mask {read trace\n}\n}\n"
		"caps {mask {chown sys_admin net_admin bpf\n}\n}\n"
		"network_v8 {af_mask {unix inet inet6 netlink\n}\n}\n"
		"dbus {mask {acquire send receive\n}\n}\n"
		"namespaces {mask {userns_create\n}\n}\n"
		"ipc {posix_mqueue {create read write\n}\n}\n"
		"network {af_unix {yes\n}\n}\nrlimit {mask {cpu nofile\n}\n}\n"
		"file {mask {create read write exec\n}\n}\ndomain {stack {yes\n}\n}\n"
		"io_uring {mask {sqpoll override_creds\n}\n}\n";
	const char *record =
		old ? "summary = old\nabi = abi/3.0\nparser = 3.0.8\n"
		      "parser-min = 3.0.0\nparser-max = 3.0.13\nkernel = 6.1\n"
		    : "summary = new\nabi = abi/4.0\nparser = 4.1.0\n"
		      "parser-min = 4.1.0\nparser-max = 4.1.9\nkernel = 6.12\n";

	stage->ctx.target = aac_target_parse(&stage->ctx, old ? "old" : "new",
					     literal(stage, "t.target", record),
					     literal(stage, "t.features", features));
	if (!stage->ctx.target)
		stage_fail("the target is refused", record);
}

const struct aac_template *stage_template(struct stage *stage, const char *name)
{
	const char *text = NULL;

	if (strcmp(name, "lxc") == 0)
		text = "%prefix lxc-\n@HEADER@\n\n@ABI@\ninclude <tunables/global>\n"
		       "@TUNABLES@\nprofile @PROFILE@@ATTACH@@FLAGS@ {\n  @RULES@\n}\n";
	else if (strcmp(name, "raw") == 0)
		text = "%prefix\n@HEADER@\n@TUNABLES@\n"
		       "profile @PROFILE@@ATTACH@@FLAGS@ {\n\t@RULES@\n}\n";
	return text ? aac_template_parse(&stage->ctx, name, literal(stage, name, text))
		    : NULL;
}

/* ---- inputs in two parts --------------------------------------------------------- */

struct stage_parts stage_split(const void *data, size_t size)
{
	static const char mark[] = "\n====\n";
	const char *text = data;
	const char *at = memmem(text, size, mark, sizeof(mark) - 1);
	struct stage_parts parts = { .first = text, .first_len = size };

	if (!at)
		return parts;
	parts.first_len = (size_t)(at - text) + 1;
	parts.second = at + sizeof(mark) - 1;
	parts.second_len = size - (size_t)(parts.second - text);
	return parts;
}

/* ---- composing ------------------------------------------------------------------- */

static const char *find_prefix(void *env, const char *name)
{
	const struct aac_template *frame = stage_template(env, name);

	return frame ? frame->prefix : NULL;
}

static bool has_templates(struct stage *stage, const struct aac_library *library)
{
	for (size_t i = 0; i < library->profile_count; i++)
		if (!stage_template(stage, library->profiles[i]->template_name))
			return false;
	return true;
}

/* Whatever rules lay inline is this; what is called none is not there. */
static void lay_includes(struct stage *stage, const struct aac_file *rules,
			 struct aac_includes *includes)
{
	static const char text[] = "abi <abi/3.0>,\n/a r,\ndeny /b/** w,\n/c r,\n"
				   "mount fstype=tmpfs,\n"
				   "include if exists <abstractions/none>\n";
	const struct aac_file **files =
		ARENA_ARRAY(stage->arena, const struct aac_file *, 1);
	struct aac_included *found = ARENA_NEW(stage->arena, struct aac_included);
	CLEANUP_MAP names = { 0 };

	files[0] = aac_parse_profile(&stage->ctx,
				     stage_source(stage, "inc", text, sizeof(text) - 1));
	*found = (struct aac_included){ files, 1 };
	aac_inline_names(rules, false, &names);
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.entries[i].key, "abstractions/none") != 0)
			map_add(&includes->by_name, names.entries[i].key,
				names.entries[i].len, found);
	stage->ctx.includes = includes;
}

static const struct aac_library *resolve(struct stage *stage,
					 const struct aac_file *rules)
{
	struct aac_includes includes = { 0 };
	const struct aac_library *library;

	lay_includes(stage, rules, &includes);
	library = aac_resolve(&stage->ctx, rules);
	map_fini(&includes.by_name);
	stage->ctx.includes = NULL;
	return library;
}

const struct aac_fleet *stage_compose(struct stage *stage, const struct aac_source *rules,
				      const struct aac_config *config)
{
	const struct aac_fleet_options options = { .template_prefix = find_prefix,
						   .env = stage };
	const struct aac_file *file = aac_parse(&stage->ctx, rules);
	const struct aac_library *library;
	const struct aac_fleet *fleet;

	if (stage->diags.errors)
		return NULL;
	library = resolve(stage, file);
	if (stage->diags.errors || !has_templates(stage, library))
		return NULL;
	fleet = aac_fleet_compose(&stage->ctx, library, config, &options);
	return stage->diags.errors ? NULL : fleet;
}
