/* Stands between our libraries and the C library and GLib: counts calls that can fail, and has one fail.
 *
 * A program's own functions are found before those of libraries, by libraries
 * too. The address that a call returns to tells whose call it is: those of
 * GLib, of GStreamer, of the loader and of the test itself go through. In a
 * process that is not a test's it is preloaded, and the environment says what
 * is to fail:
 *
 *   KS_FAULT=N[+][:WHY]  the nth call, with + each one after it; WHY is a
 *                        number of FaultWhy
 *   KS_FAULT_LOG=FILE    where the end of the process writes "CALLS FAILED NAME"
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "faultcalls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define HOOK __attribute__ ((visibility ("default")))

/* All atomic. */
static gint fault_nth, fault_all, fault_why, n_calls, n_failed;
static const gchar *first_failed;
static gsize bytes_mapped;

gint (*fault_ioctl) (gint fd, gulong request, gpointer arg);

/* Of one call: what it says when there is no more. */
static gint
fault_errno (gint when_short)
{
  static const gint whys[FAULT_N_WHYS] = { 0, EPERM, ENOSYS };
  gint why = whys[g_atomic_int_get (&fault_why)];

  return why != 0 ? why : when_short;
}

static gboolean
is_ours (gconstpointer caller)
{
  Dl_info info;
  const gchar *name;

  if (dladdr (caller, &info) == 0 || info.dli_fname == NULL)
    return FALSE;
  name = strrchr (info.dli_fname, '/');
  name = name ? name + 1 : info.dli_fname;
  return strncmp (name, "libgstks", 8) == 0
      || strncmp (name, "gst-ks-", 7) == 0;
}

/* 0: the call may go through; else what errno has to be. */
static gint
fault (const gchar * name, gconstpointer caller, gint when_short)
{
  gint nth, n;

  if (!is_ours (caller))
    return 0;
  n = g_atomic_int_add (&n_calls, 1) + 1;
  nth = g_atomic_int_get (&fault_nth);
  if (nth == 0 || n < nth || (n > nth && !g_atomic_int_get (&fault_all)))
    return 0;
  g_atomic_int_inc (&n_failed);
  (void) g_atomic_pointer_compare_and_exchange (&first_failed, NULL, name);
  return fault_errno (when_short);
}

void
fault_arm (guint nth, gboolean all, FaultWhy why)
{
  g_atomic_int_set (&fault_all, all);
  g_atomic_int_set (&fault_why, why);
  g_atomic_int_set (&n_failed, 0);
  g_atomic_pointer_set (&first_failed, NULL);
  g_atomic_int_set (&n_calls, 0);
  g_atomic_int_set (&fault_nth, nth);
}

guint
fault_disarm (void)
{
  g_atomic_int_set (&fault_nth, 0);
  return g_atomic_int_get (&n_failed);
}

guint
fault_get_calls (void)
{
  return g_atomic_int_get (&n_calls);
}

const gchar *
fault_get_name (void)
{
  return g_atomic_pointer_get (&first_failed);
}

gsize
fault_get_mapped (void)
{
  return (gsize) g_atomic_pointer_get (&bytes_mapped);
}

/* --- a process that is not a test's --- */

static void __attribute__((constructor))
    fault_from_environment (void)
{
  const gchar *text = getenv ("KS_FAULT");
  gchar *rest = NULL;
  guint nth;
  gboolean all;

  if (text == NULL)
    return;
  nth = strtoul (text, &rest, 10);
  all = *rest == '+';
  rest = strchr (rest, ':');
  fault_arm (nth, all, rest ? strtoul (rest + 1, NULL, 10) : FAULT_SHORT);
}

static void __attribute__((destructor))
    fault_to_log (void)
{
  const gchar *path = getenv ("KS_FAULT_LOG");
  FILE *file = path ? fopen (path, "we") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%u %d %s\n", fault_get_calls (),
      g_atomic_int_get (&n_failed), fault_get_name ()? fault_get_name () : "-");
  fclose (file);
}

/* --- the calls --- */

#define CALLER __builtin_return_address (0)

/* The real one, of the type of what has its name. */
#define REAL(name, symbol) ({ \
    static __typeof__ (&name) real_; \
    if (real_ == NULL) \
      real_ = (__typeof__ (&name)) dlsym (RTLD_NEXT, symbol); \
    real_; })

/* Returns @otherwise from the function around it, if it is to fail. */
#define FAIL_WITH(name, when_short, otherwise) G_STMT_START { \
    gint why_ = fault (name, CALLER, when_short); \
    if (why_ != 0) { \
      errno = why_; \
      return otherwise; \
    } \
  } G_STMT_END

/* A call at the end of a function of ours returns to who called that, which may
 * be the test. */
static gboolean
is_ours_or_the_test (gconstpointer caller)
{
  Dl_info its, ours;

  return is_ours (caller) || (dladdr (caller, &its) && dladdr (is_ours, &ours)
      && its.dli_fbase == ours.dli_fbase);
}

static void
count_mapped (gconstpointer caller, gssize bytes)
{
  if (is_ours_or_the_test (caller))
    g_atomic_pointer_add (&bytes_mapped, bytes);
}

/* What is mapped over what was counted before is not counted twice. */
HOOK gpointer
mmap (gpointer at, gsize size, gint prot, gint flags, gint fd, off_t offset)
{
  gpointer data;

  FAIL_WITH ("mmap", ENOMEM, MAP_FAILED);
  data = REAL (mmap, "mmap64") (at, size, prot, flags, fd, offset);
  if (data != MAP_FAILED && !(flags & MAP_FIXED))
    count_mapped (CALLER, size);
  return data;
}

HOOK gint
munmap (gpointer data, gsize size)
{
  count_mapped (CALLER, -(gssize) size);
  return REAL (munmap, "munmap") (data, size);
}

HOOK gint
mprotect (gpointer data, gsize size, gint prot)
{
  FAIL_WITH ("mprotect", ENOMEM, -1);
  return REAL (mprotect, "mprotect") (data, size, prot);
}

HOOK gint
mlock (gconstpointer data, gsize size)
{
  FAIL_WITH ("mlock", ENOMEM, -1);
  return REAL (mlock, "mlock") (data, size);
}

HOOK gint
madvise (gpointer data, gsize size, gint advice)
{
  FAIL_WITH ("madvise", EINVAL, -1);
  return REAL (madvise, "madvise") (data, size, advice);
}

/* of libnuma, which may not be there */
HOOK glong mbind (gpointer data, gulong size, gint mode, const gulong * nodes,
    gulong max_node, guint flags);

HOOK glong
mbind (gpointer data, gulong size, gint mode, const gulong * nodes,
    gulong max_node, guint flags)
{
  FAIL_WITH ("mbind", ENOMEM, -1);
  return REAL (mbind, "mbind") (data, size, mode, nodes, max_node, flags);
}

HOOK gint
memfd_create (const gchar * name, guint flags)
{
  FAIL_WITH ("memfd_create", EMFILE, -1);
  return REAL (memfd_create, "memfd_create") (name, flags);
}

HOOK gint
ftruncate (gint fd, off_t size)
{
  FAIL_WITH ("ftruncate", EFBIG, -1);
  return REAL (ftruncate, "ftruncate64") (fd, size);
}

HOOK gint
fallocate (gint fd, gint mode, off_t offset, off_t size)
{
  FAIL_WITH ("fallocate", ENOSPC, -1);
  return REAL (fallocate, "fallocate64") (fd, mode, offset, size);
}

HOOK off_t
lseek (gint fd, off_t offset, gint whence)
{
  FAIL_WITH ("lseek", EINVAL, -1);
  return REAL (lseek, "lseek64") (fd, offset, whence);
}

HOOK gint
fstat (gint fd, struct stat *status)
{
  FAIL_WITH ("fstat", EIO, -1);
  return REAL (fstat, "fstat64") (fd, status);
}

HOOK gint
fstatfs (gint fd, struct statfs *status)
{
  FAIL_WITH ("fstatfs", EIO, -1);
  return REAL (fstatfs, "fstatfs64") (fd, status);
}

HOOK gint
eventfd (guint count, gint flags)
{
  FAIL_WITH ("eventfd", EMFILE, -1);
  return REAL (eventfd, "eventfd") (count, flags);
}

/* All of these take at most one argument more, a pointer or a number. */
#define ONE_MORE(last) ({ \
    va_list list_; \
    gpointer more_; \
    va_start (list_, last); \
    more_ = va_arg (list_, gpointer); \
    va_end (list_); \
    more_; })

HOOK gint
fcntl (gint fd, gint command, ...)
{
  gpointer more = ONE_MORE (command);

  FAIL_WITH ("fcntl", EMFILE, -1);
  return REAL (fcntl, "fcntl64") (fd, command, more);
}

HOOK gint
ioctl (gint fd, gulong request, ...)
{
  gpointer more = ONE_MORE (request);

  FAIL_WITH ("ioctl", ENOMEM, -1);
  if (fault_ioctl != NULL && is_ours (CALLER))
    return fault_ioctl (fd, request, more);
  return REAL (ioctl, "ioctl") (fd, request, more);
}

HOOK gint
open (const gchar * path, gint flags, ...)
{
  gpointer more = ONE_MORE (flags);

  FAIL_WITH ("open", EMFILE, -1);
  return REAL (open, "open64") (path, flags, GPOINTER_TO_UINT (more));
}

HOOK gint
posix_memalign (gpointer * data, gsize align, gsize size)
{
  gint why = fault ("posix_memalign", CALLER, ENOMEM);

  if (why != 0)
    return ENOMEM;
  return REAL (posix_memalign, "posix_memalign") (data, align, size);
}

/* --- of GLib --- */

HOOK GThread *
g_thread_try_new (const gchar * name, GThreadFunc func, gpointer data,
    GError ** error)
{
  gint why = fault ("g_thread_try_new", CALLER, EAGAIN);

  if (why != 0) {
    g_set_error (error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN,
        "Error creating thread: %s", g_strerror (why));
    return NULL;
  }
  return REAL (g_thread_try_new, "g_thread_try_new") (name, func, data, error);
}

HOOK gboolean
g_file_get_contents (const gchar * path, gchar ** contents, gsize * length,
    GError ** error)
{
  gint why = fault ("g_file_get_contents", CALLER, EMFILE);

  if (why != 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (why),
        "Failed to open file “%s”: %s", path, g_strerror (why));
    return FALSE;
  }
  return REAL (g_file_get_contents, "g_file_get_contents") (path, contents,
      length, error);
}
