/* One packet for several writes; the contract is in hold.h. */
#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "hold.h"

static bool set_cork(int connection, int on)
{
#ifdef TCP_CORK				/* Linux */
	return setsockopt(connection, IPPROTO_TCP, TCP_CORK, &on,
			  sizeof(on)) == 0;
#else
	(void)connection;
	(void)on;
	return false;
#endif
}

bool gtb_hold_begin(int connection)
{
	return set_cork(connection, 1);
}

void gtb_hold_end(int connection)
{
	set_cork(connection, 0);
}
