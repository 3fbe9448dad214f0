#pragma once

#include "cli/run.h"
#include "host/lines.h"

/*
 * Reading what the command line names.  Each reports what is wrong and marks the run; a
 * file that is missing or of the wrong type is wrong input, one that cannot be read is
 * a refusal.
 */
void aac_load_rules(struct aac_run *run);
/* What `include … without` in FILES, a list, names: into the context. */
void aac_load_includes(struct aac_run *run, const struct aac_file *files);
/* The same of all includes in FILE, a profile's text.  What cannot be read is not there,
 * without a word. */
void aac_load_all_includes(struct aac_run *run, const struct aac_file *file);
/* Warns of includes in FILE, a profile's text, for which apparmor_parser would find no
 * file on this host. */
void aac_warn_missing_includes(struct aac_run *run, const struct aac_file *file);
/*
 * The rule files PATHS, and of the rule folders all files that declare nothing which
 * these declare; the former come first in what is returned.
 */
const struct aac_file *aac_load_rules_with(struct aac_run *run, const char *const *paths,
					   size_t count);
/* All pinned ones. */
void aac_load_targets(struct aac_run *run);
/* The same, and chooses the one to compose for. */
void aac_load_target(struct aac_run *run);
/* Those that the rules name. */
void aac_load_templates(struct aac_run *run);
void aac_load_config(struct aac_run *run);

/* The template NAME; NULL after reporting it at SPAN, once. */
const struct aac_template *aac_load_template(struct aac_run *run, const char *name,
					     struct aac_span span);

/* Take SOURCE for the template NAME, whatever the folder holds. */
void aac_keep_template(struct aac_run *run, const char *name,
		       const struct aac_source *source);

/* A script that the command line names; NULL after reporting. */
const struct aac_source *aac_load_script(struct aac_run *run, const char *path);
/* A rule file that the command line names; NULL after reporting. */
const struct aac_source *aac_load_rule_file(struct aac_run *run, const char *path);
/* The same of a file of AppArmor's. */
const struct aac_source *aac_load_profile_file(struct aac_run *run, const char *path);
/* A file that rules include, of HOST, called LOGICAL in the manifest; NULL after
 * reporting. */
const struct aac_source *aac_load_include(struct aac_run *run,
					  const struct aac_host *host, const char *path,
					  const char *logical);
/* Standard input, called "-", to its end; NULL after reporting. */
const struct aac_source *aac_load_input(struct aac_run *run);
/* A log that the command line names, line by line; "-" is standard input.  What is wrong
 * is reported. */
void aac_load_lines(struct aac_run *run, const char *path, const struct aac_lines *lines);
