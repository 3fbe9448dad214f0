/*
 * Each call of a plan: takes its words, makes one system call, gives what that gave.
 * What needs more than one call says so; then the first that fails is the answer.
 */
#define _GNU_SOURCE
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/* Of the call that is being made. */
static char **args;
static pid_t peer;

/* Absent words of mount(2) stand as "-". */
static const char *word(const char *text)
{
	return strcmp(text, "-") == 0 ? NULL : text;
}

static unsigned long number(const char *text)
{
	return strtoul(text, NULL, 0);
}

/* ---- mounts ---------------------------------------------------------------------- */

static int do_mount(void)
{
	return mount(word(args[0]), args[1], word(args[2]), number(args[3]),
		     word(args[4]));
}

/* A tmpfs on a folder, a file on a file. */
static int prepare_mount(void)
{
	struct stat st;

	if (stat(args[0], &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode))
		return mount("none", args[0], "tmpfs", 0, NULL);
	return mount("/src/f", args[0], NULL, MS_BIND, NULL);
}

static int do_umount(void)
{
	return umount2(args[0], MNT_DETACH);
}

/* The new root is a mount. */
static int prepare_pivot(void)
{
	return mount(args[0], args[0], NULL, MS_BIND, NULL);
}

static int do_pivot(void)
{
	return (int)syscall(SYS_pivot_root, args[0], args[1]);
}

/* A detached copy of SOURCE, moved to TARGET. */
static int tree;

static int prepare_attach(void)
{
	tree = (int)syscall(SYS_open_tree, AT_FDCWD, args[0], 1 | O_CLOEXEC);
	return tree;
}

static int do_attach(void)
{
	return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, args[1], 4);
}

/* ---- files ----------------------------------------------------------------------- */

static int do_open(void)
{
	return open(args[0], (int)number(args[1]), 0644);
}

static int do_link(void)
{
	return link(args[0], args[1]);
}

static int do_rename(void)
{
	return rename(args[0], args[1]);
}

static int do_unlink(void)
{
	return unlink(args[0]);
}

static int do_mkdir(void)
{
	return mkdir(args[0], 0755);
}

static int do_rmdir(void)
{
	return rmdir(args[0]);
}

static int do_mknod(void)
{
	return mknod(args[0], S_IFIFO | 0644, 0);
}

static int do_symlink(void)
{
	return symlink("nowhere", args[0]);
}

static int do_chmod(void)
{
	return chmod(args[0], 0600);
}

static int do_chown(void)
{
	return chown(args[0], 7, 7);
}

static int do_truncate(void)
{
	return truncate(args[0], 0);
}

static int do_stat(void)
{
	struct stat st;

	return stat(args[0], &st);
}

static int do_lock(void)
{
	int file = open(args[0], O_RDONLY | O_CLOEXEC);

	return file < 0 ? -1 : flock(file, LOCK_SH | LOCK_NB);
}

static int do_map(void)
{
	int file = open(args[0], O_RDONLY | O_CLOEXEC);

	return file < 0 || mmap(NULL, 1, PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED
		       ? -1
		       : 0;
}

/* ---- labels ---------------------------------------------------------------------- */

/* When it works, it does not return. */
static int run(char *program)
{
	char *const argv[] = { program, NULL };

	return execve(program, argv, argv + 1);
}

static int do_exec(void)
{
	return run(args[0]);
}

/* The files that labels are written to; the policy may refuse to open them. */
static int current, next;

static int prepare_labels(void)
{
	current = open("/proc/thread-self/attr/current", O_WRONLY | O_CLOEXEC);
	next = open("/proc/thread-self/attr/exec", O_WRONLY | O_CLOEXEC);
	return current < 0 || next < 0 ? -1 : 0;
}

static int put_label(int fd, const char *command)
{
	char text[600];
	int len = snprintf(text, sizeof(text), "%s %s", command, args[0]);

	return write(fd, text, (size_t)len) == len ? 0 : -1;
}

static int do_change(void)
{
	return put_label(current, "changeprofile");
}

static int do_setexec(void)
{
	return put_label(next, "exec");
}

static int do_onexec(void)
{
	return do_setexec() < 0 ? -1 : run(args[1]);
}

/* ---- other processes ------------------------------------------------------------- */

static int do_kill(void)
{
	return kill(peer, (int)number(args[1]));
}

static int do_trace(void)
{
	return (int)ptrace(PTRACE_SEIZE, peer, NULL, NULL);
}

/* Needs what a debugger needs to read.  Refused, it is EPERM. */
static int do_readtrace(void)
{
	void *head;
	size_t len;

	return (int)syscall(SYS_get_robust_list, peer, &head, &len);
}

/* ---- the rest -------------------------------------------------------------------- */

static int do_socket(void)
{
	return socket((int)number(args[0]), (int)number(args[1]), (int)number(args[2]));
}

/* A socket that was made before the confinement, of AF_UNIX or AF_INET. */
static int sock;

static int prepare_sock(void)
{
	sock = socket((int)number(args[0]), (int)number(args[1]), 0);
	return sock;
}

static int do_bind(void)
{
	struct sockaddr_storage any = { .ss_family = (sa_family_t)number(args[0]) };

	return bind(sock, (struct sockaddr *)&any,
		    any.ss_family == AF_INET ? sizeof(struct sockaddr_in)
					     : sizeof(sa_family_t));
}

static int do_option(void)
{
	int value;
	socklen_t len = sizeof(value);

	return getsockopt(sock, SOL_SOCKET, SO_TYPE, &value, &len);
}

static int do_rlimit(void)
{
	struct rlimit limit = { 0, strtoull(args[1], NULL, 0) };

	return setrlimit((__rlimit_resource_t)number(args[0]), &limit);
}

static int do_userns(void)
{
	return unshare(CLONE_NEWUSER);
}

static int do_uring(void)
{
	uint32_t params[64] = { 0 };

	params[2] = (uint32_t)number(args[0]);
	return (int)syscall(SYS_io_uring_setup, 4, params);
}

/* ---- capabilities ---------------------------------------------------------------- */

static int do_chroot(void)
{
	return chroot("/");
}

static int do_settime(void)
{
	struct timezone zone = { 0 };

	return settimeofday(NULL, &zone);
}

static int do_setuid(void)
{
	return setuid(7);
}

static int do_setgid(void)
{
	return setgid(7);
}

static int do_nice(void)
{
	return setpriority(PRIO_PROCESS, 0, -3);
}

static int do_hostname(void)
{
	return sethostname("h", 1);
}

static int do_device(void)
{
	return mknod("/f/null", S_IFCHR | 0666, 1 << 8 | 3);
}

static int do_delete_module(void)
{
	return (int)syscall(SYS_delete_module, "none", O_NONBLOCK);
}

static int do_reboot(void)
{
	return (int)syscall(SYS_reboot, 0, 0, 0, NULL);
}

static int do_iopl(void)
{
	return iopl(3);
}

static int do_acct(void)
{
	return acct(NULL);
}

static int do_raw(void)
{
	return socket(AF_INET, SOCK_RAW, 1);
}

static int do_port(void)
{
	struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons(80) };

	return bind(sock, (struct sockaddr *)&port, sizeof(port));
}

static int prepare_port(void)
{
	sock = socket(AF_INET, SOCK_STREAM, 0);
	return sock;
}

static int do_fowner(void)
{
	return chmod("/f/d1/f3", 0600);
}

static int do_fchown(void)
{
	return chown("/f/d1/f1", 7, 7);
}

static int prepare_closed(void)
{
	return chmod("/f/d1/f1", 0);
}

static int do_override(void)
{
	return open("/f/d1/f1", O_WRONLY);
}

static int do_hangup(void)
{
	return vhangup();
}

static int do_mlock(void)
{
	return mlock(&sock, sizeof(sock));
}

static int prepare_mlock(void)
{
	struct rlimit none = { 0, 0 };

	return setrlimit(RLIMIT_MEMLOCK, &none);
}

static const struct call calls[] = {
	{ "mount", NULL, do_mount, 5, false, false },
	{ "umount", prepare_mount, do_umount, 1, false, false },
	{ "pivot_root", prepare_pivot, do_pivot, 2, false, false },
	{ "attach", prepare_attach, do_attach, 2, false, false },
	{ "open", NULL, do_open, 2, false, false },
	{ "link", NULL, do_link, 2, false, false },
	{ "rename", NULL, do_rename, 2, false, false },
	{ "unlink", NULL, do_unlink, 1, false, false },
	{ "mkdir", NULL, do_mkdir, 1, false, false },
	{ "rmdir", NULL, do_rmdir, 1, false, false },
	{ "mknod", NULL, do_mknod, 1, false, false },
	{ "symlink", NULL, do_symlink, 1, false, false },
	{ "chmod", NULL, do_chmod, 1, false, false },
	{ "chown", NULL, do_chown, 1, false, false },
	{ "truncate", NULL, do_truncate, 1, false, false },
	{ "stat", NULL, do_stat, 1, false, false },
	{ "lock", NULL, do_lock, 1, false, false },
	{ "map", NULL, do_map, 1, false, false },
	{ "exec", NULL, do_exec, 1, false, true },
	{ "change", prepare_labels, do_change, 1, false, true },
	{ "onexec", prepare_labels, do_onexec, 2, false, true },
	{ "setexec", prepare_labels, do_setexec, 1, false, false },
	{ "kill", NULL, do_kill, 2, true, false },
	{ "trace", NULL, do_trace, 1, true, false },
	{ "readtrace", NULL, do_readtrace, 1, true, false },
	{ "socket", NULL, do_socket, 3, false, false },
	{ "bind", prepare_sock, do_bind, 2, false, false },
	{ "getsockopt", prepare_sock, do_option, 2, false, false },
	{ "rlimit", NULL, do_rlimit, 2, false, false },
	{ "userns", NULL, do_userns, 0, false, false },
	{ "io_uring", NULL, do_uring, 1, false, false },
	/* Each of these needs the capability that it is called by. */
	{ "sys_chroot", NULL, do_chroot, 0, false, false },
	{ "sys_time", NULL, do_settime, 0, false, false },
	{ "setuid", NULL, do_setuid, 0, false, false },
	{ "setgid", NULL, do_setgid, 0, false, false },
	{ "sys_nice", NULL, do_nice, 0, false, false },
	{ "sys_admin", NULL, do_hostname, 0, false, false },
	{ "cap_mknod", NULL, do_device, 0, false, false },
	{ "sys_module", NULL, do_delete_module, 0, false, false },
	{ "sys_boot", NULL, do_reboot, 0, false, false },
	{ "sys_rawio", NULL, do_iopl, 0, false, false },
	{ "sys_pacct", NULL, do_acct, 0, false, false },
	{ "net_raw", NULL, do_raw, 0, false, false },
	{ "net_bind_service", prepare_port, do_port, 0, false, false },
	{ "fowner", NULL, do_fowner, 0, false, false },
	{ "cap_chown", NULL, do_fchown, 0, false, false },
	{ "dac_override", prepare_closed, do_override, 0, false, false },
	{ "sys_tty_config", NULL, do_hangup, 0, false, false },
	{ "ipc_lock", prepare_mlock, do_mlock, 0, false, false },
};

const struct call *call_find(const char *name, char **words)
{
	int count = 0;

	while (words[count])
		count++;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].args == count ? &calls[i] : NULL;
	return NULL;
}

int call_prepare(const struct call *call, char **call_args)
{
	args = call_args;
	return call->prepare ? call->prepare() : 0;
}

int call_perform(const struct call *call, pid_t call_peer)
{
	peer = call_peer;
	errno = 0;
	return call->perform() < 0 ? errno : 0;
}
