/*
 * What the kernel holds, beside what would be loaded: takes compiled policy, gives
 * whether it is there already, profile by profile.  Not obvious: a digest speaks of one
 * profile, raw_data of a whole load, in which the profile has to be found.
 */
#include "host/kernel_policy.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/source.h"
#include "host/host.h"

#define POLICY "/sys/kernel/security/apparmor/policy"
#define SMALL_MAX 4096
#define RAW_MAX ((size_t)256 << 20)
/* Of namespaces and of children; and of folders in all. */
#define DEPTH_MAX 16
#define FOLDERS_MAX 100000

/* ---- finding them ---------------------------------------------------------------- */

/* A file's text without a newline; NULL, without a word, when it cannot be read. */
static const struct aac_source *read_file(struct aac_kernel_policy *policy,
					  const char *folder, const char *name,
					  size_t limit)
{
	return aac_host_read(policy->ctx, policy->host,
			     arena_printf(policy->ctx->arena, "%s/%s", folder, name),
			     NULL, limit);
}

static const char *read_line(struct aac_kernel_policy *policy, const char *folder,
			     const char *name)
{
	const struct aac_source *source = read_file(policy, folder, name, SMALL_MAX);

	return source ? arena_strndup(policy->ctx->arena, source->text,
				      strcspn(source->text, "\n"))
		      : NULL;
}

/* The folders of PATH; none, without a word, when there are none to be seen. */
static size_t list(struct aac_kernel_policy *policy, const char *path,
		   const char *const **names)
{
	size_t count = 0;

	if (policy->listed++ >= FOLDERS_MAX ||
	    !aac_host_is_folder(policy->ctx, policy->host, path) ||
	    !aac_host_folders(policy->ctx, policy->host, path, names, &count))
		return 0;
	return count;
}

/* The kernel has none among these; what --root puts there could lead in circles. */
static bool is_link(struct aac_kernel_policy *policy, const char *path)
{
	struct stat info;

	return lstat(aac_host_path(policy->ctx, policy->host, path), &info) == 0 &&
	       S_ISLNK(info.st_mode);
}

/* The profiles in PATH/profiles, and their children; PREFIX stands before their names. */
static void add_profiles(struct aac_kernel_policy *policy, const char *path,
			 const char *prefix, int depth)
{
	struct arena *arena = policy->ctx->arena;
	const char *folder = arena_printf(arena, "%s/profiles", path);
	const char *const *names;
	size_t count = list(policy, folder, &names);

	for (size_t i = 0; i < count; i++) {
		const char *own = arena_printf(arena, "%s/%s", folder, names[i]);
		const char *name =
			is_link(policy, own) ? NULL : read_line(policy, own, "name");
		const char *full;

		/* What a profile in complain mode learns is none of its children. */
		if (!name || strncmp(name, "null-", 5) == 0)
			continue;
		full = arena_printf(arena, "%s%s", prefix, name);
		map_add(&policy->folders, full, strlen(full), (void *)(uintptr_t)own);
		if (depth < DEPTH_MAX)
			add_profiles(policy, own, arena_printf(arena, "%s//", full),
				     depth + 1);
	}
}

/* SPACE: "ns//deep", or "" for the one that is looked from. */
static void add_space(struct aac_kernel_policy *policy, const char *path,
		      const char *space, int depth)
{
	struct arena *arena = policy->ctx->arena;
	const char *folder = arena_printf(arena, "%s/namespaces", path);
	const char *const *names;
	size_t count = depth < DEPTH_MAX ? list(policy, folder, &names) : 0;

	add_profiles(policy, path, *space ? arena_printf(arena, ":%s:", space) : "", 0);
	for (size_t i = 0; i < count; i++) {
		const char *own = arena_printf(arena, "%s/%s", folder, names[i]);

		if (!is_link(policy, own))
			add_space(policy, own,
				  *space ? arena_printf(arena, "%s//%s", space, names[i])
					 : names[i],
				  depth + 1);
	}
}

void aac_kernel_policy_open(struct aac_context *ctx, const struct aac_host *host,
			    struct aac_kernel_policy *policy)
{
	struct aac_context *own = ARENA_NEW(ctx->arena, struct aac_context);
	struct aac_diags *silent = ARENA_NEW(ctx->arena, struct aac_diags);

	/* What cannot be read is told as what is not known. */
	*own = *ctx;
	aac_diags_init(silent, ctx->arena);
	own->diags = silent;
	*policy = (struct aac_kernel_policy){ .ctx = own, .host = host };
	if (aac_host_is_folder(ctx, host, POLICY "/profiles"))
		add_space(policy, POLICY, "", 0);
	else
		policy->problem = "the kernel does not show its policy here (" POLICY ")";
}

void aac_kernel_policy_close(struct aac_kernel_policy *policy)
{
	map_fini(&policy->folders);
}

/* ---- comparing ------------------------------------------------------------------- */

struct wanted {
	const struct aac_blob *blob;
	const uint8_t *bytes; /* of the policy that it stands in */
};

static struct digest digest_of(const struct wanted *wanted, bool sha256)
{
	const struct aac_blob *blob = wanted->blob;
	CLEANUP_BUF text = { 0 };

	for (int shift = 0; shift < 32; shift += 8)
		buf_putc(&text, (char)(blob->version >> shift & 0xff));
	buf_putn(&text, (const char *)wanted->bytes + blob->begin,
		 blob->end - blob->begin);
	return sha256 ? digest_bytes(buf_str(&text), text.len)
		      : digest_sha1(buf_str(&text), text.len);
}

static struct aac_kernel_comparison answer(enum aac_equality equality, const char *why)
{
	return (struct aac_kernel_comparison){ equality, why };
}

static bool same_bytes(const struct wanted *a, const struct wanted *b)
{
	size_t len = a->blob->end - a->blob->begin;

	return a->blob->version == b->blob->version &&
	       b->blob->end - b->blob->begin == len &&
	       memcmp(a->bytes + a->blob->begin, b->bytes + b->blob->begin, len) == 0;
}

/* By what was loaded, where the kernel keeps no digest. */
static struct aac_kernel_comparison compare_raw(struct aac_kernel_policy *policy,
						const struct wanted *wanted,
						const char *folder)
{
	const struct aac_source *raw = read_file(policy, folder, "raw_data", RAW_MAX);
	struct wanted found;

	if (!raw)
		return answer(AAC_EQUALITY_UNKNOWN,
			      "the kernel keeps neither a digest of it nor its bytes");
	if (raw->size >= 4 && memcmp(raw->text, "\x28\xb5\x2f\xfd", 4) == 0)
		return answer(AAC_EQUALITY_UNKNOWN,
			      "the kernel shows its bytes compressed, and no digest");
	found.bytes = (const uint8_t *)raw->text;
	found.blob = aac_blob_read(policy->ctx, "raw_data", found.bytes, raw->size);
	while (found.blob && strcmp(found.blob->name, wanted->blob->name) != 0)
		found.blob = found.blob->next;
	if (!found.blob)
		return answer(AAC_EQUALITY_UNKNOWN,
			      "the bytes that the kernel shows of it cannot be read");
	return answer(same_bytes(wanted, &found) ? AAC_EQUALITY_SAME : AAC_EQUALITY_OTHER,
		      NULL);
}

static struct aac_kernel_comparison compare_one(struct aac_kernel_policy *policy,
						const struct wanted *wanted,
						const char *folder)
{
	const char *digest = read_line(policy, folder, "sha256");
	bool sha256 = digest && strlen(digest) == 64;

	if (!sha256)
		digest = read_line(policy, folder, "sha1");
	if (!digest || strlen(digest) != (sha256 ? 64 : 40))
		return compare_raw(policy, wanted, folder);
	return answer(strcmp(digest_of(wanted, sha256).hex, digest) == 0
			      ? AAC_EQUALITY_SAME
			      : AAC_EQUALITY_OTHER,
		      NULL);
}

/* A child that the kernel has of NAME, and BLOBS have not; or NULL. */
static const char *find_more(const struct aac_kernel_policy *policy, const char *prefix,
			     const char *name, const struct aac_blob *blobs)
{
	size_t skip = strlen(prefix), len = strlen(name);

	for (size_t i = 0; i < policy->folders.count; i++) {
		const char *full = policy->folders.entries[i].key;
		const struct aac_blob *at = blobs;

		if (strncmp(full, prefix, skip) != 0 ||
		    strncmp(full + skip, name, len) != 0 ||
		    strncmp(full + skip + len, "//", 2) != 0)
			continue;
		while (at && strcmp(at->name, full + skip) != 0)
			at = at->next;
		if (!at)
			return full;
	}
	return NULL;
}

static struct aac_kernel_comparison compare_all(struct aac_kernel_policy *policy,
						const char *prefix, const char *name,
						const struct aac_blob *blobs,
						const uint8_t *bytes)
{
	struct arena *arena = policy->ctx->arena;
	struct aac_kernel_comparison unknown = answer(AAC_EQUALITY_SAME, NULL);
	const char *more;

	for (const struct aac_blob *blob = blobs; blob; blob = blob->next) {
		struct wanted wanted = { blob, bytes };
		const char *full = arena_printf(arena, "%s%s", prefix, blob->name);
		const char *folder = map_get_str(&policy->folders, full);
		struct aac_kernel_comparison one;

		if (!folder)
			return answer(AAC_EQUALITY_OTHER,
				      arena_printf(arena, "'%s' is not loaded", full));
		one = compare_one(policy, &wanted, folder);
		if (one.equality == AAC_EQUALITY_OTHER)
			return answer(AAC_EQUALITY_OTHER,
				      arena_printf(arena, "'%s' is another one", full));
		if (one.equality == AAC_EQUALITY_UNKNOWN)
			unknown = one;
	}
	more = find_more(policy, prefix, name, blobs);
	if (more)
		return answer(AAC_EQUALITY_OTHER,
			      arena_printf(arena, "'%s' is loaded, too", more));
	return unknown;
}

struct aac_kernel_comparison aac_kernel_policy_compare(struct aac_kernel_policy *policy,
						       const char *name,
						       const struct buf *bytes)
{
	struct arena *arena = policy->ctx->arena;
	const uint8_t *start = (const uint8_t *)buf_str(bytes);
	const struct aac_blob *blobs;
	const char *colon = *name == ':' ? strchr(name + 1, ':') : NULL;
	const char *prefix =
		colon ? arena_strndup(arena, name, (size_t)(colon - name) + 1) : "";

	if (policy->problem)
		return answer(AAC_EQUALITY_UNKNOWN, policy->problem);
	blobs = aac_blob_read(policy->ctx, name, start, bytes->len);
	if (!blobs)
		return answer(AAC_EQUALITY_UNKNOWN,
			      "apparmor_parser compiles to a form that is not known");
	return compare_all(policy, prefix, name + strlen(prefix), blobs, start);
}
