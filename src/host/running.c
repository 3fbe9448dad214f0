/*
 * Running containers, found by their first processes: process 1 of a pid namespace whose
 * control group LXC or Proxmox has named; and processes by their labels.  It takes /proc
 * and gives labels.  Not obvious: asking LXC would need its command socket, which a
 * scratch root has not.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "core/context.h"
#include "host/container.h"
#include "host/host.h"

enum { PIECE_MAX = 16384 };

struct scan {
	struct aac_context *ctx;
	const char *proc;
	char piece[PIECE_MAX];
};

/* A small file of a process; "" when it is gone. */
static const char *read_piece(struct scan *scan, const char *pid, const char *name)
{
	int fd = open(arena_printf(scan->ctx->arena, "%s/%s/%s", scan->proc, pid, name),
		      O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0;
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && len < PIECE_MAX - 1) {
		got = read(fd, scan->piece + len, PIECE_MAX - 1 - len);
		if (got > 0)
			len += (size_t)got;
	}
	if (fd >= 0)
		close(fd);
	scan->piece[len] = '\0';
	return scan->piece;
}

/* NSpid: two numbers, the inner one 1. */
static bool is_init(const char *status)
{
	const char *line = strstr(status, "\nNSpid:");
	unsigned int numbers = 0;
	unsigned long last = 0;

	if (!line)
		return false;
	line += strlen("\nNSpid:");
	while (*line && *line != '\n') {
		char *end;

		last = strtoul(line, &end, 10);
		if (end == line)
			break;
		numbers++;
		line = end + strspn(end, " \t");
	}
	return numbers == 2 && last == 1;
}

static const char *copy_component(struct arena *arena, const char *at)
{
	size_t len = strcspn(at, "/\n");

	return len > 0 ? arena_strndup(arena, at, len) : NULL;
}

/* /lxc/NAME, /lxc.payload/NAME or /lxc.payload.NAME at the top of a group's path. */
static const char *find_name(struct arena *arena, const char *cgroup)
{
	static const char *const tops[] = { ":/lxc.payload.", ":/lxc.payload/",
					    ":/lxc/" };

	for (size_t i = 0; i < 3; i++) {
		const char *at = strstr(cgroup, tops[i]);
		const char *name =
			at ? copy_component(arena, at + strlen(tops[i])) : NULL;

		if (name)
			return name;
	}
	return NULL;
}

/* "" when it may not be read, or is gone. */
static char *read_label(struct scan *scan, const char *pid)
{
	const char *label = read_piece(scan, pid, "attr/apparmor/current");

	if (!*label)
		label = read_piece(scan, pid, "attr/current");
	return arena_strndup(scan->ctx->arena, label, strcspn(label, "\n"));
}

/* The next process, or NULL. */
static const char *next_pid(DIR *dir)
{
	struct dirent *entry;

	while ((entry = readdir(dir)))
		if (entry->d_name[strspn(entry->d_name, "0123456789")] == '\0')
			return entry->d_name;
	return NULL;
}

static void look_at(struct scan *scan, const char *pid, struct map *labels)
{
	const char *name;

	if (!is_init(read_piece(scan, pid, "status")))
		return;
	name = find_name(scan->ctx->arena, read_piece(scan, pid, "cgroup"));
	if (name)
		map_add(labels, name, strlen(name), read_label(scan, pid));
}

void aac_running_find(struct aac_context *ctx, const struct aac_host *host,
		      struct map *labels)
{
	struct scan scan = { .ctx = ctx, .proc = aac_host_path(ctx, host, "/proc") };
	DIR *dir = opendir(scan.proc);
	const char *pid;

	while (dir && (pid = next_pid(dir)))
		look_at(&scan, pid, labels);
	if (dir)
		closedir(dir);
}

/* ---- by label -------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	const struct aac_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static bool look_for(struct scan *scan, const char *pid,
		     const struct aac_processes *asked, struct aac_process *process)
{
	struct arena *arena = scan->ctx->arena;

	*process = (struct aac_process){ .pid = strtoul(pid, NULL, 10),
					 .text = read_label(scan, pid) };
	process->label = aac_label_parse(arena, process->text);
	if (!asked->wanted(asked->env, &process->label))
		return false;
	process->container = find_name(arena, read_piece(scan, pid, "cgroup"));
	process->init = is_init(read_piece(scan, pid, "status"));
	return true;
}

bool aac_processes_find(struct aac_context *ctx, const struct aac_host *host,
			struct aac_processes *asked)
{
	struct scan scan = { .ctx = ctx, .proc = aac_host_path(ctx, host, "/proc") };
	DIR *dir = opendir(scan.proc);
	struct aac_process one, *list = NULL;
	const char *pid;
	size_t cap = 0;

	if (!dir)
		return false;
	while ((pid = next_pid(dir))) {
		if (!look_for(&scan, pid, asked, &one))
			continue;
		if (asked->count == cap) {
			struct aac_process *more;

			cap = cap ? cap * 2 : 16;
			more = ARENA_ARRAY(ctx->arena, struct aac_process, cap);
			if (list)
				memcpy(more, list, asked->count * sizeof(*more));
			list = more;
		}
		list[asked->count++] = one;
	}
	closedir(dir);
	if (list)
		qsort(list, asked->count, sizeof(*list), by_number);
	asked->list = list;
	return true;
}
