#pragma once

#include <stdint.h>

#include "base/map.h"
#include "core/denial.h"

struct aac_run;

/* Records of one access of one profile. */
struct aac_denied {
	struct aac_denied *next;
	const char *label, *space; /* as struct aac_denial has them */
	const struct aac_attempt *attempt;
	bool learned; /* all of them happened: the profile was in complain mode */
	size_t count;
	const char *log; /* where the first stands */
	size_t line;
	const char *operation, *comm, *info; /* of the first; INFO, COMM: or NULL */
};

/* Records that cannot be read, or are about what rules have no word for. */
struct aac_unread {
	struct aac_unread *next;
	const char *log, *why;
	size_t line, count; /* first of COUNT with that reason */
	const char *text;   /* of the line, as much as fits on one */
};

struct aac_denials {
	struct aac_run *run;
	struct aac_denied *head, *last; /* in the order of their first records */
	size_t count;
	struct {
		struct aac_unread *head, *last;
	} unread;
	size_t lines, records, unread_records;
	size_t others; /* that tell of no denial */
	struct map groups, reasons;
	const char *log; /* which is being read */
};

/* All records of the logs ARGS, of standard input where there are none or one is "-".
 * False after reporting. */
bool aac_denials_read(struct aac_run *run, const char *const *args, size_t count,
		      struct aac_denials *denials);
void aac_denials_fini(struct aac_denials *denials);
