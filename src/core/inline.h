#pragma once

/*
 * `include <FILE> without { rules }`: the file's rules are laid in its place, less those
 * named.  Core reads no files: whoever has the rule files asks which others they name,
 * reads and parses those (aac_parse_profile), and hands them on in the context.
 */

#include <stdbool.h>

#include "base/map.h"
#include "core/ast.h"

/* What one name of an include leads to: a file, or all files of a folder in order.
 * count 0: nothing is there. */
struct aac_included {
	const struct aac_file *const *files;
	size_t count;
};

/* By the name as it stands in an include, without <> and quotes. */
struct aac_includes {
	struct map by_name; /* -> const struct aac_included * */
};

/* Adds the names that FILE's `include … without` need to NAMES: keys to the first
 * struct aac_shape.  FILE is a rule file; of a file that is INCLUDED, all its
 * includes. */
void aac_inline_names(const struct aac_file *file, bool included, struct map *names);
