/*
 * Why the kernel takes no policy: it takes an errno and looks at what it can mean on this
 * host.  Each cause has its own message, with what to do.  Not obvious: EACCES is the
 * kernel's answer to a lock, to a missing capability, and to a user namespace that is
 * not the policy namespace's own; all three look the same to the one who writes.
 */
#include "host/policy_refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"

#define APPARMORFS "/sys/kernel/security/apparmor"
#define MODULE "/sys/module/apparmor/parameters"
#define CAP_MAC_ADMIN 33

static const struct aac_span nowhere;

/* ---- what this host says --------------------------------------------------------- */

/* The beginning of a small file of the kernel's; NULL: it cannot be read. */
static const char *read_small(struct aac_context *ctx, const struct aac_host *host,
			      const char *path)
{
	char text[4096];
	int fd = open(aac_host_path(ctx, host, path), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, text, sizeof(text)) : -1;

	if (fd >= 0)
		close(fd);
	return got >= 0 ? arena_strndup(ctx->arena, text, (size_t)got) : NULL;
}

static bool is_yes(struct aac_context *ctx, const struct aac_host *host, const char *path)
{
	const char *text = read_small(ctx, host, path);

	return text && *text == 'Y';
}

/* Not known is yes: then something else is the matter. */
static bool is_capable(struct aac_context *ctx, const struct aac_host *host)
{
	const char *status = read_small(ctx, host, "/proc/self/status");
	const char *line = status ? strstr(status, "\nCapEff:") : NULL;

	return !line ||
	       strtoull(line + strlen("\nCapEff:"), NULL, 16) >> CAP_MAC_ADMIN & 1;
}

/* In a user namespace that is not the first: that one maps all IDs. */
static bool is_inner(struct aac_context *ctx, const struct aac_host *host)
{
	const char *map = read_small(ctx, host, "/proc/self/uid_map");
	char *end;

	if (!map || !*map || strtoul(map, &end, 10) != 0 || strtoul(end, &end, 10) != 0)
		return map && *map;
	return strtoul(end, NULL, 10) != 4294967295;
}

static const char *space_name(struct aac_context *ctx, const struct aac_host *host)
{
	const char *name = read_small(ctx, host, APPARMORFS "/.ns_name");

	return name ? arena_strndup(ctx->arena, name, strcspn(name, "\n")) : "root";
}

/* ---- no interface ---------------------------------------------------------------- */

static void say(struct aac_context *ctx, const char *slug, const char *what,
		const char *cure)
{
	aac_hint(ctx->diags, aac_report(ctx->diags, AAC_ERROR, slug, nowhere, "%s", what),
		 "%s", cure);
}

/* The word of the kernel's command line that switches AppArmor off, or NULL. */
static const char *find_switch(struct aac_context *ctx, const struct aac_host *host)
{
	static const char *const keys[] = { "apparmor=", "lsm=", "security=" };
	const char *line = read_small(ctx, host, "/proc/cmdline");

	for (size_t i = 0; line && i < ARRAY_SIZE(keys); i++) {
		const char *at = strstr(line, keys[i]);
		const char *word;

		if (!at || (at > line && at[-1] != ' '))
			continue;
		word = arena_strndup(ctx->arena, at, strcspn(at, " \n"));
		if (i == 0 ? strcmp(word, "apparmor=0") == 0 : !strstr(word, "apparmor"))
			return word;
	}
	return NULL;
}

static void say_off(struct aac_context *ctx, const struct aac_host *host)
{
	const char *word = find_switch(ctx, host);

	say(ctx, "kernel-apparmor-off",
	    word ? arena_printf(ctx->arena,
				"AppArmor is switched off by '%s' on the kernel's "
				"command line",
				word)
		 : "AppArmor is in the kernel, but is not switched on",
	    "start the machine with 'apparmor=1 security=apparmor'");
}

void aac_refusal_absent(struct aac_context *ctx, const struct aac_host *host)
{
	if (aac_host_exists(ctx, host, APPARMORFS))
		say(ctx, "kernel-refuses-policy",
		    "AppArmor takes no policy here: " APPARMORFS
		    " has no file '.replace'",
		    "in a container, load the profiles on its host");
	else if (is_yes(ctx, host, MODULE "/enabled"))
		say(ctx, "kernel-hides-apparmor",
		    "AppArmor is at work, but " APPARMORFS " is not there",
		    "mount -t securityfs securityfs /sys/kernel/security; in a "
		    "container, load the profiles on its host");
	else if (aac_host_exists(ctx, host, MODULE))
		say_off(ctx, host);
	else
		say(ctx, "kernel-without-apparmor", "the kernel has no AppArmor",
		    "start one that is built with it, as those of Debian and Proxmox "
		    "are, with 'apparmor=1 security=apparmor'");
}

/* ---- refusals -------------------------------------------------------------------- */

/* errno in the words of policy. */
static const char *words(int error)
{
	switch (error) {
	case EPROTO:
		return "the policy is malformed";
	case EPROTONOSUPPORT:
		return "the policy has a form that this kernel does not know";
	case EOPNOTSUPP:
		return "it takes profiles only one by one, not all or none";
	case ENOMEM:
		return "it has no memory left for them";
	default:
		return strerror(error);
	}
}

static void add_record(struct aac_context *ctx, struct aac_diag *diag,
		       const struct aac_log_record *record, struct aac_log_watch *watch)
{
	const char *space = record->space ? arena_printf(ctx->arena, " (namespace '%s')",
							 record->space)
					  : "";

	if (record->info && record->name)
		aac_hint(ctx->diags, diag, "it is '%s': %s%s", record->name, record->info,
			 space);
	else if (record->info)
		aac_hint(ctx->diags, diag, "the kernel's log says: %s%s", record->info,
			 space);
	else if (!aac_log_watch_reads(watch))
		aac_hint(ctx->diags, diag,
			 "the kernel's log says of which profile and why, and cannot be "
			 "read here: journalctl -k --grep apparmor");
}

/* EACCES and EPERM: by whom, or for ever. */
static void report_forbidden(struct aac_context *ctx, const struct aac_host *host,
			     int error, const char *what, struct aac_log_watch *watch)
{
	struct aac_log_record record;
	const char *info = "", *space = space_name(ctx, host);

	if (aac_log_watch_find(ctx, watch, error, &record))
		info = record.info;
	if (strcmp(info, "policy_locked") == 0 ||
	    is_yes(ctx, host, MODULE "/lock_policy"))
		say(ctx, "policy-locked",
		    arena_printf(ctx->arena,
				 "%s: policy is locked until the machine starts again "
				 "(apparmor.lock_policy)",
				 what),
		    "start the machine without it");
	else if (is_inner(ctx, host))
		say(ctx, "policy-locked-down",
		    arena_printf(ctx->arena,
				 "%s: the policy namespace '%s' is closed to this user "
				 "namespace",
				 what, space),
		    "load the profiles on the host of this container; for policy of its "
		    "own it needs 'lxc.apparmor.profile = generated' and "
		    "'lxc.apparmor.allow_nesting = 1'");
	else if (!is_capable(ctx, host))
		say(ctx, "mac-admin-missing",
		    arena_printf(ctx->arena, "%s: this process has no CAP_MAC_ADMIN",
				 what),
		    "run it as root; a privileged container has lost it "
		    "(lxc.cap.drop), so load the profiles on its host");
	else
		add_record(ctx,
			   aac_report(ctx->diags, AAC_ERROR, "kernel-refuses-policy",
				      nowhere, "%s: %s", what, strerror(error)),
			   &record, watch);
}

void aac_refusal_report(struct aac_context *ctx, const struct aac_host *host, int error,
			const char *what, struct aac_log_watch *watch)
{
	struct aac_log_record record;

	if (error == EACCES || error == EPERM) {
		report_forbidden(ctx, host, error, what, watch);
		return;
	}
	if (error == EROFS) {
		say(ctx, "policy-read-only",
		    arena_printf(ctx->arena, "%s: " APPARMORFS " is mounted read-only",
				 what),
		    "mount -o remount,rw /sys/kernel/security; in a container, load the "
		    "profiles on its host");
		return;
	}
	aac_log_watch_find(ctx, watch, error, &record);
	add_record(ctx,
		   aac_report(ctx->diags, AAC_ERROR, "kernel-refuses-policy", nowhere,
			      "%s: %s", what, words(error)),
		   &record, watch);
}
