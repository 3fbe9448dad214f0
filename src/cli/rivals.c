/*
 * Profiles that are defined twice.  It takes the wished profiles and reads the files that
 * AppArmor loads at boot.  Not obvious: this is a look at words, not a parse. A file that
 * hides a profile behind a variable is missed, and nothing but a warning hangs on it.
 */
#include "cli/rivals.h"

#include <string.h>

#include "base/arena.h"

static const struct aac_span nowhere;

struct looking {
	struct aac_run *run;
	struct aac_snapshot *snapshot;
	struct map wanted; /* name of a profile -> its path */
};

/* A word ends at white space, a brace or a comma. */
static size_t word_length(const char *at, const char *end)
{
	size_t len = 0;

	while (at + len < end && at[len] && !strchr(" \t\r\n{,\"", at[len]))
		len++;
	return len;
}

static void look_at(struct looking *l, const char *path, const struct aac_source *source)
{
	const char *end = source->text + source->size;
	const char *at = source->text;

	while ((at = memmem(at, (size_t)(end - at), "profile ", 8))) {
		const char *line = memrchr(source->text, '\n',
					   (size_t)(at - source->text));
		const char *first = line ? line + 1 : source->text;
		const char *ours;

		first += strspn(first, " \t");
		at += 8;
		at += strspn(at, " \t\"");
		if (first + 8 > at || strncmp(first, "profile ", 8) != 0)
			continue;
		ours = map_get(&l->wanted, at, word_length(at, end));
		if (!ours || strcmp(ours, path) == 0)
			continue;
		aac_hint(&l->run->diags,
			 aac_report(&l->run->diags, AAC_WARNING, "profile-rival", nowhere,
				    "'%s' defines the profile '%.*s' as well", path,
				    (int)word_length(at, end), at),
			 "remove it from there: at boot the one that is loaded last "
			 "wins");
	}
}

static void look_in(struct looking *l, const char *folder)
{
	struct aac_run *run = l->run;
	const char *const *names;
	size_t count;

	if (!aac_host_is_folder(&run->ctx, &run->host, folder) ||
	    !aac_host_list(&run->ctx, &run->host, folder, "", &names, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		const char *path = arena_printf(run->arena, "%s/%s", folder, names[i]);
		const struct aac_source *source = aac_snapshot_read(l->snapshot, path);

		if (source)
			look_at(l, path, source);
	}
}

void aac_rivals_tell(struct aac_run *run, struct aac_snapshot *snapshot,
		     const struct aac_wishes *wishes)
{
	struct looking l = { .run = run, .snapshot = snapshot };

	for (size_t i = 0; i < wishes->count; i++) {
		const struct aac_wish *wish = &wishes->items[i];

		if (wish->profile)
			map_add(&l.wanted, wish->profile, strlen(wish->profile),
				(void *)(uintptr_t)wish->profile_path);
	}
	look_in(&l, AAC_PROFILE_DIR);
	look_in(&l, AAC_PROFILE_DIR "/lxc");
	map_fini(&l.wanted);
}
