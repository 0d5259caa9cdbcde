/*
 * What the supervisor asks for when it starts a sandbox.
 */
#ifndef CLAWHOLD_REQUEST_H
#define CLAWHOLD_REQUEST_H

#include "wire.h"

/* The trees of one sandbox go from process to process in one message, which carries 253 descriptors (SCM_MAX_FD). */
enum { MOST_LISTENERS = 16, MOST_READ_ONLY = 32, MOST_FORBIDDEN = 32, MOST_PATHS = 200 };

/* The user inside every sandbox, whatever host id it is mapped to. */
enum { INSIDE_ID = 1000 };

struct limits {
  uint64_t memory;        /* bytes, all processes together where a cgroup can hold it */
  uint32_t processes;     /* processes and threads */
  uint32_t open_files;    /* descriptors of one process */
  uint64_t file_size;     /* bytes of one file; 0 means no limit */
  uint64_t temporary;     /* bytes of /tmp and /dev/shm each */
  uint32_t processors;    /* thousandths of one, at a time; 0 means no limit */
  uint32_t seconds;       /* of its whole life; 0 means no limit */
  uint64_t disk_rate;     /* bytes in a second to and from each disk of its files; 0 means no limit */
};

enum listener_kind {
  LISTENER_STREAM = 0,
  LISTENER_DATAGRAM = 1,
  LISTENER_CAPTURE = 2, /* a stream listener, at the address of capture.h, for what is captured */
};

struct listener_request {
  const char *name, *address;
  uint32_t port, kind;
};

struct read_only_request {
  const char *source, *target;
};

/* A file or folder of the machine that a policy names. */
struct path_request {
  const char *path; /* absolute, in normal form */
  bool writes;      /* into a private copy */
};

enum task_access { TASK_HIDDEN = 0, TASK_READ = 1, TASK_WRITE = 2 };

/* What a policy says about the files of a sandbox. */
struct files_request {
  bool listed; /* of the system only what is on the list of paths */
  bool strict; /* what cannot be shown, or a kernel without Landlock, fails the start */
  enum task_access task;
  bool temporary, shared_memory; /* whether /tmp and /dev/shm can be written */
  uint32_t path_count, guarded_count;
  struct path_request paths[MOST_PATHS]; /* in the order of their text: a folder comes before what lies in it */
  const char *guarded[MOST_FORBIDDEN];   /* folders of the platform, by every path that they have */
};

struct start_request {
  const char *name;        /* host name inside */
  uint32_t host_id;        /* host uid and gid; ignored when the launcher is not privileged */
  const char *task_folder; /* absolute, without symbolic links */
  const char *storage;     /* absolute, without symbolic links; gets `view/upper` and `view/work` */
  const char *pool;        /* absolute, without symbolic links; holds the layers of checkpoints */
  const char *layers;      /* their names, separated by colons, the newest first; "" when there are none */
  const char *node;        /* file or folder that appears at /opt/node */
  const char *hosts;       /* content of /etc/hosts */
  const char *home;        /* a folder of the host that must not be reachable, or "" */
  struct limits limits;
  uint32_t profiles; /* bits of enum profile: system calls beside the base */
  uint32_t listener_count, read_only_count, forbidden_count;
  struct listener_request listeners[MOST_LISTENERS];
  struct read_only_request read_only[MOST_READ_ONLY];
  const char *forbidden[MOST_FORBIDDEN]; /* Unix sockets of the host that nothing inside may reach */
  struct files_request files;
  const char *visitor; /* which container comes, where nobody has to be asked for one (container/visit.h); or "" */
};

/* The texts of `request` point into the payload. False when the payload is not what the protocol says. */
bool request_decode(struct reader payload, struct start_request *request);

#endif
