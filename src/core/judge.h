/*
 * judge: what the rules that list a name or an address say of a request, for
 * both verdicts at once. A part of decide.
 */
#ifndef GTB_JUDGE_H
#define GTB_JUDGE_H

#include "facts.h"

/*
 * The rules of the most specific entry for a name; any one that allows is
 * enough. *best is a no, not-listed, and stays so where no rule lists it.
 */
void gtb_judge_name(const struct gtb_facts *facts,
		    const struct gtb_names_match *match,
		    struct gtb_decision *best);

/* The same for the networks around an address, the narrowest first. */
void gtb_judge_place(const struct gtb_facts *facts,
		     const struct gtb_place_facts *place,
		     struct gtb_decision *best);

#endif
