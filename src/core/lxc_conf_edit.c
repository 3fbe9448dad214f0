/*
 * Putting lines into a container's configuration, and taking them out again.  It takes
 * the parsed text and gives a new one; what is not one of the lines in question stays,
 * byte for byte.  Not obvious: ours come last in the main part, since of two lines for
 * one key liblxc follows the later, an included one as well.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/lxc_conf.h"

static bool is_blank(const struct aac_conf *conf, const struct aac_conf_line *line)
{
	const char *text = conf->source->text + line->begin;

	return strspn(text, " \t\r\f\v\n") >= line->end - line->begin;
}

/* The line of the main part before which ours come: no blank one is in front of it. */
static size_t find_end(const struct aac_conf *conf)
{
	size_t at = conf->main_count;

	while (at > 0 && is_blank(conf, &conf->lines[at - 1]))
		at--;
	return at;
}

static void put_line(struct buf *out, const struct aac_conf *conf, size_t i)
{
	const struct aac_conf_line *line = &conf->lines[i];

	buf_putn(out, conf->source->text + line->begin, line->end - line->begin);
}

static const char *whole_line(struct arena *arena, const struct aac_conf *conf, size_t i)
{
	const struct aac_conf_line *line = &conf->lines[i];

	return arena_strndup(arena, conf->source->text + line->begin,
			     line->end - line->begin);
}

static const char *finish(struct arena *arena, const struct buf *out, size_t *len)
{
	*len = out->len;
	return arena_strndup(arena, buf_str(out), out->len);
}

static bool ends_line(const char *text, size_t len)
{
	return len == 0 || text[len - 1] == '\n';
}

/* A last line without a line end gets one when another follows. */
static void end_line(struct buf *out, const struct aac_conf *conf)
{
	if (!ends_line(buf_str(out), out->len))
		buf_puts(out, conf->newline);
}

static void put_pairs(struct arena *arena, struct buf *out, const struct aac_conf *conf,
		      const struct aac_conf_pair *pairs, size_t count, const char **added)
{
	const char *joint = conf->style == AAC_CONF_PROXMOX ? ": " : " = ";

	for (size_t i = 0; i < count; i++) {
		added[i] = arena_printf(arena, "%s%s%s", pairs[i].key, joint,
					pairs[i].value);
		buf_puts(out, added[i]);
		buf_puts(out, conf->newline);
	}
}

const char *aac_conf_install(struct arena *arena, const struct aac_conf *conf,
			     const struct aac_conf_pair *pairs, size_t count,
			     const bool *out, struct aac_conf_delta *delta, size_t *len)
{
	const char **added = ARENA_ARRAY(arena, const char *, count);
	struct aac_conf_moved *moved =
		ARENA_ARRAY(arena, struct aac_conf_moved, conf->main_count);
	size_t end = find_end(conf);
	CLEANUP_BUF text = { 0 };

	*delta = (struct aac_conf_delta){ .added = added,
					  .added_count = count,
					  .moved = moved };
	for (size_t i = 0; i <= conf->count; i++) {
		if (i == end && count > 0) {
			end_line(&text, conf);
			put_pairs(arena, &text, conf, pairs, count, added);
		}
		if (i == conf->count)
			break;
		if (i < conf->main_count && out && out[i])
			moved[delta->moved_count++] =
				(struct aac_conf_moved){ whole_line(arena, conf, i), i };
		else
			put_line(&text, conf, i);
	}
	if (!ends_line(conf->source->text, conf->source->size) &&
	    ends_line(buf_str(&text), text.len))
		delta->ended = conf->newline;
	return finish(arena, &text, len);
}

/* ---- and back -------------------------------------------------------------- */

static bool line_is(const struct aac_conf *conf, size_t i, const char *text)
{
	const struct aac_conf_line *line = &conf->lines[i];
	size_t len = strlen(text);

	return line->text_end - line->begin == len &&
	       memcmp(conf->source->text + line->begin, text, len) == 0;
}

/* Mark the line of the main part that is TEXT, of equal ones the last; false: none. */
static bool mark_line(const struct aac_conf *conf, const char *text, bool *ours)
{
	for (size_t i = conf->main_count; i-- > 0;) {
		if (ours[i] || !line_is(conf, i, text))
			continue;
		ours[i] = true;
		return true;
	}
	return false;
}

/* Has somebody given the container a profile meanwhile? */
static bool has_profile(const struct aac_conf *conf, const bool *ours)
{
	for (size_t i = 0; i < conf->main_count; i++)
		if (!ours[i] && aac_conf_names_profile(&conf->lines[i]))
			return true;
	return false;
}

struct putting {
	const struct aac_conf *conf;
	const struct aac_conf_delta *delta;
	size_t at;   /* the number of the next line in the text without ours */
	size_t done; /* of the moved lines */
	struct buf *out;
};

/* The moved lines that belong here; all that are left when LAST. */
static void put_moved(struct putting *p, bool last)
{
	for (; p->done < p->delta->moved_count; p->done++, p->at++) {
		const struct aac_conf_moved *moved = &p->delta->moved[p->done];

		if (!last && moved->at > p->at)
			return;
		end_line(p->out, p->conf);
		buf_puts(p->out, moved->text);
	}
}

static void put_without(struct putting *p, const bool *ours)
{
	const struct aac_conf *conf = p->conf;

	for (size_t i = 0; i < conf->count; i++) {
		if (i < conf->main_count && ours[i])
			continue;
		put_moved(p, i >= conf->main_count);
		end_line(p->out, conf);
		put_line(p->out, conf, i);
		p->at++;
	}
	put_moved(p, true);
}

static void cut_last_end(struct buf *text, const char *ended)
{
	size_t len = ended ? strlen(ended) : 0;

	if (len > 0 && text->len >= len &&
	    memcmp(text->data + text->len - len, ended, len) == 0)
		text->len -= len;
}

const char *aac_conf_uninstall(struct arena *arena, const struct aac_conf *conf,
			       const struct aac_conf_delta *delta,
			       struct aac_conf_undone *undone, size_t *len)
{
	bool *ours = ARENA_ARRAY(arena, bool, conf->main_count);
	CLEANUP_BUF text = { 0 };
	struct putting p = { .conf = conf, .delta = delta, .out = &text };

	*undone = (struct aac_conf_undone){ 0 };
	for (size_t i = delta->added_count; i-- > 0;)
		undone->gone += !mark_line(conf, delta->added[i], ours);
	undone->withheld = delta->moved_count > 0 &&
			   (has_profile(conf, ours) ||
			    (undone->gone > 0 && undone->gone == delta->added_count));
	if (undone->withheld)
		p.done = delta->moved_count;
	put_without(&p, ours);
	cut_last_end(&text, delta->ended);
	return finish(arena, &text, len);
}
