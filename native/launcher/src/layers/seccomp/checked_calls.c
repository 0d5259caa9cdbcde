#define _GNU_SOURCE
#include "layers/seccomp/checked_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "kernel.h"

#define COUNT(array) (unsigned)(sizeof array / sizeof *array)

static void clone_(struct program *program) {
  program_load_argument(program, 0);
  program_refuse_bits(program,
                      NAMESPACE_MOUNT | NAMESPACE_CGROUP | NAMESPACE_UTS | NAMESPACE_IPC | NAMESPACE_USER |
                          NAMESPACE_PID | NAMESPACE_NETWORK,
                      EPERM);
  program_allow(program);
}

/* These type into a terminal, the classic way out of a shared one. */
static void ioctl_(struct program *program) {
  enum { TERMINAL_TYPE_INPUT = 0x5412, TERMINAL_LINUX = 0x541C };
  program_load_argument(program, 1);
  program_refuse_value(program, TERMINAL_TYPE_INPUT, EPERM);
  program_refuse_value(program, TERMINAL_LINUX, EPERM);
  program_allow(program);
}

static void personality_(struct program *program) {
  static const uint32_t ordinary[] = {0, 0xffffffff /* asks for the current one */};
  program_load_argument(program, 0);
  program_refuse_others(program, ordinary, COUNT(ordinary), EPERM);
  program_allow(program);
}

static void socket_(struct program *program) {
  static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
  static const uint32_t route = 0; /* NETLINK_ROUTE: Node asks for its interfaces; every other protocol is closed */
  program_load_argument(program, 0);
  program_refuse_others(program, families, COUNT(families), EAFNOSUPPORT);
  program_allow_others(program, AF_NETLINK);
  program_load_argument(program, 2);
  program_refuse_others(program, &route, 1, EAFNOSUPPORT);
  program_allow(program);
}

static void socketpair_(struct program *program) {
  static const uint32_t unix_ = AF_UNIX;
  program_load_argument(program, 0);
  program_refuse_others(program, &unix_, 1, EAFNOSUPPORT);
  program_allow(program);
}

/* The limits of another process, above all those of pid 1. */
static void prlimit64_(struct program *program) {
  static const uint32_t oneself = 0;
  program_load_argument(program, 0);
  program_refuse_others(program, &oneself, 1, EPERM);
  program_allow(program);
}

/* A filter that asks another process holds its caller where no signal stops it. */
static void seccomp_(struct program *program) {
  enum { NEW_LISTENER = 1 << 3 };
  program_load_argument(program, 1);
  program_refuse_bits(program, NEW_LISTENER, EPERM);
  program_allow(program);
}

/* A frozen process must not be woken by a signal that it ordered beforehand. */
static void fcntl_(struct program *program) {
  program_load_argument(program, 1);
  program_allow_others(program, F_SETSIG);
  program_load_argument(program, 2);
  program_refuse_value(program, SIGCONT, EINVAL);
  program_allow(program);
}

static void prctl_(struct program *program) {
  program_load_argument(program, 0);
  program_allow_others(program, PR_SET_PDEATHSIG);
  program_load_argument(program, 1);
  program_refuse_value(program, SIGCONT, EINVAL);
  program_allow(program);
}

static void timer_create_(struct program *program) {
  program_refuse(program, ENOSYS);
}

const struct checked_call checked_calls[CHECKED_CALLS] = {
    {CALL(clone, 56, 220), clone_, false},
    {CALL(ioctl, 16, 29), ioctl_, false},
    {CALL(personality, 135, 92), personality_, false},
    {CALL(socket, 41, 198), socket_, false},
    {CALL(socketpair, 53, 199), socketpair_, false},
    {CALL(prlimit64, 302, 261), prlimit64_, false},
    {CALL(seccomp, 317, 277), seccomp_, false},
    {CALL(fcntl, 72, 25), fcntl_, true},
    {CALL(prctl, 157, 167), prctl_, true},
    {CALL(timer_create, 222, 107), timer_create_, true},
};
