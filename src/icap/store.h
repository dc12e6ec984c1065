/*
 * store: the ruleset in force, lent to requests.
 *
 * Threads borrow it, decide, and give it back. A new one takes its place at
 * once for those who come later; the old one lives until its last borrower
 * has given it back, and is freed by the loader, never by a request. The lock
 * is held for a few instructions, never during a load.
 */
#ifndef GTB_STORE_H
#define GTB_STORE_H

#include <stdbool.h>

#include "gtb/ruleset.h"

struct gtb_store;
struct gtb_loan;

/* An empty store. NULL: memory ran out. */
struct gtb_store *gtb_store_new(void);

/*
 * Borrow what is in force; give it back exactly once. NULL when there is
 * nothing, which may be given back as well.
 */
struct gtb_loan *gtb_store_borrow(struct gtb_store *store);
void gtb_store_return(struct gtb_store *store, struct gtb_loan *loan);

/* Lent with the loan; NULL for a NULL loan. */
const struct gtb_ruleset *gtb_loan_ruleset(const struct gtb_loan *loan);

/* --- for the loader, one thread ---------------------------------------- */

/*
 * Put a ruleset in force; it is taken. GTB_E_NOMEM: it is freed and nothing
 * changes.
 */
int gtb_store_put(struct gtb_store *store, struct gtb_ruleset *ruleset);

/* What is in force, lent until the next put; NULL for nothing. */
const struct gtb_ruleset *gtb_store_newest(const struct gtb_store *store);

/* Free what nobody borrows any longer. */
void gtb_store_sweep(struct gtb_store *store);

/*
 * Free everything. False: a thread still holds a loan; nothing is freed, and
 * the process had better end.
 */
bool gtb_store_free(struct gtb_store *store);

#endif
