/*
 * Bisection: takes a text that apparmor_parser fails on and tells the rule to blame.
 * Rules are left out by leaving their lines empty, so all other lines keep their numbers.
 *
 * Not obvious: a set of rules that is refused is refused in every larger set too, so the
 * shortest refused beginning of the text ends with one culprit; and when that one alone
 * is not refused, the shortest beginning that is refused together with it ends with the
 * other.
 */
#include "host/compiler_search.h"

#include <string.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/render.h"
#include "host/compiler_run.h"
#include "host/spawn.h"

/* A run that took too long is asked for again with less patience, the verdict with more.
 */
#define IMPATIENT_SECONDS 3
#define PATIENT_SECONDS 10
#define NONE SIZE_MAX

static unsigned int at_most(unsigned int seconds, unsigned int limit)
{
	return seconds < limit ? seconds : limit;
}

struct asking {
	struct aac_search *search;
	const struct aac_profile_text *text;
	const struct aac_process *failed;
	const char *sign; /* how the failure is known again */
	size_t *lines;	  /* of the rules, by number from 0 */
	size_t count;
	unsigned int seconds;
};

/* Warnings come with good profiles too. */
static bool is_noise(const char *line, size_t len)
{
	return aac_compiler_is_noise(line, len) || aac_compiler_is_audit(line, len) ||
	       memmem(line, len, "not enforced", strlen("not enforced")) ||
	       memmem(line, len, "downgrad", strlen("downgrad"));
}

/* The first line of ERR that says something, up to what differs from rule to rule. */
static const char *sign_of(struct arena *arena, const char *err)
{
	while (*err) {
		size_t len = strcspn(err, "\n"), head = strcspn(err, "\n'\"/0123456789");

		if (!is_noise(err, len)) {
			const char *merged = memmem(err, len, "has merged rule",
						    strlen("has merged rule"));

			return merged ? "has merged rule"
				      : arena_strndup(arena, err, head);
		}
		err += len + (err[len] == '\n');
	}
	return "";
}

static bool same_failure(const struct asking *a, const struct aac_process *again)
{
	const char *sign;

	if (again->spawn_errno)
		return false;
	if (a->failed->timed_out || again->timed_out)
		return a->failed->timed_out && again->timed_out;
	if (WIFSIGNALED(a->failed->status) || WIFSIGNALED(again->status))
		return WIFSIGNALED(a->failed->status) && WIFSIGNALED(again->status) &&
		       WTERMSIG(a->failed->status) == WTERMSIG(again->status);
	if ((WEXITSTATUS(a->failed->status) != 0) != (WEXITSTATUS(again->status) != 0))
		return false;
	sign = sign_of(a->search->arena, buf_str(&again->err));
	return strcmp(sign, a->sign) == 0;
}

/* Does the parser fail with the first UNTIL rules and EXTRA (NONE: no other)? */
static bool fails(const struct asking *a, size_t until, size_t extra)
{
	struct aac_process process = *a->failed;
	CLEANUP_BUF text = { 0 };
	const char *at = a->text->text;
	size_t next = 0;
	bool same;

	for (size_t i = 0; i < a->text->line_count; i++) {
		size_t len = strcspn(at, "\n");
		bool rule = next < a->count && a->lines[next] == i;

		if (!rule || next < until || next == extra)
			buf_putn(&text, at, len);
		next += rule;
		buf_putc(&text, '\n');
		at += len + (at[len] == '\n');
	}
	process.argv = a->search->argv;
	process.input = buf_str(&text);
	process.input_len = text.len;
	process.seconds = a->seconds;
	process.timed_out = false;
	process.out = process.err = (struct buf){ 0 };
	aac_spawn_all(&process, 1, 1, NULL, NULL);
	same = same_failure(a, &process);
	buf_fini(&process.out);
	buf_fini(&process.err);
	return same;
}

/* The shortest beginning that fails together with EXTRA; END does. */
static size_t shortest(const struct asking *a, size_t end, size_t extra)
{
	size_t low = 0, high = end; /* LOW does not fail, HIGH does */

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (fails(a, middle, extra))
			high = middle;
		else
			low = middle;
	}
	return high;
}

static const struct aac_grant *grant_at(const struct asking *a, size_t rule)
{
	return a->text->lines[a->lines[rule]].grant;
}

static void collect(struct asking *a)
{
	a->lines = ARENA_ARRAY(a->search->arena, size_t, a->text->line_count);
	for (size_t i = 0; i < a->text->line_count; i++)
		if (a->text->lines[i].grant)
			a->lines[a->count++] = i;
}

static bool search_rules(struct asking *a)
{
	struct aac_search *search = a->search;
	size_t first, second;

	if (a->count == 0 || fails(a, 0, NONE) || !fails(a, a->count, NONE))
		return false;
	first = shortest(a, a->count, NONE) - 1;
	search->rules[0] = grant_at(a, first);
	if (a->failed->timed_out) {
		a->seconds = at_most(PATIENT_SECONDS, a->failed->seconds);
		return fails(a, 0, first);
	}
	if (first == 0 || fails(a, 0, first))
		return true;
	second = shortest(a, first, first) - 1;
	search->rules[1] = grant_at(a, second);
	return true;
}

bool aac_compiler_search(struct aac_search *search, const struct aac_compiler_run *run,
			 const struct aac_process *process)
{
	struct asking a = { .search = search,
			    .text = run->text,
			    .failed = process,
			    .seconds = process->timed_out ? at_most(IMPATIENT_SECONDS,
								    process->seconds)
							  : process->seconds };

	if (search->done)
		return search->found;
	search->done = true;
	a.sign = sign_of(search->arena, buf_str(&process->err));
	collect(&a);
	search->found = search_rules(&a);
	return search->found;
}
