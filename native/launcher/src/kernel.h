/*
 * Kernel interfaces that the C library of an older distribution does not declare.
 *
 * We carry the numbers ourselves so that the launcher compiles against the headers of Debian 12 (and older) and still
 * uses what a newer kernel offers. All of these system calls have the same number on every architecture.
 */
#ifndef CLAWHOLD_KERNEL_H
#define CLAWHOLD_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KERNEL_PIDFD_SEND_SIGNAL 424
#define KERNEL_OPEN_TREE 428
#define KERNEL_MOVE_MOUNT 429
#define KERNEL_FSOPEN 430
#define KERNEL_FSCONFIG 431
#define KERNEL_FSMOUNT 432
#define KERNEL_PIDFD_OPEN 434
#define KERNEL_CLONE3 435
#define KERNEL_CLOSE_RANGE 436
#define KERNEL_OPENAT2 437
#define KERNEL_MOUNT_SETATTR 442
#define KERNEL_LANDLOCK_CREATE_RULESET 444
#define KERNEL_LANDLOCK_ADD_RULE 445
#define KERNEL_LANDLOCK_RESTRICT_SELF 446

#define TREE_CLONE 1u
#define TREE_CLOEXEC 02000000u
#define TREE_EMPTY_PATH 0x1000u
#define TREE_RECURSIVE 0x8000u
#define MOVE_FROM_EMPTY_PATH 0x4u
#define MOVE_TO_EMPTY_PATH 0x40u
#define FILESYSTEM_CLOEXEC 1u
#define CONFIG_FLAG 0u
#define CONFIG_STRING 1u
#define CONFIG_CREATE 6u
#define ATTRIBUTE_READ_ONLY 0x1u
#define ATTRIBUTE_NO_SETUID 0x2u
#define ATTRIBUTE_NO_DEVICES 0x4u
#define ATTRIBUTE_NO_EXECUTE 0x8u
#define ATTRIBUTE_ID_MAP 0x100000u

#define RESOLVE_WITHOUT_MAGIC_LINKS 0x02u
#define RESOLVE_WITHOUT_SYMLINKS 0x04u
#define RESOLVE_BELOW 0x08u

#define NAMESPACE_TIME 0x00000080u
#define NAMESPACE_MOUNT 0x00020000u
#define NAMESPACE_CGROUP 0x02000000u
#define NAMESPACE_UTS 0x04000000u
#define NAMESPACE_IPC 0x08000000u
#define NAMESPACE_USER 0x10000000u
#define NAMESPACE_PID 0x20000000u
#define NAMESPACE_NETWORK 0x40000000u
#define CLONE_WITH_SAME_PARENT 0x00008000u

struct kernel_mount_attributes {
  uint64_t set, clear, propagation, user_namespace;
};

struct kernel_clone_arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

struct kernel_open_how {
  uint64_t flags, mode, resolve;
};

static inline int kernel_open_tree(int folder, const char *path, unsigned flags) {
  return (int)syscall(KERNEL_OPEN_TREE, folder, path, flags | TREE_CLOEXEC);
}

static inline int kernel_move_mount(int mount, int folder, const char *target) {
  return (int)syscall(KERNEL_MOVE_MOUNT, mount, "", folder, target, MOVE_FROM_EMPTY_PATH);
}

static inline int kernel_move_mount_onto(int mount, int target) {
  return (int)syscall(KERNEL_MOVE_MOUNT, mount, "", target, "", MOVE_FROM_EMPTY_PATH | MOVE_TO_EMPTY_PATH);
}

static inline int kernel_mount_setattr(int mount, unsigned flags, struct kernel_mount_attributes *attributes) {
  return (int)syscall(KERNEL_MOUNT_SETATTR, mount, "", flags | TREE_EMPTY_PATH, attributes, sizeof *attributes);
}

static inline int kernel_fsopen(const char *type) {
  return (int)syscall(KERNEL_FSOPEN, type, FILESYSTEM_CLOEXEC);
}

static inline int kernel_fsconfig(int context, unsigned command, const char *key, const char *value) {
  return (int)syscall(KERNEL_FSCONFIG, context, command, key, value, 0);
}

static inline int kernel_fsmount(int context, unsigned attributes) {
  return (int)syscall(KERNEL_FSMOUNT, context, FILESYSTEM_CLOEXEC, attributes);
}

static inline int kernel_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve) {
  struct kernel_open_how how = {.flags = flags, .resolve = resolve};
  return (int)syscall(KERNEL_OPENAT2, folder, path, &how, sizeof how);
}

static inline pid_t kernel_clone3(struct kernel_clone_arguments *arguments) {
  return (pid_t)syscall(KERNEL_CLONE3, arguments, sizeof *arguments);
}

/* A descriptor that names a process for ever, and is readable when it has ended. */
static inline int kernel_open_process(pid_t process) { return (int)syscall(KERNEL_PIDFD_OPEN, process, 0); }

static inline int kernel_signal_process(int process, int number) {
  return (int)syscall(KERNEL_PIDFD_SEND_SIGNAL, process, number, NULL, 0);
}

/* Closes every descriptor from `first` to `last`, both included. */
static inline int kernel_close_range(unsigned first, unsigned last) {
  return (int)syscall(KERNEL_CLOSE_RANGE, first, last, 0);
}

#endif
