/*
 * The guest's only program: loads compiled policy into a real kernel, asks it, and does
 * under confinement what a plan says; what came of it is written to the disk /dev/vda.
 * It is /init of an initramfs that also holds /plan, the policy that the plan names, and
 * in /modules what the disk needs.  tests/vm/README.md tells the plan's lines.
 *
 * Every call is made by a child of its own, in a mount namespace of its own, over the
 * same small tree of files, so that none of them sees what another has done.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"

#define POLICY "/sys/kernel/security/apparmor"
#define PARTS_MAX 10
#define CALLS_MAX 200000
#define FOREIGN 1000 /* who owns the files that are not root's */

/* What a child leaves behind for its parent. */
static struct result {
	int error;  /* errno of the call, 0 */
	int failed; /* errno of what had to be done before, 0 */
	bool ready;
} * result;

/* What the log holds of each call first: 'D'enied, a'L'lowed in complain mode,
 * 'A'udited. */
static char logged[CALLS_MAX];
static FILE *out;
static int kernel_log;
static bool wants_records; /* the plan says so */

static void die(const char *what)
{
	printf("recorder: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	sync();
	reboot(RB_AUTOBOOT);
}

static bool put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool fine = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return fine;
}

/* All bytes of a file and a NUL, which *len does not count; to be freed. */
static char *slurp(int folder, const char *name, size_t *len)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	ssize_t got = 0;

	if (fd < 0)
		die(name);
	*len = 0;
	do {
		*len += (size_t)got;
		bytes = realloc(bytes, *len + 65536 + 1);
		got = read(fd, bytes + *len, 65536);
	} while (got > 0);
	bytes[*len] = '\0';
	close(fd);
	return bytes;
}

/* ---- the world ------------------------------------------------------------------- */

static void load_modules(void)
{
	struct dirent **names;
	int count = scandir("/modules", &names, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		char path[300];
		int fd;

		if (*names[i]->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", names[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
			printf("recorder: %s: %s\n", path, strerror(errno));
		close(fd);
	}
}

static bool make_file(const char *path, uid_t owner)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0 &&
	       chown(path, owner, owner) == 0;
}

/* The files of a call: numbers 1 and 2 are root's, 3 and 4 another's. */
static bool make_files(void)
{
	if (mount("files", "/f", "tmpfs", 0, NULL) < 0)
		return false;
	for (int d = 1; d <= 2; d++) {
		char path[20];

		snprintf(path, sizeof(path), "/f/d%d", d);
		if (mkdir(path, 0755) < 0)
			return false;
		for (int f = 1; f <= 4; f++) {
			snprintf(path, sizeof(path), "/f/d%d/f%d", d, f);
			if (!make_file(path, f > 2 ? FOREIGN : 0))
				return false;
		}
	}
	return true;
}

static void copy_program(const char *bytes, size_t len, const char *to)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) < 0)
		die(to);
}

/* A root that is a mount, since pivot_root(2) wants one. */
static void enter_world(void)
{
	static const char *const kept[] = { "/proc", "/sys", "/dev" };

	mkdir("/world", 0755);
	if (mount("world", "/world", "tmpfs", 0, NULL) < 0)
		die("/world");
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		char to[20];

		snprintf(to, sizeof(to), "/world%s", kept[i]);
		if (mkdir(to, 0755) < 0 || mount(kept[i], to, NULL, MS_MOVE, NULL) < 0)
			die(to);
	}
	if (chdir("/world") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 ||
	    chroot(".") < 0 || chdir("/") < 0)
		die("the new root");
}

static void make_world(int folder)
{
	static const char *const folders[] = { "/f",	 "/x",	       "/y",	  "/mnt",
					       "/mnt/a", "/mnt/b",     "/mnt/c",  "/src",
					       "/src/x", "/mnt/a/old", "/src/old" };
	static const char *const programs[] = { "/x/a", "/x/b", "/x/c", "/x/d",
						"/y/a", "/y/b", "/y/c" };
	size_t len;
	char *bytes = slurp(folder, "init", &len);

	enter_world();
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (mkdir(folders[i], 0755) < 0)
			die(folders[i]);
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		copy_program(bytes, len, programs[i]);
	free(bytes);
	if (!make_file("/src/f", 0) || !make_file("/mnt/f", 0))
		die("/src/f");
}

static void start(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) < 0 ||
	    mount("sys", "/sys", "sysfs", 0, NULL) < 0 ||
	    mount("security", "/sys/kernel/security", "securityfs", 0, NULL) < 0)
		die("the first mounts");
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	put_text("/proc/sys/kernel/printk", "1 4 1 7");
	put_text("/proc/sys/kernel/printk_ratelimit", "0");
	load_modules();
	for (int i = 0; i < 50 && access("/dev/vda", F_OK) < 0; i++)
		usleep(100000);
	out = fopen("/dev/vda", "w");
	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (!out || kernel_log < 0)
		die("/dev/vda or /dev/kmsg");
}

/* ---- policy ---------------------------------------------------------------------- */

/* All of it in one write, as the kernel wants it. */
static void load(int folder, const char *name)
{
	int fd = open(POLICY "/.replace", O_WRONLY | O_CLOEXEC);
	size_t len;
	char *bytes = slurp(folder, name, &len);

	fprintf(out, "%d\n", write(fd, bytes, len) == (ssize_t)len ? 0 : errno);
	close(fd);
	free(bytes);
}

static void drop_all(void)
{
	char *list, *line, *rest;
	size_t len;

	for (int round = 0; round < 3; round++) {
		list = slurp(AT_FDCWD, POLICY "/profiles", &len);
		for (rest = list; (line = strsep(&rest, "\n")) && *line;) {
			char *mode = strrchr(line, '(');

			mode[-1] = '\0';
			put_text(POLICY "/.remove", line);
		}
		free(list);
	}
	fputs("0\n", out);
}

/* What the kernel says of the bytes HEX, which begin with a class. */
static void ask(const char *profile, const char *hex)
{
	char question[4200] = "label", answer[200];
	size_t len = sizeof("label");
	unsigned int byte, words[4];
	int fd = open(POLICY "/.access", O_RDWR | O_CLOEXEC);
	ssize_t got;

	len += (size_t)sprintf(question + len, "%s", profile) + 1;
	for (; sscanf(hex, "%2x", &byte) == 1 && len < sizeof(question); hex += 2)
		question[len++] = (char)byte;
	if (fd < 0 || write(fd, question, len) != (ssize_t)len ||
	    (got = read(fd, answer, sizeof(answer) - 1)) < 0) {
		fprintf(out, "error %d\n", errno);
	} else {
		answer[got] = '\0';
		if (sscanf(answer, "allow %x deny %x audit %x quiet %x", &words[0],
			   &words[1], &words[2], &words[3]) == 4)
			fprintf(out, "%08x %08x %08x %08x\n", words[0], words[1],
				words[2], words[3]);
		else
			fprintf(out, "error %s\n", answer);
	}
	close(fd);
}

/* The first tree gets its own, at the first program that runs in it. */
static bool mount_once(const char *type, const char *target)
{
	return mount(type, target, type, 0, NULL) == 0 || errno == EBUSY;
}

/* A program of the first tree; its exit code, or 128 and a signal. */
static void run_program(int folder, char **words)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (fchdir(folder) < 0 || chroot(".") < 0 ||
		    !mount_once("proc", "/proc") || !mount_once("sysfs", "/sys") ||
		    !mount_once("devtmpfs", "/dev") ||
		    !mount_once("securityfs", "/sys/kernel/security"))
			_exit(126);
		execv(words[0], words);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	fprintf(out, "%d\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* ---- calls ----------------------------------------------------------------------- */

static void name_self(int number)
{
	char name[16];

	snprintf(name, sizeof(name), "q%d", number);
	put_text("/proc/thread-self/comm", name);
}

/* Runs in a child; "-" is to stay unconfined. */
static bool confine(const char *label)
{
	char text[600];

	if (strcmp(label, "-") == 0)
		return true;
	snprintf(text, sizeof(text), "changeprofile %s", label);
	return put_text("/proc/thread-self/attr/current", text);
}

/* A process under the label PEER.  It ends when the other end of the pipe FDS does, since
 * its profile may refuse the signals that would end it. */
static pid_t start_peer(const char *peer, int *fds)
{
	pid_t pid;
	char byte = 0;

	if (pipe(fds) < 0)
		die("pipe");
	result->ready = false;
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		if (!confine(peer))
			result->failed = errno;
		result->ready = true;
		while (read(fds[0], &byte, 1) < 0)
			continue;
		_exit(0);
	}
	while (!*(volatile bool *)&result->ready)
		sched_yield();
	return pid;
}

static void run_child(int number, const char *profile, char **parts, pid_t peer)
{
	const struct call *call = call_find(parts[0], parts + 1);

	name_self(number);
	if (!call || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || !make_files() ||
	    call_prepare(call, parts + 1) < 0 || !confine(profile)) {
		result->failed = errno ? errno : -1;
		_exit(0);
	}
	result->error = call_perform(call, peer);
	_exit(0);
}

/* The label of a process that has ended, but is not waited for. */
static void read_label(pid_t pid, char *label, size_t size)
{
	char path[40];
	int fd;
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%d/attr/current", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, label, size - 1);
	label[got < 0 ? 0 : got] = '\0';
	label[strcspn(label, "\n")] = '\0';
	close(fd);
}

static void make_call(int number, const char *profile, char **parts)
{
	const struct call *call = call_find(parts[0], parts + 1);
	pid_t peer = 0, pid;
	char label[600] = "";
	siginfo_t info;
	int fds[2];

	*result = (struct result){ 0 };
	if (call && call->wants_peer)
		peer = start_peer(parts[1], fds);
	pid = fork();
	if (pid == 0)
		run_child(number, profile, parts, peer);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	if (call && call->changes_label)
		read_label(pid, label, sizeof(label));
	waitpid(pid, NULL, 0);
	if (peer) {
		close(fds[0]);
		close(fds[1]);
		waitpid(peer, NULL, 0);
	}
	if (result->failed)
		fprintf(out, "failed %d\n", result->failed);
	else
		fprintf(out, "%d\t%s\n", result->error, label);
}

/* A record's text, as dmesg prints it. */
static void put_record(const char *record)
{
	record += strcspn(record, ";") + 1;
	fprintf(out, "record\t%.*s\n", (int)strcspn(record, "\n"), record);
}

/* Each record of the log names the process that it is about. */
static void read_log(void)
{
	char record[8192];
	ssize_t got;

	while ((got = read(kernel_log, record, sizeof(record) - 1)) > 0 ||
	       (got < 0 && errno == EPIPE)) {
		char *verdict, *name;
		int number;

		if (got < 0) {
			fputs("# the log ran over\n", out);
			continue;
		}
		record[got] = '\0';
		verdict = strstr(record, "apparmor=\"");
		name = strstr(record, "comm=\"q");
		if (wants_records && verdict)
			put_record(record);
		/* A capability is asked for beside what the call is about. */
		if (!verdict || !name || strstr(record, "operation=\"capable\""))
			continue;
		verdict += strlen("apparmor=\"");
		number = atoi(name + strlen("comm=\"q"));
		if (number >= 0 && number < CALLS_MAX && !logged[number])
			logged[number] =
				*verdict == 'A' && verdict[1] == 'L' ? 'L' : *verdict;
	}
}

/* ---- the plan -------------------------------------------------------------------- */

static bool is(const char *word, const char *other)
{
	return strcmp(word, other) == 0;
}

static void follow(int folder, char *plan)
{
	int calls = 0, count = 0;
	char *line;

	while ((line = strsep(&plan, "\n")) && *line) {
		char *parts[PARTS_MAX + 1] = { NULL };

		for (int p = 0; p < PARTS_MAX && line; p++)
			parts[p] = strsep(&line, "\t");
		if (is(parts[0], "load") && parts[1])
			load(folder, parts[1]);
		else if (is(parts[0], "run") && parts[1])
			run_program(folder, parts + 1);
		else if (is(parts[0], "drop"))
			drop_all();
		else if (is(parts[0], "records"))
			wants_records = true;
		else if (is(parts[0], "ask") && parts[2])
			ask(parts[1], parts[2]);
		else if (is(parts[0], "call") && parts[2] && calls < CALLS_MAX)
			make_call(calls++, parts[1], parts + 2);
		else
			fputs("error plan\n", out);
		if (++count % 50 == 0)
			read_log();
	}
	usleep(500000);
	read_log();
	for (int i = 0; i < calls; i++)
		if (logged[i])
			fprintf(out, "log\t%d\t%c\n", i, logged[i]);
}

int main(void)
{
	struct utsname kernel;
	size_t len;
	int folder;

	/* An exec that was allowed. */
	if (getpid() != 1)
		return 0;
	start();
	folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (folder < 0 || result == MAP_FAILED || uname(&kernel) < 0)
		die("the start");
	make_world(folder);
	fprintf(out, "kernel %s\n", kernel.release);
	follow(folder, slurp(folder, "plan", &len));
	fputs("end\n", out);
	if (fclose(out) != 0)
		die("/dev/vda");
	sync();
	reboot(RB_AUTOBOOT);
}
