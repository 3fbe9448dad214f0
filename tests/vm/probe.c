/*
 * Attempts things under the confinement that it is started in, and says what came of
 * each.  Its input is a plan of lines `NUMBER<tab>CALL WORD... [; CALL WORD...]...`; for
 * each it prints `NUMBER<tab>ANSWER`, where the answer is "ok" or the name of an errno,
 * with "2:" in front when the second call of the line gave it, and so on.
 *
 * Every line runs in a process and a mount namespace of its own, so that none sees what
 * another has done (every profile lets it be a slave).  The process is called
 * probeNUMBER, by which a record of the kernel comes back to its line.  Whatever a line
 * opens, nothing is written to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#define WORDS_MAX 12
/* The calls of the new mount interface, which not every libc has. */
#define CALL_OPEN_TREE 428
#define CALL_MOVE_MOUNT 429
#define CALL_FSOPEN 430
#define CALL_FSCONFIG 431
#define CALL_FSMOUNT 432

static char *words[WORDS_MAX + 1];

static const struct flag {
	const char *name;
	unsigned long bits;
} flags[] = {
	{ "-", 0 },
	{ "ro", MS_RDONLY },
	{ "nosuid", MS_NOSUID },
	{ "nodev", MS_NODEV },
	{ "noexec", MS_NOEXEC },
	{ "remount", MS_REMOUNT },
	{ "bind", MS_BIND },
	{ "rbind", MS_BIND | MS_REC },
	{ "move", MS_MOVE },
	{ "private", MS_PRIVATE },
	{ "rprivate", MS_PRIVATE | MS_REC },
	{ "slave", MS_SLAVE },
	{ "rslave", MS_SLAVE | MS_REC },
	{ "shared", MS_SHARED },
	{ "unbindable", MS_UNBINDABLE },
};

static int wrong(const char *what)
{
	fprintf(stderr, "probe: what is '%s'?\n", what);
	exit(2);
}

static unsigned long flag_bits(char *list)
{
	unsigned long bits = 0;

	for (char *name; (name = strsep(&list, ","));) {
		size_t i = 0;

		while (i < sizeof(flags) / sizeof(*flags) && strcmp(flags[i].name, name))
			i++;
		if (i == sizeof(flags) / sizeof(*flags))
			wrong(name);
		bits |= flags[i].bits;
	}
	return bits;
}

/* An absent word stands as "-". */
static const char *word(int i)
{
	return words[i] && strcmp(words[i], "-") ? words[i] : NULL;
}

/* ---- the calls ------------------------------------------------------------------- */

/* SOURCE TARGET TYPE FLAGS [DATA] */
static int do_mount(void)
{
	return mount(word(1), words[2], word(3), flag_bits(words[4]), word(5));
}

/* TYPE TARGET: a file system that is mounted nowhere, then moved. */
static int do_detached(void)
{
	int fs = (int)syscall(CALL_FSOPEN, words[1], 0);
	int tree;

	if (fs < 0 || syscall(CALL_FSCONFIG, fs, 6 /* create */, NULL, NULL, 0) < 0)
		return -1;
	tree = (int)syscall(CALL_FSMOUNT, fs, 0, 0);
	if (tree < 0)
		return -1;
	return (int)syscall(CALL_MOVE_MOUNT, tree, "", AT_FDCWD, words[2], 4);
}

/* TYPE FILE: opens FILE of a file system that is mounted nowhere at all. */
static int do_inside(void)
{
	int fs = (int)syscall(CALL_FSOPEN, words[1], 0);
	int tree;

	if (fs < 0 || syscall(CALL_FSCONFIG, fs, 6, NULL, NULL, 0) < 0)
		return -1;
	tree = (int)syscall(CALL_FSMOUNT, fs, 0, 0);
	return tree < 0 ? -1 : openat(tree, words[2], O_WRONLY | O_CLOEXEC);
}

/* SOURCE TARGET: a detached copy of what stands at SOURCE, moved. */
static int do_copy(void)
{
	int tree = (int)syscall(CALL_OPEN_TREE, AT_FDCWD, words[1],
				1 | O_CLOEXEC | AT_RECURSIVE);

	if (tree < 0)
		return -1;
	return (int)syscall(CALL_MOVE_MOUNT, tree, "", AT_FDCWD, words[2], 4);
}

static int do_umount(void)
{
	return umount2(words[1], MNT_DETACH);
}

/* NEW OLD */
static int do_pivot(void)
{
	return (int)syscall(SYS_pivot_root, words[1], words[2]);
}

static int do_read(void)
{
	char byte;
	int fd = open(words[1], O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -1 : read(fd, &byte, 1) < 0 ? -1 : 0;
}

/* Reading alone may be more than a device can give. */
static int do_open(void)
{
	return open(words[1], O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

static int do_write(void)
{
	return open(words[1], O_WRONLY | O_CLOEXEC | O_NONBLOCK);
}

static int do_create(void)
{
	return open(words[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
}

/* FILE TYPE MAJOR MINOR */
static int do_node(void)
{
	mode_t type = *words[2] == 'b' ? S_IFBLK : S_IFCHR;

	return mknod(words[1], type | 0600,
		     makedev((unsigned)atoi(words[3]), (unsigned)atoi(words[4])));
}

static int put_label(const char *file, const char *command)
{
	char path[60], text[300];
	int fd, len = snprintf(text, sizeof(text), "%s %s", command, words[1]);

	snprintf(path, sizeof(path), "/proc/thread-self/attr/apparmor/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -1 : write(fd, text, (size_t)len) == len ? 0 : -1;
}

/* PROFILE */
static int do_change(void)
{
	return put_label("current", "changeprofile");
}

/* PROFILE PROGRAM: does not return when it works, and the program ends with 0. */
static int do_onexec(void)
{
	if (put_label("exec", "exec") < 0)
		return -1;
	execl(words[2], words[2], (char *)NULL);
	return -1;
}

static int do_exec(void)
{
	execl(words[1], words[1], (char *)NULL);
	return -1;
}

static int do_unshare(void)
{
	return unshare(strcmp(words[1], "user") == 0  ? CLONE_NEWUSER
		       : strcmp(words[1], "net") == 0 ? CLONE_NEWNET
						      : CLONE_NEWPID);
}

/* Two processes under one label. */
static int do_signal(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	if (kill(pid, SIGKILL) < 0)
		return -1;
	return waitpid(pid, &status, 0) < 0 ? -1 : 0;
}

static int do_trace(void)
{
	pid_t pid = fork();
	int result, error;

	if (pid == 0) {
		pause();
		_exit(0);
	}
	result = (int)ptrace(PTRACE_SEIZE, pid, NULL, NULL);
	error = errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = error;
	return result;
}

/* What another line has made is good enough. */
static int do_makedir(void)
{
	return mkdir(words[1], 0755) < 0 && errno != EEXIST ? -1 : 0;
}

static int do_touch(void)
{
	int fd = open(words[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? -1 : close(fd);
}

static const struct call {
	const char *name;
	int least; /* words behind the name */
	int (*make)(void);
} calls[] = {
	{ "change", 1, do_change }, { "copy", 2, do_copy },
	{ "create", 1, do_create }, { "detached", 2, do_detached },
	{ "exec", 1, do_exec },	    { "inside", 2, do_inside },
	{ "mkdir", 1, do_makedir }, { "mount", 4, do_mount },
	{ "node", 4, do_node },	    { "onexec", 2, do_onexec },
	{ "open", 1, do_open },	    { "pivot", 2, do_pivot },
	{ "read", 1, do_read },	    { "signal", 0, do_signal },
	{ "touch", 1, do_touch },   { "trace", 0, do_trace },
	{ "umount", 1, do_umount }, { "unshare", 1, do_unshare },
	{ "write", 1, do_write },
};

/* ---- the plan -------------------------------------------------------------------- */

static int make_call(char *text)
{
	size_t i = 0;
	int count = 0;

	memset(words, 0, sizeof(words));
	for (char *part; (part = strsep(&text, " ")) && count < WORDS_MAX;)
		if (*part)
			words[count++] = part;
	while (i < sizeof(calls) / sizeof(*calls) && words[0] &&
	       strcmp(calls[i].name, words[0]))
		i++;
	if (!count || i == sizeof(calls) / sizeof(*calls) || count <= calls[i].least)
		wrong(words[0] ? words[0] : "");
	return calls[i].make();
}

/* In a child; its exit code tells a plan that is wrong. */
static void follow(char *line)
{
	int number = 0;

	for (char *text; (text = strsep(&line, ";"));) {
		number++;
		if (make_call(text) >= 0)
			continue;
		if (number > 1)
			printf("%d:", number);
		printf("%s\n", strerrorname_np(errno));
		return;
	}
	puts("ok");
}

/* The answer comes through a pipe: a program that was executed cannot say "ok" itself. */
static void ask(const char *number, char *line)
{
	char name[16], answer[64] = "";
	int fds[2], status;
	ssize_t got;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		exit(2);
	pid = fork();
	if (pid == 0) {
		snprintf(name, sizeof(name), "probe%s", number);
		prctl(PR_SET_NAME, name);
		setvbuf(stdout, NULL, _IOFBF, 0);
		if (dup2(fds[1], STDOUT_FILENO) < 0 || unshare(CLONE_NEWNS) < 0 ||
		    mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
			_exit(3);
		follow(line);
		fflush(stdout);
		_exit(0);
	}
	close(fds[1]);
	got = read(fds[0], answer, sizeof(answer) - 1);
	answer[got > 0 ? got : 0] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		snprintf(answer, sizeof(answer), "broken %d\n", status);
	else if (!*answer)
		strcpy(answer, "ok\n");
	printf("%s\t%s", number, answer);
	fflush(stdout);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		char *number, *rest = line;

		line[strcspn(line, "\n")] = '\0';
		number = strsep(&rest, "\t");
		if (rest)
			ask(number, rest);
	}
	free(line);
	return 0;
}
