#pragma once

/*
 * Compiled policy put together from two compiled texts: of what takes long to compile,
 * the paths of files, mounts and networks, the one text's automata, of all else the
 * other's.
 *
 * That it can be taken apart there: every match of the policy's automaton begins with the
 * mediation class; one of a file begins with '/', or, of a link or of an exec that
 * changes the profile, with such a path and a NUL, behind which a link's target has '/'
 * again and a profile's name has not.  So which automaton is asked is known from the
 * bytes alone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aac_splice;
struct arena;
struct buf;

/*
 * FULL: the compiled text of one profile called NAME; SMALL: the same, which may lack
 * rules of files, links and mounts, and with NETWORKS of networks; unix sockets may be of
 * their class.  NULL: they are not of the form that is
 * known here.  The arena's, and so long as the two stay.
 */
const struct aac_splice *aac_splice_new(struct arena *arena, const struct buf *full,
					const struct buf *small, const char *name,
					bool networks);

/*
 * The profile under the name TO, onto OUT: SMALL is what aac_splice_new's was, compiled
 * under that name.  False, with OUT as it was: there is no telling, or what SMALL says of
 * what is not taken from it is not what that one said.  It decides as
 * apparmor_parser's own would, with other bytes, which no kernel should see.  SCRATCH: an
 * arena for the time of the call.
 */
bool aac_splice(const struct aac_splice *splice, struct arena *scratch,
		const struct buf *small, const char *to, struct buf *out);
