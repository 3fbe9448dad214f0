/*
 * Compiled profiles for the commands that ask them.  It takes what the command line names
 * and gives the policy, as the target's parser compiles it.  Not obvious: the rules of a
 * profile are compiled one by one only when somebody wants to know which decided, and
 * what goes wrong with that is no error.
 */
#include "cli/compiled.h"

#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/head.h"
#include "core/parse.h"
#include "host/compiler.h"

#define FILE_MAX ((size_t)64 << 20)
#define MAP_MAX ((size_t)256 << 20)

static const struct aac_span nowhere;

/* ---- choosing ---------------------------------------------------------------------- */

/* Behind the namespace of `:SPACE:NAME`, which compiled policy tells apart, and only of
 * a profile that is no other's child. */
static const char *skip_space(const char *name)
{
	const char *colon = *name == ':' ? strchr(name + 1, ':') : NULL;

	if (!colon)
		return name;
	return colon + 1 + (strncmp(colon + 1, "//", 2) == 0 ? 2 : 0);
}

static const struct aac_blob *find_blob(const struct aac_blob *blobs, const char *name)
{
	name = skip_space(name);
	while (blobs && strcmp(blobs->name, name) != 0)
		blobs = blobs->next;
	return blobs;
}

static void report_absent(struct aac_run *run, const char *name,
			  const struct aac_blob *blobs)
{
	struct suggest suggest = { .word = name };
	struct aac_diag *diag = aac_report(&run->diags, AAC_ERROR, "unknown-profile",
					   nowhere, "there is no profile '%s'", name);

	for (; blobs; blobs = blobs->next)
		suggest_offer(&suggest, blobs->name);
	if (suggest_best(&suggest))
		aac_hint(&run->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
}

/* The one profile of the file that is no other's child; with several one must be named.
 */
static const char *only_profile(struct aac_run *run, const char *path,
				const struct aac_blob *blobs)
{
	const char *name = NULL;
	CLEANUP_BUF names = { 0 };
	size_t count = 0;

	for (; blobs; blobs = blobs->next) {
		if (strstr(blobs->name, "//"))
			continue;
		buf_printf(&names, "%s%s", count++ ? ", " : "", blobs->name);
		name = name ? name : blobs->name;
	}
	if (count == 1)
		return name;
	aac_hint(&run->diags,
		 aac_report(&run->diags, AAC_ERROR, "several-profiles", nowhere,
			    "'%s' holds %zu profiles", path, count),
		 "name one with --profile: %s", buf_str(&names));
	return NULL;
}

static bool choose(struct aac_compiled *compiled, const char *name)
{
	compiled->name = name;
	compiled->blob = find_blob(compiled->all, name);
	if (!compiled->blob)
		report_absent(compiled->run, name, compiled->all);
	return compiled->blob;
}

/* ---- compositions ------------------------------------------------------------------ */

bool aac_compiled_init(struct aac_run *run, struct aac_context *ctx,
		       const struct aac_profile_text *text, const struct buf *policy,
		       struct aac_compiled *compiled)
{
	*compiled = (struct aac_compiled){ .run = run, .text = text };
	compiled->all = aac_blob_read(ctx, text->policy->name,
				      (const uint8_t *)buf_str(policy), policy->len);
	return compiled->all && choose(compiled, aac_policy_label(text->policy));
}

static bool compile_text(struct aac_run *run, const struct aac_profile_text *text,
			 struct buf *policy)
{
	struct aac_check_options options = { .jobs = 1,
					     .seconds = run->opts->parser_timeout,
					     .policies = policy };

	if (aac_check(&run->ctx, &run->host, &text, 1, &options) == AAC_CHECK_HOST)
		run->refused = true;
	return aac_run_ok(run);
}

bool aac_compiled_compose(struct aac_run *run, const struct aac_policy *policy,
			  const char *child, struct aac_compiled *compiled)
{
	const struct aac_profile_text *text = aac_render_policy(run, policy);
	CLEANUP_BUF bytes = { 0 };

	if (!text || !compile_text(run, text, &bytes) ||
	    !aac_compiled_init(run, &run->ctx, text, &bytes, compiled))
		return false;
	compiled->child = child;
	return !child || choose(compiled, arena_printf(run->arena, "%s//%s",
						       aac_policy_label(policy), child));
}

/* As aac_find_policy; *child is what stands behind "//". */
static const struct aac_policy *find_policy(struct aac_run *run, const char *what,
					    const char **child)
{
	const char *end = strstr(what, "//");

	*child = end ? end + strlen("//") : NULL;
	return aac_find_policy(
		run, end ? arena_strndup(run->arena, what, (size_t)(end - what)) : what);
}

/* ---- files ------------------------------------------------------------------------- */

static bool is_policy(const struct aac_source *source)
{
	static const char start[] = "\004\010\000version";

	return source->size >= sizeof(start) &&
	       memcmp(source->text, start, sizeof(start)) == 0;
}

static bool take_policy(struct aac_compiled *compiled, const char *path,
			const struct buf *bytes)
{
	struct aac_run *run = compiled->run;
	const char *name = run->opts->profile;

	compiled->all = aac_blob_read(&run->ctx, path, (const uint8_t *)buf_str(bytes),
				      bytes->len);
	if (!compiled->all)
		return false;
	if (!name)
		name = only_profile(run, path, compiled->all);
	return name && choose(compiled, name);
}

/* What a build wrote beside the profile. */
static void take_map(struct aac_compiled *compiled, const char *path)
{
	struct aac_run *run = compiled->run;
	const char *map = arena_printf(run->arena, "%s.map.json", path);
	const struct aac_source *source;

	if (!aac_host_exists(&run->ctx, &run->host, map))
		return;
	source = aac_host_read(&run->ctx, &run->host, map, NULL, MAP_MAX);
	if (source)
		aac_map_lines_read(&run->ctx, source, &compiled->map);
}

/* Our front end only says which rules there are: what it finds wrong is not told, since
 * the parser has taken the text. */
const struct aac_file *aac_compiled_parse(struct aac_run *run,
					  const struct aac_source *source)
{
	struct aac_diags silent;
	struct aac_context ctx = run->ctx;
	const struct aac_file *file;

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	file = aac_parse_profile(&ctx, source);
	return silent.errors ? NULL : file;
}

static bool find_file(struct aac_run *run, const char *path,
		      struct aac_compiled *compiled)
{
	const struct aac_source *source =
		aac_host_read(&run->ctx, &run->host, path, NULL, FILE_MAX);
	CLEANUP_BUF bytes = { 0 };

	*compiled = (struct aac_compiled){ .run = run };
	if (!source)
		return false;
	if (is_policy(source)) {
		buf_putn(&bytes, source->text, source->size);
		return take_policy(compiled, path, &bytes);
	}
	if (aac_compile_source(&run->ctx, &run->host, source, run->opts->parser_timeout,
			       false, &bytes) == AAC_CHECK_HOST)
		run->refused = true;
	if (!aac_run_ok(run))
		return false;
	compiled->file = aac_compiled_parse(run, source);
	take_map(compiled, path);
	return take_policy(compiled, path, &bytes);
}

/* A path is meant when it looks like one, or when nothing else has the name. */
static bool is_file(struct aac_run *run, const char *what)
{
	const char *name = arena_strndup(run->arena, what, strcspn(what, "/"));

	if (strchr(what, '/') && !strstr(what, "//"))
		return true;
	if (aac_find_member(run, name) ||
	    aac_policy_index(run->fleet, name) != SIZE_MAX ||
	    aac_library_profile(run->library, name))
		return false;
	return aac_host_exists(&run->ctx, &run->host, what);
}

bool aac_compiled_find(struct aac_run *run, const char *what,
		       struct aac_compiled *compiled)
{
	const struct aac_policy *policy;
	const char *child;

	*compiled = (struct aac_compiled){ .run = run };
	if (is_file(run, what))
		return find_file(run, what, compiled);
	if (run->opts->profile) {
		run->usage = "--profile chooses from a file that holds several profiles";
		return false;
	}
	policy = find_policy(run, what, &child);
	return policy && aac_compiled_compose(run, policy, child, compiled);
}

void aac_compiled_fini(struct aac_compiled *compiled)
{
	map_fini(&compiled->peers);
	map_fini(&compiled->includes);
}

/* ---- peers ------------------------------------------------------------------------- */

/* The composed policy at INDEX; what cannot be compiled is no peer that is known. */
static const struct aac_blob *compile_peer(struct aac_run *run, size_t index)
{
	struct aac_compiled peer;

	return aac_compiled_compose(run, run->fleet->policies[index], NULL, &peer)
		       ? peer.blob
		       : NULL;
}

static void know_peer(struct aac_compiled *compiled, const char *label,
		      const struct aac_blob *blob)
{
	map_add(&compiled->peers, label, strlen(label),
		blob ? (void *)(uintptr_t)blob : (void *)compiled);
}

/* As the map has it; NULL: it is not in there. */
static void *recall_peer(struct aac_compiled *compiled, const char *label)
{
	void *known;

	if (compiled->peers.count == 0)
		for (const struct aac_blob *b = compiled->all; b; b = b->next)
			know_peer(compiled, b->name, b);
	known = map_get_str(&compiled->peers, label);
	return !known && *label == ':' ? map_get_str(&compiled->peers, skip_space(label))
				       : known;
}

/* SIZE_MAX: it is not composed here. */
static size_t peer_index(const struct aac_run *run, const char *label)
{
	return run->fleet ? aac_policy_index(run->fleet, label) : SIZE_MAX;
}

bool aac_compiled_knows(struct aac_compiled *compiled, const char *label)
{
	return recall_peer(compiled, label) ||
	       peer_index(compiled->run, label) != SIZE_MAX;
}

/* What nobody knows is not remembered: there is no end of such labels. */
static const struct aac_blob *find_peer(void *env, const char *label)
{
	struct aac_compiled *compiled = env;
	const struct aac_run *run = compiled->run;
	const struct aac_blob *blob;
	void *known = recall_peer(compiled, label);
	size_t at;

	if (known)
		return known == compiled ? NULL : known;
	at = peer_index(run, label);
	if (at == SIZE_MAX)
		return NULL;
	blob = compile_peer(compiled->run, at);
	know_peer(compiled, run->fleet->policies[at]->name, blob);
	return blob;
}

struct aac_peers aac_compiled_peers(struct aac_compiled *compiled)
{
	return (struct aac_peers){ find_peer, compiled };
}

/* ---- rules ------------------------------------------------------------------------- */

void aac_compiled_rules(struct aac_run *run, struct aac_lone_rules *rules)
{
	struct aac_context ctx = run->ctx;
	const struct aac_source *source;
	const struct aac_blob *blobs;
	struct aac_diags silent;
	CLEANUP_BUF bytes = { 0 };

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	source = aac_lone_text(&ctx, rules);
	if (!source ||
	    aac_compile_source(&ctx, &run->host, source, run->opts->parser_timeout, true,
			       &bytes) != AAC_CHECK_OK)
		return;
	blobs = aac_blob_read(&ctx, source->name, (const uint8_t *)buf_str(&bytes),
			      bytes.len);
	if (blobs)
		aac_lone_take(rules, blobs);
}

static void take_rules(struct aac_compiled *compiled)
{
	struct aac_run *run = compiled->run;
	struct aac_context ctx = run->ctx;
	struct aac_diags silent;

	compiled->asked = true;
	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	if (compiled->text)
		compiled->rules =
			aac_lone_composed(&ctx, compiled->text, compiled->child);
	else if (compiled->file)
		compiled->rules = aac_lone_written(&ctx, compiled->file, compiled->name);
	aac_compiled_rules(run, &compiled->rules);
}

struct aac_deciding aac_compiled_deciding(struct aac_compiled *compiled,
					  struct arena *scratch,
					  const struct aac_attempt *attempt,
					  const struct aac_ruling *ruling)
{
	struct aac_deciding deciding = { 0 };

	if (!compiled->asked)
		take_rules(compiled);
	deciding.rule = aac_lone_deciding(scratch, &compiled->rules, attempt, ruling);
	if (deciding.rule)
		deciding.inside = aac_compiled_inside(compiled, scratch, deciding.rule,
						      attempt, ruling);
	else if (ruling->outcome == AAC_DENIED && !ruling->other_side)
		deciding.nearest =
			aac_lone_nearest(scratch, &compiled->rules, attempt, ruling);
	return deciding;
}

struct aac_written aac_compiled_place(const struct aac_compiled *compiled,
				      const struct aac_lone_rule *rule)
{
	struct aac_place place = aac_source_place(rule->span.source, rule->span.begin);
	const struct aac_map_line *line = aac_map_line_find(&compiled->map, place.line);

	if (line)
		return (struct aac_written){ line->file, line->fragment,
					     line->source_line, line->source_column };
	return (struct aac_written){ rule->span.source->name, rule->fragment, place.line,
				     place.column };
}
