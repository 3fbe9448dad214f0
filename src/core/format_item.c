/*
 * From the tokens and comments of a file to the formatter's items.  A comment that begins
 * a line keeps a line of its own, any other stays behind what it is behind: a `##` above
 * a statement is its documentation, and one behind something is not.
 */
#include "core/format_item.h"

#include <string.h>

#include "aaf.h"
#include "base/arena.h"

struct cutting {
	struct arena *arena;
	const struct aac_source *source;
	const struct aac_token *token;	   /* next */
	const struct aac_comment *comment; /* next */
	struct format_items *to;
	uint32_t end; /* of what was taken last */
	unsigned int depth;
	bool fresh;    /* nothing stands in this block yet */
	bool declared; /* what was taken last is the end of a declaration */
};

/* Newlines between what was taken last and BEGIN. */
static unsigned int newlines(const struct cutting *cut, uint32_t begin)
{
	unsigned int count = 0;

	for (uint32_t i = cut->end; i < begin; i++)
		count += cut->source->text[i] == '\n';
	return count;
}

static bool comment_is_next(const struct cutting *cut)
{
	return cut->comment && cut->comment->span.begin < cut->token->span.begin;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Blanks behind a comment are none of it. */
static size_t comment_length(const struct cutting *cut)
{
	struct aac_span at = cut->comment->span;

	while (at.end > at.begin && is_blank(cut->source->text[at.end - 1]))
		at.end--;
	return at.end - at.begin;
}

static struct format_item *new_item(struct cutting *cut, enum format_type type,
				    uint32_t begin)
{
	struct format_item *item = &cut->to->items[cut->to->count++];

	*item = (struct format_item){ .type = type, .depth = cut->depth };
	item->blank = type != FORMAT_CLOSE && cut->to->count > 1 &&
		      ((!cut->fresh && newlines(cut, begin) > 1) || cut->declared);
	cut->fresh = cut->declared = false;
	return item;
}

static void take_comment(struct cutting *cut)
{
	const char *text = cut->source->text + cut->comment->span.begin;
	size_t len = comment_length(cut);
	struct format_item *last =
		cut->to->count ? &cut->to->items[cut->to->count - 1] : NULL;

	if (last && newlines(cut, cut->comment->span.begin) == 0 && !last->trail &&
	    last->type != FORMAT_COMMENT) {
		last->trail = text;
		last->trail_len = len;
	} else {
		struct format_item *item =
			new_item(cut, FORMAT_COMMENT, cut->comment->span.begin);

		item->trail = text;
		item->trail_len = len;
	}
	cut->end = cut->comment->span.end;
	cut->comment = cut->comment->next;
}

/* ---- statements ---------------------------------------------------------------------
 */

/* The tokens of the statement at hand, and the comments in it. */
static size_t count_pieces(const struct cutting *cut)
{
	const struct aac_token *token = cut->token;
	const struct aac_comment *comment = cut->comment;
	size_t count = 1;

	for (; !token->last; token = token->next)
		count++;
	for (; comment && comment->span.begin < token->span.begin;
	     comment = comment->next)
		count++;
	return count;
}

/* `@{NAME} =` or `@{NAME} +=`, with one blank; the name may hold anything. */
static void set_variable(struct cutting *cut, struct format_piece *piece)
{
	bool more = piece->text[piece->len - 2] == '+';
	size_t name = piece->len - (more ? 2 : 1);
	char *text;

	while (is_blank(piece->text[name - 1]))
		name--;
	text = arena_alloc(cut->arena, name + 4, 1);
	memcpy(text, piece->text, name);
	memcpy(text + name, more ? " +=" : " =", more ? 3 : 2);
	piece->text = text;
	piece->len = name + (more ? 3 : 2);
}

static void set_text(struct cutting *cut, struct format_piece *piece,
		     const struct aac_token *token)
{
	const char *text = cut->source->text + token->span.begin;
	size_t len = token->span.end - token->span.begin;

	piece->text = text;
	piece->len = len;
	if (token->kind == TOK_INCLUDE || token->kind == TOK_IF_EXISTS) {
		piece->text = token->kind == TOK_INCLUDE ? "include" : "if exists";
		piece->len = strlen(piece->text);
	} else if (token->kind == TOK_VARIABLE) {
		set_variable(cut, piece);
	}
	piece->joins = token->kind == TOK_OR || token->kind == TOK_AND;
}

static void add_comment(struct cutting *cut, struct format_item *item)
{
	struct format_piece *piece = &item->pieces[item->count++];

	piece->text = cut->source->text + cut->comment->span.begin;
	piece->len = comment_length(cut);
	piece->comment = true;
	piece->before =
		newlines(cut, cut->comment->span.begin) ? FORMAT_MUST : FORMAT_SPACED;
	cut->end = cut->comment->span.end;
	cut->comment = cut->comment->next;
}

static void count_token(struct format_gap *gap, const struct aac_token *token)
{
	static const int others[] = { TOK_AUDIT, TOK_ALLOW,    TOK_DENY,  TOK_OWNER,
				      TOK_OTHER, TOK_PRIORITY, TOK_ASSIGN };
	bool counts = gap->parens == 0 && token->kind != TOK_RPAREN;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		counts &= token->kind != others[i];
	if (gap->before && gap->before->kind == TOK_ASSIGN && gap->args == 0)
		counts = false; /* the number of a priority */
	if (token->kind == TOK_LPAREN) {
		gap->except = gap->before && gap->before->kind == TOK_EXCEPT;
		gap->parens++;
	} else if (token->kind == TOK_RPAREN && gap->parens) {
		gap->parens--;
	}
	if (counts && gap->args++ == 0)
		gap->path = token->kind == TOK_QUOTED || aac_format_path(token);
}

static void take_statement(struct cutting *cut)
{
	struct format_gap gap = { .first = cut->token };
	struct format_item *item =
		new_item(cut, FORMAT_STATEMENT, cut->token->span.begin);
	bool last;

	item->pieces = ARENA_ARRAY(cut->arena, struct format_piece, count_pieces(cut));
	do {
		struct format_piece *piece;
		bool commented = false;

		for (; comment_is_next(cut); commented = true) {
			if (cut->token->kind == TOK_NEWLINE) {
				take_comment(cut);
				continue;
			}
			add_comment(cut, item);
		}
		last = cut->token->last;
		if (cut->token->kind != TOK_NEWLINE) {
			piece = &item->pieces[item->count++];
			gap.at = cut->token;
			gap.newline = newlines(cut, cut->token->span.begin) > 0;
			set_text(cut, piece, cut->token);
			piece->before = commented ? FORMAT_MUST : aac_format_gap(&gap);
			count_token(&gap, cut->token);
			gap.before = cut->token;
			cut->end = cut->token->span.end;
			item->opens = cut->token->kind == TOK_LBRACE;
		}
		cut->token = cut->token->next;
	} while (!last);
	item->assigns = gap.first->kind == TOK_VARIABLE;
	aac_format_column(item, gap.first);
	if (item->opens)
		cut->depth++, cut->fresh = true;
}

/* ---- blocks ---------------------------------------------------------------------------
 */

static bool begins_with(const struct format_item *item, const char *word)
{
	return item->count && item->pieces[0].len == strlen(word) &&
	       memcmp(item->pieces[0].text, word, item->pieces[0].len) == 0;
}

/* `else` goes on behind the '}' before it. */
static void join_else(struct cutting *cut)
{
	struct format_item *item = &cut->to->items[cut->to->count - 1];
	struct format_item *before = cut->to->count > 1 ? item - 1 : NULL;

	if (before && before->type == FORMAT_CLOSE && !before->trail && item->opens &&
	    begins_with(item, "else")) {
		item->goes_on = true;
		item->blank = false;
	}
}

static bool else_is_next(const struct cutting *cut)
{
	const struct aac_token *next = cut->token->next;

	return next->kind != TOK_EOF && next->span.end - next->span.begin == 4 &&
	       memcmp(cut->source->text + next->span.begin, "else", 4) == 0;
}

/* The columns of ITEM on one line; too many when it has several. */
static size_t line_width(const struct format_item *item)
{
	size_t width = 0;

	for (size_t i = 0; i < item->count; i++) {
		const struct format_piece *piece = &item->pieces[i];

		if (piece->comment || piece->before == FORMAT_MUST ||
		    memchr(piece->text, '\n', piece->len))
			return FORMAT_WIDTH + 1;
		width += (piece->before != FORMAT_GLUED) + piece->len;
	}
	return width;
}

/*
 * `if … { one statement }` stays on one line when the author wrote it so and it fits:
 * the statement and the '}' at hand become pieces of the head.
 */
static bool join_block(struct cutting *cut)
{
	struct format_item *body = &cut->to->items[cut->to->count - 1], *head = body - 1;
	struct format_piece *pieces;

	if (cut->to->count < 2 || !head->opens || head->goes_on || head->trail ||
	    body->type != FORMAT_STATEMENT || body->opens || body->trail ||
	    !(begins_with(head, "if") || begins_with(head, "for")) || else_is_next(cut))
		return false;
	if (line_width(head) + line_width(body) + 3 + head->depth * FORMAT_INDENT >
	    FORMAT_WIDTH)
		return false;
	for (const char *at = head->pieces[0].text;
	     at < cut->source->text + cut->token->span.begin; at++)
		if (*at == '\n')
			return false;
	pieces = ARENA_ARRAY(cut->arena, struct format_piece,
			     head->count + body->count + 1);
	memcpy(pieces, head->pieces, sizeof(*pieces) * head->count);
	memcpy(pieces + head->count, body->pieces, sizeof(*pieces) * body->count);
	pieces[head->count].before = FORMAT_SPACED;
	pieces[head->count + body->count] =
		(struct format_piece){ .text = "}", .len = 1, .before = FORMAT_SPACED };
	head->column = FORMAT_BLOCK;
	head->split = head->count - 1;
	head->count += body->count + 1;
	head->pieces = pieces;
	head->opens = false;
	cut->to->count--;
	return true;
}

static void take_close(struct cutting *cut)
{
	cut->depth -= cut->depth > 0;
	if (!join_block(cut))
		new_item(cut, FORMAT_CLOSE, cut->token->span.begin);
	cut->declared = cut->depth == 0;
	cut->end = cut->token->span.end;
	cut->token = cut->token->next;
}

struct format_items aac_format_items(struct arena *arena, const struct aac_file *file)
{
	struct format_items items = { 0 };
	struct cutting cut = { .arena = arena,
			       .source = file->source,
			       .token = file->tokens.head,
			       .comment = file->comments.head,
			       .to = &items };
	size_t most = 0;

	for (const struct aac_token *token = cut.token; token; token = token->next)
		most += token->first;
	for (const struct aac_comment *c = cut.comment; c; c = c->next)
		most++;
	items.items = ARENA_ARRAY(arena, struct format_item, most);
	while (cut.token->kind != TOK_EOF || cut.comment) {
		if (comment_is_next(&cut) || cut.token->kind == TOK_EOF) {
			take_comment(&cut);
		} else if (cut.token->kind == TOK_RBRACE) {
			take_close(&cut);
		} else {
			take_statement(&cut);
			join_else(&cut);
		}
	}
	return items;
}
