/*
 * Lines of a container's LXC configuration: takes a key and its value, tells what LXC
 * would refuse of it.  Only what values of containers get into is known here: a line
 * about a device, which keeps a container from starting when it is none.
 */
#include "core/lxc_line.h"

#include <string.h>

#include "base/macro.h"

/* Past a number or '*' at P, or NULL. */
static const char *skip_number(const char *p)
{
	size_t digits = strspn(p, "0123456789");

	if (*p == '*')
		return p + 1;
	return digits > 0 && digits <= 10 ? p + digits : NULL;
}

/* `a`, or TYPE MAJOR:MINOR ACCESS */
static bool is_device(const char *value)
{
	const char *p = value;

	p += strspn(p, " \t");
	if (strcmp(p, "a") == 0)
		return true;
	if (!strchr("abc", *p) || !*p || p[1] != ' ')
		return false;
	p += 1 + strspn(p + 1, " ");
	p = skip_number(p);
	if (!p || *p != ':')
		return false;
	p = skip_number(p + 1);
	if (!p || *p != ' ')
		return false;
	p += strspn(p, " ");
	return *p && !p[strspn(p, "rwm")];
}

bool aac_lxc_is_key(const char *key)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-";

	return strncmp(key, "lxc.", 4) == 0 && key[4] && !key[strspn(key, bytes)];
}

const char *aac_lxc_problem(const char *key, const char *value)
{
	static const char *const devices[] = {
		"lxc.cgroup2.devices.allow",
		"lxc.cgroup2.devices.deny",
		"lxc.cgroup.devices.allow",
		"lxc.cgroup.devices.deny",
	};

	if (!aac_lxc_is_key(key))
		return "is no line of LXC's configuration, whose keys begin with 'lxc.'";
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		if (strcmp(devices[i], key) == 0 && !is_device(value))
			return "names no device, such as 'c MAJOR:MINOR rwm'";
	return NULL;
}
