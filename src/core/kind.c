/*
 * The table of rule kinds: one row of kinds.def each, the record in its kind_*.c.
 */
#include <string.h>

#include "core/kind.h"

#define KIND(id, name) extern const struct aac_kind aac_kind_##name;
#include "core/kinds.def"
#undef KIND

static const struct aac_kind *const kinds[] = {
#define KIND(id, name) [AAC_KIND_##id] = &aac_kind_##name,
#include "core/kinds.def"
#undef KIND
};

const struct aac_kind *aac_kind_get(enum aac_kind_id id)
{
	return kinds[id];
}

const struct aac_kind *aac_kind_find(const char *keyword)
{
	for (int i = 0; i < AAC_KIND_COUNT; i++)
		if (strcmp(kinds[i]->keyword, keyword) == 0)
			return kinds[i];
	/* apparmor.d(5) writes umount; apparmor_parser takes the English word as well. */
	return strcmp(keyword, "unmount") == 0 ? kinds[AAC_KIND_UMOUNT] : NULL;
}
