/*
 * Hostile values for values.sh, and the rules that hold them, spelled without a line of
 * the compiler: each byte of a value is written as \ooo.  Values are a list of what means
 * something to somebody, then pseudo-random ones; equal seeds give equal values.
 *
 *     value_tool fragments <PLACES                  a fragment pN for each place
 *     value_tool taken SEED COUNT <PLACES           container N: the values it must take
 *     value_tool refused SEED COUNT <PLACES         containers N-M: one it must refuse
 *     value_tool spelled SEED COUNT N <PLACES       the rules of place N
 *
 * A line of PLACES is "WHAT RULE", with ${v} once or more often in the rule: WHAT is path
 * (no '//' can be said), dir (a parameter of type path), text (any byte but control
 * bytes), name (quotes must do: no byte of "\"*?[]{}^ either).
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A profile has room for twelve names to switch to at exec. */
enum { LONGEST = 4096, PLACES = 128, REFUSED = 6, NAMES = 10 };

/* Stands for NUL, which no C string can hold. */
#define NUL '\002'

struct place {
	char what[8];
	char rule[256];
};

static struct place places[PLACES];
static size_t place_count;

/* ---- values ------------------------------------------------------------------------ */

static const char *const tokens[] = {
	"\"",
	"\\",
	",",
	"#",
	"*",
	"**",
	"?",
	"[",
	"]",
	"[^x]",
	"{",
	"}",
	"{a,b}",
	"^",
	"@",
	"@{",
	"@{HOME}",
	"@{profile_name}",
	"$",
	"${",
	"${v}",
	"${HOME}",
	"(",
	")",
	"=",
	";",
	"!",
	"->",
	" -> ",
	"-",
	" ",
	"  ",
	":",
	":ns:",
	":ns://",
	"&",
	"//&",
	"\\134",
	"\\100{v}",
	"\\000",
	"\\x41",
	"\\d065",
	"\\*",
	"\\",
	"\\\"",
	"/",
	"//",
	"..",
	"/../",
	"/./",
	".",
	"%",
	"%s",
	"+",
	"~",
	"`",
	"'",
	"|",
	"<",
	">",
	"owner",
	" rw,",
	"px",
	"a",
	"b",
	"z9",
	"none",
	"auto",
	"safe",
	"\303\251",
	"\342\202\254",
	"\360\237\222\251",
	"\302\205",
	"\302\240",
	"\357\273\277",
	"\n",
	"\t",
	"\r",
	"\001",
	"\002",
	"\033",
	"\177",
};

static const char *const whole[] = {
	" rw, capability sys_admin, file, #",
	"/** rwx,\\",
	"a b\\",
	"\" r, file, \"",
	"@{HOME}/**",
	"{a,b}",
	"[^x]*",
	"[a-z]",
	"a]b[c",
	"unconfined",
	"none",
	"auto",
	"@none",
	":root:unconfined",
	":ns://a//&b",
	"&a",
	"a//b",
	"owner /a rw",
	"file",
	"rw",
	"*",
	"**",
	"-> x",
	"\\134",
	"\\042",
	"\\000",
	"\\x00",
	"\\d000",
	"\\100{profile_name}",
	"@\\173profile_name\\175",
	"${ctid}",
	"\\${ctid}",
	"@{profile_name}",
	"# comment",
	"include <abstractions/base>",
	"}\nprofile x { file, ",
	"/",
	"//",
	"/..",
	"..",
	".",
	" ",
	"\t",
	"\n",
	"a\n",
	"\na",
	"a\002b",
	" lead",
	"trail ",
	"\\",
	"\\\\",
	"\"",
	"\"\"",
	"'",
	"",
	"\303\251t\303\251",
	"\357\277\277",
	"\364\217\277\277",
};

static uint64_t state;

/* splitmix64 */
static uint64_t draw(size_t below)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return (x ^ (x >> 31)) % below;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Value I, into TEXT. */
static void make_value(char *text, size_t i)
{
	size_t pieces;

	*text = '\0';
	if (i < COUNT(whole)) {
		strcpy(text, whole[i]);
		return;
	}
	i -= COUNT(whole);
	if (i < COUNT(tokens)) {
		sprintf(text, "a%s", tokens[i]);
		return;
	}
	if (i == COUNT(tokens)) {
		memset(text, '"', LONGEST / 8);
		text[LONGEST / 8] = '\0';
		return;
	}
	pieces = 1 + draw(6);
	while (pieces--)
		strcat(text, tokens[draw(COUNT(tokens))]);
}

/* ---- what a place takes ------------------------------------------------------------ */

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

/* RULE with each ${v} replaced by what PUT makes of VALUE. */
static void fill(char *out, const char *rule, const char *value,
		 void put(char *out, const char *value))
{
	const char *hole;

	while ((hole = strstr(rule, "${v}"))) {
		out += sprintf(out, "%.*s", (int)(hole - rule), rule);
		put(out, value);
		out += strlen(out);
		rule = hole + strlen("${v}");
	}
	strcpy(out, rule);
}

static void put_raw(char *out, const char *value)
{
	strcpy(out, value);
}

static void put_octal(char *out, const char *value)
{
	*out = '\0';
	for (; *value; value++)
		out += *value == '/' ? sprintf(out, "/")
				     : sprintf(out, "\\%03o", (unsigned char)*value);
}

/* Is the hole of RULE a word of its own? */
static bool stands_alone(const char *rule)
{
	const char *hole = strstr(rule, "${v}");
	char next = hole[strlen("${v}")];

	return (hole == rule || strchr(" =(", hole[-1])) && strchr(" ,)", next);
}

static bool is_name(const struct place *place)
{
	return strcmp(place->what, "name") == 0;
}

static bool takes(const struct place *place, const char *value)
{
	char filled[2 * LONGEST];
	size_t len = strlen(value);

	if (has_control(value) || (!len && stands_alone(place->rule)))
		return false;
	if (strcmp(place->what, "text") == 0)
		return true;
	if (is_name(place) && value[strcspn(value, "\\\"*?[]{}^@$")])
		return false;
	fill(filled, place->rule, value, put_raw);
	return !strstr(filled, "//");
}

/* A parameter of type path: absolute, without '.', '..' and '//'; its last slash goes. */
static bool normalise(char *value)
{
	size_t len = strlen(value);

	memmove(value + 1, value, len + 1);
	*value = '/';
	if (has_control(value) || strstr(value, "//"))
		return false;
	for (const char *part = value; part; part = strchr(part + 1, '/')) {
		size_t part_len = strcspn(part + 1, "/");

		if ((part_len == 1 && part[1] == '.') ||
		    (part_len == 2 && part[1] == '.' && part[2] == '.'))
			return false;
	}
	if (len && value[len] == '/')
		value[len] = '\0';
	return true;
}

/* Value I as PLACE has it; false: it must be refused. */
static bool value_for(const struct place *place, size_t i, char *value)
{
	make_value(value, i);
	if (strcmp(place->what, "dir") != 0)
		return takes(place, value);
	return normalise(value);
}

/* ---- the four texts ---------------------------------------------------------------- */

static void print_json(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == '"' || c == '\\')
			printf("\\u%04x", c == NUL ? 0 : c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_fragments(void)
{
	char rule[LONGEST];

	for (size_t p = 0; p < place_count; p++) {
		bool dir = strcmp(places[p].what, "dir") == 0;

		fill(rule, places[p].rule, "${v}", put_raw);
		printf("fragment p%zu {\n    when .place == %zu;\n"
		       "    param values: list of %s = [] from .values;\n"
		       "    for v in ${values} { %s }\n}\n",
		       p + 1, p + 1, dir ? "path" : "string", rule);
	}
}

/* The containers of place P, those that it must take or those that it must refuse. */
static void print_containers(size_t p, size_t count, bool taken)
{
	char value[LONGEST];
	size_t number = 0;

	if (taken)
		printf("%s\n\"%zu\":{\"place\":%zu,\"values\":[", p ? "," : "", p + 1,
		       p + 1);
	for (size_t i = 0; i < count; i++) {
		if (value_for(&places[p], i, value) != taken)
			continue;
		if (taken && number == NAMES && is_name(&places[p]))
			break;
		if (taken)
			fputs(number ? "," : "", stdout);
		else if (number < REFUSED)
			printf("%s\n\"%zu-%zu\":{\"place\":%zu,\"values\":[",
			       p || number ? "," : "", p + 1, number + 1, p + 1);
		else
			break;
		print_json(value);
		fputs(taken ? "" : "]}", stdout);
		number++;
	}
	if (taken)
		printf("]}");
}

static void print_config(uint64_t seed, size_t count, bool taken)
{
	printf("{\"lxc_configs\":{");
	for (size_t p = 0; p < place_count; p++) {
		state = seed;
		print_containers(p, count, taken);
	}
	printf("}}\n");
}

static void print_spelled(const struct place *place, size_t count)
{
	char value[LONGEST], rule[8 * LONGEST];
	size_t number = 0;

	for (size_t i = 0; i < count; i++) {
		if (!value_for(place, i, value))
			continue;
		if (is_name(place) && number++ == NAMES)
			break;
		if (strcmp(value, "/") == 0 && strstr(place->rule, "${v}/"))
			*value = '\0';
		fill(rule, place->rule, value, is_name(place) ? put_raw : put_octal);
		puts(rule);
	}
}

static void read_places(void)
{
	char line[300];

	while (fgets(line, sizeof(line), stdin)) {
		struct place *place = &places[place_count];

		if (sscanf(line, "%7s %255[^\n]", place->what, place->rule) == 2 &&
		    *line != '#' && strstr(place->rule, "${v}"))
			place_count++;
		if (place_count == PLACES) {
			fputs("value_tool: too many places\n", stderr);
			exit(99);
		}
	}
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	size_t count = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	size_t place = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;

	if (argc < 2)
		return 99;
	read_places();
	state = seed;
	if (strcmp(argv[1], "fragments") == 0)
		print_fragments();
	else if (strcmp(argv[1], "taken") == 0)
		print_config(seed, count, true);
	else if (strcmp(argv[1], "refused") == 0)
		print_config(seed, count, false);
	else if (strcmp(argv[1], "spelled") == 0 && place && place <= place_count)
		print_spelled(&places[place - 1], count);
	else
		return 99;
	return 0;
}
