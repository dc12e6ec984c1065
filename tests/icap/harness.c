/*
 * The service's handlers without a server: loads the module as c-icap does,
 * hands it requests, looks at what it made of them. For sanitizers, which
 * c-icap itself is not built with.
 *
 *	harness MODULE POLICY CATALOG random ROUNDS SEED
 *	harness MODULE POLICY CATALOG threads CHANGES
 *	harness MODULE POLICY CATALOG body
 *	harness MODULE POLICY CATALOG ask
 *
 * ask reads requests on standard input: two lengths (uint32_t), a text of
 * ICAP header lines, the head of an HTTP request. It prints a line for each:
 * the verdict, "none", or "unread" where c-icap itself refuses the request.
 *
 * Ends with 0 when all is as it should be.
 */
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <c_icap/c-icap.h>
#include <c_icap/body.h>
#include <c_icap/cfg_param.h>
#include <c_icap/commands.h>
#include <c_icap/service.h>
#include <c_icap/simple_api.h>

#define REQUIRE(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, \
				#condition); \
			abort(); \
		} \
	} while (0)

#define THREADS 4
#define HEADER "X-GoTo-Bypass"

/* What c-icap calls first; in no header. */
int mem_init(void);
int init_body_system(void);

/* --- what the server has and the library has not ----------------------- */

static void (*start_action)(const char *, int, void *);
static void (*stop_action)(const char *, int, void *);
static void (*reload_command)(const char *, int, const char **);

void ci_command_register_ctl_cmd(const char *name, int type,
		void (*action)(const char *, int, const char **))
{
	(void)type;
	if (strcmp(name, "goto_bypass_reload") == 0)
		reload_command = action;
}

void ci_command_register_action(const char *name, int type, void *data,
		void (*action)(const char *, int, void *))
{
	(void)name;
	(void)data;
	if (type == CI_CMD_CHILD_START)
		start_action = action;
	else if (type == CI_CMD_CHILD_STOP)
		stop_action = action;
}

void ci_command_schedule(const char *name, void *data, time_t seconds)
{
	(void)name;
	(void)data;
	(void)seconds;
}

/* --- life -------------------------------------------------------------- */

static ci_service_module_t *service;
static ci_service_xdata_t xdata;

static void set(const char *directive, const char *value)
{
	const char *arguments[] = {value, NULL};

	for (struct ci_conf_entry *entry = service->mod_conf_table;
	     entry->name; entry++)
		if (strcmp(entry->name, directive) == 0)
			REQUIRE(entry->action(entry->name, arguments,
					      entry->data) != 0);
}

static void start(const char *module, const char *policy, const char *catalog)
{
	static struct ci_server_conf server;
	void *handle;

	REQUIRE(mem_init() == CI_OK && init_body_system() == CI_OK);
	handle = dlopen(module, RTLD_NOW | RTLD_GLOBAL);
	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(99);
	}
	service = dlsym(handle, "service");
	REQUIRE(service);
	ci_thread_rwlock_init(&xdata.lock);
	xdata.max_connections = -1;
	server.MAX_SERVERS = 2;
	server.THREADS_PER_CHILD = THREADS;
	REQUIRE(service->mod_init_service(&xdata, &server) == CI_OK);
	set("Policy", policy);
	set("Catalog", catalog);
	REQUIRE(service->mod_post_init_service(&xdata, &server) == CI_OK);
	REQUIRE(xdata.max_connections == 2 * THREADS - 1);
	REQUIRE(start_action && stop_action && reload_command);
	start_action("", CI_CMD_CHILD_START, NULL);
}

static void stop(void)
{
	stop_action("", CI_CMD_CHILD_STOP, NULL);
	service->mod_close_service();
}

/* --- requests ---------------------------------------------------------- */

/* len bytes of head, its last empty line included; icap lines end with \n. */
static ci_request_t *request_new(const char *http, size_t len,
				 const char *icap, bool has_body)
{
	ci_request_t *req = ci_request_alloc(NULL);
	ci_encaps_entity_t *entity;
	ci_headers_list_t *headers;
	char line[256];

	REQUIRE(req);
	req->type = ICAP_REQMOD;
	req->hasbody = has_body;
	ci_headers_add(req->request_header, "REQMOD icap://x/x ICAP/1.0");
	while (sscanf(icap, "%255[^\n]", line) == 1) {
		ci_headers_add(req->request_header, line);
		icap += strlen(line) + 1;
	}
	entity = ci_request_alloc_entity(req, ICAP_REQ_HDR, 0);
	req->entities[0] = entity;
	headers = entity->entity;
	REQUIRE(ci_headers_setsize(headers, (int)len + 2));
	memcpy(headers->buf, http, len);
	headers->bufused = (int)len - 2;
	if (ci_headers_unpack(headers) != EC_100) {
		ci_request_destroy(req);
		return NULL;
	}
	return req;
}

static bool is_ours(const char *line)
{
	size_t len = sizeof(HEADER) - 1;

	line += strspn(line, " \t\r\n");
	return strncasecmp(line, HEADER, len) == 0 &&
	       line[len + strspn(line + len, " \t\r\n")] == ':';
}

/* Returns what the preview handler returned; *verdict is NULL for none. */
static int ask(ci_request_t *req, const char **verdict, char *preview, int len)
{
	ci_headers_list_t *headers;
	int rc;

	req->service_data = service->mod_init_request_data(req);
	rc = service->mod_check_preview_handler(preview, len, req);
	REQUIRE(rc == CI_MOD_ALLOW204 || rc == CI_MOD_CONTINUE);
	headers = ci_http_request_headers(req);
	*verdict = NULL;
	for (int i = 1; rc == CI_MOD_CONTINUE && i < headers->used; i++) {
		if (!is_ours(headers->headers[i]))
			continue;
		REQUIRE(!*verdict && i == headers->used - 1);
		*verdict = headers->headers[i] + sizeof(HEADER ": ") - 1;
	}
	return rc;
}

static void release(ci_request_t *req)
{
	if (req->service_data)
		service->mod_release_request_data(req->service_data);
	req->service_data = NULL;
	ci_request_destroy(req);
}

/* --- random ------------------------------------------------------------ */

static const char *const seeds[] = {
	"CONNECT www.goto.com:443 HTTP/1.1\r\nHost: www.goto.com:443\r\n\r\n",
	"CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n",
	"CONNECT 68.64.0.1:443 HTTP/1.0\r\nX-GoTo-Bypass: auth\r\n\r\n",
	("GET http://www.goto.com:80/a HTTP/1.1\r\nx-goto-bypass : x\r\n"
	 "A: b\r\nX-GOTO-BYPASS:splice\r\n\r\n"),
	"POST http://www.example.com/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
};

static const char *const icaps[] = {
	"X-Client-IP: 192.0.2.7\nX-GoTo-SNI: www.goto.com\n",
	"X-Client-IP: 2001:db8::1\nX-GoTo-Dst: 68.64.0.1\nX-GoTo-SNI: -\n",
	"X-Client-IP:\nx-client-ip: 1\n",
	"X-Client-IP: 192.0.2.7\nX-GoTo-Await: sni\n",
	"",
};
#define ICAPS (sizeof(icaps) / sizeof(icaps[0]))

static void mutate(char *text, size_t *len, size_t size)
{
	static const char spice[] = " \t\r\n:@%[]/.\\-\0XxgGto0:4";
	int changes = rand() % 4;

	for (int i = 0; i < changes; i++) {
		size_t at = (size_t)rand() % *len;

		switch (rand() % 3) {
		case 0:
			text[at] = spice[(size_t)rand() % sizeof(spice)];
			break;
		case 1:
			text[at] = (char)rand();
			break;
		default:
			if (*len + 1 >= size)
				break;
			memmove(text + at + 1, text + at, *len - at);
			++*len;
		}
	}
	memcpy(text + *len - 4, "\r\n\r\n", 4);
}

static bool is_verdict(const char *text)
{
	return strcmp(text, "auth") == 0 || strcmp(text, "splice") == 0 ||
	       strcmp(text, "auth, splice") == 0;
}

static void one_random(size_t round, unsigned long counts[3])
{
	const char *seed = seeds[round % (sizeof(seeds) / sizeof(seeds[0]))];
	const char *verdict;
	size_t len = strlen(seed);
	ci_request_t *req;
	char text[512];
	int rc;

	memcpy(text, seed, len + 1);
	mutate(text, &len, sizeof(text));
	req = request_new(text, len, icaps[(size_t)rand() % ICAPS],
			  rand() % 4 == 0);
	if (!req)
		return;
	rc = ask(req, &verdict, NULL, 0);
	REQUIRE(!verdict || is_verdict(verdict));
	counts[rc == CI_MOD_ALLOW204 ? 0 : verdict ? 1 : 2]++;
	ci_response_pack(req);
	release(req);
}

static int run_random(size_t rounds, unsigned int seed)
{
	unsigned long counts[3] = {0};

	srand(seed);
	for (size_t i = 0; i < rounds; i++)
		one_random(i, counts);
	printf("%lu unmodified, %lu with a verdict, %lu without a header\n",
	       counts[0], counts[1], counts[2]);
	return counts[0] && counts[1] && counts[2] ? 0 : 1;
}

/* --- threads ----------------------------------------------------------- */

static atomic_ulong listed;
static atomic_ulong excluded;
static atomic_ulong changes;

static void *thread_main(void *context)
{
	size_t rounds = *(const size_t *)context;
	const char *verdict;

	while (changes < rounds) {
		ci_request_t *req = request_new(seeds[0], strlen(seeds[0]),
						icaps[0], false);

		if (ask(req, &verdict, NULL, 0) == CI_MOD_ALLOW204) {
			excluded++;
		} else {
			REQUIRE(verdict && strcmp(verdict, "auth, splice") == 0);
			listed++;
		}
		release(req);
	}
	return NULL;
}

/* The two policies take turns while the threads ask. */
static void change(const char *policy, size_t rounds)
{
	char other[4096];
	char swap[4096];

	snprintf(other, sizeof(other), "%s.other", policy);
	snprintf(swap, sizeof(swap), "%s.swap", policy);
	while (changes < rounds) {
		REQUIRE(rename(policy, swap) == 0 &&
			rename(other, policy) == 0 &&
			rename(swap, other) == 0);
		reload_command("", CI_CMD_CHILDS_PROC, NULL);
		changes++;
	}
}

static int run_threads(size_t rounds, const char *policy)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, thread_main,
				       &rounds) == 0);
	change(policy, rounds);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%lu listed, %lu excluded, %lu changes\n", listed, excluded,
	       changes);
	return listed && excluded ? 0 : 1;
}

/* --- bodies ------------------------------------------------------------ */

/* A forged header, so that the body goes through; in pieces of its size. */
static void one_body(size_t size, int preview, int piece)
{
	char *in = malloc(size);
	char *out = malloc(size);
	size_t taken = (size_t)preview;
	size_t given = 0;
	const char *verdict;
	ci_request_t *req = request_new(seeds[3], strlen(seeds[3]), "", true);
	int got;

	for (size_t i = 0; i < size; i++)
		in[i] = (char)(i * 31);
	REQUIRE(ask(req, &verdict, in, preview) == CI_MOD_CONTINUE);
	do {
		int put = size - taken < (size_t)piece ? (int)(size - taken)
						       : piece;

		got = size - given < (size_t)piece ? (int)(size - given)
						   : piece;
		REQUIRE(service->mod_service_io(out + given, &got, in + taken,
						&put, taken == size,
						req) == CI_OK);
		taken += (size_t)put;
		given += (size_t)got;
	} while (taken < size);
	REQUIRE(service->mod_end_of_data_handler(req) == CI_MOD_DONE);
	for (got = piece; got != CI_EOF; given += got > 0 ? (size_t)got : 0) {
		char rest[4096];

		got = piece < 4096 ? piece : 4096;
		REQUIRE(service->mod_service_io(rest, &got, NULL, NULL, 1,
						req) == CI_OK);
		if (got > 0) {
			REQUIRE(given + (size_t)got <= size);
			memcpy(out + given, rest, (size_t)got);
		}
	}
	REQUIRE(given == size && memcmp(in, out, size) == 0);
	release(req);
	free(in);
	free(out);
}

static int run_body(void)
{
	static const size_t sizes[] = {1, 100, 16384, 16385, 100000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		one_body(sizes[i], 0, 1000);
		one_body(sizes[i], 1, 7);
		one_body(sizes[i], (int)sizes[i], 4096);
	}
	return 0;
}

/* --- asked by another program ------------------------------------------ */

/* len bytes and a NUL; NULL: the input has ended. */
static char *read_text(size_t len)
{
	char *text = malloc(len + 1);

	REQUIRE(text);
	if (fread(text, 1, len, stdin) != len) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

static void answer_one(const char *http, size_t len, char *icap)
{
	ci_request_t *req = request_new(http, len, "", false);
	const char *verdict;
	char *rest;

	if (!req) {
		puts("unread");
		return;
	}
	for (char *line = strtok_r(icap, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		REQUIRE(ci_headers_add(req->request_header, line));
	ask(req, &verdict, NULL, 0);
	puts(verdict ? verdict : "none");
	release(req);
}

static int run_ask(void)
{
	uint32_t lens[2];

	while (fread(lens, sizeof(lens[0]), 2, stdin) == 2) {
		char *icap = read_text(lens[0]);
		char *http = read_text(lens[1]);

		REQUIRE(icap && http && lens[1] >= 4);
		answer_one(http, lens[1], icap);
		free(icap);
		free(http);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	int rc = 99;

	if (argc < 5)
		return rc;
	start(argv[1], argv[2], argv[3]);
	if (strcmp(argv[4], "random") == 0 && argc == 7)
		rc = run_random(strtoul(argv[5], NULL, 10),
				(unsigned int)strtoul(argv[6], NULL, 10));
	else if (strcmp(argv[4], "threads") == 0 && argc == 6)
		rc = run_threads(strtoul(argv[5], NULL, 10), argv[2]);
	else if (strcmp(argv[4], "body") == 0)
		rc = run_body();
	else if (strcmp(argv[4], "ask") == 0)
		rc = run_ask();
	stop();
	ci_thread_rwlock_destroy(&xdata.lock);
	return rc;
}
