/*
 * Names of profiles.  A declared or derived name is extended by a digest of exactly those
 * values that differ from the defaults and change an emitted rule; which they are is
 * found by composing without them.  So a name never depends on which other containers
 * there are.
 */
#include "core/fleet_name.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/name.h"

/* ---- compositions, remembered ----------------------------------------------------- */

static void print_reading(struct buf *out, const struct aac_scope *scope,
			  const struct aac_expr *expr)
{
	struct aac_value value;

	if (expr->type == AAC_EXPR_CONDITION) {
		buf_printf(out, "%s=%d\n", expr->text, aac_expr_true(scope, expr));
		return;
	}
	value = aac_scope_path(scope, expr->path);
	buf_printf(out, "%s=", expr->path->text);
	aac_value_print(out, &value);
	buf_putc(out, '\n');
}

/* EXPECTS: also what only `expect` reads. */
static void print_readings(struct buf *out, const struct aac_scope *scope,
			   const struct aac_readings *readings, const char *name,
			   bool expects)
{
	for (const struct aac_reading *r = readings->list; r; r = r->next)
		if (expects || !r->expect)
			print_reading(out, scope, r->expr);
	if ((readings->ctid || (expects && readings->expect_ctid)) && scope->container)
		buf_printf(out, "ctid=%s\n", scope->container->ctid);
	if (readings->profile || (expects && readings->expect_profile))
		buf_printf(out, "profile=%s\n", name);
}

static void print_setting(struct buf *out, const struct aac_setting *setting)
{
	buf_printf(out, "%s.%s=", setting->fragment->name, setting->param->name);
	aac_value_print(out, &setting->value);
	buf_putc(out, '\n');
}

/* Everything that decides a composition, in one string. */
static void print_key(struct buf *out, const struct aac_asker *asker, const char *name,
		      bool expects)
{
	const struct aac_selection *s = asker->selection;

	buf_printf(out, "%s\n", s->profile ? s->profile->name : "");
	for (size_t i = 0; i < s->fragments.count; i++) {
		buf_printf(out, "%s\n", s->fragments.items[i]->name);
		print_readings(out, asker->scope, &s->fragments.items[i]->readings, name,
			       expects);
	}
	if (s->profile)
		print_readings(out, asker->scope, &s->profile->readings, name, expects);
	for (size_t i = 0; i < asker->setting_count; i++)
		print_setting(out, &asker->settings[i]);
}

static void enter(const struct aac_asker *asker, const char *name)
{
	asker->scope->settings = asker->settings;
	asker->scope->setting_count = asker->setting_count;
	asker->scope->members = asker->selection->members;
	asker->scope->profile = name;
}

bool aac_fleet_composition(struct aac_fleet_run *run, const struct aac_asker *asker,
			   const char *name, struct aac_composition *composition)
{
	struct aac_composition *found;
	struct digest digest;
	CLEANUP_BUF key = { 0 };

	enter(asker, name);
	print_key(&key, asker, name, true);
	digest = digest_bytes(key.data, key.len);
	found = map_get_str(&run->compositions, digest.hex);
	if (found) {
		*composition = *found;
		return true;
	}
	if (!aac_compose(run->composer, run->ctx->arena, asker->scope,
			 asker->selection->fragments, asker->selection->profile, false,
			 composition))
		return false;
	found = ARENA_NEW(run->ctx->arena, struct aac_composition);
	*found = *composition;
	map_add(&run->compositions, arena_strdup(run->ctx->arena, digest.hex),
		sizeof(digest.hex) - 1, found);
	return true;
}

/* What would be emitted: the policy's key, or NULL where it cannot be composed. */
static const char *emitted(struct aac_fleet_run *run, const struct aac_asker *asker,
			   const char *name)
{
	struct aac_composition composition;
	struct digest digest;
	CLEANUP_BUF key = { 0 };
	void **slot;

	enter(asker, name);
	buf_puts(&key, asker->scope->blank ? "blank\n" : "");
	print_key(&key, asker, name, false);
	digest = digest_bytes(key.data, key.len);
	slot = map_slot(&run->baselines, digest.hex, sizeof(digest.hex));
	if (*slot)
		return *slot;
	run->baselines.entries[run->baselines.count - 1].key =
		arena_strndup(run->ctx->arena, digest.hex, sizeof(digest.hex));
	arena_reset(run->trial);
	if (!aac_compose(run->composer, run->trial, asker->scope,
			 asker->selection->fragments, asker->selection->profile, true,
			 &composition))
		return NULL;
	*slot = arena_strdup(run->ctx->arena, composition.policy->key);
	return *slot;
}

/* ---- which values matter -------------------------------------------------------------
 */

struct differing {
	const struct aac_setting *defaults; /* parallel to the asker's settings */
	bool *differs, *matters;
	const bool *reads; /* of the actual composition */
	bool members; /* a conditional `use` decided otherwise than for no container */
	bool readings;
	bool ctid; /* a rule holds or an `if` asks for ${ctid} */
};

static bool rules_read(const struct aac_readings *readings)
{
	const struct aac_reading *r = readings->list;

	while (r && r->expect)
		r = r->next;
	return r || readings->ctid;
}

static bool has_readings(const struct aac_selection *s)
{
	bool found = s->profile && rules_read(&s->profile->readings);

	for (size_t i = 0; i < s->fragments.count && !found; i++)
		found = rules_read(&s->fragments.items[i]->readings);
	return found;
}

/* The fragments that PROFILE has for no container at all are others. */
static bool members_differ(const struct aac_asker *asker)
{
	struct aac_scope blank = *asker->scope;
	struct aac_selection bare = { 0 };
	bool conditional = false;

	if (!asker->selection->profile)
		return false;
	for (const struct aac_name *u = asker->selection->profile->decl->uses.head; u;
	     u = u->next)
		conditional |= u->when != NULL;
	if (!conditional)
		return false;
	blank.blank = true;
	return !aac_select_profile(&blank, asker->selection->profile, &bare) ||
	       bare.fragments.count != asker->selection->fragments.count ||
	       (bare.fragments.count &&
		memcmp(bare.fragments.items, asker->selection->fragments.items,
		       bare.fragments.count * sizeof(*bare.fragments.items)) != 0);
}

/* Whether anything differs from the defaults at all. */
static bool find_differing(struct aac_fleet_run *run, const struct aac_asker *asker,
			   struct differing *d)
{
	struct aac_bind bind = { .profile = asker->selection->profile,
				 .defaults_only = true };
	bool any = false;
	size_t count;

	aac_param_bind(asker->scope, asker->selection->fragments, &bind, &d->defaults,
		       &count);
	d->differs = ARENA_ARRAY(run->scratch, bool, count);
	d->matters = ARENA_ARRAY(run->scratch, bool, count);
	for (size_t i = 0; i < count; i++) {
		d->differs[i] = !aac_value_equal(&d->defaults[i].value,
						 &asker->settings[i].value);
		any |= d->differs[i];
	}
	d->members = members_differ(asker);
	return any || d->members || has_readings(asker->selection);
}

static bool is_missing(const struct aac_setting *setting)
{
	return setting->value.type == AAC_VALUE_NULL;
}

/*
 * Puts the default in the place of one value after the other, and leaves it there where
 * the same is emitted.  What is left decides the rules: equal values of it, equal rules.
 * A value that nothing asked for needs no trial, as long as those that were asked for
 * stay.
 */
static bool find_mattering(struct aac_fleet_run *run, const struct aac_asker *asker,
			   struct differing *d, const char *name, const char *actual)
{
	struct aac_setting *settings =
		ARENA_ARRAY(run->scratch, struct aac_setting, asker->setting_count);
	struct aac_asker without = *asker;
	bool any = false, as_asked = true;
	const char *other;

	without.settings = settings;
	for (size_t i = 0; i < asker->setting_count; i++)
		settings[i] = asker->settings[i];
	for (size_t i = 0; i < asker->setting_count; i++) {
		bool missing = is_missing(&d->defaults[i]);

		if (!d->differs[i] || (missing && as_asked && !d->reads[i]))
			continue;
		settings[i] = d->defaults[i];
		if (as_asked && !d->reads[i])
			continue;
		other = missing ? NULL : emitted(run, &without, name);
		d->matters[i] = !other || strcmp(other, actual) != 0;
		any |= d->matters[i];
		as_asked &= d->matters[i];
		if (d->matters[i])
			settings[i] = asker->settings[i];
	}
	if (has_readings(asker->selection)) {
		asker->scope->blank = true;
		other = emitted(run, &without, name);
		asker->scope->blank = false;
		d->readings = !other || strcmp(other, actual) != 0;
	}
	return any || d->readings || d->members || d->ctid;
}

/* The defaults emit the same: then nothing matters. */
static bool defaults_agree(struct aac_fleet_run *run, const struct aac_asker *asker,
			   const struct differing *d, const char *name,
			   const char *actual)
{
	struct aac_setting *settings =
		ARENA_ARRAY(run->scratch, struct aac_setting, asker->setting_count);
	struct aac_asker defaults = *asker;
	const char *other;

	if (d->members || d->ctid)
		return false;
	for (size_t i = 0; i < asker->setting_count; i++) {
		bool missing = is_missing(&d->defaults[i]);

		if (missing && d->reads[i])
			return false;
		settings[i] = missing ? asker->settings[i] : d->defaults[i];
	}
	defaults.settings = settings;
	asker->scope->blank = true;
	other = emitted(run, &defaults, name);
	asker->scope->blank = false;
	return other && strcmp(other, actual) == 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Eight digits of the values that matter, in byte order of their names. */
static const char *digest_of(struct aac_fleet_run *run, const struct aac_asker *asker,
			     const struct differing *d, bool all)
{
	const struct aac_selection *s = asker->selection;
	const char **lines = ARENA_ARRAY(run->scratch, const char *,
					 asker->setting_count + s->fragments.count + 1);
	size_t count = 0;
	struct digest digest;
	CLEANUP_BUF text = { 0 };

	for (size_t i = 0; i < asker->setting_count; i++) {
		if (all ? !d->differs[i] || !d->reads[i] : !d->matters[i])
			continue;
		buf_clear(&text);
		print_setting(&text, &asker->settings[i]);
		lines[count++] = arena_strndup(run->scratch, text.data, text.len);
	}
	for (size_t i = 0; d->members && i < s->fragments.count; i++)
		lines[count++] = arena_printf(run->scratch, "use %s\n",
					      s->fragments.items[i]->name);
	qsort(lines, count, sizeof(*lines), by_text);
	buf_clear(&text);
	for (size_t i = 0; i < count; i++)
		buf_puts(&text, lines[i]);
	for (size_t i = 0; d->readings && i < s->fragments.count; i++)
		print_readings(&text, asker->scope, &s->fragments.items[i]->readings, "",
			       false);
	if (d->readings && s->profile)
		print_readings(&text, asker->scope, &s->profile->readings, "", false);
	if (d->ctid)
		buf_printf(&text, "ctid=%s\n", asker->scope->container->ctid);
	digest = digest_bytes(text.data, text.len);
	return arena_strndup(run->ctx->arena, digest.hex, 8);
}

/* The digest to append, or NULL when the rules are the defaults'. */
static const char *suffix(struct aac_fleet_run *run, const struct aac_asker *asker,
			  const char *name)
{
	struct differing d = { 0 };
	struct aac_composition actual;
	bool any;

	if (!find_differing(run, asker, &d) ||
	    !aac_fleet_composition(run, asker, name, &actual))
		return NULL;
	d.reads = actual.reads;
	d.ctid = actual.reads[asker->setting_count];
	if (defaults_agree(run, asker, &d, name, actual.policy->key))
		return NULL;
	any = find_mattering(run, asker, &d, name, actual.policy->key);
	return digest_of(run, asker, &d, !any);
}

/* ---- the name itself ------------------------------------------------------------------
 */

static const char *template_prefix(struct aac_fleet_run *run,
				   const struct aac_selection *s)
{
	const char *name = s->profile ? s->profile->template_name : "lxc";
	const char *prefix =
		run->options->template_prefix
			? run->options->template_prefix(run->options->env, name)
			: NULL;

	return prefix ? prefix
		      : "lxc-"; /* an unknown template is the caller's to report */
}

/* The prefix and the slugs of what was chosen, in the order the fragments are laid. */
static const char *derived(struct aac_fleet_run *run, const struct aac_selection *s,
			   const char *prefix)
{
	CLEANUP_BUF name = { 0 };
	bool any = false;

	buf_puts(&name, prefix);
	for (size_t i = 0; i < s->fragments.count; i++) {
		if (s->choices[i].required_only)
			continue;
		buf_printf(&name, "%s%s", any ? "-" : "", s->fragments.items[i]->slug);
		any = true;
	}
	return arena_strdup(run->ctx->arena, buf_str(&name));
}

static struct aac_span name_place(const struct aac_asker *asker)
{
	const struct aac_container *container = asker->scope->container;
	struct aac_trail key = { .up = container ? container->trail : NULL,
				 .key = "apparmor_profile" };

	if (asker->selection->how == AAC_SELECTED_PROFILE)
		return asker->selection->profile->decl->name_span;
	return container && asker->scope->config
		       ? aac_config_place(asker->scope->config, &key)
		       : (struct aac_span){ 0 };
}

static const char *checked(struct aac_fleet_run *run, const struct aac_asker *asker,
			   const char *name, const char *prefix)
{
	const char *problem = aac_profile_name_problem(name, prefix);
	struct aac_diag *diag;

	if (!problem)
		return name;
	diag = aac_report(run->ctx->diags, AAC_ERROR, "profile-name", name_place(asker),
			  "'%.220s' cannot be a profile's name: it %s", name, problem);
	if (*prefix && strncmp(name, prefix, strlen(prefix)) != 0)
		aac_hint(run->ctx->diags, diag,
			 "lxc-start may only switch to profiles whose name begins "
			 "with '%s'",
			 prefix);
	return NULL;
}

const char *aac_fleet_name(struct aac_fleet_run *run, const struct aac_asker *asker)
{
	const struct aac_selection *s = asker->selection;
	const char *prefix = template_prefix(run, s), *name, *digest;
	struct arena *arena = run->ctx->arena;

	if (run->options->name)
		return run->options->name;
	name = s->profile ? s->profile->name : derived(run, s, prefix);
	if (s->how == AAC_SELECTED_LIST && s->name)
		name = s->name;
	if (!checked(run, asker, name, prefix))
		return NULL;
	if (!asker->scope->container)
		return name;
	if (run->options->per_container) {
		name = arena_printf(arena, "%s%s-%s", prefix,
				    asker->scope->container->ctid, name + strlen(prefix));
		return checked(run, asker, name, prefix);
	}
	if (name == s->name)
		return name; /* as it stands */
	digest = suffix(run, asker, name);
	if (!digest)
		return name;
	return checked(run, asker, arena_printf(arena, "%s-%s", name, digest), prefix);
}
