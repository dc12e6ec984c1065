/* Files that may be trusted, files that may not, and digests of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "gtb/digest.h"
#include "gtb/file.h"

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static char folder[256];
static char path[300];
static struct gtb_report report;

static void setup(void)
{
	files_scratch(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/f", folder);
	gtb_report_init(&report);
}

static void teardown(void)
{
	(void)unlink(path);
	(void)rmdir(path);
	ck_assert_int_eq(chmod(folder, 0700), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	gtb_report_fini(&report);
}

static void write_file(const char *text, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(close(fd), 0);
}

static int read_file(size_t limit)
{
	char *text = NULL;
	size_t len = 0;
	int rc = gtb_file_read(path, limit, &text, &len, NULL, &report);

	ck_assert_int_eq(rc == GTB_OK, text != NULL);
	ck_assert_uint_eq(report.errors, rc == GTB_OK ? 0 : 1);
	free(text);
	return rc;
}

/* What a file is, and what its message says then. */
static void make_group_writable(void)
{
	write_file("x", 1, 0660);
}

static void make_world_writable(void)
{
	write_file("x", 1, 0602);
}

static void make_link(void)
{
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
}

static void make_dangling(void)
{
	ck_assert_int_eq(symlink("nowhere", path), 0);
}

static void make_fifo(void)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static void make_folder(void)
{
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void make_socket(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_ne(fd, -1);
	ck_assert_uint_lt(strlen(path), sizeof(addr.sun_path));
	strcpy(addr.sun_path, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(close(fd), 0);
}

static void make_large(void)
{
	write_file("0123456789!", 11, 0600);
}

static void make_nothing(void)
{
}

static void make_open_folder(void)
{
	write_file("x", 1, 0600);
	ck_assert_int_eq(chmod(folder, 0777), 0);
}

static void make_group_folder(void)
{
	write_file("x", 1, 0600);
	ck_assert_int_eq(chmod(folder, 0770), 0);
}

static const struct {
	void (*make)(void);
	int rc;
	const char *expected;
} refusals[] = {
	{make_group_writable, GTB_E_INPUT, "chmod go-w"},
	{make_world_writable, GTB_E_INPUT, "chmod go-w"},
	{make_link, GTB_E_INPUT, "is a symbolic link"},
	{make_dangling, GTB_E_INPUT, "is a symbolic link"},
	{make_fifo, GTB_E_INPUT, "is a FIFO"},
	{make_folder, GTB_E_INPUT, "is a folder"},
	{make_socket, GTB_E_INPUT, "cannot open"},
	{make_large, GTB_E_INPUT, "is larger than 10 bytes"},
	{make_nothing, GTB_E_IO, "No such file"},
	{make_open_folder, GTB_E_INPUT, "its folder is writable"},
	{make_group_folder, GTB_E_INPUT, "its folder is writable"},
};

START_TEST(refused)
{
	refusals[_i].make();
	ck_assert_int_eq(read_file(10), refusals[_i].rc);
	ck_assert_msg(strstr(report.items[0].message, refusals[_i].expected) !=
			      NULL,
		      "%s", report.items[0].message);
}
END_TEST

START_TEST(owner)
{
	/* Only root can give files away. */
	if (geteuid() != 0)
		return;
	write_file("x", 1, 0600);
	ck_assert_int_eq(chown(path, 12345, (gid_t)-1), 0);
	ck_assert_int_eq(read_file(10), GTB_E_INPUT);
	ck_assert_ptr_nonnull(strstr(report.items[0].message, "user 12345"));
	gtb_report_fini(&report);
	ck_assert_int_eq(chown(path, 0, (gid_t)-1), 0);
	ck_assert_int_eq(chown(folder, 12345, (gid_t)-1), 0);
	ck_assert_int_eq(read_file(10), GTB_E_INPUT);
	ck_assert_ptr_nonnull(
		strstr(report.items[0].message, "its folder belongs to"));
	ck_assert_int_eq(chown(folder, 0, (gid_t)-1), 0);
}
END_TEST

START_TEST(device)
{
	char *text;
	size_t len;

	ck_assert_int_eq(
		gtb_file_read("/dev/null", 10, &text, &len, NULL, &report),
		GTB_E_INPUT);
	ck_assert_str_eq(report.items[0].message,
			 "is a device: name a regular file");
}
END_TEST

START_TEST(trusted)
{
	static const char bytes[] = "a\0b\n\xff";
	struct gtb_stamp stamp;
	struct gtb_stamp now;
	char *text;
	size_t len;

	write_file(bytes, 5, 0644);
	/* Others may add files here, but not replace this one. */
	ck_assert_int_eq(chmod(folder, 01777), 0);
	ck_assert_int_eq(gtb_file_read(path, 5, &text, &len, &stamp, &report),
			 GTB_OK);
	ck_assert_uint_eq(len, 5);
	ck_assert_int_eq(memcmp(text, bytes, 6), 0);
	gtb_file_stamp(path, &now);
	ck_assert(gtb_stamp_equal(&stamp, &now));
	ck_assert(stamp.present);
	ck_assert_uint_eq(stamp.size, 5);
	free(text);
}
END_TEST

START_TEST(empty)
{
	char *text;
	size_t len = 1;

	write_file("", 0, 0600);
	ck_assert_int_eq(gtb_file_read(path, 0, &text, &len, NULL, &report),
			 GTB_OK);
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

START_TEST(relative)
{
	char *text;
	size_t len;

	write_file("x", 1, 0600);
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(gtb_file_read("f", 9, &text, &len, NULL, &report),
			 GTB_OK);
	ck_assert_uint_eq(len, 1);
	free(text);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(gtb_file_read("f/", 9, &text, &len, NULL, &report),
			 GTB_E_IO);
	ck_assert_int_eq(gtb_file_read("", 9, &text, &len, NULL, &report),
			 GTB_E_IO);
}
END_TEST

/* A file that says it is empty and is not: it cannot be trusted to end. */
START_TEST(endless)
{
	char *text;
	size_t len;

	ck_assert_int_eq(gtb_file_read("/proc/self/status", 16, &text, &len,
				       NULL, &report),
			 GTB_E_IO);
	ck_assert_ptr_nonnull(strstr(report.items[0].message, "changed while"));
	ck_assert_ptr_null(text);
}
END_TEST

START_TEST(stamps)
{
	struct gtb_stamp before;
	struct gtb_stamp after;
	char other[320];

	gtb_file_stamp(path, &before);
	ck_assert(!before.present);
	write_file("one", 3, 0600);
	gtb_file_stamp(path, &after);
	ck_assert(after.present);
	ck_assert(!gtb_stamp_equal(&before, &after));
	/* The same size and time, but another file. */
	snprintf(other, sizeof(other), "%s.new", path);
	ck_assert_int_eq(rename(path, other), 0);
	write_file("two", 3, 0600);
	ck_assert_int_eq(rename(other, path), 0);
	gtb_file_stamp(path, &before);
	ck_assert(!gtb_stamp_equal(&before, &after));
	/* A link is looked at, not through. */
	ck_assert_int_eq(unlink(path), 0);
	make_dangling();
	gtb_file_stamp(path, &after);
	ck_assert(after.present);
}
END_TEST

/* FIPS 180-4's examples, and the empty text. */
static const struct {
	const char *input;
	const char *expected;
} digests[] = {
	{"",
	 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc",
	 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

START_TEST(digest)
{
	char buffer[GTB_DIGEST_SIZE];

	ck_assert_str_eq(gtb_digest_hex(digests[_i].input,
					strlen(digests[_i].input), buffer),
			 digests[_i].expected);
}
END_TEST

Suite *suite_file(void)
{
	Suite *suite = suite_create("file");
	TCase *tcase = tcase_create("file");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, refused, 0,
			    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tcase, owner);
	tcase_add_test(tcase, device);
	tcase_add_test(tcase, trusted);
	tcase_add_test(tcase, empty);
	tcase_add_test(tcase, relative);
	tcase_add_test(tcase, endless);
	tcase_add_test(tcase, stamps);
	tcase_add_loop_test(tcase, digest, 0,
			    sizeof(digests) / sizeof(digests[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
