/*
 * A change of many entries of the person's folder that happens wholly or not at all, whenever it is killed.
 *
 * 1. Prepare. What will be placed is written to a staging folder at the top of the person's folder (`n0`, `n1` ...; the
 *    same file system, so that placing is a rename), what will be replaced is copied to the storage folder, all is
 *    synced. Killed here: nothing has changed, the staging folder is removed.
 * 2. The journal, with the inode numbers of everything old and new, appears by a rename. From here it goes forward.
 * 3. Apply. Every entry moves by a rename that cannot overwrite unseen: NOREPLACE, or EXCHANGE and a look at what came
 *    out. Old entries land in the staging folder (`o0`, `o1` ...). Killed here: the journal says for each entry, by inode,
 *    whether it was done; the next job goes on. If going on is impossible, everything is exchanged back.
 * 4. The done mark appears, the staging folder goes.
 */
#ifndef CLAWHOLD_TREE_TRANSACTION_H
#define CLAWHOLD_TREE_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "tree/beneath.h"

/* Enough to tell whether an inode is the one that was prepared, and whether anybody wrote to it since. */
struct tree_identity {
  uint64_t inode, size;
  int64_t changed, changed_fraction;   /* ctime, seconds and nanoseconds */
  int64_t modified, modified_fraction; /* mtime */
};

struct tree_step {
  char *path, *from, *to;          /* states as in tree/entry.h; "-" is absent */
  struct tree_identity old, fresh; /* what is there now, what was staged */
  uint32_t owner, group;           /* of the old entry, for undo */
  size_t source;                   /* number of the copy in the storage folder that holds the old content */
  const char *refused;             /* why it is not done, or NULL; never in a journal */
};

struct tree_transaction {
  const char *name;        /* "keep" or "undo" */
  bool saves_old;          /* copies what it replaces, for an undo */
  int lower, folder;       /* the person's folder; the folder of this transaction in storage */
  int staging;             /* -1 while there is none */
  char staging_name[300];  /* in the person's folder */
  struct stat root;        /* of the person's folder */
  struct tree_step *steps; /* ordered by path, so that a folder comes before what it holds */
  size_t count;
  const char *conflict; /* the path at which applying met something unexpected, or NULL */
};

/*
 * Opens the person's folder and `kept`/`id` in storage, and takes the lock on the person's; ends the job when another
 * transaction holds it.
 */
void tree_transaction_open(struct tree_transaction *transaction, const char *name, const char *lower, const char *kept,
                           const char *id);
void tree_transaction_close(struct tree_transaction *transaction);

/* tree/journal.c */
enum tree_phase { TREE_NOT_STARTED, TREE_COMMITTED, TREE_DONE };
enum tree_phase tree_journal_load(struct tree_transaction *transaction);
int tree_journal_commit(struct tree_transaction *transaction);
int tree_journal_mark_done(struct tree_transaction *transaction);
void tree_journal_unmark(struct tree_transaction *transaction);   /* before going back */
void tree_journal_withdraw(struct tree_transaction *transaction); /* after going back */
bool tree_journal_load_withdrawn(struct tree_transaction *transaction);
void tree_identify(const struct stat *status, struct tree_identity *identity);

/* tree/staging.c */
void tree_staging_create(struct tree_transaction *transaction);
void tree_staging_remove(struct tree_transaction *transaction);
void tree_staged_name(char name[32], char kind, size_t number);

/* tree/place.c: what kind of move a step is. */
bool tree_step_only_sets_mode(const struct tree_step *step);
bool tree_step_takes_away(const struct tree_step *step); /* the old entry leaves before a new one comes */
bool tree_step_places(const struct tree_step *step);     /* into an empty place */
bool tree_step_exchanges(const struct tree_step *step);

/* Copies of old contents, in the storage folder; `number` is the `source` of a step. */
#define TREE_COPIES "old"
void tree_copy_name(char name[32], size_t number);

/* The entry of a step in the person's folder: whose inode it is now. `parent` is -1 when its folder is gone. */
enum tree_occupant { TREE_NOBODY, TREE_OLD, TREE_FRESH, TREE_STRANGER };
struct tree_place {
  int parent;
  const char *name;
  enum tree_occupant occupant;
  struct stat status;
};
void tree_place_open(const struct tree_transaction *transaction, const struct tree_step *step, struct tree_place *place);
void tree_place_close(struct tree_place *place);
bool tree_folder_is_empty(int parent, const char *name);

/* Whether nobody wrote to the inode since it was identified. A rename changes the ctime, so it can be left out. */
bool tree_is_untouched(const struct stat *status, const struct tree_identity *identity, bool with_ctime);

/* 0, or -1 with errno (ESTALE: `conflict` names what somebody else changed). Can be repeated at any point. */
int tree_apply(struct tree_transaction *transaction);

/* tree/go_back.c: exchanges everything back. Returns how many entries somebody else had changed: those stay. */
size_t tree_go_back(struct tree_transaction *transaction);

/* tree/settle.c: brings a transaction that was killed to one of its two ends. */
enum tree_phase tree_settle(struct tree_transaction *transaction);

/* Writes the journal and applies what was prepared: true, or false after going back; `conflict` or errno say why. */
bool tree_commit(struct tree_transaction *transaction);

#endif
