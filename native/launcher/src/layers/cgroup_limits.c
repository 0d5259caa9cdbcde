#define _GNU_SOURCE
#include "layers/cgroup_limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "first.h"
#include "text_file.h"

/* Microseconds after which a group may run again; the kernel's default. */
enum { PERIOD = 100 * 1000, VERSION_1_WEIGHT = 1024, VERSION_2_WEIGHT = 100, DISK_NAME = 32 };

static bool set(struct cgroup *group, enum cgroup_controller controller, const char *version_1, const char *version_2,
                uint64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  return cgroup_write(group, controller, version_1, version_2, text);
}

static void limit_processors(struct cgroup *group, uint32_t thousandths) {
  char text[64];
  uint64_t quota = (uint64_t)thousandths * PERIOD / 1000;
  if (!thousandths) return;
  snprintf(text, sizeof text, cgroup_is_unified(CGROUP_PROCESSORS) ? "%llu %d" : "%llu", (unsigned long long)quota, PERIOD);
  cgroup_write(group, CGROUP_PROCESSORS, "/cpu.cfs_quota_us", "/cpu.max", text);
}

/* The number of the disk that a folder lies on, as the kernel wants it: not that of a part of it. */
static bool disk_of(const char *folder, char *disk) {
  struct stat status;
  char path[96];
  if (stat(folder, &status)) return false;
  snprintf(disk, DISK_NAME, "%u:%u", major(status.st_dev), minor(status.st_dev));
  snprintf(path, sizeof path, "/sys/dev/block/%s/partition", disk);
  if (access(path, F_OK)) return true;
  snprintf(path, sizeof path, "/sys/dev/block/%s/../dev", disk);
  if (!text_file_read(path, disk, DISK_NAME)) return false;
  disk[strcspn(disk, "\n")] = 0;
  return true;
}

/* Where a file system has no disk of its own the kernel refuses, and the measurement says so. */
static void limit_disk(struct cgroup *group, const char *folder, uint64_t rate) {
  char disk[DISK_NAME], text[128];
  unsigned long long bytes = rate;
  if (!rate || !group->holds[CGROUP_DISKS] || !disk_of(folder, disk)) return;
  if (cgroup_is_unified(CGROUP_DISKS)) snprintf(text, sizeof text, "%s rbps=%llu wbps=%llu", disk, bytes, bytes);
  else snprintf(text, sizeof text, "%s %llu", disk, bytes);
  cgroup_write(group, CGROUP_DISKS, "/blkio.throttle.read_bps_device", "/io.max", text);
  if (!cgroup_is_unified(CGROUP_DISKS)) cgroup_write(group, CGROUP_DISKS, "/blkio.throttle.write_bps_device", "", text);
}

void cgroup_limit(struct cgroup *group, const struct start_request *request) {
  const struct limits *limits = &request->limits;
  if (group->holds[CGROUP_MEMORY]) {
    group->holds[CGROUP_MEMORY] = set(group, CGROUP_MEMORY, "/memory.limit_in_bytes", "/memory.max", limits->memory);
    set(group, CGROUP_MEMORY, "/memory.memsw.limit_in_bytes", "/memory.swap.max",
        cgroup_is_unified(CGROUP_MEMORY) ? 0 : limits->memory);
  }
  /* More than asked for: the launcher stays inside as pid 1. */
  if (group->holds[CGROUP_PROCESSES])
    group->holds[CGROUP_PROCESSES] =
        set(group, CGROUP_PROCESSES, "/pids.max", "/pids.max", (uint64_t)limits->processes + FIRST_THREADS);
  limit_processors(group, limits->processors);
  limit_disk(group, request->storage, limits->disk_rate);
  limit_disk(group, request->task_folder, limits->disk_rate);
}

static uint64_t number(const struct cgroup *group, enum cgroup_controller controller, const char *version_1,
                       const char *version_2) {
  char text[64];
  return cgroup_read(group, controller, version_1, version_2, text, sizeof text) ? strtoull(text, NULL, 10) : 0;
}

static uint64_t measure_processors(const struct cgroup *group) {
  char text[64];
  long long quota, period = PERIOD;
  if (!cgroup_read(group, CGROUP_PROCESSORS, "/cpu.cfs_quota_us", "/cpu.max", text, sizeof text)) return 0;
  /* Without a limit version 2 says "max", version 1 -1. */
  if (sscanf(text, "%lld %lld", &quota, &period) < 1 || quota <= 0) return 0;
  if (!cgroup_is_unified(CGROUP_PROCESSORS)) period = (long long)number(group, CGROUP_PROCESSORS, "/cpu.cfs_period_us", "");
  return period > 0 ? (uint64_t)(quota * 1000 / period) : 0;
}

/* Version 1 has a file for each direction; a disk stands in both or in one. */
static void measure_disks(const struct cgroup *group, char *disks, size_t size) {
  static const char *const files[] = {"/blkio.throttle.read_bps_device", "/blkio.throttle.write_bps_device"};
  static const char *const words[] = {"rbps", "wbps"};
  char text[256], disk[DISK_NAME];
  size_t length = 0;
  *disks = 0;
  if (cgroup_is_unified(CGROUP_DISKS)) {
    cgroup_read(group, CGROUP_DISKS, "", "/io.max", disks, size);
    return;
  }
  for (unsigned i = 0; i < 2; i++) {
    unsigned long long rate;
    int used;
    if (!cgroup_read(group, CGROUP_DISKS, files[i], "", text, sizeof text)) continue;
    for (const char *at = text; sscanf(at, "%31s %llu%n", disk, &rate, &used) == 2 && length < size; at += used)
      length += (size_t)snprintf(disks + length, size - length, "%s %s=%llu\n", disk, words[i], rate);
  }
}

void cgroup_measure(const struct cgroup *group, struct cgroup_limits *limits) {
  *limits = (struct cgroup_limits){
      .memory = number(group, CGROUP_MEMORY, "/memory.limit_in_bytes", "/memory.max"),
      .processes = number(group, CGROUP_PROCESSES, "/pids.max", "/pids.max"),
      .weight = number(group, CGROUP_PROCESSORS, "/cpu.shares", "/cpu.weight"),
      .processors = measure_processors(group),
  };
  if (!cgroup_is_unified(CGROUP_PROCESSORS)) limits->weight = limits->weight * VERSION_2_WEIGHT / VERSION_1_WEIGHT;
  measure_disks(group, limits->disks, sizeof limits->disks);
}

bool cgroup_limits_equal(const struct cgroup_limits *one, const struct cgroup_limits *other) {
  return one->memory == other->memory && one->processes == other->processes && one->weight == other->weight &&
         one->processors == other->processors && !strcmp(one->disks, other->disks);
}
