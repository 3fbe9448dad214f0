/*
 * Loads compiled policy.  It takes bytes and gives them to the kernel in one write, which
 * takes all profiles in them or none; and takes profiles out.
 */
#include "host/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/apparmor.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"
#include "host/policy_refusal.h"

#define APPARMORFS "/sys/kernel/security/apparmor"

static const struct aac_span nowhere;

bool aac_policy_ready(struct aac_context *ctx, const struct aac_host *host)
{
	if (aac_host_exists(ctx, host, APPARMORFS "/.replace"))
		return true;
	aac_refusal_absent(ctx, host);
	return false;
}

/* ---- namespaces ------------------------------------------------------------------ */

static const char *space_name(const struct aac_blob *blob)
{
	return blob->space ? blob->space : "";
}

static const char *space_text(struct aac_context *ctx, const struct aac_blob *blob)
{
	return blob->space
		       ? arena_printf(ctx->arena, "of the namespace '%s'", blob->space)
		       : "of none";
}

bool aac_policy_one_space(struct aac_context *ctx, const struct buf *policy)
{
	struct aac_context own = *ctx;
	struct aac_diags silent;
	const struct aac_blob *first, *at;

	aac_diags_init(&silent, ctx->arena);
	own.diags = &silent;
	first = aac_blob_read(&own, "policy", (const uint8_t *)buf_str(policy),
			      policy->len);
	/* A child's own has no namespace. */
	for (at = first; at; at = at->next)
		if (!strstr(at->name, "//") &&
		    strcmp(space_name(at), space_name(first)) != 0)
			break;
	if (!at)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "mixed-namespaces", nowhere,
			    "'%s' is %s, '%s' %s: one load cannot hold both", first->name,
			    space_text(ctx, first), at->name, space_text(ctx, at)),
		 "load them one after the other, by name");
	return false;
}

/* ---- loading --------------------------------------------------------------------- */

/* The kernel's interface below HOST; NULL: *error is errno. */
static aa_kernel_interface *
open_kernel(struct aac_context *ctx, const struct aac_host *host, bool whole, int *error)
{
	aa_features *features = NULL;
	aa_kernel_interface *kernel = NULL;

	*error = 0;
	if (aa_features_new(&features, AT_FDCWD,
			    aac_host_path(ctx, host, APPARMORFS "/features")) < 0)
		*error = errno;
	/* Without it libapparmor would write the profiles one by one. */
	else if (whole && !aa_features_supports(features, "policy/set_load"))
		*error = EOPNOTSUPP;
	else if (aa_kernel_interface_new(&kernel, features,
					 aac_host_path(ctx, host, APPARMORFS)) < 0)
		*error = errno;
	aa_features_unref(features);
	return kernel;
}

bool aac_policy_load(struct aac_context *ctx, const struct aac_host *host,
		     const struct buf *policy)
{
	struct aac_log_watch watch;
	int error;
	aa_kernel_interface *kernel = open_kernel(ctx, host, true, &error);

	aac_log_watch_open(ctx, host, &watch);
	if (kernel &&
	    aa_kernel_interface_replace_policy(kernel, buf_str(policy), policy->len) < 0)
		error = errno;
	aa_kernel_interface_unref(kernel);
	if (error)
		aac_refusal_report(ctx, host, error,
				   "the kernel took none of the profiles", &watch);
	aac_log_watch_close(&watch);
	return !error;
}

enum aac_removal aac_policy_remove(struct aac_context *ctx, const struct aac_host *host,
				   const char *name)
{
	struct aac_log_watch watch;
	int error;
	aa_kernel_interface *kernel = open_kernel(ctx, host, false, &error);
	enum aac_removal removal = AAC_REMOVE_REFUSED;

	aac_log_watch_open(ctx, host, &watch);
	if (kernel && aa_kernel_interface_remove_policy(kernel, name) < 0)
		error = errno;
	/* ENOENT may speak of the interface, too. */
	if (error == 0 || (kernel && error == ENOENT &&
			   aac_host_exists(ctx, host, APPARMORFS "/.remove")))
		removal = error ? AAC_REMOVE_ABSENT : AAC_REMOVE_DONE;
	else
		aac_refusal_report(ctx, host, error,
				   arena_printf(ctx->arena,
						"the kernel does not give up the profile "
						"'%s'",
						name),
				   &watch);
	aac_log_watch_close(&watch);
	aa_kernel_interface_unref(kernel);
	return removal;
}
