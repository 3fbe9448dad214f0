/*
 * jq's builtins, as far as it matters to iterations: can what one gives be null, what is
 * the input of its arguments, is an argument a path.  From jq(1) of 1.6 to 1.8 and from
 * what 1.6 does; a name that is not here is a function of the user's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "core/jq_filter.h"

#define ROW(name, gives, feeds, path, filter)                                            \
	{ name, AAC_JQ_GIVES_##gives, AAC_JQ_FEEDS_##feeds, path, filter }
#define PLAIN(name) ROW(name, VALUE, DOT, false, false)
#define NULLS(name) ROW(name, MAYBE, DOT, false, false)
#define SAME(name) ROW(name, DOT, DOT, false, false)
/* With filters as arguments. */
#define TAKES(name, gives, feeds, path) ROW(name, gives, feeds, path, true)

/* In byte order. */
static const struct aac_jq_builtin table[] = {
	TAKES("IN", VALUE, DOT, false), TAKES("INDEX", VALUE, DOT, false),
	TAKES("JOIN", VALUE, DOT, false), SAME("abs"), TAKES("add", MAYBE, DOT, false),
	TAKES("all", VALUE, ELEMENT, false), TAKES("any", VALUE, ELEMENT, false),
	PLAIN("arrays"), PLAIN("ascii"), PLAIN("ascii_downcase"),
	PLAIN("ascii_upcase"), PLAIN("booleans"), PLAIN("bsearch"), PLAIN("builtins"),
	PLAIN("capture"), PLAIN("ceil"), PLAIN("combinations"), PLAIN("contains"),
	SAME("debug"), TAKES("del", DOT, DOT, true), SAME("delpaths"), PLAIN("empty"),
	PLAIN("endswith"), PLAIN("env"), PLAIN("error"), PLAIN("explode"),
	PLAIN("fabs"), PLAIN("finites"), TAKES("first", ARG, DOT, false),
	PLAIN("flatten"), PLAIN("floor"), PLAIN("format"), PLAIN("from_entries"),
	PLAIN("fromdate"), PLAIN("fromdateiso8601"), NULLS("fromjson"),
	TAKES("fromstream", MAYBE, DOT, false), PLAIN("get_search_list"),
	NULLS("getpath"), PLAIN("gmtime"), TAKES("group_by", VALUE, ELEMENT, false),
	PLAIN("gsub"), PLAIN("halt"), PLAIN("halt_error"), PLAIN("has"),
	PLAIN("have_decnum"), PLAIN("have_literal_numbers"), PLAIN("implode"),
	PLAIN("in"), NULLS("index"), NULLS("indices"), PLAIN("infinite"),
	NULLS("input"), NULLS("input_filename"), PLAIN("input_line_number"),
	NULLS("inputs"), PLAIN("inside"), TAKES("isempty", VALUE, DOT, false),
	PLAIN("isinfinite"), PLAIN("isnan"), PLAIN("isnormal"),
	TAKES("isvalid", VALUE, DOT, false), PLAIN("iterables"), PLAIN("join"),
	PLAIN("keys"), PLAIN("keys_unsorted"), TAKES("last", MAYBE, DOT, false),
	PLAIN("leaf_paths"), PLAIN("length"), TAKES("limit", ARG, DOT, false),
	PLAIN("localtime"), PLAIN("log"), PLAIN("log10"), PLAIN("log2"), SAME("ltrim"),
	SAME("ltrimstr"), TAKES("map", VALUE, ELEMENT, false),
	TAKES("map_values", VALUE, ELEMENT, false), PLAIN("match"), NULLS("max"),
	TAKES("max_by", MAYBE, ELEMENT, false), NULLS("min"),
	TAKES("min_by", MAYBE, ELEMENT, false), PLAIN("mktime"), PLAIN("modulemeta"),
	PLAIN("nan"), PLAIN("normals"), PLAIN("not"), PLAIN("now"),
	TAKES("nth", MAYBE, DOT, false), NULLS("nulls"), PLAIN("numbers"),
	PLAIN("objects"), TAKES("path", VALUE, DOT, true),
	TAKES("paths", VALUE, ELEMENT, false), TAKES("pick", MAYBE, DOT, true),
	PLAIN("pow"), PLAIN("range"), TAKES("recurse", VALUE, ELEMENT, false),
	PLAIN("recurse_down"), TAKES("repeat", VALUE, ELEMENT, false),
	PLAIN("reverse"), NULLS("rindex"), PLAIN("round"), SAME("rtrim"),
	SAME("rtrimstr"), NULLS("scalars"), PLAIN("scan"),
	TAKES("select", DOT, DOT, false), PLAIN("setpath"),
	TAKES("skip", ARG, DOT, false), PLAIN("sort"),
	TAKES("sort_by", VALUE, ELEMENT, false), PLAIN("split"), PLAIN("splits"),
	PLAIN("sqrt"), PLAIN("startswith"), SAME("stderr"), PLAIN("strflocaltime"),
	PLAIN("strftime"), PLAIN("strings"), PLAIN("strptime"), PLAIN("sub"),
	PLAIN("test"), PLAIN("to_entries"), PLAIN("toarray"), PLAIN("todate"),
	PLAIN("todateiso8601"), PLAIN("tojson"), PLAIN("tonumber"), PLAIN("tostream"),
	PLAIN("tostring"), PLAIN("transpose"), SAME("trim"), SAME("trimstr"),
	TAKES("truncate_stream", VALUE, DOT, false), PLAIN("type"), PLAIN("unique"),
	TAKES("unique_by", VALUE, ELEMENT, false),
	TAKES("until", MAYBE, ELEMENT, false), PLAIN("utf8bytelength"), PLAIN("values"),
	TAKES("walk", MAYBE, ELEMENT, false), TAKES("while", MAYBE, ELEMENT, false),
	TAKES("with_entries", VALUE, OBJECT, false),
};

const struct aac_jq_builtin *aac_jq_builtin_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
			return &table[i];
	return NULL;
}
