/* Backends: how they are found, opened once and kept open.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

#define N_THREADS 8

/* The kind `two-words`: has two devices, and opens another backend
 * while it is opened itself. */

static gboolean asks_itself;

typedef struct
{
  GstKsBackend parent;
} GstKsBackendTwoWords;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendTwoWordsClass;

GType gst_ks_backend_two_words_get_type (void);
G_DEFINE_TYPE (GstKsBackendTwoWords, gst_ks_backend_two_words,
    GST_TYPE_KS_BACKEND);

static gboolean
two_words_open (GstKsBackend * self, GError ** error)
{
  const gchar *other = asks_itself ? "two-words" : "fake";
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (other, NULL, error);

  return backend != NULL;
}

static GstKsFraming *
two_words_describe (GstKsBackend * self)
{
  return gst_ks_framing_parse ("two-words", NULL);
}

static GstAllocator *
two_words_create_allocator (GstKsBackend * self, GError ** error)
{
  return g_object_new (GST_TYPE_KS_FAKE_ALLOCATOR, NULL);
}

static gchar *
two_words_note (GstKsBackend * self)
{
  return g_strdup_printf ("the %s one", gst_ks_backend_peek_device (self));
}

static gchar **
two_words_list_devices (GstKsBackendClass * klass)
{
  return g_strsplit ("left right", " ", -1);
}

/* Known by a name that is not in the list. */
static gboolean
two_words_check_device (GstKsBackendClass * klass, const gchar * device,
    GError ** error)
{
  if (g_str_equal (device, "sinister"))
    return TRUE;
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "only two hands");
  return FALSE;
}

static GstContext *
two_words_get_context (GstKsBackend * self, const gchar * type)
{
  return gst_context_new (type, TRUE);
}

static void
gst_ks_backend_two_words_class_init (GstKsBackendTwoWordsClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "two-words";
  backend_class->open = two_words_open;
  backend_class->describe = two_words_describe;
  backend_class->create_allocator = two_words_create_allocator;
  backend_class->list_devices = two_words_list_devices;
  backend_class->note = two_words_note;
  backend_class->check_device = two_words_check_device;
  backend_class->context_type = "test.two.words";
  backend_class->get_context = two_words_get_context;
}

static void
gst_ks_backend_two_words_init (GstKsBackendTwoWords * self)
{
}

static void
setup (void)
{
  asks_itself = FALSE;
  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  fail_unless (gst_ks_backend_register (NULL,
          gst_ks_backend_two_words_get_type ()));
}

static void
teardown (void)
{
  gsize bytes;

  fail_unless_equals_int (gst_ks_fake_get_outstanding (&bytes), 0);
  fail_unless (bytes == 0);
}

static void
assert_error (GError ** error, GstKsError code, const gchar * part)
{
  fail_unless (g_error_matches (*error, GST_KS_ERROR, code),
      "error: %s", *error ? (*error)->message : "none");
  fail_unless (strstr ((*error)->message, part) != NULL, "'%s' is not in '%s'",
      part, (*error)->message);
  g_clear_error (error);
}

static GstKsBackend *
get (const gchar * kind, const gchar * device)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get (kind, device, &error);

  fail_unless (backend != NULL, "%s: %s", kind, error ? error->message : "?");
  return backend;
}

/* --- finding --- */

static void
set_rank (const gchar * name, guint rank)
{
  g_autoptr (GstPluginFeature) feature =
      gst_registry_find_feature (gst_registry_get (), name,
      GST_TYPE_DYNAMIC_TYPE_FACTORY);

  gst_plugin_feature_set_rank (feature, rank);
}

/* Of the kinds of this program; plugins may bring more. */
static void
assert_kinds (const gchar * expected)
{
  g_auto (GStrv) kinds = gst_ks_backend_list_kinds ();
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; kinds[i]; i++) {
    if (g_str_equal (kinds[i], "fake") || g_str_equal (kinds[i], "two-words"))
      g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "", kinds[i]);
  }
  fail_unless_equals_string (list->str, expected);
}

GST_START_TEST (test_list_is_by_rank_then_name)
{
  assert_kinds ("fake two-words");
  set_rank ("GstKsBackendTwoWords", GST_RANK_PRIMARY);
  assert_kinds ("two-words fake");
  set_rank ("GstKsBackendFake", GST_RANK_PRIMARY + 1);
  assert_kinds ("fake two-words");
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN), 0);
}

GST_END_TEST;

static const gchar *const unknown_kinds[] = {
  "nothing", "Fake", "", "-", "fake-", "-fake", "two--words", "two words",
  "twoWords", "9p", "système", "GstKsBackendFake"
};

GST_START_TEST (test_unknown_kind)
{
  const gchar *kind = unknown_kinds[__i__];
  g_autofree gchar *quoted = g_strdup_printf ("'%s'", kind);
  GError *error = NULL;

  fail_unless (gst_ks_backend_get (kind, NULL, &error) == NULL, "%s", kind);
  fail_unless (strstr (error->message, "system") != NULL);
  fail_unless (strstr (error->message, "two-words") != NULL);
  fail_unless (strstr (error->message, "fake") != NULL);
  assert_error (&error, GST_KS_ERROR_UNKNOWN_KIND, quoted);
}

GST_END_TEST;

GST_START_TEST (test_refusal_has_the_reason)
{
  GError *error = NULL;

  gst_ks_fake_fail_at (GST_KS_FAKE_OPEN, 1);
  fail_unless (gst_ks_backend_get ("fake", NULL, &error) == NULL);
  assert_error (&error, GST_KS_ERROR_UNAVAILABLE,
      "call 1 of open was told to fail");
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 0);

  /* hardware may come later: a refusal is not remembered */
  g_object_unref (get ("fake", NULL));
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 1);
}

GST_END_TEST;

GST_START_TEST (test_devices)
{
  g_autoptr (GstKsBackend) left = get ("two-words", "left");
  g_autoptr (GstKsBackend) right = get ("two-words", "right");
  g_autoptr (GstKsBackend) any = get ("two-words", "");
  g_autoptr (GstKsBackend) again = get ("two-words", "left");
  g_autoptr (GstKsBackend) named = get ("two-words", "sinister");
  GError *error = NULL;

  fail_unless_equals_string (gst_ks_backend_peek_device (left), "left");
  fail_unless_equals_string (gst_ks_backend_peek_kind (left), "two-words");
  fail_unless (gst_ks_backend_peek_device (any) == NULL);
  fail_unless (left == again && left != right && left != any);
  fail_unless_equals_string (gst_ks_backend_peek_device (named), "sinister");

  fail_unless (!gst_ks_backend_get ("two-words", "middle", &error));
  assert_error (&error, GST_KS_ERROR_INVALID,
      "'middle': only two hands; there is: left, right");
  fail_unless (!gst_ks_backend_get ("fake", "left", &error));
  assert_error (&error, GST_KS_ERROR_INVALID, "without a name");
}

GST_END_TEST;

/* Nothing is opened for that. */
GST_START_TEST (test_lists_devices)
{
  g_auto (GStrv) two = gst_ks_backend_list_devices ("two-words", NULL);
  g_auto (GStrv) one = gst_ks_backend_list_devices ("fake", NULL);
  GError *error = NULL;

  fail_unless (two && g_strv_length (two) == 2);
  fail_unless_equals_string (two[1], "right");
  fail_unless (one && g_strv_length (one) == 0);
  fail_unless (!gst_ks_backend_list_devices ("no-such-kind", &error));
  assert_error (&error, GST_KS_ERROR_UNKNOWN_KIND, "no-such-kind");
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN), 0);
}

GST_END_TEST;

GST_START_TEST (test_note)
{
  g_autoptr (GstKsBackend) left = get ("two-words", "left");
  g_autoptr (GstKsBackend) fake = get ("fake", NULL);
  g_autofree gchar *note = gst_ks_backend_get_note (left);

  fail_unless_equals_string (note, "the left one");
  fail_unless (gst_ks_backend_get_note (fake) == NULL);
}

GST_END_TEST;

/* Without this the thread would wait for itself. */
GST_START_TEST (test_open_asks_for_itself)
{
  GError *error = NULL;

  asks_itself = TRUE;
  fail_unless (!gst_ks_backend_get ("two-words", NULL, &error));
  assert_error (&error, GST_KS_ERROR_UNAVAILABLE, "its own kind");
  asks_itself = FALSE;
  g_object_unref (get ("two-words", NULL));
}

GST_END_TEST;

/* --- lifetime --- */

GST_START_TEST (test_same_while_held)
{
  GstKsBackend *one = get ("fake", NULL);
  GstKsBackend *two = get ("fake", NULL);

  fail_unless (one == two);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN), 1);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_DESCRIBE), 1);
  g_object_unref (one);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 0);
  g_object_unref (two);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 1);
  g_object_unref (get ("fake", NULL));
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN), 2);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 2);
}

GST_END_TEST;

GST_START_TEST (test_memory_keeps_it_open)
{
  GstKsBackend *backend = get ("fake", NULL);
  GstAllocator *allocator = gst_ks_backend_create_allocator (backend, NULL);

  fail_unless (gst_ks_backend_peek (allocator) == backend);
  g_object_unref (backend);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 0);

  GstMemory *memory = gst_allocator_alloc (allocator, 100, NULL);
  gst_object_unref (allocator);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 0);
  gst_memory_unref (memory);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE), 1);
}

GST_END_TEST;

GST_START_TEST (test_strangers_have_no_backend)
{
  g_autoptr (GstAllocator) ours = gst_ks_allocator_get ("system", NULL, NULL);
  g_autoptr (GstAllocator) stock = gst_allocator_find (NULL);

  fail_unless (ours != NULL && gst_ks_backend_peek (ours) == NULL);
  fail_unless (gst_ks_backend_peek (stock) == NULL);
}

GST_END_TEST;

static gpointer
get_many (gpointer unused)
{
  for (guint i = 0; i < 200; i++) {
    g_autoptr (GstKsBackend) backend =
        gst_ks_backend_get (i % 2 ? "fake" : "two-words", NULL, NULL);

    if (!backend)
      return GINT_TO_POINTER (1);
  }
  return NULL;
}

static guint
failed_threads (GThreadFunc func)
{
  GThread *threads[N_THREADS];
  guint failed = 0;

  for (guint t = 0; t < N_THREADS; t++)
    threads[t] = g_thread_new ("getter", func, NULL);
  for (guint t = 0; t < N_THREADS; t++)
    failed += g_thread_join (threads[t]) != NULL;
  return failed;
}

/* Opening and closing all the time: never two at once, never one too many. */
GST_START_TEST (test_threads_come_and_go)
{
  fail_unless_equals_int (failed_threads (get_many), 0);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN),
      gst_ks_fake_get_calls (GST_KS_FAKE_CLOSE));
}

GST_END_TEST;

GST_START_TEST (test_threads_share_one)
{
  g_autoptr (GstKsBackend) fake G_GNUC_UNUSED = get ("fake", NULL);
  g_autoptr (GstKsBackend) two_words G_GNUC_UNUSED = get ("two-words", NULL);

  fail_unless_equals_int (failed_threads (get_many), 0);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_OPEN), 1);
}

GST_END_TEST;

/* An application's allocator may have the name of one of ours. */
GST_START_TEST (test_strangers_have_no_context)
{
  g_autoptr (GstQuery) query = gst_query_new_context ("test.two.words");
  GstAllocator *stranger = g_object_new (GST_TYPE_KS_FAKE_ALLOCATOR, NULL);

  gst_allocator_register ("ks-two-words", gst_object_ref_sink (stranger));
  fail_if (gst_ks_backend_answer_context ("two-words", NULL, query));
}

GST_END_TEST;

static Suite *
backend_suite (void)
{
  Suite *suite = suite_create ("backend");
  TCase *tcase = tcase_create ("all");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_list_is_by_rank_then_name);
  tcase_add_loop_test (tcase, test_unknown_kind, 0,
      G_N_ELEMENTS (unknown_kinds));
  tcase_add_test (tcase, test_refusal_has_the_reason);
  tcase_add_test (tcase, test_devices);
  tcase_add_test (tcase, test_lists_devices);
  tcase_add_test (tcase, test_note);
  tcase_add_test (tcase, test_open_asks_for_itself);
  tcase_add_test (tcase, test_same_while_held);
  tcase_add_test (tcase, test_memory_keeps_it_open);
  tcase_add_test (tcase, test_strangers_have_no_backend);
  tcase_add_test (tcase, test_threads_come_and_go);
  tcase_add_test (tcase, test_threads_share_one);
  tcase_add_test (tcase, test_strangers_have_no_context);
  return suite;
}

GST_CHECK_MAIN (backend);
