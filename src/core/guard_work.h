#pragma once

/* Private to guard*.c. */

#include "base/map.h"
#include "core/guard.h"
#include "core/jq_filter.h"
#include "core/shell.h"

/* What was found out about an iteration, or about text that cannot be decided; one
 * iteration may be looked at several times, once for each call of its function. */
enum aac_guard_verdict {
	AAC_GUARD_WAITS,  /* it depends on what the function's callers hand in */
	AAC_GUARD_VALUE,  /* P[] -> (P // [])[] */
	AAC_GUARD_OPTION, /* P[] -> P[]? */
	AAC_GUARD_UNDECIDED,
};

/* What goes in at one place, in this order. */
enum aac_guard_rank {
	AAC_RANK_OPTION, /* behind the byte before */
	AAC_RANK_BEHIND,
	AAC_RANK_CLOSE, /* a quote */
	AAC_RANK_OPEN,
	AAC_RANK_BEFORE, /* the byte after */
};

/* A place between two bytes of the file. */
struct aac_guard_spot {
	uint32_t at;
	unsigned int rank;
	const struct aac_piece *piece; /* whose quoting it has */
};

struct aac_guard_record {
	uint32_t key; /* where its '[' stands */
	size_t order;
	enum aac_guard_verdict verdict;
	struct aac_guard_spot begin, end, close;
	struct aac_span span;
	const char *message, *hint;
};

struct aac_guard_work {
	struct aac_guard_file *file;
	struct aac_shell_script script;
	bool is_filter; /* a file of jq's own */
	struct aac_guard_record *records;
	size_t count, cap;
};

/* A run of jq, or of a function that hands its arguments to jq, with its words as they
 * are at the moment: pieces that may be edited are marked as given. */
struct aac_invocation {
	struct aac_invocation *next;
	struct aac_guard_work *work;
	const struct aac_shell_command *command; /* where it is written */
	const struct aac_shell_word *words;
	unsigned int level; /* how many functions are in between */
};

#define AAC_GUARD_LEVELS 12
#define AAC_GUARD_TEMPLATES 64
/* Words of a call may come to so many pieces: "$1$1" doubles them at each level. */
#define AAC_GUARD_PIECES 4096u
#define AAC_GUARD_INVOCATIONS 50000u

struct aac_guard_call {
	struct aac_guard_call *next;
	struct aac_guard_work *work;
	const struct aac_shell_command *command;
};

/* The calls of a name. */
struct aac_guard_calls {
	struct aac_guard_call *head, *last;
	bool defined; /* there is a function of the name */
	unsigned int templates; /* ways in which functions of the name run jq */
};

struct aac_guard_state {
	struct aac_context *ctx;
	struct arena *arena;
	struct aac_guard_work *works;
	size_t count;
	const struct aac_guard_wrapper *wrappers;
	size_t wrapper_count;
	struct map calls;     /* by the name that is called */
	struct map templates; /* by what they say: equal ones tell nothing new */
	size_t invocations;
};

/* ---- guard_file.c ------------------------------------------------------------------ */

/* Reads the file of WORK; false, after reporting: it is passed over. */
bool aac_guard_read_file(struct aac_guard_state *state, struct aac_guard_work *work);
/* Looks at a file that is a filter. */
void aac_guard_filter_file(struct aac_guard_state *state, struct aac_guard_work *work);

/* ---- guard_word.c -------------------------------------------------------- */

/* WORD as it is inside of its function: variables that only pass parameters on are
 * replaced by them, $(cat <<'X') by its text. */
struct aac_shell_word *aac_guard_resolve(struct aac_guard_state *state,
					 const struct aac_shell_word *word);
/* *WORDS: TEMPLATE's words with the arguments of CALL instead of parameters.  False: they
 * are too many. */
bool aac_guard_substitute(struct aac_guard_state *state,
			  const struct aac_shell_word *template,
			  const struct aac_shell_word *call,
			  const struct aac_shell_word **words);
/* A parameter of a function. */
bool aac_guard_is_param(const struct aac_piece *piece);
bool aac_guard_has_param(const struct aac_shell_word *word);
bool aac_guard_has_text(const struct aac_shell_word *word);

/* ---- guard_command.c ----------------------------------------------------- */

/* The word that runs jq, or is $@ and may; NULL: none does. */
const struct aac_shell_word *aac_guard_find_jq(struct arena *arena,
					       const struct aac_shell_word *words);
/* The scripts in the words and here-documents of COMMAND are read, too. */
void aac_guard_read_nested(struct aac_shell_script *script,
			   const struct aac_shell_command *command);

/* ---- guard_request.c ----------------------------------------------------- */

/* What a command line of jq asks for. */
struct aac_jq_request {
	const struct aac_shell_word *filter; /* NULL: there is none */
	bool from_file;			     /* filter names its file */
	bool handed; /* a function's parameters are in it, or may be */
	struct aac_jq_input input;
};

void aac_guard_request(struct arena *arena, const struct aac_shell_word *jq,
		       struct aac_jq_request *request);
bool aac_guard_looks_like_filter(const struct aac_shell_word *word);

/* ---- guard_filter.c ------------------------------------------------------ */

/* Looks at the filter WORD of INVOCATION and records what is found. */
void aac_guard_filter(struct aac_guard_state *state,
		      const struct aac_invocation *invocation,
		      const struct aac_shell_word *word,
		      const struct aac_jq_input *input);
/* Does WORD, as a filter, iterate over what may be null? */
bool aac_guard_iterates(struct aac_guard_state *state, const struct aac_shell_word *word);
void aac_guard_undecided(struct aac_guard_state *state, struct aac_guard_work *work,
			 uint32_t begin, uint32_t end, const char *message,
			 const char *hint);
struct aac_guard_record *aac_guard_record_new(struct aac_guard_work *work);

/* ---- guard_edit.c -------------------------------------------------------- */

/* The records of WORK as findings and edits of its file. */
void aac_guard_finish(struct aac_guard_state *state, struct aac_guard_work *work);
