/*
 * Reading a container's configuration, liblxc's or Proxmox's, as lines.  Not obvious:
 * the two readers differ. liblxc trims a line at both ends, strips quotes, wants '=' and
 * looks at nothing that does not begin with "lxc."; Proxmox wants its keys at the
 * beginning of the line, and takes "lxc.x:" and "lxc.x =", but not "lxc.x :".
 */
#include "core/lxc_conf.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

#define BLANKS " \t\r\f\v"

struct range {
	const char *begin, *end;
};

static struct range trim(struct range r)
{
	while (r.begin < r.end && strchr(BLANKS, *r.begin) && *r.begin)
		r.begin++;
	while (r.begin < r.end && strchr(BLANKS, r.end[-1]) && r.end[-1])
		r.end--;
	return r;
}

static const char *copy(struct arena *arena, struct range r)
{
	return arena_strndup(arena, r.begin, (size_t)(r.end - r.begin));
}

static bool begins(struct range r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r.end - r.begin) >= len && memcmp(r.begin, text, len) == 0;
}

/* ---- liblxc ---------------------------------------------------------------- */

static struct range strip_quotes(struct range r)
{
	if (r.end - r.begin >= 2 && r.begin[0] == r.end[-1] &&
	    (r.begin[0] == '"' || r.begin[0] == '\'')) {
		r.begin++;
		r.end--;
	}
	return r;
}

static void read_lxc_line(struct arena *arena, struct aac_conf_line *line, struct range r)
{
	const char *equal;

	r = trim(r);
	if (!begins(r, "lxc."))
		return;
	equal = memchr(r.begin, '=', (size_t)(r.end - r.begin));
	if (!equal) {
		line->refused = true;
		return;
	}
	line->key = copy(arena, trim((struct range){ r.begin, equal }));
	line->value = copy(arena, strip_quotes(trim((struct range){ equal + 1, r.end })));
}

/* ---- Proxmox --------------------------------------------------------------- */

static bool is_lxc_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       c == '.';
}

static bool is_plain_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Behind the key's ':', or behind the '=' that may follow an lxc key; NULL: none. */
static const char *skip_separator(const char *at, const char *end, bool lxc)
{
	if (at < end && *at == ':')
		return at + 1;
	while (lxc && at < end && strchr(BLANKS, *at) && *at)
		at++;
	return lxc && at < end && *at == '=' ? at + 1 : NULL;
}

static void read_pve_line(struct arena *arena, struct aac_conf_line *line, struct range r)
{
	bool lxc = begins(r, "lxc.");
	const char *at = r.begin, *value;

	if (trim(r).begin == trim(r).end || *r.begin == '#')
		return;
	while (at < r.end && (lxc ? is_lxc_key(*at) : is_plain_key(*at)))
		at++;
	value = skip_separator(at, r.end, lxc);
	if (!value || at == r.begin) {
		line->refused = true;
		return;
	}
	line->key = copy(arena, (struct range){ r.begin, at });
	line->value = copy(arena, trim((struct range){ value, r.end }));
}

static bool is_section(struct range r)
{
	r = (struct range){ r.begin, trim(r).end };
	return r.end - r.begin >= 3 && *r.begin == '[' && r.end[-1] == ']';
}

/* ---- both ------------------------------------------------------------------ */

static size_t count_lines(const struct aac_source *source)
{
	size_t count = 0;

	for (uint32_t i = 0; i < source->size; i++)
		count += source->text[i] == '\n';
	return count + (source->size > 0 && source->text[source->size - 1] != '\n');
}

static struct aac_conf_line cut_line(const struct aac_source *source, uint32_t at)
{
	const char *from = source->text + at;
	const char *newline = memchr(from, '\n', source->size - at);
	struct aac_conf_line line = { .begin = at };

	line.end = newline ? (uint32_t)(newline + 1 - source->text) : source->size;
	line.text_end = line.end - (newline != NULL);
	if (newline && line.text_end > at && source->text[line.text_end - 1] == '\r')
		line.text_end--;
	return line;
}

static const char *find_newline(const struct aac_conf_line *lines, size_t count)
{
	for (size_t i = count; i-- > 0;)
		if (lines[i].end > lines[i].text_end)
			return lines[i].end - lines[i].text_end == 2 ? "\r\n" : "\n";
	return "\n";
}

const struct aac_conf *aac_conf_parse(struct arena *arena,
				      const struct aac_source *source,
				      enum aac_conf_style style)
{
	struct aac_conf *conf = ARENA_NEW(arena, struct aac_conf);
	size_t most = count_lines(source);
	struct aac_conf_line *lines = ARENA_ARRAY(arena, struct aac_conf_line, most);
	bool in_section = false;

	for (uint32_t at = 0; at < source->size; at = lines[conf->count++].end) {
		struct aac_conf_line *line = &lines[conf->count];
		struct range r;

		*line = cut_line(source, at);
		r = (struct range){ source->text + at, source->text + line->text_end };
		in_section |= style == AAC_CONF_PROXMOX && is_section(r);
		if (in_section)
			continue;
		if (style == AAC_CONF_LXC)
			read_lxc_line(arena, line, r);
		else
			read_pve_line(arena, line, r);
		conf->main_count = conf->count + 1;
	}
	conf->style = style;
	conf->source = source;
	conf->lines = lines;
	conf->newline = find_newline(lines, conf->main_count);
	return conf;
}

/* ---- questions ------------------------------------------------------------- */

const char *aac_conf_value(const struct aac_conf *conf, const char *key)
{
	for (size_t i = conf->main_count; i-- > 0;)
		if (conf->lines[i].key && strcmp(conf->lines[i].key, key) == 0)
			return conf->lines[i].value;
	return NULL;
}

bool aac_conf_has(const struct aac_conf *conf, const char *key, const char *value)
{
	for (size_t i = 0; i < conf->main_count; i++)
		if (conf->lines[i].key && strcmp(conf->lines[i].key, key) == 0 &&
		    strcmp(conf->lines[i].value, value) == 0)
			return true;
	return false;
}

/* The spellings of Proxmox's booleans. */
static bool is_true(const char *text, size_t len)
{
	static const char *const words[] = { "1", "on", "yes", "true" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i]) == len && strncasecmp(words[i], text, len) == 0)
			return true;
	return false;
}

bool aac_conf_feature(const struct aac_conf *conf, const char *name)
{
	const char *at = aac_conf_value(conf, "features");
	size_t len = strlen(name);

	while (at && *at) {
		size_t word = strcspn(at, ",");

		if (word > len + 1 && strncmp(at, name, len) == 0 && at[len] == '=' &&
		    is_true(at + len + 1, word - len - 1))
			return true;
		at += word;
		at += strspn(at, ", ");
	}
	return false;
}

bool aac_conf_names_profile(const struct aac_conf_line *line)
{
	return line->key && (strcmp(line->key, "lxc.apparmor.profile") == 0 ||
			     strcmp(line->key, "lxc.aa_profile") == 0);
}
