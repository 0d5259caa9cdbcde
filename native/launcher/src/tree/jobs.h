/* The file jobs, one function each; `arguments` are those after the name of the job, their number already checked. */
#ifndef CLAWHOLD_TREE_JOBS_H
#define CLAWHOLD_TREE_JOBS_H

int tree_begin(char **arguments);   /* LOWER */
int tree_diff(char **arguments);    /* VIEW: see view.h */
int tree_compare(char **arguments); /* VIEW; stdin: paths */
int tree_read(char **arguments);    /* ROOT MOST-BYTES; stdin: path */
int tree_show(char **arguments);    /* VIEW MOST-BYTES; stdin: path */
int tree_keep(char **arguments);    /* VIEW BEGUN KEPT ID all|skip; stdin: path, from, to */
int tree_undo(char **arguments);    /* LOWER KEPT ID all|skip */
int tree_recover(char **arguments); /* LOWER KEPT */
int tree_discard(char **arguments); /* UPPER TRASH */
int tree_stirred(char **arguments); /* UPPER */
int tree_seal(char **arguments);    /* UPPER POOL NAME */
int tree_merge(char **arguments);   /* VIEW INTO */
int tree_drop(char **arguments);    /* POOL TRASH NAMES */
int tree_mask(char **arguments);    /* LOWER STORAGE TRASH; stdin: rules, see hidden.h */
int tree_usage(char **arguments);   /* VIEW MOST-BYTES MOST-ENTRIES */
int tree_sweep(char **arguments);   /* TRASH */

#endif
