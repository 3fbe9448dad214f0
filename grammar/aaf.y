/*
 * The fragment language: one conflict-free LALR(1) grammar for declarations, directives and
 * the shape of AppArmor's rules.  It knows shape, never vocabulary: what a rule's words mean is
 * the tables' work (core/kind.h).  Actions only build nodes; what they need stands in
 * core/parse.c.  Long because a grammar is one text: bison takes it from one file.
 */
%require "3.8"
%define api.pure full
%define api.prefix {aac_yy}
%define api.token.prefix {TOK_}
%define api.location.type {struct aac_span}
%define parse.error custom
%define parse.lac full
%expect 0
%locations
%param { struct aac_parse *parse }

%code requires {
#include "grammar.h"

#define YYLLOC_DEFAULT(Cur, Rhs, N)                                        \
	do {                                                               \
		if (N) {                                                   \
			(Cur) = YYRHSLOC(Rhs, 1);                          \
			(Cur).end = YYRHSLOC(Rhs, N).end;                  \
		} else {                                                   \
			(Cur) = YYRHSLOC(Rhs, 0);                          \
			(Cur).begin = (Cur).end;                           \
		}                                                          \
	} while (0)
}

%code provides {
int aac_yylex(AAC_YYSTYPE *lval, AAC_YYLTYPE *lloc, struct aac_parse *parse);
}

%code {
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/diag.h"

#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wswitch-enum"
#pragma GCC diagnostic ignored "-Wshadow"

#define NEW(type) ARENA_NEW(parse->ctx->arena, type)
#define TEXT(at) aac_parse_text(parse, (at))

/* Only bison's own stack speaks here: yyreport_syntax_error words the rest. */
static void yyerror(const struct aac_span *at, struct aac_parse *parse, const char *msg)
{
	(void)msg;
	aac_report(parse->ctx->diags, AAC_ERROR, "nesting-too-deep", *at,
		   "this is nested too deeply to be read");
}

/* After an error: go on, unless so much is wrong that more would not help. */
#define RECOVER                                             \
	do {                                                \
		if (aac_diags_full(parse->ctx->diags))      \
			YYABORT;                            \
		aac_lex_end_statement(parse);               \
		yyerrok;                                    \
	} while (0)
}

%union {
	bool flag;
	enum aac_verdict verdict;
	enum aac_expr_type op;
	struct aac_type type;
	struct aac_word *word;
	struct aac_words words;
	struct aac_name *name;
	struct aac_names names;
	struct aac_expr *expr;
	struct aac_path *path;
	struct aac_paths paths;
	struct aac_literal *literal;
	struct aac_arg *arg;
	struct aac_args args;
	struct aac_qual *qual;
	struct aac_quals quals;
	struct aac_shape *shape;
	struct aac_stmt *stmt;
	struct aac_stmts stmts;
	struct aac_param *param;
}

%token EOF 0 "end of file"
%token FRAGMENT "'fragment'" PROFILE "'profile'" CONDITION "'condition'"
%token REQUIRES "'requires'" CONFLICTS "'conflicts'" WHEN "'when'" SLUG "'slug'"
%token PARAM "'param'" LXC "'lxc'" TUNABLES "'tunables'" ACCEPT "'accept'" EXPECT "'expect'"
%token IF "'if'" ELSE "'else'" FOR "'for'" IN "'in'" TEMPLATE "'template'" FLAGS "'flags'"
%token USE "'use'" ASSERT "'assert'" NEVER "'never'" ATTACH "'attach'" XATTRS "'xattrs'"
%token NAMED "'name'" PREAMBLE "'preamble'"
%token DEPRECATED "'deprecated'" AMEND "'amend'" DEFAULT "'default'" WITHOUT "'without'"
%token LESS "'without' behind an include"
%token FROM "'from'" SPLIT "'split'" ABSENT "'absent'" LIST "'list'" OF "'of'" ENUM "'enum'"
%token OR "'or'" AND "'and'" NOT "'not'" CONTAINS "'contains'" MATCHES "'matches'" IS "'is'"
%token SET "'set'" EMPTY "'empty'" TARGET "'target'" SUPPORTS "'supports'" PARSER "'parser'"
%token KERNEL "'kernel'" WITH "'with'" TRUE "'true'" FALSE "'false'" NULL "'null'"
%token EQ "'=='" NE "'!='" LE "'<='" GE "'>='" LT "'<'" GT "'>'"
%token NAME "name" RESERVED "reserved word" NUMBER "number" STRING "string" PATH "path"
%token HOLE "parameter"
%token WORD "word" QUOTED "quoted word" KEY "key" ARROW "'->'" EXCEPT "'except'"
%token COMMA "','" SEMI "';'" LBRACE "'{'" RBRACE "'}'" LPAREN "'('" RPAREN "')'"
%token LBRACKET "'['" RBRACKET "']'" ASSIGN "'='" COLON "':'"
%token AUDIT "'audit'" ALLOW "'allow'" DENY "'deny'" OWNER "'owner'" OTHER "'other'"
%token WHOLE_PROFILE "a whole profile's text" ACCESS_TEXT "an access by itself"
%token VARIABLE "variable" NEWLINE "end of the line"
%token PRIORITY "'priority'" INCLUDE "'include'" IF_EXISTS "'if exists'"
%token INCLUDE_SYSTEM "include path"

%left "'or'"
%left "'and'"
%precedence "'not'"

%nterm <name> ident ident_dot use_item
%nterm <names> idents use_items
%nterm <word> string summary lxc_string value pattern flag
%nterm <words> strings attach_strings assigned flag_list
%nterm <expr> expr predicate operand for_list
%nterm <op> compare
%nterm <path> path
%nterm <paths> paths
%nterm <type> type base_type
%nterm <literal> literal literals default
%nterm <param> param_head
%nterm <arg> arg list_item
%nterm <args> args list_items list
%nterm <qual> qual
%nterm <quals> quals
%nterm <shape> rule include
%nterm <stmt> stmt inline_head if_stmt for_stmt access
%nterm <stmts> stmts otherwise accesses access_otherwise
%nterm <verdict> verdict
%nterm <flag> owner

%%

input
	: file
	| "a whole profile's text" stmts { parse->file->stmts = $2; }
	| "an access by itself" owner args access_end {
		struct aac_span at = $2 ? aac_span_join(@2, @3) : @3;
		struct aac_stmt *stmt =
			aac_parse_access(parse, at, AAC_VERDICT_ALLOW, $2, @2, $3);

		LIST_APPEND(&parse->file->stmts, stmt);
	}
	;

access_end
	: %empty
	| "';'"
	;

file
	: %empty
	| file declaration
	;

declaration
	: condition
	| fragment_head "'{'" items "'}'" { aac_parse_decl_end(parse, @4.end); }
	| profile_head "'{'" items "'}'" { aac_parse_decl_end(parse, @4.end); }
	| amend_head "'{'" items "'}'" { aac_parse_decl_end(parse, @4.end); }
	| error "';'" { RECOVER; }
	| error "'}'" { RECOVER; }
	;

condition
	: "'condition'" ident "'='" expr "';'" {
		struct aac_decl *decl = aac_parse_decl(parse, AAC_DECL_CONDITION, @$, $2, NULL);

		decl->expr = $4;
		parse->decl = NULL;
	}
	;

fragment_head
	: "'fragment'" ident summary { aac_parse_decl(parse, AAC_DECL_FRAGMENT, @$, $2, $3); }
	;

profile_head
	: "'profile'" ident_dot summary { aac_parse_decl(parse, AAC_DECL_PROFILE, @$, $2, $3); }
	;

amend_head
	: "'amend'" ident { aac_parse_decl(parse, AAC_DECL_AMEND, @$, $2, NULL); }
	;

summary
	: %empty { $$ = NULL; }
	| string
	;

/* ---- names and strings ------------------------------------------------------- */

ident
	: "name" { $$ = aac_parse_name(parse, @1, false); }
	| soft_word { $$ = aac_parse_name(parse, @1, false); }
	| "reserved word" {
		aac_parse_reserved(parse, @1);
		$$ = aac_parse_name(parse, @1, false);
	}
	;

ident_dot
	: "name" { $$ = aac_parse_name(parse, @1, true); }
	| soft_word { $$ = aac_parse_name(parse, @1, true); }
	;

/* Words that mean something only at their own places. */
soft_word
	: "'absent'" | "'contains'" | "'empty'" | "'enum'" | "'from'" | "'kernel'" | "'list'"
	| "'matches'" | "'never'" | "'of'" | "'parser'" | "'set'" | "'split'" | "'supports'"
	| "'target'"
	;

idents
	: ident { $$ = (struct aac_names){ 0 }; LIST_APPEND(&$$, $1); }
	| idents "','" ident { $$ = $1; LIST_APPEND(&$$, $3); }
	;

string
	: "string" { $$ = aac_parse_string(parse, @1, false); }
	;

strings
	: string { $$ = (struct aac_words){ 0 }; LIST_APPEND(&$$, $1); }
	| strings "','" string { $$ = $1; LIST_APPEND(&$$, $3); }
	;

lxc_string
	: "string" { $$ = aac_parse_string(parse, @1, true); }
	;

/* ---- bodies --------------------------------------------------------------------- */

items
	: %empty
	| items item
	;

item
	: "'requires'" idents "';'" { aac_parse_names(&parse->decl->requires, $2); }
	| "'conflicts'" idents "';'" { aac_parse_names(&parse->decl->conflicts, $2); }
	| "'when'" expr "';'" { LIST_APPEND(&parse->decl->whens, $2); }
	| "'slug'" ident_dot "';'" {
		aac_parse_once(parse, @1, parse->decl->slug_span);
		parse->decl->slug = $2->text;
		parse->decl->slug_span = @2;
	}
	| param_head default from split absent "';'" { $1->fallback = $2; parse->param = NULL; }
	| "'param'" ident_dot "'='" literal "';'" { aac_parse_binding(parse, @$, $2, $4); }
	| "'default'" ident "'='" literal "';'" { aac_parse_default(parse, @$, $2, $4); }
	| "'without'" "'{'" stmts "'}'" {
		struct aac_without *without = NEW(struct aac_without);

		*without = (struct aac_without){ .span = @1, .rules = $3 };
		LIST_APPEND(&parse->decl->withouts, without);
	}
	| "'without'" idents "';'" { aac_parse_names(&parse->decl->leaves_out, $2); }
	| "'tunables'" string "';'" { LIST_APPEND(&parse->decl->tunables, $2); }
	| "'deprecated'" string "';'" {
		aac_parse_once(parse, @1, parse->decl->deprecated_span);
		parse->decl->deprecated = $2->text;
		parse->decl->deprecated_span = @$;
	}
	| "'accept'" ident string "';'" { aac_parse_accept(parse, @$, $2, $3, false); }
	| "'accept'" "'fragment'" ident string "';'" { aac_parse_accept(parse, @$, $3, $4, true); }
	| "'template'" ident_dot "';'" {
		aac_parse_once(parse, @1, parse->decl->template_span);
		parse->decl->template_name = $2->text;
		parse->decl->template_span = @2;
	}
	| "'flags'" flag_list "';'" {
		aac_parse_once(parse, @1, parse->decl->flags_span);
		parse->decl->flags_span = @$;
		aac_parse_words(&parse->decl->flags, $2);
	}
	| "'use'" use_items "';'" { aac_parse_names(&parse->decl->uses, $2); }
	| "'attach'" attach_strings "';'" { aac_parse_words(&parse->decl->attach, $2); }
	| "'xattrs'" attach_strings "';'" { aac_parse_words(&parse->decl->xattrs, $2); }
	| "'name'" string "';'" {
		aac_parse_once(parse, @1, parse->decl->label_span);
		parse->decl->label = $2->text;
		parse->decl->label_span = @2;
	}
	| "'preamble'" "'{'" stmts "'}'" {
		aac_parse_once(parse, @1, parse->decl->preamble_span);
		parse->decl->preamble = $3;
		parse->decl->preamble_span = @1;
	}
	| "'assert'" "'never'" "'{'" stmts "'}'" {
		struct aac_assert *assert = NEW(struct aac_assert);

		*assert = (struct aac_assert){ .span = @$, .rules = $4 };
		LIST_APPEND(&parse->decl->asserts, assert);
	}
	| stmt { if ($1) LIST_APPEND(&parse->decl->body, $1); }
	| error "';'" { RECOVER; }
	| error "','" { RECOVER; }
	;

attach_strings
	: lxc_string { $$ = (struct aac_words){ 0 }; LIST_APPEND(&$$, $1); }
	| attach_strings "','" lxc_string { $$ = $1; LIST_APPEND(&$$, $3); }
	;

flag
	: ident { $$ = aac_parse_word(parse, @1, false); }
	| string
	;

flag_list
	: flag { $$ = (struct aac_words){ 0 }; LIST_APPEND(&$$, $1); }
	| flag_list "','" flag { $$ = $1; LIST_APPEND(&$$, $3); }
	;

use_item
	: ident
	| ident "'when'" expr { $$ = $1; $$->when = $3; }
	;

use_items
	: use_item { $$ = (struct aac_names){ 0 }; LIST_APPEND(&$$, $1); }
	| use_items "','" use_item { $$ = $1; LIST_APPEND(&$$, $3); }
	;

stmts
	: %empty { $$ = (struct aac_stmts){ 0 }; }
	| stmts stmt { $$ = $1; if ($2) LIST_APPEND(&$$, $2); }
	| stmts "'accept'" ident string "';'" {
		$$ = $1;
		aac_parse_accept(parse, aac_span_join(@2, @5), $3, $4, false);
	}
	| stmts error "';'" { $$ = $1; RECOVER; }
	| stmts error "','" { $$ = $1; RECOVER; }
	;

stmt
	: rule { $$ = $1 ? aac_parse_rule(parse, $1) : NULL; }
	| quals args "'{'" stmts "'}'" {
		$$ = aac_parse_rule(parse, aac_parse_shape(parse, $1, $2, @2, @2.end));
		$$->type = AAC_STMT_BLOCK;
		$$->span = @$;
		$$->body = $4;
	}
	| inline_head "'{'" stmts "'}'" { $$ = $1; $$->span = @$; $$->less = $3; }
	| quals "'{'" stmts "'}'" { $$ = aac_parse_qualified(parse, @$, $1, @2, $3); }
	| "variable" assigned "end of the line" { $$ = aac_parse_assign(parse, @1, $2); }
	| if_stmt
	| for_stmt
	| "'lxc'" lxc_string "'='" lxc_string "';'" {
		$$ = aac_parse_stmt(parse, AAC_STMT_LXC, @$);
		$$->key = $2;
		$$->value = $4;
	}
	| "'expect'" "'{'" accesses "'}'" {
		$$ = aac_parse_stmt(parse, AAC_STMT_EXPECT, @$);
		$$->body = $3;
	}
	;

inline_head
	: quals include "'without' behind an include" {
		$2->quals = $1;
		$$ = aac_parse_rule(parse, $2);
		$$->type = AAC_STMT_INLINE;
	}
	;

if_stmt
	: "'if'" expr "'{'" stmts "'}'" otherwise {
		$$ = aac_parse_stmt(parse, AAC_STMT_IF, @$);
		$$->expr = $2;
		$$->body = $4;
		$$->orelse = $6;
	}
	;

otherwise
	: %empty { $$ = (struct aac_stmts){ 0 }; }
	| "'else'" "'{'" stmts "'}'" { $$ = $3; }
	| "'else'" if_stmt { $$ = (struct aac_stmts){ 0 }; LIST_APPEND(&$$, $2); }
	;

for_stmt
	: "'for'" ident "'in'" for_list "'{'" stmts "'}'" {
		$$ = aac_parse_stmt(parse, AAC_STMT_FOR, @$);
		$$->var = $2->text;
		$$->var_span = @2;
		$$->list = $4;
		$$->body = $6;
	}
	;

assigned
	: %empty { $$ = (struct aac_words){ 0 }; }
	| assigned value { $$ = $1; LIST_APPEND(&$$, $2); }
	;

for_list
	: "parameter" { $$ = aac_parse_hole(parse, @1); }
	| path {
		$$ = aac_parse_expr(parse, @1, AAC_EXPR_PATH, NULL, NULL);
		$$->path = $1;
	}
	;

/* ---- expect --------------------------------------------------------------------- */

accesses
	: %empty { $$ = (struct aac_stmts){ 0 }; }
	| accesses access { $$ = $1; if ($2) LIST_APPEND(&$$, $2); }
	| accesses error "';'" { $$ = $1; RECOVER; }
	;

access
	: verdict owner args "';'" { $$ = aac_parse_access(parse, @$, $1, $2, @2, $3); }
	| verdict owner args "','" {
		aac_hint(parse->ctx->diags,
			 aac_report(parse->ctx->diags, AAC_ERROR, "wrong-terminator", @4,
				    "a line of 'expect' ends with ';', not with ','"),
			 "it is an access, not a rule");
		$$ = NULL;
	}
	| "'if'" expr "'{'" accesses "'}'" access_otherwise {
		$$ = aac_parse_stmt(parse, AAC_STMT_IF, @$);
		$$->expr = $2;
		$$->body = $4;
		$$->orelse = $6;
	}
	| "'for'" ident "'in'" for_list "'{'" accesses "'}'" {
		$$ = aac_parse_stmt(parse, AAC_STMT_FOR, @$);
		$$->var = $2->text;
		$$->var_span = @2;
		$$->list = $4;
		$$->body = $6;
	}
	;

access_otherwise
	: %empty { $$ = (struct aac_stmts){ 0 }; }
	| "'else'" "'{'" accesses "'}'" { $$ = $3; }
	| "'else'" "'if'" expr "'{'" accesses "'}'" access_otherwise {
		struct aac_stmt *nested = aac_parse_stmt(parse, AAC_STMT_IF, @$);

		nested->expr = $3;
		nested->body = $5;
		nested->orelse = $7;
		$$ = (struct aac_stmts){ 0 };
		LIST_APPEND(&$$, nested);
	}
	;

verdict
	: "'allow'" { $$ = AAC_VERDICT_ALLOW; }
	| "'deny'" { $$ = AAC_VERDICT_DENY; }
	| "'audit'" { $$ = AAC_VERDICT_AUDIT; }
	;

owner
	: %empty { $$ = false; }
	| "'owner'" { $$ = true; }
	;

/* ---- parameters ----------------------------------------------------------------- */

param_head
	: "'param'" ident_dot "':'" type {
		$$ = NEW(struct aac_param);
		*$$ = (struct aac_param){ .span = @$, .name_span = @2, .name = $2->text,
					  .type = $4, .doc = aac_parse_doc(parse, @1.begin) };
		$$->type.span = @4;
		parse->param = $$;
		if (parse->decl->params.last)
			$$->index = parse->decl->params.last->index + 1;
		LIST_APPEND(&parse->decl->params, $$);
	}
	;

type
	: base_type
	| "'list'" "'of'" base_type { $$ = $3; $$.list = true; }
	;

base_type
	: "name" { $$ = aac_parse_type(parse, @1); }
	| "'enum'" "'('" strings "')'" {
		$$ = (struct aac_type){ .base = AAC_TYPE_ENUM, .choices = $3 };
	}
	;

default
	: %empty { $$ = NULL; }
	| "'='" literal { $$ = $2; }
	;

from
	: %empty
	| "'from'" paths { parse->param->from = $2; }
	;

split
	: %empty
	| "'split'" string { parse->param->split = $2->text; }
	;

absent
	: %empty
	| "'absent'" strings { parse->param->absent = $2; }
	;

path
	: "path" { $$ = aac_parse_path(parse, @1); }
	;

paths
	: path { $$ = (struct aac_paths){ 0 }; LIST_APPEND(&$$, $1); }
	| paths "','" path { $$ = $1; LIST_APPEND(&$$, $3); }
	;

literal
	: string { $$ = aac_parse_literal(parse, @$, AAC_LIT_STRING); $$->text = $1->text; }
	| "number" {
		$$ = aac_parse_literal(parse, @$, AAC_LIT_INT);
		if (!aac_parse_integer(parse, @1, &$$->integer))
			$$->integer = 0;
	}
	| "'true'" { $$ = aac_parse_literal(parse, @$, AAC_LIT_BOOL); $$->boolean = true; }
	| "'false'" { $$ = aac_parse_literal(parse, @$, AAC_LIT_BOOL); }
	| "'['" "']'" { $$ = aac_parse_literal(parse, @$, AAC_LIT_LIST); }
	| "'['" literals "']'" {
		$$ = aac_parse_literal(parse, @$, AAC_LIT_LIST);
		$$->items = aac_parse_reverse($2);
	}
	;

/* in reverse */
literals
	: literal
	| literals "','" literal { $$ = $3; $$->next = $1; }
	;

/* ---- conditions ----------------------------------------------------------------- */

expr
	: expr "'or'" expr { $$ = aac_parse_expr(parse, @$, AAC_EXPR_OR, $1, $3); }
	| expr "'and'" expr { $$ = aac_parse_expr(parse, @$, AAC_EXPR_AND, $1, $3); }
	| "'not'" expr { $$ = aac_parse_expr(parse, @$, AAC_EXPR_NOT, $2, NULL); }
	| predicate
	;

predicate
	: operand
	| operand compare operand { $$ = aac_parse_expr(parse, @$, $2, $1, $3); }
	| operand "'contains'" operand { $$ = aac_parse_expr(parse, @$, AAC_EXPR_CONTAINS, $1, $3); }
	| operand "'matches'" "string" {
		struct aac_expr *glob = aac_parse_expr(parse, @3, AAC_EXPR_STRING, NULL, NULL);

		glob->text = aac_parse_string(parse, @3, false)->text;
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_MATCHES, $1, glob);
	}
	| operand "'is'" "'set'" { $$ = aac_parse_expr(parse, @$, AAC_EXPR_IS_SET, $1, NULL); }
	| operand "'is'" "'empty'" { $$ = aac_parse_expr(parse, @$, AAC_EXPR_IS_EMPTY, $1, NULL); }
	| "'target'" "'is'" string {
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_TARGET_IS, NULL, NULL);
		$$->text = $3->text;
	}
	| "'target'" "'supports'" string {
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_TARGET_SUPPORTS, NULL, NULL);
		$$->text = $3->text;
	}
	| "'target'" "'parser'" compare string {
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_TARGET_PARSER, NULL, NULL);
		$$->cmp = $3;
		$$->text = $4->text;
	}
	| "'target'" "'kernel'" compare string {
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_TARGET_KERNEL, NULL, NULL);
		$$->cmp = $3;
		$$->text = $4->text;
	}
	| "'with'" ident {
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_WITH, NULL, NULL);
		$$->text = $2->text;
	}
	;

compare
	: "'=='" { $$ = AAC_EXPR_EQ; }
	| "'!='" { $$ = AAC_EXPR_NE; }
	| "'<'" { $$ = AAC_EXPR_LT; }
	| "'<='" { $$ = AAC_EXPR_LE; }
	| "'>'" { $$ = AAC_EXPR_GT; }
	| "'>='" { $$ = AAC_EXPR_GE; }
	;

operand
	: path {
		$$ = aac_parse_expr(parse, @1, AAC_EXPR_PATH, NULL, NULL);
		$$->path = $1;
	}
	| operand "'split'" string {
		$$ = aac_parse_expr(parse, @$, AAC_EXPR_SPLIT, $1, NULL);
		$$->text = $3->text;
	}
	| string {
		$$ = aac_parse_expr(parse, @1, AAC_EXPR_STRING, NULL, NULL);
		$$->text = $1->text;
	}
	| "number" { $$ = aac_parse_number(parse, @1); }
	| "'true'" { $$ = aac_parse_expr(parse, @1, AAC_EXPR_TRUE, NULL, NULL); }
	| "'false'" { $$ = aac_parse_expr(parse, @1, AAC_EXPR_FALSE, NULL, NULL); }
	| "'null'" { $$ = aac_parse_expr(parse, @1, AAC_EXPR_NULL, NULL, NULL); }
	| "parameter" { $$ = aac_parse_hole(parse, @1); }
	| "name" {
		$$ = aac_parse_expr(parse, @1, AAC_EXPR_CONDITION, NULL, NULL);
		$$->text = TEXT(@1);
	}
	| "'('" expr "')'" { $$ = $2; }
	;

/* ---- AppArmor rules, shape only ---------------------------------------------------- */

rule
	: quals args "','" {
		aac_parse_adjoined(parse, $2, @3);
		$$ = aac_parse_sound(parse) ? aac_parse_shape(parse, $1, $2, @2, @3.end) : NULL;
	}
	| quals args "';'" { aac_parse_wrong_end(parse, $2, @3); $$ = NULL; }
	| quals include { $$ = $2; $$->quals = $1; }
	;

include
	: "'include'" "include path" {
		$$ = aac_parse_include(parse, @$, AAC_INCLUDE_SYSTEM, false, @2);
	}
	| "'include'" "'if exists'" "include path" {
		$$ = aac_parse_include(parse, @$, AAC_INCLUDE_SYSTEM, true, @3);
	}
	| "'include'" include_file {
		$$ = aac_parse_include(parse, @$, AAC_INCLUDE_QUOTED, false, @2);
	}
	| "'include'" "'if exists'" include_file {
		$$ = aac_parse_include(parse, @$, AAC_INCLUDE_QUOTED, true, @3);
	}
	;

include_file
	: "quoted word"
	| "word"
	;

quals
	: %empty { $$ = (struct aac_quals){ 0 }; }
	| quals qual { $$ = $1; LIST_APPEND(&$$, $2); }
	;

qual
	: "'audit'" { $$ = aac_parse_qual(parse, @$, AAC_QUAL_AUDIT); }
	| "'allow'" { $$ = aac_parse_qual(parse, @$, AAC_QUAL_ALLOW); }
	| "'deny'" { $$ = aac_parse_qual(parse, @$, AAC_QUAL_DENY); }
	| "'owner'" { $$ = aac_parse_qual(parse, @$, AAC_QUAL_OWNER); }
	| "'other'" { $$ = aac_parse_qual(parse, @$, AAC_QUAL_OTHER); }
	| "'priority'" "'='" "word" {
		int64_t value = 0;

		$$ = aac_parse_qual(parse, @$, AAC_QUAL_PRIORITY);
		if (aac_integer(TEXT(@3), &value) && value >= -1000 && value <= 1000)
			$$->priority = (int)value;
		else
			aac_report(parse->ctx->diags, AAC_ERROR, "bad-priority", @3,
				   "a priority is a number from -1000 to 1000");
	}
	;

args
	: arg { $$ = (struct aac_args){ 0 }; LIST_APPEND(&$$, $1); }
	| args arg { $$ = $1; LIST_APPEND(&$$, $2); }
	;

arg
	: pattern { $$ = aac_parse_arg(parse, @$, AAC_ARG_WORD); $$->word = $1; }
	| list {
		$$ = aac_parse_arg(parse, @$, AAC_ARG_LIST);
		$$->list = $1;
		$$->paren = true;
	}
	| "key" "'='" pattern { $$ = aac_parse_key(parse, @$, @1, $3); }
	| "key" "'='" list {
		$$ = aac_parse_key(parse, @$, @1, NULL);
		$$->list = $3;
		$$->paren = true;
	}
	| "word" "'in'" list {
		$$ = aac_parse_key(parse, @$, @1, NULL);
		$$->type = AAC_ARG_KEY_IN;
		$$->list = $3;
		$$->paren = true;
	}
	| "'->'" { $$ = aac_parse_arg(parse, @$, AAC_ARG_ARROW); }
	| "'<='" { $$ = aac_parse_arg(parse, @$, AAC_ARG_LE); }
	;

pattern
	: value
	| value "'except'" list { $$ = $1; aac_parse_except(parse, $1, @2, $3); }
	;

value
	: "word" { $$ = aac_parse_word(parse, @1, false); }
	| "quoted word" { $$ = aac_parse_word(parse, @1, true); }
	;

list
	: "'('" list_items "')'" { $$ = $2; }
	;

list_items
	: %empty { $$ = (struct aac_args){ 0 }; }
	| list_items list_item { $$ = $1; LIST_APPEND(&$$, $2); }
	| list_items "','" { $$ = $1; }
	;

list_item
	: value { $$ = aac_parse_arg(parse, @$, AAC_ARG_WORD); $$->word = $1; }
	| "key" "'='" value { $$ = aac_parse_key(parse, @$, @1, $3); }
	| "word" "'='" value { $$ = aac_parse_key(parse, @$, @1, $3); }
	;

%%

/* Where a name is expected, the words that may be names too are not worth a mention; the
 * end of the file is not beside what could be meant, nor what no rule file begins with. */
static int drop_soft_words(yysymbol_kind_t *expected, int count)
{
	int kept = 0;
	bool name = false;

	for (int i = 0; i < count; i++)
		name |= expected[i] == YYSYMBOL_NAME;
	for (int i = 0; i < count; i++) {
		yysymbol_kind_t s = expected[i];
		bool soft = s == YYSYMBOL_RESERVED || s == YYSYMBOL_ABSENT ||
			    s == YYSYMBOL_CONTAINS || s == YYSYMBOL_EMPTY ||
			    s == YYSYMBOL_ENUM || s == YYSYMBOL_FROM ||
			    s == YYSYMBOL_KERNEL || s == YYSYMBOL_LIST ||
			    s == YYSYMBOL_MATCHES || s == YYSYMBOL_NEVER ||
			    s == YYSYMBOL_OF || s == YYSYMBOL_PARSER || s == YYSYMBOL_SET ||
			    s == YYSYMBOL_SPLIT || s == YYSYMBOL_SUPPORTS ||
			    s == YYSYMBOL_TARGET;

		bool last = s == YYSYMBOL_YYEOF && count > 1;

		if ((!name || !soft) && !last && s != YYSYMBOL_WHOLE_PROFILE &&
		    s != YYSYMBOL_ACCESS_TEXT)
			expected[kept++] = s;
	}
	return kept;
}

static bool is_word(yysymbol_kind_t token)
{
	return token == YYSYMBOL_NAME || token == YYSYMBOL_WORD || token == YYSYMBOL_KEY;
}

static bool is_qualifier(yysymbol_kind_t token)
{
	return token == YYSYMBOL_AUDIT || token == YYSYMBOL_ALLOW || token == YYSYMBOL_DENY ||
	       token == YYSYMBOL_OWNER || token == YYSYMBOL_OTHER;
}

/* The word among the N expected ones that the one at hand is like, or NULL. */
static const char *find_near(const yypcontext_t *ctx, struct aac_parse *parse,
			     const yysymbol_kind_t *expected, int n)
{
	struct suggest suggest = { .word = TEXT(*yypcontext_location(ctx)) };

	for (int i = 0; i < n; i++) {
		const char *name = yysymbol_name(expected[i]);
		size_t len = strlen(name);

		if (len > 3 && name[0] == '\'' && name[1] >= 'a' && name[1] <= 'z')
			suggest_offer(&suggest, arena_strndup(parse->ctx->arena, name + 1,
							      len - 2));
	}
	return is_word(yypcontext_token(ctx)) ? suggest_best(&suggest) : NULL;
}

/* What to do when FIRST, of what is expected, does not come, or NULL. */
static const char *find_cure(const yypcontext_t *ctx, struct aac_parse *parse,
			     yysymbol_kind_t first)
{
	yysymbol_kind_t found = yypcontext_token(ctx);
	const char *text = TEXT(*yypcontext_location(ctx));

	if (found == YYSYMBOL_ASSIGN && first == YYSYMBOL_YYEMPTY)
		return parse->usage ? "write '==' to compare"
				    : "a condition of a rule is KEY=VALUE, permissions need no '='";
	if (found == YYSYMBOL_COMMA && !parse->usage)
		return "a rule follows its qualifiers: a kind, or a path and permissions";
	if (found == YYSYMBOL_IN && first == YYSYMBOL_YYEMPTY)
		return "write: .LIST contains \"ELEMENT\"";
	if (found == YYSYMBOL_LBRACKET && first == YYSYMBOL_PATH)
		return "declare it as a parameter, and loop over that: for x in ${NAME} { … }";
	if (found == YYSYMBOL_LBRACKET && first == YYSYMBOL_YYEMPTY)
		return "no element stands alone: '.list[]' gives all of them, and 'contains' asks for one";
	if (first == YYSYMBOL_SET && found == YYSYMBOL_NOT)
		return "write: not … is set";
	if (first == YYSYMBOL_SET && found == YYSYMBOL_NULL)
		return "write: … == null";
	if (first == YYSYMBOL_IS && (found == YYSYMBOL_EQ || found == YYSYMBOL_NE))
		return "write: target is \"NAME\"";
	if (first == YYSYMBOL_STRING && found == YYSYMBOL_NUMBER)
		return arena_printf(parse->ctx->arena, "it stands in quotes: \"%s\"", text);
	if (found == YYSYMBOL_EXCEPT)
		return "all exceptions of a pattern stand in one list: except (A, B)";
	if (first == YYSYMBOL_LPAREN && parse->previous_end >= 6 &&
	    memcmp(parse->source->text + parse->previous_end - 6, "except", 6) == 0)
		return "write: PATTERN except (PATTERN, …)";
	if (first == YYSYMBOL_LPAREN && found == YYSYMBOL_WORD)
		return "write: options in (ro, nosuid) for a list, for NAME in ${LIST} { … } for a loop";
	if (first == YYSYMBOL_NAME && yysymbol_name(found)[0] == '\'' &&
	    yysymbol_name(found)[1] >= 'a' && yysymbol_name(found)[1] <= 'z')
		return arena_printf(parse->ctx->arena,
				    "choose another name: %s is a word of the language",
				    yysymbol_name(found));
	if (first == YYSYMBOL_STRING && found == YYSYMBOL_NAME && strcmp(text, "flags") == 0)
		return "flags stand in the block: flags complain;";
	if (first == YYSYMBOL_STRING && found == YYSYMBOL_NAME)
		return arena_printf(parse->ctx->arena, "a string stands in quotes: \"%s\"", text);
	if (first == YYSYMBOL_NAME && found == YYSYMBOL_STRING)
		return "a name stands without quotes";
	if (first == YYSYMBOL_PATH && found == YYSYMBOL_NAME)
		return arena_printf(parse->ctx->arena,
				    "a path into the container's JSON begins with '.': .%s", text);
	if (first == YYSYMBOL_OF || (first == YYSYMBOL_LPAREN && found == YYSYMBOL_LBRACKET))
		return AAC_TYPES_HINT;
	if (first == YYSYMBOL_TRUE && found == YYSYMBOL_RBRACKET)
		return "remove the ',' before it";
	if (first == YYSYMBOL_TRUE && found == YYSYMBOL_NULL)
		return "a parameter without a default has no '='";
	if (first == YYSYMBOL_TRUE && found == YYSYMBOL_NAME)
		return arena_printf(parse->ctx->arena,
				    "write true or false, or a string in quotes: \"%s\"", text);
	return NULL;
}

/* "expected A, B or C, found D"; *NEAR is the one that was meant, or NULL. */
static void say_expected(struct buf *msg, const yypcontext_t *ctx, struct aac_parse *parse,
			 yysymbol_kind_t *first, const char **near)
{
	enum { MAX_EXPECTED = 6, MAX_TOKENS = YYNTOKENS };
	yysymbol_kind_t expected[MAX_TOKENS];
	int all = yypcontext_expected_tokens(ctx, expected, MAX_TOKENS);
	int n = drop_soft_words(expected, all);
	bool expression = false;

	for (int i = 0; i < n; i++)
		expression |= expected[i] == YYSYMBOL_PATH;
	*near = find_near(ctx, parse, expected, n);
	if (n > MAX_EXPECTED)
		n = 0;
	if (n > 0)
		*first = expected[0];
	for (int i = 0; i < n; i++)
		buf_printf(msg, "%s%s", i == 0 ? "expected " : i == n - 1 ? " or " : ", ",
			   yysymbol_name(expected[i]));
	buf_puts(msg, n > 0 ? ", found " : expression ? "expected an expression, found "
						      : "unexpected ");
}

static void say_found(struct buf *msg, const yypcontext_t *ctx, struct aac_parse *parse)
{
	yysymbol_kind_t token = yypcontext_token(ctx);
	const char *text = TEXT(*yypcontext_location(ctx));

	if (token == YYSYMBOL_NAME || token == YYSYMBOL_WORD || token == YYSYMBOL_NUMBER ||
	    token == YYSYMBOL_KEY || token == YYSYMBOL_RESERVED || token == YYSYMBOL_PATH)
		buf_printf(msg, "'%s'", strlen(text) > 40 ? "…" : text);
	else
		buf_puts(msg, yysymbol_name(token));
}

static bool expects(const yypcontext_t *ctx, yysymbol_kind_t token)
{
	yysymbol_kind_t expected[YYNTOKENS];
	int n = yypcontext_expected_tokens(ctx, expected, YYNTOKENS);

	while (n > 0 && expected[n - 1] != token)
		n--;
	return n > 0;
}

/* On another line than what it should end: there its ';' is missing. */
static bool lacks_end(const yypcontext_t *ctx, const struct aac_parse *parse)
{
	struct aac_span at = *yypcontext_location(ctx);
	uint32_t last = parse->previous_end ? parse->previous_end - 1 : 0;

	return yypcontext_token(ctx) != YYSYMBOL_YYEOF && expects(ctx, YYSYMBOL_SEMI) &&
	       aac_source_place(at.source, last).line < aac_source_place(at.source, at.begin).line;
}

/* A directive of a declaration inside of `if`, `for` or a child. */
static bool is_nested(const yypcontext_t *ctx, const struct aac_parse *parse)
{
	switch (yypcontext_token(ctx)) {
	case YYSYMBOL_REQUIRES: case YYSYMBOL_CONFLICTS: case YYSYMBOL_WHEN: case YYSYMBOL_SLUG:
	case YYSYMBOL_PARAM: case YYSYMBOL_TUNABLES: case YYSYMBOL_TEMPLATE: case YYSYMBOL_FLAGS:
	case YYSYMBOL_USE: case YYSYMBOL_ATTACH: case YYSYMBOL_NAMED: case YYSYMBOL_WITHOUT:
	case YYSYMBOL_DEFAULT: case YYSYMBOL_XATTRS:
	case YYSYMBOL_PREAMBLE: case YYSYMBOL_ASSERT: case YYSYMBOL_DEPRECATED:
		return parse->depth > 1 && expects(ctx, YYSYMBOL_IF);
	default:
		return false;
	}
}

static int yyreport_syntax_error(const yypcontext_t *ctx, struct aac_parse *parse)
{
	yysymbol_kind_t first = YYSYMBOL_YYEMPTY;
	CLEANUP_BUF msg = { 0 };
	struct aac_syntax error = { .at = *yypcontext_location(ctx) };

	if (yypcontext_token(ctx) == YYSYMBOL_YYEMPTY)
		return 0;
	if (yypcontext_token(ctx) == YYSYMBOL_ELSE) {
		error.message = "expected an 'if' before this 'else'";
		aac_parse_syntax(parse, &error);
		return 0;
	}
	if (is_nested(ctx, parse)) {
		error.message = arena_printf(parse->ctx->arena, "%s cannot stand in a block",
					     yysymbol_name(yypcontext_token(ctx)));
		error.cure = "write it in the declaration itself, outside of 'if' and 'for'";
		aac_parse_syntax(parse, &error);
		return 0;
	}
	if (lacks_end(ctx, parse)) {
		error.message = "expected ';' at the end of the directive";
		error.missing = true;
		aac_parse_syntax(parse, &error);
		return 0;
	}
	if (is_qualifier(yypcontext_token(ctx)) && aac_lex_block(parse) == AAC_BLOCK_EXPECT)
		buf_puts(&msg, "expected an access, found ");
	else
		say_expected(&msg, ctx, parse, &first, &error.near);
	say_found(&msg, ctx, parse);
	error.message = buf_str(&msg);
	error.cure = find_cure(ctx, parse, first);
	error.missing = first == YYSYMBOL_SEMI || first == YYSYMBOL_COMMA;
	error.at_eof = yypcontext_token(ctx) == YYSYMBOL_YYEOF;
	aac_parse_syntax(parse, &error);
	return 0;
}
