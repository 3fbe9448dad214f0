/*
 * The text of a kernel's features to a tree, and questions to the tree.  Whether "name {"
 * opens a folder or a file shows only at the next brace: another "{" means a folder.  The
 * depth is bounded, so a hostile text cannot exhaust the stack; each byte is looked at
 * twice at most.
 */
#include "core/feature.h"

#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"

/* Kernels nest three deep. */
#define DEPTH_MAX 16

struct reader {
	struct aac_context *ctx;
	const struct aac_source *source;
	const char *at, *end;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct reader *reader)
{
	while (reader->at < reader->end && is_space(*reader->at))
		reader->at++;
}

static bool refuse(struct reader *reader, const char *begin, const char *what)
{
	uint32_t offset = (uint32_t)(begin - reader->source->text);
	struct aac_span span = { reader->source, offset, offset + (begin < reader->end) };

	aac_report(reader->ctx->diags, AAC_ERROR, "target-features", span, "%s", what);
	return false;
}

static const char *find_brace(const struct reader *reader)
{
	const char *at = reader->at;

	while (at < reader->end && *at != '{' && *at != '}' && *at)
		at++;
	return at;
}

/* A name and its brace. */
static bool read_name(struct reader *reader, struct aac_feature *feature)
{
	const char *begin = reader->at;

	while (reader->at < reader->end && *reader->at && !is_space(*reader->at) &&
	       *reader->at != '{' && *reader->at != '}')
		reader->at++;
	if (reader->at == begin)
		return refuse(reader, begin, "expected the name of a feature");
	if (memchr(begin, '/', (size_t)(reader->at - begin)))
		return refuse(reader, begin, "the name of a feature holds a '/'");
	feature->name =
		arena_strndup(reader->ctx->arena, begin, (size_t)(reader->at - begin));
	skip_space(reader);
	if (reader->at == reader->end || *reader->at != '{')
		return refuse(reader, reader->at,
			      "expected '{' after the name of a feature");
	reader->at++;
	return true;
}

static void read_content(struct reader *reader, const char *end,
			 struct aac_feature *feature)
{
	const char *begin = reader->at;

	reader->at = end;
	while (end > begin && is_space(end[-1]))
		end--;
	feature->content =
		arena_strndup(reader->ctx->arena, begin, (size_t)(end - begin));
}

static bool read_folder(struct reader *reader, const struct aac_feature **list,
			unsigned int depth);

static bool read_body(struct reader *reader, struct aac_feature *feature,
		      unsigned int depth)
{
	const char *begin = reader->at, *brace;

	skip_space(reader);
	brace = find_brace(reader);
	if (brace < reader->end && *brace == '{') {
		if (!read_folder(reader, &feature->children, depth + 1))
			return false;
	} else {
		read_content(reader, brace, feature);
	}
	if (reader->at == reader->end || *reader->at != '}')
		return refuse(reader, begin, "this feature has no closing '}'");
	reader->at++;
	return true;
}

/* Up to the brace that closes the folder, or to the end of the text. */
static bool read_folder(struct reader *reader, const struct aac_feature **list,
			unsigned int depth)
{
	if (depth > DEPTH_MAX)
		return refuse(reader, reader->at, "features are nested too deeply");
	for (skip_space(reader); reader->at < reader->end && *reader->at != '}';
	     skip_space(reader)) {
		struct aac_feature *feature =
			ARENA_NEW(reader->ctx->arena, struct aac_feature);

		if (!read_name(reader, feature) || !read_body(reader, feature, depth))
			return false;
		*list = feature;
		list = &feature->next;
	}
	return true;
}

const struct aac_feature *aac_feature_parse(struct aac_context *ctx,
					    const struct aac_source *source)
{
	struct reader reader = { .ctx = ctx,
				 .source = source,
				 .at = source->text,
				 .end = source->text + source->size };
	struct aac_feature *root = ARENA_NEW(ctx->arena, struct aac_feature);

	root->name = "";
	if (!read_folder(&reader, &root->children, 0))
		return NULL;
	if (reader.at < reader.end) {
		refuse(&reader, reader.at, "'}' without its '{'");
		return NULL;
	}
	if (!root->children) {
		refuse(&reader, reader.at, "there are no features here");
		return NULL;
	}
	return root;
}

static const struct aac_feature *find_child(const struct aac_feature *folder,
					    const char *name, size_t len)
{
	for (const struct aac_feature *f = folder->children; f; f = f->next)
		if (strncmp(f->name, name, len) == 0 && !f->name[len])
			return f;
	return NULL;
}

static bool has_word(const char *content, const char *word)
{
	size_t len = strcspn(word, " \t\r\n");

	if (len == 0 || word[len])
		return false;
	for (const char *at = content; (at = strstr(at, word)); at++)
		if ((at == content || is_space(at[-1])) &&
		    (!at[len] || is_space(at[len])))
			return true;
	return false;
}

bool aac_feature_find(const struct aac_feature *root, const char *path)
{
	const struct aac_feature *at = root;

	if (!*path)
		return false;
	for (;;) {
		size_t len = strcspn(path, "/");

		if (at->content)
			return *path && !path[len] && has_word(at->content, path);
		at = find_child(at, path, len);
		if (!at)
			return false;
		if (!path[len])
			return !at->content || strcmp(at->content, "no") != 0;
		path += len + 1;
	}
}
