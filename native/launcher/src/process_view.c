#define _GNU_SOURCE
#include "process_view.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "layers/mounts.h"
#include "setup.h"

/* Covered by /dev/null: kernel memory, keys, timers, page tables, and the switch that reboots a machine. */
static const char *const masked_files[] = {
    "proc/kcore",      "proc/kmsg",       "proc/keys",         "proc/key-users",  "proc/timer_list",
    "proc/kallsyms",   "proc/kpagecount", "proc/kpageflags",   "proc/kpagecgroup", "proc/sysrq-trigger",
    "proc/sched_debug", "proc/latency_stats", "proc/vmallocinfo", "proc/modules",
};

/* Covered by an empty folder, or made read-only. */
static const char *const masked_folders[] = {"proc/acpi", "proc/scsi", "proc/driver"};
static const char *const read_only_folders[] = {"proc/sys", "proc/bus", "proc/fs", "proc/irq"};

static void cover(const char *path) {
  struct stat status;
  if (stat(path, &status)) return;
  int nothing = setup_need(mounts_clone("/dev/null", 0, ATTRIBUTE_READ_ONLY), "mask a file of /proc");
  setup_need(kernel_move_mount(nothing, AT_FDCWD, path), "mask a file of /proc");
  close(nothing);
}

void process_view_mask(void) {
  for (size_t i = 0; i < sizeof masked_files / sizeof *masked_files; i++) cover(masked_files[i]);
  struct stat status;
  for (size_t i = 0; i < sizeof masked_folders / sizeof *masked_folders; i++)
    if (!stat(masked_folders[i], &status))
      setup_need(mount("tmpfs", masked_folders[i], "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k,mode=0555"),
                 "mask a folder of /proc");
  for (size_t i = 0; i < sizeof read_only_folders / sizeof *read_only_folders; i++) {
    if (stat(read_only_folders[i], &status)) continue;
    int tree = mounts_clone(read_only_folders[i], 0,
                            ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES | ATTRIBUTE_NO_EXECUTE);
    setup_need(tree, "make a folder of /proc read-only");
    setup_need(kernel_move_mount(tree, AT_FDCWD, read_only_folders[i]), "make a folder of /proc read-only");
    close(tree);
  }
}

void process_view_place(void) {
  if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
    setup_fail("sandbox_proc_refused", "Inside a container, start it with an unmasked /proc.",
               "The kernel refused a /proc of the sandbox's own: %m.");
  process_view_mask();
}
