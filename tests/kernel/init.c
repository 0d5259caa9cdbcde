/*
 * The first process of a virtual machine of the tests: loads what the kernel needs to see the disk, makes that its root, and
 * runs one program there. When the program ends the machine does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DISK "/dev/vda"
#define PROGRAM "/guest.sh"

static void need(long result, const char *what) {
  if (result >= 0) return;
  printf("init: could not %s: %m\n", what);
  sync();
  reboot(RB_AUTOBOOT);
}

static void load_modules(void) {
  char name[256];
  FILE *names = fopen("/modules", "r");
  need(names ? 0 : -1, "read the list of modules");
  while (fgets(name, sizeof name, names)) {
    name[strcspn(name, "\n")] = 0;
    int module = open(name, O_RDONLY | O_CLOEXEC);
    need(syscall(SYS_finit_module, module, "", 0), name);
    close(module);
  }
  fclose(names);
}

static void enter_disk(void) {
  mkdir("/dev", 0755), mkdir("/disk", 0755);
  need(mount("dev", "/dev", "devtmpfs", MS_NOSUID, NULL), "see its devices");
  /* The disk appears a moment after its driver. */
  for (int tries = 0; access(DISK, F_OK) && tries < 1000; tries++) usleep(10000);
  need(mount(DISK, "/disk", "ext4", MS_NOATIME, NULL), "mount its disk");
  need(mount("/dev", "/disk/dev", NULL, MS_MOVE, NULL), "keep its devices");
  need(chdir("/disk"), "enter its disk");
  need(mount(".", "/", NULL, MS_MOVE, NULL), "make its disk the root");
  need(chroot("."), "enter its root");
  need(chdir("/"), "enter its root");
}

int main(void) {
  load_modules();
  enter_disk();
  pid_t program = fork(), ended;
  if (!program) {
    setsid();
    execl(PROGRAM, PROGRAM, (char *)NULL);
    printf("init: could not run " PROGRAM ": %m\n");
    _exit(127);
  }
  while ((ended = wait(NULL)) != program && ended > 0) continue;
  sync();
  reboot(RB_AUTOBOOT);
}
