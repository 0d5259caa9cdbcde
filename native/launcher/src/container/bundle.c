#define _GNU_SOURCE
#include "container/bundle.h"

#include <stdio.h>
#include <sys/stat.h>

#include "setup.h"

/* Names of ours hold no such bytes; a name that does is not worth a container. */
static void write_name(FILE *file, const char *text) {
  for (; *text; text++)
    if (*text >= ' ' && *text < 127 && *text != '"' && *text != '\\') fputc(*text, file);
}

/*
 * What inside.c needs before it gives up everything: to mask /proc, to drop the rest for good, and to map a root user (which
 * needs the right to give files capabilities).
 */
#define CAPABILITIES "[\"CAP_SETPCAP\",\"CAP_SYS_ADMIN\",\"CAP_SETFCAP\"]"

static void write_process(FILE *file, unsigned user, const char *canary) {
  fprintf(file, "\"process\":{\"user\":{\"uid\":%u,\"gid\":%u},\"cwd\":\"/\",\"env\":[],\"noNewPrivileges\":true,", user, user);
  fprintf(file, "\"args\":[\"" ENGINE_PROGRAM "\",\"inside\",\"");
  write_name(file, canary);
  fprintf(file, "\"],\"capabilities\":{\"bounding\":" CAPABILITIES ",\"effective\":" CAPABILITIES ",\"permitted\":" CAPABILITIES
                ",\"inheritable\":" CAPABILITIES ",\"ambient\":" CAPABILITIES "}}");
}

/* The runtime makes the devices of the specification on a tmpfs, and seals that at the end. */
static void write_mounts(FILE *file, const struct start_request *request) {
  fprintf(file, "\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\","
                "\"options\":[\"nosuid\",\"nodev\",\"noexec\"]},"
                "{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
                "\"options\":[\"ro\",\"nosuid\",\"noexec\",\"mode=755\",\"size=64k\"]}");
  if (request->files.shared_memory)
    fprintf(file, ",{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
                  "\"options\":[\"nosuid\",\"nodev\",\"mode=1777\",\"size=%llu\"]}",
            (unsigned long long)request->limits.temporary);
  fprintf(file, "]");
}

/* No network namespace: the container has that of the workshop, which is made and holds the listeners. */
static void write_namespaces(FILE *file, unsigned user) {
  fprintf(file, "\"linux\":{\"namespaces\":[{\"type\":\"user\"},{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":\"ipc\"},"
                "{\"type\":\"uts\"}],");
  fprintf(file, "\"uidMappings\":[{\"containerID\":%u,\"hostID\":0,\"size\":1}],"
                "\"gidMappings\":[{\"containerID\":%u,\"hostID\":0,\"size\":1}]}", user, user);
}

void bundle_write(const struct start_request *request, unsigned first_user, const char *canary) {
  setup_need(mkdir(BUNDLE, 0700), "make a bundle");
  FILE *file = fopen(BUNDLE "/config.json", "we");
  setup_need(file ? 0 : -1, "write a bundle");
  fprintf(file, "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"" ENGINE_ROOT "\",\"readonly\":true},\"hostname\":\"");
  write_name(file, request->name);
  fprintf(file, "\",");
  write_process(file, first_user, canary);
  fprintf(file, ",");
  write_mounts(file, request);
  fprintf(file, ",");
  write_namespaces(file, first_user);
  fprintf(file, "}");
  setup_need(fclose(file), "write a bundle");
}
