/*
 * Running programs: several at a time, in one poll loop.  Each gets its input as a file
 * in memory, so nothing has to be fed to it, and is watched by three descriptors: its two
 * streams and a pidfd, which poll reports when it ends.  A program is a process group: at
 * its end, and at the end of its time, the whole group is killed.
 *
 * Not obvious: a child borrows our memory until it is another program, since to copy the
 * tables of much memory takes longer than most programs run.  So it writes to nothing
 * that is not its own, and takes no signal: a handler would run in our memory.
 */
#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/macro.h"

#define JOBS_MAX 64u
/* How often to look where the kernel has no pidfd (before Linux 5.3). */
#define POLL_MS 20
/* Chunks of a stream at a time; a pipe holds four. */
#define DRAIN_MAX 64
/* Where a child reports errno. */
#define REPORT 3

static const char *const environment[] = {
	"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
	"LC_ALL=C",
	NULL,
};

enum { STREAM_OUT, STREAM_ERR, STREAM_END, STREAM_COUNT };

/* A program that runs. */
struct child {
	struct aac_process *process; /* NULL: the slot is free */
	pid_t pid;
	int fds[STREAM_COUNT]; /* -1: closed; END is the pidfd */
	int64_t deadline;      /* in milliseconds; INT64_MAX: none */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- in the child ---------------------------------------------------------- */

static void close_from(unsigned int first)
{
	long max;

	if (close_range(first, UINT_MAX, 0) == 0)
		return;
	max = sysconf(_SC_OPEN_MAX);
	for (long fd = first; fd < (max > 0 ? max : 1024); fd++)
		close((int)fd);
}

static void set_limit(__rlimit_resource_t what, uint64_t value)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) < 0)
		return;
	if (limit.rlim_max > value)
		limit.rlim_max = value;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	setrlimit(what, &limit);
}

static void reset_signals(void)
{
	static const int signals[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD
	};
	sigset_t none;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What a child begins with: descriptors 0, 1, 2 and, until exec, the one that reports
 * errno, as 3; then its files. */
struct gear {
	int fds[AAC_SPAWN_FILE + AAC_SPAWN_FILES];
	size_t count;
};

/* They are moved out of the way first, since any of them may have another's number. */
static bool place_fds(const struct gear *gear)
{
	int high[ARRAY_SIZE(gear->fds)];

	for (size_t i = 0; i < gear->count; i++) {
		high[i] = fcntl(gear->fds[i], F_DUPFD, (int)ARRAY_SIZE(gear->fds));
		if (high[i] < 0)
			return false;
	}
	for (size_t i = 0; i < gear->count; i++)
		if (dup2(high[i], (int)i) < 0)
			return false;
	fcntl(REPORT, F_SETFD, FD_CLOEXEC);
	close_from((unsigned int)gear->count);
	return true;
}

static _Noreturn void become(const struct aac_process *process, const struct gear *gear,
			     pid_t parent)
{
	int report = gear->fds[REPORT];
	int error;

	setpgid(0, 0);
	/* The parser must not outlive an aa-compose that was killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	reset_signals();
	if (place_fds(gear)) {
		report = REPORT;
		if (process->memory)
			set_limit(RLIMIT_AS, process->memory);
		set_limit(RLIMIT_CORE, 0);
		if (chdir("/") == 0)
			execve(process->argv[0], (char *const *)(uintptr_t)process->argv,
			       (char *const *)(uintptr_t)environment);
	}
	error = errno;
	while (write(report, &error, sizeof(error)) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* ---- starting -------------------------------------------------------------- */

/* A file in memory that holds the input, at its beginning; -1 with errno. */
static int make_input(const char *text, size_t len)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		fd = open("/tmp", O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	while (fd >= 0 && len > 0) {
		ssize_t put = write(fd, text, len);

		if (put < 0 && errno != EINTR) {
			int error = errno;

			close(fd);
			errno = error;
			return -1;
		}
		if (put > 0) {
			text += put;
			len -= (size_t)put;
		}
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* What exec said: 0 when the program runs. */
static int read_report(int fd)
{
	int error = 0;
	ssize_t got;

	do
		got = read(fd, &error, sizeof(error));
	while (got < 0 && errno == EINTR);
	return got == sizeof(error) ? error : 0;
}

/* The child's number, when it is another program or has failed; -1 with errno. */
static pid_t branch(const struct aac_process *process, const struct gear *gear)
{
	const pid_t parent = getpid();
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = vfork();
	if (pid == 0)
		become(process, gear, parent);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

/* With GEAR, and the pipes whose first ends are ours; 0 or an errno. */
static int start_child(struct child *child, struct gear *gear, int pipes[3][2])
{
	int error;

	for (int i = 0; i < 3; i++)
		gear->fds[i + 1] = pipes[i][1];
	child->pid = branch(child->process, gear);
	if (child->pid < 0)
		return errno;
	setpgid(child->pid, child->pid);
	close_fd(&pipes[2][1]);
	error = read_report(pipes[2][0]);
	if (error) {
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
		return error;
	}
	for (int i = 0; i < 2; i++) {
		child->fds[i] = pipes[i][0];
		pipes[i][0] = -1;
		fcntl(child->fds[i], F_SETFL, O_NONBLOCK);
	}
	child->fds[STREAM_END] = (int)syscall(SYS_pidfd_open, child->pid, 0);
	return 0;
}

/* Standard input and the files; 0 or an errno. */
static int open_files(struct gear *gear, const struct aac_process *process)
{
	gear->count = 0;
	for (size_t i = 0; i < AAC_SPAWN_FILE; i++)
		gear->fds[gear->count++] = -1;
	gear->fds[0] = make_input(process->input, process->input_len);
	if (gear->fds[0] < 0)
		return errno;
	if (process->file_count > AAC_SPAWN_FILES)
		return E2BIG;
	for (size_t i = 0; i < process->file_count; i++) {
		int fd = make_input(process->files[i].text, process->files[i].len);

		if (fd < 0)
			return errno;
		gear->fds[gear->count++] = fd;
	}
	return 0;
}

static void close_files(struct gear *gear)
{
	close_fd(&gear->fds[0]);
	for (size_t i = AAC_SPAWN_FILE; i < gear->count; i++)
		close_fd(&gear->fds[i]);
}

static bool start(struct child *child, struct aac_process *process)
{
	int pipes[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	struct gear gear;
	int error = open_files(&gear, process);

	*child = (struct child){ .process = process, .fds = { -1, -1, -1 } };
	for (int i = 0; i < 3 && !error; i++)
		if (pipe2(pipes[i], O_CLOEXEC) < 0)
			error = errno;
	if (!error)
		error = start_child(child, &gear, pipes);
	close_files(&gear);
	for (int i = 0; i < 3; i++) {
		close_fd(&pipes[i][0]);
		close_fd(&pipes[i][1]);
	}
	process->spawn_errno = error;
	if (error) {
		child->process = NULL;
		return false;
	}
	child->deadline = process->seconds ? now_ms() + (int64_t)process->seconds * 1000
					   : INT64_MAX;
	return true;
}

/* ---- while they run -------------------------------------------------------- */

/* Take what a stream has, within reason: others want to be looked at too. */
static void drain(struct child *child, int stream)
{
	struct aac_process *process = child->process;
	struct buf *into = stream == STREAM_OUT ? &process->out : &process->err;
	char chunk[16384];

	for (int i = 0; i < DRAIN_MAX && child->fds[stream] >= 0; i++) {
		ssize_t got = read(child->fds[stream], chunk, sizeof(chunk));
		size_t room = process->output_limit > into->len
				      ? process->output_limit - into->len
				      : 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		if (got <= 0)
			close_fd(&child->fds[stream]);
		else
			buf_putn(into, chunk, (size_t)got < room ? (size_t)got : room);
	}
}

static bool has_ended(const struct child *child)
{
	siginfo_t info = { 0 };
	int got;

	/* Not reaped yet, so that the group's number cannot be someone else's. */
	do
		got = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
	while (got < 0 && errno == EINTR);
	return got < 0 || info.si_pid == child->pid;
}

static void reap(struct child *child)
{
	pid_t got;

	kill(-child->pid, SIGKILL);
	do
		got = waitpid(child->pid, &child->process->status, 0);
	while (got < 0 && errno == EINTR);
	/* Someone ignores SIGCHLD: how it ended cannot be known. */
	if (got < 0)
		child->process->spawn_errno = errno;
	drain(child, STREAM_OUT);
	drain(child, STREAM_ERR);
	for (int i = 0; i < STREAM_COUNT; i++)
		close_fd(&child->fds[i]);
}

static void stop_late(struct child *child, int64_t now)
{
	if (now < child->deadline)
		return;
	child->process->timed_out = true;
	child->deadline = INT64_MAX;
	kill(-child->pid, SIGKILL);
}

struct crew {
	struct child children[JOBS_MAX];
	struct pollfd polled[JOBS_MAX * STREAM_COUNT];
	size_t jobs;
	struct aac_process *processes;
	bool (*done)(void *env, size_t index);
	void *env;
	bool stopped;
};

/* Milliseconds until something has to be done without being told; -1: never. */
static int find_timeout(const struct crew *crew, int64_t now)
{
	int64_t wait = INT_MAX;
	bool any = false;

	for (size_t i = 0; i < crew->jobs; i++) {
		const struct child *child = &crew->children[i];
		int64_t left = child->deadline - now;

		if (!child->process)
			continue;
		if (child->fds[STREAM_END] < 0 && left > POLL_MS)
			left = POLL_MS;
		if (child->deadline == INT64_MAX && child->fds[STREAM_END] >= 0)
			continue;
		any = true;
		if (left < wait)
			wait = left < 0 ? 0 : left;
	}
	return any ? (int)wait : -1;
}

static void wait_for_news(struct crew *crew)
{
	for (size_t i = 0; i < crew->jobs; i++)
		for (int s = 0; s < STREAM_COUNT; s++) {
			const struct child *child = &crew->children[i];

			crew->polled[i * STREAM_COUNT + (size_t)s] = (struct pollfd){
				.fd = child->process ? child->fds[s] : -1,
				.events = POLLIN,
			};
		}
	(void)poll(crew->polled, crew->jobs * STREAM_COUNT, find_timeout(crew, now_ms()));
}

static void tell(struct crew *crew, size_t index)
{
	if (crew->done && !crew->done(crew->env, index))
		crew->stopped = true;
}

static void attend(struct crew *crew, struct child *child)
{
	size_t index = (size_t)(child->process - crew->processes);

	drain(child, STREAM_OUT);
	drain(child, STREAM_ERR);
	if (!has_ended(child)) {
		stop_late(child, now_ms());
		return;
	}
	reap(child);
	child->process = NULL;
	tell(crew, index);
}

void aac_spawn_all(struct aac_process *processes, size_t count, unsigned int jobs,
		   bool (*done)(void *env, size_t index), void *env)
{
	struct crew crew = { .processes = processes, .done = done, .env = env };
	size_t next = 0, running = 0;

	crew.jobs = jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : jobs;
	while (next < count || running > 0) {
		for (size_t i = 0; i < crew.jobs && next < count; i++) {
			if (crew.children[i].process)
				continue;
			if (crew.stopped)
				processes[next].skipped = true;
			else if (start(&crew.children[i], &processes[next]))
				running++;
			else
				tell(&crew, next);
			next++;
		}
		if (running > 0)
			wait_for_news(&crew);
		running = 0;
		for (size_t i = 0; i < crew.jobs; i++) {
			if (crew.children[i].process)
				attend(&crew, &crew.children[i]);
			running += crew.children[i].process != NULL;
		}
	}
}
