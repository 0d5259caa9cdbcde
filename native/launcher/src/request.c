#include "request.h"

#include "layers/seccomp/profile.h"

static void decode_files(struct reader *payload, struct files_request *files) {
  files->listed = read_u32(payload);
  files->strict = read_u32(payload);
  files->task = read_u32(payload);
  files->temporary = read_u32(payload);
  files->shared_memory = read_u32(payload);
  files->path_count = read_count(payload, MOST_PATHS);
  for (uint32_t i = 0; i < files->path_count; i++) {
    files->paths[i].path = read_text(payload);
    files->paths[i].writes = read_u32(payload);
  }
  files->guarded_count = read_count(payload, MOST_FORBIDDEN);
  for (uint32_t i = 0; i < files->guarded_count; i++) files->guarded[i] = read_text(payload);
}

bool request_decode(struct reader payload, struct start_request *request) {
  *request = (struct start_request){
      .name = read_text(&payload),
      .host_id = read_u32(&payload),
  };
  request->task_folder = read_text(&payload);
  request->storage = read_text(&payload);
  request->pool = read_text(&payload);
  request->layers = read_text(&payload);
  request->node = read_text(&payload);
  request->hosts = read_text(&payload);
  request->home = read_text(&payload);
  request->limits.memory = read_u64(&payload);
  request->limits.processes = read_u32(&payload);
  request->limits.open_files = read_u32(&payload);
  request->limits.file_size = read_u64(&payload);
  request->limits.temporary = read_u64(&payload);
  request->limits.processors = read_u32(&payload);
  request->limits.disk_rate = read_u64(&payload);
  request->limits.seconds = read_u32(&payload);
  request->profiles = read_u32(&payload);
  request->listener_count = read_count(&payload, MOST_LISTENERS);
  for (uint32_t i = 0; i < request->listener_count; i++) {
    request->listeners[i].name = read_text(&payload);
    request->listeners[i].address = read_text(&payload);
    request->listeners[i].port = read_u32(&payload);
    request->listeners[i].kind = read_u32(&payload);
    if (request->listeners[i].kind > LISTENER_CAPTURE) return false;
  }
  request->read_only_count = read_count(&payload, MOST_READ_ONLY);
  for (uint32_t i = 0; i < request->read_only_count; i++) {
    request->read_only[i].source = read_text(&payload);
    request->read_only[i].target = read_text(&payload);
  }
  request->forbidden_count = read_count(&payload, MOST_FORBIDDEN);
  for (uint32_t i = 0; i < request->forbidden_count; i++) request->forbidden[i] = read_text(&payload);
  decode_files(&payload, &request->files);
  request->visitor = read_text(&payload);
  return read_complete(&payload) && request->files.task <= TASK_WRITE && !(request->profiles & ~EVERY_PROFILE);
}
