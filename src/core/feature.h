#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/source.h"

struct aac_context;

/*
 * A kernel's AppArmor features, as the tree that /sys/kernel/security/apparmor/features
 * is.  Its text form is what `apparmor_parser --kernel-features` reads: a folder is
 * "name {…}", a file "name {content\n}".
 */
struct aac_feature {
	const struct aac_feature *next; /* in the same folder */
	const struct aac_feature *children; /* of a folder */
	const char *name;
	const char *content; /* of a file; NULL: a folder */
};

/* The root folder; NULL after reporting (slug target-features). */
const struct aac_feature *aac_feature_parse(struct aac_context *ctx,
					    const struct aac_source *source);

/*
 * Is PATH in the tree: a folder ("mount"), a file ("domain/stack", unless it says "no"),
 * or a word of a file ("caps/mask/bpf")?
 */
bool aac_feature_find(const struct aac_feature *root, const char *path);
