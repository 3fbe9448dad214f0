/*
 * Where this host keeps its containers.  It takes a CTID and gives the path of its
 * configuration.  Not obvious: on Proxmox /var/lib/lxc/CTID/config is made anew at every
 * start, so there only /etc/pve counts, and a container of another node of the cluster
 * is that node's.
 */
#include "host/container.h"

#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "host/host.h"

#define PVE "/etc/pve"
#define LXC_CONF "/etc/lxc/lxc.conf"
#define LXC_CONF_MAX (1u << 20)

static const char *find_lxcpath(struct aac_context *ctx, const struct aac_host *host)
{
	const struct aac_source *source;
	const char *path;

	if (!aac_host_exists(ctx, host, LXC_CONF))
		return "/var/lib/lxc";
	source = aac_host_read(ctx, host, LXC_CONF, NULL, LXC_CONF_MAX);
	path = source ? aac_conf_value(aac_conf_parse(ctx->arena, source, AAC_CONF_LXC),
				       "lxc.lxcpath")
		      : NULL;
	return path && path[0] == '/' ? path : "/var/lib/lxc";
}

struct aac_site aac_site_find(struct aac_context *ctx, const struct aac_host *host)
{
	struct aac_site site = { .lxcpath = find_lxcpath(ctx, host) };

	site.proxmox = aac_host_is_folder(ctx, host, PVE "/lxc") ||
		       aac_host_is_folder(ctx, host, PVE "/nodes");
	if (!site.proxmox && aac_host_exists(ctx, host, "/var/lib/pve-cluster/config.db"))
		site.problem = "this is a Proxmox host, but its cluster file system is "
			       "not mounted at /etc/pve";
	return site;
}

/* The node that has CTID; NULL: none. */
static const char *find_node(struct aac_context *ctx, const struct aac_host *host,
			     const char *ctid)
{
	const char *nodes = PVE "/nodes";
	const char *const *names;
	size_t count;

	if (!aac_host_is_folder(ctx, host, nodes) ||
	    !aac_host_folders(ctx, host, nodes, &names, &count))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (aac_host_exists(ctx, host,
				    arena_printf(ctx->arena, "%s/%s/lxc/%s.conf", nodes,
						 names[i], ctid)))
			return names[i];
	return NULL;
}

static bool is_folder_name(const char *name)
{
	return name && *name && *name != '.' && !strchr(name, '/');
}

static void find_plain(struct aac_context *ctx, const struct aac_host *host,
		       const struct aac_site *site, const char *ctid, const char *name,
		       struct aac_conf_place *place)
{
	const char *names[] = { ctid, is_folder_name(name) ? name : ctid };

	for (size_t i = 0; i < 2 && !place->path; i++) {
		const char *path;

		if (!is_folder_name(names[i]))
			continue;
		path = arena_printf(ctx->arena, "%s/%s/config", site->lxcpath, names[i]);
		if (!aac_host_exists(ctx, host, path))
			continue;
		place->path = path;
		place->name = names[i];
	}
	place->include =
		arena_printf(ctx->arena, "/etc/lxc/aa-compose/%s.conf", place->name);
}

struct aac_conf_place aac_conf_find(struct aac_context *ctx, const struct aac_host *host,
				    const struct aac_site *site, const char *ctid,
				    const char *name)
{
	struct aac_conf_place place = { .style = AAC_CONF_LXC, .name = ctid };
	const char *path = arena_printf(ctx->arena, PVE "/lxc/%s.conf", ctid);

	if (!site->proxmox) {
		find_plain(ctx, host, site, ctid, name, &place);
		return place;
	}
	place.style = AAC_CONF_PROXMOX;
	place.include = arena_printf(ctx->arena, PVE "/aa-compose/%s.conf", ctid);
	if (aac_host_exists(ctx, host, path))
		place.path = path;
	else
		place.elsewhere = find_node(ctx, host, ctid);
	return place;
}
