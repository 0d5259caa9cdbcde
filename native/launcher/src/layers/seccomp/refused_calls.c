#include "layers/seccomp/calls.h"

static const struct call calls[] = {
    /* other processes: their memory, registers, descriptors */
    CALL(ptrace, 101, 117), CALL(process_vm_readv, 310, 270), CALL(process_vm_writev, 311, 271), CALL(kcmp, 312, 272),
    CALL(pidfd_getfd, 438, 438), CALL(process_madvise, 440, 440), CALL(process_mrelease, 448, 448),
    CALL(migrate_pages, 256, 238), CALL(move_pages, 279, 239),
    /* kernel machinery with a long record of escapes */
    CALL(bpf, 321, 280), CALL(perf_event_open, 298, 241), CALL(userfaultfd, 323, 282), CALL(io_uring_setup, 425, 425),
    CALL(io_uring_enter, 426, 426), CALL(io_uring_register, 427, 427), CALL(add_key, 248, 217), CALL(keyctl, 250, 219),
    CALL(request_key, 249, 218), CALL(vmsplice, 278, 75), CALL(fanotify_init, 300, 262), CALL(fanotify_mark, 301, 263),
    /* mounts and namespaces */
    CALL(mount, 165, 40), CALL(umount2, 166, 39), CALL(pivot_root, 155, 41), CALL(chroot, 161, 51),
    CALL(unshare, 272, 97), CALL(setns, 308, 268), CALL(open_tree, 428, 428), CALL(move_mount, 429, 429),
    CALL(fsopen, 430, 430), CALL(fsconfig, 431, 431), CALL(fsmount, 432, 432), CALL(fspick, 433, 433),
    CALL(mount_setattr, 442, 442), CALL(open_tree_attr, 467, 467), CALL(quotactl, 179, 60), CALL(quotactl_fd, 443, 443),
    CALL(open_by_handle_at, 304, 265), CALL(name_to_handle_at, 303, 264),
    /* the machine */
    CALL(init_module, 175, 105), CALL(finit_module, 313, 273), CALL(delete_module, 176, 106),
    CALL(kexec_load, 246, 104), CALL(kexec_file_load, 320, 294), CALL(reboot, 169, 142), CALL(swapon, 167, 224),
    CALL(swapoff, 168, 225), CALL(acct, 163, 89), CALL(syslog, 103, 116), CALL(settimeofday, 164, 170),
    CALL(clock_settime, 227, 112), CALL(clock_adjtime, 305, 266), CALL(adjtimex, 159, 171), CALL(sethostname, 170, 161),
    CALL(setdomainname, 171, 162), CALL(vhangup, 153, 58),
    /* the processor */
    CALL(iopl, 172, NONE), CALL(ioperm, 173, NONE), CALL(modify_ldt, 154, NONE),
};

const struct calls refused_calls = CALLS(calls);

/*
 * The kernel keeps these to the sandbox: its processes have a pid namespace and a user of their own, Landlock lets none
 * trace what is outside its domain, and the first process cannot be traced at all.
 */
static const struct call debugger[] = {
    CALL(ptrace, 101, 117), CALL(process_vm_readv, 310, 270), CALL(process_vm_writev, 311, 271), CALL(kcmp, 312, 272),
};

const struct profile_calls profile_calls[PROFILES] = {{PROFILE_DEBUGGER, CALLS(debugger)}};
