/*
 * manifest.json: what a build has made, for whom and of what.  Written straight as text,
 * since a fleet may have a hundred thousand containers; a profile or a container on each
 * line.  Not obvious: containers that were composed as one have the same list of
 * fragments, which is then copied.
 */
#include "core/manifest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "core/visible.h"

struct writing {
	struct buf out;
	const struct aac_fleet *fleet;
	const struct aac_profile_text *const *texts;
	/* Members by their policy: each one's first, and the next; SIZE_MAX: none. */
	size_t *first, *next;
	/* Where the fragments of the last container stand, and whose they were. */
	size_t fragments, fragments_len;
	const struct aac_choice *choices;
};

static bool is_utf8(const char *text)
{
	const char *end;
	size_t len;

	while (*text && (unsigned char)*text < 0x80)
		text++;
	end = text + strlen(text);
	for (; text < end; text += len) {
		len = aac_utf8_length(text, end);
		if (!len)
			return false;
	}
	return true;
}

/* JSON is UTF-8; other bytes are made visible. */
static void put_text(struct buf *out, const char *text)
{
	CLEANUP_BUF visible = { 0 };

	if (is_utf8(text)) {
		aac_json_text(out, text);
		return;
	}
	aac_visible_print(&visible, text, strlen(text));
	aac_json_text(out, buf_str(&visible));
}

static void put_member(struct buf *out, const char *before, const char *text)
{
	buf_puts(out, before);
	put_text(out, text);
}

/* ---- profiles --------------------------------------------------------------------- */

static size_t *must_alloc(size_t count)
{
	size_t *list = malloc((count + 1) * sizeof(*list));

	if (!list)
		abort();
	memset(list, 0xff, (count + 1) * sizeof(*list));
	return list;
}

static int compare_names(const void *name, const void *policy)
{
	return strcmp(name, (*(const struct aac_policy *const *)policy)->name);
}

/* The index of POLICY's name among the fleet's; SIZE_MAX when it is not there. */
static size_t find_policy(const struct aac_fleet *fleet, const struct aac_policy *policy)
{
	const struct aac_policy *const *found = NULL;

	if (policy && fleet->policy_count)
		found = bsearch(policy->name, fleet->policies, fleet->policy_count,
				sizeof(*fleet->policies), compare_names);
	return found ? (size_t)(found - fleet->policies) : SIZE_MAX;
}

/* From the last to the first, so that each list is in order. */
static void list_members(struct writing *w)
{
	const struct aac_fleet *fleet = w->fleet;

	w->first = must_alloc(fleet->policy_count);
	w->next = must_alloc(fleet->count);
	for (size_t i = fleet->count; i-- > 0;) {
		size_t at = fleet->members[i].container
				    ? find_policy(fleet, fleet->members[i].policy)
				    : SIZE_MAX;

		if (at == SIZE_MAX)
			continue;
		w->next[i] = w->first[at];
		w->first[at] = i;
	}
}

static void put_profile(struct writing *w, size_t index)
{
	const struct aac_profile_text *text = w->texts[index];
	const struct aac_policy *policy = text->policy;
	struct buf *out = &w->out;

	put_member(out, "    ", policy->name);
	put_member(out, ": {\"digest\": ", text->digest.hex);
	put_member(out, ", \"file\": ", policy->name);
	if (policy->label)
		put_member(out, ", \"label\": ", policy->label);
	buf_puts(out, ", \"fragments\": [");
	for (size_t i = 0; i < policy->fragments.count; i++)
		put_member(out, i ? ", " : "", policy->fragments.items[i]->name);
	buf_puts(out, "], \"containers\": [");
	for (size_t i = w->first[index]; i != SIZE_MAX; i = w->next[i])
		put_member(out, i == w->first[index] ? "" : ", ",
			   w->fleet->members[i].container->ctid);
	buf_puts(out, "]}");
}

static void put_profiles(struct writing *w)
{
	const char *between = "\n";

	buf_puts(&w->out, "  \"profiles\": {");
	for (size_t i = 0; i < w->fleet->policy_count; i++) {
		if (!w->texts[i])
			continue;
		buf_puts(&w->out, between);
		put_profile(w, i);
		between = ",\n";
	}
	buf_puts(&w->out, *between == ',' ? "\n  },\n" : "},\n");
}

/* ---- containers ------------------------------------------------------------------- */

static void put_choices(struct writing *w, const struct aac_member *member)
{
	struct buf *out = &w->out;

	for (size_t i = 0; member->policy && i < member->choice_count; i++) {
		const struct aac_choice *choice = &member->choices[i];

		put_member(out,
			   i ? ", {\"name\": " : "{\"name\": ", choice->fragment->name);
		put_member(out, ", \"why\": ", choice->why ? choice->why : "");
		buf_putc(out, '}');
	}
}

static void put_fragments(struct writing *w, const struct aac_member *member)
{
	struct buf *out = &w->out;
	size_t at = out->len;

	if (member->policy && member->choices && w->choices == member->choices) {
		buf_reserve(out, w->fragments_len);
		buf_putn(out, out->data + w->fragments, w->fragments_len);
	} else {
		put_choices(w, member);
	}
	w->choices = member->policy ? member->choices : NULL;
	w->fragments = at;
	w->fragments_len = out->len - at;
}

static void put_container(struct writing *w, const struct aac_member *member)
{
	struct buf *out = &w->out;

	put_member(out, "    ", member->container->ctid);
	if (member->policy)
		put_member(out, ": {\"profile\": ", member->policy->name);
	else
		buf_puts(out, ": {\"profile\": null");
	buf_puts(out, ", \"fragments\": [");
	put_fragments(w, member);
	buf_puts(out, "]}");
}

static void put_containers(struct writing *w)
{
	const char *between = "\n";

	buf_puts(&w->out, "  \"containers\": {");
	for (size_t i = 0; i < w->fleet->count; i++) {
		if (!w->fleet->members[i].container)
			continue;
		buf_puts(&w->out, between);
		put_container(w, &w->fleet->members[i]);
		between = ",\n";
	}
	buf_puts(&w->out, *between == ',' ? "\n  },\n" : "},\n");
}

/* ---- the whole -------------------------------------------------------------------- */

static void put_inputs(struct buf *out, const struct aac_input *inputs)
{
	buf_puts(out, "  \"inputs\": [");
	for (const struct aac_input *at = inputs; at; at = at->next) {
		buf_puts(out, at == inputs ? "\n    {" : ",\n    {");
		put_member(out, "\"file\": ", at->file);
		put_member(out, ", \"digest\": ", at->digest.hex);
		buf_putc(out, '}');
	}
	buf_puts(out, inputs ? "\n  ]\n" : "]\n");
}

struct buf aac_manifest_fleet(const struct aac_fleet *fleet,
			      const struct aac_profile_text *const *texts,
			      const char *target, const struct aac_input *inputs)
{
	struct writing w = { .fleet = fleet, .texts = texts };

	list_members(&w);
	buf_printf(&w.out, "{\n  \"version\": %d,\n", AAC_MANIFEST_VERSION);
	put_member(&w.out, "  \"target\": ", target);
	buf_puts(&w.out, ",\n");
	put_profiles(&w);
	put_containers(&w);
	put_inputs(&w.out, inputs);
	buf_puts(&w.out, "}\n");
	free(w.first);
	free(w.next);
	return w.out;
}

json_t *aac_manifest_new(const struct aac_fleet *fleet,
			 const struct aac_profile_text *const *texts, const char *target,
			 const struct aac_input *inputs)
{
	struct buf text = aac_manifest_fleet(fleet, texts, target, inputs);
	json_t *manifest = json_loadb(text.data, text.len, 0, NULL);

	buf_fini(&text);
	return manifest;
}
