/*
 * What we say of system calls that a plan of tests/vm names:
 *
 *     call_tool FILE RELEASE     ->  for lines PROFILE<TAB>CALL<TAB>WORD… on stdin:
 *                                    VERDICT<TAB>LABEL<TAB>LOG
 *
 * VERDICT is allowed, denied or depends; LABEL is that of the process afterwards, of the
 * calls that can change it; LOG is what is logged: 'D'enied, a'L'lowed in complain mode,
 * 'A'udited, '-' nothing, '?' for calls that ask for more than one thing.  The profiles
 * of FILE are all that are loaded.  RELEASE is the kernel's.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/access.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/number.h"
#include "core/query.h"
#include "support/policy_file.h"

#define WORDS_MAX 10

struct made {
	struct arena *arena;
	const struct aac_blob *all, *blob; /* all loaded profiles; the caller's */
	bool moves_asked;		   /* the kernel asks for move_mount(2) */
	char **words;			   /* the call's name first */
	struct aac_query queries[2];
	size_t count;
	bool many; /* the kernel asks more than once */
	const char *label;
};

static const struct aac_blob *find_peer(void *env, const char *label)
{
	const struct made *made = env;

	return policy_file_find(made->all, label);
}

static bool is(const struct made *made, const char *call)
{
	return strcmp(made->words[0], call) == 0;
}

static uint32_t number(const struct made *made, int word)
{
	return (uint32_t)strtoul(made->words[word], NULL, 0);
}

static struct aac_query *add(struct made *made, enum aac_query_type type,
			     uint32_t request)
{
	struct aac_query *query = &made->queries[made->count++];

	*query = (struct aac_query){ .type = type, .request = request };
	return query;
}

/* ---- mounts ---------------------------------------------------------------------- */

/* The path as the kernel has it: that of a folder ends in a slash. */
static const char *path_of(const struct made *made, const char *path)
{
	static const char *const folders[] = { "/mnt/a",   "/mnt/b", "/mnt/c",
					       "/src",	   "/src/x", "/mnt/a/old",
					       "/src/old", "/f/d1",  "/f/d2" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strcmp(path, folders[i]) == 0)
			return arena_printf(made->arena, "%s/", path);
	return path;
}

static const char *word_of(const struct made *made, int word)
{
	return strcmp(made->words[word], "-") == 0 ? NULL : made->words[word];
}

enum { BIND = 1 << 12, MOVE = 1 << 13 };

static void ask_mount(struct made *made)
{
	struct aac_query *query = add(made, AAC_QUERY_MOUNT, AAC_MAY_MOUNT);
	const char *source = word_of(made, 1), *type = word_of(made, 3);

	query->flags = number(made, 4);
	query->name = path_of(made, made->words[2]);
	query->other = source ? source : "";
	if (query->flags & (BIND | MOVE))
		query->other = path_of(made, query->other);
	query->fstype = type ? type : "";
	query->data = word_of(made, 5);
}

static void ask_tree(struct made *made)
{
	struct aac_query *query;

	if (is(made, "umount")) {
		add(made, AAC_QUERY_UMOUNT, AAC_MAY_UMOUNT)->name =
			path_of(made, made->words[1]);
	} else if (is(made, "pivot_root")) {
		query = add(made, AAC_QUERY_PIVOT_ROOT, AAC_MAY_PIVOT);
		query->name = path_of(made, made->words[1]);
		query->other = path_of(made, made->words[2]);
	} else if (is(made, "attach") && made->moves_asked) {
		query = add(made, AAC_QUERY_MOUNT, AAC_MAY_MOUNT);
		query->name = path_of(made, made->words[2]);
		query->other = query->fstype = "";
		query->flags = MOVE;
	}
}

/* ---- files ----------------------------------------------------------------------- */

/* The files 3 and 4 are another's; what is new is one's own. */
static bool is_own(const char *path)
{
	const char *end = path + strlen(path) - 1;

	return *end != '3' && *end != '4';
}

static uint32_t open_request(uint32_t flags)
{
	static const uint32_t modes[] = { AAC_ACCESS_READ, AAC_ACCESS_WRITE,
					  AAC_ACCESS_READ | AAC_ACCESS_WRITE, 0 };
	uint32_t request = modes[flags & 3];

	if (flags & 02000 && request & AAC_ACCESS_WRITE)
		request = (request & ~(uint32_t)AAC_ACCESS_WRITE) | AAC_ACCESS_APPEND;
	if (flags & 01000)
		request |= AAC_ACCESS_WRITE;
	if (flags & 0100)
		request |= AAC_ACCESS_CREATE;
	return request;
}

/* What is asked for beside the file being opened: making it first, cutting it behind. */
static uint32_t beside_open(const struct made *made)
{
	if (strstr(made->words[1], "new"))
		return number(made, 2) & 0100 ? AAC_ACCESS_CREATE : 0;
	return number(made, 2) & 01000 ? AAC_ACCESS_WRITE | AAC_ACCESS_SETATTR : 0;
}

static void ask_path(struct made *made, int word, uint32_t request)
{
	struct aac_query *query = add(made, AAC_QUERY_FILE, request);

	query->name = path_of(made, made->words[word]);
	query->owner = is_own(made->words[word]);
}

static bool ask_file(struct made *made)
{
	static const struct {
		const char *call;
		uint32_t request;
		bool many;
	} calls[] = {
		{ "unlink", AAC_ACCESS_DELETE, false },
		{ "rmdir", AAC_ACCESS_DELETE, false },
		{ "mknod", AAC_ACCESS_CREATE, false },
		{ "symlink", AAC_ACCESS_CREATE, false },
		{ "chmod", AAC_ACCESS_CHMOD, false },
		{ "chown", AAC_ACCESS_CHOWN, false },
		{ "truncate", AAC_ACCESS_WRITE | AAC_ACCESS_SETATTR, false },
		{ "stat", AAC_ACCESS_GETATTR, false },
		{ "lock", AAC_ACCESS_READ, true },
		{ "map", AAC_ACCESS_READ, true },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (is(made, calls[i].call)) {
			ask_path(made, 1, calls[i].request);
			made->many = calls[i].many;
			if (is(made, "lock"))
				ask_path(made, 1, AAC_ACCESS_LOCK);
			else if (is(made, "map"))
				ask_path(made, 1, AAC_ACCESS_MMAP);
			return true;
		}
	if (is(made, "open")) {
		ask_path(made, 1, open_request(number(made, 2)));
		ask_path(made, 1, beside_open(made));
		made->many = made->queries[1].request;
	} else if (is(made, "mkdir")) {
		ask_path(made, 1, AAC_ACCESS_CREATE);
		made->queries[0].name = arena_printf(made->arena, "%s/", made->words[1]);
	} else if (is(made, "rename")) {
		ask_path(made, 1,
			 AAC_ACCESS_READ | AAC_ACCESS_WRITE | AAC_ACCESS_DELETE |
				 AAC_ACCESS_SETATTR | AAC_ACCESS_GETATTR);
		ask_path(made, 2,
			 AAC_ACCESS_WRITE | AAC_ACCESS_SETATTR | AAC_ACCESS_CREATE);
		made->queries[1].owner = made->queries[0].owner;
		made->many = true;
	} else if (is(made, "link")) {
		struct aac_query *query = add(made, AAC_QUERY_LINK, AAC_ACCESS_LINK);

		query->name = made->words[2];
		query->other = made->words[1];
		query->owner = is_own(made->words[1]);
	} else {
		return false;
	}
	return true;
}

/* ---- labels ---------------------------------------------------------------------- */

static void ask_labels(struct made *made)
{
	struct aac_query *query;

	if (is(made, "exec")) {
		ask_path(made, 1, AAC_ACCESS_EXEC);
		made->queries[0].owner = true;
		made->many = true;
	} else if (is(made, "change")) {
		add(made, AAC_QUERY_CHANGE_PROFILE, AAC_ACCESS_CHANGE_PROFILE)->name =
			made->words[1];
	} else if (is(made, "setexec")) {
		/* Without a program: depends on it, or is denied. */
		add(made, AAC_QUERY_CHANGE_ONEXEC, AAC_ACCESS_ONEXEC)->name =
			made->words[1];
	} else if (is(made, "onexec")) {
		query = add(made, AAC_QUERY_CHANGE_ONEXEC, AAC_ACCESS_ONEXEC);
		query->name = made->words[1];
		query->other = made->words[2];
		made->many = true;
	}
}

/* Another profile that is attached to the path by its name. */
static const char *attached(const struct made *made, const char *path, bool child)
{
	const char *parent = made->blob->name, *found = NULL;

	for (const struct aac_blob *b = made->all; b; b = b->next) {
		const struct aac_policydb *db = &b->attach;
		const char *end = strstr(b->name, "//");
		uint32_t state;

		if (child != (end && strncmp(parent, b->name, strlen(parent)) == 0 &&
			      end == b->name + strlen(parent)))
			continue;
		if (!child && end)
			continue;
		if (!db->dfa) {
			if (strcmp(path, child ? end + 2 : b->name) == 0)
				found = b->name;
			continue;
		}
		state = aac_dfa_run(db->dfa, db->start, path, strlen(path));
		if (aac_policydb_file_perms(db, state, true).allow & AAC_ACCESS_EXEC)
			found = b->name;
	}
	return found;
}

/* NULL: there is none, so the exec is refused. */
static const char *target_of(const struct made *made, uint32_t exec)
{
	const char *name = NULL;

	if (exec & AAC_EXEC_TABLE) {
		name = made->blob->file.targets[exec & AAC_EXEC_INDEX];
		if (exec & AAC_EXEC_CHILD)
			name = arena_printf(made->arena, "%s//%s", made->blob->name,
					    name);
		if (!policy_file_find(made->all, name) && strcmp(name, "unconfined") != 0)
			name = NULL;
	} else if (exec & AAC_EXEC_BY_NAME) {
		name = attached(made, made->words[1], exec & AAC_EXEC_CHILD);
	}
	if (!name && exec & AAC_EXEC_INHERIT)
		return made->blob->name;
	if (!name && exec & AAC_EXEC_UNCONFINED)
		return "unconfined";
	return name;
}

static const char *shown(const struct made *made, const char *label)
{
	static const char *const modes[] = { "enforce", "complain", "kill", "unconfined",
					     "user" };
	const struct aac_blob *blob = policy_file_find(made->all, label);

	if (!blob)
		return label;
	return arena_printf(made->arena, "%s (%s)", label, modes[blob->mode]);
}

/* ---- the rest -------------------------------------------------------------------- */

/* Linux's numbers of x86. */
static const char *const signals[] = {
	"exists", "hup",  "int",    "quit", "ill",   "trap", "abrt", "bus",
	"fpe",	  "kill", "usr1",   "segv", "usr2",  "pipe", "alrm", "term",
	"stkflt", "chld", "cont",   "stop", "stp",   "ttin", "ttou", "urg",
	"xcpu",	  "xfsz", "vtalrm", "prof", "winch", "io",   "pwr",  "sys",
};

static uint32_t signal_number(uint32_t signo)
{
	if (signo < sizeof(signals) / sizeof(*signals))
		return aac_number_find(AAC_NUMBER_SIGNAL, signals[signo]);
	return AAC_SIGNAL_REALTIME + signo - 32;
}

static void ask_peers(struct made *made)
{
	struct aac_query *query;

	if (is(made, "kill")) {
		query = add(made, AAC_QUERY_SIGNAL, AAC_MAY_SEND);
		query->number = signal_number(number(made, 2));
	} else if (is(made, "trace")) {
		query = add(made, AAC_QUERY_PTRACE, AAC_MAY_TRACE);
	} else if (is(made, "readtrace")) {
		query = add(made, AAC_QUERY_PTRACE, AAC_MAY_READ_BY_TRACE);
	} else {
		return;
	}
	query->label = strcmp(made->words[1], "-") == 0 ? "unconfined" : made->words[1];
	made->many = true;
}

static void ask_socket(struct made *made, uint32_t request)
{
	struct aac_query *query = add(made, AAC_QUERY_NETWORK, request);

	query->number = number(made, 1);
	query->socket_type = number(made, 2) & 15;
}

static void ask_capability(struct made *made)
{
	const char *name = made->words[0];
	uint32_t capability;

	if (strncmp(name, "cap_", 4) == 0)
		name += 4;
	capability = aac_number_find(AAC_NUMBER_CAPABILITY, name);
	add(made, AAC_QUERY_CAPABILITY, 1)->number = capability;
	/* The kernel logs each once only. */
	made->many = true;
	if (is(made, "net_raw")) {
		add(made, AAC_QUERY_NETWORK, AAC_ACCESS_CREATE)->number = 2;
		made->queries[1].socket_type = 3;
	}
}

static void ask_rest(struct made *made)
{
	struct aac_query *query;

	if (is(made, "socket"))
		ask_socket(made, AAC_ACCESS_CREATE);
	else if (is(made, "bind"))
		ask_socket(made, AAC_MAY_BIND);
	else if (is(made, "getsockopt"))
		ask_socket(made, AAC_MAY_GET_OPTION);
	else if (is(made, "userns"))
		add(made, AAC_QUERY_USERNS, AAC_MAY_USERNS);
	else if (is(made, "io_uring") && number(made, 1) & 2)
		add(made, AAC_QUERY_IO_URING, AAC_MAY_POLL);
	else if (is(made, "rlimit")) {
		query = add(made, AAC_QUERY_RLIMIT, 1);
		query->number = number(made, 1);
		query->limit = strtoull(made->words[2], NULL, 0);
	} else if (!is(made, "io_uring") && !is(made, "attach"))
		ask_capability(made);
}

static void ask(struct made *made)
{
	if (is(made, "mount"))
		ask_mount(made);
	else
		ask_tree(made);
	if (!made->count && !ask_file(made))
		ask_labels(made);
	if (!made->count)
		ask_peers(made);
	if (!made->count)
		ask_rest(made);
}

/* ---- answering ------------------------------------------------------------------- */

static void set_label(struct made *made, struct aac_ruling *ruling)
{
	bool allowed = ruling->outcome == AAC_ALLOWED;
	const char *label = NULL;

	if (is(made, "change") || is(made, "onexec"))
		label = allowed ? made->words[1] : NULL;
	else if (!is(made, "exec"))
		return;
	else if (ruling->complain)
		/* A profile that is made up for learning. */
		label = arena_printf(made->arena, "%s//null-%s (complain)",
				     made->blob->name, made->words[1]);
	else if (allowed) {
		label = target_of(made, ruling->exec);
		if (!label)
			ruling->outcome = AAC_DENIED;
	}
	made->label = shown(made, label ? label : made->blob->name);
}

static void answer(struct made *made)
{
	static const char *const outcomes[] = { "allowed", "denied", "depends" };
	const struct aac_attempt access = { .queries = made->queries,
					    .count = made->count };
	const struct aac_peers peers = { .find = find_peer, .env = made };
	struct aac_ruling ruling =
		aac_access_decide(made->arena, made->blob, &access, &peers);
	char log = '-';

	made->label = "";
	if (is(made, "setexec") && ruling.outcome == AAC_DEPENDS)
		ruling.outcome = AAC_ALLOWED;
	set_label(made, &ruling);
	if (ruling.audited)
		log = ruling.outcome == AAC_DENIED ? 'D' : ruling.complain ? 'L' : 'A';
	printf("%s\t%s\t%c\n", outcomes[ruling.outcome], made->label,
	       made->many ? '?' : log);
}

static bool split(char *line, char **words)
{
	int count = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *word; (word = strsep(&line, "\t"));) {
		if (count == WORDS_MAX - 1)
			return false;
		words[count++] = word;
	}
	words[count] = NULL;
	return count > 1;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	const struct aac_blob *all = argc == 3 ? policy_file_read(arena, argv[1]) : NULL;
	char *line = NULL, *words[WORDS_MAX];
	size_t cap = 0;
	bool fine = all;

	while (fine && getline(&line, &cap, stdin) > 0) {
		struct made made = { .arena = arena, .all = all, .words = words + 1 };

		fine = split(line, words) &&
		       (made.blob = policy_file_find(all, words[0]));
		if (!fine)
			break;
		made.moves_asked = strncmp(argv[2], "6.1.", 4) != 0;
		ask(&made);
		answer(&made);
	}
	free(line);
	arena_free(arena);
	return fine ? 0 : 2;
}
