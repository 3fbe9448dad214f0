#pragma once

#include <stdbool.h>

struct aac_context;
struct aac_feature;
struct aac_source;

/*
 * A target: the kernel and the apparmor_parser that a profile is meant for, as a
 * record.  rules/targets/NAME.target holds the facts, NAME.features the kernel's
 * feature tree in the form that `apparmor_parser --kernel-features` reads ("name
 * {content\n}", nested).
 */
struct aac_target {
	const char *name;
	const char *summary;
	const char *abi;	/* what the profile's abi rule names, e.g. "abi/3.0" */
	const char *parser;	/* the version that decides `target parser < "…"` */
	const char *parser_min; /* the range of versions that `check` takes, */
	const char *parser_max; /* both ends included */
	const char *kernel;	/* e.g. "6.1" */
	const char *features;	/* text of the feature file */
	const char *features_path; /* where the host finds it; set by host */
	const struct aac_feature *tree;
};

/*
 * Read a record: lines of `key = value`, # comments; keys summary abi parser parser-min
 * parser-max kernel.  FEATURES is the feature file.  NULL after reporting.
 */
const struct aac_target *aac_target_parse(struct aac_context *ctx, const char *name,
					  const struct aac_source *record,
					  const struct aac_source *features);

/* Dotted versions, number by number: <0, 0, >0.  Missing parts count as 0. */
int aac_version_compare(const char *a, const char *b);
/* A version `target parser` can be compared with: digits and dots. */
bool aac_version_valid(const char *text);

/* A path in the feature tree ("mount/move_mount", "network/af_unix"), or a word of a
 * file in it ("namespaces/mask/userns_create", "caps/mask/bpf"). */
bool aac_target_feature(const struct aac_target *target, const char *path);

/* `target supports "…"`: a feature path, a rule kind or a mount option, known to
 * kernel and parser both. */
bool aac_target_supports(const struct aac_target *target, const char *what);
