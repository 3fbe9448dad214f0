/*
 * Receipts and journals as JSON text.  Not obvious: paths and lines of configurations
 * may hold any bytes, JSON strings may not; so each byte from 0x80 on is written as the
 * character of that number, which receipt.c reads back as the byte.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/receipt.h"

static void put_string(struct buf *out, const char *text)
{
	if (!text) {
		buf_puts(out, "null");
		return;
	}
	buf_putc(out, '"');
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f)
			buf_printf(out, "\\u%04x", byte);
		else
			buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

/* A member behind others; FIRST: the first one. */
static void put_member(struct buf *out, bool first, const char *key, const char *text)
{
	buf_printf(out, "%s\"%s\": ", first ? "" : ", ", key);
	put_string(out, text);
}

static void put_list(struct buf *out, const char *key, const char *const *items,
		     size_t count)
{
	buf_printf(out, "\"%s\": [", key);
	for (size_t i = 0; i < count; i++) {
		buf_puts(out, i ? ", " : "");
		put_string(out, items[i]);
	}
	buf_putc(out, ']');
}

static void put_file(struct buf *out, const struct aac_receipt_file *file)
{
	buf_puts(out, "\n    {");
	put_member(out, true, "path", file->path);
	put_member(out, false, "original", file->original);
	put_member(out, false, "applied", file->applied);
	buf_putc(out, '}');
}

static void put_conf(struct buf *out, const struct aac_receipt *receipt)
{
	const struct aac_conf_delta *delta = &receipt->delta;

	buf_puts(out, ",\n      \"conf\": {");
	put_member(out, true, "path", receipt->conf_path);
	put_member(out, false, "style",
		   receipt->style == AAC_CONF_PROXMOX ? "proxmox" : "lxc");
	put_member(out, false, "ended", delta->ended);
	buf_puts(out, ",\n        ");
	put_list(out, "added", delta->added, delta->added_count);
	buf_puts(out, ",\n        \"moved\": [");
	for (size_t i = 0; i < delta->moved_count; i++) {
		buf_puts(out, i ? ", {" : "{");
		put_member(out, true, "text", delta->moved[i].text);
		buf_printf(out, ", \"at\": %zu}", delta->moved[i].at);
	}
	buf_puts(out, "]}");
}

static void put_container(struct buf *out, const struct aac_receipt *receipt)
{
	buf_puts(out, "\n    {");
	put_member(out, true, "ctid", receipt->ctid);
	put_member(out, false, "profile", receipt->profile);
	put_member(out, false, "profile_path", receipt->profile_path);
	put_member(out, false, "include_path", receipt->include_path);
	if (receipt->json_path) {
		buf_puts(out, ",\n      \"json\": {");
		put_member(out, true, "path", receipt->json_path);
		put_member(out, false, "had", receipt->json_had);
		buf_putc(out, '}');
	}
	if (receipt->conf_path)
		put_conf(out, receipt);
	buf_putc(out, '}');
}

const char *aac_receipts_text(struct arena *arena, const struct aac_receipts *receipts,
			      size_t *len)
{
	CLEANUP_BUF out = { 0 };

	buf_printf(&out, "{\n  \"version\": 1,\n  \"number\": %" PRIu64 ",\n  ",
		   receipts->number);
	put_list(&out, "folders", receipts->folders, receipts->folder_count);
	buf_puts(&out, ",\n  \"files\": [");
	for (size_t i = 0; i < receipts->file_count; i++) {
		buf_puts(&out, i ? "," : "");
		put_file(&out, &receipts->files[i]);
	}
	buf_puts(&out, "\n  ],\n  \"containers\": [");
	for (size_t i = 0; i < receipts->count; i++) {
		buf_puts(&out, i ? "," : "");
		put_container(&out, &receipts->containers[i]);
	}
	buf_puts(&out, "\n  ]\n}\n");
	*len = out.len;
	return arena_strndup(arena, buf_str(&out), out.len);
}

const char *aac_journal_text(struct arena *arena, const struct aac_journal *journal,
			     size_t *len)
{
	CLEANUP_BUF out = { 0 };

	buf_printf(&out, "{\"version\": 1, \"number\": %" PRIu64 ", ", journal->number);
	put_list(&out, "folders", journal->folders, journal->folder_count);
	buf_puts(&out, ", \"steps\": [");
	for (size_t i = 0; i < journal->count; i++) {
		buf_puts(&out, i ? ", {" : "{");
		put_member(&out, true, "path", journal->steps[i].path);
		put_member(&out, false, "before", journal->steps[i].before);
		put_member(&out, false, "after", journal->steps[i].after);
		put_member(&out, false, "lock", journal->steps[i].lock);
		buf_putc(&out, '}');
	}
	buf_puts(&out, "]}\n");
	*len = out.len;
	return arena_strndup(arena, buf_str(&out), out.len);
}
