#define _GNU_SOURCE
#include "remount.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"
#include "layers/overlay.h"
#include "setup.h"
#include "signals.h"

/* Declared weak as in job.c. */
int tree_main(int count, char **arguments) __attribute__((weak));

/* What a program that just ended had open, the kernel may let go of a moment later. */
enum { ATTEMPTS = 20, PAUSE = 5 * 1000 * 1000 };

static void enter(int space, int kind) { setup_need(setns(space, kind), "enter the sandbox"); }

static bool let_go(void) {
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!umount2("/task", UMOUNT_NOFOLLOW)) return true;
    if (errno != EBUSY) return false;
    nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
  }
  return false;
}

/* In a process of its own: whoever entered the sandbox has no rights on the host any more, which are needed next. */
static void unmount_old(const struct remount_request *request) {
  pid_t child = fork();
  if (child < 0) _exit(REMOUNT_IN_USE);
  if (!child) {
    enter(request->user, CLONE_NEWUSER);
    enter(request->mounts, CLONE_NEWNS);
    _exit(let_go() ? REMOUNT_DONE : REMOUNT_IN_USE);
  }
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != REMOUNT_DONE) _exit(REMOUNT_IN_USE);
}

static void seal(const struct remount_request *request) {
  char upper[4096];
  if (!*request->seal) return;
  if (!tree_main || (size_t)snprintf(upper, sizeof upper, "%s/view/upper", request->view.storage) >= sizeof upper) _exit(70);
  char *arguments[] = {"seal", upper, (char *)request->view.pool, (char *)request->seal};
  if (tree_main(4, arguments)) _exit(70);
}

/* Where the layers can lie for a moment: a copy of the host's mounts that only this process sees, and that ends with it. */
static void leave_host(const struct remount_request *request) {
  enter(request->user, CLONE_NEWUSER);
  setup_need(unshare(CLONE_NEWNS), "have mounts of its own");
  setup_need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "keep its mounts to itself");
  identity_assume();
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher"); /* which the change of user untied */
}

static void mount_new(const struct remount_request *request) {
  const struct start_request *view = &request->view;
  bool privileged = identity_privileged();
  struct overlay overlay;
  if (privileged) {
    struct overlay_tables tables = {identity_table_open(), identity_table_open()};
    overlay = overlay_take(view, &tables, OVERLAY_AGAIN);
  }
  leave_host(request);
  if (!privileged) overlay = overlay_take(view, NULL, OVERLAY_AGAIN);
  int tree = overlay_make(&overlay, view->layers, view->files.task == TASK_READ ? ATTRIBUTE_READ_ONLY : 0);
  enter(request->mounts, CLONE_NEWNS);
  int target = setup_need(open("/task", O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), "find the place of the task folder");
  setup_need(kernel_move_mount_onto(tree, target), "place the task folder");
}

/* Of the launcher's descriptors only the two namespaces stay. */
static void begin_afresh(struct remount_request *request) {
  enum { USER_AT = 3, MOUNTS_AT = 4 };
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signals_begin_afresh();
  int user = fcntl(request->user, F_DUPFD_CLOEXEC, 64), mounts = fcntl(request->mounts, F_DUPFD_CLOEXEC, 64);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (user < 0 || mounts < 0 || nothing < 0) _exit(REMOUNT_IN_USE);
  dup2(nothing, 0), dup2(nothing, 1);
  request->user = dup3(user, USER_AT, O_CLOEXEC);
  request->mounts = dup3(mounts, MOUNTS_AT, O_CLOEXEC);
  kernel_close_range(MOUNTS_AT + 1, ~0u);
}

pid_t remount_start(const struct remount_request *request) {
  pid_t process = fork();
  if (process) return process;
  struct remount_request own = *request;
  begin_afresh(&own);
  bool shown = own.view.files.task != TASK_HIDDEN;
  if (shown) unmount_old(&own);
  seal(&own);
  if (shown) mount_new(&own);
  _exit(REMOUNT_DONE);
}
