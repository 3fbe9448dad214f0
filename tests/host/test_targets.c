/*
 * Targets on a host: the shipped ones, and what `host` is on machines of all sorts,
 * each a folder tree with a pretended parser.
 */
#include "host/targets.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/target.h"
#include "support/scratch.h"

static struct aac_targets targets;

static void setup(void)
{
	const char *top = getenv("top_srcdir");
	struct aac_host own = { 0 };

	scratch_setup();
	targets = aac_targets_load(
		&scratch.ctx, &own,
		arena_printf(scratch.arena, "%s/rules/targets", top ? top : "."));
}

TestSuite(targets, .init = setup, .fini = scratch_teardown);

static void install_parser(const char *version)
{
	scratch_script("parser", arena_printf(scratch.arena,
					      "#!/bin/sh\n"
					      "echo AppArmor parser version %s\n",
					      version));
	scratch.host.parser = scratch_path("parser");
}

static const struct aac_target *choose(const char *name)
{
	return aac_target_choose(&scratch.ctx, &scratch.host, &targets, name);
}

static void expect_assumed(const char *name, const char *words)
{
	const struct aac_target *target = choose(NULL);
	const struct aac_diag *diag = scratch_find("target-assumed");

	cr_assert_not_null(target, "%s", scratch_said());
	cr_assert_str_eq(target->name, name);
	cr_assert_not_null(diag);
	cr_assert_eq(diag->severity, AAC_NOTE);
	cr_assert(strstr(diag->message, words), "%s", diag->message);
}

Test(targets, the_shipped_ones_load)
{
	static const char *const names[] = { "debian12", "debian13", "pve8", "pve9" };

	cr_assert_null(scratch.diags.head, "%s", scratch_said());
	cr_assert_eq(targets.count, 4);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_str_eq(targets.items[i]->name, names[i]);
		cr_assert(strstr(targets.items[i]->features_path, ".features"));
		cr_assert_eq(choose(names[i]), targets.items[i]);
	}
}

Test(targets, an_unknown_one_is_refused_with_a_hint)
{
	cr_assert_null(choose("debian14"));
	cr_assert_not_null(scratch_find("unknown-target"));
	cr_assert(strstr(scratch_said(), "did you mean 'debian1"), "%s", scratch_said());
}

Test(targets, a_wild_name_lists_them_all)
{
	cr_assert_null(choose("freebsd"));
	cr_assert(strstr(scratch_said(), "debian12, debian13, pve8, pve9, host"), "%s",
		  scratch_said());
}

Test(targets, a_record_without_features_is_refused)
{
	struct aac_targets own;

	scratch_write("t/x.target", "summary = x\n");
	own = aac_targets_load(&scratch.ctx, &scratch.host, "/t");
	cr_assert_eq(own.count, 0);
	cr_assert_not_null(scratch_find("file-unreadable"));
}

Test(targets, one_bad_record_spares_the_others)
{
	struct aac_targets own;

	scratch_write("t/a.target", "summary = x\n");
	scratch_write("t/a.features", "mount {yes\n}\n");
	scratch_write("t/b.target", "summary = x\nabi = abi/3.0\nparser = 3.0.8\n"
				    "parser-min = 3\nparser-max = 4\nkernel = 6.1\n");
	scratch_write("t/b.features", "mount {yes\n}\n");
	own = aac_targets_load(&scratch.ctx, &scratch.host, "/t");
	cr_assert_eq(own.count, 1, "%s", scratch_said());
	cr_assert_str_eq(own.items[0]->name, "b");
	cr_assert_gt(scratch.diags.errors, 0);
}

Test(targets, host_is_not_a_name_to_take)
{
	scratch_write("t/host.target", "summary = x\n");
	scratch_write("t/host.features", "mount {yes\n}\n");
	cr_assert_eq(aac_targets_load(&scratch.ctx, &scratch.host, "/t").count, 0);
	cr_assert_not_null(scratch_find("target-record"));
}

/* ---- this machine --------------------------------------------------------------- */

static void make_kernel(void)
{
	const char *base = "sys/kernel/security/apparmor/features";

	scratch_write(arena_printf(scratch.arena, "%s/mount/mask", base),
		      "mount umount\n");
	scratch_write(arena_printf(scratch.arena, "%s/domain/stack", base), "yes\n");
	scratch_write(arena_printf(scratch.arena, "%s/caps/mask", base), "chown bpf\n");
	scratch_write(arena_printf(scratch.arena, "%s/capability", base), "0xffffff\n");
	scratch_write("proc/sys/kernel/osrelease", "6.8.12-4-pve\n");
}

Test(targets, this_machine_is_what_it_shows)
{
	const struct aac_target *target;

	make_kernel();
	install_parser("3.0.8");
	target = choose("host");
	cr_assert_not_null(target, "%s", scratch_said());
	cr_assert_null(scratch.diags.head, "%s", scratch_said());
	cr_assert_str_eq(target->name, "host");
	cr_assert_str_eq(target->kernel, "6.8.12");
	cr_assert_str_eq(target->parser, "3.0.8");
	cr_assert_str_eq(target->parser_min, "3.0.8");
	cr_assert_str_eq(target->parser_max, "3.0.8");
	cr_assert_str_eq(target->abi, "abi/3.0");
	cr_assert_str_eq(target->features_path,
			 scratch_path("sys/kernel/security/apparmor/features"));
	cr_assert_str_eq(target->features, "capability {0xffffff\n}\n"
					   "caps {mask {chown bpf\n}\n}\n"
					   "domain {stack {yes\n}\n}\n"
					   "mount {mask {mount umount\n}\n}\n");
	cr_assert(aac_target_feature(target, "caps/mask/bpf"));
}

Test(targets, this_machine_is_the_default)
{
	make_kernel();
	install_parser("3.0.8");
	cr_assert_str_eq(choose(NULL)->name, "host");
}

Test(targets, the_newest_abi_is_taken)
{
	make_kernel();
	install_parser("4.1.0");
	scratch_write("etc/apparmor.d/abi/3.0", "x");
	cr_assert_str_eq(choose("host")->abi, "abi/3.0");
	scratch_write("etc/apparmor.d/abi/4.0", "x");
	cr_assert_str_eq(choose("host")->abi, "abi/4.0");
}

Test(targets, an_old_parser_gets_an_old_abi)
{
	make_kernel();
	install_parser("3.0.8");
	scratch_write("etc/apparmor.d/abi/4.0", "x");
	cr_assert_str_eq(choose("host")->abi, "abi/3.0");
}

Test(targets, features_that_never_end_are_refused)
{
	CLEANUP_BUF deep = { 0 };

	make_kernel();
	install_parser("3.0.8");
	buf_puts(&deep, "sys/kernel/security/apparmor/features");
	for (int i = 0; i < 40; i++)
		buf_puts(&deep, "/d");
	scratch_mkdir(buf_str(&deep));
	cr_assert_null(choose("host"));
	cr_assert_not_null(scratch_find("file-unreadable"), "%s", scratch_said());
}

Test(targets, without_apparmor_the_parser_decides)
{
	install_parser("3.0.8");
	expect_assumed("debian12",
		       "this kernel has no AppArmor: composing for 'debian12', "
		       "which fits apparmor_parser 3.0.8");
}

Test(targets, without_apparmor_a_newer_parser_decides)
{
	install_parser("4.1.5");
	expect_assumed("debian13", "apparmor_parser 4.1.5");
}

Test(targets, proxmox_is_preferred_on_proxmox)
{
	install_parser("3.0.8");
	scratch_mkdir("etc/pve");
	expect_assumed("pve8", "apparmor_parser 3.0.8");
}

Test(targets, a_parser_that_fits_nothing_is_refused)
{
	install_parser("9.9");
	cr_assert_null(choose(NULL));
	cr_assert_not_null(scratch_find("unknown-target"));
	cr_assert(strstr(scratch_said(), "no target fits apparmor_parser 9.9"), "%s",
		  scratch_said());
}

Test(targets, a_named_parser_must_be_there)
{
	scratch.host.parser = "/no/such/parser";
	cr_assert_null(choose(NULL));
	cr_assert_not_null(scratch_find("parser-missing"));
}
