#pragma once

#include "cli/json_writer.h"
#include "core/source.h"

struct arena;

/* "file" and "line" of SPAN; null without a place. */
void aac_json_place(struct aac_json *json, struct aac_span span);
/* FILE:LINE. */
const char *aac_place_text(struct arena *arena, struct aac_span span);
/* The text at SPAN on one line: white space runs are one space, comments are left out. */
const char *aac_span_text(struct arena *arena, struct aac_span span);
