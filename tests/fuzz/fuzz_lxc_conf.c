/*
 * Any bytes as a container's configuration, LXC's or Proxmox's (the first byte says
 * which): its lines are its bytes; what is put in is there for the reader, leaves the
 * sections behind the main part alone, and comes out without a trace.
 */
#include <string.h>

#include "base/arena.h"
#include "core/lxc_conf.h"
#include "core/lxc_effective.h"
#include "fuzz/stage.h"

static const struct aac_conf_pair pairs[] = {
	{ "lxc.include", "/etc/aa-compose/x.conf" },
	{ "lxc.apparmor.allow_nesting", "1" },
};

static const struct aac_source *read_none(void *env, const char *path)
{
	(void)env;
	(void)path;
	return NULL;
}

static bool list_none(void *env, const char *path, const char *const **names,
		      size_t *count)
{
	(void)env;
	(void)path;
	(void)names;
	(void)count;
	return false;
}

static const struct aac_conf *parse(struct stage *stage, enum aac_conf_style style,
				    const char *text, size_t len)
{
	return aac_conf_parse(stage->arena,
			      stage_source(stage, "config", (const uint8_t *)text, len),
			      style);
}

static void check_lines(const struct aac_conf *conf)
{
	uint32_t at = 0;

	for (size_t i = 0; i < conf->count; i++) {
		if (conf->lines[i].begin != at || conf->lines[i].end <= at ||
		    conf->lines[i].text_end > conf->lines[i].end)
			stage_fail("lines overlap or leave a gap", NULL);
		at = conf->lines[i].end;
	}
	if (at != conf->source->size || conf->main_count > conf->count)
		stage_fail("lines are not the whole", NULL);
}

static size_t sections_size(const struct aac_conf *conf)
{
	return conf->main_count < conf->count
		       ? conf->source->size - conf->lines[conf->main_count].begin
		       : 0;
}

static void check_edit(struct stage *stage, const struct aac_conf *conf, size_t count)
{
	bool *out = ARENA_ARRAY(stage->arena, bool, conf->main_count);
	size_t tail = sections_size(conf), len, back_len;
	struct aac_conf_delta delta;
	struct aac_conf_undone undone;
	const struct aac_conf *edited;
	const char *text, *back;

	for (size_t i = 0; i < conf->main_count; i++)
		out[i] = aac_conf_names_profile(&conf->lines[i]);
	text = aac_conf_install(stage->arena, conf, pairs, count, out, &delta, &len);
	edited = parse(stage, conf->style, text, len);
	for (size_t i = 0; i < count; i++)
		if (!aac_conf_has(edited, pairs[i].key, pairs[i].value))
			stage_fail("a line is not there", pairs[i].key);
	if (sections_size(edited) != tail ||
	    memcmp(text + len - tail, conf->source->text + conf->source->size - tail,
		   tail) != 0)
		stage_fail("a section was touched", NULL);
	back = aac_conf_uninstall(stage->arena, edited, &delta, &undone, &back_len);
	if (back_len != conf->source->size ||
	    memcmp(back, conf->source->text, back_len) != 0)
		stage_fail("it does not come out as it went in", back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct aac_conf_world world = { read_none, list_none, NULL };
	const struct aac_conf *conf;
	struct stage stage;

	/* A file with a NUL is refused before it gets here. */
	if (size < 1 || memchr(data, '\0', size))
		return 0;
	stage_begin(&stage);
	conf = parse(&stage, data[0] & 1 ? AAC_CONF_PROXMOX : AAC_CONF_LXC,
		     (const char *)data + 1, size - 1);
	check_lines(conf);
	check_edit(&stage, conf, 1 + (data[0] >> 1 & 1));
	(void)aac_conf_feature(conf, "nesting");
	(void)aac_conf_effective(stage.arena, conf, &world);
	stage_end(&stage);
	return 0;
}
