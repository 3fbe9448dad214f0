#pragma once

/*
 * Private to shell_*.c: the reader's state.  A text is the file itself, or what the
 * quoting of a script around it leaves of a word, whose bytes then know where they came
 * from.
 */

#include "core/shell.h"

struct aac_shell_text {
	const char *bytes;
	uint32_t len;
	/* Of each byte; NULL: byte i stands at i, unquoted. */
	const uint32_t *begin, *end;
	const struct aac_quoting *const *quoting;
	struct aac_piece *const *refs; /* what the script around it puts in, or NULL */
};

/* A here-document whose body comes behind the next newline. */
struct aac_shell_pending {
	struct aac_shell_pending *next;
	struct aac_shell_word *body;
	const char *delimiter;
	bool quoted, tabs;
};

struct aac_shell_brace {
	struct aac_shell_brace *up;
	struct aac_shell_scope *scope; /* to go back to; NULL: not a function's */
};

struct aac_shell_reader {
	struct aac_shell_script *script;
	struct arena *arena;
	const struct aac_shell_text *text;
	uint32_t at, end;
	struct aac_shell_scope *scope;
	struct aac_shell_pending *pending, *last_pending;
	struct aac_shell_brace *braces;
	struct aac_shell_command *piping; /* the next command reads its output */
	unsigned int depth, level;
	unsigned int blocks; /* that are open since the scope began */
	bool failed;
	const char *fault, *fault_hint;
	uint32_t fault_at;
};

#define AAC_SHELL_UNCLOSED "the quote that begins here is not closed"
#define AAC_SHELL_UNCLOSED_HINT                                                          \
	"close it; 'bash -n SCRIPT' says where bash sees the mistake"
#define AAC_SHELL_TOO_DEEP "commands and substitutions are nested too deeply here"

enum aac_shell_closer { AAC_UNTIL_END, AAC_UNTIL_PAREN, AAC_UNTIL_ESAC };

/* ---- shell_text.c -------------------------------------------------------- */

uint32_t aac_shell_begin(const struct aac_shell_text *text, uint32_t at);
uint32_t aac_shell_end(const struct aac_shell_text *text, uint32_t at);
const struct aac_quoting *aac_shell_outer(const struct aac_shell_text *text, uint32_t at);
/* A text of room for LEN bytes, which aac_shell_text_add fills. */
struct aac_shell_text *aac_shell_text_new(struct arena *arena, uint32_t len);
void aac_shell_text_add(struct aac_shell_text *text, char byte, uint32_t begin,
			uint32_t end, const struct aac_quoting *quoting,
			struct aac_piece *ref);
/* The words from WORD on, as a text. */
struct aac_shell_text *aac_shell_flatten(struct arena *arena,
					 const struct aac_shell_word *word);
/* What `…` holds, from AT (behind the tick) on to END: what its backslashes leave. */
struct aac_shell_text *aac_shell_untick(const struct aac_shell_reader *reader,
					uint32_t end, bool in_double);

/* ---- shell_word.c -------------------------------------------------------- */

struct aac_shell_word *aac_shell_word_new(struct aac_shell_reader *reader);
/* Bytes FROM to TO of the text, quoted by KIND, as pieces. */
void aac_shell_add_text(struct aac_shell_reader *reader, struct aac_shell_word *word,
			uint32_t from, uint32_t to, enum aac_quote kind);
/* BYTES instead of what stands between FROM and TO. */
void aac_shell_add_escaped(struct aac_shell_reader *reader, struct aac_shell_word *word,
			   uint32_t from, uint32_t to, enum aac_quote kind,
			   const char *bytes, uint32_t len);
/* The word that begins here; NULL: none does. */
struct aac_shell_word *aac_shell_read_word(struct aac_shell_reader *reader);
/* A here-document's body up to END, with what is expanded in it. */
void aac_shell_read_body(struct aac_shell_reader *reader, struct aac_shell_word *word,
			 uint32_t end);
/* "…", from behind its opening quote. */
void aac_shell_read_double(struct aac_shell_reader *reader, struct aac_shell_word *word);

/* ---- shell_dollar.c ------------------------------------------------------ */

/* At '$'; false: it is an ordinary byte here. */
bool aac_shell_read_dollar(struct aac_shell_reader *reader, struct aac_shell_word *word,
			   enum aac_quote kind);
void aac_shell_read_ticks(struct aac_shell_reader *reader, struct aac_shell_word *word,
			  enum aac_quote kind);
/* $'…', <( … ) */
void aac_shell_read_ansi(struct aac_shell_reader *reader, struct aac_shell_word *word);
void aac_shell_read_process(struct aac_shell_reader *reader, struct aac_shell_word *word);
/* At "((": reads arithmetic to its end; false: it is none. */
bool aac_shell_read_arithmetic(struct aac_shell_reader *reader);

/* ---- shell_redirect.c ---------------------------------------------------- */

/* At < or >. */
void aac_shell_read_redirect(struct aac_shell_reader *reader,
			     struct aac_shell_command *command);
/* Behind a newline: the here-documents that were begun in the line. */
void aac_shell_read_documents(struct aac_shell_reader *reader);

/* ---- shell_read.c -------------------------------------------------------- */

void aac_shell_read_list(struct aac_shell_reader *reader, enum aac_shell_closer closer);
/* Blanks, comments and continued lines; newlines as well when LINES. */
void aac_shell_skip(struct aac_shell_reader *reader, bool lines);
/* Here the reading ends. */
void aac_shell_fail(struct aac_shell_reader *reader, uint32_t at, const char *fault,
		    const char *hint);
char aac_shell_peek(const struct aac_shell_reader *reader, uint32_t ahead);
/* At "case", "for" and "select", "[[", the word being read. */
void aac_shell_read_case(struct aac_shell_reader *reader);
void aac_shell_read_for(struct aac_shell_reader *reader);
void aac_shell_read_test(struct aac_shell_reader *reader);
void aac_shell_read_array(struct aac_shell_reader *reader, struct aac_shell_word *word);
struct aac_shell_command *aac_shell_command_new(struct aac_shell_reader *reader);
void aac_shell_command_add(struct aac_shell_command *command,
			   struct aac_shell_word *word);
void aac_shell_command_end(struct aac_shell_reader *reader,
			   struct aac_shell_command *command);
