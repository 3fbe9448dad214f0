/*
 * Stands in the place of apparmor_parser: writes a line into the file whose name is its
 * own with ".runs" behind, unless it is only asked for its version, and becomes the real
 * one, or what is linked beside it with ".real" behind the name.  A program and no
 * script, since what scripts answer is not kept.  A script beside it with ".meanwhile"
 * behind the name is run once before that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_meanwhile(const char *self)
{
	char from[4096], to[4096];
	pid_t pid;

	snprintf(from, sizeof(from), "%s.meanwhile", self);
	snprintf(to, sizeof(to), "%s.ran", self);
	if (rename(from, to) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", to, (char *)NULL);
		_exit(9);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	static const char *const places[] = { "/usr/sbin/apparmor_parser",
					      "/sbin/apparmor_parser" };
	char path[4096];

	snprintf(path, sizeof(path), "%s.runs", argv[0]);
	if (argc > 1 && strcmp(argv[1], "--version") != 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

		if (fd < 0 || write(fd, "run\n", 4) != 4)
			return 9;
		close(fd);
		run_meanwhile(argv[0]);
	}
	snprintf(path, sizeof(path), "%s.real", argv[0]);
	execv(path, argv);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		execv(places[i], argv);
	return 9;
}
