/*
 * Editing one member of a JSON text.  The heart is a generator of texts in all manners
 * of writing: after an edit jansson must read the same but for the key, all other bytes
 * must be where they were, and the edit's inverse must give back the text itself.
 */
#include "core/json_edit.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/json_scan.h"
#include "core/source.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(json_edit, .init = setup, .fini = teardown);

static const struct aac_source *source_of(const char *text)
{
	return aac_source_new(arena, "x.json", "x.json", text, strlen(text));
}

static const char *apply(const struct aac_source *source, struct aac_edit edit)
{
	size_t len;

	return aac_edits_apply(arena, source, &edit, 1, &len);
}

static uint32_t object_in(const char *text)
{
	const char *at = strchr(text, '@');

	/* The object behind the mark, or the outermost one. */
	return (uint32_t)(strchr(at ? at : text, '{') - text);
}

/* ---- by example ------------------------------------------------------------ */

static const struct {
	const char *before, *after;
} examples[] = {
	{ "{\"a\":1,\"k\":\"old\",\"b\":2}", "{\"a\":1,\"k\":\"new\",\"b\":2}" },
	{ "{\"k\": null}", "{\"k\": \"new\"}" },
	{ "{\"\\u006b\" : [ 1, {} ]}\n", "{\"\\u006b\" : \"new\"}\n" },
	{ "{\"a\":0.50}", "{\"a\":0.50,\"k\":\"new\"}" },
	{ "{\"a\": 1e2}", "{\"a\": 1e2, \"k\": \"new\"}" },
	{ "{ \"a\":1 }", "{ \"a\":1, \"k\":\"new\" }" },
	{ "{\"a\" : 1, \"b\" : 2}", "{\"a\" : 1, \"b\" : 2, \"k\" : \"new\"}" },
	{ "{\n\t\"a\": 1\n}\n", "{\n\t\"a\": 1,\n\t\"k\": \"new\"\n}\n" },
	{ "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}",
	  "{\r\n  \"a\": 1,\r\n  \"b\": 2,\r\n  \"k\": \"new\"\r\n}" },
	{ "{\n  \"a\": 1,\n\n  \"b\": 2\n}",
	  "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"k\": \"new\"\n}" },
	{ "{ \"a\": 1\n, \"b\": 2\n}", "{ \"a\": 1\n, \"b\": 2\n, \"k\": \"new\"\n}" },
	{ "{\n\n\t\"a\": {\n\t}\n}", "{\n\n\t\"a\": {\n\t},\n\t\"k\": \"new\"\n}" },
	{ "{\"a\":\n{}}", "{\"a\":\n{},\"k\": \"new\"}" },
	{ "{}", "{\"k\": \"new\"}" },
	{ "{ }", "{ \"k\": \"new\" }" },
	{ "{\n   \"@\": {\n   }\n}", "{\n   \"@\": {\n      \"k\": \"new\"\n   }\n}" },
	{ "{\"@\": {\"a\": \"} \\\" ]\"}, \"k\": 1}",
	  "{\"@\": {\"a\": \"} \\\" ]\", \"k\": \"new\"}, \"k\": 1}" },
	/* Of a key that stands there twice readers take the last. */
	{ "{\"k\": 1, \"k\": 2, \"a\": 3}", "{\"k\": 1, \"k\": \"new\", \"a\": 3}" },
};

Test(json_edit, sets_a_member)
{
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		const struct aac_source *source = source_of(examples[i].before);
		struct aac_edit edit = aac_json_edit_set(
			arena, source, object_in(source->text), "k", "\"new\"");

		cr_assert_str_eq(apply(source, edit), examples[i].after);
	}
}

static const struct {
	const char *before, *after;
} removals[] = {
	{ "{\"k\": 1}", "{}" },
	{ "{\n  \"k\": 1\n}", "{\n}" },
	{ "{\"k\": 1, \"a\": 2}", "{\"a\": 2}" },
	{ "{\n  \"a\": 1,\n  \"k\": [\"}\"],\n  \"b\": 2\n}",
	  "{\n  \"a\": 1,\n  \"b\": 2\n}" },
	{ "{\"a\": 1, \"k\": 2}", "{\"a\": 1}" },
	{ "{\"k\": 1, \"a\": 2, \"k\": 3}", "{\"k\": 1, \"a\": 2}" },
};

Test(json_edit, removes_a_member)
{
	struct aac_edit edit;

	for (size_t i = 0; i < ARRAY_SIZE(removals); i++) {
		const struct aac_source *source = source_of(removals[i].before);

		cr_assert(aac_json_edit_remove(source, 0, "k", &edit));
		cr_assert_str_eq(apply(source, edit), removals[i].after);
	}
	cr_assert_not(
		aac_json_edit_remove(source_of("{\"a\": {\"k\": 1}}"), 0, "k", &edit));
	cr_assert_not(aac_json_edit_remove(source_of("[1]"), 0, "k", &edit));
}

Test(json_edit, tells_what_a_member_says)
{
	const struct aac_source *source =
		source_of("{\"k\": \"lxc\\u002dx\", \"n\": 0.50, \"e\": \"\"}");

	cr_assert(aac_json_member_says(source, 0, "k", "lxc-x"));
	cr_assert_not(aac_json_member_says(source, 0, "k", "lxc-"));
	cr_assert_not(aac_json_member_says(source, 0, "k", "lxc-xy"));
	cr_assert_not(aac_json_member_says(source, 0, "n", "0.50"));
	cr_assert(aac_json_member_says(source, 0, "e", ""));
	cr_assert_not(aac_json_member_says(source, 0, "none", ""));
	cr_assert_str_eq(aac_json_member_text(arena, source, 0, "n"), "0.50");
	cr_assert_str_eq(aac_json_member_text(arena, source, 0, "k"), "\"lxc\\u002dx\"");
	cr_assert_null(aac_json_member_text(arena, source, 0, "none"));
}

/* ---- generated texts ------------------------------------------------------- */

enum { TEXTS = 20000, DEEPEST = 4, WIDEST = 5 };

struct writer {
	struct buf out;
	uint64_t seed;
	/* The manner of writing. */
	const char *newline, *step, *colon, *comma;
	bool comma_first, ragged;
};

static unsigned int pick(struct writer *w, unsigned int below)
{
	w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int)(w->seed >> 33) % below;
}

static void put_break(struct writer *w, unsigned int depth)
{
	static const char *const blanks[] = { "", " ", "\t", "\n", " \r\n\t", "   " };

	if (w->ragged) {
		buf_puts(&w->out, blanks[pick(w, ARRAY_SIZE(blanks))]);
		return;
	}
	buf_puts(&w->out, w->newline);
	for (unsigned int i = 0; i < depth && *w->newline; i++)
		buf_puts(&w->out, w->step);
}

static void put_value(struct writer *w, unsigned int depth);

static void put_key(struct writer *w, unsigned int number)
{
	static const char *const spelt[] = {
		"apparmor_profile",
		"apparmor\\u005fprofile",
		"name",
		"a b",
		"\\\"",
		"\\\\",
		"{[",
		"\xc3\xa4",
		"\\ud83d\\ude00",
		"]}",
		"",
	};

	/* No key twice: a reader may refuse that. */
	buf_printf(&w->out, "\"%s%.0u\"", spelt[pick(w, ARRAY_SIZE(spelt))], number);
}

static void put_object(struct writer *w, unsigned int depth, bool list)
{
	unsigned int count = depth >= DEEPEST ? 0 : pick(w, WIDEST);
	unsigned int key_at = pick(w, WIDEST);

	buf_putc(&w->out, list ? '[' : '{');
	for (unsigned int i = 0; i < count; i++) {
		if (i > 0 && !w->comma_first)
			buf_puts(&w->out, w->comma);
		put_break(w, depth + 1);
		if (i > 0 && w->comma_first)
			buf_puts(&w->out, w->comma);
		if (!list) {
			if (i == key_at)
				buf_puts(&w->out, "\"apparmor_profile\"");
			else
				put_key(w, i + 1);
			buf_puts(&w->out, w->colon);
		}
		put_value(w, depth + 1);
	}
	if (count > 0 || pick(w, 3) == 0)
		put_break(w, depth);
	buf_putc(&w->out, list ? ']' : '}');
}

static void put_value(struct writer *w, unsigned int depth)
{
	static const char *const plain[] = {
		"0.50", "1E+2",		  "-0",
		"12",	"true",		  "false",
		"null", "\"unconfined\"", "\"\\u00e4 \\\"{\\\"\"",
		"\"\"", "\"a\\\\\"",	  "\"\xe2\x82\xac\"",
	};
	unsigned int what = pick(w, 8);

	if (what < 2)
		put_object(w, depth, false);
	else if (what == 2)
		put_object(w, depth, true);
	else
		buf_puts(&w->out, plain[pick(w, ARRAY_SIZE(plain))]);
}

static const char *write_text(struct writer *w)
{
	static const char *const newlines[] = { "\n", "\n", "\r\n", "" };
	static const char *const steps[] = { "\t", "  ", "    ", " ", "" };
	static const char *const colons[] = { ": ", ":", " : ", "\t:\t", ":  " };

	buf_clear(&w->out);
	w->newline = newlines[pick(w, ARRAY_SIZE(newlines))];
	w->step = steps[pick(w, ARRAY_SIZE(steps))];
	w->colon = colons[pick(w, ARRAY_SIZE(colons))];
	w->comma = pick(w, 2) ? "," : ", ";
	w->comma_first = pick(w, 8) == 0;
	w->ragged = pick(w, 8) == 0;
	if (pick(w, 10) == 0)
		buf_puts(&w->out, " \n");
	put_object(w, 0, false);
	buf_puts(&w->out, pick(w, 2) ? "\n" : "");
	return buf_str(&w->out);
}

/* Every object of a text, with jansson's view of it. */
struct found {
	uint32_t at[256];
	json_t *json[256];
	size_t count;
};

static void find_objects(const char *text, uint32_t at, json_t *json, struct found *found)
{
	struct aac_json_walk walk;
	size_t i = 0;

	if (!aac_json_walk_start(&walk, text, at))
		return;
	if (walk.object && found->count < 256) {
		found->at[found->count] = at;
		found->json[found->count++] = json;
	}
	while (aac_json_walk_next(&walk)) {
		char key[64];
		json_t *child;

		if (walk.object) {
			key[aac_json_decode(text, walk.key, key)] = '\0';
			child = json_object_get(json, key);
		} else {
			child = json_array_get(json, i++);
		}
		find_objects(text, walk.value.begin, child, found);
	}
}

/* Between what stays in front and what stays behind, nothing but the edit. */
static void check_bytes(const char *before, const char *after, struct aac_edit edit)
{
	size_t tail = strlen(before) - edit.end;

	cr_assert_eq(strlen(after), edit.begin + edit.len + tail);
	cr_assert_eq(memcmp(before, after, edit.begin), 0);
	cr_assert_str_eq(after + strlen(after) - tail, before + edit.end);
}

static void check_object(const struct aac_source *source, json_t *root, uint32_t at,
			 json_t *object)
{
	const char *key = "apparmor_profile";
	const char *old = aac_json_member_text(arena, source, at, key);
	struct aac_edit edit = aac_json_edit_set(arena, source, at, key, "\"lxc-x\"");
	const char *after = apply(source, edit);
	const struct aac_source *edited = source_of(after);
	json_t *read = json_loads(after, JSON_REJECT_DUPLICATES, NULL);
	json_t *value = json_incref(json_object_get(object, key));

	cr_assert_not_null(read, "%s\n---\n%s", source->text, after);
	check_bytes(source->text, after, edit);
	json_object_set_new(object, key, json_string("lxc-x"));
	cr_assert(json_equal(read, root), "%s\n---\n%s", source->text, after);
	cr_assert(aac_json_member_says(edited, at, key, "lxc-x"));
	if (old)
		edit = aac_json_edit_set(arena, edited, at, key, old);
	else
		cr_assert(aac_json_edit_remove(edited, at, key, &edit));
	cr_assert_str_eq(apply(edited, edit), source->text);
	if (value)
		json_object_set_new(object, key, value);
	else
		json_object_del(object, key);
	json_decref(read);
}

Test(json_edit, changes_nothing_else)
{
	struct writer writer = { .seed = 5 };
	size_t objects = 0;

	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = write_text(&writer);
		json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		const struct aac_source *source;
		struct found found = { .count = 0 };

		if (!root) /* two spellings of one key */
			continue;
		source = source_of(text);
		find_objects(text, (uint32_t)strspn(text, " \n"), root, &found);
		for (size_t j = 0; j < found.count; j++)
			check_object(source, root, found.at[j], found.json[j]);
		objects += found.count;
		json_decref(root);
		arena_reset(arena);
	}
	buf_fini(&writer.out);
	cr_assert_gt(objects, TEXTS, "%zu objects", objects);
}
