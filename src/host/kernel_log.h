#pragma once

#include <stdbool.h>

struct aac_context;
struct aac_host;

/*
 * The kernel's word on policy that it refuses.  Measured on Linux 6.1 and 6.12: an audit
 * record with apparmor="STATUS", info="…" and error=-ERRNO; of broken policy without
 * operation=; name="…" is the profile, and is missing where the whole is refused.  Behind
 * it come records of the profiles that were sound, in the same form.  Without auditd the
 * records are in /dev/kmsg, with it in /var/log/audit/audit.log.
 */
enum { AAC_LOG_PLACES = 2 };

/* The logs, open where they ended before the kernel was asked. */
struct aac_log_watch {
	int fds[AAC_LOG_PLACES]; /* -1: it cannot be read */
};

struct aac_log_record {
	const char *info, *name, *space; /* space: the policy namespace; NULL: not told */
};

void aac_log_watch_open(struct aac_context *ctx, const struct aac_host *host,
			struct aac_log_watch *watch);
/* Is there a log to be read at all? */
bool aac_log_watch_reads(const struct aac_log_watch *watch);
/* The record of ERROR (an errno) since; waits half a second for it.  False: none came. */
bool aac_log_watch_find(struct aac_context *ctx, struct aac_log_watch *watch, int error,
			struct aac_log_record *record);
void aac_log_watch_close(struct aac_log_watch *watch);
