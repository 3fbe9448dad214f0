#pragma once

#include <stdbool.h>

struct aac_blob;
struct aac_profile_text;
struct aac_run;
struct aac_source;

/* What TEXT compiles to, which has been checked: nothing is reported of it once more.
 * NULL: it could not be compiled. */
const struct aac_blob *aac_blobs_of_text(struct aac_run *run,
					 const struct aac_profile_text *text);
/* What SOURCE, profile text that nobody composed, compiles to; NULL after reporting, if
 * not QUIET. */
const struct aac_blob *aac_blobs_of_source(struct aac_run *run,
					   const struct aac_source *source, bool quiet);
