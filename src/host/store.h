#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/receipt.h"

struct aac_host;

/* Where everything of this kind is, without --root. */
#define AAC_STORE "/var/lib/aa-compose"

/*
 * What apply keeps on the disk: receipts.json, what it has done; journal, a transaction
 * under way; kept/DIGEST, the texts that may have to be put back; lock, held while
 * somebody changes any of it.
 */
struct aac_store {
	struct aac_context *ctx;
	struct aac_host *host;
	const char *dir; /* on this host */
	int lock;	 /* -1: not held */
};

/* For reading only; never fails. */
void aac_store_init(struct aac_store *store, struct aac_context *ctx,
		    struct aac_host *host);
/* Make the folder and take the lock, waiting for others; false after reporting. */
bool aac_store_lock(struct aac_store *store);
void aac_store_unlock(struct aac_store *store);
/* Is another run at work? */
bool aac_store_busy(const struct aac_store *store);

/* NULL after reporting; empty receipts where there are none. */
const struct aac_receipts *aac_store_receipts(struct aac_store *store);
/* False after reporting; *JOURNAL is NULL when no transaction is under way. */
bool aac_store_journal(struct aac_store *store, const struct aac_journal **journal);
/* The text of DIGEST, NULL when it is not kept, or not what it should be.  ENV is the
 * store. */
const struct aac_source *aac_store_kept(void *env, const char *digest);

/* The rest writes, and needs the lock; false with errno. */
bool aac_store_keep(struct aac_store *store, const struct aac_source *text);
bool aac_store_begin(struct aac_store *store, const struct aac_journal *journal);
/* A line of the journal: `begin N` and `done N`, for whoever looks into it. */
bool aac_store_note(struct aac_store *store, const char *what, size_t number);
bool aac_store_commit(struct aac_store *store, const struct aac_receipts *receipts);
/* The journal goes, and what the receipts need no more. */
bool aac_store_end(struct aac_store *store, const struct aac_receipts *receipts);

/* Sync the folder that PATH (on this host) is in. */
void aac_store_sync_above(struct aac_store *store, const char *path);
/* Make the folder of PATH (on this host) and what is above it; false with errno. */
bool aac_store_make_folders(struct aac_store *store, const char *path);
