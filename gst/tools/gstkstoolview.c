/* Lines at the foot of a terminal that are drawn again in place.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nothing of the terminal is changed, so nothing has to be put back when the
 * process dies: the cursor goes up as many rows as were drawn, and each row is
 * written over. Between two drawings it waits below the view, at the left.
 *
 * What others print comes by the handlers of GLib and by the debug log, from
 * any thread. The view is wiped then, the words are written, and the view is
 * drawn below them: with all that words need made before the lock is taken.
 */
#include "gstkstoolview.h"

#include <errno.h>
#include <gst/gst.h>
#include <gst/ks/gstkslock.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gstkstable.h"

#define WIDTH 80                /* of terminals that do not tell */
#define HEIGHT 24

static GMutex lock;             /* of what is drawn, and of writing anything */
static gboolean active;         /* under lock, as the next ones */
static GPtrArray *shown;        /* of GstKsToolLine; NULL: nothing yet */
static GArray *drawn;           /* of guint: columns of each row on the screen */
static gboolean colours;
static gboolean logs;           /* the debug log comes here */
static volatile sig_atomic_t resumed;

static void
line_free (gpointer data)
{
  g_free (((GstKsToolLine *) data)->text);
  g_free (data);
}

GPtrArray *
gst_ks_tool_lines_new (void)
{
  return g_ptr_array_new_with_free_func (line_free);
}

void
gst_ks_tool_lines_add (GPtrArray * lines, gchar * text, GstKsToolStyle style)
{
  GstKsToolLine *line = g_new (GstKsToolLine, 1);

  *line = (GstKsToolLine) {
  text, style};
  g_ptr_array_add (lines, line);
}

/* --- the terminal --- */

static void
get_size (guint * width, guint * height)
{
  struct winsize size = { 0 };

  (void) ioctl (STDOUT_FILENO, TIOCGWINSZ, &size);
  *width = size.ws_col > 0 ? size.ws_col : WIDTH;
  *height = size.ws_row > 0 ? size.ws_row : HEIGHT;
}

guint
gst_ks_tool_view_width (void)
{
  guint width, height;

  get_size (&width, &height);
  return width;
}

/* As the terminal's locale has it; owned. */
static gchar *
in_charset (const gchar * text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  const gchar *charset;
  gchar *converted = NULL;

  if (!g_get_charset (&charset))
    converted = g_convert_with_fallback (valid, -1, charset, "UTF-8", "?", NULL,
        NULL, NULL);
  return converted ? converted : g_steal_pointer (&valid);
}

/* All of it at once, or it flickers. */
static void
write_all (const GString * text)
{
  const gchar *at = text->str;
  gsize left = text->len;

  while (left > 0) {
    gssize done = write (STDOUT_FILENO, at, left);

    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return;
    at += done;
    left -= (gsize) done;
  }
}

/* --- drawing; all under the lock --- */

/* Rows that were as wide as the terminal was take more of them when it has
 * become narrower. */
static guint
count_rows (guint width)
{
  guint rows = 0;

  for (guint i = 0; i < drawn->len; i++) {
    guint columns = g_array_index (drawn, guint, i);

    rows += MAX (1, (columns + width - 1) / width);
  }
  return rows;
}

/* Who was stopped is somewhere else on the screen now. */
static void
append_back (GString * out, guint width)
{
  guint rows = resumed ? 0 : count_rows (width);

  resumed = FALSE;
  g_array_set_size (drawn, 0);
  g_string_append_c (out, '\r');
  if (rows > 0)
    g_string_append_printf (out, "\033[%uA", rows);
}

/* The last column stays free: some terminals go on to the next row there. */
static guint
append_cut (GString * out, const gchar * text, guint width)
{
  guint columns = 0;
  const gchar *end = text;
  g_autofree gchar *piece = NULL, *words = NULL;

  while (*end != '\0') {
    guint more = gst_ks_table_columns (g_utf8_get_char (end));

    if (columns + more >= width)
      break;
    columns += more;
    end = g_utf8_next_char (end);
  }
  piece = g_strndup (text, (gsize) (end - text));
  words = in_charset (piece);
  g_string_append (out, words);
  return columns;
}

static void
append_line (GString * out, const GstKsToolLine * line, guint width)
{
  static const gchar *const begins[] = { "", "\033[1m", "\033[1;31m" };
  gboolean styled = colours && line->style != GST_KS_TOOL_STYLE_PLAIN;
  guint columns;

  if (styled)
    g_string_append (out, begins[line->style]);
  columns = append_cut (out, line->text, width);
  g_string_append_printf (out, "%s\033[K\r\n", styled ? "\033[0m" : "");
  g_array_append_val (drawn, columns);
}

static void
append_view (GString * out, guint width, guint height)
{
  guint n = shown ? MIN (shown->len, MAX (height, 2) - 1) : 0;

  for (guint i = 0; i < n; i++)
    append_line (out, shown->pdata[i], width);
  g_string_append (out, "\033[J");
}

static void
draw (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint width, height;

  get_size (&width, &height);
  append_back (out, width);
  append_view (out, width, height);
  write_all (out);
}

static void
wipe (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_back (out, gst_ks_tool_view_width ());
  g_string_append (out, "\033[J");
  write_all (out);
}

/* --- what others print --- */

/* Words that do not end a line would have the view in it. */
static void
print_above (FILE * stream, const gchar * words)
{
  g_autofree gchar *text = in_charset (words);
  gboolean between;

  gst_ks_mutex_lock (&lock);
  between = active && isatty (fileno (stream));
  if (between)
    wipe ();
  (void) fputs (text, stream);
  if (between && *text != '\0' && !g_str_has_suffix (text, "\n"))
    (void) fputc ('\n', stream);
  (void) fflush (stream);
  if (between)
    draw ();
  gst_ks_mutex_unlock (&lock);
}

static void
on_print (const gchar * text)
{
  print_above (stdout, text);
}

static void
on_print_error (const gchar * text)
{
  print_above (stderr, text);
}

static void
on_debug (GstDebugCategory * category, GstDebugLevel level, const gchar * file,
    const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer data)
{
  g_autofree gchar *text = NULL;

  if (level > gst_debug_category_get_threshold (category))
    return;
  text = gst_debug_log_get_line (category, level, file, function, line, object,
      message);
  print_above (stderr, text);
}

static gboolean
is_active (void)
{
  gboolean is;

  gst_ks_mutex_lock (&lock);
  is = active;
  gst_ks_mutex_unlock (&lock);
  return is;
}

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField * fields, gsize n_fields,
    gpointer data)
{
  g_autofree gchar *text = NULL;

  if (!is_active ())
    return g_log_writer_default (level, fields, n_fields, data);
  if (g_log_writer_default_would_drop (level, NULL))
    return G_LOG_WRITER_HANDLED;
  text = g_log_writer_format_fields (level, fields, n_fields, FALSE);
  print_above (stderr, text);
  return G_LOG_WRITER_HANDLED;
}

/* --- begin and end --- */

static gboolean
can_move (void)
{
  const gchar *terminal = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && terminal != NULL && *terminal != '\0'
      && !g_str_equal (terminal, "dumb");
}

static void
on_continue (int number)
{
  resumed = TRUE;
}

/* The core's macro of this name is a conditional without parentheses. */
static guint
remove_log (GstLogFunction func)
{
  guint n_removed = gst_debug_remove_log_function (func);

  return n_removed;
}

/* A log that goes to a file, or through a tap of somebody else, is let be. */
static void
take_log (void)
{
  logs = isatty (STDERR_FILENO) && g_getenv ("GST_DEBUG_FILE") == NULL
      && remove_log (gst_debug_log_default) > 0;
  if (logs)
    gst_debug_add_log_function (on_debug, NULL, NULL);
}

gboolean
gst_ks_tool_view_begin (void)
{
  static gsize hears;
  const gchar *no_colour = g_getenv ("NO_COLOR");
  struct sigaction action = {.sa_handler = on_continue,.sa_flags = SA_RESTART };

  if (!can_move ())
    return FALSE;
  if (g_once_init_enter (&hears)) {
    g_log_set_writer_func (on_log, NULL, NULL);
    g_once_init_leave (&hears, TRUE);
  }
  (void) sigaction (SIGCONT, &action, NULL);
  (void) fflush (stdout);
  gst_ks_mutex_lock (&lock);
  active = TRUE;
  colours = no_colour == NULL || *no_colour == '\0';
  drawn = g_array_new (FALSE, FALSE, sizeof (guint));
  gst_ks_mutex_unlock (&lock);
  (void) g_set_print_handler (on_print);
  (void) g_set_printerr_handler (on_print_error);
  take_log ();
  return TRUE;
}

void
gst_ks_tool_view_show (const GPtrArray * lines)
{
  gst_ks_mutex_lock (&lock);
  g_clear_pointer (&shown, g_ptr_array_unref);
  shown = g_ptr_array_ref ((GPtrArray *) lines);
  draw ();
  gst_ks_mutex_unlock (&lock);
}

void
gst_ks_tool_view_end (void)
{
  if (logs) {
    (void) remove_log (on_debug);
    gst_debug_add_log_function (gst_debug_log_default, NULL, NULL);
  }
  (void) g_set_print_handler (NULL);
  (void) g_set_printerr_handler (NULL);
  gst_ks_mutex_lock (&lock);
  active = FALSE;
  logs = FALSE;
  g_clear_pointer (&shown, g_ptr_array_unref);
  g_clear_pointer (&drawn, g_array_unref);
  gst_ks_mutex_unlock (&lock);
}
