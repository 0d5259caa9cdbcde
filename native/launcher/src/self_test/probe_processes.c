/* Attempts to see, signal or enter other processes. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "request.h"
#include "self_test/self_test.h"

static bool identity(const struct self_test *test) {
  (void)test;
  return getuid() == INSIDE_ID && geteuid() == INSIDE_ID && getgid() == INSIDE_ID && setuid(0) && setgid(0) &&
         setuid(65534);
}

/* /proc shows pid 1, us, and what outsider.h put there. */
static bool visible(const struct self_test *test) {
  DIR *folder = opendir("/proc");
  if (!folder) return false;
  bool held = true;
  for (struct dirent *entry; (entry = readdir(folder));) {
    int process = atoi(entry->d_name);
    if (process && process != 1 && process != getpid() && process != test->outsider) held = false;
  }
  closedir(folder);
  return held && getppid() == 1;
}

/* The thread of the first process is as deaf as that is: see signal(7) about the first process of a namespace. */
static bool is_known(const struct self_test *test, pid_t process) {
  return process == getpid() || process == test->outsider || process == test->server;
}

static bool signals(const struct self_test *test) {
  for (pid_t process = 2; process < 64; process++)
    if (!is_known(test, process) && (!kill(process, 0) || errno != ESRCH)) return false;
  return true;
}

static bool cannot_list(const char *path) {
  DIR *folder = opendir(path);
  if (folder) closedir(folder);
  return !folder;
}

static bool first_process(const struct self_test *test) {
  (void)test;
  char byte;
  struct iovec local = {&byte, 1}, remote = {(void *)&process_probes, 1};
  return ptrace(PTRACE_SEIZE, 1, NULL, NULL) && process_vm_readv(1, &local, 1, &remote, 1, 0) < 0 &&
         open("/proc/1/mem", O_RDWR | O_CLOEXEC) < 0 && open("/proc/1/environ", O_RDONLY | O_CLOEXEC) < 0 &&
         cannot_list("/proc/1/fd") && readlink("/proc/1/exe", &byte, 1) < 0 && readlink("/proc/1/root", &byte, 1) < 0;
}

const struct self_test_probe process_probes[] = {
    {"processes.identity", identity, 0},
    {"processes.visible", visible, 0},
    {"processes.signals", signals, 0},
    {"processes.first-process", first_process, 0},
    {0},
};
