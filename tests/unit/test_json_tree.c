/*
 * JSON as a tree, held against jansson: what it refuses has no tree, what it takes has
 * the same values; for texts that are right, nearly right, and drawn from both.
 */
#include "core/json_tree.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
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

TestSuite(json_tree, .init = setup, .fini = teardown);

static const struct aac_node *read_text(const char *text, size_t len)
{
	const struct aac_source *source = aac_source_new(arena, "t", "t", text, len);
	struct aac_json_reader reader = aac_json_reader_new(arena, source);
	const struct aac_node *node = aac_json_read(&reader);

	return node && aac_json_at_end(&reader) ? node : NULL;
}

static bool same(const struct aac_node *node, const json_t *json);

static bool same_members(const struct aac_node *node, const json_t *json)
{
	if (node->count != json_object_size(json))
		return false;
	for (const struct aac_node *at = node->first; at; at = at->next) {
		const char *key = arena_strndup(arena, at->key.text, at->key.len);

		if (aac_node_get(node, key) != at ||
		    !same(at, json_object_get(json, key)))
			return false;
	}
	return true;
}

static bool same_elements(const struct aac_node *node, const json_t *json)
{
	const struct aac_node *at = node->first;

	if (node->count != json_array_size(json))
		return false;
	for (size_t i = 0; i < node->count; i++, at = at->next)
		if (!same(at, json_array_get(json, i)))
			return false;
	return at == NULL;
}

static bool same(const struct aac_node *node, const json_t *json)
{
	switch (node->type) {
	case AAC_NODE_BOOL:
		return json_is_boolean(json) && json_is_true(json) == node->boolean;
	case AAC_NODE_INT:
		return json_is_integer(json) && json_integer_value(json) == node->integer;
	case AAC_NODE_REAL:
		return json_is_real(json) && memcmp(&(double){ json_real_value(json) },
						    &node->real, sizeof(double)) == 0;
	case AAC_NODE_STRING:
		return json_is_string(json) &&
		       json_string_length(json) == node->string.len &&
		       (!node->string.len ||
			memcmp(json_string_value(json), node->string.text,
			       node->string.len) == 0);
	case AAC_NODE_LIST:
		return json_is_array(json) && same_elements(node, json);
	case AAC_NODE_OBJECT:
		return json_is_object(json) && same_members(node, json);
	case AAC_NODE_NULL:
	default:
		return json_is_null(json);
	}
}

/* 1 when both took it, 0 when neither did. */
static size_t expect_same(const char *text, size_t len)
{
	const struct aac_node *node = read_text(text, len);
	json_t *json = json_loadb(
		text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY,
		NULL);

	/* jansson loses a NUL behind a number; nobody is given such a text. */
	if (json && memchr(text, '\0', len)) {
		cr_assert_null(node);
		json_decref(json);
		return 0;
	}
	cr_assert_eq(node != NULL, json != NULL, "%s by us: %.*s",
		     node ? "taken" : "refused", (int)len, text);
	cr_assert(!node || same(node, json), "%.*s", (int)len, text);
	json_decref(json);
	return node != NULL;
}

static const char *const texts[] = {
	"{\"a\": 1, \"b\": [true, false, null, -0, 12.5e-3, 1E2], \"c\": {\"d\": {}}}",
	"{\"a\\u0062\": \"\\ud83d\\ude00\\n\\/\", \"ab \": \"\xc3\xa9\xf0\x9f\x98\x80\"}",
	"[[], [ ], {}, { }, [1 , 2],\t\"\\\"\\\\\\b\\f\\r\\t\"]\r\n",
	"{\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8"
	",\"k9\":9,\"k10\":0,\"k11\":0,\"k12\":0,\"k13\":0,\"k14\":0,\"k15\":0"
	",\"k16\":0,\"k17\":0,\"k18\":0}",
	"[9223372036854775807, -9223372036854775808, 1e308, -1.7e-320, 0.1, 0e0]",
	"{\"x\": \"a\\u0000b\", \"y\": \"\\u00e9\\uFFFF\\uabCD\"}",
	"\"alone\"",
	" 7 ",
	"null",
	"true",
};

static const char *const wrong[] = {
	"",
	" ",
	"{",
	"[",
	"[1",
	"[1,",
	"[1,]",
	"[,1]",
	"{\"a\"}",
	"{\"a\":}",
	"{a:1}",
	"{\"a\":1,}",
	"{,\"a\":1}",
	"{\"a\":1 \"b\":2}",
	"01",
	"-",
	"-01",
	"1.",
	"1.e1",
	".5",
	"1e",
	"1e+",
	"+1",
	"0x1",
	"9223372036854775808",
	"-9223372036854775809",
	"1e309",
	"-1e309",
	"nul",
	"nullx",
	"truefalse",
	"NaN",
	"\"",
	"\"a",
	"\"\\\"",
	"\"\\x\"",
	"\"\\u12g4\"",
	"\"\\u\x10\x10\x10\x10\"",
	"\"\\ud800\"",
	"\"\\udc00\"",
	"\"\\ud800\\u0041\"",
	"\"\x80\"",
	"\"\xc0\x80\"",
	"\"\xed\xa0\x80\"",
	"\"\xf4\x90\x80\x80\"",
	"\"\xe2\x82\"",
	"\"\n\"",
	"{\"\\u0000\": 1}",
	"{\"a\": 1, \"a\": 2}",
	"{\"a\": 1, \"\\u0061\": 2}",
	"[1] 2",
	"[1]]",
	"// a\n1",
	"\xef\xbb\xbf"
	"1",
	"[1}",
	"{\"a\":1]",
	"'a'",
	"{\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8"
	",\"k9\":9,\"k10\":0,\"k11\":0,\"k12\":0,\"k13\":0,\"k14\":0"
	",\"k15\":0,\"k16\":0,\"k3\":0}",
};

Test(json_tree, right)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		cr_assert_eq(expect_same(texts[i], strlen(texts[i])), 1u, "%s", texts[i]);
}

Test(json_tree, wrong)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		cr_assert_eq(expect_same(wrong[i], strlen(wrong[i])), 0u, "%s", wrong[i]);
}

/* 2048 levels, the innermost value counted, and one more. */
Test(json_tree, depth)
{
	for (size_t levels = 2046; levels < 2051; levels++) {
		CLEANUP_BUF lists = { 0 };
		CLEANUP_BUF objects = { 0 };

		buf_fill(&lists, '[', levels);
		buf_putc(&lists, '1');
		buf_fill(&lists, ']', levels);
		for (size_t i = 0; i < levels; i++)
			buf_puts(&objects, "{\"a\":");
		buf_puts(&objects, "[]");
		buf_fill(&objects, '}', levels);
		cr_assert_eq(expect_same(lists.data, lists.len), levels < 2048, "%zu",
			     levels);
		cr_assert_eq(expect_same(objects.data, objects.len), levels < 2048, "%zu",
			     levels);
	}
}

static uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Bytes changed, put in, taken out, moved from one text to the next. */
static void mutate(struct buf *text, uint32_t *state)
{
	static const char bytes[] = "{}[]\",:\\u0019eE+-. \n\tatnrb/\xc3\xa9\x80\xff\x01"
				    "d8c";
	uint32_t times = 1 + random_next(state) % 3;

	while (times-- > 0 && text->len > 1) {
		size_t at = random_next(state) % text->len;
		size_t from = random_next(state) % text->len;
		char byte = bytes[random_next(state) % (sizeof(bytes) - 1)];

		switch (random_next(state) % 4) {
		case 0:
			text->data[at] = byte;
			break;
		case 1:
			memmove(text->data + at, text->data + at + 1, text->len - at);
			text->len--;
			break;
		case 2:
			buf_putc(text, ' ');
			memmove(text->data + at + 1, text->data + at, text->len - at - 1);
			text->data[at] = byte;
			break;
		default:
			text->data[at] = text->data[from];
			break;
		}
	}
}

Test(json_tree, mutations)
{
	uint32_t state = 20261130u;
	size_t taken = 0, count = 40000;

	for (size_t i = 0; i < count; i++) {
		CLEANUP_BUF text = { 0 };

		arena_reset(arena);
		buf_puts(&text, texts[random_next(&state) % ARRAY_SIZE(texts)]);
		mutate(&text, &state);
		taken += expect_same(text.data, text.len);
	}
	cr_assert_gt(taken, count / 20);
	cr_assert_lt(taken, count - count / 20);
}
