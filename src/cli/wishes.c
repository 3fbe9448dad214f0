/*
 * From the composed fleet to what each container shall have on this host: its profile,
 * the lines of its fragments, its configuration and the mode.  Not obvious: a container
 * that has left its profile, or the container file, is wished nothing, which takes away
 * what apply gave it earlier.
 */
#include "cli/wishes.h"

#include <string.h>

#include "base/arena.h"
#include "cli/selection.h"
#include "core/name.h"
#include "host/host.h"

static const struct aac_span nowhere;

const char *aac_profile_path(struct arena *arena, const struct aac_policy *policy)
{
	/* This template's profiles are meant to be read by lxc-containers. */
	bool sourced = strcmp(policy->template_name, "lxc-sourced") == 0;

	return arena_printf(arena, AAC_PROFILE_DIR "/%s%s", sourced ? "lxc/" : "",
			    policy->name);
}

struct aac_conf_place aac_find_conf(struct aac_run *run, const struct aac_site *site,
				    const struct aac_container *container)
{
	return aac_conf_find(&run->ctx, &run->host, site, container->ctid,
			     container->name);
}

static bool is_asked_for(const struct aac_run *run, const char *ctid)
{
	for (size_t i = 0; i < run->opts->arg_count; i++)
		if (strcmp(run->opts->args[i], ctid) == 0)
			return true;
	return run->opts->arg_count == 0;
}

static void take_lines(struct aac_run *run, const struct aac_member *member,
		       struct aac_wish *wish)
{
	struct aac_conf_pair *lines;
	size_t count = 0;

	for (const struct aac_lxc_line *l = member->lxc; l; l = l->next)
		count++;
	lines = ARENA_ARRAY(run->arena, struct aac_conf_pair, count);
	for (const struct aac_lxc_line *l = member->lxc; l; l = l->next)
		lines[wish->line_count++] = (struct aac_conf_pair){ l->key, l->value };
	wish->lines = lines;
}

static void tell_elsewhere(struct aac_run *run, const struct aac_conf_place *place,
			   const char *ctid)
{
	aac_hint(&run->diags,
		 aac_report(&run->diags, AAC_NOTE, "conf-missing", nowhere,
			    "container %s is on the node '%s', so its configuration is "
			    "left alone here",
			    ctid, place->elsewhere),
		 "run apply there as well");
}

/* Those without a configuration, in one breath: a container file may come long before its
 * containers. */
static void tell_missing(struct aac_run *run, const struct aac_wishes *wishes)
{
	CLEANUP_BUF list = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < wishes->count; i++) {
		const struct aac_wish *wish = &wishes->items[i];

		if (wish->profile && !wish->conf_path && !wish->elsewhere)
			buf_printf(&list, "%s%s", count++ ? ", " : "", wish->ctid);
	}
	if (count > 0)
		aac_report(&run->diags, AAC_NOTE, "conf-missing", nowhere,
			   "%s no configuration on this host: %s",
			   count == 1 ? "1 container has"
				      : arena_printf(run->arena, "%zu containers have",
						     count),
			   buf_str(&list));
}

/* As it is asked for; else as the container has it already; else as its host's kind has
 * it. */
static bool is_inline(const struct aac_run *run, const struct aac_conf_place *place,
		      const struct aac_receipt *receipt)
{
	if (aac_option_given(run->opts, AAC_OPT_MODE))
		return !run->opts->mode_include;
	if (receipt && receipt->conf_path)
		return !receipt->include_path;
	return place->style == AAC_CONF_LXC;
}

static void check_name(struct aac_run *run, const char *ctid, const char *profile)
{
	const char *problem = aac_profile_name_problem(profile, "lxc-");

	if (!problem)
		return;
	aac_hint(&run->diags,
		 aac_report(&run->diags, AAC_ERROR, "profile-name", nowhere,
			    "container %s cannot be given the profile '%s': its name %s",
			    ctid, profile, problem),
		 "lxc-start may switch only to profiles that begin with 'lxc-'");
}

static void wish_profile(struct aac_run *run, const struct aac_member *member,
			 const struct aac_profile_text *text, const struct aac_site *site,
			 const struct aac_receipt *receipt, struct aac_wish *wish)
{
	struct aac_conf_place place = aac_find_conf(run, site, member->container);

	wish->profile = member->policy->name;
	wish->profile_path = aac_profile_path(run->arena, member->policy);
	wish->text = text->text;
	wish->len = text->len;
	wish->conf_path = place.path;
	wish->style = place.style;
	if (!is_inline(run, &place, receipt))
		wish->include_path = place.include;
	take_lines(run, member, wish);
	check_name(run, wish->ctid, wish->profile);
	wish->elsewhere = place.elsewhere != NULL;
	if (place.elsewhere)
		tell_elsewhere(run, &place, wish->ctid);
}

/* In the receipts of this container file, but no longer in the file. */
static void wish_for_lost(struct aac_run *run, const struct aac_receipts *receipts,
			  const char *json_path, struct aac_wishes *wishes)
{
	for (size_t i = 0; i < receipts->count && run->opts->arg_count == 0; i++) {
		const struct aac_receipt *receipt = &receipts->containers[i];

		if (receipt->json_path && strcmp(receipt->json_path, json_path) == 0 &&
		    !aac_config_find(run->config, receipt->ctid))
			wishes->items[wishes->count++] =
				(struct aac_wish){ .ctid = receipt->ctid };
	}
}

static void tell_leaving(struct aac_run *run, const struct aac_receipt *receipt)
{
	aac_report(&run->diags, AAC_WARNING, "not-applied", nowhere,
		   "container %s has no profile any more; what apply gave it, '%s', is "
		   "taken back",
		   receipt->ctid, receipt->profile);
}

void aac_wishes_new(struct aac_run *run, const struct aac_receipts *receipts,
		    const char *json_path, const struct aac_profile_text *const *texts,
		    struct aac_wishes *wishes)
{
	*wishes = (struct aac_wishes){ .site = aac_site_find(&run->ctx, &run->host) };
	wishes->items = ARENA_ARRAY(run->arena, struct aac_wish,
				    run->fleet->count + receipts->count);
	for (size_t i = 0; i < run->fleet->count; i++) {
		const struct aac_member *member = &run->fleet->members[i];
		struct aac_wish *wish = &wishes->items[wishes->count];

		if (!member->container || !is_asked_for(run, member->container->ctid) ||
		    (!member->policy &&
		     !aac_receipt_find(receipts, member->container->ctid)))
			continue;
		wish->ctid = member->container->ctid;
		if (member->policy)
			wish_profile(
				run, member,
				texts[aac_policy_index(run->fleet, member->policy->name)],
				&wishes->site, aac_receipt_find(receipts, wish->ctid),
				wish);
		wishes->count++;
	}
	tell_missing(run, wishes);
	wish_for_lost(run, receipts, json_path, wishes);
	for (size_t i = 0; i < wishes->count; i++)
		if (!wishes->items[i].profile)
			tell_leaving(run,
				     aac_receipt_find(receipts, wishes->items[i].ctid));
}
