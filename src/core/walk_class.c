/*
 * The classes of mediation: of which parts an access consists and where in them the
 * kernel decides.  mount and file, whose parts depend on each other, have steps of their
 * own.
 *
 * Source: queries answered by Linux 6.1 and 6.12 of policy that apparmor_parser 3.0.8 and
 * 4.1.0 had compiled.
 */
#include "base/macro.h"
#include "core/walk.h"

static bool step_parts(const struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	const struct walk_part *part = &walk->class->parts[at->part];
	uint32_t ahead = 0;

	*to = walk_both(walk, at, byte);
	if (part->form == WALK_NUMBERS && at->aux >= part->count)
		return false;
	if (part->branches && byte != 1 && byte != 2 && byte != 4)
		return false;
	if (part->form == WALK_NUMBERS && at->aux + 1 == part->count)
		ahead = part->branches && byte != 1 ? 3 : 1;
	else if (part->form == WALK_TEXT && byte == 0 && !(part->nul_first && !at->aux))
		ahead = 1;
	to->part += ahead;
	if (ahead)
		to->aux = 0;
	else if (part->form == WALK_NUMBERS)
		to->aux++;
	else
		to->aux = part->nul_first;
	return to->part < walk->class->part_count;
}

static void judge_parts(struct walk *walk, const struct walk_node *at)
{
	const struct walk_part *part = &walk->class->parts[at->part];
	uint32_t judged = part->within | (at->aux == 0 ? part->before : 0);

	walk_gain(walk, "",
		  judged & aac_policydb_perms(walk->a, at->a).allow &
			  ~aac_policydb_perms(walk->b, at->b).allow);
}

/* Of sockets: create … listen, the options and attributes. */
#define NETWORK_ALL 0x03700376u

static const struct walk_part network_parts[] = {
	{ .name = "family and type", .form = WALK_NUMBERS, .count = 4 },
	{ .name = "protocol", .form = WALK_NUMBERS, .count = 2, .before = NETWORK_ALL },
	{ .name = "address", .nul_first = true, .before = NETWORK_ALL },
	{ .name = "label" },
	{ .name = "operation",
	  .form = WALK_NUMBERS,
	  .count = 1,
	  .branches = true,
	  .before = NETWORK_ALL },
	{ .name = "peer address", .nul_first = true },
	{ .name = "peer label", .within = NETWORK_ALL },
	{ .name = "number", .form = WALK_NUMBERS, .count = 2 },
	{ .before = NETWORK_ALL },
};

/* Sent, received. */
static const struct walk_part signal_parts[] = {
	{ .name = "signal", .form = WALK_NUMBERS, .count = 1 },
	{ .name = "peer", .within = 2 | 4 },
};

/* Trace and read, as the one who does or the one to whom it is done. */
static const struct walk_part ptrace_parts[] = {
	{ .name = "peer", .within = 2 | 4 | 8 | 0x10 },
};

/* Eavesdrop on a bus; bind a name; send and receive a message. */
static const struct walk_part dbus_parts[] = {
	{ .name = "bus", .within = 0x20 },
	{ .name = "name", .within = 0x40 },
	{ .name = "label" },
	{ .name = "path" },
	{ .name = "interface" },
	{ .name = "member", .within = 2 | 4 },
};

static const struct walk_part mqueue_parts[] = {
	{ .name = "queue" },
	{ .name = "label",
	  .within = AAC_ACCESS_CREATE | AAC_ACCESS_READ | AAC_ACCESS_WRITE |
		    AAC_ACCESS_OPEN | AAC_ACCESS_DELETE },
};

static const struct walk_part userns_parts[] = {
	{ .name = "user namespace", .form = WALK_NUMBERS, .before = 8 },
};

/* Override credentials, poll the queue from a kernel thread. */
static const struct walk_part io_uring_parts[] = {
	{ .name = "label", .within = 0x10 | 8 },
};

#define CLASS(text, number, list)                                                        \
	{                                                                                \
		.name = text, .id = number, .parts = list,                               \
		.part_count = ARRAY_SIZE(list), .step = step_parts, .judge = judge_parts \
	}

const struct walk_class walk_classes[] = {
	CLASS("unix", AAC_CLASS_UNIX, network_parts),
	CLASS("signal", AAC_CLASS_SIGNAL, signal_parts),
	CLASS("network", AAC_CLASS_NETWORK, network_parts),
	CLASS("network", AAC_CLASS_NETWORK_V9, network_parts),
	CLASS("ptrace", AAC_CLASS_PTRACE, ptrace_parts),
	CLASS("mqueue", AAC_CLASS_MQUEUE, mqueue_parts),
	CLASS("userns", AAC_CLASS_USERNS, userns_parts),
	CLASS("io_uring", AAC_CLASS_IO_URING, io_uring_parts),
	CLASS("dbus", AAC_CLASS_DBUS, dbus_parts),
};
const size_t walk_class_count = ARRAY_SIZE(walk_classes);
