/*
 * Times commands side by side: stopwatch RUNS FILE...
 * Each FILE is a command, an argument a line; a line "<NAME" at the top is its standard
 * input, one that begins with '!' there is run by the shell before each run, and not
 * timed.  The commands take turns, so that what else the machine does hits all of them
 * alike.  Prints for each FILE: name, median wall and processor time in microseconds, the
 * greatest peak of memory in KiB, and the last exit status.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGS_MAX = 4096, RUNS_MAX = 1000 };

struct command {
	const char *name, *input, *before;
	char *args[ARGS_MAX + 1];
	size_t count;
	long wall[RUNS_MAX], cpu[RUNS_MAX];
	long peak;
	int status;
};

static void die(const char *what)
{
	fprintf(stderr, "stopwatch: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void read_command(struct command *command, const char *name)
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!file)
		die(name);
	command->name = name;
	while ((len = getline(&line, &room, file)) > 0) {
		char *text = strndup(line, line[len - 1] == '\n' ? (size_t)len - 1
								 : (size_t)len);

		if (!text)
			die(name);
		if (command->count == 0 && *text == '<')
			command->input = text + 1;
		else if (command->count == 0 && *text == '!')
			command->before = text + 1;
		else if (command->count < ARGS_MAX)
			command->args[command->count++] = text;
	}
	free(line);
	fclose(file);
	if (command->count == 0) {
		fprintf(stderr, "stopwatch: %s holds no command\n", name);
		exit(1);
	}
}

static long microseconds(struct timeval time)
{
	return (long)time.tv_sec * 1000000 + (long)time.tv_usec;
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void become(const struct command *command)
{
	int in = open(command->input ? command->input : "/dev/null", O_RDONLY);
	int out = open("/dev/null", O_WRONLY);

	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
	    (!getenv("STOPWATCH_LOUD") && dup2(out, 2) < 0))
		_exit(126);
	execvp(command->args[0], command->args);
	_exit(127);
}

static void time_once(struct command *command, size_t run)
{
	struct rusage used;
	long start;
	pid_t pid;
	int status;

	if (command->before && system(command->before) != 0)
		fprintf(stderr, "stopwatch: '%s' failed\n", command->before);
	fflush(NULL);
	start = now();
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		become(command);
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			die("wait4");
	command->wall[run] = now() - start;
	command->cpu[run] = microseconds(used.ru_utime) + microseconds(used.ru_stime);
	if (used.ru_maxrss > command->peak)
		command->peak = used.ru_maxrss;
	command->status = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int compare(const void *a, const void *b)
{
	const long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static long median(long *list, size_t count)
{
	qsort(list, count, sizeof(*list), compare);
	return count % 2 ? list[count / 2] : (list[count / 2 - 1] + list[count / 2]) / 2;
}

int main(int argc, char **argv)
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	size_t count = argc > 2 ? (size_t)argc - 2 : 0;
	struct command *commands = calloc(count + 1, sizeof(*commands));

	if (runs < 1 || runs > RUNS_MAX || !commands) {
		fprintf(stderr, "usage: stopwatch RUNS FILE...\n");
		return 64;
	}
	for (size_t i = 0; i < count; i++)
		read_command(&commands[i], argv[i + 2]);
	for (long run = 0; run < runs; run++)
		for (size_t i = 0; i < count; i++)
			time_once(&commands[i], (size_t)run);
	for (size_t i = 0; i < count; i++)
		printf("%s %ld %ld %ld %d\n", commands[i].name,
		       median(commands[i].wall, (size_t)runs),
		       median(commands[i].cpu, (size_t)runs), commands[i].peak,
		       commands[i].status);
	free(commands);
	return 0;
}
