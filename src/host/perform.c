/*
 * Carrying out a plan.  It takes the changes and makes them one by one, with a journal
 * that says beforehand what each file was and shall be.  Not obvious: the way back is the
 * same after a failure, after kill -9 and after a power cut. It looks at each file and
 * decides by its digest, so it can be broken off itself and begun again.
 */
#include "host/perform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"
#include "host/replace.h"
#include "host/snapshot.h"

/* Where Proxmox locks the configuration of a container (PVE::LXC::Config). */
#define PVE_LOCKS "/run/lock/lxc"
/* As long as Proxmox itself waits, in milliseconds. */
#define PATIENCE 10000
#define STEP 20

static const struct aac_span nowhere;

struct performing {
	struct aac_store *store;
	struct aac_context *ctx;
	struct aac_host *host;
	const struct aac_plan *plan;
	const char **paths; /* of the changes, on this host, resolved */
	int *locks;
	size_t lock_count;
	struct aac_journal journal;
};

static bool fail(struct performing *p, const char *what)
{
	aac_report(p->ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
		   "cannot %s '%s': %s", what, p->store->dir, strerror(errno));
	return false;
}

/* ---- folders --------------------------------------------------------------- */

static bool is_noted(const struct aac_journal *journal, const char *folder)
{
	for (size_t i = 0; i < journal->folder_count; i++)
		if (strcmp(journal->folders[i], folder) == 0)
			return true;
	return false;
}

/* Folders of PATH (as it is stored) that are not there, outermost first. */
static void note_folders(struct performing *p, const char *path, const char **list)
{
	for (const char *at = path + 1; (at = strchr(at, '/')); at++) {
		const char *part =
			arena_strndup(p->ctx->arena, path, (size_t)(at - path));

		if (strncmp(part, "//", 2) != 0 && !is_noted(&p->journal, part) &&
		    access(aac_stored_path(p->ctx, p->host, part), F_OK) < 0)
			list[p->journal.folder_count++] = part;
	}
}

static void list_folders(struct performing *p)
{
	size_t most = 0;
	const char **list;

	for (size_t i = 0; i < p->plan->count; i++)
		for (const char *at = p->plan->changes[i].path; *at; at++)
			most += *at == '/';
	list = ARENA_ARRAY(p->ctx->arena, const char *, most);
	p->journal.folders = list;
	for (size_t i = 0; i < p->plan->count; i++)
		if (p->plan->changes[i].after)
			note_folders(p, p->plan->changes[i].path, list);
}

static bool make_folders(struct performing *p)
{
	for (size_t i = 0; i < p->journal.folder_count; i++) {
		const char *path =
			aac_stored_path(p->ctx, p->host, p->journal.folders[i]);

		if (aac_host_may_write(p->host) &&
		    (mkdir(path, 0755) == 0 || errno == EEXIST)) {
			aac_store_sync_above(p->store, path);
			continue;
		}
		aac_report(p->ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
			   "cannot make the folder '%s': %s", path, strerror(errno));
		return false;
	}
	return true;
}

/* Those that are empty; another's files keep theirs. */
static bool remove_folders(struct aac_store *store, const char *const *folders,
			   size_t count)
{
	while (count-- > 0) {
		const char *path =
			aac_stored_path(store->ctx, store->host, folders[count]);

		if (!aac_host_may_write(store->host) ||
		    (rmdir(path) < 0 && errno != ENOENT && errno != ENOTEMPTY &&
		     errno != EEXIST))
			return false;
	}
	return true;
}

static const char *const *join_folders(struct performing *p,
				       const struct aac_receipts *old, size_t *count)
{
	const char **all = ARENA_ARRAY(p->ctx->arena, const char *,
				       old->folder_count + p->journal.folder_count);

	*count = 0;
	for (size_t i = 0; i < old->folder_count; i++)
		all[(*count)++] = old->folders[i];
	for (size_t i = 0; i < p->journal.folder_count; i++)
		all[(*count)++] = p->journal.folders[i];
	return all;
}

/* ---- locks ----------------------------------------------------------------- */

static bool take_lock(struct performing *p, int fd, const char *path)
{
	const struct timespec step = { .tv_nsec = STEP * 1000000L };

	p->locks[p->lock_count++] = fd;
	for (int waited = 0; waited < PATIENCE; waited += STEP) {
		/* Some file systems know no locks: then nobody else holds one. */
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno == ENOTSUP ||
		    errno == ENOLCK || errno == ENOSYS)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		nanosleep(&step, NULL);
	}
	aac_hint(p->ctx->diags,
		 aac_report(p->ctx->diags, AAC_ERROR, "file-busy", nowhere,
			    "another program holds the lock '%s'", path),
		 "wait until it has ended, and run this again");
	return false;
}

/* As Proxmox does before it writes a container's configuration. */
static bool lock_container(struct performing *p, const char *ctid)
{
	const char *path = aac_host_path(
		p->ctx, p->host,
		arena_printf(p->ctx->arena, PVE_LOCKS "/pve-config-%s.lock", ctid));
	int fd = -1;

	if (aac_store_make_folders(p->store, path) &&
	    (access(path, F_OK) == 0 || aac_host_may_write(p->host)))
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		return take_lock(p, fd, path);
	aac_report(p->ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
		   "cannot open the lock '%s': %s", path, strerror(errno));
	return false;
}

/* Others who write the file may lock it itself. */
static bool lock_file(struct performing *p, size_t i)
{
	int fd = open(p->paths[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	/* What cannot be opened is told when it is compared. */
	return fd < 0 || take_lock(p, fd, p->paths[i]);
}

/* Each lock is an open file, and a shell's limit for those is often 1024. */
static void make_room(size_t count)
{
	struct rlimit limit;

	if (count < 500 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static bool take_locks(struct performing *p)
{
	make_room(p->journal.count);
	p->locks = ARENA_ARRAY(p->ctx->arena, int, p->journal.count);
	for (size_t i = 0; i < p->journal.count; i++) {
		const struct aac_journal_step *step = &p->journal.steps[i];

		if (step->lock ? !lock_container(p, step->lock)
			       : step->before && p->paths[i] && !lock_file(p, i))
			return false;
	}
	return true;
}

static void give_locks_back(struct performing *p)
{
	while (p->lock_count > 0)
		close(p->locks[--p->lock_count]);
}

/* ---- before ---------------------------------------------------------------- */

/* A file whose folder is yet to be made is behind no link. */
static const char *resolve(struct performing *p, const struct aac_change *change)
{
	const char *path = aac_stored_path(p->ctx, p->host, change->path);
	const char *slash = strrchr(change->path, '/');

	if (is_noted(&p->journal, arena_strndup(p->ctx->arena, change->path,
						(size_t)(slash - change->path))))
		return path;
	return aac_replace_resolve(p->ctx, p->host, path);
}

static bool resolve_all(struct performing *p)
{
	p->paths = ARENA_ARRAY(p->ctx->arena, const char *, p->plan->count);
	for (size_t i = 0; i < p->plan->count; i++) {
		p->paths[i] = resolve(p, &p->plan->changes[i]);
		if (!p->paths[i])
			return false;
	}
	return true;
}

static bool compare_all(struct performing *p)
{
	for (size_t i = 0; i < p->plan->count; i++) {
		const struct aac_change *change = &p->plan->changes[i];

		if ((change->before || access(p->paths[i], F_OK) == 0) &&
		    !aac_replace_unchanged(p->ctx, p->paths[i], change->before))
			return false;
	}
	return true;
}

static bool keep_texts(struct performing *p)
{
	for (size_t i = 0; i < p->plan->count; i++)
		if (p->plan->changes[i].before &&
		    !aac_store_keep(p->store, p->plan->changes[i].before))
			return fail(p, "write in the folder");
	for (size_t i = 0; i < p->plan->keep_count; i++)
		if (!aac_store_keep(p->store, p->plan->keep[i]))
			return fail(p, "write in the folder");
	return true;
}

static const char *digest_of(struct performing *p, const char *text, size_t len)
{
	return text ? arena_strdup(p->ctx->arena, digest_bytes(text, len).hex) : NULL;
}

static void list_steps(struct performing *p)
{
	struct aac_journal_step *steps =
		ARENA_ARRAY(p->ctx->arena, struct aac_journal_step, p->plan->count);

	for (size_t i = 0; i < p->plan->count; i++) {
		const struct aac_change *change = &p->plan->changes[i];

		steps[i].path = change->path;
		steps[i].lock = change->lock;
		if (change->before)
			steps[i].before =
				digest_of(p, change->before->text, change->before->size);
		steps[i].after = digest_of(p, change->after, change->len);
	}
	p->journal.number = p->plan->receipts->number + 1;
	p->journal.steps = steps;
	p->journal.count = p->plan->count;
}

/* ---- the way in ------------------------------------------------------------ */

static bool change_files(struct performing *p)
{
	for (size_t i = 0; i < p->plan->count; i++) {
		const struct aac_change *change = &p->plan->changes[i];

		if (!aac_store_note(p->store, "begin", i))
			return fail(p, "write the journal in");
		if (aac_replace(p->ctx, p->host, p->paths[i], change->before,
				change->after, change->len) != AAC_REPLACED)
			return false;
		if (!aac_store_note(p->store, "done", i))
			return fail(p, "write the journal in");
	}
	return true;
}

static bool commit(struct performing *p)
{
	struct aac_receipts receipts = *p->plan->receipts;

	receipts.number = p->journal.number;
	receipts.folders = join_folders(p, p->plan->receipts, &receipts.folder_count);
	if (aac_store_commit(p->store, &receipts))
		return true;
	/* The name may have changed all the same: then it is committed, and only a power
	 * cut could take that back, with everything else. */
	const struct aac_receipts *there = aac_store_receipts(p->store);

	if (there && there->number == receipts.number)
		return true;
	return fail(p, "write in the folder");
}

/* ---- the end, and the way back --------------------------------------------- */

static const char *step_path(struct aac_store *store, const struct aac_journal_step *step)
{
	const char *path = aac_stored_path(store->ctx, store->host, step->path);
	const char *slash = strrchr(path, '/');

	if (access(arena_strndup(store->ctx->arena, path, (size_t)(slash - path) + 1),
		   F_OK) < 0)
		return NULL;
	return aac_replace_resolve(store->ctx, store->host, path);
}

/* It is done: only tidying up is left, and what of that fails the next run does. */
static void finish(struct aac_store *store, const struct aac_journal *journal)
{
	const struct aac_receipts *receipts = aac_store_receipts(store);
	bool ok = receipts != NULL;
	struct aac_receipts left;

	for (size_t i = 0; i < journal->count; i++) {
		const char *path = step_path(store, &journal->steps[i]);

		if (path)
			ok &= aac_replace_finish(store->ctx, store->host, path);
	}
	if (!ok)
		return;
	left = *receipts;
	if (left.file_count == 0) {
		ok = remove_folders(store, left.folders, left.folder_count);
		left.folder_count = 0;
	}
	if (ok)
		(void)aac_store_end(store, &left);
}

/* All back, the last first; false when something could not be put back. */
static bool undo(struct aac_store *store, const struct aac_journal *journal)
{
	/* Those on the disk: they are what holds when this is over. */
	const struct aac_receipts *receipts = aac_store_receipts(store);
	bool ok = receipts != NULL;

	for (size_t i = journal->count; i-- > 0;) {
		const struct aac_journal_step *step = &journal->steps[i];
		const char *path = step_path(store, step);

		if (path)
			ok &= aac_replace_undo(store->ctx, store->host, path,
					       step->before, step->after, aac_store_kept,
					       store);
	}
	return ok && remove_folders(store, journal->folders, journal->folder_count) &&
	       aac_store_end(store, receipts);
}

static void tell_undone(struct performing *p, bool ok)
{
	if (ok)
		aac_report(p->ctx->diags, AAC_NOTE, "apply-undone", nowhere,
			   "nothing is changed: what had been done was put back");
	else
		aac_report(p->ctx->diags, AAC_ERROR, "apply-interrupted", nowhere,
			   "not everything could be put back; run 'aa-compose revert' "
			   "when the cause is gone, it finishes this");
}

/* Do the receipts say already what the plan would have them say? */
static bool is_recorded(struct performing *p)
{
	const struct aac_receipts *old = aac_store_receipts(p->store);
	size_t old_len, new_len;
	const char *text;

	if (!old)
		return false;
	text = aac_receipts_text(p->ctx->arena, old, &old_len);
	return strcmp(text,
		      aac_receipts_text(p->ctx->arena, p->plan->receipts, &new_len)) == 0;
}

static bool prepare(struct performing *p)
{
	list_folders(p);
	list_steps(p);
	return resolve_all(p) && take_locks(p) && compare_all(p) && keep_texts(p);
}

/* Who asks the program to stop means before or after, not half way. */
static void hold_signals(sigset_t *before)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

bool aac_perform(struct aac_store *store, const struct aac_plan *plan)
{
	struct performing p = {
		.store = store, .ctx = store->ctx, .host = store->host, .plan = plan
	};
	sigset_t held;
	bool ok;

	if (plan->count == 0 && is_recorded(&p))
		return true;
	ok = prepare(&p);
	if (ok) {
		hold_signals(&held);
		if (!aac_store_begin(store, &p.journal))
			ok = fail(&p, "write the journal in");
		ok = ok && make_folders(&p) && change_files(&p) && commit(&p);
		if (ok)
			finish(store, &p.journal);
		else
			tell_undone(&p, undo(store, &p.journal));
		sigprocmask(SIG_SETMASK, &held, NULL);
	}
	give_locks_back(&p);
	return ok;
}

/* The files of a run that was broken off, locked as it had locked them. */
static bool lock_steps(struct performing *p, const struct aac_journal *journal)
{
	p->journal = *journal;
	p->paths = ARENA_ARRAY(p->ctx->arena, const char *, journal->count);
	for (size_t i = 0; i < journal->count; i++)
		p->paths[i] = step_path(p->store, &journal->steps[i]);
	return take_locks(p);
}

static bool settle(struct aac_store *store, const struct aac_journal *journal,
		   const struct aac_receipts *receipts)
{
	if (journal->number <= receipts->number) {
		finish(store, journal);
		return true;
	}
	if (!undo(store, journal)) {
		aac_report(store->ctx->diags, AAC_ERROR, "apply-interrupted", nowhere,
			   "a run was broken off, and what it had changed cannot be put "
			   "back");
		return false;
	}
	aac_report(store->ctx->diags, AAC_WARNING, "apply-interrupted", nowhere,
		   "a run was broken off; what it had changed has been put back");
	return true;
}

bool aac_recover(struct aac_store *store)
{
	const struct aac_receipts *receipts = aac_store_receipts(store);
	struct performing p = { .store = store, .ctx = store->ctx, .host = store->host };
	const struct aac_journal *journal;
	bool ok;

	if (!receipts || !aac_store_journal(store, &journal))
		return false;
	if (!journal)
		return true;
	ok = lock_steps(&p, journal) && settle(store, journal, receipts);
	give_locks_back(&p);
	return ok;
}
