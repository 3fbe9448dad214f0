/*
 * The name of a question to apparmor_parser: a digest of the program's bytes, its
 * arguments, the files that they name, the text, and all that the text includes.
 *
 * Not obvious: what is an include is not parsed.  Wherever the word stands, in a comment
 * too, what follows it is taken for a path, and a path that leads nowhere counts as such,
 * since a file may appear there.  More than is read does no harm but a needless run; what
 * cannot be followed (a variable, an escape) means that there is no name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/macro.h"
#include "host/cache_store.h"
#include "host/rule_lines.h"
#include "host/spawn.h"

#define OWN_NAME "profile_name" /* of @{profile_name} */
#define FILE_MAX ((size_t)16 << 20)
#define FILES_MAX 20000
#define RACY_SECONDS 3 /* younger files may change again and keep their times */

struct path {
	struct path *next;
	const char *text;
	bool abi; /* of features, which are no rules */
};

struct paths {
	struct path *head, *last;
};

/* What stands at a path. */
struct file {
	const char *state; /* a digest, or a word for what it is */
	bool unknown;	   /* no answer can be kept that depends on it */
	bool folder;
	enum aac_own_name own_name; /* of the profile that includes it */
	bool broken; /* lines of it are not whole by themselves */
	struct paths includes;
};

/* One question. */
struct asking {
	struct aac_cache *cache;
	const char *base;
	struct buf text; /* what the digest is of */
	struct map seen; /* path -> struct path */
	struct paths queue;
	bool unknown;
	enum aac_own_name own_name; /* the most of any of the files */
};

/* ---- includes --------------------------------------------------------------------- */

static bool is_wordy(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static const char *skip_word(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - p) > len && memcmp(p, word, len) == 0 && !is_wordy(p[len]))
		return skip_blanks(p + len, end);
	return p;
}

static struct path *add_path(struct aac_cache *cache, struct paths *paths,
			     const char *folder, const char *text, size_t len)
{
	struct path *path = ARENA_NEW(cache->arena, struct path);

	path->text = len > 0 && *text == '/' ? arena_strndup(cache->arena, text, len)
					     : arena_printf(cache->arena, "%s/%.*s",
							    folder, (int)len, text);
	LIST_APPEND(paths, path);
	return path;
}

/* The path at P, behind the word; false: it cannot be followed. */
static bool take_path(struct aac_cache *cache, const char *base, struct paths *paths,
		      const char *p, const char *end)
{
	const char *begin = p, *stop;
	char close = '\0';

	if (p == end)
		return true;
	if (*p == '<' || *p == '"') {
		close = *p == '<' ? '>' : '"';
		begin++;
	}
	for (stop = begin; stop < end && *stop != close && *stop != '\n'; stop++)
		if (!close && (*stop == ' ' || *stop == '\t' || *stop == '\r'))
			break;
	if (stop - begin > 4096)
		return false;
	for (const char *q = begin; q < stop; q++)
		if (*q == '\\' || *q == '\0' || (*q == '"' && close != '"') ||
		    (*q == '@' && q + 1 < stop && q[1] == '{'))
			return false;
	add_path(cache, paths, base, begin, (size_t)(stop - begin));
	/* Without <…> also from the folder that the parser runs in. */
	if (close != '>')
		add_path(cache, paths, "", begin, (size_t)(stop - begin));
	/* `abi <…>,` is closed; `include /x,` may end in a comma. */
	if (!close && stop > begin && stop[-1] == ',') {
		add_path(cache, paths, base, begin, (size_t)(stop - begin) - 1);
		add_path(cache, paths, "", begin, (size_t)(stop - begin) - 1);
	}
	return true;
}

static bool scan_for(struct aac_cache *cache, const char *base, struct paths *paths,
		     const char *text, size_t len, const char *word)
{
	const char *end = text + len, *p = text;
	size_t word_len = strlen(word);

	while ((p = memmem(p, (size_t)(end - p), word, word_len))) {
		bool begins = p == text || !is_wordy(p[-1]);

		p += word_len;
		if (!begins || (p < end && is_wordy(*p)))
			continue;
		p = skip_blanks(p, end);
		p = skip_word(p, end, "if");
		p = skip_word(p, end, "exists");
		if (!take_path(cache, base, paths, p, end))
			return false;
	}
	return true;
}

static bool scan(struct aac_cache *cache, const char *base, struct paths *paths,
		 const char *text, size_t len)
{
	struct paths abis = { 0 };

	if (!scan_for(cache, base, paths, text, len, "include") ||
	    !scan_for(cache, base, &abis, text, len, "abi"))
		return false;
	for (const struct path *p = abis.head; p; p = p->next)
		add_path(cache, paths, "", p->text, strlen(p->text))->abi = true;
	return true;
}

/* ---- files ------------------------------------------------------------------------ */

static int compare_names(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* All names in a folder are read, by the parser only some. */
static bool read_folder(struct aac_cache *cache, struct file *file, const char *path,
			int fd)
{
	CLEANUP_BUF names = { 0 };
	size_t count = 0, cap = 0;
	const char **all = NULL;
	struct dirent *entry;
	DIR *dir = fdopendir(fd);

	if (!dir) {
		close(fd);
		return false;
	}
	while (count < FILES_MAX && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (count == cap) {
			cap = cap ? 2 * cap : 64;
			all = realloc(all, cap * sizeof(*all));
			if (!all)
				abort();
		}
		all[count++] = arena_strdup(cache->arena, entry->d_name);
	}
	closedir(dir);
	if (count)
		qsort(all, count, sizeof(*all), compare_names);
	for (size_t i = 0; i < count; i++) {
		buf_putn(&names, all[i], strlen(all[i]) + 1);
		add_path(cache, &file->includes, path, all[i], strlen(all[i]));
	}
	free(all);
	file->state =
		arena_strdup(cache->arena, digest_bytes(buf_str(&names), names.len).hex);
	return count < FILES_MAX;
}

/* A whole rule and nothing else, of one of the kinds that tell a peer's label. */
static bool is_peer_rule(const char *line, size_t len)
{
	static const char *const words[] = { "audit",  "deny", "allow", "signal",
					     "ptrace", "unix", "dbus" };
	static const size_t kinds = 3; /* the words from here on are */
	size_t word;

	do {
		size_t blank = strspn(line, " \t"), name;

		line += blank;
		len -= blank;
		name = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
		for (word = 0; word < ARRAY_SIZE(words); word++)
			if (strlen(words[word]) == name &&
			    memcmp(words[word], line, name) == 0)
				break;
		line += name;
		len -= name;
	} while (word < kinds);
	if (word == ARRAY_SIZE(words) || (*line != ' ' && *line != '\t' && *line != '('))
		return false;
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	/* The one comma that is not between parentheses ends the rule and the line. */
	for (size_t i = 0, depth = 0; i < len; i++) {
		if (strchr("#\\\"'^{", line[i]) &&
		    !(line[i] == '{' && line[i - 1] == '@'))
			return false;
		depth += line[i] == '(';
		if (line[i] == ')' && depth-- == 0)
			return false;
		if (line[i] == ',' && depth == 0)
			return i + 1 == len;
	}
	return false;
}

static enum aac_own_name own_name_of(const char *text, size_t len)
{
	const char *end = text + len, *at = text;
	enum aac_own_name found = AAC_OWN_NAME_NEVER;

	while ((at = memmem(at, (size_t)(end - at), OWN_NAME, sizeof(OWN_NAME) - 1))) {
		const char *start = at, *stop = memchr(at, '\n', (size_t)(end - at));

		while (start > text && start[-1] != '\n')
			start--;
		stop = stop ? stop : end;
		if (!is_peer_rule(start, (size_t)(stop - start)))
			return AAC_OWN_NAME_ANYWHERE;
		found = AAC_OWN_NAME_PEERS;
		at = stop;
	}
	return found;
}

static bool read_regular(struct aac_cache *cache, const char *base, struct file *file,
			 int fd)
{
	CLEANUP_BUF bytes = { 0 };
	bool good = aac_cache_read(fd, FILE_MAX, &bytes);

	close(fd);
	if (!good)
		return false;
	file->state =
		arena_strdup(cache->arena, digest_bytes(buf_str(&bytes), bytes.len).hex);
	file->own_name = own_name_of(buf_str(&bytes), bytes.len);
	file->broken = !aac_lines_are_whole(buf_str(&bytes), bytes.len);
	return !base || scan(cache, base, &file->includes, buf_str(&bytes), bytes.len);
}

/* PATH as it is now, or was when it was first asked for. */
static struct file *look_at(struct aac_cache *cache, const char *base, const char *path)
{
	struct file *file = map_get_str(&cache->files, path);
	struct stat info;
	int fd;

	if (file)
		return file;
	file = ARENA_NEW(cache->arena, struct file);
	path = arena_strdup(cache->arena, path);
	map_add(&cache->files, path, strlen(path), file);
	/* What is no file is never waited for. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		file->unknown = errno != ENOENT && errno != ENOTDIR;
		file->state = "absent";
		return file;
	}
	if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
		file->folder = true;
		file->unknown = !read_folder(cache, file, path, fd);
	} else if (S_ISREG(info.st_mode)) {
		file->unknown = !read_regular(cache, base, file, fd);
	} else {
		file->unknown = true;
		close(fd);
	}
	return file;
}

/* ---- the question ----------------------------------------------------------------- */

static void put(struct asking *asking, const char *what, const char *text)
{
	buf_puts(&asking->text, what);
	buf_putn(&asking->text, text, strlen(text) + 1);
}

static void follow(struct asking *asking, const struct paths *paths)
{
	for (const struct path *p = paths->head; p; p = p->next) {
		void **seen = map_slot(&asking->seen, p->text, strlen(p->text));
		struct path *copy = *seen;

		if (copy) {
			copy->abi &= p->abi;
			continue;
		}
		copy = ARENA_NEW(asking->cache->arena, struct path);
		copy->text = p->text;
		copy->abi = p->abi;
		*seen = copy;
		LIST_APPEND(&asking->queue, copy);
	}
}

static void put_includes(struct asking *asking)
{
	for (const struct path *p = asking->queue.head; p && !asking->unknown;
	     p = p->next) {
		const struct file *file = look_at(asking->cache, asking->base, p->text);

		if (file->unknown || asking->seen.count > FILES_MAX) {
			asking->unknown = true;
			return;
		}
		put(asking, "file", p->text);
		put(asking, "is", file->state);
		if (file->own_name > asking->own_name)
			asking->own_name = file->own_name;
		follow(asking, &file->includes);
	}
}

/* The program's digest is kept under its times, which a younger file may keep while it
 * changes.  NULL: it is none that does the same each time, such as a script. */
static const char *program(struct aac_cache *cache, const char *path)
{
	CLEANUP_BUF bytes = { 0 };
	CLEANUP_BUF none = { 0 };
	CLEANUP_BUF kept = { 0 };
	struct digest key, content;
	const char *question;
	struct stat info;
	int fd;
	bool good;

	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
		return NULL;
	question = arena_printf(cache->arena,
				"program %s %llu %llu %lld %lld.%09ld %lld.%09ld", path,
				(unsigned long long)info.st_dev,
				(unsigned long long)info.st_ino, (long long)info.st_size,
				(long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
				(long long)info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
	key = digest_bytes(question, strlen(question));
	if (aac_cache_get(cache, &key, &kept, &none) && kept.len == 64)
		return arena_strdup(cache->arena, buf_str(&kept));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	good = aac_cache_read(fd, FILE_MAX, &bytes) && bytes.len > 4 &&
	       memcmp(bytes.data, "\177ELF", 4) == 0;
	close(fd);
	if (!good)
		return NULL;
	content = digest_bytes(bytes.data, bytes.len);
	buf_clear(&kept);
	buf_puts(&kept, content.hex);
	if (info.st_ctim.tv_sec < time(NULL) - RACY_SECONDS)
		aac_cache_put(cache, &key, &kept, &none);
	return arena_strdup(cache->arena, content.hex);
}

/* The program, its words, and the files that stand among them. */
static void put_words(struct asking *asking, const char *const *argv)
{
	const char *bytes = program(asking->cache, argv[0]);

	if (!bytes) {
		asking->unknown = true;
		return;
	}
	put(asking, "program", bytes);
	for (size_t i = 1; argv[i] && !asking->unknown; i++) {
		const char *value = strchr(argv[i], '=');
		const struct file *file;

		value = value ? value + 1 : argv[i];
		put(asking, "word", argv[i]);
		/* The folder of the includes is followed by them. */
		if (*value != '/' || strncmp(value, "/dev/", 5) == 0 ||
		    (asking->base && strcmp(value, asking->base) == 0))
			continue;
		file = look_at(asking->cache, asking->base, value);
		asking->unknown |= file->unknown || (file->folder && !asking->base);
		if (!asking->unknown)
			put(asking, "is", file->state);
		/* The features of the kernel that runs. */
		if (file->folder)
			follow(asking, &file->includes);
	}
}

bool aac_cache_key(struct aac_cache *cache, const char *base,
		   const struct aac_process *process, struct digest *key)
{
	struct asking asking = { .cache = cache, .base = base };
	struct paths paths = { 0 };

	put_words(&asking, process->argv);
	if (!asking.unknown && base) {
		asking.unknown =
			!scan(cache, base, &paths, process->input ? process->input : "",
			      process->input_len);
		/* By these the parser skips what it reads from /dev/stdin, or takes it
		 * into complain mode. */
		add_path(cache, &paths, base, "disable/stdin", strlen("disable/stdin"));
		add_path(cache, &paths, base, "force-complain/stdin",
			 strlen("force-complain/stdin"));
		follow(&asking, &paths);
		put_includes(&asking);
	}
	if (!asking.unknown) {
		put(&asking, "text", "");
		buf_putn(&asking.text, process->input ? process->input : "",
			 process->input_len);
		*key = digest_bytes(asking.text.data, asking.text.len);
	}
	buf_fini(&asking.text);
	map_fini(&asking.seen);
	return !asking.unknown;
}

/* Is there a file in which no line can be read by itself? */
static bool includes_broken(const struct asking *asking)
{
	for (const struct path *p = asking->queue.head; p; p = p->next)
		if (!p->abi && look_at(asking->cache, asking->base, p->text)->broken)
			return true;
	return false;
}

enum aac_own_name aac_cache_own_name(struct aac_cache *cache, const char *base,
				     const struct aac_process *process,
				     bool speaks)
{
	struct asking asking = { .cache = cache, .base = base };
	struct paths paths = { 0 };
	bool unknown;

	asking.unknown = !scan(cache, base, &paths, process->input, process->input_len);
	follow(&asking, &paths);
	put_includes(&asking);
	speaks |= asking.own_name == AAC_OWN_NAME_PEERS;
	unknown = asking.unknown || (speaks && includes_broken(&asking));
	buf_fini(&asking.text);
	map_fini(&asking.seen);
	return unknown ? AAC_OWN_NAME_ANYWHERE : asking.own_name;
}
