#pragma once

struct arena;
struct buf;

/*
 * A completion script for bash, made of the tables of commands and options.  It asks the
 * program that is completed for names (`completion containers`, `list targets`).
 */
void aac_bash_script_put(struct arena *arena, struct buf *out);
