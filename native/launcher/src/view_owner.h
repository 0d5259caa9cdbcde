/*
 * On disk the files of every view belong to this id, whichever sandbox wrote them: a run that goes on under another
 * host id finds its own files, and no file of an agent is ever owned by an account of the host.
 */
#ifndef CLAWHOLD_VIEW_OWNER_H
#define CLAWHOLD_VIEW_OWNER_H

enum { VIEW_OWNER = 700000 };

#endif
