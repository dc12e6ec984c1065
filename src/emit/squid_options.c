/* What may be asked for; the first thing that may not is reported. */
#include "config.h"

#include <string.h>

#include "gtb/quote.h"
#include "squid_parts.h"

static const struct gtb_place whole = {0, 0};

void gtb_squid_options_init(struct gtb_squid_options *options)
{
	*options = (struct gtb_squid_options){
		.modes = GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT),
		.bypass = GTB_BYPASS_AUTH | GTB_BYPASS_TLS,
		.ttl_s = GTB_SQUID_TTL_MAX,
		.children = GTB_SQUID_CHILDREN,
		.concurrency = GTB_SQUID_CONCURRENCY,
	};
}

int gtb_squid_refuse(struct gtb_report *report, const char *option,
		     const char *message)
{
	gtb_report_error(report, option, whole, "%s", message);
	return GTB_E_INPUT;
}

static int check_choices(const struct gtb_squid_options *options,
			 struct gtb_report *report)
{
	if (options->modes == 0 && options->ports_count == 0)
		return gtb_squid_refuse(report, "--mode",
			      "no port to write lines for: give "
			      "explicit, intercept or tproxy");
	if (options->bypass == 0)
		return gtb_squid_refuse(report, "--bypass",
			      "nothing to bypass: give auth, tls or both");
	if (options->squid != 0 && (options->squid < 5 || options->squid > 7))
		return gtb_squid_refuse(report, "--squid", "must be 5, 6 or 7");
	return GTB_OK;
}

static int check_range(const char *option, unsigned int value, unsigned int min,
		       unsigned int max, const char *why,
		       struct gtb_report *report)
{
	if (value >= min && value <= max)
		return GTB_OK;
	gtb_report_error(report, option, whole, "must be %u to %u%s", min, max,
			 why);
	return GTB_E_INPUT;
}

static int check_numbers(const struct gtb_squid_options *options,
			 struct gtb_report *report)
{
	int rc = check_range("--ttl", options->ttl_s, GTB_SQUID_TTL_MIN,
			     GTB_SQUID_TTL_MAX,
			     " seconds: it is how long a revoked entry lives "
			     "on",
			     report);

	if (rc == GTB_OK)
		rc = check_range("--children", options->children, 1,
				 GTB_SQUID_CHILDREN_MAX,
				 " helpers: one answers more than a Squid asks",
				 report);
	if (rc == GTB_OK)
		rc = check_range("--concurrency", options->concurrency, 1,
				 GTB_SQUID_CONCURRENCY_MAX,
				 ": Squid reads 32 KiB of answers at once, and "
				 "must not cut one in two",
				 report);
	return rc;
}

/* Those of "127.0.0.1:3128", too, which Squid calls a port without a name. */
static const char name_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:[]-";

/* A word of Squid's that names an ACL or a port. */
static int check_name(const char *option, const char *name,
		      struct gtb_report *report)
{
	const char *refusal = gtb_quote_refusal(GTB_QUOTE_SQUID_WORD, name,
						strlen(name));

	if (refusal == NULL && strlen(name) > GTB_SQUID_NAME_MAX)
		refusal = "has more than 63 bytes";
	if (refusal == NULL && strspn(name, name_letters) != strlen(name))
		refusal = "has other than letters, digits and \"._:[]-\"";
	if (refusal == NULL && name[0] == '-')
		refusal = "begins with '-'";
	if (refusal == NULL)
		return GTB_OK;
	gtb_report_error(report, option, whole,
			 "the name \"%s\" %s, which squid.conf cannot say; "
			 "give another",
			 name, refusal);
	return GTB_E_INPUT;
}

static int check_ports(const struct gtb_squid_options *options,
		       struct gtb_report *report)
{
	for (size_t i = 0; i < options->ports_count; i++) {
		const char *name = options->ports[i].name;

		if (check_name("--port-name", name, report) != GTB_OK)
			return GTB_E_INPUT;
		for (size_t j = 0; j < i; j++)
			if (strcmp(options->ports[j].name, name) == 0) {
				gtb_report_error(
					report, "--port-name", whole,
					"\"%s\" is given twice; name each "
					"port once",
					name);
				return GTB_E_INPUT;
			}
	}
	return GTB_OK;
}

/* Does a line let requests without credentials go on to the service? */
static bool opens(const struct gtb_squid_options *options)
{
	bool on = (options->modes & GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT)) !=
		  0;

	for (size_t i = 0; i < options->ports_count; i++)
		on = on || options->ports[i].mode == GTB_SQUID_EXPLICIT;
	return on && gtb_squid_via_asks(options->via, GTB_SQUID_ICAP) &&
	       (options->bypass & GTB_BYPASS_AUTH) != 0;
}

static int check_auth_acl(const struct gtb_squid_options *options,
			  struct gtb_report *report)
{
	if (options->auth_acl == NULL && opens(options))
		return gtb_squid_refuse(
			report, "--auth-acl",
			"is missing: with --via icap the file itself must ask "
			"for a login where the service lifts none; give the "
			"name of your ACL that needs a user");
	if (options->auth_acl == NULL)
		return GTB_OK;
	if (strncmp(options->auth_acl, "gtb_", 4) == 0)
		return gtb_squid_refuse(report, "--auth-acl",
			      "names that begin with \"gtb_\" are those of "
			      "the emitted file; give your own ACL's");
	return check_name("--auth-acl", options->auth_acl, report);
}

/*
 * A path passes as it is or not at all. Squid reads a helper and its arguments
 * in different ways, and files of lists in a third: among the arguments "x("
 * is a function it does not know, in quotes a quote is the end.
 */
static int check_path(const char *option, const char *path,
		      struct gtb_report *report)
{
	const char *refusal;

	if (path[0] != '/')
		return gtb_squid_refuse(report, option,
			      "must be an absolute path: Squid "
			      "starts the helper in a folder of its own");
	refusal = gtb_quote_refusal(GTB_QUOTE_SQUID_WORD, path, strlen(path));
	if (refusal == NULL && strpbrk(path, "(\"'") != NULL)
		refusal = "holds one of ( \" '";
	if (refusal == NULL)
		return GTB_OK;
	gtb_report_error(report, option, whole,
			 "the path \"%s\" %s, which "
			 "squid.conf cannot say; give a path without, such as "
			 "a symbolic link to its folder",
			 path, refusal);
	return GTB_E_INPUT;
}

/* All that is wrong is reported, not only the first. */
static int check_paths(const struct gtb_squid_options *options,
		       struct gtb_report *report)
{
	int helper = GTB_OK;
	int policy;
	int catalog;

	if (gtb_squid_via_asks(options->via, GTB_SQUID_EXTERNAL))
		helper = check_path("--helper", options->helper, report);
	if (options->lists_folder != NULL &&
	    check_path("--output", options->lists_folder, report) != GTB_OK)
		helper = GTB_E_INPUT;
	policy = check_path("--policy", options->policy, report);
	catalog = check_path("--catalog", options->catalog, report);
	if (helper != GTB_OK || policy != GTB_OK)
		return GTB_E_INPUT;
	return catalog;
}

static int check_uri(const struct gtb_squid_options *options, size_t i,
		     struct gtb_report *report)
{
	const char *uri = options->icap[i];
	const char *refusal = gtb_squid_uri_refusal(uri);

	if (refusal != NULL) {
		gtb_report_error(report, "--icap", whole,
				 "\"%s\" %s; write icap://HOST:PORT/SERVICE, "
				 "such as " GTB_SQUID_ICAP_URI,
				 uri, refusal);
		return GTB_E_INPUT;
	}
	for (size_t j = 0; j < i; j++)
		if (strcmp(options->icap[j], uri) == 0) {
			gtb_report_error(report, "--icap", whole,
					 "\"%s\" is given twice; name each "
					 "service once",
					 uri);
			return GTB_E_INPUT;
		}
	return GTB_OK;
}

static int check_icap(const struct gtb_squid_options *options,
		      struct gtb_report *report)
{
	if (options->icap_count > 0 &&
	    !gtb_squid_via_asks(options->via, GTB_SQUID_ICAP))
		return gtb_squid_refuse(report, "--icap",
					"is where the ICAP service is: give "
					"--via icap, or leave it out");
	for (size_t i = 0; i < options->icap_count; i++)
		if (check_uri(options, i, report) != GTB_OK)
			return GTB_E_INPUT;
	return GTB_OK;
}

int gtb_squid_check(const struct gtb_squid_options *options,
		    struct gtb_report *report)
{
	int rc = check_choices(options, report);

	if (rc == GTB_OK)
		rc = check_numbers(options, report);
	if (rc == GTB_OK)
		rc = check_ports(options, report);
	if (rc == GTB_OK)
		rc = check_auth_acl(options, report);
	if (rc == GTB_OK)
		rc = check_icap(options, report);
	if (rc == GTB_OK)
		rc = check_paths(options, report);
	return rc;
}
