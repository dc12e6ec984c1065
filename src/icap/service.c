/*
 * service: goto_bypass as a REQMOD service of c-icap. This file and passage.c
 * know c-icap; what the service says and why is decided in the others.
 *
 * Nothing here waits or loads while a request is answered. The files are
 * looked at by each process's main thread, about once a second, by means of
 * c-icap's own scheduler; so there is no thread of ours that could be lost in
 * a fork or outlive the module.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <c_icap/c-icap.h>
#include <c_icap/cfg_param.h>
#include <c_icap/commands.h>
#include <c_icap/debug.h>
#include <c_icap/service.h>
#include <c_icap/simple_api.h>
#include <c_icap/stats.h>

#include "answer.h"
#include "counts.h"
#include "header.h"
#include "keeper.h"
#include "passage.h"
#include "setting.h"
#include "store.h"

#define NAME "goto_bypass"
/* Squid must not find a service ended more often than need be: man page. */
#define OPTIONS_TTL_S 3600

/* One service in one process; c-icap hands no context to most callbacks. */
static struct {
	struct gtb_setting setting;
	struct gtb_keeper keeper;
	struct gtb_counts counts;
	ci_service_xdata_t *xdata;
	bool child;			/* else the monitor */
} self;

/* The monitor tells; its children, which read the same files, whisper. */
static void say(void *context, const char *text)
{
	const int level = self.child ? 3 : 1;

	(void)context;
	ci_debug_printf(level, NAME ": %s\n", text);
}

/* --- the ruleset ------------------------------------------------------- */

static int take_number(const char *label)
{
	char copy[128];
	char group[] = "Service " NAME;

	snprintf(copy, sizeof(copy), "%s", label);
	return ci_stat_entry_register(copy, STAT_INT64_T, group);
}

/* Its second argument is of another type in c-icap 0.6. */
static void add_number(int number, int more)
{
	ci_stat_uint64_inc(number, more);
}

/* The monitor has no statistics of its own. */
static void look(bool force)
{
	const struct gtb_counts *counts = self.child ? &self.counts : NULL;

	if (gtb_keeper_look(&self.keeper, force, counts))
		ci_service_set_istag(self.xdata, gtb_keeper_digest(
			gtb_store_newest(self.keeper.store)));
}

/* By c-icap's scheduler: in the monitor, and in each child. */
static void look_now_and_then(const char *name, int type, void *data)
{
	(void)type;
	(void)data;
	look(false);
	ci_command_schedule(name, NULL, self.setting.interval_s);
}

static void look_on_command(const char *name, int type, const char **arguments)
{
	(void)name;
	(void)type;
	(void)arguments;
	if (!self.child)
		say(NULL, "asked to reload");
	look(true);
}

static void start_child(const char *name, int type, void *data)
{
	(void)name;
	(void)type;
	(void)data;
	self.child = true;
	look(false);
	ci_command_schedule(NAME "_look", NULL, self.setting.interval_s);
}

static void stop_child(const char *name, int type, void *data)
{
	(void)name;
	(void)type;
	(void)data;
	gtb_keeper_resign(&self.keeper, &self.counts);
}

/* A command is found by its name up to a blank; echo(1) ends it with \n. */
static void register_commands(void)
{
	ci_command_register_ctl_cmd(NAME "_reload",
				    CI_CMD_MONITOR_PROC | CI_CMD_CHILDS_PROC,
				    look_on_command);
	ci_command_register_ctl_cmd(NAME "_reload\n",
				    CI_CMD_MONITOR_PROC | CI_CMD_CHILDS_PROC,
				    look_on_command);
	ci_command_register_action(NAME "_start", CI_CMD_CHILD_START, NULL,
				   start_child);
	ci_command_register_action(NAME "_stop", CI_CMD_CHILD_STOP, NULL,
				   stop_child);
	ci_command_register_action(NAME "_look", CI_CMD_ONDEMAND, NULL,
				   look_now_and_then);
	ci_command_register_action(NAME "_monitor_look",
				   CI_CMD_MONITOR_ONDEMAND, NULL,
				   look_now_and_then);
	ci_command_schedule(NAME "_monitor_look", NULL,
			    self.setting.interval_s);
}

/* --- life -------------------------------------------------------------- */

static void close_service(void)
{
	gtb_keeper_fini(&self.keeper);
	memset(&self, 0, sizeof(self));
}

static int init_service(ci_service_xdata_t *xdata,
			struct ci_server_conf *server)
{
	(void)server;
	memset(&self, 0, sizeof(self));
	gtb_setting_init(&self.setting);
	gtb_counts_init(&self.counts, take_number, add_number);
	ci_service_set_preview(xdata, 0);
	ci_service_enable_204(xdata);
	ci_service_enable_206(xdata);
	ci_service_set_xopts(xdata, CI_XCLIENTIP);
	ci_service_set_options_ttl(xdata, OPTIONS_TTL_S);
	return CI_OK;
}

/*
 * A connection takes a thread for as long as it lives: one more than there
 * are threads waits, so fewer are offered.
 */
static void limit_connections(ci_service_xdata_t *xdata,
			      const struct ci_server_conf *server)
{
	int threads = server->MAX_SERVERS * server->THREADS_PER_CHILD;

	if (xdata->max_connections < 0)
		ci_service_set_max_connections(xdata, threads < 10
			? (threads > 1 ? threads - 1 : 1) : threads / 10 * 9);
}

/* Files that cannot be used are no failure: c-icap would answer 500 then. */
static int post_init_service(ci_service_xdata_t *xdata,
			     struct ci_server_conf *server)
{
	self.xdata = xdata;
	limit_connections(xdata, server);
	if (gtb_keeper_init(&self.keeper, &self.setting, say, NULL) != GTB_OK) {
		say(NULL, "out of memory");
		return CI_ERROR;
	}
	ci_service_set_istag(xdata, gtb_keeper_digest(NULL));
	look(true);
	register_commands();
	return CI_OK;
}

static int set(const char *directive, const char **arguments, void *data)
{
	const char *(*take)(struct gtb_setting *, const char **) =
		strcmp(directive, "Policy") == 0 ? gtb_setting_policy :
		strcmp(directive, "Catalog") == 0 ? gtb_setting_catalog :
		gtb_setting_interval;
	const char *refusal = take(&self.setting, arguments);

	(void)data;
	if (refusal) {
		ci_debug_printf(1, NAME ".%s %s\n", directive, refusal);
	}
	return refusal == NULL;
}

static struct ci_conf_entry directives[] = {
	{"Policy", NULL, set, "policy file"},
	{"Catalog", NULL, set, "catalog folder"},
	{"ReloadInterval", NULL, set, "seconds between looks at the files"},
	{NULL, NULL, NULL, NULL},
};

/* --- requests ---------------------------------------------------------- */

static void say_ruleset(ci_request_t *req)
{
	struct gtb_loan *loan = gtb_store_borrow(self.keeper.store);
	char header[96];

	snprintf(header, sizeof(header), "X-GoTo-Ruleset: %s",
		 gtb_keeper_digest(gtb_loan_ruleset(loan)));
	gtb_store_return(self.keeper.store, loan);
	ci_icap_add_xheader(req, header);
}

static void *init_request(ci_request_t *req)
{
	if (ci_req_type(req) == ICAP_OPTIONS) {
		say_ruleset(req);
		return NULL;
	}
	return gtb_passage_new(req);
}

static void make_answer(struct gtb_answer *answer, ci_request_t *req,
			const ci_headers_list_t *http)
{
	const ci_headers_list_t *icap = req->request_header;
	struct gtb_loan *loan = gtb_store_borrow(self.keeper.store);
	struct gtb_sender sender;

	gtb_sender_read(&sender, icap->headers, (size_t)icap->used);
	gtb_answer_make(answer, gtb_loan_ruleset(loan),
			http && http->used > 0 ? http->headers[0] : NULL,
			&sender);
	gtb_store_return(self.keeper.store, loan);
}

/* For Squid's and c-icap's logs; nobody decides by these. */
static void annotate(ci_request_t *req, const struct gtb_answer *answer)
{
	ci_icap_add_xheader(req, answer->reason_header);
	ci_icap_add_xheader(req, answer->rule_header);
	ci_request_set_str_attribute(req, NAME ":verdict", answer->verdict);
	ci_request_set_str_attribute(req, NAME ":reason", answer->reason);
	ci_request_set_str_attribute(req, NAME ":rule", answer->rule);
	ci_request_set_str_attribute(req, NAME ":identity", answer->identity);
}

static int check_preview(char *preview, int len, ci_request_t *req)
{
	ci_headers_list_t *http = ci_http_request_headers(req);
	struct gtb_answer answer;
	size_t forged = 0;

	make_answer(&answer, req, http);
	if (http)
		forged = gtb_header_verdicts(http->headers,
					     (size_t)http->used);
	gtb_counts_answer(&self.counts, &answer, forged);
	annotate(req, &answer);
	return gtb_passage_answer(req, &answer, forged, preview, len);
}

CI_DECLARE_MOD_DATA ci_service_module_t service = {
	.mod_name = NAME,
	.mod_short_descr = "goto-bypass " PACKAGE_VERSION,
	.mod_type = ICAP_REQMOD,
	.mod_init_service = init_service,
	.mod_post_init_service = post_init_service,
	.mod_close_service = close_service,
	.mod_init_request_data = init_request,
	.mod_release_request_data = gtb_passage_free,
	.mod_check_preview_handler = check_preview,
	.mod_end_of_data_handler = gtb_passage_end,
	.mod_service_io = gtb_passage_io,
	.mod_conf_table = directives,
};
