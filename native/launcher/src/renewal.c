#define _GNU_SOURCE
#include "renewal.h"

#include <stdlib.h>
#include <sys/wait.h>

#include "container/engine.h"
#include "control.h"
#include "drift.h"
#include "remount.h"

static bool decode(struct reader payload, struct remount_request *request) {
  request->view.host_id = read_u32(&payload);
  request->view.task_folder = read_text(&payload);
  request->view.storage = read_text(&payload);
  request->view.pool = read_text(&payload);
  request->view.layers = read_text(&payload);
  request->view.files.task = read_u32(&payload);
  request->seal = read_text(&payload);
  return read_complete(&payload) && request->view.files.task <= TASK_WRITE;
}

/* It is over, one way or the other. */
static uint32_t finish(struct sandbox *sandbox) {
  uint32_t id = sandbox->renewal.request;
  buffer_free(&sandbox->renewal.payload);
  sandbox->renewal = (struct sandbox_renewal){0};
  return id;
}

void renewal_start(uint32_t id, struct reader payload) {
  struct sandbox *sandbox = sandbox_find(read_u32(&payload));
  struct remount_request request;
  if (payload.bad || !decode(payload, &request)) control_broken("a malformed request for a view");
  if (!sandbox || sandbox->state != SANDBOX_RUNNING || sandbox->renewal.request)
    return control_report_failed(id, "sandbox_not_running", "The sandbox does not run.", "Try again in a moment.");
  /* The engine's mounts are locked together: nobody can exchange one of them. */
  if (engine_is_used())
    return control_report_failed(id, "sandbox_renewal_unsupported", "This driver cannot exchange the task folder of a sandbox that lives.",
                                 "End the run's sandbox first: the next one shows the other state.");
  sandbox->renewal = (struct sandbox_renewal){.request = id, .payload.inherited = true};
  buffer_append(&sandbox->renewal.payload, payload.at, (size_t)(payload.end - payload.at));
  sandbox_order(sandbox, ORDER_LOOK);
}

void renewal_looked(struct sandbox *sandbox, bool alone) {
  if (!alone)
    return control_report_failed(finish(sandbox), "sandbox_programs_running", "Programs still run in the sandbox.",
                                 "Wait for them, or let the agent end them.");
  struct buffer *kept = &sandbox->renewal.payload;
  struct reader payload = {.at = buffer_bytes(kept), .end = buffer_bytes(kept) + buffer_length(kept)};
  struct remount_request request = {.user = sandbox->spaces.user, .mounts = sandbox->spaces.mounts};
  (void)decode(payload, &request); /* as it was when it came */
  sandbox->renewal.process = remount_start(&request);
  if (sandbox->renewal.process < 0)
    control_report_failed(finish(sandbox), "sandbox_busy", "The launcher could not make another process.",
                          "Raise its limit of processes.");
}

void renewal_done(struct sandbox *sandbox) {
  drift_renewed(sandbox);
  control_report_done(finish(sandbox));
}

bool renewal_reaped(pid_t process, int status) {
  struct sandbox *sandbox = sandbox_list();
  while (sandbox && sandbox->renewal.process != process) sandbox = sandbox->next;
  if (!sandbox) return false;
  sandbox->renewal.process = 0;
  if (sandbox->state == SANDBOX_ENDING) sandbox_reaped(0);
  else if (WIFEXITED(status) && WEXITSTATUS(status) == REMOUNT_DONE) sandbox_order(sandbox, ORDER_RENEW);
  else if (WIFEXITED(status) && WEXITSTATUS(status) == REMOUNT_IN_USE)
    control_report_failed(finish(sandbox), "sandbox_programs_running", "Something in the task folder is still in use.",
                          "Try again in a moment.");
  else sandbox_end(sandbox, "its task folder could not be mounted anew");
  return true;
}

void renewal_abandon(struct sandbox *sandbox) {
  if (sandbox->renewal.request)
    control_report_failed(finish(sandbox), "sandbox_not_running", "The sandbox ended meanwhile.", "Start a new one.");
}
