/* Values of a policy; the contract is in policy_values.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_values.h"

#define PORT_DEFAULT 443 /* HTTPS */
#define SHOWN_SIZE   72	 /* foreign text, in a message */

static const struct gtb_check_cures anything = {NULL, NULL, NULL};

char *gtb_policy_pattern(struct gtb_build *build, const char *text,
			 const struct gtb_check_cures *cures, bool *wildcard,
			 const char *path)
{
	char message[GTB_CHECK_SIZE];
	struct gtb_name name;

	if (!gtb_build_is_good(build,
			       gtb_check_pattern(text, strlen(text), cures,
						 &name, wildcard, message),
			       "%s", path))
		return NULL;
	return gtb_build_keep(build, gtb_check_pattern_text(&name, *wildcard));
}

char *gtb_policy_network(struct gtb_build *build, const char *text,
			 const struct gtb_check_cures *cures, const char *path)
{
	char message[GTB_CHECK_SIZE];
	char canonical[GTB_NET_TEXT_SIZE];
	struct gtb_net net;

	if (!gtb_build_is_good(
		    build,
		    gtb_check_net(text, strlen(text), cures, &net, message),
		    "%s", path))
		return NULL;
	return gtb_build_copy(build,
			      gtb_net_text(&net, canonical, sizeof(canonical)));
}

void gtb_policy_unique(struct gtb_build *build, char **texts, size_t count,
		       const char *path, const char *suffix)
{
	struct gtb_check_item *items =
		gtb_build_room(build, count, sizeof(*items));
	size_t good = 0;

	if (items == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		if (texts[i] == NULL)
			continue;
		items[good].text = texts[i];
		items[good].place = gtb_yaml_place(build->yaml, "%s[%zu]%s",
						   path, i, suffix);
		good++;
	}
	if (!gtb_check_unique(build->source, items, good, build->report) &&
	    build->rc == GTB_OK)
		build->rc = GTB_E_INPUT;
	free(items);
}

void gtb_policy_networks(struct gtb_build *build, const char *path, char **raw,
			 size_t raw_count, char ***texts, size_t *count)
{
	*texts = gtb_build_room(build, raw_count, sizeof(**texts));
	if (*texts == NULL)
		return;
	*count = raw_count;
	for (size_t i = 0; i < raw_count; i++) {
		char at[GTB_POLICY_PATH_SIZE];

		snprintf(at, sizeof(at), "%s[%zu]", path, i);
		(*texts)[i] = gtb_policy_network(build, raw[i], &anything, at);
	}
	gtb_policy_unique(build, *texts, *count, path, "");
}

void gtb_policy_patterns(struct gtb_build *build, const char *path, char **raw,
			 size_t raw_count, char ***texts, size_t *count)
{
	*texts = gtb_build_room(build, raw_count, sizeof(**texts));
	if (*texts == NULL)
		return;
	*count = raw_count;
	for (size_t i = 0; i < raw_count; i++) {
		char at[GTB_POLICY_PATH_SIZE];
		bool wildcard;

		snprintf(at, sizeof(at), "%s[%zu]", path, i);
		(*texts)[i] = gtb_policy_pattern(build, raw[i], &anything,
						 &wildcard, at);
	}
	gtb_policy_unique(build, *texts, *count, path, "");
}

/* Catalogs have ranges, policies have not. */
static const char *no_port(const char *text, char message[GTB_CHECK_SIZE])
{
	char shown[SHOWN_SIZE];

	snprintf(message, GTB_CHECK_SIZE,
		 "\"%s\" is no port: write one number, 1 to 65535%s",
		 gtb_report_safe(text, strlen(text), shown, sizeof(shown)),
		 strchr(text, ',') != NULL ? ", and each port by itself" : "");
	return message;
}

/* One port out of a text; 0: it was wrong, and is reported. */
static uint16_t build_port(struct gtb_build *build, const char *text,
			   const uint16_t *before, size_t count,
			   const char *path, size_t index)
{
	char message[GTB_CHECK_SIZE];
	struct gtb_ports port;
	const char *wrong = gtb_check_ports(text, &port, message);

	if (wrong != NULL)
		wrong = no_port(text, message);
	else if (port.first != port.last)
		wrong = "a range: name single ports here";
	for (size_t i = 0; wrong == NULL && i < count; i++)
		if (before[i] == port.first)
			wrong = "the port stands here twice: remove one";
	if (!gtb_build_is_good(build, wrong, "%s.ports[%zu]", path, index))
		return 0;
	return port.first;
}

void gtb_policy_ports(struct gtb_build *build, const char *path, char **texts,
		      size_t texts_count, uint16_t **ports, size_t *count)
{
	size_t room = texts_count > 0 ? texts_count : 1;

	*ports = gtb_build_room(build, room, sizeof(**ports));
	if (*ports == NULL)
		return;
	for (size_t i = 0; i < texts_count; i++) {
		uint16_t port =
			build_port(build, texts[i], *ports, *count, path, i);

		if (port != 0)
			(*ports)[(*count)++] = port;
	}
	if (texts_count == 0)
		(*ports)[(*count)++] = PORT_DEFAULT;
}

uint8_t gtb_policy_bypass(struct gtb_build *build, const char *path,
			  const uint8_t *bypass, uint8_t otherwise)
{
	if (bypass == NULL)
		return otherwise;
	if (*bypass == 0)
		gtb_build_is_good(build,
				  "bypass is empty: name auth, tls or both",
				  "%s.bypass", path);
	return *bypass;
}
