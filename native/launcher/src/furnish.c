#define _GNU_SOURCE
#include "furnish.h"

#include <fcntl.h>
#include <unistd.h>

#include "kernel.h"
#include "layers/network.h"
#include "layers/root.h"
#include "layers/skeleton.h"
#include "setup.h"

void furnish_take(struct handover *handover, const struct overlay_tables *tables) {
  mounts_take_given(&handover->request, &handover->mounts);
  paths_take(&handover->request, &handover->paths);
  handover->overlay = overlay_take(&handover->request, tables, OVERLAY_FIRST);
}

void furnish_make_room(const struct handover *handover) {
  skeleton_make_room(&handover->mounts);
  skeleton_make_room(&handover->paths.mounts);
  skeleton_write_hosts(handover->request.hosts);
}

static void place_task(const struct handover *handover) {
  const struct overlay *overlay = &handover->overlay;
  enum task_access access = handover->request.files.task;
  if (access == TASK_HIDDEN) {
    close(overlay->lower), close(overlay->view);
    if (overlay->pool >= 0) close(overlay->pool);
    return;
  }
  int target = setup_need(open("task", O_PATH | O_DIRECTORY | O_CLOEXEC), "find the place of the task folder");
  overlay_place(overlay, handover->request.layers, target, access == TASK_READ ? ATTRIBUTE_READ_ONLY : 0);
}

void furnish_place(const struct handover *handover) {
  const struct start_request *request = &handover->request;
  mounts_place(&handover->mounts);
  setup_layer("mounts");
  network_listen(request);
  network_open_diagnosis();
  network_open_refused_log();
  setup_layer("listeners");
  place_task(handover);
  paths_place(request, &handover->paths);
  setup_layer("view");
  root_add_temporary(request);
}
