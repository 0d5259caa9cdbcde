#define _GNU_SOURCE
#include "layers/landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "setup.h"

/* linux/landlock.h, up to version 6 of the interface. */
struct ruleset {
  uint64_t files, network, scopes;
};
struct path_rule {
  uint64_t allowed;
  int32_t folder;
} __attribute__((packed));

enum { GET_VERSION = 1, RULE_PATH = 1, SCOPE_ABSTRACT_SOCKET = 1, SCOPE_SIGNAL = 2 };

#ifndef CLAWHOLD_TEST_WITHOUT_LANDLOCK_SCOPES
enum { SCOPES = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL };
#else
enum { SCOPES = 0 };
#endif

#define EXECUTE (1u << 0)
#define WRITE_FILE (1u << 1)
#define READ_FILE (1u << 2)
#define READ_FOLDER (1u << 3)
#define MAKE_CHARACTER_DEVICE (1u << 6)
#define MAKE_BLOCK_DEVICE (1u << 11)
#define READING ((uint64_t)(EXECUTE | READ_FILE | READ_FOLDER))
#define TRUNCATE (1u << 14)
#define DEVICE_CONTROL (1u << 15)

unsigned landlock_version(void) {
  long version = syscall(KERNEL_LANDLOCK_CREATE_RULESET, NULL, 0, GET_VERSION);
#ifdef CLAWHOLD_TEST_WITH_LANDLOCK_VERSION
  if (version > CLAWHOLD_TEST_WITH_LANDLOCK_VERSION) version = CLAWHOLD_TEST_WITH_LANDLOCK_VERSION;
#endif
  return version > 0 ? (unsigned)version : 0;
}

static uint64_t file_rights(unsigned version) {
  uint64_t rights = (1u << 13) - 1; /* version 1 */
  if (version >= 2) rights |= 1u << 13; /* move between folders */
  if (version >= 3) rights |= TRUNCATE;
  if (version >= 5) rights |= DEVICE_CONTROL;
  return rights;
}

static void allow(int ruleset, const char *path, uint64_t rights) {
  struct path_rule rule = {.allowed = rights, .folder = open(path, O_PATH | O_CLOEXEC)};
  setup_need(rule.folder, "find a path for Landlock");
  setup_need((int)syscall(KERNEL_LANDLOCK_ADD_RULE, ruleset, RULE_PATH, &rule, 0), "add a Landlock rule");
  close(rule.folder);
}

/* What is a sandbox's own, with what the platform gives in it; what lies there besides is for the mounts to keep away. */
static const char *const own_folders[] = {"/etc", "/dev", "/proc", "/opt", "/run", "/var", "/home"};

static void allow_listed(int ruleset, const struct files_request *files, const struct paths *paths, uint64_t writing) {
  for (size_t i = 0; i < sizeof own_folders / sizeof *own_folders; i++) allow(ruleset, own_folders[i], READING);
  for (uint32_t i = 0; i < files->path_count; i++) {
    const struct path_request *path = &files->paths[i];
    struct stat status;
    if (paths->states[i] > PATH_OF_SYSTEM || stat(path->path, &status)) continue;
    allow(ruleset, path->path, path->writes ? writing : S_ISDIR(status.st_mode) ? READING : READING & ~READ_FOLDER);
  }
}

static uint64_t writing_rights(unsigned version) {
  return file_rights(version) & ~(uint64_t)(MAKE_CHARACTER_DEVICE | MAKE_BLOCK_DEVICE | DEVICE_CONTROL);
}

struct landlock landlock_describe(const struct files_request *files, const struct paths *paths) {
  struct landlock landlock = {.version = landlock_version(), .ruleset = -1};
  unsigned version = landlock.version;
#ifdef CLAWHOLD_TEST_WITHOUT_LANDLOCK
  (void)allow, (void)file_rights, (void)allow_listed, (void)files, (void)paths;
  return landlock;
#endif
  if (!version && !files->strict) return landlock;
  if (!version)
    setup_fail("sandbox_landlock_missing",
               "Start the kernel with `lsm=` and a list that begins with landlock; it needs CONFIG_SECURITY_LANDLOCK.",
               "This kernel does not offer Landlock, which every sandbox needs.");
  uint64_t every = file_rights(version), writing = writing_rights(version);
  /*
   * No rules for TCP: they name single ports, and what an agent serves to itself may have any of 64,512. See
   * docs/decisions/2026-11-22-landlock-and-tcp.md.
   */
  struct ruleset rules = {.files = every, .scopes = version >= LANDLOCK_SCOPES ? SCOPES : 0};
  /* An older kernel refuses a structure with fields it does not know. */
  size_t size = version >= LANDLOCK_SCOPES ? sizeof rules : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
  int ruleset = (int)syscall(KERNEL_LANDLOCK_CREATE_RULESET, &rules, size, 0);
  setup_need(ruleset, "make a Landlock rule set");
  if (files->listed) allow_listed(ruleset, files, paths, writing);
  else allow(ruleset, "/", READING);
  if (files->temporary) allow(ruleset, "/tmp", writing);
  if (files->shared_memory) allow(ruleset, "/dev/shm", writing);
  static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
    allow(ruleset, devices[i], every & (READ_FILE | WRITE_FILE | TRUNCATE));
  landlock.ruleset = ruleset;
  return landlock;
}

void landlock_enter(const struct landlock *landlock, enum task_access task) {
  if (landlock->ruleset < 0) return;
  if (task != TASK_HIDDEN) allow(landlock->ruleset, "/task", task == TASK_WRITE ? writing_rights(landlock->version) : READING);
  setup_need((int)syscall(KERNEL_LANDLOCK_RESTRICT_SELF, landlock->ruleset, 0), "enter its Landlock domain");
}
