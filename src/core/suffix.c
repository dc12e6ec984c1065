/* Wildcards over strangers; the contract is in gtb/suffix.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <libpsl.h>

#include "gtb/suffix.h"

/*
 * Where anybody can get a name or put content, and the public suffix list does
 * not say so, or only of names below. Sorted.
 */
static const char *const shared[] = {
	"akadns.net",
	"akamai.net",
	"akamaiedge.net",
	"akamaihd.net",
	"akamaized.net",
	"amazonaws.com",
	"aws.dev",
	"azure.com",
	"azure.net",
	"azureedge.net",
	"azurefd.net",
	"azurewebsites.net",
	"blogspot.com",
	"box.com",
	"cdn77.org",
	"cloudapp.net",
	"cloudflare.net",
	"cloudfront.net",
	"dropbox.com",
	"dropboxusercontent.com",
	"edgekey.net",
	"edgesuite.net",
	"fastly.net",
	"fastlylb.net",
	"firebase.app",
	"firebaseapp.com",
	"firebaseio.com",
	"ggpht.com",
	"github.com",
	"github.io",
	"githubusercontent.com",
	"google.com",
	"googleapis.com",
	"googleusercontent.com",
	"googlevideo.com",
	"hosted.app",
	"llnwd.net",
	"office.com",
	"oraclecloud.com",
	"run.app",
	"sharepoint.com",
	"trafficmanager.net",
	"web.app",
	"windows.net",
	"wordpress.com",
	"youtu.be",
	"youtube-nocookie.com",
	"youtube.com",
	"ytimg.com",
};

static int compare(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

bool gtb_suffix_is_shared(const char *name)
{
	const psl_ctx_t *psl = psl_builtin();

	/* A single label is a registry, whatever the list knows of it. */
	if (strchr(name, '.') == NULL)
		return true;
	if (bsearch(name, shared, sizeof(shared) / sizeof(shared[0]),
		    sizeof(shared[0]), compare) != NULL)
		return true;
	return psl != NULL && psl_is_public_suffix(psl, name) == 1;
}
