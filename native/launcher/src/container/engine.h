/*
 * A container engine: somebody else's program that makes the container of a sandbox, from a root and a network that the
 * launcher made. It has no more rights than the sandbox's own user, on the host and in the user namespace it starts in.
 *
 *   starter (keeper.h)          host's rights as far as the launcher has them; stays, and ends the engine when it is ended
 *     └ workshop (workshop.h)   a user namespace with one id; makes root, listeners and capture, then becomes the engine
 *         └ engine              pid namespace, /proc, the change of root
 *             └ pid 1           the launcher's code again (inside.h); from here on all is as in a sandbox of the launcher
 */
#ifndef CLAWHOLD_ENGINE_H
#define CLAWHOLD_ENGINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "layers/cgroup.h"
#include "request.h"

/* Descriptors that an engine hands through to the first process, beginning with the streams' successor. */
enum { ENGINE_SETUP_AT = 3, ENGINE_CHANNEL_AT = 4, ENGINE_LINK_AT = 5, ENGINE_PROGRAM_AT = 6, ENGINE_LAST = 6 };

#define ENGINE_DESCRIPTORS "4" /* the four above */
#define ENGINE_PROGRAM "/proc/self/fd/6" /* ENGINE_PROGRAM_AT */

/*
 * Where the workshop is: an empty tmpfs on a folder that no engine and no program needs, below which nothing lies that
 * could be given to a sandbox, and which is no part of a /proc that the engine must find whole to mount another.
 */
#define ENGINE_PLACE "/sys/bus"
#define ENGINE_ROOT ENGINE_PLACE "/root"
#define ENGINE_STATE ENGINE_PLACE "/state"

/* Where the sandbox's root is in a container whose own root is the engine's; said to the first process of such a one. */
#define ENGINE_WITHIN "/sandbox"

/* Picks the one that this launcher uses; false when the name is unknown. Without a call there is none. */
bool engine_choose(const char *name);

/* "launcher" when there is none. */
const char *engine_name(void);

bool engine_is_used(void);

/* Whether it makes containers by itself, elsewhere: one comes to the workshop when that is done (visit.h). */
bool engine_is_service(void);

/* Whether a command asks it for one (`engine_call`); otherwise the supervisor did, and its name is in the request. */
bool engine_has_command(void);

/* The user that the container's first process begins as. */
unsigned engine_first_user(void);

/* Whether its containers are virtual machines: see microvm/kernel_image.h. */
bool engine_needs_kernel(void);

/* Fails when this engine cannot do what is asked for. */
void engine_check(const struct start_request *request);

/* An engine that is around all programs goes behind others where they would, and no control group shares the processors. */
void engine_go_last(pid_t process, const struct cgroup *group);

/* Adds what the engine itself needs to what a control group allows. */
void engine_widen(struct limits *limits);

/* Becomes the command that asks the service, which ends with the container; `invitation` is a folder of invitation.h. */
_Noreturn void engine_call(const struct start_request *request, const char *invitation);

/* Becomes the engine, in the workshop (of a service: waits there until it is not needed any more); `canary` is for the first process. */
_Noreturn void engine_run(const struct start_request *request, const char *canary);

#endif
