/*
 * walk-calls dry|real [NUMBER]: prints what answers each system call from 0 to 600, or the one that is named: the call's
 * number and an errno, 0 when it worked or never came back. Each runs in a process of its own with zeros for arguments,
 * which do no harm to anybody. Only tests run it.
 *
 * The kernel takes the strictest answer of all filters: with `dry`, a filter of our own lets no call be carried out that
 * the sandbox's filter would let through (SECCOMP_RET_TRACE without a tracer is ENOSYS), whatever it would do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NUMBERS = 601, NO_ANSWER = -1 };

static void withhold(int number) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = 4, .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) _exit(99);
}

int main(int count, char **arguments) {
  int dry = count > 1 && !strcmp(arguments[1], "dry");
  volatile int *answers = mmap(NULL, NUMBERS * sizeof *answers, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (answers == MAP_FAILED) return 1;
  for (int number = count > 2 ? atoi(arguments[2]) : 0; number < (count > 2 ? atoi(arguments[2]) + 1 : NUMBERS); number++) {
    answers[number] = NO_ANSWER;
    pid_t child = fork();
    if (child < 0) return 1;
    if (!child) {
      setsid(); /* some calls are about a whole group */
      if (dry) withhold(number);
      /* It would wait for every disk of the machine. */
      long result = !dry && number == SYS_sync ? 0 : syscall(number, 0, 0, 0, 0, 0, 0);
      answers[number] = result < 0 ? errno : 0;
      _exit(0);
    }
    /* A few wait for what never comes. */
    for (int tries = 0; tries < 2000 && !waitpid(child, NULL, WNOHANG); tries++) usleep(100);
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) > 0) continue;
    printf("%d %d\n", number, answers[number] == NO_ANSWER ? 0 : answers[number]);
  }
  return 0;
}
