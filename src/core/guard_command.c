/*
 * Which commands run jq, and which run a script that stands in their words.  jq may be
 * behind others that run a command (sudo, timeout 5, xargs); what only names it (echo,
 * apt-get install) does not run it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/guard_work.h"

/* The file's name in WORD, when that is only text; NULL. */
static const char *base_name(struct arena *arena, const struct aac_shell_word *word)
{
	const char *text = aac_shell_literal(arena, word), *slash;

	if (!text)
		return NULL;
	slash = strrchr(text, '/');
	return slash ? slash + 1 : text;
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Commands that run the command in their arguments. */
static bool is_runner(const char *name)
{
	static const char *const runners[] = {
		"command",  "builtin",	"exec",	      "sudo",	     "doas",	"env",
		"timeout",  "nice",	"ionice",     "xargs",	     "time",	"nohup",
		"stdbuf",   "setsid",	"chroot",     "unshare",     "nsenter", "pct",
		"docker",   "podman",	"lxc-attach", "lxc-execute", "lxc",	"kubectl",
		"flock",    "runuser",	"busybox",    "find",	     "chrt",	"taskset",
		"parallel", "unbuffer", "incus",      "systemd-run", "su",	"gosu",
		"qm",
	};

	return is_among(name, runners, ARRAY_SIZE(runners));
}

/* jq, jq-1.6, jq-linux64. */
static bool is_jq(const char *name)
{
	if (!name || strncmp(name, "jq", 2) != 0)
		return false;
	return !name[2] || name[2] == '-' || name[2] == '.' ||
	       (name[2] >= '0' && name[2] <= '9') || strcmp(name, "jq.exe") == 0;
}

/* $JQ, "${JQ_BIN}", "${JQ[@]}": a variable named for jq. */
static bool is_jq_variable(const struct aac_shell_word *word)
{
	static const char *const names[] = { "jq",	"jq_bin",  "jq_cmd", "jq_command",
					     "jq_path", "jqbin",   "jqcmd",  "jq_exe",
					     "jqpath",	"jq_exec", "bin_jq", "cmd_jq",
					     "path_jq", "jq_prog" };
	const struct aac_piece *piece = word->head;

	while (piece && piece->type == AAC_PIECE_TEXT && !piece->len)
		piece = piece->next;
	if (!piece || piece->next || piece->type == AAC_PIECE_TEXT || !piece->text)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (piece->len == strlen(names[i]) &&
		    strncasecmp(piece->text, names[i], piece->len) == 0)
			return true;
	return false;
}

static bool runs_jq(struct arena *arena, const struct aac_shell_word *word)
{
	return is_jq(base_name(arena, word)) || is_jq_variable(word);
}

/* "$@" */
static bool is_arguments(const struct aac_shell_word *word)
{
	const struct aac_piece *piece = word->head;

	while (piece && piece->type == AAC_PIECE_TEXT && !piece->len)
		piece = piece->next;
	return piece && !piece->next && piece->type == AAC_PIECE_ARGS;
}

const struct aac_shell_word *aac_guard_find_jq(struct arena *arena,
					       const struct aac_shell_word *words)
{
	if (!words)
		return NULL;
	if (runs_jq(arena, words) || is_arguments(words))
		return words;
	if (!is_runner(base_name(arena, words)))
		return NULL;
	for (words = words->next; words; words = words->next)
		if (runs_jq(arena, words) || is_arguments(words))
			return words;
	return NULL;
}

/* ---- scripts in words ---------------------------------------------------- */

static bool is_shell(const char *name)
{
	static const char *const shells[] = { "sh",  "bash", "dash", "zsh",
					      "ksh", "ash",  "mksh", "rbash" };

	return is_among(name, shells, ARRAY_SIZE(shells));
}

/* The shell that the command runs, or NULL. */
static const struct aac_shell_word *find_shell(struct arena *arena,
					       const struct aac_shell_word *words)
{
	if (is_shell(base_name(arena, words)))
		return words;
	if (!is_runner(base_name(arena, words)))
		return NULL;
	for (words = words->next; words; words = words->next)
		if (is_shell(base_name(arena, words)))
			return words;
	return NULL;
}

/* Behind a shell's word: the script of its -c; *READS: it reads standard input. */
static const struct aac_shell_word *
find_dash_c(struct arena *arena, const struct aac_shell_word *word, bool *reads)
{
	for (word = word->next; word; word = word->next) {
		const char *text = aac_shell_literal(arena, word);

		if (!text || (*text != '-' && *text != '+'))
			return NULL;
		if (text[0] == '-' && text[1] != '-' && strchr(text, 'c'))
			return word->next;
		if (strcmp(text, "-s") == 0)
			break;
		/* -o pipefail, -O extglob */
		if ((text[strlen(text) - 1] | 0x20) == 'o' && text[1] != '-' &&
		    word->next)
			word = word->next;
	}
	*reads = true;
	return NULL;
}

/* Behind "ssh": the words of the remote command. */
static const struct aac_shell_word *find_remote(struct arena *arena,
						const struct aac_shell_word *word)
{
	for (word = word->next; word; word = word->next) {
		const char *text = aac_shell_literal(arena, word);

		if (!text || *text != '-')
			return word->next; /* word is the host */
		if (strchr("bcDEeFIiJLlmOopQRSWw", text[strlen(text) - 1]) && text[1] &&
		    !text[2] && word->next)
			word = word->next;
	}
	return NULL;
}

/* The here-document or here-string that the command reads. */
static const struct aac_shell_word *find_input(const struct aac_shell_command *command)
{
	const struct aac_shell_word *input = NULL;

	for (const struct aac_redirect *redirect = command->redirects; redirect;
	     redirect = redirect->next)
		if (redirect->type != AAC_REDIRECT_OTHER)
			input = redirect->word;
	if (!input && command->piped && command->piped->words &&
	    aac_shell_is(command->piped->words, "cat") && !command->piped->words->next)
		input = find_input(command->piped);
	return input;
}

/* A copy of WORD that no other follows. */
static const struct aac_shell_word *alone(struct arena *arena,
					  const struct aac_shell_word *word)
{
	struct aac_shell_word *copy = ARENA_NEW(arena, struct aac_shell_word);

	*copy = *word;
	copy->next = NULL;
	return copy;
}

/* The next word of *TEXT, which then is behind it; NULL: none is left. */
static const char *next_word(const char **text)
{
	const char *word = *text + strspn(*text, " ");

	*text = word + strcspn(word, " ");
	return *word ? word : NULL;
}

/* Does a remote command read its script from standard input? */
static bool runs_shell(struct arena *arena, const struct aac_shell_word *inner)
{
	const char *text = aac_shell_literal(arena, inner);
	const struct aac_shell_word *shell = find_shell(arena, inner);
	bool reads = false;

	if (shell)
		return !find_dash_c(arena, shell, &reads) && reads;
	if (!text || inner->next || strstr(text, "-c"))
		return false;
	for (const char *at = next_word(&text); at; at = next_word(&text))
		if (is_shell(arena_strndup(arena, at, (size_t)(text - at))))
			return true;
	return false;
}

static void read_one(struct aac_shell_script *script,
		     const struct aac_shell_command *command,
		     const struct aac_shell_word *word, bool shared)
{
	if (word)
		aac_shell_read_words(script, command, alone(script->arena, word), shared);
}

/* eval, trap, alias, watch: true when the command is one of them. */
static bool read_builtin(struct aac_shell_script *script,
			 const struct aac_shell_command *command, const char *name)
{
	struct arena *arena = script->arena;
	const struct aac_shell_word *word = command->words->next;

	if (strcmp(name, "eval") == 0) {
		if (word)
			aac_shell_read_words(script, command, word, true);
	} else if (strcmp(name, "trap") == 0) {
		if (word && word->next)
			read_one(script, command, word, true);
	} else if (strcmp(name, "alias") == 0) {
		for (; word; word = word->next)
			if (aac_shell_assigns(word))
				read_one(script, command,
					 aac_shell_cut(arena, word,
						       aac_shell_assigns(word)),
					 true);
	} else if (strcmp(name, "watch") == 0) {
		while (word && aac_shell_literal(arena, word) &&
		       *aac_shell_literal(arena, word) == '-')
			word = word->next;
		if (word)
			aac_shell_read_words(script, command, word, false);
	} else {
		return false;
	}
	return true;
}

void aac_guard_read_nested(struct aac_shell_script *script,
			   const struct aac_shell_command *command)
{
	struct arena *arena = script->arena;
	const struct aac_shell_word *words = command->words, *shell, *inner;
	const char *name;
	bool reads = false;

	if (!words || command->level >= AAC_SHELL_LEVELS)
		return;
	name = base_name(arena, words);
	if (name && read_builtin(script, command, name))
		return;
	if (name && strcmp(name, "ssh") == 0) {
		inner = find_remote(arena, words);
		if (inner)
			aac_shell_read_words(script, command, inner, false);
		else
			read_one(script, command, find_input(command), false);
		/* ssh HOST bash -s <<'X', ssh HOST 'sudo bash' <<'X' */
		if (inner && runs_shell(arena, inner))
			read_one(script, command, find_input(command), false);
		return;
	}
	shell = find_shell(arena, words);
	if (!shell && name && (!strcmp(name, "su") || !strcmp(name, "runuser"))) {
		for (inner = words->next; inner; inner = inner->next)
			if (aac_shell_is(inner, "-c") || aac_shell_is(inner, "--command"))
				read_one(script, command, inner->next, false);
		return;
	}
	if (!shell)
		return;
	inner = find_dash_c(arena, shell, &reads);
	read_one(script, command,
		 inner	 ? inner
		 : reads ? find_input(command)
			 : NULL,
		 false);
}
