/*
 * Which build of this program is running: the linker's digest of it, read from memory,
 * so that neither a loader nor a debugger in front of it is taken for it.  The note's
 * form is that of ELF: three words (lengths of name and value, type), then both, each
 * padded to four bytes.
 */
#include "host/build_id.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "base/arena.h"

#define BYTES_MAX 64

struct found {
	unsigned char bytes[BYTES_MAX];
	size_t len;
};

static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static void search(struct found *found, const unsigned char *note, size_t size)
{
	while (size >= sizeof(ElfW(Nhdr))) {
		ElfW(Nhdr) head;
		size_t name, value;

		memcpy(&head, note, sizeof(head));
		name = padded(head.n_namesz);
		value = padded(head.n_descsz);
		if (name > size - sizeof(head) || value > size - sizeof(head) - name)
			return;
		note += sizeof(head);
		if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == sizeof("GNU") &&
		    memcmp(note, "GNU", sizeof("GNU")) == 0 &&
		    head.n_descsz <= BYTES_MAX) {
			memcpy(found->bytes, note + name, head.n_descsz);
			found->len = head.n_descsz;
			return;
		}
		note += name + value;
		size -= sizeof(head) + name + value;
	}
}

/* The first object is the program itself. */
static int look(struct dl_phdr_info *info, size_t size, void *env)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *head = &info->dlpi_phdr[i];

		if (head->p_type == PT_NOTE)
			search(env,
			       (const unsigned char *)(info->dlpi_addr + head->p_vaddr),
			       head->p_memsz);
	}
	return 1;
}

const char *aac_build_id(struct arena *arena)
{
	struct found found = { .len = 0 };
	char hex[2 * BYTES_MAX + 1];

	dl_iterate_phdr(look, &found);
	for (size_t i = 0; i < found.len; i++) {
		hex[2 * i] = "0123456789abcdef"[found.bytes[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[found.bytes[i] & 15];
	}
	return found.len ? arena_strndup(arena, hex, 2 * found.len) : NULL;
}
