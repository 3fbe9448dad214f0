/*
 * Words of rules and the kernel's numbers, both ways: a table for each sort, small enough
 * to be walked.
 */
#include "core/number.h"

#include <stddef.h>
#include <string.h>

#include "base/macro.h"

struct row {
	const char *word;
	uint32_t number;
};

static const struct row capabilities[] = {
	{ "chown", 0 },
	{ "dac_override", 1 },
	{ "dac_read_search", 2 },
	{ "fowner", 3 },
	{ "fsetid", 4 },
	{ "kill", 5 },
	{ "setgid", 6 },
	{ "setuid", 7 },
	{ "setpcap", 8 },
	{ "linux_immutable", 9 },
	{ "net_bind_service", 10 },
	{ "net_broadcast", 11 },
	{ "net_admin", 12 },
	{ "net_raw", 13 },
	{ "ipc_lock", 14 },
	{ "ipc_owner", 15 },
	{ "sys_module", 16 },
	{ "sys_rawio", 17 },
	{ "sys_chroot", 18 },
	{ "sys_ptrace", 19 },
	{ "sys_pacct", 20 },
	{ "sys_admin", 21 },
	{ "sys_boot", 22 },
	{ "sys_nice", 23 },
	{ "sys_resource", 24 },
	{ "sys_time", 25 },
	{ "sys_tty_config", 26 },
	{ "mknod", 27 },
	{ "lease", 28 },
	{ "audit_write", 29 },
	{ "audit_control", 30 },
	{ "setfcap", 31 },
	{ "mac_override", 32 },
	{ "mac_admin", 33 },
	{ "syslog", 34 },
	{ "wake_alarm", 35 },
	{ "block_suspend", 36 },
	{ "audit_read", 37 },
	{ "perfmon", 38 },
	{ "bpf", 39 },
	{ "checkpoint_restore", 40 },
};

static const struct row families[] = {
	{ "unspec", 0 },   { "unix", 1 },      { "inet", 2 },	    { "ax25", 3 },
	{ "ipx", 4 },	   { "appletalk", 5 }, { "netrom", 6 },	    { "bridge", 7 },
	{ "atmpvc", 8 },   { "x25", 9 },       { "inet6", 10 },	    { "rose", 11 },
	{ "netbeui", 13 }, { "security", 14 }, { "key", 15 },	    { "netlink", 16 },
	{ "packet", 17 },  { "ash", 18 },      { "econet", 19 },    { "atmsvc", 20 },
	{ "rds", 21 },	   { "sna", 22 },      { "irda", 23 },	    { "pppox", 24 },
	{ "wanpipe", 25 }, { "llc", 26 },      { "ib", 27 },	    { "mpls", 28 },
	{ "can", 29 },	   { "tipc", 30 },     { "bluetooth", 31 }, { "iucv", 32 },
	{ "rxrpc", 33 },   { "isdn", 34 },     { "phonet", 35 },    { "ieee802154", 36 },
	{ "caif", 37 },	   { "alg", 38 },      { "nfc", 39 },	    { "vsock", 40 },
	{ "kcm", 41 },	   { "qipcrtr", 42 },  { "smc", 43 },	    { "xdp", 44 },
	{ "mctp", 45 },
};

static const struct row socket_types[] = {
	{ "none", 0 }, { "stream", 1 },	   { "dgram", 2 }, { "raw", 3 },
	{ "rdm", 4 },  { "seqpacket", 5 }, { "dccp", 6 },  { "packet", 10 },
};

static const struct row signals[] = {
	{ "hup", 1 },	{ "int", 2 },
	{ "quit", 3 },	{ "ill", 4 },
	{ "trap", 5 },	{ "abrt", 6 },
	{ "bus", 7 },	{ "fpe", 8 },
	{ "kill", 9 },	{ "usr1", 10 },
	{ "segv", 11 }, { "usr2", 12 },
	{ "pipe", 13 }, { "alrm", 14 },
	{ "term", 15 }, { "stkflt", 16 },
	{ "chld", 17 }, { "cont", 18 },
	{ "stop", 19 }, { "stp", 20 },
	{ "ttin", 21 }, { "ttou", 22 },
	{ "urg", 23 },	{ "xcpu", 24 },
	{ "xfsz", 25 }, { "vtalrm", 26 },
	{ "prof", 27 }, { "winch", 28 },
	{ "io", 29 },	{ "pwr", 30 },
	{ "sys", 31 },	{ "emt", 32 },
	{ "lost", 33 }, { "exists", 35 },
#define RT(n)                                                                            \
	{                                                                                \
		"rtmin+" #n, AAC_SIGNAL_REALTIME + (n)                                   \
	}
	RT(0),		RT(1),
	RT(2),		RT(3),
	RT(4),		RT(5),
	RT(6),		RT(7),
	RT(8),		RT(9),
	RT(10),		RT(11),
	RT(12),		RT(13),
	RT(14),		RT(15),
	RT(16),		RT(17),
	RT(18),		RT(19),
	RT(20),		RT(21),
	RT(22),		RT(23),
	RT(24),		RT(25),
	RT(26),		RT(27),
	RT(28),		RT(29),
	RT(30),		RT(31),
	RT(32),
#undef RT
};

static const struct row limits[] = {
	{ "cpu", 0 },	    { "fsize", 1 }, { "data", 2 },    { "stack", 3 },
	{ "core", 4 },	    { "rss", 5 },   { "nproc", 6 },   { "nofile", 7 },
	{ "memlock", 8 },   { "as", 9 },    { "locks", 10 },  { "sigpending", 11 },
	{ "msgqueue", 12 }, { "nice", 13 }, { "rtprio", 14 }, { "rttime", 15 },
};

static const struct {
	const struct row *rows;
	size_t count;
} tables[AAC_NUMBER_TABLES] = {
	[AAC_NUMBER_CAPABILITY] = { capabilities, ARRAY_SIZE(capabilities) },
	[AAC_NUMBER_FAMILY] = { families, ARRAY_SIZE(families) },
	[AAC_NUMBER_SOCKET_TYPE] = { socket_types, ARRAY_SIZE(socket_types) },
	[AAC_NUMBER_SIGNAL] = { signals, ARRAY_SIZE(signals) },
	[AAC_NUMBER_LIMIT] = { limits, ARRAY_SIZE(limits) },
};

uint32_t aac_number_find(enum aac_number_table table, const char *word)
{
	for (size_t i = 0; i < tables[table].count; i++)
		if (strcmp(tables[table].rows[i].word, word) == 0)
			return tables[table].rows[i].number;
	return AAC_NUMBER_NONE;
}

const char *aac_number_word(enum aac_number_table table, uint32_t number)
{
	for (size_t i = 0; i < tables[table].count; i++)
		if (tables[table].rows[i].number == number)
			return tables[table].rows[i].word;
	return NULL;
}
