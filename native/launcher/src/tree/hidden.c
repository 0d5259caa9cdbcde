#define _GNU_SOURCE
#include "tree/hidden.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/beneath.h"
#include "tree/report.h"

struct tree_hidden_rule {
  struct tree_hidden_rule *next;
  const char *glob, *holds;
  unsigned slashes; /* in the glob */
  bool shows;
  bool is_suffix; /* one `*`, in front: most names are looked at by such rules, and end otherwise */
};

/* Files that hold such secrets are short; of others with their names only the beginning is read. */
enum { LOOKED_AT = 64 * 1024 };

static const char *last_component(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static unsigned bucket_of(const char *name) {
  unsigned char first = (unsigned char)name[0];
  return first == '*' || first == '?' || first == '[' ? 0 : (unsigned)tolower(first);
}

void tree_hidden_read(struct tree_hidden_rules *rules, char **fields, size_t count) {
  if (count % 2 != 0) tree_fail("input", "The list of rules is cut.");
  for (size_t i = 0; i < count; i += 2) {
    struct tree_hidden_rule *rule = tree_memory(NULL, sizeof *rule);
    *rule = (struct tree_hidden_rule){.glob = fields[i], .holds = fields[i + 1], .shows = fields[i][0] == '!'};
    rule->glob += rule->shows;
    for (const char *at = rule->glob; *at; at++) rule->slashes += *at == '/';
    rule->is_suffix = rule->glob[0] == '*' && rule->slashes == 0 && strpbrk(rule->glob + 1, "*?[") == NULL;
    struct tree_hidden_rule **bucket = &rules->buckets[bucket_of(last_component(rule->glob))];
    rule->next = *bucket;
    *bucket = rule;
  }
}

/* The end of the path with as many components as the glob has; NULL when the path has fewer. */
static const char *ending(const char *path, unsigned slashes) {
  const char *at = path + strlen(path);
  for (; at > path; at--)
    if (at[-1] == '/' && slashes-- == 0) return at;
  return slashes == 0 ? path : NULL;
}

static bool ends_with(const char *path, const char *suffix) {
  size_t length = strlen(path), wanted = strlen(suffix);
  return length >= wanted && strcasecmp(path + length - wanted, suffix) == 0;
}

static bool matches(const struct tree_hidden_rule *rule, const char *path) {
  if (rule->is_suffix) return ends_with(path, rule->glob + 1);
  const char *end = ending(path, rule->slashes);
  return end != NULL && fnmatch(rule->glob, end, FNM_PATHNAME | FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

static bool holds(int root, const char *path, const char *text) {
  static char content[LOOKED_AT];
  struct stat status;
  int place = tree_open(root, path, O_PATH);
  bool is_file = place >= 0 && fstat(place, &status) == 0 && S_ISREG(status.st_mode);
  if (place >= 0) close(place);
  if (!is_file) return place < 0 && errno != ENOENT && errno != ELOOP;
  int file = tree_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return errno != ENOENT;
  size_t length = 0;
  ssize_t got = 1;
  while (length < sizeof content && (got = read(file, content + length, sizeof content - length)) > 0) length += (size_t)got;
  close(file);
  return got < 0 || memmem(content, length, text, strlen(text)) != NULL;
}

bool tree_is_hidden(const struct tree_hidden_rules *rules, int root, const char *path) {
  bool hides = false;
  const unsigned buckets[] = {bucket_of(last_component(path)), 0};
  for (unsigned i = 0; i < (buckets[0] == 0 ? 1 : 2); i++)
    for (const struct tree_hidden_rule *rule = rules->buckets[buckets[i]]; rule != NULL; rule = rule->next) {
      if ((hides && !rule->shows) || !matches(rule, path)) continue;
      if (rule->shows) return false;
      hides = *rule->holds == '\0' || holds(root, path, rule->holds);
    }
  return hides;
}
