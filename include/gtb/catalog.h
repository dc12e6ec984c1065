/*
 * catalog: what the vendor publishes, a document at a time.
 *
 * Facts only, as the documents state them; the admin's choices live in the
 * policy. Documents are never merged: where two disagree, both stay.
 * The YAML form is described in goto-bypass-catalog(5).
 */
#ifndef GTB_CATALOG_H
#define GTB_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/file.h"
#include "gtb/report.h"

/* Verdicts, as bits. */
enum gtb_bypass {
	GTB_BYPASS_AUTH = 1 << 0,	/* no proxy authentication */
	GTB_BYPASS_TLS = 1 << 1		/* spliced, not inspected */
};

enum gtb_tier {
	GTB_TIER_REQUIRED,
	GTB_TIER_OPTIONAL,	/* the document says "not critical" */
	GTB_TIER_THIRD_PARTY,	/* somebody else's service */
	GTB_TIER_LEGACY,	/* documents of a former time */
	GTB_TIER_COUNT,
	GTB_TIER_OWN = GTB_TIER_COUNT	/* the policy's own entries and lists */
};

/* "required", "optional", "third-party", "legacy", "own". */
const char *gtb_tier_word(enum gtb_tier tier);

/* Where a document says a name lives, as bits; 0 = it does not say. */
enum gtb_hosting {
	GTB_HOSTING_GOTO = 1 << 0,	/* alone: provable by address */
	GTB_HOSTING_AWS = 1 << 1,
	GTB_HOSTING_GOOGLE_CLOUD = 1 << 2,
	GTB_HOSTING_THIRD_PARTY = 1 << 3
};
#define GTB_HOSTING_BITS 4

/* The word of one hosting bit: "goto", "aws", "google-cloud", ... */
const char *gtb_hosting_word(enum gtb_hosting bit);

enum gtb_product {
	GTB_PRODUCT_MEETING = 1 << 0,
	GTB_PRODUCT_WEBINAR = 1 << 1,
	GTB_PRODUCT_TRAINING = 1 << 2,
	GTB_PRODUCT_CONNECT = 1 << 3,
	GTB_PRODUCT_ALL = (1 << 4) - 1
};
#define GTB_PRODUCT_BITS 4

/* The word of one product bit: "meeting", "webinar", ... */
const char *gtb_product_word(enum gtb_product bit);

/* What a document says of TLS inspection. */
enum gtb_inspection {
	GTB_INSPECTION_UNSTATED,
	GTB_INSPECTION_EXCLUDE,	/* must be left out of inspection */
	GTB_INSPECTION_ALLOW	/* must be let through; no word on inspection */
};

struct gtb_ports {
	uint16_t first;		/* 1 to 65535 */
	uint16_t last;		/* >= first */
};

/* One name or one network of a document. */
struct gtb_entry {
	char *row;		/* where in the document: "names-1" */
	char *name;		/* "*.goto.com" or "launch.getgo.com", lower
				 * case; NULL for a network */
	char *network;		/* "68.64.0.0/19"; NULL for a name */
	char *use;		/* what for, in our words */
	uint8_t hosting;	/* enum gtb_hosting bits */
	enum gtb_tier tier;
	uint8_t products;	/* enum gtb_product bits that need it */
	enum gtb_inspection inspection;
	bool wide;		/* a network wider than the limit, on purpose */
	bool shared;		/* a wildcard over names that strangers get */
	struct gtb_ports *tcp;	/* may be empty: nothing for a proxy */
	size_t tcp_count;
	struct gtb_ports *udp;
	size_t udp_count;
	char **names;		/* networks: names said to live there */
	size_t names_count;
	struct gtb_place place;	/* in the document's file */
};

/* Firewall rules of one mode or scenario; data for firewall output. */
struct gtb_mode_rule {
	char *action;		/* "allow" or "drop" */
	char *protocol;		/* "tcp", "udp" or "any" */
	struct gtb_ports *ports; /* empty: all */
	size_t ports_count;
	char *to;		/* "any", "tcp-networks", "udp-networks",
				 * "turn-networks", "internal-networks" */
	char *narrow;		/* the document lets the rule be narrowed to
				 * these, words as in to; NULL: not said */
	char *via;		/* "direct", "proxy" or "tunnel"; NULL: not said */
};

struct gtb_mode {
	char *row;		/* "mode-1", "scenario-2", "vpn-a" */
	char *title;
	char *clients;		/* what is set on clients; NULL: nothing */
	bool return_by_state;	/* return traffic is let in by state */
	struct gtb_mode_rule *rules;	/* in order */
	size_t rules_count;
};

struct gtb_document {
	char *id;		/* "v10-desktop" */
	char *title;
	char *version;
	char *checked;		/* "2026-11-20": the day a person compared it */
	char *source;		/* where it comes from */
	char *status;		/* "current" or "legacy" */
	struct gtb_ports *probes; /* TCP ports the clients try on any of the
				   * document's hosts, beside those of a row */
	size_t probes_count;
	char **internal;	/* private networks its modes speak of */
	size_t internal_count;
	char **notes;		/* what else it says, in our words */
	size_t notes_count;
	struct gtb_entry *entries;	/* networks, then names, file order */
	size_t entries_count;
	struct gtb_mode *modes;
	size_t modes_count;
	char *path;		/* the file it was read from */
	char digest[65];	/* SHA-256 of the file, hexadecimal */
	struct gtb_stamp stamp;
};

struct gtb_catalog {
	struct gtb_document *documents;	/* sorted by file name */
	size_t count;
};

/*
 * Read every *.yaml of a folder. All errors of all files go into the report.
 * GTB_OK: *catalog is set, the caller frees it. Otherwise *catalog is NULL:
 * GTB_E_IO the folder or a file cannot be read, GTB_E_INPUT a file is wrong,
 * not trusted or there is none, GTB_E_NOMEM.
 */
int gtb_catalog_load(const char *folder, struct gtb_catalog **catalog,
		     struct gtb_report *report);

/*
 * Read one document from memory; source names it in errors. On GTB_OK the
 * caller frees *catalog, which holds the one document.
 */
int gtb_catalog_parse(const char *source, const char *text, size_t len,
		      struct gtb_catalog **catalog, struct gtb_report *report);

/* NULL is allowed. */
void gtb_catalog_free(struct gtb_catalog *catalog);

/*
 * Days between a document's checked date and a date given as "YYYY-MM-DD"
 * (no clock is read here); -1 when either is not a date.
 */
int gtb_catalog_age_days(const struct gtb_document *document,
			 const char *today);

#endif
