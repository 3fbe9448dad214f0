/*
 * Checks of what a profile lets its programs reach beyond itself.  Each is a list of
 * accesses, asked of the compiled profile: however a rule is spelled, what it allows
 * counts, and what a deny takes away does not.  The rule that decides is told.
 */
#include <string.h>

#include "core/blob.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/file_rule.h"
#include "core/lint.h"
#include "core/rule.h"

/* Of the file that RULE includes, the rule that allows ACCESS. */
static const struct aac_lone_rule *find_inside(struct aac_lint *lint,
					       const struct aac_lint_unit *unit,
					       const struct aac_lone_rule *rule,
					       const char *access)
{
	const struct aac_lone_rules *inside =
		unit->inside ? unit->inside[rule - unit->rules.items] : NULL;

	for (size_t i = 0; inside && i < inside->count; i++)
		if (!inside->items[i].deny &&
		    aac_lint_grants(lint, &inside->items[i], access))
			return &inside->items[i];
	return NULL;
}

/* The first of LIST that RULE and the whole unit allow. */
static const char *find_access(struct aac_lint *lint, const struct aac_lint_unit *unit,
			       const struct aac_lone_rule *rule, const char *const *list)
{
	for (; *list; list++)
		if (aac_lint_grants(lint, rule, *list) &&
		    aac_lint_allowed(lint, unit, *list))
			return *list;
	return NULL;
}

/* Tell each rule that allows one of LIST; once, with the first of them. */
static void find_reach(struct aac_lint *lint, const struct aac_lint_unit *unit,
		       const char *what, const char *const *list)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i], *inside;
		const char *access;
		struct aac_diag *diag;

		if (rule->deny || !rule->blob || !aac_lint_own(unit, rule))
			continue;
		access = find_access(lint, unit, rule, list);
		if (!access)
			continue;
		diag = aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				     "'%s' allows %s: %s", rule->text, what, access);
		inside = find_inside(lint, unit, rule, access);
		if (diag && inside)
			aac_note(&lint->diags, diag, inside->span, "by '%s'",
				 inside->text);
	}
}

/* ---- policy-admin ------------------------------------------------------------------ */

static void policy_admin(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	static const char *const list[] = {
		"capability mac_admin",
		"capability mac_override",
		"file /sys/kernel/security/apparmor/.load w",
		"file /sys/kernel/security/apparmor/.replace w",
		"file /sys/kernel/security/apparmor/.remove w",
		NULL,
	};

	find_reach(lint, unit, "changing AppArmor's policy", list);
}

const struct aac_check aac_check_policy_admin = {
	.slug = "policy-admin",
	.severity = AAC_WARNING,
	.summary = "a profile allows what loads and removes policy",
	.rationale =
		"Whoever has CAP_MAC_ADMIN and may write "
		"/sys/kernel/security/apparmor/.replace replaces the profile that "
		"confines them. In a container with a policy namespace of its own that "
		"is meant; in the host's namespace it is the way out.",
	.cure = "deny it, or say in an accept what else stops it",
	.bad = "fragment a \"Loads policy\" {\n    capability mac_admin,\n"
	       "    expect { allow capability mac_admin; }\n}\n",
	.good = "fragment a \"Loads no policy\" {\n    capability net_admin,\n"
		"    expect { allow capability net_admin; }\n}\n",
	.compiled = true,
	.unit = policy_admin,
};

/* ---- raw-memory -------------------------------------------------------------------- */

static void raw_memory(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	static const char *const list[] = {
		"capability sys_rawio", "capability sys_module",
		"file /dev/mem r",	"file /dev/mem w",
		"file /dev/kmem r",	"file /dev/port w",
		"file /proc/kcore r",	NULL,
	};

	find_reach(lint, unit, "reaching the machine's memory or kernel", list);
}

const struct aac_check aac_check_raw_memory = {
	.slug = "raw-memory",
	.severity = AAC_WARNING,
	.summary = "a profile allows raw memory, ports or kernel modules",
	.rationale =
		"CAP_SYS_RAWIO and /dev/mem read and write the machine's memory, "
		"/proc/kcore shows the kernel's, CAP_SYS_MODULE puts code into it. None "
		"of it knows containers: with one of them the profile confines nothing.",
	.cure = "take it out, or deny it: audit deny /dev/{mem,kmem,port} rwklx,",
	.bad = "fragment a \"Reads memory\" {\n    /dev/mem r,\n"
	       "    expect { allow file /dev/mem r; }\n}\n",
	.good = "fragment a \"Reads no memory\" {\n    /dev/** r,\n"
		"    deny /dev/{mem,kmem,port} rwklx,\n"
		"    expect { allow file /dev/null r; }\n}\n",
	.compiled = true,
	.unit = raw_memory,
};

/* ---- host-escape-file -------------------------------------------------------------- */

static void host_escape_file(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	static const char *const list[] = {
		"file /proc/sys/kernel/core_pattern w",
		"file /proc/sys/kernel/modprobe w",
		"file /proc/sysrq-trigger w",
		"file /sys/kernel/uevent_helper w",
		"file /sys/fs/cgroup/memory/release_agent w",
		"file /proc/sys/fs/binfmt_misc/register w",
		NULL,
	};

	find_reach(lint, unit, "what the host's kernel runs or does outside", list);
}

const struct aac_check aac_check_host_escape_file = {
	.slug = "host-escape-file",
	.severity = AAC_ERROR,
	.summary = "a profile allows writing a file that has the host run programs",
	.rationale =
		"core_pattern, modprobe, uevent_helper and a cgroup's release_agent name "
		"programs that the kernel starts as root outside of every container; "
		"sysrq-trigger reboots the host; binfmt_misc's register has programs of "
		"the host run by an interpreter. Root of a privileged container that may "
		"write one of them is root of the host.",
	.cure = "deny it by its name, at any depth: audit deny /{,**/}NAME wkl,",
	.bad = "fragment a \"Sysctls\" {\n    /proc/sys/** rw,\n"
	       "    expect { allow file /proc/sys/net/ipv4/ip_forward w; }\n}\n",
	.good = "fragment a \"Sysctls\" {\n    /proc/sys/net/** rw,\n"
		"    expect { allow file /proc/sys/net/ipv4/ip_forward w; }\n}\n",
	.compiled = true,
	.unit = host_escape_file,
};

/* ---- change-profile-unconfined, ptrace-anyone -------------------------------------- */

static void change_profile_unconfined(struct aac_lint *lint,
				      const struct aac_lint_unit *unit)
{
	static const char *const list[] = { "change_profile unconfined", NULL };

	find_reach(lint, unit, "leaving the profile", list);
}

const struct aac_check aac_check_change_profile_unconfined = {
	.slug = "change-profile-unconfined",
	.severity = AAC_ERROR,
	.summary = "a profile allows the change to unconfined",
	.rationale =
		"A program under the profile writes 'changeprofile unconfined' to "
		"/proc/self/attr/current and is confined by nothing. LXC's "
		"start-container abstraction and lxc-container-default-with-nesting have "
		"the rule, because lxc-start needs it on the host; a container that "
		"includes them hands it to its guest.",
	.cure = "deny it: audit deny change_profile -> unconfined,",
	.bad = "fragment a \"Starts containers\" {\n    change_profile,\n"
	       "    expect { allow change_profile lxc-a; }\n}\n",
	.good = "fragment a \"Starts containers\" {\n    change_profile -> lxc-*,\n"
		"    expect { allow change_profile lxc-a; }\n}\n",
	.compiled = true,
	.unit = change_profile_unconfined,
};

static void ptrace_anyone(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	static const char *const list[] = { "ptrace trace peer=unconfined",
					    "ptrace trace peer=aa-any", NULL };

	find_reach(lint, unit, "tracing processes of any profile", list);
}

const struct aac_check aac_check_ptrace_anyone = {
	.slug = "ptrace-anyone",
	.severity = AAC_WARNING,
	.summary = "a profile allows tracing processes outside of it",
	.rationale =
		"Who traces a process has it do anything, with its rights. Where the PID "
		"namespaces or the capabilities that should be in the way are not (host "
		"PID namespace, a shared one, a process that has entered the container), "
		"a rule without a peer reaches unconfined processes.",
	.cure = "name the peer: ptrace peer=@{profile_name},",
	.bad = "fragment a \"Traces\" {\n    ptrace,\n"
	       "    expect { allow ptrace trace peer=unconfined; }\n}\n",
	.good = "fragment a \"Traces\" {\n    ptrace peer=@{profile_name},\n"
		"    expect { allow ptrace trace peer=@{profile_name}; }\n}\n",
	.compiled = true,
	.unit = ptrace_anyone,
};

/* ---- debugfs ----------------------------------------------------------------------- */

static void debugfs(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	static const char *const files[] = {
		"file /sys/kernel/debug/tracing/trace r",
		"file /sys/kernel/debug/x w",
		"file /sys/kernel/tracing/trace r",
		NULL,
	};
	static const char *const mounts[] = {
		"mount fstype=debugfs debugfs -> /mnt/",
		"mount fstype=tracefs tracefs -> /mnt/",
		NULL,
	};

	find_reach(lint, unit, "debugfs or tracefs", files);
	find_reach(lint, unit, "mounting debugfs or tracefs at any place", mounts);
}

const struct aac_check aac_check_debugfs = {
	.slug = "debugfs",
	.severity = AAC_WARNING,
	.summary = "a profile allows debugfs or tracefs",
	.rationale =
		"debugfs has files of every driver, made for whoever debugs the kernel: "
		"some write memory or registers. tracefs shows what all processes of the "
		"machine do. Neither knows containers. Mounted at a place of the "
		"container's choice, denies over /sys/kernel/debug do not reach them.",
	.cure = "take it out, or deny /sys/kernel/debug/{,**} and mount it there only",
	.bad = "fragment a \"Debugs\" {\n    mount fstype=debugfs,\n"
	       "    expect { allow mount fstype=debugfs debugfs -> /mnt/; }\n}\n",
	.good = "fragment a \"Debugs not\" {\n"
		"    mount fstype=debugfs -> /sys/kernel/debug/,\n"
		"    deny /sys/kernel/debug/{,**} rwklx,\n"
		"    expect { allow mount fstype=debugfs d -> /sys/kernel/debug/; }\n}\n",
	.compiled = true,
	.unit = debugfs,
};

/* ---- docker-socket-of-host --------------------------------------------------------- */

/* By its name, not as one of many files. */
static bool names_socket(struct aac_lint *lint, const struct aac_lone_rule *rule)
{
	return (aac_lint_grants(lint, rule, "file /run/docker.sock w") ||
		aac_lint_grants(lint, rule, "file /var/run/docker.sock w")) &&
	       !aac_lint_grants(lint, rule, "file /run/aa-any.sock w");
}

static void docker_socket(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];

		if (!rule->deny && rule->blob && rule->rule->kind->id == AAC_KIND_FILE &&
		    aac_lint_own(unit, rule) && names_socket(lint, rule))
			aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				      "'%s' allows asking dockerd for anything",
				      rule->text);
	}
}

static void docker_socket_bound(struct aac_lint *lint, const struct aac_lint_body *body)
{
	for (const struct aac_stmt *s = body->stmts->head; s; s = s->next)
		if (s->type == AAC_STMT_LXC && strstr(s->value->text, "docker.sock"))
			aac_lint_tell(lint, NULL, NULL, body->decl, s->span,
				      "the container's configuration gives it the host's "
				      "docker.sock");
}

const struct aac_check aac_check_docker_socket_of_host = {
	.slug = "docker-socket-of-host",
	.severity = AAC_WARNING,
	.summary = "a profile names dockerd's socket, which may be the host's",
	.rationale =
		"Who may write to docker.sock asks dockerd for a privileged container "
		"with / bound into it: root wherever that dockerd runs. A dockerd of the "
		"container's own is that container's affair; the host's, bound into a "
		"container to watch it, is the host.",
	.cure = "bind no docker.sock of the host; for one of its own write an accept",
	.bad = "fragment a \"Asks dockerd\" {\n    /run/docker.sock rw,\n"
	       "    expect { allow file /run/docker.sock rw; }\n}\n",
	.good = "fragment a \"Asks podman\" {\n    /run/podman/podman.sock rw,\n"
		"    expect { allow file /run/podman/podman.sock rw; }\n}\n",
	.compiled = true,
	.body = docker_socket_bound,
	.unit = docker_socket,
};

/* ---- broad-write ------------------------------------------------------------------- */

static void broad_write(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];

		if (!rule->deny && rule->blob && rule->rule->kind->id == AAC_KIND_FILE &&
		    aac_lint_own(unit, rule) &&
		    aac_lint_grants(lint, rule, "file /aa-any/aa-any w") &&
		    aac_lint_grants(lint, rule, "file /etc/shadow w") &&
		    aac_lint_grants(lint, rule, "file /usr/bin/aa-any w"))
			aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				      "'%s' allows writing every file", rule->text);
	}
}

const struct aac_check aac_check_broad_write = {
	.slug = "broad-write",
	.severity = AAC_WARNING,
	.summary = "a rule allows writing every file",
	.rationale =
		"With 'file,' or '/** w,' only denies are left between a program and a "
		"file, and a file that nobody thought of is open. A container's base may "
		"have to do so, because its guest is a whole system; then the denies are "
		"the profile.",
	.cure = "name the folders that are written to",
	.bad = "fragment a \"Writes\" {\n    /** rw,\n"
	       "    expect { allow file /srv/x w; }\n}\n",
	.good = "fragment a \"Writes\" {\n    /srv/** rw,\n"
		"    expect { allow file /srv/x w; }\n}\n",
	.compiled = true,
	.unit = broad_write,
};

/* ---- exec-unconfined --------------------------------------------------------------- */

static void exec_unconfined(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];
		const struct aac_finding *f;
		const struct aac_common_options exec = { .file_bits = AAC_ACCESS_EXEC };

		if (rule->deny || !rule->blob || rule->rule->kind->id != AAC_KIND_FILE ||
		    !(rule->rule->fields[FILE_PERMS].set & FILE_EXEC) ||
		    !aac_lint_own(unit, rule))
			continue;
		f = aac_common(lint->ctx->arena, rule->blob, rule->blob, &exec);
		for (; f; f = f->next) {
			struct aac_decision d;

			if (!f->witness || f->witness->type != AAC_QUERY_FILE)
				continue;
			d = aac_decide(lint->ctx->arena, rule->blob, f->witness);
			if (!(d.exec & AAC_EXEC_UNCONFINED))
				continue;
			aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				      "'%s' runs programs without confinement",
				      rule->text);
			break;
		}
	}
}

const struct aac_check aac_check_exec_unconfined = {
	.slug = "exec-unconfined",
	.severity = AAC_WARNING,
	.summary = "a rule runs programs without confinement",
	.rationale =
		"ux, Ux and the fallback of pux and cux start a program outside of every "
		"profile. If the program can be written, or made to run another (a "
		"shell, an editor, an interpreter), the profile ends there. In a "
		"container it is a way out.",
	.cure = "write ix, or px for a profile that is there",
	.bad = "fragment a \"Runs\" {\n    /usr/bin/less Ux,\n"
	       "    expect { allow file /usr/bin/less Ux; }\n}\n",
	.good = "fragment a \"Runs\" {\n    /usr/bin/less ix,\n"
		"    expect { allow file /usr/bin/less ix; }\n}\n",
	.compiled = true,
	.unit = exec_unconfined,
};
