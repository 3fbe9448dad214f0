#pragma once

#include <stdbool.h>

/*
 * What a reader would refuse of a line that is about to be written, in words ("is no key
 * that liblxc knows"), or NULL.  Facts: liblxc 5 and 6 (confile.c, lxc.container.conf(5),
 * tried with lxc-info 5.0.2), and the table in PVE::LXC::Config.
 */

/* liblxc does not load a configuration with such a line. */
const char *aac_lxc_key_problem(const char *key, const char *value);
/* Proxmox warns of such a line, and drops it when it writes the file the next time. */
const char *aac_pve_key_problem(const char *key);
