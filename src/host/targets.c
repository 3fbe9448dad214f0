/*
 * Targets: the pinned ones, from their records, and this machine.  Not obvious: where
 * the kernel shows no AppArmor (a container, a build machine), "this machine" cannot be
 * known; then a pinned target stands in, and a note says which and why.
 */
#include "host/targets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/feature.h"
#include "core/target.h"
#include "host/compiler.h"
#include "host/features.h"
#include "host/host.h"

#define HOST_NAME "host"
#define RECORD_MAX (64u << 10)
#define FEATURES_MAX (1u << 20)
#define KERNEL_FEATURES "/sys/kernel/security/apparmor/features"

static const struct aac_span nowhere;

/* ---- the pinned ones -------------------------------------------------------- */

static const struct aac_source *read_beside(struct aac_context *ctx,
					    const struct aac_host *host, const char *dir,
					    const char *name, const char *suffix,
					    size_t limit)
{
	const char *file = arena_printf(ctx->arena, "%s%s", name, suffix);

	return aac_host_read(ctx, host, arena_printf(ctx->arena, "%s/%s", dir, file),
			     arena_printf(ctx->arena, "targets/%s", file), limit);
}

static const struct aac_target *load_target(struct aac_context *ctx,
					    const struct aac_host *host, const char *dir,
					    const char *name)
{
	const struct aac_source *record, *features;
	const struct aac_target *parsed;
	struct aac_target *target;

	record = read_beside(ctx, host, dir, name, ".target", RECORD_MAX);
	features = read_beside(ctx, host, dir, name, ".features", FEATURES_MAX);
	if (!record || !features)
		return NULL;
	if (strcmp(name, HOST_NAME) == 0) {
		aac_report(ctx->diags, AAC_ERROR, "target-record",
			   (struct aac_span){ record, 0, 0 },
			   "'" HOST_NAME
			   "' is this machine: a target cannot have that name");
		return NULL;
	}
	parsed = aac_target_parse(ctx, name, record, features);
	if (!parsed)
		return NULL;
	target = ARENA_NEW(ctx->arena, struct aac_target);
	*target = *parsed;
	target->features_path = features->name;
	return target;
}

struct aac_targets aac_targets_load(struct aac_context *ctx, const struct aac_host *host,
				    const char *dir)
{
	struct aac_targets targets = { 0 };
	const struct aac_target **items;
	const char *const *names;
	size_t count;

	if (!aac_host_list(ctx, host, dir, ".target", &names, &count))
		return targets;
	items = ARENA_ARRAY(ctx->arena, const struct aac_target *, count);
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(names[i]) - strlen(".target");
		const char *name = arena_strndup(ctx->arena, names[i], len);

		items[targets.count] = load_target(ctx, host, dir, name);
		if (items[targets.count])
			targets.count++;
	}
	targets.items = items;
	return targets;
}

static const struct aac_target *find_target(const struct aac_targets *targets,
					    const char *name)
{
	for (size_t i = 0; i < targets->count; i++)
		if (strcmp(targets->items[i]->name, name) == 0)
			return targets->items[i];
	return NULL;
}

/* "debian12, debian13, host" */
static const char *list_names(struct aac_context *ctx, const struct aac_targets *targets)
{
	CLEANUP_BUF list = { 0 };

	for (size_t i = 0; i < targets->count; i++)
		buf_printf(&list, "%s, ", targets->items[i]->name);
	buf_puts(&list, HOST_NAME);
	return arena_strdup(ctx->arena, buf_str(&list));
}

static void report_unknown(struct aac_context *ctx, const struct aac_targets *targets,
			   const char *name)
{
	struct suggest suggest = { .word = name };
	struct aac_diag *diag = aac_report(ctx->diags, AAC_ERROR, "unknown-target",
					   nowhere, "there is no target '%s'", name);

	for (size_t i = 0; i < targets->count; i++)
		suggest_offer(&suggest, targets->items[i]->name);
	suggest_offer(&suggest, HOST_NAME);
	if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else
		aac_hint(ctx->diags, diag, "there are: %s", list_names(ctx, targets));
}

/* ---- a stand-in for this machine -------------------------------------------- */

/* A file that may be missing. */
static const char *read_quietly(struct aac_context *ctx, const struct aac_host *host,
				const char *path)
{
	struct aac_diags unseen;
	struct aac_context quiet = { .arena = ctx->arena, .diags = &unseen };
	const struct aac_source *source;

	aac_diags_init(&unseen, ctx->arena);
	source = aac_host_read(&quiet, host, path, NULL, RECORD_MAX);
	return source ? source->text : "";
}

static bool is_debian_12(struct aac_context *ctx, const struct aac_host *host)
{
	const char *text = read_quietly(ctx, host, "/etc/os-release");

	return strstr(text, "\nVERSION_ID=\"12\"") || strstr(text, "\nVERSION_ID=12\n") ||
	       strncmp(text, "VERSION_ID=\"12\"", 15) == 0;
}

static bool fits(const struct aac_target *target, const char *parser)
{
	return aac_version_compare(target->parser_min, parser) <= 0 &&
	       aac_version_compare(parser, target->parser_max) <= 0;
}

/* One that takes this parser, Proxmox's on Proxmox and others elsewhere if possible. */
static const struct aac_target *find_fitting(const struct aac_targets *targets,
					     const char *parser, bool proxmox)
{
	const struct aac_target *any = NULL;

	for (size_t i = 0; i < targets->count; i++) {
		const struct aac_target *target = targets->items[i];

		if (!fits(target, parser))
			continue;
		if ((strncmp(target->name, "pve", 3) == 0) == proxmox)
			return target;
		any = any ? any : target;
	}
	return any;
}

static const struct aac_target *assume(struct aac_context *ctx,
				       const struct aac_target *target, const char *why,
				       const char *what, const char *version)
{
	struct aac_diag *diag;

	diag = aac_report(ctx->diags, AAC_NOTE, "target-assumed", nowhere,
			  "%s: composing for '%s', which fits %s%s%s", why, target->name,
			  what, *version ? " " : "", version);
	aac_hint(ctx->diags, diag, "--target %s says so without this note", target->name);
	return target;
}

static const struct aac_target *stand_in(struct aac_context *ctx,
					 const struct aac_host *host,
					 const struct aac_targets *targets,
					 const char *parser, const char *why)
{
	bool proxmox = aac_host_is_folder(ctx, host, "/etc/pve");
	const struct aac_target *target;
	struct aac_diag *diag;

	if (parser) {
		target = find_fitting(targets, parser, proxmox);
		if (target)
			return assume(ctx, target, why, "apparmor_parser", parser);
	} else {
		target = is_debian_12(ctx, host)
				 ? find_target(targets, proxmox ? "pve8" : "debian12")
				 : find_target(targets, proxmox ? "pve9" : "debian13");
		if (target)
			return assume(ctx, target, why, "this system", "");
	}
	diag = aac_report(ctx->diags, AAC_ERROR, "unknown-target", nowhere,
			  "%s, and no target fits %s%s", why,
			  parser ? "apparmor_parser " : "this system",
			  parser ? parser : "");
	aac_hint(ctx->diags, diag, "name one with --target: %s",
		 list_names(ctx, targets));
	return NULL;
}

/* ---- this machine ------------------------------------------------------------ */

/* "6.1.0-18-amd64" is 6.1.0 */
static const char *find_kernel(struct aac_context *ctx, const struct aac_host *host)
{
	const char *text = read_quietly(ctx, host, "/proc/sys/kernel/osrelease");
	struct utsname name;
	const char *version;
	size_t len;

	if (!*text && uname(&name) == 0)
		text = name.release;
	len = strspn(text, "0123456789.");
	while (len > 0 && text[len - 1] == '.')
		len--;
	version = arena_strndup(ctx->arena, text, len);
	return aac_version_valid(version) ? version : "0";
}

/* The newest that is there and that the parser can read. */
static const char *find_abi(struct aac_context *ctx, const struct aac_host *host,
			    const char *parser)
{
	if (aac_version_compare(parser, "4.0") >= 0 &&
	    aac_host_exists(ctx, host, "/etc/apparmor.d/abi/4.0"))
		return "abi/4.0";
	return "abi/3.0";
}

static const struct aac_target *describe_host(struct aac_context *ctx,
					      const struct aac_host *host,
					      const char *parser, const char *path)
{
	struct aac_target *target = ARENA_NEW(ctx->arena, struct aac_target);
	const struct aac_source *features;
	CLEANUP_BUF text = { 0 };
	char *real = realpath(path, NULL);

	if (!aac_features_dump(path, &text)) {
		aac_report(ctx->diags, AAC_ERROR, "file-unreadable", nowhere,
			   "cannot read '%s': %s", path, strerror(errno));
		free(real);
		return NULL;
	}
	features = aac_source_new(ctx->arena, path, "targets/" HOST_NAME ".features",
				  buf_str(&text), text.len);
	target->name = HOST_NAME;
	target->kernel = find_kernel(ctx, host);
	target->summary =
		arena_printf(ctx->arena, "this machine: Linux %s, apparmor_parser %s",
			     target->kernel, parser);
	target->abi = find_abi(ctx, host, parser);
	target->parser = target->parser_min = target->parser_max = parser;
	target->features = features->text;
	target->features_path = arena_strdup(ctx->arena, real ? real : path);
	target->tree = aac_feature_parse(ctx, features);
	free(real);
	return target->tree ? target : NULL;
}

static const struct aac_target *choose_host(struct aac_context *ctx,
					    const struct aac_host *host,
					    const struct aac_targets *targets)
{
	const struct aac_compiler *compiler =
		aac_compiler_find(ctx, host, host->parser != NULL);
	const char *parser = compiler ? compiler->version : NULL;

	if (host->parser && !compiler)
		return NULL;
	if (!aac_host_is_folder(ctx, host, KERNEL_FEATURES))
		return stand_in(ctx, host, targets, parser,
				"this kernel has no AppArmor");
	if (!parser)
		return stand_in(ctx, host, targets, parser,
				"there is no apparmor_parser here");
	return describe_host(ctx, host, parser,
			     aac_host_path(ctx, host, KERNEL_FEATURES));
}

const struct aac_target *aac_target_choose(struct aac_context *ctx,
					   const struct aac_host *host,
					   const struct aac_targets *targets,
					   const char *name)
{
	const struct aac_target *target;

	if (!name || strcmp(name, HOST_NAME) == 0)
		return choose_host(ctx, host, targets);
	target = find_target(targets, name);
	if (!target)
		report_unknown(ctx, targets, name);
	return target;
}
