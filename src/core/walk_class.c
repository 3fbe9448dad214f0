/*
 * The classes of mediation that their parts describe: of which parts an access consists
 * and where in them the kernel, or who asks it, decides.
 *
 * Source: queries answered by Linux 6.1 and 6.12 of policy that apparmor_parser 3.0.8 and
 * 4.1.0 had compiled.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/walk.h"

enum form {
	FORM_TEXT,    /* up to a NUL */
	FORM_NUMBER,  /* COUNT bytes */
	FORM_ADDRESS, /* of a socket: a path, NUL and a name, or 1 for none */
	FORM_END,     /* nothing follows */
};

struct walk_part {
	enum form form;
	bool absolute;			     /* TEXT: begins with '/' */
	bool may_be_empty;		     /* TEXT */
	bool last;			     /* TEXT: nothing follows */
	uint8_t count;			     /* NUMBER */
	bool (*takes)(uint32_t at, uint8_t); /* NUMBER: may this byte stand there? */
	uint32_t (*jumps)(uint8_t byte);     /* NUMBER: parts to go on by; NULL: 1 */
	uint32_t before;		     /* bits decided where the part begins */
	uint32_t within;		     /* bits decided behind each of its bytes */
};

/* Aux: how far the part is; of an address, its kind. */
enum { ADDRESS_NONE = 1, ADDRESS_NAME, ADDRESS_PATH };

static void special_plain(const struct walk *walk, const struct walk_node *at,
			  struct walk_bytes *bytes)
{
	if (walk->class->parts[at->part].form == FORM_TEXT)
		walk_bytes_add_text(bytes);
	else
		walk_bytes_add_all(bytes);
}

static bool step_number(const struct walk_part *part, struct walk_node *to, uint8_t byte)
{
	uint32_t at = to->aux;

	if (part->takes && !part->takes(at, byte))
		return false;
	to->aux++;
	if (at + 1 == part->count) {
		to->part += part->jumps ? part->jumps(byte) : 1;
		to->aux = 0;
	}
	return true;
}

static bool step_address(struct walk_node *to, uint8_t byte)
{
	if (!to->aux) {
		to->aux = byte == 0	? ADDRESS_NAME
			  : byte == 1	? ADDRESS_NONE
			  : byte == '/' ? ADDRESS_PATH
					: 0;
		return to->aux;
	}
	if (byte)
		return to->aux != ADDRESS_NONE;
	to->aux = 0;
	to->part++;
	return true;
}

static bool step_plain(struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	const struct walk_part *part = &walk->class->parts[at->part];

	*to = walk_move(walk, at, byte);
	switch (part->form) {
	case FORM_NUMBER:
		return step_number(part, to, byte);
	case FORM_ADDRESS:
		return step_address(to, byte);
	case FORM_TEXT:
		break;
	case FORM_END:
	default:
		return false;
	}
	to->aux = byte != 0;
	if (byte)
		return !part->absolute || at->aux || byte == '/';
	to->part++;
	return !part->last && (part->may_be_empty || at->aux);
}

static void judge_plain(struct walk *walk, const struct walk_node *at)
{
	const struct walk_part *part = &walk->class->parts[at->part];
	struct walk_point point = { .what = "" };

	if (!at->aux)
		point.mask = part->before;
	if (at->aux || part->may_be_empty)
		point.mask |= part->within;
	if (!point.mask)
		return;
	point.a = walk_perms(&walk->a, at->a);
	point.b = walk_perms(&walk->b, at->b);
	walk->found(walk, &point);
}

/* ---- sockets of the family unix ---------------------------------------------------- */

enum {
	UNIX_TYPE,
	UNIX_PROTOCOL,
	UNIX_ADDRESS,
	UNIX_LABEL,
	UNIX_OPERATION,
	UNIX_PEER_ADDRESS,
	UNIX_PEER_LABEL,
	UNIX_BACKLOG,
	UNIX_LISTENS,
	UNIX_OPTION,
	UNIX_HAS_OPTION,
};

/* Stream, datagram, raw, which is a datagram, and packets in sequence. */
static bool takes_type(uint32_t at, uint8_t byte)
{
	return at == 0 ? byte == 0 : byte == 1 || byte == 2 || byte == 3 || byte == 5;
}

static bool takes_protocol(uint32_t at, uint8_t byte)
{
	return at == 0 ? byte == 0 : byte <= 1;
}

static bool takes_operation(uint32_t at, uint8_t byte)
{
	(void)at;
	return byte == 1 || byte == 2 || byte == 4;
}

static uint32_t jump_operation(uint8_t byte)
{
	return byte == 1   ? UNIX_PEER_ADDRESS - UNIX_OPERATION
	       : byte == 2 ? UNIX_BACKLOG - UNIX_OPERATION
			   : UNIX_OPTION - UNIX_OPERATION;
}

static const struct walk_part unix_parts[WALK_PARTS] = {
	[UNIX_TYPE] = { .form = FORM_NUMBER, .count = 2, .takes = takes_type },
	[UNIX_PROTOCOL] = { .form = FORM_NUMBER, .count = 2, .takes = takes_protocol },
	[UNIX_ADDRESS] = { .form = FORM_ADDRESS, .before = AAC_ACCESS_CREATE },
	[UNIX_LABEL] = { .form = FORM_TEXT },
	[UNIX_OPERATION] = { .form = FORM_NUMBER, .count = 1, .takes = takes_operation,
			     .jumps = jump_operation,
			     .before = AAC_MAY_BIND | AAC_MAY_ACCEPT | AAC_ACCESS_DELETE |
				       AAC_ACCESS_SETATTR | AAC_ACCESS_GETATTR },
	[UNIX_PEER_ADDRESS] = { .form = FORM_ADDRESS },
	[UNIX_PEER_LABEL] = { .form = FORM_TEXT, .last = true,
			      .within = AAC_ACCESS_READ | AAC_ACCESS_WRITE |
					AAC_ACCESS_OPEN },
	[UNIX_BACKLOG] = { .form = FORM_NUMBER, .count = 2 },
	[UNIX_LISTENS] = { .form = FORM_END, .before = AAC_MAY_LISTEN },
	[UNIX_OPTION] = { .form = FORM_NUMBER, .count = 2 },
	[UNIX_HAS_OPTION] = { .form = FORM_END,
			      .before = AAC_MAY_SET_OPTION | AAC_MAY_GET_OPTION },
};

/* As rules spell it. */
static const char *read_address(const struct walk *walk, const struct walk_text *text)
{
	if (!text->len)
		return NULL;
	if (text->text[0] == 1)
		return "none";
	return text->text[0] ? text->text
			     : arena_printf(walk->arena, "@%s", text->text + 1);
}

static const char *read_text(const struct walk_text *text)
{
	return text->len ? text->text : NULL;
}

static bool ask_unix(const struct walk *walk, const struct walk_text *parts,
		     const struct walk_point *point, struct aac_query *query)
{
	(void)point;
	query->type = AAC_QUERY_UNIX;
	query->socket_type = (uint8_t)parts[UNIX_TYPE].text[1];
	query->protocol =
		parts[UNIX_PROTOCOL].len > 1 ? (uint8_t)parts[UNIX_PROTOCOL].text[1] : 0;
	query->address = read_address(walk, &parts[UNIX_ADDRESS]);
	query->label = read_text(&parts[UNIX_LABEL]);
	query->peer_address = read_address(walk, &parts[UNIX_PEER_ADDRESS]);
	query->peer_label = read_text(&parts[UNIX_PEER_LABEL]);
	return true;
}

/* ---- the others -------------------------------------------------------------------- */

/* Of the machine; whether one is there at all; of real time. */
static bool takes_signal(uint32_t at, uint8_t byte)
{
	(void)at;
	return (byte >= 1 && byte <= 31) || byte == 35 || (byte >= 128 && byte <= 160);
}

static const struct walk_part signal_parts[] = {
	{ .form = FORM_NUMBER, .count = 1, .takes = takes_signal },
	{ .form = FORM_TEXT, .last = true, .within = AAC_MAY_SEND | AAC_MAY_RECEIVE },
};

static bool ask_signal(const struct walk *walk, const struct walk_text *parts,
		       const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)point;
	query->type = AAC_QUERY_SIGNAL;
	query->number = (uint8_t)parts[0].text[0];
	query->label = parts[1].text;
	return true;
}

static const struct walk_part ptrace_parts[] = {
	{ .form = FORM_TEXT, .last = true,
	  .within = AAC_MAY_TRACE | AAC_MAY_READ_BY_TRACE | AAC_MAY_BE_TRACED |
		    AAC_MAY_BE_READ },
};

static bool ask_ptrace(const struct walk *walk, const struct walk_text *parts,
		       const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)point;
	query->type = AAC_QUERY_PTRACE;
	query->label = parts[0].text;
	return true;
}

/* Eavesdrop on a bus; bind a name; send and receive a message, whose interface may be
 * missing. */
static const struct walk_part dbus_parts[] = {
	{ .form = FORM_TEXT, .within = AAC_MAY_EAVESDROP },
	{ .form = FORM_TEXT, .within = AAC_MAY_DBUS_BIND },
	{ .form = FORM_TEXT },
	{ .form = FORM_TEXT, .absolute = true },
	{ .form = FORM_TEXT, .may_be_empty = true },
	{ .form = FORM_TEXT, .last = true, .within = AAC_MAY_SEND | AAC_MAY_RECEIVE },
};

static bool ask_dbus(const struct walk *walk, const struct walk_text *parts,
		     const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)point;
	query->type = AAC_QUERY_DBUS;
	query->bus = parts[0].text;
	query->name = parts[1].text;
	query->label = parts[2].text;
	query->path = parts[3].text;
	query->interface = parts[4].text;
	query->member = parts[5].text;
	return true;
}

static const struct walk_part mqueue_parts[] = {
	{ .form = FORM_TEXT },
	{ .form = FORM_TEXT, .last = true,
	  .within = AAC_ACCESS_CREATE | AAC_ACCESS_READ | AAC_ACCESS_WRITE |
		    AAC_ACCESS_OPEN | AAC_ACCESS_DELETE | AAC_ACCESS_SETATTR |
		    AAC_ACCESS_GETATTR },
};

static bool ask_mqueue(const struct walk *walk, const struct walk_text *parts,
		       const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)point;
	query->type = AAC_QUERY_MQUEUE;
	query->name = parts[0].text;
	query->label = parts[1].text;
	return true;
}

static const struct walk_part userns_parts[] = {
	{ .form = FORM_END, .before = AAC_MAY_USERNS },
};

static bool ask_userns(const struct walk *walk, const struct walk_text *parts,
		       const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)parts, (void)point;
	query->type = AAC_QUERY_USERNS;
	return true;
}

/* Override credentials, poll the queue from a kernel thread. */
static const struct walk_part io_uring_parts[] = {
	{ .form = FORM_TEXT, .last = true, .within = 0x10 | 8 },
};

static bool ask_io_uring(const struct walk *walk, const struct walk_text *parts,
			 const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)point;
	query->type = AAC_QUERY_IO_URING;
	query->label = parts[0].text;
	return true;
}

#define PLAIN(text, list, asks)                                                          \
	.class = { .name = text,                                                         \
		   .parts = list,                                                        \
		   .special = special_plain,                                             \
		   .step = step_plain,                                                   \
		   .judge = judge_plain,                                                 \
		   .ask = asks }

const struct walk_plain walk_plain[] = {
	{ PLAIN("unix", unix_parts, ask_unix), AAC_CLASS_UNIX, "\0\1", 2 },
	{ PLAIN("signal", signal_parts, ask_signal), AAC_CLASS_SIGNAL, "", 0 },
	/* Of the class of labels: what is asked of the label comes first. */
	{ PLAIN("ptrace", ptrace_parts, ask_ptrace), AAC_CLASS_PTRACE_MEDIATED, "\x09",
	  1 },
	{ PLAIN("mqueue", mqueue_parts, ask_mqueue), AAC_CLASS_MQUEUE, "", 0 },
	{ PLAIN("userns", userns_parts, ask_userns), AAC_CLASS_USERNS, "", 0 },
	{ PLAIN("io_uring", io_uring_parts, ask_io_uring), AAC_CLASS_IO_URING, "", 0 },
	{ PLAIN("dbus", dbus_parts, ask_dbus), AAC_CLASS_DBUS, "", 0 },
};
const size_t walk_plain_count = ARRAY_SIZE(walk_plain);

/* ---- what nobody knows the accesses of --------------------------------------------- */

static bool step_raw(struct walk *walk, const struct walk_node *at, uint8_t byte,
		     struct walk_node *to)
{
	*to = walk_move(walk, at, byte);
	return true;
}

static void judge_raw(struct walk *walk, const struct walk_node *at)
{
	struct walk_point point = { .what = "", .mask = UINT32_MAX };

	point.a = walk_perms(&walk->a, at->a);
	point.b = walk_perms(&walk->b, at->b);
	walk->found(walk, &point);
}

static const struct walk_part raw_parts[] = { { .form = FORM_TEXT } };

const struct walk_class walk_raw = {
	.name = "unknown class",
	.parts = raw_parts,
	.special = special_plain,
	.step = step_raw,
	.judge = judge_raw,
};

/* ---- what a profile attaches to ---------------------------------------------------- */

static bool step_attachment(struct walk *walk, const struct walk_node *at, uint8_t byte,
			    struct walk_node *to)
{
	enum walk_path path = at->aux;
	bool goes_on;

	*to = walk_move(walk, at, byte);
	goes_on = byte && walk_path_step(&path, byte);
	to->aux = path;
	return goes_on;
}

static void judge_attachment(struct walk *walk, const struct walk_node *at)
{
	struct walk_point point = { .what = "", .mask = AAC_ACCESS_EXEC };

	if (at->aux != WALK_PATH_NAME)
		return;
	point.a = walk_perms(&walk->a, at->a);
	point.b = walk_perms(&walk->b, at->b);
	walk->found(walk, &point);
}

const struct walk_class walk_attachment = {
	.name = "attachment",
	.parts = raw_parts,
	.special = special_plain,
	.step = step_attachment,
	.judge = judge_attachment,
};
