#pragma once

#include "host/kernel_log.h"

struct aac_context;
struct aac_host;

/*
 * Say why there is nothing here that takes policy, after APPARMORFS/.replace was not
 * found: AppArmor is not in the kernel, is switched off, is out of sight, or shows no
 * interface.
 */
void aac_refusal_absent(struct aac_context *ctx, const struct aac_host *host);
/*
 * Say why the kernel has refused with ERROR (an errno): WHAT is the sentence about what
 * it has not done.  Where the errno says too little, what stands below /sys and /proc is
 * looked at, and the log since WATCH.
 */
void aac_refusal_report(struct aac_context *ctx, const struct aac_host *host, int error,
			const char *what, struct aac_log_watch *watch);
