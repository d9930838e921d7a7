/* Pipelines that run in the foreground, as gst-launch-1.0 runs them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All decisions are made in the main loop, from messages of the bus and signals
 * of the system. A pipeline goes to PAUSED first; where that takes frames it
 * goes on when they are there. Live ones have none before PLAYING.
 */
#include "gstkstoolplay.h"

#include <glib-unix.h>
#include <gst/ks/gstkserror.h>
#include <unistd.h>

#include "gstkstoolbus.h"
#include "gstkstoollive.h"
#include "gstkstoolsinks.h"

#define POSITION_INTERVAL 100   /* ms */

typedef struct
{
  GstElement *pipeline;         /* borrowed */
  const GstKsToolPlay *play;
  GMainLoop *loop;
  GstKsToolSinks *sinks;        /* NULL: played to the end */
  GstKsToolEnd end;
  GError *error;                /* owned */
  gboolean live;
  gboolean playing;             /* was told to be */
  gboolean buffering;
  gboolean interrupted;
  gboolean ending;              /* the end is on its way through the pipeline */
  gint64 since;                 /* us; when it began to play */
} Player;

static void
say (const Player * self, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  if (!self->play->progress)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", text);
}

/* Takes @error; the first end is the one that counts. */
static void
finish (Player * self, GstKsToolEnd end, GError * error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_clear_error (&error);
  self->end = end;
  g_main_loop_quit (self->loop);
}

/* --- states --- */

static void
fail_state (Player * self, GstState state)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *error = message ? gst_ks_tool_bus_error (message)
      : g_error_new (GST_KS_ERROR, GST_KS_ERROR_FAILED, "the pipeline cannot be"
      " set to %s, and no element says why; GST_DEBUG=3 may tell",
      gst_element_state_get_name (state));

  finish (self, GST_KS_TOOL_END_ERROR, error);
}

static GstStateChangeReturn
set_state (Player * self, GstState state)
{
  GstStateChangeReturn ret;

  say (self, "Setting pipeline to %s ...", gst_element_state_get_name (state));
  ret = gst_element_set_state (self->pipeline, state);
  if (ret == GST_STATE_CHANGE_FAILURE)
    fail_state (self, state);
  return ret;
}

static void
start_playing (Player * self)
{
  if (self->playing)
    return;
  self->playing = TRUE;
  self->since = g_get_monotonic_time ();
  (void) set_state (self, GST_STATE_PLAYING);
}

static void
prerolled (Player * self)
{
  if (self->playing || self->sinks != NULL)
    return;
  say (self, "Pipeline is PREROLLED ...");
  if (!self->buffering)
    start_playing (self);
}

static void
start (Player * self)
{
  switch (set_state (self, GST_STATE_PAUSED)) {
    case GST_STATE_CHANGE_FAILURE:
      break;
    case GST_STATE_CHANGE_ASYNC:
      say (self, "Pipeline is PREROLLING ...");
      break;
    case GST_STATE_CHANGE_NO_PREROLL:
      say (self, "Pipeline is live and does not need PREROLL ...");
      self->live = TRUE;
      start_playing (self);
      break;
    default:
      start_playing (self);
  }
}

/* --- messages --- */

static void
on_buffering (Player * self, GstMessage * message)
{
  gint percent;

  gst_message_parse_buffering (message, &percent);
  if (self->live)
    return;
  if (percent < 100 && !self->buffering && self->playing)
    gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  if (percent == 100 && self->buffering && self->playing)
    gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (percent == 100 && self->buffering && !self->playing
      && self->sinks == NULL)
    start_playing (self);
  self->buffering = percent < 100;
}

static void
on_clock_lost (Player * self)
{
  say (self, "Clock lost, selecting a new one");
  gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
on_new_clock (Player * self, GstMessage * message)
{
  GstClock *clock;

  gst_message_parse_new_clock (message, &clock);
  say (self, "New clock: %s", clock ? GST_OBJECT_NAME (clock) : "none");
}

static void
on_state_request (Player * self, GstMessage * message)
{
  GstState state;

  gst_message_parse_request_state (message, &state);
  say (self, "The state %s is requested", gst_element_state_get_name (state));
  gst_element_set_state (self->pipeline, state);
}

static void
on_application (Player * self, GstMessage * message)
{
  if (self->sinks != NULL
      && gst_message_has_name (message, GST_KS_TOOL_SINKS_REACHED))
    finish (self, GST_KS_TOOL_END_SETTLED, NULL);
}

/* While a state change goes on, the thread that would do the rest of it may
 * want a lock that sending an event takes: wait until it has come to its end. */
static void
end_when_settled (Player * self)
{
  if (!self->interrupted || self->ending
      || gst_element_get_state (self->pipeline, NULL, NULL, 0)
      == GST_STATE_CHANGE_ASYNC)
    return;
  self->ending = TRUE;
  gst_element_send_event (self->pipeline, gst_event_new_eos ());
}

static void
on_eos (Player * self)
{
  say (self, "Got EOS from element \"%s\".", GST_OBJECT_NAME (self->pipeline));
  finish (self, GST_KS_TOOL_END_EOS, NULL);
}

static void
handle (Player * self, GstMessage * message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      finish (self, GST_KS_TOOL_END_ERROR, gst_ks_tool_bus_error (message));
      break;
    case GST_MESSAGE_EOS:
      on_eos (self);
      break;
    case GST_MESSAGE_ASYNC_DONE:
      prerolled (self);
      break;
    case GST_MESSAGE_STATE_CHANGED:
      if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->pipeline))
        end_when_settled (self);
      break;
    case GST_MESSAGE_BUFFERING:
      on_buffering (self, message);
      break;
    case GST_MESSAGE_LATENCY:
      (void) gst_bin_recalculate_latency (GST_BIN (self->pipeline));
      break;
    case GST_MESSAGE_CLOCK_LOST:
      on_clock_lost (self);
      break;
    case GST_MESSAGE_NEW_CLOCK:
      on_new_clock (self, message);
      break;
    case GST_MESSAGE_REQUEST_STATE:
      on_state_request (self, message);
      break;
    case GST_MESSAGE_APPLICATION:
      on_application (self, message);
      break;
    default:
      gst_ks_tool_bus_note (self->play->command, message);
  }
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Player *self = data;

  if (self->play->messages)
    gst_ks_tool_bus_print (message);
  if (g_main_loop_is_running (self->loop))
    handle (self, message);
  return G_SOURCE_CONTINUE;
}

/* --- the world --- */

/* The first one lets files be finished, the second one does not wait. */
static gboolean
on_signal (gpointer data)
{
  Player *self = data;
  GError *error = g_error_new_literal (GST_KS_ERROR, GST_KS_ERROR_CANCELLED,
      "interrupted before the end had gone through the pipeline");

  if (self->interrupted || !self->playing) {
    finish (self, GST_KS_TOOL_END_INTERRUPTED, error);
    return G_SOURCE_CONTINUE;
  }
  g_error_free (error);
  self->interrupted = TRUE;
  gst_ks_tool_note (self->play->command, NULL,
      "interrupted: waiting for the end; once more does not wait");
  end_when_settled (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_late (gpointer data)
{
  Player *self = data;
  g_autofree gchar *names = gst_ks_tool_sinks_unreached (self->sinks);

  finish (self, GST_KS_TOOL_END_LATE, g_error_new (GST_KS_ERROR,
          GST_KS_ERROR_STATE, "after %u s %s%s; --seconds=N waits longer",
          self->play->settle_seconds, names ? "no frame has come to " :
          "no sink was found", names ? names : ""));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_tick (gpointer data)
{
  Player *self = data;
  gint64 position, duration = GST_CLOCK_TIME_NONE;

  if (!gst_element_query_position (self->pipeline, GST_FORMAT_TIME, &position))
    return G_SOURCE_CONTINUE;
  (void) gst_element_query_duration (self->pipeline, GST_FORMAT_TIME,
      &duration);
  g_print ("%" GST_TIME_FORMAT " / %" GST_TIME_FORMAT "\r",
      GST_TIME_ARGS (position), GST_TIME_ARGS (duration));
  return G_SOURCE_CONTINUE;
}

static void
run (Player * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gboolean ticks = self->play->progress && self->play->live == NULL
      && isatty (STDOUT_FILENO);
  GstKsToolLive *live = self->play->live == NULL ? NULL
      : gst_ks_tool_live_new (self->pipeline, self->play->live);
  guint sources[] = {
    g_unix_signal_add (SIGINT, on_signal, self),
    g_unix_signal_add (SIGTERM, on_signal, self),
    ticks ? g_timeout_add (POSITION_INTERVAL, on_tick, self) : 0,
    self->sinks ? g_timeout_add_seconds (self->play->settle_seconds, on_late,
        self) : 0,
  };

  gst_bus_add_watch (bus, on_message, self);
  start (self);
  /* what failed at once has nothing to wait for */
  if (self->error == NULL)
    g_main_loop_run (self->loop);
  gst_bus_remove_watch (bus);
  gst_ks_tool_live_free (live);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    if (sources[i] != 0)
      g_source_remove (sources[i]);
  }
}

static void
say_time (const Player * self)
{
  GstClockTime ran = (g_get_monotonic_time () - self->since) * GST_USECOND;

  if (self->playing)
    say (self, "Execution ended after %" GST_TIME_FORMAT, GST_TIME_ARGS (ran));
}

GstKsToolEnd
gst_ks_tool_play (GstElement * pipeline, const GstKsToolPlay * play,
    GError ** error)
{
  Player self = {
    .pipeline = pipeline,
    .play = play,
    .loop = g_main_loop_new (NULL, FALSE),
  };
  gulong watch = 0;

  if (play->settle_seconds > 0)
    self.sinks = gst_ks_tool_sinks_new (GST_BIN (pipeline));
  if (play->verbose)
    watch = gst_element_add_property_deep_notify_watch (pipeline, NULL, TRUE);
  run (&self);
  say_time (&self);
  if (watch != 0)
    gst_element_remove_property_notify_watch (pipeline, watch);
  gst_ks_tool_sinks_free (self.sinks);
  g_main_loop_unref (self.loop);
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return self.end;
}

void
gst_ks_tool_stop (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

const gchar *
gst_ks_tool_end_to_string (GstKsToolEnd end)
{
  static const gchar *const words[] = { "eos", "error", "interrupted",
    "settled", "late"
  };

  return words[end];
}
