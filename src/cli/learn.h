#pragma once

#include "cli/explain.h"

/*
 * Print a fragment of rules that allow what ALL's logs tell of, as `fmt` lays it out,
 * after proving that they do: alone, and in each profile of ours.  What is left out is
 * reported with the reason.  --learn gives its name.
 */
void aac_learn(struct aac_explanation *all);
