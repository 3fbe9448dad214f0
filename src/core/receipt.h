#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lxc_conf.h"

struct aac_context;
struct arena;

/*
 * What apply has done and not taken back: a value, kept as JSON text by the host.  Paths
 * are absolute, without --root.  Digests are SHA-256 in hex; the texts that they name are
 * kept by the host.
 */

/* A file that apply has changed. */
struct aac_receipt_file {
	const char *path;
	const char *original; /* digest of what stood there without us; NULL: nothing */
	const char *applied;  /* digest of what apply wrote; NULL: it removed the file */
};

/* A container that apply has brought into a profile. */
struct aac_receipt {
	const char *ctid;
	const char *profile;
	const char *profile_path;
	const char *json_path; /* NULL: nothing was written there */
	const char *json_had;  /* the member's text without us; NULL: there was none */
	const char *conf_path; /* NULL: the container had no configuration here */
	enum aac_conf_style style;
	struct aac_conf_delta delta;
	const char *include_path; /* NULL: inline */
};

struct aac_receipts {
	uint64_t number;		      /* of the last transaction */
	const struct aac_receipt_file *files; /* by path */
	size_t file_count;
	const struct aac_receipt *containers; /* by CTID, as aac_ctid_compare has it */
	size_t count;
	const char *const *folders; /* that apply has made, outermost first */
	size_t folder_count;
};

const struct aac_receipt *aac_receipt_find(const struct aac_receipts *receipts,
					   const char *ctid);
const struct aac_receipt_file *aac_receipt_file_find(const struct aac_receipts *receipts,
						     const char *path);
/* JSON text, the same for the same receipts; ends with a newline. */
const char *aac_receipts_text(struct arena *arena, const struct aac_receipts *receipts,
			      size_t *len);
/* NULL after reporting (slug receipt-invalid). */
const struct aac_receipts *aac_receipts_parse(struct aac_context *ctx,
					      const struct aac_source *source);

/* ---- a transaction under way -------------------------------------------------- */

/* One file on its way from one text to another. */
struct aac_journal_step {
	const char *path;
	const char *before, *after; /* digests; NULL: not there */
	const char *lock; /* the CTID whose configuration Proxmox locks; or NULL */
};

struct aac_journal {
	uint64_t number;
	const struct aac_journal_step *steps;
	size_t count;
	const char *const *folders; /* that did not exist, outermost first */
	size_t folder_count;
};

/* One line of JSON, with its newline. */
const char *aac_journal_text(struct arena *arena, const struct aac_journal *journal,
			     size_t *len);
/* Reads the first line; NULL after reporting (slug receipt-invalid). */
const struct aac_journal *aac_journal_parse(struct aac_context *ctx,
					    const struct aac_source *source);
