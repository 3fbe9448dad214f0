/*
 * What the `ask` hooks of the rule kinds share: texts of an access become the bytes that
 * the kernel would have, words become its bits.
 */
#include "core/ask.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/glob.h"
#include "core/rule.h"

#define OWN_NAME "@{profile_name}"

struct aac_query *aac_ask_new(struct aac_ask *ask, enum aac_query_type type,
			      uint32_t request)
{
	struct aac_query *query;

	if (ask->count == ask->cap) {
		size_t cap = ask->cap ? ask->cap * 2 : 1;
		struct aac_query *grown =
			ARENA_ARRAY(ask->ctx->arena, struct aac_query, cap);

		if (ask->count)
			memcpy(grown, ask->queries, ask->count * sizeof(*grown));
		ask->queries = grown;
		ask->cap = cap;
	}
	query = &ask->queries[ask->count++];
	*query = (struct aac_query){ .type = type,
				     .request = request,
				     .number = AAC_QUERY_ANY,
				     .socket_type = AAC_QUERY_ANY };
	return query;
}

const char *aac_own_name_put(struct arena *arena, const char *text, const char *profile)
{
	CLEANUP_BUF out = { 0 };
	const char *at;

	if (!strstr(text, OWN_NAME))
		return text;
	for (; (at = strstr(text, OWN_NAME)); text = at + strlen(OWN_NAME)) {
		buf_putn(&out, text, (size_t)(at - text));
		aac_glob_escape(&out, profile, strlen(profile));
	}
	buf_puts(&out, text);
	return arena_strdup(arena, buf_str(&out));
}

static const char *squeeze(struct arena *arena, const char *bytes, size_t len, bool path)
{
	char *out = arena_strndup(arena, bytes, len), *to = out;

	for (size_t i = 0; i < len; i++)
		if (!path || bytes[i] != '/' || i == 0 || bytes[i - 1] != '/')
			*to++ = bytes[i];
	*to = '\0';
	return out;
}

static bool refuse_text(struct aac_ask *ask, struct aac_span span, const char *text)
{
	bool variable = strstr(text, "@{") != NULL;

	aac_hint(ask->ctx->diags,
		 aac_report(ask->ctx->diags, AAC_ERROR,
			    variable ? "variable-in-access" : "glob-in-access", span,
			    variable ? "what the variable in '%.200s' stands for is not "
				       "known here"
				     : "an access is to one thing, and '%.200s' is none",
			    text),
		 variable ? "write its value; only " OWN_NAME " is known"
			  : "name one thing");
	return false;
}

bool aac_ask_text(struct aac_ask *ask, const struct aac_rule *rule, size_t field,
		  const char **text)
{
	const struct aac_pattern *pattern = rule->fields[field].patterns;
	const struct aac_glob *glob;
	const unsigned char *bytes;
	const char *error;
	size_t len, at;

	*text = NULL;
	if (!pattern)
		return true;
	if (pattern->next)
		return refuse_text(ask, pattern->next->word->span, pattern->next->text);
	glob = pattern->glob;
	if (aac_glob_has_variable(glob))
		glob = aac_glob_new(
			ask->ctx->arena,
			aac_own_name_put(ask->ctx->arena, pattern->text, ask->profile),
			&error, &at);
	if (!glob || !aac_glob_is_literal(glob))
		return refuse_text(ask, pattern->word->span, pattern->text);
	bytes = aac_glob_prefix(glob, &len);
	if (memchr(bytes, '\0', len))
		return refuse_text(ask, pattern->word->span, pattern->text);
	*text = squeeze(ask->ctx->arena, (const char *)bytes, len,
			rule->kind->fields[field].type != AAC_FIELD_LABEL);
	return true;
}

uint32_t aac_ask_bits(const struct aac_rule *rule, size_t field, const uint32_t *bits)
{
	const struct aac_vocab *vocab = rule->kind->fields[field].vocab;
	uint64_t set = rule->fields[field].set;
	uint32_t all = 0;

	for (size_t i = 0; i < vocab->count; i++)
		if (!vocab->terms[i].is && (!set || set >> i & 1))
			all |= bits[i];
	return all;
}

const char *aac_ask_word(const struct aac_rule *rule, size_t field)
{
	uint64_t set = rule->fields[field].set;

	return set ? rule->kind->fields[field].vocab->terms[__builtin_ctzll(set)].word
		   : NULL;
}

bool aac_ask_refuse(struct aac_ask *ask, const struct aac_rule *rule, const char *what)
{
	aac_hint(ask->ctx->diags,
		 aac_report(ask->ctx->diags, AAC_ERROR, "missing-argument",
			    rule->shape->body, "the access does not say %s", what),
		 "as in a rule, with one thing of each: %s", rule->kind->usage);
	return false;
}
