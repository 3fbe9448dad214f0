/*
 * Records to accesses: takes what a record says and gives what the kernel had asked.  Not
 * obvious: a record names the class it is about only on newer kernels, so the operation
 * and what else it tells decide; and of the bits asked for only those denied are asked
 * again, since the others were granted.
 */
#include "core/denial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/kind.h"
#include "core/mount_view.h"
#include "core/number.h"
#include "core/query_print.h"

struct reading {
	const struct aac_record *record;
	struct aac_query *query;
	const char *why;
};

static bool refuse(struct reading *r, const char *why)
{
	r->why = why;
	return false;
}

static const char *get(const struct reading *r, enum aac_record_key key)
{
	return r->record->values[key];
}

/* ---- words ------------------------------------------------------------------------- */

struct bit_word {
	const char *word;
	uint32_t bit;
};

static const struct bit_word socket_words[] = {
	{ "create", AAC_ACCESS_CREATE },
	{ "bind", AAC_MAY_BIND },
	{ "listen", AAC_MAY_LISTEN },
	{ "accept", AAC_MAY_ACCEPT },
	{ "connect", AAC_ACCESS_OPEN },
	{ "send", AAC_ACCESS_WRITE },
	{ "receive", AAC_ACCESS_READ },
	{ "shutdown", AAC_ACCESS_DELETE },
	{ "getattr", AAC_ACCESS_GETATTR },
	{ "setattr", AAC_ACCESS_SETATTR },
	{ "getopt", AAC_MAY_GET_OPTION },
	{ "setopt", AAC_MAY_SET_OPTION },
	{ NULL, 0 },
};
static const struct bit_word signal_words[] = { { "send", AAC_MAY_SEND },
						{ "receive", AAC_MAY_RECEIVE },
						{ NULL, 0 } };
static const struct bit_word ptrace_words[] = { { "trace", AAC_MAY_TRACE },
						{ "read", AAC_MAY_READ_BY_TRACE },
						{ "tracedby", AAC_MAY_BE_TRACED },
						{ "readby", AAC_MAY_BE_READ },
						{ NULL, 0 } };
static const struct bit_word dbus_words[] = { { "send", AAC_MAY_SEND },
					      { "receive", AAC_MAY_RECEIVE },
					      { "bind", AAC_MAY_DBUS_BIND },
					      { "eavesdrop", AAC_MAY_EAVESDROP },
					      { NULL, 0 } };
static const struct bit_word mqueue_words[] = {
	{ "create", AAC_ACCESS_CREATE },   { "open", AAC_ACCESS_OPEN },
	{ "delete", AAC_ACCESS_DELETE },   { "read", AAC_ACCESS_READ },
	{ "write", AAC_ACCESS_WRITE },	   { "getattr", AAC_ACCESS_GETATTR },
	{ "setattr", AAC_ACCESS_SETATTR }, { NULL, 0 }
};
static const struct bit_word uring_words[] = { { "sqpoll", AAC_MAY_POLL },
					       { "override_creds",
						 AAC_MAY_OVERRIDE_CREDS },
					       { NULL, 0 } };

/* What was denied; in a record that only audits, what was asked for. */
static const char *mask_of(const struct reading *r)
{
	static const enum aac_record_key order[] = {
		AAC_RECORD_DENIED_MASK,	   AAC_RECORD_DENIED,	 AAC_RECORD_MASK,
		AAC_RECORD_REQUESTED_MASK, AAC_RECORD_REQUESTED,
	};
	size_t count = r->record->event == AAC_EVENT_AUDITED ? ARRAY_SIZE(order) : 3;
	const char *mask = NULL;

	for (size_t i = 0; i < count && !mask; i++)
		mask = get(r, order[i]);
	return mask;
}

static bool read_words(struct reading *r, const struct bit_word *words)
{
	const char *mask = mask_of(r);

	while (mask && *mask) {
		size_t len = strcspn(mask, " ,");
		const struct bit_word *at = words;

		while (at->word && (strncmp(at->word, mask, len) != 0 || at->word[len]))
			at++;
		if (len && !at->word)
			return refuse(r, "what it asks for has no word in rules");
		r->query->request |= len ? at->bit : 0;
		mask += len;
		mask += strspn(mask, " ,");
	}
	return r->query->request ? true : refuse(r, "it does not say what was asked for");
}

/* The number of the word at KEY. */
static bool read_number(struct reading *r, enum aac_record_key key,
			enum aac_number_table table, uint32_t *number)
{
	const char *word = get(r, key);

	if (!word)
		return refuse(r, "it is cut off");
	*number = aac_number_find(table, word);
	return *number != AAC_NUMBER_NONE ? true
					  : refuse(r, "it is about a number that "
						      "rules have no word for");
}

/* ---- files ------------------------------------------------------------------------- */

/* Both ids always stand behind the rest. */
static bool read_owner(struct reading *r)
{
	const char *subject = get(r, AAC_RECORD_FSUID), *owner = get(r, AAC_RECORD_OUID);

	if (!subject || !owner)
		return refuse(r, "it is cut off");
	r->query->owner = strcmp(subject, owner) == 0;
	return true;
}

static bool read_path(struct reading *r)
{
	const char *name = get(r, AAC_RECORD_NAME);

	if (!name)
		return refuse(r, "it names no file");
	if (*name != '/')
		return refuse(r, "the file's path could not be told: it lies outside the "
				 "process's root, as flag attach_disconnected allows");
	r->query->name = name;
	return true;
}

static bool read_letters(struct reading *r)
{
	static const char letters[] = "rwaxmklcd";
	static const uint32_t bits[] = { AAC_ACCESS_READ,   AAC_ACCESS_WRITE,
					 AAC_ACCESS_APPEND, AAC_ACCESS_EXEC,
					 AAC_ACCESS_MMAP,   AAC_ACCESS_LOCK,
					 AAC_ACCESS_LINK,   AAC_ACCESS_CREATE,
					 AAC_ACCESS_DELETE };
	const char *mask = mask_of(r);

	for (; mask && *mask; mask++) {
		const char *letter = strchr(letters, *mask);

		/* Older kernels told owner's and others' bits apart. */
		if (*mask == ':')
			continue;
		if (!letter)
			return refuse(r, "what it asks for has no letter in rules");
		r->query->request |= bits[letter - letters];
	}
	return r->query->request ? true : refuse(r, "it does not say what was asked for");
}

static bool read_file(struct reading *r)
{
	return read_path(r) && read_letters(r) && read_owner(r);
}

/* The pair of names decides, whatever the mask says of either. */
static bool read_link(struct reading *r)
{
	r->query->request = AAC_ACCESS_LINK;
	r->query->other = get(r, AAC_RECORD_TARGET);
	return r->query->other ? read_path(r) && read_owner(r)
			       : refuse(r, "it is cut off");
}

static bool read_change(struct reading *r)
{
	bool onexec = r->query->type == AAC_QUERY_CHANGE_ONEXEC;
	const char *target = get(r, AAC_RECORD_TARGET);

	r->query->name = target ? target : get(r, AAC_RECORD_NAME);
	r->query->request = onexec ? AAC_ACCESS_ONEXEC : AAC_ACCESS_CHANGE_PROFILE;
	return r->query->name ? true : refuse(r, "it names no profile");
}

/* ---- mounts ------------------------------------------------------------------------ */

static bool add_flag(struct reading *r, const char *word, size_t len)
{
	char text[32];
	const struct aac_term *term;
	uint32_t cleared;

	if (len >= sizeof(text))
		return refuse(r, "a mount flag has no word in rules");
	memcpy(text, word, len);
	text[len] = '\0';
	term = aac_mount_option_find(text);
	if (!term)
		return refuse(r, "a mount flag has no word in rules");
	r->query->flags |= aac_mount_flags(
		UINT64_C(1) << (term - aac_mount_options.terms), &cleared);
	return true;
}

static bool read_mount(struct reading *r)
{
	const char *flags = get(r, AAC_RECORD_FLAGS);
	const char *source = get(r, AAC_RECORD_SRCNAME);
	const char *type = get(r, AAC_RECORD_FSTYPE);

	r->query->request = AAC_MAY_MOUNT;
	r->query->name = get(r, AAC_RECORD_NAME);
	r->query->other = source ? source : "";
	r->query->fstype = type ? type : "";
	if (!r->query->name)
		return refuse(r, "it names no mount point");
	/* Without any flag it tells none. */
	if (!flags && !source && !type)
		return refuse(r, "it is cut off");
	while (flags && *flags) {
		size_t len = strcspn(flags, " ,");

		if (len && !add_flag(r, flags, len))
			return false;
		flags += len;
		flags += strspn(flags, " ,");
	}
	return true;
}

static bool read_umount(struct reading *r)
{
	r->query->request = AAC_MAY_UMOUNT;
	r->query->name = get(r, AAC_RECORD_NAME);
	return r->query->name ? true : refuse(r, "it names no mount point");
}

static bool read_pivot(struct reading *r)
{
	r->query->request = AAC_MAY_PIVOT;
	r->query->name = get(r, AAC_RECORD_NAME);
	r->query->other = get(r, AAC_RECORD_SRCNAME);
	return r->query->name ? true : refuse(r, "it names no root");
}

/* ---- others ------------------------------------------------------------------------ */

static bool read_capability(struct reading *r)
{
	const char *number = get(r, AAC_RECORD_CAPABILITY);

	r->query->request = 1;
	if (get(r, AAC_RECORD_CAPNAME))
		return read_number(r, AAC_RECORD_CAPNAME, AAC_NUMBER_CAPABILITY,
				   &r->query->number);
	if (!number)
		return refuse(r, "it names no capability");
	r->query->number = (uint32_t)strtoul(number, NULL, 10);
	return aac_number_word(AAC_NUMBER_CAPABILITY, r->query->number)
		       ? true
		       : refuse(r, "rules have no word for the capability");
}

static bool read_network(struct reading *r)
{
	return read_number(r, AAC_RECORD_FAMILY, AAC_NUMBER_FAMILY, &r->query->number) &&
	       read_number(r, AAC_RECORD_SOCK_TYPE, AAC_NUMBER_SOCKET_TYPE,
			   &r->query->socket_type) &&
	       read_words(r, socket_words);
}

static bool read_unix(struct reading *r)
{
	const char *protocol = get(r, AAC_RECORD_PROTOCOL);

	r->query->protocol = protocol ? (uint32_t)strtoul(protocol, NULL, 10) : 0;
	r->query->address = get(r, AAC_RECORD_ADDR);
	r->query->peer_address = get(r, AAC_RECORD_PEER_ADDR);
	r->query->peer_label = get(r, AAC_RECORD_PEER);
	return read_number(r, AAC_RECORD_SOCK_TYPE, AAC_NUMBER_SOCKET_TYPE,
			   &r->query->socket_type) &&
	       read_words(r, socket_words);
}

static bool read_signal(struct reading *r)
{
	static const char realtime[] = "rtmin+";
	const char *word = get(r, AAC_RECORD_SIGNAL);

	r->query->label = get(r, AAC_RECORD_PEER);
	if (!word || !r->query->label)
		return refuse(r, "it is cut off");
	if (strncmp(word, realtime, strlen(realtime)) == 0) {
		unsigned long number = strtoul(word + strlen(realtime), NULL, 10);

		if (number > 32)
			return refuse(r, "it is about a signal that there is not");
		r->query->number = AAC_SIGNAL_REALTIME + (uint32_t)number;
		return read_words(r, signal_words);
	}
	return read_number(r, AAC_RECORD_SIGNAL, AAC_NUMBER_SIGNAL, &r->query->number) &&
	       read_words(r, signal_words);
}

static bool read_ptrace(struct reading *r)
{
	r->query->label = get(r, AAC_RECORD_PEER);
	return r->query->label ? read_words(r, ptrace_words)
			       : refuse(r, "it names no peer");
}

static bool read_dbus(struct reading *r)
{
	r->query->bus = get(r, AAC_RECORD_BUS);
	r->query->name = get(r, AAC_RECORD_NAME);
	r->query->path = get(r, AAC_RECORD_PATH);
	r->query->interface = get(r, AAC_RECORD_INTERFACE);
	r->query->member = get(r, AAC_RECORD_MEMBER);
	r->query->label = get(r, AAC_RECORD_PEER_LABEL);
	return r->query->bus ? read_words(r, dbus_words) : refuse(r, "it names no bus");
}

static bool read_mqueue(struct reading *r)
{
	r->query->name = get(r, AAC_RECORD_NAME);
	return r->query->name ? read_words(r, mqueue_words)
			      : refuse(r, "it names no queue");
}

static bool read_userns(struct reading *r)
{
	r->query->request = AAC_MAY_USERNS;
	return true;
}

static bool read_uring(struct reading *r)
{
	const char *peer = get(r, AAC_RECORD_PEER);

	r->query->label = peer ? peer : get(r, AAC_RECORD_PROFILE);
	return read_words(r, uring_words);
}

static bool read_rlimit(struct reading *r)
{
	const char *value = get(r, AAC_RECORD_VALUE), *word = get(r, AAC_RECORD_RLIMIT);

	r->query->request = 1;
	if (!value)
		return refuse(r, "it is cut off");
	errno = 0;
	r->query->limit = strtoull(value, NULL, 10);
	if (errno)
		return refuse(r, "its number is no number");
	/* The kernel counts niceness from 20 downwards. */
	if (strcmp(word ? word : "", "nice") == 0 &&
	    (r->query->limit < 1 || r->query->limit > 40))
		return refuse(r, "its number is no number");
	return read_number(r, AAC_RECORD_RLIMIT, AAC_NUMBER_LIMIT, &r->query->number);
}

/* ---- which it is ------------------------------------------------------------------- */

static const struct class
{
	const char *operation; /* that nothing else has; or NULL */
	const char *class;     /* as newer kernels name it; or NULL */
	enum aac_query_type type;
	enum aac_kind_id kind;
	bool (*read)(struct reading *r);
} classes[] = {
	{ "capable", "cap", AAC_QUERY_CAPABILITY, AAC_KIND_CAPABILITY, read_capability },
	{ "mount", NULL, AAC_QUERY_MOUNT, AAC_KIND_MOUNT, read_mount },
	{ "umount", NULL, AAC_QUERY_UMOUNT, AAC_KIND_UMOUNT, read_umount },
	{ "pivotroot", NULL, AAC_QUERY_PIVOT_ROOT, AAC_KIND_PIVOT_ROOT, read_pivot },
	{ "signal", "signal", AAC_QUERY_SIGNAL, AAC_KIND_SIGNAL, read_signal },
	{ "ptrace", "ptrace", AAC_QUERY_PTRACE, AAC_KIND_PTRACE, read_ptrace },
	{ "setrlimit", "rlimits", AAC_QUERY_RLIMIT, AAC_KIND_RLIMIT, read_rlimit },
	{ "change_profile", NULL, AAC_QUERY_CHANGE_PROFILE, AAC_KIND_CHANGE_PROFILE,
	  read_change },
	{ "change_onexec", NULL, AAC_QUERY_CHANGE_ONEXEC, AAC_KIND_CHANGE_PROFILE,
	  read_change },
	{ "userns_create", NULL, AAC_QUERY_USERNS, AAC_KIND_USERNS, read_userns },
	{ "link", NULL, AAC_QUERY_LINK, AAC_KIND_LINK, read_link },
	{ NULL, "io_uring", AAC_QUERY_IO_URING, AAC_KIND_IO_URING, read_uring },
	{ NULL, "posix_mqueue", AAC_QUERY_MQUEUE, AAC_KIND_MQUEUE, read_mqueue },
	{ NULL, "unix", AAC_QUERY_UNIX, AAC_KIND_UNIX, read_unix },
};
static const struct class dbus_class = { NULL, NULL, AAC_QUERY_DBUS, AAC_KIND_DBUS,
					 read_dbus };
static const struct class unix_class = { NULL, NULL, AAC_QUERY_UNIX, AAC_KIND_UNIX,
					 read_unix };
static const struct class network_class = { NULL, NULL, AAC_QUERY_NETWORK,
					    AAC_KIND_NETWORK, read_network };
static const struct class file_class = { NULL, NULL, AAC_QUERY_FILE, AAC_KIND_FILE,
					 read_file };

static bool is(const char *text, const char *word)
{
	return text && word && strcmp(text, word) == 0;
}

/* What has no word of its own is told by what it tells. */
static const struct class *find_class(const struct reading *r)
{
	const char *operation = get(r, AAC_RECORD_OPERATION);
	const char *class = get(r, AAC_RECORD_CLASS);

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (is(operation, classes[i].operation) || is(class, classes[i].class))
			return &classes[i];
	if (strncmp(operation, "dbus_", strlen("dbus_")) == 0)
		return &dbus_class;
	if (get(r, AAC_RECORD_ADDR) || get(r, AAC_RECORD_PEER_ADDR))
		return &unix_class;
	if (get(r, AAC_RECORD_FAMILY))
		return &network_class;
	if (class && strcmp(class, "file") != 0)
		return NULL;
	return get(r, AAC_RECORD_NAME) ? &file_class : NULL;
}

/* Files are shown by a rule's letters: making and removing is writing to them. */
static struct aac_query shown(const struct aac_query *query)
{
	const uint32_t writes = AAC_ACCESS_WRITE | AAC_ACCESS_CREATE | AAC_ACCESS_DELETE;
	struct aac_query copy = *query;

	if (copy.type == AAC_QUERY_FILE && copy.request & writes) {
		copy.request &= ~(writes | AAC_ACCESS_APPEND);
		copy.request |= AAC_ACCESS_WRITE;
	}
	return copy;
}

static const struct aac_attempt *make_attempt(struct arena *arena,
					      const struct class *class,
					      const struct aac_query *query)
{
	struct aac_attempt *attempt = ARENA_NEW(arena, struct aac_attempt);
	struct aac_query print = shown(query);
	CLEANUP_BUF text = { 0 };

	aac_query_print(&text, &print);
	*attempt = (struct aac_attempt){ .kind = aac_kind_get(class->kind),
					 .text = arena_strdup(arena, buf_str(&text)),
					 .queries = query,
					 .count = 1 };
	return attempt;
}

bool aac_denial_read(struct arena *arena, const struct aac_record *record,
		     struct aac_denial *denial, const char **why)
{
	struct reading r = { .record = record,
			     .query = ARENA_NEW(arena, struct aac_query) };
	const struct class *class = find_class(&r);
	const char *label = record->values[AAC_RECORD_LABEL];

	if (!class) {
		*why = "rules have no say in this operation";
		return false;
	}
	*r.query = (struct aac_query){ .type = class->type,
				       .number = AAC_QUERY_ANY,
				       .socket_type = AAC_QUERY_ANY };
	if (!class->read(&r)) {
		*why = r.why;
		return false;
	}
	*denial = (struct aac_denial){
		.label = label ? label : record->values[AAC_RECORD_PROFILE],
		.space = record->values[AAC_RECORD_NAMESPACE],
		.attempt = make_attempt(arena, class, r.query),
	};
	return true;
}
