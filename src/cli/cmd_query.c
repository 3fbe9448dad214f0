/*
 * aa-compose query: what does a profile allow?  It takes accesses, decides each on the
 * compiled policy as the kernel would, and names the rule that decided.  Not obvious:
 * accesses on standard input are answered as they come, so a result may have been printed
 * before an error is found.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/map.h"
#include "cli/answers.h"
#include "cli/command.h"
#include "cli/compiled.h"
#include "cli/load.h"
#include "cli/ruling_text.h"
#include "cli/run.h"
#include "core/access_form.h"

#define OUT_CHUNK 65536
#define IN_CHUNK 65536
#define LINE_MAX_BYTES (1u << 20)

/* So many lines are remembered; logs ask the same again and again. */
#define ANSWERS_MAX 65536

struct asking {
	struct aac_run *run;
	struct aac_compiled compiled;
	struct arena *scratch; /* for one access */
	bool silent;	       /* only the exit code is asked for */
	struct arena *kept;    /* of what is remembered */
	struct aac_forms *forms;
	struct map answers;	   /* line -> struct answer */
	struct aac_answers *given; /* to accesses like others */
};

/* What was printed for a line, and whether it was a no. */
struct answer {
	const char *text;
	size_t len;
	bool no;
};

static void put_ruling(struct asking *ask, const struct aac_attempt *attempt,
		       const struct aac_ruling *ruling)
{
	struct aac_run *run = ask->run;
	struct aac_json json = { .out = &run->out, .compact = true };

	if (run->opts->json) {
		aac_json_begin(&json, NULL, '{');
		aac_ruling_json(&json, ask->scratch, &ask->compiled, attempt, ruling);
		aac_json_end(&json, '}');
	} else if (!ask->silent) {
		aac_ruling_put(&run->out, ask->scratch, &ask->compiled, attempt, ruling);
	}
}

/* Was it a no? */
static bool decide(struct asking *ask, const struct aac_attempt *attempt)
{
	struct aac_peers peers = aac_compiled_peers(&ask->compiled);
	struct aac_ruling ruling =
		aac_access_decide(ask->scratch, ask->compiled.blob, attempt, &peers);

	bool no = ruling.outcome != AAC_ALLOWED || ruling.complain;

	ask->run->no |= no;
	put_ruling(ask, attempt, &ruling);
	return no;
}

/* ---- arguments --------------------------------------------------------------------- */

static void ask_arguments(struct asking *ask)
{
	struct aac_run *run = ask->run;
	size_t count = run->opts->arg_count - 1;
	const struct aac_attempt **attempts =
		ARENA_ARRAY(run->arena, const struct aac_attempt *, count);

	for (size_t i = 0; i < count; i++) {
		const char *text = run->opts->args[i + 1];
		const char *name = arena_printf(run->arena, "access %zu", i + 1);

		attempts[i] = aac_access_read(
			&run->ctx,
			aac_source_new(run->arena, name, NULL, text, strlen(text)),
			ask->compiled.name);
	}
	for (size_t i = 0; aac_run_ok(run) && i < count; i++)
		decide(ask, attempts[i]);
}

/* ---- standard input ---------------------------------------------------------------- */

static void flush(struct asking *ask)
{
	struct buf *out = &ask->run->out;

	if (!ask->run->refused && out->len && aac_result_print(out) != AAC_EXIT_YES)
		ask->run->refused = true;
	buf_clear(out);
}

static bool recall(struct asking *ask, const char *line, size_t len)
{
	const struct answer *answer = map_get(&ask->answers, line, len);

	if (!answer)
		return false;
	ask->run->no |= answer->no;
	buf_putn(&ask->run->out, answer->text, answer->len);
	return true;
}

/* What was printed for the line begins at BEFORE. */
static void remember(struct asking *ask, const char *line, size_t len, size_t before,
		     bool no)
{
	const struct buf *out = &ask->run->out;
	struct answer *answer;

	if (ask->answers.count >= ANSWERS_MAX)
		return;
	answer = ARENA_NEW(ask->kept, struct answer);
	answer->len = out->len - before;
	answer->text = answer->len
			       ? arena_strndup(ask->kept, out->data + before, answer->len)
			       : "";
	answer->no = no;
	map_add(&ask->answers, arena_strndup(ask->kept, line, len), len, answer);
}

/* What the access of a line asks; NULL: it is none.  MESSAGES take what is wrong. */
static const struct aac_attempt *read_line(struct asking *ask, struct arena *arena,
					   struct aac_diags *messages, const char *line,
					   size_t len, uint32_t number)
{
	struct aac_context ctx = ask->run->ctx;

	ctx.arena = arena;
	ctx.diags = messages;
	return aac_access_read(&ctx, aac_source_line(arena, "-", line, len, number),
			       ask->compiled.name);
}

/* A wrong line is read again for its messages, which live as long as the run. */
static void ask_anew(struct asking *ask, const char *line, size_t len, uint32_t number)
{
	struct aac_run *run = ask->run;
	size_t before = run->out.len;
	const struct aac_attempt *attempt;
	struct aac_diags silent;
	bool no = false;

	aac_diags_init(&silent, ask->scratch);
	attempt = read_line(ask, ask->scratch, &silent, line, len, number);
	if (attempt && !silent.errors)
		no = decide(ask, attempt);
	if (silent.errors + silent.warnings)
		read_line(ask, run->arena, &run->diags, line, len, number);
	else if (attempt)
		remember(ask, line, len, before, no);
}

/* What LINE asks is PLAIN, which no message is to be given about.  Where nothing is
 * printed, deciding anew is no slower than remembering. */
static void ask_plain(struct asking *ask, const struct aac_attempt *plain,
		      const char *line, size_t len)
{
	struct buf *out = &ask->run->out;
	size_t before = out->len;
	bool no;

	if (ask->silent) {
		decide(ask, plain);
	} else if (aac_answers_put(ask->given, plain, out, &no)) {
		ask->run->no |= no;
	} else {
		no = decide(ask, plain);
		if (!aac_answers_keep(ask->given, plain, out, before, no))
			remember(ask, line, len, before, no);
	}
}

static void ask_other(struct asking *ask, const char *line, size_t len, uint32_t number)
{
	const struct aac_attempt *plain;

	if (!ask->silent && recall(ask, line, len))
		return;
	plain = aac_forms_read(ask->forms, ask->scratch, line, len);
	if (plain)
		ask_plain(ask, plain, line, len);
	else if (!ask->silent || !recall(ask, line, len))
		ask_anew(ask, line, len, number);
}

static void ask_line(struct asking *ask, const char *line, size_t len, uint32_t number)
{
	const struct aac_attempt *plain;

	while (len && strchr("\r\n\t ", line[len - 1]))
		len--;
	if (len == 0 || line[strspn(line, " \t")] == '#')
		return;
	plain = aac_access_plain(ask->scratch, line, len);
	if (plain)
		ask_plain(ask, plain, line, len);
	else
		ask_other(ask, line, len, number);
	arena_reset(ask->scratch);
}

/* The whole lines of TEXT, from the one called *NUMBER on; how many bytes they are. */
static size_t ask_lines(struct asking *ask, const char *text, size_t len,
			uint32_t *number)
{
	const char *at = text, *end;

	while (!aac_diags_full(&ask->run->diags) &&
	       (end = memchr(at, '\n', (size_t)(text + len - at)))) {
		ask_line(ask, at, (size_t)(end - at), ++*number);
		at = end + 1;
		if (ask->run->out.len > OUT_CHUNK)
			flush(ask);
	}
	return (size_t)(at - text);
}

static void report_input(struct aac_run *run, const char *why)
{
	aac_report(&run->diags, AAC_ERROR, "file-unreadable", (struct aac_span){ 0 },
		   "standard input: %s", why);
}

/* What has come is answered before more is waited for. */
static void ask_input(struct asking *ask)
{
	struct aac_run *run = ask->run;
	CLEANUP_BUF text = { 0 };
	uint32_t number = 0;
	ssize_t got = 1;

	while (got > 0 && !run->refused && !aac_diags_full(&run->diags)) {
		size_t used;

		buf_reserve(&text, IN_CHUNK + 1);
		got = read(STDIN_FILENO, text.data + text.len, IN_CHUNK);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got < 0)
			report_input(run, strerror(errno));
		if (got == 0 && text.len)
			buf_putc(&text, '\n');
		text.len += got > 0 ? (size_t)got : 0;
		used = ask_lines(ask, buf_str(&text), text.len, &number);
		text.len -= used;
		memmove(text.data, text.data + used, text.len);
		if (text.len > LINE_MAX_BYTES) {
			report_input(run, "a line is longer than a megabyte");
			break;
		}
		flush(ask);
	}
}

/* ---- the command ------------------------------------------------------------------- */

/* A file needs neither rules nor containers. */
static bool load(struct aac_run *run)
{
	const char *what = run->opts->args[0];

	if (!strchr(what, '/') || strstr(what, "//"))
		return aac_run_compose(run);
	aac_load_target(run);
	return aac_run_ok(run);
}

static void perform_query(struct aac_run *run)
{
	struct asking ask = { .run = run };

	if (run->opts->arg_count == 0) {
		run->usage = "'query' needs a profile, a CTID or a file, and accesses";
		return;
	}
	if (!load(run) || !aac_compiled_find(run, run->opts->args[0], &ask.compiled))
		return;
	ask.silent = aac_option_given(run->opts, AAC_OPT_QUIET);
	ask.scratch = arena_new();
	ask.kept = arena_new();
	ask.forms = aac_forms_new(&run->ctx, ask.kept, ask.compiled.name);
	ask.given = aac_answers_new(&ask.compiled);
	if (run->opts->arg_count > 1)
		ask_arguments(&ask);
	else
		ask_input(&ask);
	aac_answers_free(ask.given);
	aac_forms_fini(ask.forms);
	map_fini(&ask.answers);
	arena_free(ask.kept);
	arena_free(ask.scratch);
	aac_compiled_fini(&ask.compiled);
}

const struct aac_command aac_command_query = {
	.name = "query",
	.arguments = "PROFILE|CTID|FILE [ACCESS]...",
	.summary = "what a profile allows, as the kernel decides it, and by which rule",
	.help = "Decides accesses on the policy that the target's apparmor_parser makes "
		"of a profile, as the kernel does, and names the rule that decided. "
		"Without an ACCESS they are read from standard input, one a line.\n\n"
		"The profile is a container's (CTID), a composed or declared one "
		"(PROFILE), or one that stands in a FILE: AppArmor's text or compiled "
		"policy; a FILE that holds several needs --profile. PROFILE//CHILD is a "
		"child profile or a hat. For a FILE that 'build' wrote the rule is named "
		"where it was written.\n\n"
		"An access is written as in 'expect': a rule's kind and one concrete "
		"thing of each sort. The path of a folder ends in '/'. 'owner' before "
		"'file' or 'link': the process owns the file. Options that a mount does "
		"not name are not set. What is left out is not known, and when it "
		"matters the answer is 'depends'.\n\n"
		"-q prints nothing. The exit status is 0 when all are allowed, else 1.",
	.examples =
		"aa-compose query -c containers.json 953 'file /etc/shadow w'\n"
		"aa-compose query lxc-docker 'mount fstype=proc proc -> /mnt/x/'\n"
		"aa-compose query --target debian13 ./profile 'capability sys_admin'\n"
		"aa-compose query --format json lxc-docker < accesses\n",
	.options =
		AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(PROFILE) | AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_query,
};
