/*
 * The keys of a container's configuration: which of them liblxc loads, and which Proxmox
 * keeps.  Not obvious: the two differ. What Proxmox does not know stays in force until
 * it writes the file anew, and is gone then, without a word to anybody.
 */
#include "core/lxc_key.h"

#include <string.h>

#include "base/macro.h"

/* A '.' at the end: any key below it. */
static const char *const lxc_keys[] = {
	"lxc.apparmor.allow_incomplete", "lxc.apparmor.allow_nesting",
	"lxc.apparmor.profile", "lxc.apparmor.raw", "lxc.arch", "lxc.autodev",
	"lxc.autodev.tmpfs.size", "lxc.cap.drop", "lxc.cap.keep", "lxc.cgroup.",
	"lxc.cgroup2.", "lxc.console.", "lxc.environment", "lxc.environment.hooks",
	"lxc.environment.runtime", "lxc.ephemeral", "lxc.execute.cmd", "lxc.group",
	"lxc.hook.", "lxc.idmap", "lxc.include", "lxc.init.cmd", "lxc.init.cwd",
	"lxc.init.gid", "lxc.init.groups", "lxc.init.uid", "lxc.keyring.session",
	"lxc.log.file", "lxc.log.level", "lxc.log.syslog", "lxc.monitor.signal.pdeath",
	"lxc.monitor.unshare", "lxc.mount.auto", "lxc.mount.entry", "lxc.mount.fstab",
	"lxc.namespace.clone", "lxc.namespace.keep", "lxc.namespace.share.", "lxc.net",
	"lxc.net.", "lxc.no_new_privs", "lxc.prlimit.", "lxc.proc.", "lxc.pty.max",
	"lxc.rootfs.managed", "lxc.rootfs.mount", "lxc.rootfs.options",
	"lxc.rootfs.path", "lxc.sched.core", "lxc.seccomp.allow_nesting",
	"lxc.seccomp.notify.cookie", "lxc.seccomp.notify.proxy", "lxc.seccomp.profile",
	"lxc.selinux.context", "lxc.selinux.context.keyring", "lxc.signal.halt",
	"lxc.signal.reboot", "lxc.signal.stop", "lxc.start.auto", "lxc.start.delay",
	"lxc.start.order", "lxc.sysctl.", "lxc.time.offset.boot",
	"lxc.time.offset.monotonic", "lxc.tty.dir", "lxc.tty.max", "lxc.uts.name",
};

static const char *const pve_keys[] = {
	"lxc.apparmor.allow_incomplete", "lxc.apparmor.allow_nesting",
	"lxc.apparmor.profile", "lxc.apparmor.raw", "lxc.arch", "lxc.autodev",
	"lxc.cap.drop", "lxc.cap.keep", "lxc.cgroup.", "lxc.cgroup2.",
	"lxc.console.logfile", "lxc.console.path", "lxc.environment", "lxc.group",
	"lxc.hook.autodev", "lxc.hook.clone", "lxc.hook.destroy", "lxc.hook.mount",
	"lxc.hook.post-stop", "lxc.hook.pre-mount", "lxc.hook.pre-start",
	"lxc.hook.start", "lxc.hook.stop", "lxc.hook.version", "lxc.idmap", "lxc.include",
	"lxc.init.cmd", "lxc.log.file", "lxc.log.level", "lxc.mount.auto",
	"lxc.mount.entry", "lxc.mount.fstab", "lxc.net.", "lxc.prlimit.", "lxc.pty.max",
	"lxc.rootfs.mount", "lxc.seccomp.notify.cookie", "lxc.seccomp.notify.proxy",
	"lxc.seccomp.profile", "lxc.selinux.context", "lxc.signal.halt",
	"lxc.signal.reboot", "lxc.signal.stop", "lxc.start.auto", "lxc.start.delay",
	"lxc.start.order", "lxc.sysctl.fs.mqueue", "lxc.sysctl.kernel.msgmax",
	"lxc.sysctl.kernel.msgmnb", "lxc.sysctl.kernel.msgmni", "lxc.sysctl.kernel.sem",
	"lxc.sysctl.kernel.shm_rmid_forced", "lxc.sysctl.kernel.shmall",
	"lxc.sysctl.kernel.shmmax", "lxc.sysctl.kernel.shmmni", "lxc.tty.max",
	"lxc.uts.name",
};

static bool is_listed(const char *const *keys, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(keys[i]);

		if (keys[i][len - 1] == '.'
			    ? strncmp(keys[i], key, len) == 0 && key[len]
			    : strcmp(keys[i], key) == 0)
			return true;
	}
	return false;
}

/* proc, proc:rw, cgroup:mixed:force … */
static bool is_mount_word(const char *word, size_t len)
{
	static const char *const names[] = { "proc", "sys", "cgroup", "cgroup-full" };
	static const char *const modes[] = { "", ":ro", ":rw", ":mixed" };

	if (len > strlen("shmounts:") && strncmp(word, "shmounts:", 9) == 0)
		return true;
	if (len > 6 && strncmp(word, "cgroup", 6) == 0 &&
	    strncmp(word + len - 6, ":force", 6) == 0)
		len -= 6;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t name = strlen(names[i]);

		if (len < name || strncmp(word, names[i], name) != 0)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(modes); j++)
			if (len - name == strlen(modes[j]) &&
			    strncmp(word + name, modes[j], len - name) == 0)
				return true;
	}
	return false;
}

static bool are_mount_words(const char *value)
{
	while (*value) {
		size_t len = strcspn(value, " \t");

		if (len > 0 && !is_mount_word(value, len))
			return false;
		value += len;
		value += strspn(value, " \t");
	}
	return true;
}

static const char *value_problem(const char *key, const char *value)
{
	size_t len = strlen(value);

	if ((strcmp(key, "lxc.apparmor.allow_nesting") == 0 ||
	     strcmp(key, "lxc.apparmor.allow_incomplete") == 0) &&
	    *value && strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		return "takes 0 or 1";
	if (strcmp(key, "lxc.mount.auto") == 0 && !are_mount_words(value))
		return "holds a word that liblxc does not know, such as proc:mixed";
	if (len > 1 && value[0] == value[len - 1] && strchr("\"'", value[0]))
		return "is in quotes, which liblxc takes away";
	if (strpbrk(value, "\n\r"))
		return "holds a line end";
	return NULL;
}

const char *aac_lxc_key_problem(const char *key, const char *value)
{
	if (!is_listed(lxc_keys, ARRAY_SIZE(lxc_keys), key))
		return "is no key that liblxc loads";
	return value_problem(key, value);
}

const char *aac_pve_key_problem(const char *key)
{
	return is_listed(pve_keys, ARRAY_SIZE(pve_keys), key)
		       ? NULL
		       : "is no key that Proxmox keeps when it writes the file";
}
