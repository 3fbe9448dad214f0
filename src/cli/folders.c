/*
 * Folders: which ones are read.  It takes the options and the place where the program
 * runs from.  Not obvious: run from its build folder the program uses the sources
 * beside it, so that a clone can be tried without installing; and the shipped data stay
 * reachable under --root, because a scratch folder rarely holds a copy of them.
 */
#include "cli/folders.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

/* Does this program lie in its build folder? */
static bool runs_uninstalled(void)
{
	char self[PATH_MAX], built[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return false;
	self[len] = '\0';
	return realpath(AAC_BUILDDIR "/aa-compose", built) && strcmp(self, built) == 0;
}

/* PATH as people want to read it: from the current folder when it lies in there. */
static const char *shorten(const char *path)
{
	char here[PATH_MAX];
	size_t len;

	if (*path != '/' || !getcwd(here, sizeof(here)))
		return path;
	len = strlen(here);
	if (strncmp(path, here, len) != 0 || path[len] != '/' || !path[len + 1])
		return path;
	return path + len + 1;
}

struct aac_folder aac_folder_data(struct aac_run *run, const char *leaf)
{
	struct aac_folder folder = { .host = &run->host };

	if (runs_uninstalled()) {
		folder.path = arena_printf(run->arena, "%s/%s", AAC_SRCDIR, leaf);
	} else {
		folder.path = arena_printf(run->arena, "%s/%s", AAC_PKGDATADIR, leaf);
		if (*run->host.root &&
		    aac_host_exists(&run->ctx, &run->host, folder.path))
			return folder;
	}
	folder.host = &run->own_host;
	folder.path = shorten(folder.path);
	return folder;
}

static struct aac_folder named_folder(const struct aac_run *run, const char *path)
{
	struct aac_folder folder = { .path = path, .host = &run->host };
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	folder.path = arena_strndup(run->arena, path, len);
	if (!*run->host.root)
		folder.path = shorten(folder.path);
	return folder;
}

/* Is the folder PATHS[AT] one of those before it, perhaps by another name? */
static bool is_repeated(struct aac_run *run, const struct aac_folder *folders, size_t at)
{
	struct stat self, other;

	if (stat(aac_host_path(&run->ctx, folders[at].host, folders[at].path), &self) < 0)
		return false;
	for (size_t i = 0; i < at; i++) {
		if (stat(aac_host_path(&run->ctx, folders[i].host, folders[i].path),
			 &other) == 0 &&
		    self.st_dev == other.st_dev && self.st_ino == other.st_ino)
			return true;
	}
	return false;
}

const struct aac_folder *aac_folder_rules(struct aac_run *run, size_t *count)
{
	const struct aac_options *opts = run->opts;
	struct aac_folder *folders =
		ARENA_ARRAY(run->arena, struct aac_folder, opts->rule_count + 1);

	*count = 0;
	if (opts->rule_count == 0)
		folders[(*count)++] = aac_folder_data(run, "rules");
	for (size_t i = 0; i < opts->rule_count; i++) {
		folders[*count] = named_folder(run, opts->rules[i]);
		if (!is_repeated(run, folders, *count))
			(*count)++;
	}
	return folders;
}

struct aac_folder aac_folder_templates(struct aac_run *run)
{
	if (run->opts->templates)
		return named_folder(run, run->opts->templates);
	return aac_folder_data(run, "templates");
}

const char *aac_folder_file(struct aac_run *run, struct aac_folder folder,
			    const char *name)
{
	return arena_printf(run->arena, "%s/%s", folder.path, name);
}

struct aac_folder aac_folder_targets(struct aac_run *run)
{
	size_t count;
	const struct aac_folder *folders = aac_folder_rules(run, &count);

	for (size_t i = 0; i < count; i++) {
		struct aac_folder folder = folders[i];

		folder.path = aac_folder_file(run, folder, "targets");
		if (aac_host_exists(&run->ctx, folder.host, folder.path))
			return folder;
	}
	return aac_folder_data(run, "rules/targets");
}
