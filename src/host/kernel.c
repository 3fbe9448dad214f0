/*
 * What the kernel says about its profiles.  It takes apparmorfs, which may be a folder
 * that only looks like it, and gives names and modes.  Nothing here changes the kernel.
 */
#include "host/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/source.h"
#include "host/host.h"

#define APPARMORFS "/sys/kernel/security/apparmor"
#define PROFILES APPARMORFS "/profiles"
#define ENABLED "/sys/module/apparmor/parameters/enabled"
#define LINES_MAX (16u << 20)

static int by_name(const void *a, const void *b)
{
	const struct aac_loaded *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* `NAME (MODE)`, where the name may hold blanks. */
static bool read_line(struct arena *arena, const char *line, size_t len,
		      struct aac_loaded *loaded)
{
	const char *open = memrchr(line, '(', len);

	if (!open || open < line + 2 || line[len - 1] != ')')
		return false;
	loaded->name = arena_strndup(arena, line, (size_t)(open - line) - 1);
	loaded->mode = arena_strndup(arena, open + 1, (size_t)(line + len - open) - 2);
	return true;
}

static void read_lines(struct arena *arena, const struct aac_source *source,
		       struct aac_kernel_view *view)
{
	struct aac_loaded *list =
		ARENA_ARRAY(arena, struct aac_loaded, source->line_count + 1);
	const char *at = source->text;

	while (*at) {
		size_t len = strcspn(at, "\n");

		if (len > 0 && read_line(arena, at, len, &list[view->count]))
			view->count++;
		at += len + (at[len] != '\0');
	}
	if (view->count > 0)
		qsort(list, view->count, sizeof(*list), by_name);
	view->profiles = list;
}

/* securityfs may not be mounted although AppArmor is at work. */
static bool is_enabled(struct aac_context *ctx, const struct aac_host *host)
{
	const struct aac_source *source = NULL;

	if (access(aac_host_path(ctx, host, ENABLED), R_OK) == 0)
		source = aac_host_read(ctx, host, ENABLED, NULL, 64);
	return source && source->text[0] == 'Y';
}

const struct aac_kernel_view *aac_kernel_look(struct aac_context *ctx,
					      const struct aac_host *host)
{
	struct aac_kernel_view *view = ARENA_NEW(ctx->arena, struct aac_kernel_view);
	const struct aac_source *source;
	struct aac_context own = *ctx;
	struct aac_diags silent;

	if (!aac_host_exists(ctx, host, APPARMORFS) && !is_enabled(ctx, host))
		return view;
	view->state = AAC_KERNEL_UNREADABLE;
	/* Its mode lets everybody read it; in a user namespace the kernel does not. */
	aac_diags_init(&silent, ctx->arena);
	own.diags = &silent;
	source = aac_host_read(&own, host, PROFILES, NULL, LINES_MAX);
	if (source) {
		view->state = AAC_KERNEL_READABLE;
		read_lines(ctx->arena, source, view);
	}
	return view;
}

const char *aac_kernel_mode(const struct aac_kernel_view *view, const char *name)
{
	struct aac_loaded wanted = { .name = name };
	const struct aac_loaded *found =
		view->count ? bsearch(&wanted, view->profiles, view->count,
				      sizeof(wanted), by_name)
			    : NULL;

	return found ? found->mode : NULL;
}
