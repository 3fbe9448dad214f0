/*
 * Which files are needed to lay includes inline.  Not obvious: an included file's own
 * includes are laid inline, too, wherever in it they stand.
 */
#include "core/inline.h"

#include <string.h>

/* Blocks nest no deeper than the parser lets them. */
static void collect(const struct aac_stmts *stmts, bool included, struct map *names)
{
	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next) {
		const struct aac_shape *shape = stmt->shape;
		bool wanted = stmt->type == AAC_STMT_INLINE ||
			      (included && stmt->type == AAC_STMT_RULE &&
			       shape->include != AAC_INCLUDE_NONE);

		if (wanted && shape->path)
			map_add(names, shape->path->text, strlen(shape->path->text),
				(void *)(uintptr_t)shape);
		collect(&stmt->body, included, names);
		collect(&stmt->orelse, included, names);
	}
}

void aac_inline_names(const struct aac_file *file, bool included, struct map *names)
{
	for (const struct aac_decl *decl = file->decls.head; decl; decl = decl->next)
		collect(&decl->body, included, names);
	collect(&file->stmts, included, names);
}
