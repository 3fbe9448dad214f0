/*
 * Reading a JSON text strictly: UTF-8 without a byte order mark, no key twice in an
 * object, no comments.  What is refused is reported with its place.
 */
#include "core/json_load.h"

#include <stdbool.h>
#include <string.h>

#include "core/context.h"
#include "core/diag.h"
#include "core/json_fault.h"
#include "core/json_scan.h"

static struct aac_span span_at(const struct aac_source *source, uint32_t begin,
			       uint32_t end)
{
	return (struct aac_span){ source, begin, end };
}

/* Texts that are not JSON from their first byte on; true after reporting. */
static bool is_no_text(struct aac_context *ctx, const struct aac_source *source)
{
	struct aac_diag *diag;

	if (aac_json_skip_space(source->text, 0, source->size) == source->size) {
		aac_report(ctx->diags, AAC_ERROR, "json-empty", span_at(source, 0, 0),
			   "the file is empty");
		return true;
	}
	if (strncmp(source->text, "\xef\xbb\xbf", 3) == 0) {
		diag = aac_report(ctx->diags, AAC_ERROR, "json-syntax",
				  span_at(source, 0, 3),
				  "the file begins with a byte order mark");
		aac_hint(ctx->diags, diag, "save it as UTF-8 without one");
		return true;
	}
	if (strncmp(source->text, "\xff\xfe", 2) == 0 ||
	    strncmp(source->text, "\xfe\xff", 2) == 0) {
		diag = aac_report(ctx->diags, AAC_ERROR, "json-invalid-utf8",
				  span_at(source, 0, 2), "the file is UTF-16, not UTF-8");
		aac_hint(ctx->diags, diag, "save it as UTF-8");
		return true;
	}
	return false;
}

/* jansson loses a NUL that stands right behind a number; true after reporting. */
static bool holds_nul(struct aac_context *ctx, const struct aac_source *source)
{
	const char *nul = memchr(source->text, '\0', source->size);
	uint32_t at = nul ? (uint32_t)(nul - source->text) : 0;
	struct aac_diag *diag;

	if (!nul)
		return false;
	diag = aac_report(ctx->diags, AAC_ERROR, "json-syntax",
			  span_at(source, at, at + 1), "the byte NUL stands here");
	aac_hint(ctx->diags, diag, "remove it");
	return true;
}

json_t *aac_json_load(struct aac_context *ctx, const struct aac_source *source)
{
	json_error_t error;
	json_t *root;

	if (is_no_text(ctx, source))
		return NULL;
	root = json_loadb(source->text, source->size,
			  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY,
			  &error);
	if (!root)
		aac_json_fault(ctx, source, &error);
	if (!root || !holds_nul(ctx, source))
		return root;
	json_decref(root);
	return NULL;
}
