/*
 * What a machine begins with: a kernel of the distribution, and an archive with this program as its first one and the
 * modules that it needs. Read once, when the launcher starts.
 */
#ifndef CLAWHOLD_KERNEL_IMAGE_H
#define CLAWHOLD_KERNEL_IMAGE_H

#include <stdbool.h>

/* Where the archive has its modules: 0.ko, 1.ko and so on, in the order in which they are loaded. */
#define KERNEL_IMAGE_MODULE "/%u.ko"

/*
 * Takes the newest kernel of a folder that is laid out like the root of a system (boot/, lib/modules/). False when there is
 * none, or one that lacks what a machine needs.
 */
bool kernel_image_read(const char *folder);

bool kernel_image_is_there(void);

/* Writes both into the current folder. */
void kernel_image_write(const char *kernel, const char *archive);

#endif
