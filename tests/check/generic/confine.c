/* Runs a command as a container, a service or a careful user would have it run.
 *
 * usage: confine [--as=N] [--data=N] [--fsize=N] [--memlock=N] [--nofile=N]
 *                [--deny=CALL[,CALL...][:EPERM|:ENOSYS]] -- COMMAND...
 *
 * The first ones are limits (setrlimit) in bytes, --nofile in descriptors; with
 * --memlock root does without CAP_IPC_LOCK, which would let it lock what it
 * likes. --deny has calls of the system answered with an error by a filter
 * (seccomp). Exit status 126: it could not be set up, with the reason.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CANNOT 126
#define MAX_CALLS 16

static const struct
{
  const char *name;
  int resource;
} limits[] = {
  {"--as=", RLIMIT_AS}, {"--data=", RLIMIT_DATA}, {"--fsize=", RLIMIT_FSIZE},
  {"--memlock=", RLIMIT_MEMLOCK}, {"--nofile=", RLIMIT_NOFILE},
};

static const struct
{
  const char *name;
  unsigned number;
} calls[] = {
  {"memfd_create", SYS_memfd_create}, {"mbind", SYS_mbind},
  {"get_mempolicy", SYS_get_mempolicy}, {"set_mempolicy", SYS_set_mempolicy},
  {"mlock", SYS_mlock}, {"mlock2", SYS_mlock2}, {"madvise", SYS_madvise},
  {"fallocate", SYS_fallocate}, {"userfaultfd", SYS_userfaultfd},
};

static void
cannot (const char *what)
{
  fprintf (stderr, "confine: %s: %s\n", what, strerror (errno));
  exit (CANNOT);
}

static void
unknown (const char *what)
{
  fprintf (stderr, "confine: unknown: %s\n", what);
  exit (CANNOT);
}

/* Who has not got it in the first place need not drop it. */
static void
drop_lock_capability (void)
{
  if (prctl (PR_CAPBSET_READ, CAP_IPC_LOCK, 0, 0, 0) == 1 && geteuid () == 0
      && prctl (PR_CAPBSET_DROP, CAP_IPC_LOCK, 0, 0, 0) < 0)
    cannot ("dropping CAP_IPC_LOCK");
}

static int
set_limit (const char *word)
{
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    size_t n = strlen (limits[i].name);
    struct rlimit limit;

    if (strncmp (word, limits[i].name, n) != 0)
      continue;
    limit.rlim_cur = limit.rlim_max = strtoull (word + n, NULL, 10);
    if (limits[i].resource == RLIMIT_MEMLOCK)
      drop_lock_capability ();
    if (setrlimit (limits[i].resource, &limit) < 0)
      cannot (word);
    return 1;
  }
  return 0;
}

static unsigned
number_of (const char *name)
{
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
    if (strcmp (calls[i].name, name) == 0)
      return calls[i].number;
  }
  unknown (name);
  return 0;
}

static int
split_answer (char *names)
{
  char *colon = strchr (names, ':');

  if (colon == NULL)
    return EPERM;
  *colon = '\0';
  if (strcmp (colon + 1, "EPERM") != 0 && strcmp (colon + 1, "ENOSYS") != 0)
    unknown (colon + 1);
  return strcmp (colon + 1, "EPERM") == 0 ? EPERM : ENOSYS;
}

/* Loads the number of the call; answers those that are named, allows the rest.
 * Numbers of another architecture's calls would be other calls: nothing here
 * makes any. */
static void
deny (char *names)
{
  const int answer = split_answer (names);
  struct sock_filter code[2 * MAX_CALLS + 2] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
  };
  struct sock_fprog program = { 1, code };

  for (char *name = strtok (names, ","); name; name = strtok (NULL, ",")) {
    if (program.len >= 2 * MAX_CALLS)
      unknown ("so many calls");
    code[program.len++] = (struct sock_filter)
        BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number_of (name), 0, 1);
    code[program.len++] = (struct sock_filter)
        BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned) answer);
  }
  code[program.len++] = (struct sock_filter)
      BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
      || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
    cannot ("the filter of system calls");
}

int
main (int argc, char **argv)
{
  int i;

  for (i = 1; i < argc && strcmp (argv[i], "--") != 0; i++) {
    if (strncmp (argv[i], "--deny=", 7) == 0)
      deny (argv[i] + 7);
    else if (!set_limit (argv[i]))
      unknown (argv[i]);
  }
  if (i + 1 >= argc)
    unknown ("no command");
  execvp (argv[i + 1], argv + i + 1);
  cannot (argv[i + 1]);
}
