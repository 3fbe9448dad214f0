#pragma once

/*
 * Which accesses a rule speaks of, of those that its compiled form allows.
 */

#include <stdbool.h>
#include <stdint.h>

struct aac_query;
struct aac_rule;

/* The bits of aac_access that a file rule names; all of them for other rules. */
uint32_t aac_rule_file_bits(const struct aac_rule *rule);
/* Is QUERY of a type that RULE's kind speaks of, and a mount of the sort that its options
 * make? */
bool aac_rule_means(const struct aac_rule *rule, const struct aac_query *query);
/* May two rules speak of one access, by their kinds? */
bool aac_rules_meet(const struct aac_rule *a, const struct aac_rule *b);
