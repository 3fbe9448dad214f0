#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/source.h"

struct arena;

/*
 * A container's configuration as a lossless list of lines: liblxc's own (`key = value`,
 * /var/lib/lxc/NAME/config) or Proxmox's (`key: value`, /etc/pve/lxc/CTID.conf).  Facts:
 * liblxc's confile.c, parse_pct_config of pve-container.
 *
 * Proxmox moves comments into the container's description and writes the file anew
 * whenever it likes, so nothing here relies on comments, and [pve:pending] and the
 * snapshots behind the main part are never touched.  The text holds no NUL.
 */
enum aac_conf_style { AAC_CONF_LXC, AAC_CONF_PROXMOX };

struct aac_conf_line {
	uint32_t begin, end; /* with its line end */
	uint32_t text_end;   /* without */
	const char *key;     /* NULL: a comment, a blank line, or what nobody reads */
	const char *value;   /* trimmed; with a key never NULL */
	bool refused;	     /* the reader refuses the line, or warns and drops it */
};

struct aac_conf {
	enum aac_conf_style style;
	const struct aac_source *source;
	const struct aac_conf_line *lines;
	size_t count;
	size_t main_count;   /* lines before the first section */
	const char *newline; /* "\n" or "\r\n", as the main part ends its lines */
};

const struct aac_conf *aac_conf_parse(struct arena *arena,
				      const struct aac_source *source,
				      enum aac_conf_style style);

/* The value of KEY in the main part, of several the last; NULL: not there. */
const char *aac_conf_value(const struct aac_conf *conf, const char *key);
/* Is the line KEY, VALUE in the main part? */
bool aac_conf_has(const struct aac_conf *conf, const char *key, const char *value);
/* Proxmox's `features: nesting=1,…`: is NAME on? */
bool aac_conf_feature(const struct aac_conf *conf, const char *name);
/* A line that names the container's profile: lxc.apparmor.profile, and lxc.aa_profile,
 * its name before LXC 3. */
bool aac_conf_names_profile(const struct aac_conf_line *line);

/* ---- edits ------------------------------------------------------------------ */

struct aac_conf_pair {
	const char *key, *value;
};

/* A line of the main part that was moved out of the way. */
struct aac_conf_moved {
	const char *text; /* with its line end */
	size_t at;	  /* its number in the text without our lines */
};

/* What an edit did, so that it can be taken back. */
struct aac_conf_delta {
	const char *const *added; /* lines without their line ends */
	size_t added_count;
	const struct aac_conf_moved *moved; /* in the order of the lines */
	size_t moved_count;
	const char *ended; /* the line end that the last line was given, or NULL */
};

/*
 * The text of CONF with PAIRS as the last lines of its main part, and without the lines
 * for which OUT (by number, as many as there are lines in the main part) is true.
 */
const char *aac_conf_install(struct arena *arena, const struct aac_conf *conf,
			     const struct aac_conf_pair *pairs, size_t count,
			     const bool *out, struct aac_conf_delta *delta, size_t *len);

struct aac_conf_undone {
	size_t gone;   /* lines of ours that are no longer there */
	bool withheld; /* moved lines were not put back: others stand in their place */
};

/*
 * CONF without what DELTA says.  Of a text that nobody has touched since, this is the
 * text as it was, byte for byte.
 */
const char *aac_conf_uninstall(struct arena *arena, const struct aac_conf *conf,
			       const struct aac_conf_delta *delta,
			       struct aac_conf_undone *undone, size_t *len);
