/*
 * Accesses as text: the words of rules for the kernel's numbers, texts with every byte
 * escaped that a rule would read as more than itself.
 */
#include "core/query_print.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/mount_view.h"
#include "core/number.h"
#include "core/query.h"
#include "core/word.h"

struct bit_word {
	uint32_t bit;
	const char *word;
};

/* ADDRESS: an '@' in front is the name's of a socket that no file system has. */
static void print_word(struct buf *out, const char *text, bool address)
{
	CLEANUP_BUF escaped = { 0 };

	if (address && *text == '@')
		buf_putc(&escaped, *text++);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c < 0x7f && !strchr("\\\"*?[]{}^$@,=#", c))
			buf_putc(&escaped, *text);
		else
			buf_printf(&escaped, "\\%03o", c);
	}
	aac_word_print(out, buf_str(&escaped));
}

static void print_text(struct buf *out, const char *text)
{
	print_word(out, text, false);
}

/* " KEY=TEXT", when it is known. */
static void print_key(struct buf *out, const char *key, const char *text)
{
	if (!text)
		return;
	buf_printf(out, " %s=", key);
	print_word(out, text, strcmp(key, "addr") == 0);
}

static void print_peer(struct buf *out, const char *key, const char *name,
		       const char *label)
{
	CLEANUP_BUF inner = { 0 };

	print_key(&inner, key, name);
	if (inner.len && label)
		buf_putc(&inner, ',');
	print_key(&inner, "label", label);
	if (inner.len)
		buf_printf(out, " peer=(%s)", inner.data + 1);
}

static void print_bits(struct buf *out, uint32_t bits, const struct bit_word *words,
		       size_t count)
{
	CLEANUP_BUF list = { 0 };
	size_t printed = 0;

	for (size_t i = 0; i < count; i++)
		if (bits & words[i].bit) {
			buf_printf(&list, "%s%s", printed++ ? ", " : "", words[i].word);
			bits &= ~words[i].bit;
		}
	if (bits)
		buf_printf(&list, "%s%#x", printed++ ? ", " : "", bits);
	buf_printf(out, printed > 1 ? " (%s)" : " %s", buf_str(&list));
}

static void print_number(struct buf *out, enum aac_number_table table, uint32_t number)
{
	const char *word = aac_number_word(table, number);

	if (word)
		buf_puts(out, word);
	else
		buf_printf(out, "%" PRIu32, number);
}

/* ---- files ------------------------------------------------------------------------- */

static void print_file(struct buf *out, const struct aac_query *query)
{
	static const struct bit_word letters[] = {
		{ AAC_ACCESS_READ, "r" },   { AAC_ACCESS_WRITE, "w" },
		{ AAC_ACCESS_APPEND, "a" }, { AAC_ACCESS_MMAP, "m" },
		{ AAC_ACCESS_LOCK, "k" },   { AAC_ACCESS_LINK, "l" },
		{ AAC_ACCESS_EXEC, "x" },
	};
	static const struct bit_word words[] = {
		{ AAC_ACCESS_CREATE, "create" },   { AAC_ACCESS_DELETE, "delete" },
		{ AAC_ACCESS_RENAME, "rename" },   { AAC_ACCESS_OPEN, "open" },
		{ AAC_ACCESS_SETATTR, "setattr" }, { AAC_ACCESS_GETATTR, "getattr" },
		{ AAC_ACCESS_CHMOD, "chmod" },	   { AAC_ACCESS_CHOWN, "chown" },
	};
	uint32_t bits = query->request;

	buf_puts(out, query->owner ? "owner file " : "file ");
	print_text(out, query->name);
	if (bits & 0x5800f)
		buf_putc(out, ' ');
	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (bits & letters[i].bit) {
			buf_puts(out, letters[i].word);
			bits &= ~letters[i].bit;
		}
	if (bits)
		print_bits(out, bits, words, ARRAY_SIZE(words));
}

static void print_pair(struct buf *out, const char *what, const char *name,
		       const char *other)
{
	buf_puts(out, what);
	if (name) {
		buf_putc(out, ' ');
		print_text(out, name);
	}
	if (other) {
		buf_puts(out, " -> ");
		print_text(out, other);
	}
}

/* ---- mounts ------------------------------------------------------------------------ */

/* The flags that the word at bit I stands for: "rbind" is "bind" and "rec", "rslave" is
 * "slave" and "rec". */
static uint32_t flags_at(uint32_t flags, unsigned int i)
{
	const uint32_t takes_rec = MOUNT_BIND | MOUNT_PROPAGATION;
	uint32_t flag = flags & (uint32_t)1 << i;

	if (flag == MOUNT_REC && flags & takes_rec)
		return 0;
	return flag & takes_rec ? flag | (flags & MOUNT_REC) : flag;
}

static void print_mount(struct buf *out, const struct aac_query *query)
{
	size_t count = 0;

	buf_puts(out, "mount");
	if (query->fstype && *query->fstype)
		print_key(out, "fstype", query->fstype);
	for (unsigned int i = 0; i < 32; i++) {
		uint32_t flag = flags_at(query->flags, i);
		const char *word = flag ? aac_mount_flag_word(flag) : NULL;

		if (!flag)
			continue;
		buf_puts(out, count++ ? ", " : " options=(");
		if (word)
			buf_puts(out, word);
		else
			buf_printf(out, "bit %u", i);
	}
	if (count)
		buf_putc(out, ')');
	if (query->other && *query->other) {
		buf_putc(out, ' ');
		print_text(out, query->other);
	}
	buf_puts(out, " -> ");
	print_text(out, query->name);
	if (query->data) {
		buf_puts(out, " # data ");
		print_text(out, query->data);
	}
}

static void print_pivot_root(struct buf *out, const struct aac_query *query)
{
	buf_puts(out, "pivot_root");
	print_key(out, "oldroot", query->other);
	buf_putc(out, ' ');
	print_text(out, query->name);
}

/* ---- peers ------------------------------------------------------------------------- */

static const struct bit_word socket_words[] = {
	{ AAC_ACCESS_CREATE, "create" },   { AAC_MAY_BIND, "bind" },
	{ AAC_MAY_LISTEN, "listen" },	   { AAC_MAY_ACCEPT, "accept" },
	{ AAC_ACCESS_OPEN, "connect" },	   { AAC_ACCESS_WRITE, "send" },
	{ AAC_ACCESS_READ, "receive" },	   { AAC_ACCESS_DELETE, "shutdown" },
	{ AAC_ACCESS_GETATTR, "getattr" }, { AAC_ACCESS_SETATTR, "setattr" },
	{ AAC_MAY_GET_OPTION, "getopt" },  { AAC_MAY_SET_OPTION, "setopt" },
};

static void print_network(struct buf *out, const struct aac_query *query)
{
	buf_puts(out, "network");
	if (!(query->request & AAC_ACCESS_CREATE))
		print_bits(out, query->request, socket_words, ARRAY_SIZE(socket_words));
	buf_putc(out, ' ');
	print_number(out, AAC_NUMBER_FAMILY, query->number);
	buf_putc(out, ' ');
	print_number(out, AAC_NUMBER_SOCKET_TYPE, query->socket_type);
}

static void print_unix(struct buf *out, const struct aac_query *query)
{
	buf_puts(out, "unix");
	print_bits(out, query->request, socket_words, ARRAY_SIZE(socket_words));
	buf_puts(out, " type=");
	print_number(out, AAC_NUMBER_SOCKET_TYPE, query->socket_type);
	print_key(out, "addr", query->address);
	print_key(out, "label", query->label);
	print_peer(out, "addr", query->peer_address, query->peer_label);
}

static void print_signal(struct buf *out, const struct aac_query *query)
{
	static const struct bit_word words[] = { { AAC_MAY_SEND, "send" },
						 { AAC_MAY_RECEIVE, "receive" } };

	buf_puts(out, "signal");
	print_bits(out, query->request, words, ARRAY_SIZE(words));
	if (query->number != AAC_QUERY_ANY) {
		buf_puts(out, " set=");
		print_number(out, AAC_NUMBER_SIGNAL, query->number);
	}
	print_key(out, "peer", query->label);
}

static void print_ptrace(struct buf *out, const struct aac_query *query)
{
	static const struct bit_word words[] = { { AAC_MAY_TRACE, "trace" },
						 { AAC_MAY_READ_BY_TRACE, "read" },
						 { AAC_MAY_BE_TRACED, "tracedby" },
						 { AAC_MAY_BE_READ, "readby" } };

	buf_puts(out, "ptrace");
	print_bits(out, query->request, words, ARRAY_SIZE(words));
	print_key(out, "peer", query->label);
}

static void print_dbus(struct buf *out, const struct aac_query *query)
{
	static const struct bit_word words[] = { { AAC_MAY_SEND, "send" },
						 { AAC_MAY_RECEIVE, "receive" },
						 { AAC_MAY_DBUS_BIND, "bind" },
						 { AAC_MAY_EAVESDROP, "eavesdrop" } };

	buf_puts(out, "dbus");
	print_bits(out, query->request, words, ARRAY_SIZE(words));
	print_key(out, "bus", query->bus);
	if (query->request & AAC_MAY_DBUS_BIND) {
		print_key(out, "name", query->name);
	} else if (!(query->request & AAC_MAY_EAVESDROP)) {
		print_key(out, "path", query->path);
		print_key(out, "interface", query->interface);
		print_key(out, "member", query->member);
		print_peer(out, "name", query->name, query->label);
	}
}

static void print_mqueue(struct buf *out, const struct aac_query *query)
{
	static const struct bit_word words[] = {
		{ AAC_ACCESS_CREATE, "create" },   { AAC_ACCESS_OPEN, "open" },
		{ AAC_ACCESS_DELETE, "delete" },   { AAC_ACCESS_READ, "read" },
		{ AAC_ACCESS_WRITE, "write" },	   { AAC_ACCESS_GETATTR, "getattr" },
		{ AAC_ACCESS_SETATTR, "setattr" },
	};

	buf_puts(out, "mqueue");
	print_bits(out, query->request, words, ARRAY_SIZE(words));
	print_key(out, "label", query->label);
	if (query->name) {
		buf_putc(out, ' ');
		print_text(out, query->name);
	}
}

static void print_io_uring(struct buf *out, const struct aac_query *query)
{
	static const struct bit_word words[] = {
		{ AAC_MAY_POLL, "sqpoll" },
		{ AAC_MAY_OVERRIDE_CREDS, "override_creds" },
	};

	buf_puts(out, "io_uring");
	print_bits(out, query->request, words, ARRAY_SIZE(words));
	print_key(out, "label", query->label);
}

/* The kernel counts niceness from 20 downwards. */
static void print_rlimit(struct buf *out, const struct aac_query *query)
{
	enum { NICE = 13 };

	buf_puts(out, "set rlimit ");
	print_number(out, AAC_NUMBER_LIMIT, query->number);
	if (query->number == NICE)
		buf_printf(out, " <= %" PRId64, 20 - (int64_t)query->limit);
	else if (query->limit == UINT64_MAX)
		buf_puts(out, " <= infinity");
	else
		buf_printf(out, " <= %" PRIu64, query->limit);
}

static void print_link(struct buf *out, const struct aac_query *query)
{
	print_pair(out, query->owner ? "owner link" : "link", query->name, query->other);
}

static void print_change_profile(struct buf *out, const struct aac_query *query)
{
	print_pair(out, "change_profile", query->other, query->name);
}

static void print_umount(struct buf *out, const struct aac_query *query)
{
	print_pair(out, "umount", query->name, NULL);
}

static void print_capability(struct buf *out, const struct aac_query *query)
{
	buf_puts(out, "capability ");
	print_number(out, AAC_NUMBER_CAPABILITY, query->number);
}

static void print_userns(struct buf *out, const struct aac_query *query)
{
	(void)query;
	buf_puts(out, "userns create");
}

void aac_query_print(struct buf *out, const struct aac_query *query)
{
	static void (*const prints[])(struct buf *, const struct aac_query *) = {
		[AAC_QUERY_FILE] = print_file,
		[AAC_QUERY_LINK] = print_link,
		[AAC_QUERY_CHANGE_PROFILE] = print_change_profile,
		[AAC_QUERY_CHANGE_ONEXEC] = print_change_profile,
		[AAC_QUERY_MOUNT] = print_mount,
		[AAC_QUERY_UMOUNT] = print_umount,
		[AAC_QUERY_PIVOT_ROOT] = print_pivot_root,
		[AAC_QUERY_CAPABILITY] = print_capability,
		[AAC_QUERY_NETWORK] = print_network,
		[AAC_QUERY_UNIX] = print_unix,
		[AAC_QUERY_SIGNAL] = print_signal,
		[AAC_QUERY_PTRACE] = print_ptrace,
		[AAC_QUERY_DBUS] = print_dbus,
		[AAC_QUERY_MQUEUE] = print_mqueue,
		[AAC_QUERY_USERNS] = print_userns,
		[AAC_QUERY_IO_URING] = print_io_uring,
		[AAC_QUERY_RLIMIT] = print_rlimit,
	};

	prints[query->type](out, query);
}
