#define _GNU_SOURCE
#include "layers/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "setup.h"

/* linux/securebits.h: NOROOT, NO_SETUID_FIXUP, not KEEP_CAPS, NO_CAP_AMBIENT_RAISE, each with its lock. */
enum { LOCKED_SECURITY_BITS = 0xEF, HIGHEST_CAPABILITY = 63 };

/*
 * What a privileged launcher does with each capability it keeps:
 *   CHOWN, FOWNER           give storage folders to the sandboxes' id, restore owners when changes are kept
 *   DAC_OVERRIDE, DAC_READ_SEARCH
 *                           task folders and storage below 0700 folders of other accounts
 *   FSETID                  keep a folder's set-group-id bit when a kept file is written into it
 *   KILL                    end and signal sandboxes, which have other host ids
 *   SETUID, SETGID          write id maps of other ids; drop the supervisor to its account
 *   SETPCAP                 drop capabilities from the bounding set
 *   SYS_ADMIN               mount clones, id-mapped mounts
 */
static const unsigned needed[] = {
    CAP_CHOWN, CAP_FOWNER, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FSETID,
    CAP_KILL,  CAP_SETUID, CAP_SETGID,       CAP_SETPCAP,         CAP_SYS_ADMIN,
};

static int set_capabilities(uint64_t effective) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {
      {.effective = (uint32_t)effective, .permitted = (uint32_t)effective},
      {.effective = (uint32_t)(effective >> 32), .permitted = (uint32_t)(effective >> 32)},
  };
  return (int)syscall(SYS_capset, &header, data);
}

void privileges_pass_on(const unsigned *capabilities, unsigned count) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  setup_need((int)syscall(SYS_capget, &header, data), "read its capabilities");
  for (unsigned i = 0; i < count; i++) data[capabilities[i] / 32].inheritable |= 1u << capabilities[i] % 32;
  setup_need((int)syscall(SYS_capset, &header, data), "pass capabilities on");
  for (unsigned i = 0; i < count; i++)
    setup_need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capabilities[i], 0, 0), "pass capabilities on");
}

static void drop_bounding_set(uint64_t keep) {
  for (unsigned capability = 0; capability <= HIGHEST_CAPABILITY; capability++)
    if (!(keep >> capability & 1)) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

void privileges_drop_all(void) {
#ifndef CLAWHOLD_TEST_WITHOUT_CAPABILITY_DROP
  drop_bounding_set(0);
  setup_need(prctl(PR_SET_SECUREBITS, LOCKED_SECURITY_BITS, 0, 0, 0), "lock its security bits");
  setup_need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "drop its ambient capabilities");
  setup_need(set_capabilities(0), "drop its capabilities");
#endif
}

void privileges_forbid_new(void) {
#ifndef CLAWHOLD_TEST_WITHOUT_NO_NEW_PRIVILEGES
  setup_need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "forbid new privileges");
#endif
}

static void need(int result, const char *what) {
  if (!result) return;
  fprintf(stderr, "clawhold-launcher: could not %s: %m\n", what);
  exit(70);
}

void privileges_keep_needed(void) {
  uint64_t keep = 0;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) keep |= UINT64_C(1) << needed[i];
  drop_bounding_set(keep);
  need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "drop ambient capabilities");
  need(set_capabilities(keep), "reduce its capabilities");
}

void privileges_become(unsigned user, unsigned group) {
  need(setgroups(0, NULL), "leave its groups");
  drop_bounding_set(0);
  need(setresgid(group, group, group), "become the supervisor's group");
  need(setresuid(user, user, user), "become the supervisor's account");
  need(set_capabilities(0), "drop capabilities");
}
