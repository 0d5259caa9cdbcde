#define _GNU_SOURCE
#include "container/docker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container/visit.h"
#include "setup.h"

/* With nothing in it: what a sandbox sees is not Docker's. */
#define IMAGE "clawhold-empty:1"
enum { EMPTY_ARCHIVE = 1024 /* tar: two blocks of zeros */ };

/* Runs it to its end; nothing it writes is of interest, but for what it fails with. */
static int run(int input, char *const arguments[]) {
  int status;
  pid_t process = setup_need(fork(), "make a process");
  if (!process) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(input < 0 ? nothing : input, 0), dup2(nothing, 1);
    if (input < 0) dup2(nothing, 2);
    execvp(arguments[0], arguments);
    _exit(127);
  }
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void need_image(void) {
  if (run(-1, (char *[]){"docker", "image", "inspect", IMAGE, NULL}) != 1) return;
  int archive = setup_need(memfd_create("empty", MFD_CLOEXEC), "make an empty image");
  setup_need(ftruncate(archive, EMPTY_ARCHIVE), "make an empty image");
  run(archive, (char *[]){"docker", "import", "-", IMAGE, NULL});
}

void docker_call(const struct start_request *request, const char *invitation) {
  char user[32], mount[128], label[96];
  snprintf(user, sizeof user, "%u:%u", geteuid(), getegid());
  snprintf(mount, sizeof mount, "type=bind,source=%s,target=" VISIT_PLACE ",readonly", invitation);
  snprintf(label, sizeof label, "clawhold.sandbox=%.64s", request->name);
  need_image();
  execlp("docker", "docker", "run", "--rm", "--pull", "never", "--label", label, "--network", "none", "--read-only",
         /* The user who made the namespaces that it will enter, and that is all its right to them. */
         "--user", user, "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
         /* They forbid what it is there for. The sandbox has its own filter before anything runs. */
         "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined", "--log-driver", "none", "--restart",
         "no", "--mount", mount, IMAGE, VISIT_PLACE "/" VISIT_PROGRAM, "visit", (char *)NULL);
}
