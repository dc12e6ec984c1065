/* Loans; the contract is in store.h. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "store.h"

struct gtb_loan {
	struct gtb_ruleset *ruleset;
	unsigned long borrowers;	/* under the lock */
	struct gtb_loan *next;		/* in the list of the old */
};

struct gtb_store {
	pthread_mutex_t lock;		/* for the borrowers and current */
	struct gtb_loan *current;	/* written by the loader alone */
	struct gtb_loan *old;		/* of the loader alone */
};

struct gtb_store *gtb_store_new(void)
{
	struct gtb_store *store = calloc(1, sizeof(*store));

	if (store && pthread_mutex_init(&store->lock, NULL) != 0) {
		free(store);
		return NULL;
	}
	return store;
}

struct gtb_loan *gtb_store_borrow(struct gtb_store *store)
{
	struct gtb_loan *loan;

	pthread_mutex_lock(&store->lock);
	loan = store->current;
	if (loan)
		loan->borrowers++;
	pthread_mutex_unlock(&store->lock);
	return loan;
}

void gtb_store_return(struct gtb_store *store, struct gtb_loan *loan)
{
	if (!loan)
		return;
	pthread_mutex_lock(&store->lock);
	loan->borrowers--;
	pthread_mutex_unlock(&store->lock);
}

const struct gtb_ruleset *gtb_loan_ruleset(const struct gtb_loan *loan)
{
	return loan ? loan->ruleset : NULL;
}

int gtb_store_put(struct gtb_store *store, struct gtb_ruleset *ruleset)
{
	struct gtb_loan *loan = calloc(1, sizeof(*loan));
	struct gtb_loan *before;

	if (!loan) {
		gtb_ruleset_free(ruleset);
		return GTB_E_NOMEM;
	}
	loan->ruleset = ruleset;
	pthread_mutex_lock(&store->lock);
	before = store->current;
	store->current = loan;
	pthread_mutex_unlock(&store->lock);
	if (before) {
		before->next = store->old;
		store->old = before;
	}
	return GTB_OK;
}

const struct gtb_ruleset *gtb_store_newest(const struct gtb_store *store)
{
	return gtb_loan_ruleset(store->current);
}

static bool is_free(struct gtb_store *store, const struct gtb_loan *loan)
{
	bool free_now;

	pthread_mutex_lock(&store->lock);
	free_now = loan->borrowers == 0;
	pthread_mutex_unlock(&store->lock);
	return free_now;
}

static void loan_free(struct gtb_loan *loan)
{
	gtb_ruleset_free(loan->ruleset);
	free(loan);
}

void gtb_store_sweep(struct gtb_store *store)
{
	struct gtb_loan **at = &store->old;

	while (*at) {
		struct gtb_loan *loan = *at;

		if (!is_free(store, loan)) {
			at = &loan->next;
			continue;
		}
		*at = loan->next;
		loan_free(loan);
	}
}

bool gtb_store_free(struct gtb_store *store)
{
	if (!store)
		return true;
	gtb_store_sweep(store);
	if (store->old || (store->current && !is_free(store, store->current)))
		return false;
	if (store->current)
		loan_free(store->current);
	pthread_mutex_destroy(&store->lock);
	free(store);
	return true;
}
