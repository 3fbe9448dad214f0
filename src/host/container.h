#pragma once

#include <stdbool.h>

#include "base/map.h"
#include "core/label.h"
#include "core/lxc_conf.h"

struct aac_context;
struct aac_host;

/* How this host keeps its containers. */
struct aac_site {
	bool proxmox;	     /* /etc/pve is there: /var/lib/lxc is not ours to edit */
	const char *lxcpath; /* where LXC keeps them, without --root */
	const char *problem; /* Proxmox, but /etc/pve is not mounted; or NULL */
};

struct aac_site aac_site_find(struct aac_context *ctx, const struct aac_host *host);

/* A container's configuration. */
struct aac_conf_place {
	const char *path; /* without --root; NULL: there is none here */
	enum aac_conf_style style;
	const char *elsewhere; /* the node of the cluster that has it; or NULL */
	const char *include;   /* the file that is ours, for the mode include */
	const char *name;      /* by which LXC knows it */
};

/* NAME may be NULL; LXC may know the container by it, or by its CTID. */
struct aac_conf_place aac_conf_find(struct aac_context *ctx, const struct aac_host *host,
				    const struct aac_site *site, const char *ctid,
				    const char *name);

/* The labels of all running containers' inits, by LXC's name, as in /proc/PID/attr:
 * "lxc-x (enforce)". The values are strings in the arena. */
void aac_running_find(struct aac_context *ctx, const struct aac_host *host,
		      struct map *labels);

/* A process, and what confines it. */
struct aac_process {
	unsigned long pid;
	const char *container; /* by LXC's name; NULL: it is in none */
	bool init;	       /* the container's first process */
	const char *text;      /* the label as in /proc/PID/attr; "" when unreadable */
	struct aac_label label;
};

struct aac_processes {
	bool (*wanted)(void *env, const struct aac_label *label);
	void *env;
	const struct aac_process *list; /* by pid */
	size_t count;
};

/* All processes whose label is wanted; threads count as their processes do.  False with
 * errno: there is no /proc. */
bool aac_processes_find(struct aac_context *ctx, const struct aac_host *host,
			struct aac_processes *asked);
