/*
 * What a rule says, of what it is when it is compiled: parsers grant with some rules what
 * goes with them, and those before 3.0.10 read new mounts into rules with other options
 * (see mount_narrow.c).
 */
#include "core/rule_means.h"

#include "core/blob.h"
#include "core/file_rule.h"
#include "core/mount_view.h"
#include "core/query.h"
#include "core/rule.h"

uint32_t aac_rule_file_bits(const struct aac_rule *rule)
{
	static const uint32_t bits[] = {
		[FILE_R] = AAC_ACCESS_READ,
		[FILE_W] = AAC_ACCESS_WRITE | AAC_ACCESS_APPEND,
		[FILE_A] = AAC_ACCESS_APPEND,
		[FILE_M] = AAC_ACCESS_MMAP,
		[FILE_K] = AAC_ACCESS_LOCK,
		[FILE_L] = AAC_ACCESS_LINK,
	};
	uint64_t set = rule->fields[FILE_PERMS].set;
	uint32_t named = set & FILE_EXEC ? AAC_ACCESS_EXEC : 0;

	for (unsigned int i = FILE_R; i <= FILE_L; i++)
		if (set & FILE_BIT(i))
			named |= bits[i];
	return rule->kind->id == AAC_KIND_FILE && named ? named : UINT32_MAX;
}

/* Kinds whose rules speak of accesses of a type. */
static uint64_t kinds_of(enum aac_query_type type)
{
#define KIND(name) (UINT64_C(1) << AAC_KIND_##name)
	static const uint64_t kinds[] = {
		[AAC_QUERY_FILE] = KIND(FILE),
		[AAC_QUERY_LINK] = KIND(FILE) | KIND(LINK),
		[AAC_QUERY_CHANGE_PROFILE] = KIND(CHANGE_PROFILE),
		[AAC_QUERY_CHANGE_ONEXEC] = KIND(CHANGE_PROFILE),
		[AAC_QUERY_MOUNT] = KIND(MOUNT) | KIND(REMOUNT),
		[AAC_QUERY_UMOUNT] = KIND(UMOUNT),
		[AAC_QUERY_PIVOT_ROOT] = KIND(PIVOT_ROOT),
		[AAC_QUERY_CAPABILITY] = KIND(CAPABILITY),
		[AAC_QUERY_NETWORK] = KIND(NETWORK) | KIND(UNIX),
		[AAC_QUERY_UNIX] = KIND(NETWORK) | KIND(UNIX),
		[AAC_QUERY_SIGNAL] = KIND(SIGNAL),
		[AAC_QUERY_PTRACE] = KIND(PTRACE),
		[AAC_QUERY_DBUS] = KIND(DBUS),
		[AAC_QUERY_MQUEUE] = KIND(MQUEUE),
		[AAC_QUERY_USERNS] = KIND(USERNS),
		[AAC_QUERY_IO_URING] = KIND(IO_URING),
		[AAC_QUERY_RLIMIT] = 0,
	};

	return kinds[type] | KIND(ALL);
#undef KIND
}

bool aac_rule_means(const struct aac_rule *rule, const struct aac_query *query)
{
	struct aac_mount_view view;

	if (!(kinds_of(query->type) >> rule->kind->id & 1))
		return false;
	if (rule->kind->id != AAC_KIND_MOUNT && rule->kind->id != AAC_KIND_REMOUNT)
		return true;
	view = aac_mount_view(rule);
	return view.how != AAC_MOUNT_EXACT ||
	       aac_mount_class(view.flags) == aac_mount_class(query->flags);
}

/* Kinds that speak of some of the same accesses. */
static enum aac_kind_id family(enum aac_kind_id id)
{
	return id == AAC_KIND_LINK	? AAC_KIND_FILE
	       : id == AAC_KIND_REMOUNT ? AAC_KIND_MOUNT
	       : id == AAC_KIND_UNIX	? AAC_KIND_NETWORK
					: id;
}

bool aac_rules_meet(const struct aac_rule *a, const struct aac_rule *b)
{
	return family(a->kind->id) == family(b->kind->id) ||
	       a->kind->id == AAC_KIND_ALL || b->kind->id == AAC_KIND_ALL;
}
