/* Noticing changed files. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gtb/watch.h"

#include "tests/unit/unit.h"

static char folder[] = "/tmp/gtb-watch-XXXXXX";
static char file[64];
static char other[64];

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* Files that are younger than the clock's tick are looked at twice. */
static void let_it_age(void)
{
	struct timespec pause = {0, 120 * 1000 * 1000};

	nanosleep(&pause, NULL);
}

static void set_up(void)
{
	strcpy(folder, "/tmp/gtb-watch-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/a.yaml", folder);
	snprintf(other, sizeof(other), "%s/b.yaml", folder);
	write_file(file, "one");
	let_it_age();
}

static void tear_down(void)
{
	unlink(file);
	unlink(other);
	rmdir(folder);
}

enum change {
	NOTHING,
	REPLACE,		/* rename of the same bytes, same times */
	REWRITE,		/* same size */
	BACKWARDS,		/* mtime alone, into the past */
	REMOVE,
	COME,			/* another file */
	CHANGES
};

static void change(enum change what)
{
	struct timespec past[2] = {{1, 0}, {1, 0}};
	struct stat st;

	switch (what) {
	case REPLACE:
		ck_assert_int_eq(stat(file, &st), 0);
		write_file(other, "one");
		past[0] = st.st_atim;
		past[1] = st.st_mtim;
		utimensat(AT_FDCWD, other, past, 0);
		ck_assert_int_eq(rename(other, file), 0);
		break;
	case REWRITE:
		write_file(file, "two");
		break;
	case BACKWARDS:
		ck_assert_int_eq(utimensat(AT_FDCWD, file, past, 0), 0);
		break;
	case REMOVE:
		unlink(file);
		break;
	case COME:
		write_file(other, "more");
		break;
	default:
		break;
	}
}

START_TEST(notices)
{
	struct gtb_watch *watch = gtb_watch_new();

	ck_assert_ptr_nonnull(watch);
	gtb_watch_add_folder(watch, folder, ".yaml");
	ck_assert(!gtb_watch_changed(watch));
	change((enum change)_i);
	ck_assert(gtb_watch_changed(watch) == (_i != NOTHING));
	gtb_watch_free(watch);
}
END_TEST

START_TEST(absent_file_appears)
{
	struct gtb_watch *watch = gtb_watch_new();

	gtb_watch_add(watch, other);
	ck_assert(!gtb_watch_changed(watch));
	write_file(other, "now");
	ck_assert(gtb_watch_changed(watch));
	gtb_watch_free(watch);
}
END_TEST

/* A file stamped in the tick it was written in is looked at once more. */
START_TEST(fresh_file_counts_once)
{
	struct gtb_watch *watch = gtb_watch_new();

	write_file(file, "new");
	gtb_watch_add(watch, file);
	ck_assert(!gtb_watch_changed(watch));
	let_it_age();
	ck_assert(gtb_watch_changed(watch));
	ck_assert(!gtb_watch_changed(watch));
	gtb_watch_free(watch);
}
END_TEST

START_TEST(nothing_to_watch)
{
	gtb_watch_add(NULL, file);
	gtb_watch_add_folder(NULL, folder, ".yaml");
	gtb_watch_free(NULL);
}
END_TEST

Suite *suite_watch(void)
{
	Suite *suite = suite_create("watch");
	TCase *tcase = tcase_create("watch");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, notices, NOTHING, CHANGES);
	tcase_add_test(tcase, absent_file_appears);
	tcase_add_test(tcase, fresh_file_counts_once);
	tcase_add_test(tcase, nothing_to_watch);
	suite_add_tcase(suite, tcase);
	return suite;
}
