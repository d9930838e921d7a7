/* What is done to a random pipeline while it plays.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "randomscene.h"

#include <gst/kscheck/gstkscheck.h>
#include <string.h>

static gpointer
pick (RandomScene * scene, GPtrArray * array)
{
  return array->len == 0 ? NULL :
      array->pdata[g_rand_int_range (scene->random, 0, array->len)];
}

static void
change_property (RandomScene * scene)
{
  GstElement *element = pick (scene, scene->ours);
  const gchar *property = random_line_property (scene->random);
  g_auto (GStrv) words = g_strsplit (property, "=", 2);

  if (element == NULL)
    return;
  g_string_append_printf (scene->story, " %s: %s\n", GST_ELEMENT_NAME (element),
      property);
  gst_util_set_object_arg (G_OBJECT (element), words[0], words[1]);
}

static void
change_caps (RandomScene * scene)
{
  g_autofree gchar *text = random_line_caps (scene->random, scene->video);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_string_append_printf (scene->story, " caps: %s\n", text);
  g_object_set (scene->filter, "caps", caps, NULL);
}

static void
change_state (RandomScene * scene)
{
  static const GstState states[] = { GST_STATE_PAUSED, GST_STATE_READY,
    GST_STATE_NULL
  };
  GstState state = states[g_rand_int_range (scene->random, 0,
          G_N_ELEMENTS (states))];

  g_string_append_printf (scene->story, " to %s and back\n",
      gst_element_state_get_name (state));
  random_scene_state (scene, state);
  random_scene_state (scene, GST_STATE_PLAYING);
}

static void
seek (RandomScene * scene)
{
  if (!random_scene_seeks ())
    return;
  g_string_append (scene->story, " flushing seek\n");
  gst_element_seek_simple (scene->pipeline, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, 0);
}

static void
change_negotiator (RandomScene * scene)
{
  g_string_append_printf (scene->story, " negotiator %s\n",
      scene->attached ? "off" : "on");
  scene->attached = !scene->attached;
  if (scene->stock)
    return;
  if (scene->attached)
    gst_ks_negotiator_attach (scene->negotiator);
  else
    gst_ks_negotiator_detach (scene->negotiator);
}

static void
trim (RandomScene * scene)
{
  g_string_append (scene->story, " trim\n");
  gst_ks_trim_all ();
}

static void
look (RandomScene * scene)
{
  g_autoptr (GstKsPlan) plan = gst_ks_negotiator_get_plan (scene->negotiator);
  g_autoptr (GstKsGraph) graph =
      gst_ks_negotiator_get_graph (scene->negotiator);
  g_autofree gchar *json = gst_ks_plan_to_json (plan);
  g_autofree gchar *nodes = gst_ks_graph_to_json (graph);
  g_autoptr (GstStructure) report =
      gst_ks_negotiator_get_report (scene->negotiator);

  g_string_append (scene->story, " look\n");
}

/* An allocator that has nothing more to give, for one call. */
static void
fail_once (RandomScene * scene)
{
  static const GstKsFakeOp ops[] = { GST_KS_FAKE_OPEN, GST_KS_FAKE_DESCRIBE,
    GST_KS_FAKE_CREATE, GST_KS_FAKE_SHAPED, GST_KS_FAKE_ACQUIRE,
    GST_KS_FAKE_TRANSFER, GST_KS_FAKE_IMPORT
  };
  GstKsFakeOp op = ops[g_rand_int_range (scene->random, 0,
          G_N_ELEMENTS (ops))];
  guint n = g_rand_int_range (scene->random, 1, 6);

  g_string_append_printf (scene->story, " the fake kinds' call %d fails, the"
      " %u. from now\n", op, n);
  gst_ks_fake_fail_at (op, n);
}

/* --- branches --- */

typedef enum
{ IDLE_PENDING, IDLE_AT_WORK, IDLE_DONE, IDLE_LEFT } IdleState;

/* Counted: the probe may come late. */
typedef struct
{
  RandomScene *scene;
  GstElement *tee;
  GstElement *branch;           /* NULL: the pad is unlinked */
  IdleState state;              /* guarded by the scene's lock */
} Idle;

static Idle *
idle_new (RandomScene * scene, GstElement * tee, GstElement * branch)
{
  Idle *idle = g_atomic_rc_box_new0 (Idle);

  *idle = (Idle) {
  scene, tee, branch, IDLE_PENDING};
  return idle;
}

/* TRUE when the state was from. */
static gboolean
idle_move (Idle * idle, IdleState from, IdleState to)
{
  gboolean moved;

  g_mutex_lock (&idle->scene->lock);
  moved = idle->state == from;
  if (moved)
    idle->state = to;
  g_cond_broadcast (&idle->scene->came);
  g_mutex_unlock (&idle->scene->lock);
  return moved;
}

static void
link_branch (Idle * idle)
{
  g_autoptr (GstPad) src = gst_element_request_pad_simple (idle->tee, "src_%u");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (idle->branch, "sink");

  gst_pad_link (src, sink);
}

static GstPadProbeReturn
idle_came (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Idle *idle = user_data;
  g_autoptr (GstPad) peer = NULL;

  if (!idle_move (idle, IDLE_PENDING, IDLE_AT_WORK))
    return GST_PAD_PROBE_REMOVE;
  peer = gst_pad_get_peer (pad);
  if (idle->branch != NULL)
    link_branch (idle);
  else if (peer != NULL)
    gst_pad_unlink (pad, peer);
  idle_move (idle, IDLE_AT_WORK, IDLE_DONE);
  return GST_PAD_PROBE_REMOVE;
}

/* Nothing goes through the pad meanwhile: an event would be on a new pad before
 * those that it comes after. A pad that is busy for long, since its frames wait
 * for something, is left alone; its probe finds that out and goes. Takes idle. */
static gboolean
do_when_idle (Idle * idle, GstPad * pad)
{
  RandomScene *scene = idle->scene;
  gint64 end = g_get_monotonic_time () + G_TIME_SPAN_SECOND;
  gboolean left;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_IDLE, idle_came,
      g_atomic_rc_box_acquire (idle), g_atomic_rc_box_release);
  g_mutex_lock (&scene->lock);
  while (idle->state != IDLE_DONE
      && g_cond_wait_until (&scene->came, &scene->lock, end));
  g_mutex_unlock (&scene->lock);
  left = idle_move (idle, IDLE_PENDING, IDLE_LEFT);
  g_mutex_lock (&scene->lock);
  while (idle->state == IDLE_AT_WORK)
    g_cond_wait (&scene->came, &scene->lock);
  g_mutex_unlock (&scene->lock);
  g_atomic_rc_box_release (idle);
  return !left;
}

/* The pipeline may be on its way to a state, and would take it along. */
static void
remove_branch (RandomScene * scene, GstElement * branch)
{
  gst_element_set_locked_state (branch, TRUE);
  gst_element_set_state (branch, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (scene->pipeline), branch);
}

static void
add_branch (RandomScene * scene)
{
  GstElement *tee = pick (scene, scene->tees);
  g_autofree gchar *text = random_line_branch (scene->random, scene->video);
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) src = NULL;
  GstElement *branch;

  if (tee == NULL || scene->branches->len >= 3)
    return;
  g_string_append_printf (scene->story, " behind %s: %s\n",
      GST_ELEMENT_NAME (tee), text);
  branch = gst_parse_bin_from_description (text, TRUE, NULL);
  gst_bin_add (GST_BIN (scene->pipeline), branch);
  if (!gst_element_sync_state_with_parent (branch)) {
    g_string_append (scene->story, "  no: it does not start\n");
    remove_branch (scene, branch);
    return;
  }
  sink = gst_element_get_static_pad (tee, "sink");
  src = gst_pad_get_peer (sink);
  if (do_when_idle (idle_new (scene, tee, branch), src)) {
    g_ptr_array_add (scene->branches, gst_object_ref (branch));
  } else {
    /* No end would ever come to its sink, and the pipeline would wait for that. */
    g_string_append (scene->story, "  no: busy\n");
    remove_branch (scene, branch);
  }
}

static void
drop_branch (RandomScene * scene)
{
  GstElement *branch = pick (scene, scene->branches);
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) src = NULL;
  g_autoptr (GstElement) tee = NULL;

  if (branch == NULL)
    return;
  g_string_append (scene->story, " a branch goes\n");
  sink = gst_element_get_static_pad (branch, "sink");
  src = gst_pad_get_peer (sink);
  if (src != NULL && !do_when_idle (idle_new (scene, NULL, NULL), src)) {
    g_string_append (scene->story, "  no: busy\n");
    return;
  }
  remove_branch (scene, branch);
  tee = src ? gst_pad_get_parent_element (src) : NULL;
  if (tee != NULL)
    gst_element_release_request_pad (tee, src);
  g_ptr_array_remove (scene->branches, branch);
}

void
random_scene_change (RandomScene * scene)
{
  static void (*const changes[]) (RandomScene *) = {
    change_property, change_property, change_property, change_caps,
    change_caps, change_state, seek, change_negotiator, trim, look, fail_once,
    add_branch, drop_branch,
  };

  changes[g_rand_int_range (scene->random, 0, G_N_ELEMENTS (changes))] (scene);
}
