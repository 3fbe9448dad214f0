/*
 * The profile that a configuration amounts to.  It takes the parsed configuration and a
 * way to read included files.  Not obvious: files include each other freely, so depth
 * and number are bounded; liblxc itself recurses until it crashes.
 */
#include "core/lxc_effective.h"

#include <string.h>

#include "base/arena.h"

enum { DEPTH_MAX = 16, FILES_MAX = 1000 };

struct reading {
	struct arena *arena;
	const struct aac_conf_world *world;
	struct aac_effective result;
	unsigned int depth, files;
};

static void read_lines(struct reading *r, const struct aac_conf *conf, const char *path);

static void fail(struct reading *r, const char *path, size_t line, const char *problem)
{
	if (r->result.problem)
		return;
	r->result.problem = problem;
	r->result.problem_path = path;
	r->result.problem_line = line;
}

static void take_profile(struct reading *r, const char *value, const char *path)
{
	r->result.profile = *value ? value : NULL;
	r->result.path = path;
	r->result.unordered = false;
}

static bool read_file(struct reading *r, const char *path)
{
	const struct aac_source *source;

	if (++r->files > FILES_MAX || r->depth >= DEPTH_MAX)
		return false;
	source = r->world->read(r->world->env, path);
	if (!source)
		return false;
	r->depth++;
	read_lines(r, aac_conf_parse(r->arena, source, AAC_CONF_LXC), path);
	r->depth--;
	return true;
}

static bool ends_in_conf(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

/* All *.conf of a folder, each from the same start, so that the order shows. */
static bool read_folder(struct reading *r, const char *path)
{
	const char *const *names;
	size_t count, named = 0;
	const char *first = NULL;
	bool differ = false;

	if (!r->world->list(r->world->env, path, &names, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *before = r->result.path;

		if (!ends_in_conf(names[i]))
			continue;
		r->result.path = "";
		if (!read_file(r, arena_printf(r->arena, "%s/%s", path, names[i])))
			return false;
		if (r->result.path && !*r->result.path) { /* it names no profile */
			r->result.path = before;
			continue;
		}
		differ |= named++ > 0 && (!first || !r->result.profile ||
					  strcmp(first, r->result.profile) != 0);
		first = r->result.profile;
	}
	r->result.unordered |= differ;
	return true;
}

static void include(struct reading *r, const struct aac_conf_line *line, const char *path,
		    size_t number)
{
	const char *value = line->value;

	if (!*value)
		return;
	if (r->depth + 1 >= DEPTH_MAX || r->files >= FILES_MAX)
		/* Reading goes on: what would be in force is worth knowing as well. */
		fail(r, path, number, "files include each other without end");
	else if (!read_folder(r, value) && !read_file(r, value))
		fail(r, path, number,
		     arena_printf(r->arena, "includes '%s', which is not there", value));
}

/* Proxmox hands its lxc lines on to liblxc, which strips quotes. */
static const char *strip_quotes(struct arena *arena, const char *value)
{
	size_t len = strlen(value);

	if (len < 2 || value[0] != value[len - 1] || !strchr("\"'", value[0]))
		return value;
	return arena_strndup(arena, value + 1, len - 2);
}

static void read_line(struct reading *r, const struct aac_conf *conf, size_t i,
		      const char *path)
{
	struct aac_conf_line line = conf->lines[i];

	if (line.refused && conf->style == AAC_CONF_LXC)
		fail(r, path, i + 1, "is not KEY = VALUE");
	if (!line.key || strncmp(line.key, "lxc.", 4) != 0)
		return;
	if (conf->style == AAC_CONF_PROXMOX)
		line.value = strip_quotes(r->arena, line.value);
	if (strcmp(line.key, "lxc.apparmor.profile") == 0)
		take_profile(r, line.value, path);
	else if (strcmp(line.key, "lxc.include") == 0)
		include(r, &line, path, i + 1);
	else if (strncmp(line.key, "lxc.aa_", 7) == 0)
		fail(r, path, i + 1, "is a name that LXC 3.0 has removed");
}

static void read_lines(struct reading *r, const struct aac_conf *conf, const char *path)
{
	for (size_t i = 0; i < conf->main_count; i++)
		read_line(r, conf, i, path);
}

struct aac_effective aac_conf_effective(struct arena *arena, const struct aac_conf *conf,
					const struct aac_conf_world *world)
{
	struct reading r = { .arena = arena, .world = world };

	if (conf->style == AAC_CONF_PROXMOX)
		r.result.profile = "generated";
	read_lines(&r, conf, NULL);
	return r.result;
}
