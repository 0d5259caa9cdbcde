#define _GNU_SOURCE
#include "builder.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enclosure.h"
#include "furnish.h"
#include "layers/identity.h"
#include "layers/network.h"
#include "layers/root.h"
#include "layers/skeleton.h"
#include "setup.h"

static void become_inside(void) {
  identity_assume();
  /* Set after the change of user, which clears it. */
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
}

/* Everything that is the same for every sandbox, before one is asked for. True when its network captures connections. */
static bool prepare(struct builder *builder) {
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
  setsid();
  setup_layer("ahead: namespaces");
  bool captures = network_raise();
  setup_layer("ahead: network");
  if (!builder->privileged) {
    char byte;
    if (recv(builder->link, &byte, 1, 0) != 1) _exit(0); /* the starter is gone, and nobody asks any more */
    become_inside();
    mounts_take_system(&builder->system);
    setup_layer("ahead: mounts");
    builder->skeleton = skeleton_make(&builder->system);
  }
  root_attach(builder->skeleton, &builder->system);
  setup_layer("ahead: root and proc");
  return captures;
}

/* A privileged starter makes the places of listed paths, once nothing of the system lies on them. */
static void await_room(int link) {
  char byte;
  if (send(link, "", 1, MSG_NOSIGNAL) < 0 || recv(link, &byte, 1, 0) != 1) _exit(71); /* the starter has said why */
}

void builder_run(struct builder *builder) {
  static struct handover handover;
  bool captures = prepare(builder);
  handover_receive(builder->link, &handover);
  handover.captures = captures;
  setup_layers_from(handover.asked);
  if (builder->privileged) become_inside();
  paths_narrow(&handover.request.files, &builder->system);
  if (!handover.opened) {
    furnish_take(&handover, NULL);
    furnish_make_room(&handover);
  } else if (handover.paths.mounts.count) {
    await_room(builder->link);
  }
  close(builder->link);
  handover.masked = overlay_is_masked(&handover.overlay);
  furnish_place(&handover);
  setup_need(sethostname(handover.request.name, strlen(handover.request.name)), "name itself");
  root_enter();
  setup_layer("temporary and root");
  enclosure_run(&handover, builder->canary, builder->channel);
}
