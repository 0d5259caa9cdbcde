#define _GNU_SOURCE
#include "starting.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "layers/identity.h"
#include "setup.h"
#include "signals.h"

/* Keeps nothing of the launcher's: descriptors, signal settings, streams. */
void starting_begin_afresh(int setup, int channel) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setup = fcntl(setup, F_DUPFD_CLOEXEC, 64);
  channel = fcntl(channel, F_DUPFD_CLOEXEC, 64);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (setup < 0 || channel < 0 || nothing < 0) _exit(71);
  for (int stream = 0; stream < 3; stream++) dup2(nothing, stream);
  dup3(setup, STARTING_SETUP_AT, O_CLOEXEC);
  dup3(channel, STARTING_CHANNEL_AT, O_CLOEXEC);
  kernel_close_range(STARTING_CHANNEL_AT + 1, ~0u);
  signals_begin_afresh();
}

static const char *const namespaces[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"};

/* Its namespaces never change: they are looked at before there is a hurry. */
void starting_write_namespaces(struct buffer *message, pid_t first) {
  for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)first, namespaces[i]);
    setup_need(stat(path, &status), "look at its namespaces");
    write_text(message, namespaces[i]);
    write_u64(message, status.st_ino);
  }
}

void starting_report_birth(pid_t first, const struct cgroup *group, const struct buffer *seen) {
  struct buffer message = {0};
  write_u8(&message, SETUP_BORN);
  write_u32(&message, (uint32_t)first);
  for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) write_u8(&message, group->holds[i]);
  buffer_append(&message, buffer_bytes(seen), buffer_length(seen));
  setup_send(&message, -1);
  buffer_free(&message);
}

size_t starting_receive_request(struct handover *handover, uint8_t *packet) {
  ssize_t length = recv(STARTING_SETUP_AT, packet, SETUP_LONGEST, 0);
  if (length <= 0) _exit(0); /* the launcher ends */
  handover->asked = setup_moment();
  struct start_request *request = &handover->request;
  struct reader payload = {.at = packet, .end = packet + length};
  if (!request_decode(payload, request))
    setup_fail("sandbox_request_malformed", "Supervisor and launcher must be of the same version.",
               "The launcher did not understand the request for a sandbox.");
  if (identity_privileged() && request->host_id < 65536)
    setup_fail("sandbox_host_id_refused", "Use a range of ids that no account of the host has, such as 700000.",
               "The host id %u is not in a reserved range.", request->host_id);
#ifdef CLAWHOLD_TEST_WITH_HOST_ROOT
  request->host_id = 0;
#endif
#ifdef CLAWHOLD_TEST_WITH_OTHER_HOST_ID
  request->host_id++;
#endif
  return (size_t)length;
}

void starting_look_for_secrets(struct handover *handover) {
  struct self_test test;
  self_test_name(&test, &handover->request, "");
  self_test_identify(&test);
  memcpy(handover->secrets, test.secrets, sizeof handover->secrets);
}
