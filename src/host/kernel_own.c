/*
 * The running kernel as apply's seam: takes profiles' texts, compiles them for the target
 * and loads them in one write.  Undoing puts back what the files hold, which by then are
 * again what they were before; what no file holds and was not loaded before is taken out.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/source.h"
#include "host/compiler.h"
#include "host/host.h"
#include "host/kernel.h"
#include "host/policy.h"

static const struct aac_span nowhere;

/* The compiled SOURCE behind what POLICY holds; false after reporting. */
static bool add_policy(struct aac_context *ctx, const struct aac_host *host,
		       const struct aac_source *source, struct buf *policy)
{
	CLEANUP_BUF one = { 0 };

	if (aac_compile_source(ctx, host, source, 0, false, &one) != AAC_CHECK_OK)
		return false;
	buf_putn(policy, buf_str(&one), one.len);
	return true;
}

static bool load(struct aac_context *ctx, struct aac_host *host,
		 const struct aac_load *loads, size_t count)
{
	CLEANUP_BUF policy = { 0 };

	if (!aac_policy_ready(ctx, host))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!add_policy(ctx, host,
				aac_source_new(ctx->arena, loads[i].name, NULL,
					       loads[i].text, loads[i].len),
				&policy))
			return false;
	return count == 0 || (aac_policy_one_space(ctx, &policy) &&
			      aac_policy_load(ctx, host, &policy));
}

/* Nobody knows any more what it was: it stays what it is now. */
static void tell_kept(struct aac_context *ctx, const char *name)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "profile-kept", nowhere,
			    "the profile '%s' stays in the kernel as it was loaded now",
			    name),
		 "what it was before is in no file; load that again");
}

static bool undo(struct aac_context *ctx, struct aac_host *host,
		 const struct aac_load *loads, size_t count)
{
	CLEANUP_BUF policy = { 0 };
	bool fine = true;

	for (size_t i = 0; i < count; i++) {
		const struct aac_source *source = NULL;

		if (aac_host_exists(ctx, host, loads[i].path))
			source = aac_host_read(ctx, host, loads[i].path, NULL,
					       AAC_SOURCE_MAX);
		if (loads[i].loaded && source)
			fine &= add_policy(ctx, host, source, &policy);
		else if (loads[i].loaded)
			tell_kept(ctx, loads[i].name);
		else
			fine &= aac_policy_remove(ctx, host, loads[i].name) !=
				AAC_REMOVE_REFUSED;
	}
	return (!policy.len || aac_policy_load(ctx, host, &policy)) && fine;
}

const struct aac_kernel aac_kernel_own = { load, undo };
