/* Guard mode: a fault in words, also where nothing may be allocated.
 *
 * A signal handler has the same to say as everybody else, so there is one text
 * for both, put together without a call that a handler may not make.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksguardrecord.h"

#include <string.h>
#include <time.h>

typedef struct
{
  gchar *text;
  gsize size;                   /* bytes of text, with the end */
  gsize length;
} Line;

static void
add (Line * line, const gchar * text)
{
  while (*text != '\0' && line->length + 1 < line->size)
    line->text[line->length++] = *text++;
  line->text[line->length] = '\0';
}

static void
add_in_base (Line * line, guint64 number, guint base)
{
  gchar digits[21];
  guint n = sizeof (digits);

  digits[--n] = '\0';
  do {
    digits[--n] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number != 0);
  add (line, &digits[n]);
}

static void
add_number (Line * line, guint64 number)
{
  add_in_base (line, number, 10);
}

static void
add_name (Line * line, const gchar * before, const gchar * name)
{
  if (name[0] == '\0')
    return;
  add (line, before);
  add (line, name);
}

static void
add_seconds (Line * line, gint64 microseconds)
{
  guint64 ms = MAX (microseconds, 0) / 1000;

  add_number (line, ms / 1000);
  add (line, ".");
  for (guint unit = 100; unit > 0; unit /= 10)
    add_number (line, ms / unit % 10);
  add (line, " s");
}

/* As g_get_monotonic_time(), which promises nothing to handlers. */
static gint64
now_us (void)
{
  struct timespec now;

  (void) clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* "frame 0x7f.. of 38016 bytes (system)" */
static void
add_frame (Line * line, const GstKsGuardRecord * record)
{
  add (line, "frame 0x");
  add_in_base (line, (guintptr) record->made.data + record->front, 16);
  add (line, " of ");
  add_number (line, record->size);
  add (line, " bytes (");
  add (line, record->kind);
  add (line, ")");
}

static void
add_where (Line * line, const GstKsFault * fault, gboolean at_once)
{
  gint64 size = fault->record->size;
  gint64 offset = fault->offset;

  if (fault->type == GST_KS_FAULT_BEFORE)
    add_number (line, -offset);
  else
    add_number (line, fault->type == GST_KS_FAULT_AFTER ? offset - size :
        offset);
  add (line, fault->type == GST_KS_FAULT_BEFORE ? " bytes before its start" :
      fault->type == GST_KS_FAULT_AFTER ? " bytes after its end" :
      " bytes after its start");
  if (fault->count > 0) {
    add (line, ", over ");
    add_number (line, fault->count);
    add (line, fault->count == 1 ? " byte" : " bytes");
  }
  if (at_once)
    add (line, ", just now");
}

static void
add_what (Line * line, const GstKsFault * fault, gboolean at_once)
{
  const gchar *touched = at_once ? " is touched " : " was written ";

  add_frame (line, fault->record);
  switch (fault->type) {
    case GST_KS_FAULT_BEFORE:
    case GST_KS_FAULT_AFTER:
      add (line, touched);
      add_where (line, fault, at_once);
      break;
    case GST_KS_FAULT_IDLE:
      add (line, touched);
      add (line, "after it was given back, ");
      add_where (line, fault, at_once);
      break;
    case GST_KS_FAULT_TWICE:
      add (line, " was given back twice");
      break;
    case GST_KS_FAULT_FOREIGN:
      add (line, " is not of the pool that it was given to");
      break;
    default:
      add (line, " was never given back");
      break;
  }
}

static void
add_owner (Line * line, const GstKsGuardOwner * owner)
{
  add (line, owner->owner);
  add (line, " gave it to thread '");
  add (line, owner->taker);
  add (line, "'");
  if (owner->way[0] != '\0') {
    add_name (line, ", it went ", owner->way);
    add_name (line, " into ", owner->into);
  } else {
    add (line, ", it was not seen on any pad");
  }
  if (owner->back == 0) {
    add (line, ", out for ");
    add_seconds (line, now_us () - owner->out);
    return;
  }
  add_name (line, ", given back by thread '", owner->returner);
  add (line, "' after ");
  add_seconds (line, owner->back - owner->out);
}

static void
add_owners (Line * line, const GstKsGuardRecord * record)
{
  guint n = MIN (record->n_owners, GST_KS_GUARD_OWNERS);

  for (guint i = 0; i < n; i++) {
    add (line, i == 0 ? "; " : "; before that ");
    add_owner (line, &record->owners[(record->n_owners - 1 - i)
            % GST_KS_GUARD_OWNERS]);
  }
  if (n == 0)
    add (line, "; nobody had it yet");
}

static const gchar *
remedy (const GstKsFault * fault, gboolean at_once)
{
  if (at_once)
    return "the backtrace of this thread shows who did it";
  switch (fault->type) {
    case GST_KS_FAULT_BEFORE:
    case GST_KS_FAULT_AFTER:
    case GST_KS_FAULT_IDLE:
      return fault->record->mode == GST_KS_GUARD_PAGES ?
          "too near for a page; break on a write there in a debugger" :
          "GST_KS_GUARD=pages stops the program where it does this";
    case GST_KS_FAULT_TWICE:
      return "one of them drops a reference that it does not have: an "
          "element that unrefs a buffer which it pushed on, or a missing ref";
    case GST_KS_FAULT_FOREIGN:
      return "an element replaced the memory of a buffer that it was "
          "given; make a new buffer instead";
    default:
      return "who has it must drop its reference: gst_buffer_unref(), "
          "gst_sample_unref() of an application";
  }
}

void
gst_ks_guard_describe (const GstKsFault * fault, gboolean at_once,
    gchar * text, gsize size)
{
  Line line = { text, size, 0 };

  add_what (&line, fault, at_once);
  add_owners (&line, fault->record);
  add (&line, "; ");
  add (&line, remedy (fault, at_once));
}
