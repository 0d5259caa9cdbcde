#include "layers/seccomp/calls.h"

static const struct call calls[] = {
    /* files: opening, reading, writing */
    CALL(read, 0, 63), CALL(write, 1, 64), CALL(open, 2, NONE), CALL(openat, 257, 56), CALL(openat2, 437, 437),
    CALL(creat, 85, NONE), CALL(close, 3, 57), CALL(close_range, 436, 436), CALL(lseek, 8, 62), CALL(pread64, 17, 67),
    CALL(pwrite64, 18, 68), CALL(readv, 19, 65), CALL(writev, 20, 66), CALL(preadv, 295, 69), CALL(pwritev, 296, 70),
    CALL(preadv2, 327, 286), CALL(pwritev2, 328, 287), CALL(dup, 32, 23), CALL(dup2, 33, NONE), CALL(dup3, 292, 24),
    CALL(sendfile, 40, 71), CALL(copy_file_range, 326, 285), CALL(splice, 275, 76), CALL(tee, 276, 77),
    CALL(fadvise64, 221, 223), CALL(readahead, 187, 213), CALL(fallocate, 285, 47), CALL(truncate, 76, 45),
    CALL(ftruncate, 77, 46), CALL(fsync, 74, 82), CALL(fdatasync, 75, 83), CALL(sync, 162, 81), CALL(syncfs, 306, 267),
    CALL(sync_file_range, 277, 84), CALL(flock, 73, 32), CALL(cachestat, 451, 451),
    /* files: what they are, and names */
    CALL(stat, 4, NONE), CALL(fstat, 5, 80), CALL(lstat, 6, NONE), CALL(newfstatat, 262, 79), CALL(statx, 332, 291),
    CALL(statfs, 137, 43), CALL(fstatfs, 138, 44), CALL(access, 21, NONE), CALL(faccessat, 269, 48),
    CALL(faccessat2, 439, 439), CALL(getdents, 78, NONE), CALL(getdents64, 217, 61), CALL(getcwd, 79, 17),
    CALL(chdir, 80, 49), CALL(fchdir, 81, 50), CALL(rename, 82, NONE), CALL(renameat, 264, 38),
    CALL(renameat2, 316, 276), CALL(mkdir, 83, NONE), CALL(mkdirat, 258, 34), CALL(rmdir, 84, NONE),
    CALL(link, 86, NONE), CALL(linkat, 265, 37), CALL(unlink, 87, NONE), CALL(unlinkat, 263, 35),
    CALL(symlink, 88, NONE), CALL(symlinkat, 266, 36), CALL(readlink, 89, NONE), CALL(readlinkat, 267, 78),
    CALL(mknod, 133, NONE), CALL(mknodat, 259, 33), CALL(umask, 95, 166), CALL(chmod, 90, NONE), CALL(fchmod, 91, 52),
    CALL(fchmodat, 268, 53), CALL(fchmodat2, 452, 452), CALL(chown, 92, NONE), CALL(fchown, 93, 55),
    CALL(lchown, 94, NONE), CALL(fchownat, 260, 54), CALL(utime, 132, NONE), CALL(utimes, 235, NONE),
    CALL(futimesat, 261, NONE), CALL(utimensat, 280, 88), CALL(setxattr, 188, 5), CALL(lsetxattr, 189, 6),
    CALL(fsetxattr, 190, 7), CALL(getxattr, 191, 8), CALL(lgetxattr, 192, 9), CALL(fgetxattr, 193, 10),
    CALL(listxattr, 194, 11), CALL(llistxattr, 195, 12), CALL(flistxattr, 196, 13), CALL(removexattr, 197, 14),
    CALL(lremovexattr, 198, 15), CALL(fremovexattr, 199, 16), CALL(inotify_init, 253, NONE),
    CALL(inotify_init1, 294, 26), CALL(inotify_add_watch, 254, 27), CALL(inotify_rm_watch, 255, 28),
    /* pipes, waiting, events */
    CALL(pipe, 22, NONE), CALL(pipe2, 293, 59), CALL(poll, 7, NONE), CALL(ppoll, 271, 73), CALL(select, 23, NONE),
    CALL(pselect6, 270, 72), CALL(epoll_create, 213, NONE), CALL(epoll_create1, 291, 20), CALL(epoll_ctl, 233, 21),
    CALL(epoll_wait, 232, NONE), CALL(epoll_pwait, 281, 22), CALL(epoll_pwait2, 441, 441), CALL(eventfd, 284, NONE),
    CALL(eventfd2, 290, 19), CALL(signalfd, 282, NONE), CALL(signalfd4, 289, 74), CALL(timerfd_create, 283, 85),
    CALL(timerfd_settime, 286, 86), CALL(timerfd_gettime, 287, 87),
    /* memory */
    CALL(mmap, 9, 222), CALL(mprotect, 10, 226), CALL(munmap, 11, 215), CALL(mremap, 25, 216), CALL(msync, 26, 227),
    CALL(mincore, 27, 232), CALL(madvise, 28, 233), CALL(brk, 12, 214), CALL(mlock, 149, 228), CALL(mlock2, 325, 284),
    CALL(munlock, 150, 229), CALL(mlockall, 151, 230), CALL(munlockall, 152, 231), CALL(memfd_create, 319, 279),
    CALL(pkey_mprotect, 329, 288), CALL(pkey_alloc, 330, 289), CALL(pkey_free, 331, 290), CALL(mseal, 462, 462),
    CALL(map_shadow_stack, 453, 453), CALL(membarrier, 324, 283),
    /* System V memory, semaphores and messages, in an IPC namespace of its own */
    CALL(shmget, 29, 194), CALL(shmat, 30, 196), CALL(shmctl, 31, 195), CALL(shmdt, 67, 197), CALL(semget, 64, 190),
    CALL(semop, 65, 193), CALL(semtimedop, 220, 192), CALL(semctl, 66, 191), CALL(msgget, 68, 186),
    CALL(msgsnd, 69, 189), CALL(msgrcv, 70, 188), CALL(msgctl, 71, 187),
    /* sockets, once there is one */
    CALL(connect, 42, 203), CALL(accept, 43, 202), CALL(accept4, 288, 242), CALL(bind, 49, 200), CALL(listen, 50, 201),
    CALL(shutdown, 48, 210), CALL(sendto, 44, 206), CALL(recvfrom, 45, 207), CALL(sendmsg, 46, 211),
    CALL(recvmsg, 47, 212), CALL(sendmmsg, 307, 269), CALL(recvmmsg, 299, 243), CALL(getsockname, 51, 204),
    CALL(getpeername, 52, 205), CALL(setsockopt, 54, 208), CALL(getsockopt, 55, 209),
    /* processes and threads */
    CALL(fork, 57, NONE), CALL(vfork, 58, NONE), CALL(execve, 59, 221), CALL(execveat, 322, 281), CALL(exit, 60, 93),
    CALL(exit_group, 231, 94), CALL(wait4, 61, 260), CALL(waitid, 247, 95), CALL(getpid, 39, 172),
    CALL(getppid, 110, 173), CALL(gettid, 186, 178), CALL(set_tid_address, 218, 96), CALL(getpgid, 121, 155),
    CALL(setpgid, 109, 154), CALL(getpgrp, 111, NONE), CALL(getsid, 124, 156), CALL(setsid, 112, 157),
    CALL(pidfd_open, 434, 434), CALL(pidfd_send_signal, 424, 424), CALL(futex, 202, 98), CALL(futex_waitv, 449, 449),
    CALL(futex_wake, 454, 454), CALL(futex_wait, 455, 455), CALL(futex_requeue, 456, 456),
    CALL(set_robust_list, 273, 99), CALL(get_robust_list, 274, 100), CALL(rseq, 334, 293),
    CALL(restart_syscall, 219, 128), CALL(arch_prctl, 158, NONE), CALL(getcpu, 309, 168),
    /* signals */
    CALL(rt_sigaction, 13, 134), CALL(rt_sigprocmask, 14, 135), CALL(rt_sigreturn, 15, 139),
    CALL(rt_sigpending, 127, 136), CALL(rt_sigtimedwait, 128, 137), CALL(rt_sigqueueinfo, 129, 138),
    CALL(rt_tgsigqueueinfo, 297, 240), CALL(rt_sigsuspend, 130, 133), CALL(sigaltstack, 131, 132), CALL(kill, 62, 129),
    CALL(tkill, 200, 130), CALL(tgkill, 234, 131), CALL(pause, 34, NONE),
    /* who it is; no capability stands behind these */
    CALL(getuid, 102, 174), CALL(geteuid, 107, 175), CALL(getgid, 104, 176), CALL(getegid, 108, 177),
    CALL(getresuid, 118, 148), CALL(getresgid, 120, 150), CALL(getgroups, 115, 158), CALL(setuid, 105, 146),
    CALL(setgid, 106, 144), CALL(setreuid, 113, 145), CALL(setregid, 114, 143), CALL(setresuid, 117, 147),
    CALL(setresgid, 119, 149), CALL(setfsuid, 122, 151), CALL(setfsgid, 123, 152), CALL(setgroups, 116, 159),
    CALL(capget, 125, 90), CALL(capset, 126, 91),
    /* scheduling and limits of its own */
    CALL(sched_yield, 24, 124), CALL(sched_setparam, 142, 118), CALL(sched_getparam, 143, 121),
    CALL(sched_setscheduler, 144, 119), CALL(sched_getscheduler, 145, 120), CALL(sched_get_priority_max, 146, 125),
    CALL(sched_get_priority_min, 147, 126), CALL(sched_rr_get_interval, 148, 127), CALL(sched_setaffinity, 203, 122),
    CALL(sched_getaffinity, 204, 123), CALL(sched_setattr, 314, 274), CALL(sched_getattr, 315, 275),
    CALL(getpriority, 140, 141), CALL(setpriority, 141, 140), CALL(ioprio_set, 251, 30), CALL(ioprio_get, 252, 31),
    CALL(getrlimit, 97, 163), CALL(setrlimit, 160, 164), CALL(getrusage, 98, 165), CALL(times, 100, 153),
    /* time */
    CALL(nanosleep, 35, 101), CALL(clock_nanosleep, 230, 115), CALL(clock_gettime, 228, 113),
    CALL(clock_getres, 229, 114), CALL(gettimeofday, 96, 169), CALL(time, 201, NONE), CALL(alarm, 37, NONE),
    CALL(getitimer, 36, 102), CALL(setitimer, 38, 103), CALL(timer_settime, 223, 110), CALL(timer_gettime, 224, 108),
    CALL(timer_getoverrun, 225, 109), CALL(timer_delete, 226, 111),
    /* the system, and filters that narrow further */
    CALL(uname, 63, 160), CALL(sysinfo, 99, 179), CALL(getrandom, 318, 278), CALL(landlock_create_ruleset, 444, 444),
    CALL(landlock_add_rule, 445, 445), CALL(landlock_restrict_self, 446, 446),
};

const struct calls allowed_calls = CALLS(calls);
