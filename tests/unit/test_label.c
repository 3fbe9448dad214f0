/*
 * Labels, as Linux 6.1 and 6.12 write them.
 */
#include "core/label.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"

/* "SPACE|NAME,… MODE", with - for what is not there. */
static void print(struct buf *out, const struct aac_label *label)
{
	for (size_t i = 0; i < label->count; i++)
		buf_printf(out, "%s%s|%s", i ? "," : "",
			   label->parts[i].space ? label->parts[i].space : "-",
			   label->parts[i].name);
	buf_printf(out, " %s", label->mode ? label->mode : "-");
}

Test(label, parts_and_modes)
{
	static const char *const rows[][2] = {
		{ "unconfined", "-|unconfined -" },
		{ "lxc-a (enforce)", "-|lxc-a enforce" },
		{ "lxc-a//kid (complain)", "-|lxc-a//kid complain" },
		{ "/usr/bin/a (b) c (kill)", "-|/usr/bin/a (b) c kill" },
		{ "lxc-a//&lxc-b (mixed)", "-|lxc-a,-|lxc-b mixed" },
		{ "lxc-a//&:ns1:unconfined (enforce)", "-|lxc-a,ns1|unconfined enforce" },
		{ "lxc-b//&:ns1:lxc-n//&lxc-n//kid (mixed)",
		  "-|lxc-b,ns1|lxc-n,ns1|lxc-n//kid mixed" },
		{ "lxc-a//&:ns1:lxc-n//&:ns1//deep:unconfined (enforce)",
		  "-|lxc-a,ns1|lxc-n,ns1//deep|unconfined enforce" },
		{ ":ns1:unconfined", "ns1|unconfined -" },
		{ ":ns1://lxc-n//kid (enforce)", "ns1|lxc-n//kid enforce" },
		{ ":lxc-9_<-var-lib-lxc>:unconfined",
		  "lxc-9_<-var-lib-lxc>|unconfined -" },
		{ "lxc-b//&unconfined (complain)", "-|lxc-b,-|unconfined complain" },
		/* What no kernel writes is one name. */
		{ "", "-| -" },
		{ ":", "-|: -" },
		{ "::a", "-|::a -" },
		{ ":a", "-|:a -" },
		{ ":a:", "a| -" },
		{ "(enforce)", "-|(enforce) -" },
		{ "a(b)", "-|a(b) -" },
		{ "//&", "-|,-| -" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena *arena = arena_new();
		struct aac_label label = aac_label_parse(arena, rows[i][0]);
		CLEANUP_BUF out = { 0 };

		print(&out, &label);
		cr_expect_str_eq(buf_str(&out), rows[i][1], "'%s': '%s'", rows[i][0],
				 buf_str(&out));
		arena_free(arena);
	}
}

Test(label, holds_a_profile_and_its_children)
{
	static const struct {
		const char *label, *profile;
		bool holds;
	} rows[] = {
		{ "lxc-a (enforce)", "lxc-a", true },
		{ "lxc-a//kid (enforce)", "lxc-a", true },
		{ "lxc-a//null-/bin/x (complain)", "lxc-a", true },
		{ "lxc-a//&lxc-b (enforce)", "lxc-b", true },
		{ "lxc-b//&:ns:unconfined (enforce)", "lxc-b", true },
		{ "lxc-ab (enforce)", "lxc-a", false },
		{ "lxc-a (enforce)", "lxc-a//kid", false },
		{ ":ns:lxc-a (enforce)", "lxc-a", false },
		{ "lxc-b//&:ns:x//&lxc-a (enforce)", "lxc-a", false },
		{ "lxc-b//&:ns:x//&lxc-a (enforce)", ":ns:lxc-a", true },
		{ "lxc-a (enforce)", ":ns:lxc-a", false },
		{ "unconfined", "lxc-a", false },
		{ "", "lxc-a", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena *arena = arena_new();
		struct aac_label label = aac_label_parse(arena, rows[i].label);
		struct aac_label_part part = aac_label_part_parse(arena, rows[i].profile);

		cr_expect_eq(aac_label_holds(&label, &part), rows[i].holds, "'%s' '%s'",
			     rows[i].label, rows[i].profile);
		arena_free(arena);
	}
}
