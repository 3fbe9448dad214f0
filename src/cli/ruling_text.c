/*
 * Rulings for people and programs: the verdict on an access and the rule that it comes
 * from.  It takes a ruling and the compiled profile, and appends to a buffer.
 */
#include "cli/ruling_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/run.h"
#include "cli/text.h"

#define VERDICT_WIDTH 18

const char *aac_ruling_words(const struct aac_ruling *ruling)
{
	if (ruling->outcome == AAC_DEPENDS)
		return "depends";
	if (ruling->outcome == AAC_DENIED)
		return ruling->audited ? "denied" : "denied silently";
	if (ruling->complain)
		return "allowed, complains";
	if (!ruling->mediated)
		return "not mediated";
	return ruling->audited ? "allowed, audited" : "allowed";
}

static const char *exec_mode(uint32_t exec)
{
	bool child = exec & AAC_EXEC_CHILD, safe = !(exec & AAC_EXEC_UNSAFE);
	bool named = exec & (AAC_EXEC_BY_NAME | AAC_EXEC_TABLE);

	if (!named)
		return exec & AAC_EXEC_UNCONFINED ? safe ? "Ux" : "ux"
		       : exec & AAC_EXEC_INHERIT  ? "ix"
						  : "x";
	if (exec & AAC_EXEC_INHERIT)
		return child ? safe ? "Cix" : "cix" : safe ? "Pix" : "pix";
	if (exec & AAC_EXEC_UNCONFINED)
		return child ? safe ? "CUx" : "cux" : safe ? "PUx" : "pux";
	return child ? safe ? "Cx" : "cx" : safe ? "Px" : "px";
}

const char *aac_ruling_exec(struct arena *arena, const struct aac_attempt *attempt,
			    const struct aac_ruling *ruling)
{
	const struct aac_query *query = &attempt->queries[0];

	if (query->type != AAC_QUERY_FILE || !(query->request & AAC_ACCESS_EXEC) ||
	    ruling->outcome == AAC_DENIED || !ruling->mediated || ruling->complain)
		return NULL;
	if (ruling->exec_target)
		return arena_printf(arena, "%s -> %s", exec_mode(ruling->exec),
				    ruling->exec_target);
	return exec_mode(ruling->exec);
}

/* ---- text -------------------------------------------------------------------------- */

static void put_place(struct buf *out, const struct aac_compiled *compiled,
		      const struct aac_lone_rule *rule)
{
	struct aac_written place = aac_compiled_place(compiled, rule);

	aac_put_safe(out, place.file);
	buf_printf(out, ":%u:%u  ", place.line, place.column);
	aac_put_safe(out, rule->text);
}

static void put_no_rule(struct buf *out, const struct aac_compiled *compiled,
			const struct aac_ruling *ruling)
{
	if (ruling->outcome == AAC_DEPENDS)
		buf_printf(out, "on %s",
			   ruling->depends ? ruling->depends : "what is not known here");
	else if (ruling->other_side)
		buf_puts(out, "by the peer's profile");
	else if (!ruling->mediated)
		buf_puts(out, "the kernel does not ask this profile");
	else if (compiled->rules.count == 0)
		buf_puts(out, "compiled policy names no rules");
	else if (ruling->outcome == AAC_DENIED || ruling->complain)
		buf_puts(out, "no rule allows it");
	else
		buf_puts(out, "no rule alone allows it");
}

void aac_ruling_put_rule(struct buf *out, struct arena *scratch,
			 struct aac_compiled *compiled, const struct aac_attempt *attempt,
			 const struct aac_ruling *ruling, size_t indent)
{
	struct aac_deciding deciding =
		aac_compiled_deciding(compiled, scratch, attempt, ruling);

	if (deciding.rule) {
		buf_puts(out, "by ");
		put_place(out, compiled, deciding.rule);
		if (deciding.inside) {
			buf_putc(out, '\n');
			buf_fill(out, ' ', indent + strlen("by "));
			put_place(out, compiled, deciding.inside);
		}
		return;
	}
	put_no_rule(out, compiled, ruling);
	if (deciding.nearest) {
		buf_puts(out, "; nearest is ");
		put_place(out, compiled, deciding.nearest);
	}
}

void aac_ruling_put(struct buf *out, struct arena *scratch, struct aac_compiled *compiled,
		    const struct aac_attempt *attempt, const struct aac_ruling *ruling)
{
	const char *words = aac_ruling_words(ruling);
	const char *exec = aac_ruling_exec(scratch, attempt, ruling);

	buf_printf(out, "%-*s  ", VERDICT_WIDTH, words);
	aac_put_safe(out, attempt->text);
	if (exec) {
		buf_puts(out, "  (");
		aac_put_safe(out, exec);
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
	buf_fill(out, ' ', VERDICT_WIDTH + 2);
	aac_ruling_put_rule(out, scratch, compiled, attempt, ruling, VERDICT_WIDTH + 2);
	buf_putc(out, '\n');
}

/* ---- JSON -------------------------------------------------------------------------- */

static void put_rule_json(struct aac_json *json, const char *key,
			  const struct aac_compiled *compiled,
			  const struct aac_lone_rule *rule)
{
	struct aac_written place;

	if (!rule) {
		aac_json_put(json, key, NULL);
		return;
	}
	place = aac_compiled_place(compiled, rule);
	aac_json_begin(json, key, '{');
	aac_json_put(json, "text", rule->text);
	aac_json_put(json, "file", place.file);
	aac_json_number(json, "line", place.line);
	aac_json_number(json, "column", place.column);
	aac_json_put(json, "fragment", place.fragment);
	aac_json_end(json, '}');
}

void aac_ruling_json(struct aac_json *json, struct arena *scratch,
		     struct aac_compiled *compiled, const struct aac_attempt *attempt,
		     const struct aac_ruling *ruling)
{
	struct aac_deciding deciding =
		aac_compiled_deciding(compiled, scratch, attempt, ruling);

	aac_ruling_json_by(json, scratch, compiled, attempt, ruling, &deciding);
}

void aac_ruling_json_by(struct aac_json *json, struct arena *scratch,
			const struct aac_compiled *compiled,
			const struct aac_attempt *attempt,
			const struct aac_ruling *ruling,
			const struct aac_deciding *deciding)
{
	static const char *const verdicts[] = { [AAC_ALLOWED] = "allowed",
						[AAC_DENIED] = "denied",
						[AAC_DEPENDS] = "depends" };

	aac_json_put(json, "access", attempt->text);
	aac_json_put(json, "verdict", verdicts[ruling->outcome]);
	aac_json_bool(json, "audited", ruling->audited);
	aac_json_bool(json, "quiet", ruling->outcome == AAC_DENIED && !ruling->audited);
	aac_json_bool(json, "mediated", ruling->mediated);
	aac_json_bool(json, "complain", ruling->complain);
	aac_json_put(json, "exec", aac_ruling_exec(scratch, attempt, ruling));
	put_rule_json(json, "rule", compiled, deciding->rule);
	put_rule_json(json, "inside", compiled, deciding->inside);
	put_rule_json(json, "nearest", compiled, deciding->nearest);
	aac_json_begin(json, "depends_on", '[');
	if (ruling->outcome == AAC_DEPENDS)
		aac_json_put(json, NULL,
			     ruling->depends ? ruling->depends : "what is not known");
	aac_json_end(json, ']');
}
