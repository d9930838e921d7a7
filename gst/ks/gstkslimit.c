/* Limits that the system puts on a process, in errors that help.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkslimit.h"
#include "gstkssize.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct
{
  gint cause;                   /* the errno that it shows itself by */
  gint resource;
  const gchar *name;
  const gchar *what;
  const gchar *field;           /* of /proc/self/status: how much is used */
  const gchar *how;
} Limit;

static const Limit memory_limits[] = {
  {ENOMEM, RLIMIT_AS, "RLIMIT_AS", "the address space", "VmSize:",
      "'ulimit -v' or LimitAS= of the service"},
  {ENOMEM, RLIMIT_DATA, "RLIMIT_DATA", "private memory", "VmData:",
      "'ulimit -d' or LimitDATA= of the service"},
  /* of a process that had all of its memory locked, by mlockall() */
  {EAGAIN, RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK", "locked memory", "VmLck:",
      "'ulimit -l' or LimitMEMLOCK= of the service"},
};

guint64
gst_ks_limit_get_used (const gchar * field)
{
  g_autofree gchar *status = NULL;
  const gchar *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, field);
  return line != NULL ?
      g_ascii_strtoull (line + strlen (field), NULL, 10) * 1024 : 0;
}

/* --- the control group --- */

#define GROUPS "/sys/fs/cgroup"

typedef struct
{
  const gchar *entry;           /* of /proc/self/cgroup, before the group's path */
  const gchar *folder;
  const gchar *file;            /* the limit; "max": none */
} GroupTree;

static const GroupTree group_trees[] = {
  {"0::", GROUPS, "memory.max"},
  {":memory:", GROUPS "/memory", "memory.limit_in_bytes"},
};

/* Of one group; those without a limit, or that are not seen from here, have
 * none. */
static guint64
group_limit (const GroupTree * tree, const gchar * path)
{
  g_autofree gchar *file = g_build_filename (tree->folder, path, tree->file,
      NULL);
  g_autofree gchar *text = NULL;

  if (!g_file_get_contents (file, &text, NULL, NULL)
      || !g_ascii_isdigit (text[0]))
    return G_MAXUINT64;
  return g_ascii_strtoull (text, NULL, 10);
}

/* What holds for a group holds for those in it. */
static guint64
tree_limit (const GroupTree * tree, const gchar * groups)
{
  const gchar *entry = strstr (groups, tree->entry);
  g_autofree gchar *path = NULL;
  guint64 limit = G_MAXUINT64;
  gchar *end;

  if (entry == NULL)
    return limit;
  entry += strlen (tree->entry);
  path = g_strndup (entry, strcspn (entry, "\n"));
  while ((end = strrchr (path, '/')) != NULL) {
    limit = MIN (limit, group_limit (tree, path));
    *end = '\0';
  }
  return MIN (limit, group_limit (tree, ""));
}

guint64
gst_ks_limit_get_group (void)
{
  g_autofree gchar *groups = NULL;
  guint64 limit = G_MAXUINT64;

  if (!g_file_get_contents ("/proc/self/cgroup", &groups, NULL, NULL))
    return limit;
  for (guint i = 0; i < G_N_ELEMENTS (group_trees); i++)
    limit = MIN (limit, tree_limit (&group_trees[i], groups));
  return limit;
}

/* --- errors --- */

#define MAPPINGS_LIMIT "/proc/sys/vm/max_map_count"

/* Whether size more bytes do not go below it. */
static gboolean
is_reached (const Limit * limit, gsize size, guint64 * value, guint64 * used)
{
  struct rlimit is = { RLIM_INFINITY, RLIM_INFINITY };
  gsize wanted = 0;

  (void) getrlimit (limit->resource, &is);
  if (is.rlim_cur == RLIM_INFINITY)
    return FALSE;
  *value = is.rlim_cur;
  *used = gst_ks_limit_get_used (limit->field);
  return !gst_ks_size_add (*used, size, &wanted) || wanted > is.rlim_cur;
}

/* Without memory: there may be none to be had. */
static guint64
count_mappings (void)
{
  gint fd = open ("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  guint64 lines = 0;
  gchar text[4096];
  gssize n;

  if (fd < 0)
    return 0;
  while ((n = read (fd, text, sizeof (text))) > 0)
    for (gssize i = 0; i < n; i++)
      lines += text[i] == '\n';
  (void) close (fd);
  return lines;
}

/* A mapping within another makes three of one. FALSE: that is not why. */
static gboolean
set_mappings_error (GError ** error, const gchar * doing, gsize size)
{
  g_autofree gchar *text = NULL;
  guint64 most, has = count_mappings ();

  if (!g_file_get_contents (MAPPINGS_LIMIT, &text, NULL, NULL))
    return FALSE;
  most = g_ascii_strtoull (text, NULL, 10);
  if (has + 4 < most)
    return FALSE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "cannot %s %" G_GSIZE_FORMAT " bytes: the process has %" G_GUINT64_FORMAT
      " mappings and may have %" G_GUINT64_FORMAT "; raise that with 'sysctl "
      "vm.max_map_count=', or hold fewer frames: a guarded one is three "
      "mappings", doing, size, has, most);
  return TRUE;
}

void
gst_ks_limit_set_memory_error (GError ** error, const gchar * doing,
    gsize size, gint cause)
{
  guint64 value, used;

  for (guint i = 0; i < G_N_ELEMENTS (memory_limits); i++) {
    const Limit *limit = &memory_limits[i];

    if (cause != limit->cause || !is_reached (limit, size, &value, &used))
      continue;
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "cannot %s %" G_GSIZE_FORMAT " bytes: %s; %s is limited to %"
        G_GUINT64_FORMAT " bytes (%s) and %" G_GUINT64_FORMAT " are used; "
        "raise it with %s, or hold fewer or smaller frames", doing, size,
        g_strerror (cause), limit->what, value, limit->name, used, limit->how);
    return;
  }
  if (cause == ENOMEM && set_mappings_error (error, doing, size))
    return;
  g_set_error (error, GST_KS_ERROR, *gst_ks_limit_get_hint (cause) != '\0' ?
      GST_KS_ERROR_UNAVAILABLE : GST_KS_ERROR_NO_MEMORY,
      "cannot %s %" G_GSIZE_FORMAT " bytes: %s%s", doing, size,
      g_strerror (cause), cause == ENOMEM ?
      "; hold fewer or smaller frames, or free memory" :
      gst_ks_limit_get_hint (cause));
}

const gchar *
gst_ks_limit_get_hint (gint cause)
{
  return cause == EPERM || cause == EACCES || cause == ENOSYS ?
      "; a filter of system calls (seccomp), as containers have, may forbid "
      "it: have it allowed there, or take memory of another kind" : "";
}

gboolean
gst_ks_limit_check_file (gsize size, GError ** error)
{
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

  (void) getrlimit (RLIMIT_FSIZE, &limit);
  if (limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "cannot make a file of %" G_GSIZE_FORMAT " bytes for a frame: files are "
      "limited to %" G_GUINT64_FORMAT " bytes (RLIMIT_FSIZE); raise it with "
      "'ulimit -f' or LimitFSIZE= of the service, or take memory that is no "
      "file", size, (guint64) limit.rlim_cur);
  return FALSE;
}
