/*
 * Nodes of the grammar's larger things: declarations, statements and the shape of rules,
 * with the doc comments and accepts that stand above them; and the wording of syntax
 * errors.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/diag.h"
#include "core/name.h"
#include "grammar.h"

#define NEW(type) ARENA_NEW(parse->ctx->arena, type)

struct aac_decl *aac_parse_decl(struct aac_parse *parse, enum aac_decl_type type,
				struct aac_span at, const struct aac_name *name,
				const struct aac_word *summary)
{
	struct aac_decl *decl = NEW(struct aac_decl);

	*decl = (struct aac_decl){ .span = at,
				   .name_span = name->span,
				   .type = type,
				   .name = name->text,
				   .summary = summary ? summary->text : NULL,
				   .doc = aac_parse_doc(parse, at.begin) };
	LIST_APPEND(&parse->file->decls, decl);
	parse->decl = decl;
	parse->accepts = (struct aac_accepts){ 0 };
	return decl;
}

void aac_parse_once(struct aac_parse *parse, struct aac_span at, struct aac_span first)
{
	if (first.source)
		aac_note(parse->ctx->diags,
			 aac_report(parse->ctx->diags, AAC_ERROR, "duplicate-directive",
				    at, "'%s' is given twice", aac_parse_text(parse, at)),
			 first, "first given here");
}

void aac_parse_names(struct aac_names *list, struct aac_names more)
{
	for (struct aac_name *name = more.head, *next; name; name = next) {
		next = name->next;
		name->next = NULL;
		LIST_APPEND(list, name);
	}
}

void aac_parse_words(struct aac_words *list, struct aac_words more)
{
	for (struct aac_word *word = more.head, *next; word; word = next) {
		next = word->next;
		word->next = NULL;
		LIST_APPEND(list, word);
	}
}

void aac_parse_binding(struct aac_parse *parse, struct aac_span at,
		       const struct aac_name *name, const struct aac_literal *value)
{
	struct aac_binding *binding = NEW(struct aac_binding);
	const char *dot = strchr(name->text, '.');

	*binding = (struct aac_binding){ .span = at,
					 .name_span = name->span,
					 .value = value };
	if (!dot) {
		aac_hint(parse->ctx->diags,
			 aac_report(parse->ctx->diags, AAC_ERROR, "bad-binding",
				    name->span, "'%s' does not say whose parameter it is",
				    name->text),
			 "declare one with 'param %s: TYPE;', or bind a fragment's with "
			 "'param FRAGMENT.%s = VALUE;'",
			 name->text, name->text);
		return;
	}
	binding->fragment =
		arena_strndup(parse->ctx->arena, name->text, (size_t)(dot - name->text));
	binding->param = dot + 1;
	LIST_APPEND(&parse->decl->bindings, binding);
}

void aac_parse_default(struct aac_parse *parse, struct aac_span at,
		       const struct aac_name *name, const struct aac_literal *value)
{
	struct aac_binding *binding = NEW(struct aac_binding);

	*binding = (struct aac_binding){
		.span = at, .name_span = name->span, .param = name->text, .value = value
	};
	LIST_APPEND(&parse->decl->defaults, binding);
}

const char *aac_parse_doc(struct aac_parse *parse, uint32_t begin)
{
	const struct aac_doc *doc = parse->docs;

	while (doc && doc->begin > begin)
		doc = doc->next;
	return doc && doc->begin == begin ? doc->text : NULL;
}

void aac_parse_accept(struct aac_parse *parse, struct aac_span at,
		      const struct aac_name *slug, const struct aac_word *reason,
		      bool whole_fragment)
{
	struct aac_accept *accept = NEW(struct aac_accept);
	const char *near = aac_slug_near(slug->text);

	*accept = (struct aac_accept){ .span = at,
				       .slug_span = slug->span,
				       .slug = slug->text,
				       .reason = reason->text };
	if (!reason->text[strspn(reason->text, " \t")])
		aac_report(parse->ctx->diags, AAC_ERROR, "accept-without-reason",
			   reason->span,
			   "an accept needs a reason: it is what the reviewer reads");
	if (!aac_slug_known(slug->text)) {
		struct aac_diag *diag = aac_report(
			parse->ctx->diags, AAC_WARNING, "unknown-accept", slug->span,
			"there is no diagnostic '%s' to accept", slug->text);

		if (near)
			aac_hint(parse->ctx->diags, diag, "did you mean '%s'?", near);
		else
			aac_hint(parse->ctx->diags, diag,
				 "'list checks' names all that there is");
	}
	if (whole_fragment) {
		LIST_APPEND(&parse->decl->accepts, accept);
		return;
	}
	if (!parse->accepts.head)
		parse->accepts_doc = aac_parse_doc(parse, at.begin);
	LIST_APPEND(&parse->accepts, accept);
}

/* Only white space and comments between END and BEGIN? */
static bool only_blank(const struct aac_parse *parse, uint32_t end, uint32_t begin)
{
	const char *text = parse->source->text;

	for (uint32_t i = end; i < begin; i++) {
		if (text[i] == '#')
			while (i < begin && text[i] != '\n')
				i++;
		else if (!strchr(" \t\r\n", text[i]) || !text[i])
			return false;
	}
	return true;
}

/* The accepts that wait belong to the rule at BEGIN if nothing stands between; they go.
 */
static struct aac_accepts take_accepts(struct aac_parse *parse, uint32_t begin)
{
	struct aac_accepts accepts = parse->accepts;
	struct aac_accept *last = accepts.last;

	parse->accepts = (struct aac_accepts){ 0 };
	if (!last || only_blank(parse, last->span.end, begin))
		return accepts;
	aac_hint(parse->ctx->diags,
		 aac_report(parse->ctx->diags, AAC_ERROR, "accept-without-rule",
			    last->span, "there is no rule directly below this accept"),
		 "write 'accept fragment %s \"…\";' to cover the whole fragment",
		 last->slug);
	return (struct aac_accepts){ 0 };
}

void aac_parse_decl_end(struct aac_parse *parse, uint32_t end)
{
	parse->decl->span.end = end;
	parse->decl = NULL;
	if (parse->accepts.last)
		take_accepts(parse, end);
}

struct aac_stmt *aac_parse_stmt(struct aac_parse *parse, enum aac_stmt_type type,
				struct aac_span at)
{
	struct aac_stmt *stmt = NEW(struct aac_stmt);

	*stmt = (struct aac_stmt){ .span = at, .type = type };
	return stmt;
}

struct aac_stmt *aac_parse_rule(struct aac_parse *parse, struct aac_shape *shape)
{
	struct aac_stmt *stmt = aac_parse_stmt(parse, AAC_STMT_RULE, shape->span);

	shape->doc = aac_parse_doc(parse, shape->span.begin);
	shape->accepts = take_accepts(parse, shape->span.begin);
	if (shape->accepts.head && parse->accepts_doc)
		shape->doc = shape->doc ? arena_printf(parse->ctx->arena, "%s\n%s",
						       parse->accepts_doc, shape->doc)
					: parse->accepts_doc;
	stmt->shape = shape;
	return stmt;
}

struct aac_stmt *aac_parse_assign(struct aac_parse *parse, struct aac_span at,
				  struct aac_words values)
{
	struct aac_shape *shape = NEW(struct aac_shape);
	const char *name = at.source->text + at.begin;
	size_t braces = name[1] == '{',
	       len = braces ? strcspn(name, "}") - 2 : strcspn(name, "+= \t") - 1;

	*shape = (struct aac_shape){ .span = at, .body = at, .values = values };
	if (values.last)
		shape->span.end = shape->body.end = values.last->span.end;
	shape->assign =
		arena_printf(parse->ctx->arena, *name == '@' ? "@{%.*s}" : "$%.*s",
			     (int)len, name + 1 + braces);
	shape->assign_more = at.source->text[at.end - 2] == '+';
	return aac_parse_rule(parse, shape);
}

struct aac_stmt *aac_parse_access(struct aac_parse *parse, struct aac_span at,
				  enum aac_verdict verdict, bool owner,
				  struct aac_span owner_at, struct aac_args args)
{
	struct aac_stmt *stmt = aac_parse_stmt(parse, AAC_STMT_ACCESS, at);
	struct aac_shape *shape = NEW(struct aac_shape);

	*shape = (struct aac_shape){ .span = at, .args = args };
	shape->body = aac_span_join(args.head->span, args.last->span);
	if (owner) {
		struct aac_qual *qual = aac_parse_qual(parse, owner_at, AAC_QUAL_OWNER);

		LIST_APPEND(&shape->quals, qual);
	}
	stmt->shape = shape;
	stmt->verdict = verdict;
	return stmt;
}

/* Is ARG a word into which apparmor_parser reads a ',' that something adjoins?  Not
 * permissions and what else has words of its own. */
static bool takes_comma(const struct aac_args *args, const struct aac_arg *arg)
{
	const struct aac_arg *first = args->head, *word = arg;
	const struct aac_arg *before = NULL;

	for (const struct aac_arg *a = first; a != arg; a = a->next)
		before = a;
	if (arg->type == AAC_ARG_KEY && !arg->paren)
		word = arg->list.head;
	if (!word || word->type != AAC_ARG_WORD || word->word->quoted)
		return false;
	return word != arg || (before && before->type == AAC_ARG_ARROW) ||
	       strchr("/@{", *word->word->text) ||
	       (before && first->type == AAC_ARG_WORD &&
		strcmp(first->word->text, "network") == 0);
}

void aac_parse_adjoined(struct aac_parse *parse, struct aac_args args,
			struct aac_span comma)
{
	char next = comma.source->text[comma.end];

	if (!parse->whole || !next || !strchr("}#", next) ||
	    !takes_comma(&args, args.last))
		return;
	aac_hint(parse->ctx->diags,
		 aac_report(parse->ctx->diags, AAC_ERROR, "syntax", comma,
			    "no blank stands behind this ','"),
		 "write ', %c': apparmor_parser reads the two into the word", next);
}

bool aac_parse_sound(struct aac_parse *parse)
{
	if (parse->ctx->diags->errors == parse->errors)
		return true;
	parse->accepts = (struct aac_accepts){ 0 };
	return false;
}

struct aac_shape *aac_parse_shape(struct aac_parse *parse, struct aac_quals quals,
				  struct aac_args args, struct aac_span body,
				  uint32_t end)
{
	struct aac_shape *shape = NEW(struct aac_shape);

	*shape = (struct aac_shape){
		.span = body, .body = body, .quals = quals, .args = args
	};
	if (quals.head)
		shape->span.begin = quals.head->span.begin;
	shape->span.end = end;
	return shape;
}

struct aac_stmt *aac_parse_qualified(struct aac_parse *parse, struct aac_span at,
				     struct aac_quals quals, struct aac_span brace,
				     struct aac_stmts body)
{
	struct aac_stmt *stmt = aac_parse_stmt(parse, AAC_STMT_QUALIFIED, at);
	struct aac_shape *shape =
		aac_parse_shape(parse, quals, (struct aac_args){ 0 }, brace, brace.end);

	shape->doc = aac_parse_doc(parse, shape->span.begin);
	stmt->shape = shape;
	stmt->body = body;
	return stmt;
}

struct aac_shape *aac_parse_include(struct aac_parse *parse, struct aac_span at,
				    enum aac_include_type type, bool if_exists,
				    struct aac_span path)
{
	struct aac_shape *shape = NEW(struct aac_shape);
	bool marks = type == AAC_INCLUDE_SYSTEM || at.source->text[path.begin] == '"';

	*shape = (struct aac_shape){
		.span = at, .body = at, .include = type, .if_exists = if_exists
	};
	shape->path = aac_parse_word(parse, path, marks);
	return shape;
}

struct aac_qual *aac_parse_qual(struct aac_parse *parse, struct aac_span at,
				enum aac_qual_type type)
{
	struct aac_qual *qual = NEW(struct aac_qual);

	*qual = (struct aac_qual){ .span = at, .type = type };
	return qual;
}

struct aac_arg *aac_parse_arg(struct aac_parse *parse, struct aac_span at,
			      enum aac_arg_type type)
{
	struct aac_arg *arg = NEW(struct aac_arg);

	*arg = (struct aac_arg){ .span = at, .type = type };
	return arg;
}

struct aac_arg *aac_parse_key(struct aac_parse *parse, struct aac_span at,
			      struct aac_span key, struct aac_word *value)
{
	struct aac_arg *arg = aac_parse_arg(parse, at, AAC_ARG_KEY);

	arg->key = aac_parse_text(parse, key);
	arg->key_span = key;
	if (value) {
		struct aac_arg *item = aac_parse_arg(parse, value->span, AAC_ARG_WORD);

		item->word = value;
		LIST_APPEND(&arg->list, item);
	}
	return arg;
}

/* The end of the line before a directive that stands among ARGS: the rule before it lacks
 * its ','.  Without a source: there is none. */
static struct aac_span missing_comma(struct aac_args args)
{
	for (const struct aac_arg *arg = args.head; arg && arg->next; arg = arg->next) {
		const struct aac_arg *next = arg->next;
		struct aac_span end = arg->span;

		if (next->type != AAC_ARG_WORD ||
		    !aac_lex_is_directive(next->word->text) ||
		    aac_source_place(end.source, end.end - 1).line ==
			    aac_source_place(end.source, next->span.begin).line)
			continue;
		end.begin = end.end;
		return end;
	}
	return (struct aac_span){ 0 };
}

void aac_parse_wrong_end(struct aac_parse *parse, struct aac_args args,
			 struct aac_span end)
{
	const struct aac_word *first =
		args.head->type == AAC_ARG_WORD ? args.head->word : NULL;
	struct aac_span comma = missing_comma(args);
	const char *near = first && !first->quoted && aac_name_valid(first->text, false)
				   ? aac_lex_suggest_directive(first->text)
				   : NULL;

	if (comma.source) {
		aac_report(parse->ctx->diags, AAC_ERROR, "syntax", comma,
			   "expected ',' at the end of the rule");
		return;
	}
	if (near) {
		struct aac_diag *diag =
			aac_report(parse->ctx->diags, AAC_ERROR, "unknown-directive",
				   first->span, "there is no directive '%s' here",
				   first->text);

		if (strcmp(near, first->text) == 0)
			aac_hint(parse->ctx->diags, diag,
				 "move it out of this block, which is for rules");
		else
			aac_hint(parse->ctx->diags, diag, "did you mean '%s'?", near);
		return;
	}
	aac_hint(parse->ctx->diags,
		 aac_report(parse->ctx->diags, AAC_ERROR, "wrong-terminator", end,
			    "an AppArmor rule ends with ',', not with ';'"),
		 "only the language's own directives end with ';'");
}

bool aac_parse_silent(struct aac_parse *parse)
{
	bool silent = parse->recovering ||
		      (parse->lost && !parse->whole &&
		       (aac_lex_block(parse) == AAC_BLOCK_TOP || !parse->decl));

	parse->recovering = true;
	parse->lost = true;
	return silent;
}

void aac_parse_syntax(struct aac_parse *parse, const struct aac_syntax *error)
{
	struct aac_span at = error->at;
	struct aac_diag *diag;
	unsigned int depth =
		parse->depth < AAC_BLOCK_DEPTH ? parse->depth : AAC_BLOCK_DEPTH - 1;

	if (aac_parse_silent(parse))
		return;
	if (error->missing)
		at = (struct aac_span){ at.source, parse->previous_end,
					parse->previous_end };
	diag = aac_report(parse->ctx->diags, AAC_ERROR, "syntax", at, "%s",
			  error->message);
	if (error->near)
		aac_hint(parse->ctx->diags, diag, "did you mean '%s'?", error->near);
	else if (error->cure)
		aac_hint(parse->ctx->diags, diag, "%s", error->cure);
	else if (parse->usage && !error->missing)
		aac_hint(parse->ctx->diags, diag, "%s", parse->usage);
	if (!error->at_eof || !depth)
		return;
	if (parse->unclosed) {
		diag->span.begin = diag->span.end = parse->unclosed;
		diag->message = "expected '}' before this declaration";
	}
	at.begin = parse->block_begin[depth];
	at.end = at.begin + 1;
	aac_note(parse->ctx->diags, diag, at, "the block that begins here is not closed");
	aac_hint(parse->ctx->diags, diag, "write the '}' that closes it");
}
