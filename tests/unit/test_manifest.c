/*
 * Map files and manifests: their shapes, merging, and the refusal of a manifest that no
 * build has written.
 */
#include "core/manifest.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "support/hand_policy.h"

static struct arena *arena;
static struct aac_diags diags;
static struct aac_context ctx;
static struct hand hand;

static void setup(void)
{
	arena = arena_new();
	aac_diags_init(&diags, arena);
	ctx = (struct aac_context){ .arena = arena, .diags = &diags };
	hand_init(&hand, arena, "lxc-a");
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(map, .init = setup, .fini = teardown);
TestSuite(manifest, .init = setup, .fini = teardown);

/* ---- map files ------------------------------------------------------------------ */

static json_t *map_of(const struct aac_line *lines, size_t count)
{
	struct aac_profile_text text = {
		.policy = &hand.policy,
		.lines = lines,
		.line_count = count,
	};
	json_error_t error;
	size_t len;
	const char *map = aac_map_text(arena, &text, &len);
	json_t *json = json_loadb(map, len, JSON_REJECT_DUPLICATES, &error);

	cr_assert_not_null(json, "%s\n%s", error.text, map);
	cr_assert_eq(map[len - 1], '\n');
	return json;
}

static const json_t *get(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	cr_assert_not_null(value, "no '%s'", key);
	return value;
}

static void expect_string(const json_t *json, const char *key, const char *want)
{
	cr_assert_str_eq(json_string_value(get(json, key)), want);
}

static void expect_number(const json_t *json, const char *key, json_int_t want)
{
	cr_assert_eq(json_integer_value(get(json, key)), want, "%s", key);
}

Test(map, shape)
{
	struct aac_used used = { .name = "docker.data_root",
				 .value = "\"/srv \\u0001\"" };
	struct aac_line lines[3] = { { 0 } };
	struct aac_grant *grant;
	struct aac_origin *origin, *also;
	const json_t *line, *dropped;
	json_t *map;

	hand_section(&hand, "docker", NULL);
	grant = hand_grant(&hand, "/\"x\" r,", 3);
	grant->doc = "why\nso";
	grant->why = "old parser";
	grant->written = hand_rule(&hand, "/x rw,");
	origin = hand_origin(&hand, "docker", 7);
	origin->used = &used;
	also = hand_origin(&hand, "gpu", 9);
	origin->next = also;
	grant->origins = origin;
	hand_drop(&hand, "/y r,", 11, grant);
	lines[1].grant = grant;
	map = map_of(lines, 3);

	cr_assert_eq(json_array_size(get(map, "lines")), 1u);
	line = json_array_get(get(map, "lines"), 0);
	expect_number(line, "line", 2);
	expect_string(line, "file", "rules/hand.aaf");
	expect_number(line, "source_line", 7);
	expect_number(line, "source_column", 3);
	expect_string(line, "fragment", "docker");
	expect_string(line, "rule", "/\"x\" r,");
	expect_string(line, "doc", "why\nso");
	expect_string(get(line, "parameters"), "docker.data_root", "/srv \001");
	expect_string(get(line, "narrowed"), "written", "/x rw,");
	expect_string(get(line, "narrowed"), "why", "old parser");
	expect_string(json_array_get(get(line, "also"), 0), "fragment", "gpu");
	expect_number(json_array_get(get(line, "also"), 0), "source_line", 9);

	dropped = json_array_get(get(map, "dropped"), 0);
	expect_string(dropped, "rule", "/y r,");
	expect_string(dropped, "reason", "another rule covers it");
	expect_string(dropped, "file", "rules/hand.aaf");
	expect_number(dropped, "source_line", 11);
	expect_number(dropped, "source_column", 3);
	expect_string(dropped, "fragment", "docker");
	expect_string(get(dropped, "by"), "rule", "/\"x\" r,");
	expect_number(get(dropped, "by"), "source_line", 7);
	json_decref(map);
}

Test(map, empty)
{
	json_t *map = map_of(NULL, 0);

	cr_assert_eq(json_array_size(get(map, "lines")), 0u);
	cr_assert_eq(json_array_size(get(map, "dropped")), 0u);
	json_decref(map);
}

Test(map, is_json_for_all_bytes)
{
	char all[256];
	struct aac_line lines[2] = { { 0 } };

	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	hand_section(&hand, all, NULL);
	lines[0].grant = hand_grant(&hand, "/a r,", 1);
	hand.grant->doc = all;
	lines[1].grant = hand_grant(&hand, all, 1);
	json_decref(map_of(lines, 2));
}

/* ---- manifests ------------------------------------------------------------------ */

struct fleet {
	struct aac_container containers[8];
	struct aac_member members[8];
	const struct aac_policy *policies[8];
	const struct aac_profile_text *texts[8];
	struct aac_fleet fleet;
};

static const struct aac_policy *add_policy(struct fleet *f, const char *name, char digest)
{
	struct hand *own = ARENA_NEW(arena, struct hand);
	struct aac_profile_text *text = ARENA_NEW(arena, struct aac_profile_text);
	size_t index = f->fleet.policy_count++;

	hand_init(own, arena, name);
	hand_fragment(own, "base");
	text->policy = &own->policy;
	memset(text->digest.hex, digest, 64);
	f->policies[index] = &own->policy;
	f->texts[index] = text;
	f->fleet.policies = f->policies;
	return &own->policy;
}

static void add_member(struct fleet *f, const char *ctid, const struct aac_policy *policy)
{
	size_t index = f->fleet.count++;
	struct aac_choice *choice = ARENA_NEW(arena, struct aac_choice);

	choice->fragment = hand_fragment(&hand, "docker");
	choice->why = "when wants_docker";
	f->containers[index].ctid = ctid;
	f->members[index].container = ctid ? &f->containers[index] : NULL;
	f->members[index].policy = policy;
	f->members[index].choices = choice;
	f->members[index].choice_count = 1;
	f->fleet.members = f->members;
}

static void expect_manifest(json_t *manifest, const char *want)
{
	char *got = aac_manifest_text(manifest);

	cr_assert_str_eq(got, want, "got:\n%s\nwant:\n%s", got, want);
	free(got);
}

static json_t *manifest_of(struct fleet *f)
{
	struct aac_input *input = ARENA_NEW(arena, struct aac_input);
	json_t *manifest;
	struct buf text;

	input->file = "rules/a.aaf";
	memset(input->digest.hex, 'e', 64);
	manifest = aac_manifest_new(&f->fleet, f->texts, "debian12", input);
	text = aac_manifest_fleet(&f->fleet, f->texts, "debian12", input);
	expect_manifest(manifest, buf_str(&text));
	buf_fini(&text);
	return manifest;
}

#define SIXTEEN(c) c c c c c c c c c c c c c c c c
#define HEX(c) SIXTEEN(c) SIXTEEN(c) SIXTEEN(c) SIXTEEN(c)
#define INPUTS                                                                           \
	"  \"inputs\": [\n    {\"file\": \"rules/a.aaf\", \"digest\": \"" HEX(           \
		"e") "\"}\n"                                                             \
		     "  ]\n}\n"
#define CHOICE "\"fragments\": [{\"name\": \"docker\", \"why\": \"when wants_docker\"}]"
#define PROFILE(name, hex, containers)                                                   \
	"    \"" name "\": {\"digest\": \"" HEX(                                         \
		hex) "\", \"file\": \"" name "\", "                                      \
		     "\"fragments\": [\"base\"], \"containers\": [" containers "]}"
#define CONTAINER(ctid, name) "    \"" ctid "\": {\"profile\": \"" name "\", " CHOICE "}"
#define TOP "{\n  \"version\": 1,\n  \"target\": \"debian12\",\n  \"profiles\": {\n"

Test(manifest, text)
{
	struct fleet f = { 0 };
	const struct aac_policy *a = add_policy(&f, "lxc-a", 'a');
	json_t *manifest;

	add_policy(&f, "raw", 'b');
	add_member(&f, "9", a);
	add_member(&f, "10", NULL);
	add_member(&f, "11", a);
	add_member(&f, NULL, a);
	manifest = manifest_of(&f);
	expect_manifest(manifest,
			TOP PROFILE("lxc-a", "a", "\"9\", \"11\"") ",\n"
			PROFILE("raw", "b", "")
			"\n  },\n  \"containers\": {\n"
			CONTAINER("9", "lxc-a") ",\n"
			"    \"10\": {\"profile\": null, \"fragments\": []},\n"
			CONTAINER("11", "lxc-a") "\n  },\n" INPUTS);
	json_decref(manifest);
}

Test(manifest, empty)
{
	struct fleet f = { 0 };
	json_t *manifest = aac_manifest_new(&f.fleet, f.texts, "debian12", NULL);

	expect_manifest(manifest, "{\n  \"version\": 1,\n  \"target\": \"debian12\",\n"
				  "  \"profiles\": {},\n  \"containers\": {},\n"
				  "  \"inputs\": []\n}\n");
	json_decref(manifest);
}

/* 9 moves from a to c, 100 is new, 10 keeps the old a; nobody has b any more. */
Test(manifest, merge)
{
	static const char *const ctids[] = { "9", "11", "100" };
	struct fleet before = { 0 }, after = { 0 };
	const struct aac_policy *a = add_policy(&before, "lxc-a", 'a');
	const struct aac_policy *b = add_policy(&before, "lxc-b", 'b');
	const struct aac_policy *c;
	json_t *old, *new, *merged;

	add_policy(&before, "raw", 'd');
	add_member(&before, "9", a);
	add_member(&before, "10", a);
	add_member(&before, "11", b);
	a = add_policy(&after, "lxc-a", 'f');
	c = add_policy(&after, "lxc-c", 'c');
	add_member(&after, "9", c);
	add_member(&after, "10", a);
	add_member(&after, "100", c);
	old = manifest_of(&before);
	new = manifest_of(&after);
	merged = aac_manifest_merge(old, new, ctids, ARRAY_SIZE(ctids));
	expect_manifest(merged,
			TOP PROFILE("lxc-a", "a", "\"10\"") ",\n"
			PROFILE("lxc-c", "c", "\"9\", \"100\"") ",\n"
			PROFILE("raw", "d", "")
			"\n  },\n  \"containers\": {\n"
			CONTAINER("9", "lxc-c") ",\n"
			CONTAINER("10", "lxc-a") ",\n"
			CONTAINER("100", "lxc-c") "\n  },\n" INPUTS);
	json_decref(old);
	json_decref(new);
	json_decref(merged);
}

/* A profile that is written anew for one container is new for the others too. */
Test(manifest, merge_takes_the_new_text)
{
	static const char *const ctids[] = { "10" };
	struct fleet before = { 0 }, after = { 0 };
	const struct aac_policy *a = add_policy(&before, "lxc-a", 'a');
	json_t *old, *new, *none, *merged;

	add_member(&before, "9", a);
	add_member(&before, "10", a);
	a = add_policy(&after, "lxc-a", 'f');
	add_member(&after, "9", a);
	add_member(&after, "10", a);
	old = manifest_of(&before);
	new = manifest_of(&after);
	merged = aac_manifest_merge(old, new, ctids, 1);
	expect_manifest(merged,
			TOP PROFILE("lxc-a", "f", "\"9\", \"10\"")
			"\n  },\n  \"containers\": {\n"
			CONTAINER("9", "lxc-a") ",\n"
			CONTAINER("10", "lxc-a") "\n  },\n" INPUTS);
	json_decref(merged);
	none = json_pack("{s:{}, s:{}}", "profiles", "containers");
	merged = aac_manifest_merge(none, new, ctids, 1);
	expect_manifest(merged,
			TOP PROFILE("lxc-a", "f", "\"10\"")
			"\n  },\n  \"containers\": {\n"
			CONTAINER("10", "lxc-a") "\n  },\n" INPUTS);
	json_decref(merged);
	json_decref(none);
	json_decref(old);
	json_decref(new);
}

static json_t *parse(const char *text)
{
	const struct aac_source *source = aac_source_new(
		arena, "out/manifest.json", "manifest.json", text, strlen(text));

	aac_diags_init(&diags, arena);
	return aac_manifest_parse(&ctx, source);
}

Test(manifest, round_trip)
{
	struct fleet f = { 0 };
	json_t *manifest, *again;
	char *text;

	add_member(&f, "10", add_policy(&f, "lxc-a", 'a'));
	add_member(&f, "11", NULL);
	manifest = manifest_of(&f);
	text = aac_manifest_text(manifest);
	again = parse(text);
	cr_assert_not_null(again, "%s", diags.head ? diags.head->message : "");
	cr_assert(json_equal(manifest, again));
	expect_manifest(again, text);
	free(text);
	json_decref(manifest);
	json_decref(again);
}

#define GOOD                                                                             \
	TOP PROFILE("lxc-a", "a", "\"9\"") "\n  },\n  \"containers\": {\n" CONTAINER(    \
		"9", "lxc-a") "\n  },\n" INPUTS

static char *replaced(const char *what, const char *with)
{
	const char *at = strstr(GOOD, what);

	cr_assert_not_null(at, "%s", what);
	return arena_printf(arena, "%.*s%s%s", (int)(at - GOOD), GOOD, with,
			    at + strlen(what));
}

Test(manifest, hostile)
{
	static const struct {
		const char *what, *with, *message;
	} rows[] = {
		{ "\"file\": \"lxc-a\"", "\"file\": \"../../etc/passwd\"", "'/'" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"/etc/passwd\"", "'/'" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"..\"", "'.'" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"\"", "empty" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"lxc-b\"", "not named as" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"manifest.json\"", ".json" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"a\\u0000b\"", "NUL" },
		{ "\"file\": \"lxc-a\"", "\"file\": \"a\\nb\"", "white space" },
		{ "\"file\": \"lxc-a\"", "\"file\": 7", "not a string" },
		{ "\"file\": \"lxc-a\", ", "", "missing" },
		{ "\"lxc-a\": {", "\"../a\": {", "'/'" },
		{ "\"digest\": \"aa", "\"digest\": \"AA", "not a digest" },
		{ "\"digest\": \"a", "\"digest\": \"", "not a digest" },
		{ "\"fragments\": [\"base\"]", "\"fragments\": [1]", "not a string" },
		{ "\"fragments\": [\"base\"]", "\"fragments\": {}", "not a list" },
		{ "\"profile\": \"lxc-a\"", "\"profile\": \"lxc-b\"", "not among" },
		{ "\"profile\": \"lxc-a\"", "\"profile\": []", "not a string" },
		{ "\"profile\": \"lxc-a\", ", "", "missing" },
		{ "\"why\": \"when wants_docker\"", "\"why\": null", "not a string" },
		{ "\"version\": 1", "\"version\": 2", "not 1" },
		{ "\"version\": 1", "\"version\": \"1\"", "not a number" },
		{ "\"version\": 1,", "", "missing" },
		{ "\"target\": \"debian12\"", "\"target\": null", "not a string" },
		{ "\"containers\": {\n", "\"containers\": [], \"x\": {\n",
		  "not an object" },
		{ "\"file\": \"rules/a.aaf\"", "\"file\": false", "not a string" },
	};

	cr_assert_eq(parse("[]"), NULL);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_assert_null(parse(replaced(rows[i].what, rows[i].with)), "row %zu", i);
		cr_assert_eq(diags.errors, 1u, "row %zu", i);
		cr_assert_str_eq(diags.head->slug, "manifest-invalid");
		cr_assert_not_null(strstr(diags.head->message, rows[i].message), "%s",
				   diags.head->message);
		cr_assert_not_null(diags.head->span.source);
	}
}

Test(manifest, no_json)
{
	cr_assert_null(parse(""));
	cr_assert_str_eq(diags.head->slug, "json-empty");
	cr_assert_null(parse("{\"version\": 1, \"version\": 1}"));
	cr_assert_str_eq(diags.head->slug, "json-duplicate-key");
}

Test(manifest, the_good_one_is_good)
{
	json_t *manifest = parse(GOOD);

	cr_assert_not_null(manifest, "%s", diags.head ? diags.head->message : "");
	json_decref(manifest);
}
