/*
 * Names: which words may name a declaration, and which may name a profile.  A profile's
 * name is used in four places that each forbid something: the kernel's interface (white
 * space, ':' and '&' mean something there), liblxc's configuration, a file of the
 * output folder, and the text of the profile, where AppArmor reads glob characters as a
 * pattern even in quotes.
 */
#include "core/name.h"

#include <string.h>

#include "core/visible.h"

#define NAME_MAX_BYTES 200u

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_word_byte(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool aac_name_valid(const char *name, bool dot)
{
	if (!is_letter(*name))
		return false;
	while (is_word_byte(*name) || (dot && *name == '.'))
		name++;
	return *name == '\0';
}

static const char *byte_problem(char c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case '\v':
	case '\f':
		return "holds white space";
	case '/':
		return "holds a '/'";
	case ':':
		return "holds a ':'";
	case '&':
		return "holds an '&'";
	case '"':
	case '\\':
		return "holds a quote or a backslash";
	case '*':
	case '?':
	case '[':
	case ']':
	case '{':
	case '}':
		return "holds a character of AppArmor's patterns, one of * ? [ ] { }";
	default:
		return NULL;
	}
}

static const char *text_problem(const char *name)
{
	const char *end = name + strlen(name);

	while (name < end) {
		const char *problem = byte_problem(*name);
		size_t step = aac_visible_length(name, end);

		if (problem)
			return problem;
		if (step == 0)
			return "holds a control character or bytes that are not UTF-8";
		name += step;
	}
	return NULL;
}

/* The output folder keeps manifest.json and NAME.map.json beside the profiles. */
static bool looks_like_ours(const char *name)
{
	size_t len = strlen(name);

	return len >= 5 && strcmp(name + len - 5, ".json") == 0;
}

const char *aac_profile_name_problem(const char *name, const char *prefix)
{
	const char *problem;

	if (*name == '\0')
		return "is empty";
	if (strlen(name) > NAME_MAX_BYTES)
		return "is longer than 200 bytes";
	problem = text_problem(name);
	if (problem)
		return problem;
	if (*name == '.')
		return "begins with a '.'";
	if (looks_like_ours(name))
		return "ends in '.json', as the map files and the manifest do";
	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return "does not begin with its template's prefix";
	return NULL;
}
