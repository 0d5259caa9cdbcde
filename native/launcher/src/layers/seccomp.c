#define _GNU_SOURCE
#include "layers/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include "program.h"
#include "setup.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the seccomp filter knows x86-64 and aarch64"
#endif

/* Numbers above 423 are equal on every architecture, and older headers lack them. */
static const unsigned refused[] = {
    /* other processes: their memory, registers, descriptors */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, 438 /* pidfd_getfd */,
    440 /* process_madvise */, 448 /* process_mrelease */, SYS_migrate_pages, SYS_move_pages,
    /* kernel machinery with a long record of escapes */
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, 425 /* io_uring_setup */, 426 /* io_uring_enter */,
    427 /* io_uring_register */, SYS_add_key, SYS_keyctl, SYS_request_key, SYS_vmsplice, SYS_lookup_dcookie,
    SYS_fanotify_init, SYS_fanotify_mark,
    /* mounts and namespaces */
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, KERNEL_OPEN_TREE, KERNEL_MOVE_MOUNT,
    KERNEL_FSOPEN, KERNEL_FSCONFIG, KERNEL_FSMOUNT, 433 /* fspick */, KERNEL_MOUNT_SETATTR, 467 /* open_tree_attr */,
    443 /* quotactl_fd */, SYS_quotactl, SYS_open_by_handle_at, SYS_name_to_handle_at,
    /* the machine */
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_acct, SYS_syslog, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_sethostname,
    SYS_setdomainname, SYS_vhangup, SYS_nfsservctl,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
#ifdef __x86_64__
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS__sysctl, SYS_uselib, SYS_ustat, SYS_sysfs, SYS_create_module,
    SYS_get_kernel_syms, SYS_query_module,
#endif
};

static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
static const uint32_t personalities[] = {0, 0xffffffff /* asks for the current one */};

/* ioctl numbers that type into a terminal, the classic way out of a shared one. */
enum { TERMINAL_TYPE_INPUT = 0x5412, TERMINAL_LINUX = 0x541C };

static const uint32_t new_namespaces = NAMESPACE_MOUNT | NAMESPACE_CGROUP | NAMESPACE_UTS | NAMESPACE_IPC |
                                       NAMESPACE_USER | NAMESPACE_PID | NAMESPACE_NETWORK;

static void assemble(struct program *program, bool stops_by_signal) {
  program_begin(program, ARCHITECTURE);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) program_refuse(program, refused[i], EPERM);
  /* clone3 keeps its flags in memory where a filter cannot look; on ENOSYS the C libraries fall back to clone. */
  program_refuse(program, KERNEL_CLONE3, ENOSYS);
  program_refuse_bits(program, SYS_clone, 0, new_namespaces, EPERM);
  program_refuse_value(program, SYS_ioctl, 1, TERMINAL_TYPE_INPUT, EPERM);
  program_refuse_value(program, SYS_ioctl, 1, TERMINAL_LINUX, EPERM);
  program_refuse_others(program, SYS_personality, 0, personalities, 2, EPERM);
  program_refuse_others(program, SYS_socket, 0, families, 4, EAFNOSUPPORT);
  /* Node asks for its interfaces by netlink; every other netlink protocol is closed. */
  program_refuse_pair(program, SYS_socket, 0, AF_NETLINK, 2, 0 /* NETLINK_ROUTE */, EAFNOSUPPORT);
  /* The limits of another process, above all those of pid 1. */
  const uint32_t oneself = 0;
  program_refuse_others(program, SYS_prlimit64, 0, &oneself, 1, EPERM);
  if (stops_by_signal) {
    /* A frozen process must not be woken by a signal that it ordered beforehand. */
    program_refuse(program, SYS_timer_create, ENOSYS);
    program_refuse(program, SYS_mq_notify, ENOSYS);
    program_refuse_both(program, SYS_fcntl, 1, F_SETSIG, 2, SIGCONT, EINVAL);
    program_refuse_both(program, SYS_prctl, 0, PR_SET_PDEATHSIG, 1, SIGCONT, EINVAL);
  }
  program_end(program);
}

unsigned seccomp_restrict(bool stops_by_signal) {
  struct program program;
  assemble(&program, stops_by_signal);
#ifndef CLAWHOLD_TEST_WITHOUT_SECCOMP
  struct sock_fprog filter = {.len = (unsigned short)program.length, .filter = program.code};
  setup_need(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), "install its system call filter");
#endif
  return program.length;
}
