/* Counts the calls that change files below $FAULT_ROOT, and makes one of them fail. For LD_PRELOAD; Linux with glibc.
 *
 * FAULT_ROOT  only calls on files in this folder count (the rest, such as pipes to the parsers, passes through)
 * FAULT_AT    number of the call, from 1, at which the fault happens
 * FAULT       kill   the process ends before the call, as by kill -9
 *             power  the same, after everything that was not synced is taken back: data that was written to a file since its last
 *                    fsync, and names that were made, replaced or removed since the last fsync of their folder
 *             eio    the call fails once with EIO
 *             full   the call and all later writes and creations fail with ENOSPC (unlink and rename still work)
 * FAULT_LOG   a file to which the number of calls is written at the end (FAULT_AT unset: nothing fails)
 *
 * Power loss is simulated with what is taken back at the end: before a file is first changed after a sync its content is copied
 * to memory; before a name changes, what it named is kept as a hard link in $FAULT_ROOT.names. Files that a child
 * process changes are not seen: the parsers change none. mmap is not seen either; SQLite's WAL index is the only such use, and
 * SQLite makes it anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char root[PATH_MAX], names[PATH_MAX];
static enum { NONE, KILL, POWER, EIO_ONCE, FULL } fault;
static long fault_at, calls, n_links;
static pid_t owner;

/* What power loss takes back, the latest change first. */
struct change {
    struct change *next;
    enum { CONTENT, NAME, MOVED } kind;
    ino_t inode;             /* CONTENT: the file that was changed */
    char path[PATH_MAX];     /* CONTENT: a hard link to it; NAME: the name; MOVED: the new name of a folder */
    char before[PATH_MAX];   /* NAME: a hard link to what it named, or empty when it named nothing; MOVED: the old name of a folder */
    char *bytes; size_t size;
};
static struct change *changes;

__attribute__((constructor)) static void start(void) {
    const char *r = getenv("FAULT_ROOT"), *at = getenv("FAULT_AT"), *kind = getenv("FAULT");
    if (!r || !realpath(r, root)) { root[0] = 0; return; }
    snprintf(names, sizeof names, "%s.names", root);
    owner = getpid();
    fault_at = at ? atol(at) : 0;
    if (kind) fault = !strcmp(kind, "kill") ? KILL : !strcmp(kind, "power") ? POWER : !strcmp(kind, "eio") ? EIO_ONCE : !strcmp(kind, "full") ? FULL : NONE;
    unsetenv("LD_PRELOAD"); /* children are not counted */
    if (fault == POWER) mkdir(names, 0700);
}

__attribute__((destructor)) static void end(void) {
    const char *log = getenv("FAULT_LOG");
    if (!root[0] || !log || getpid() != owner) return;
    FILE *file = fopen(log, "w");
    if (file) { fprintf(file, "%ld\n", calls); fclose(file); }
}

static int is_below(const char *path) {
    size_t n = strlen(root);
    return n && !strncmp(path, root, n) && (path[n] == '/' || path[n] == 0);
}

/* The path of what `fd` is, when it is below the root. */
static int path_of_fd(int fd, char *path) {
    char link[64];
    if (!root[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return is_below(path);
}

/* The absolute path of a name (its folder resolved, the name itself not), when it is below the root. */
static int path_of_name(int dirfd, const char *name, char *path) {
    char folder[PATH_MAX], base[PATH_MAX], joined[2 * PATH_MAX];
    if (!root[0] || !name) return 0;
    if (name[0] == '/' || dirfd == AT_FDCWD) snprintf(joined, sizeof joined, "%s", name);
    else if (path_of_fd(dirfd, folder)) snprintf(joined, sizeof joined, "%s/%s", folder, name);
    else return 0;
    size_t n = strlen(joined);
    while (n > 1 && joined[n - 1] == '/') joined[--n] = 0;
    char *slash = strrchr(joined, '/');
    snprintf(base, sizeof base, "%s", slash ? slash + 1 : joined);
    if (slash) *slash = 0;
    if (!realpath(slash ? (joined[0] ? joined : "/") : ".", folder)) return 0;
    if (snprintf(path, PATH_MAX, "%s/%s", folder, base) >= PATH_MAX) return 0;
    return is_below(path);
}

static void folder_of(const char *path, char *folder) {
    strcpy(folder, path);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
}

static struct change *add(int kind, const char *path) {
    struct change *change = calloc(1, sizeof *change);
    change->kind = kind;
    strcpy(change->path, path);
    change->next = changes;
    return changes = change;
}

static void link_path(char *path) { snprintf(path, PATH_MAX, "%.4000s/%ld", names, n_links++); }

/* Before the content of `fd` changes. */
static void keep_content(int fd) {
    struct stat st;
    char proc[64], copy[PATH_MAX];
    if (fault != POWER || fstat(fd, &st) || !S_ISREG(st.st_mode)) return;
    for (struct change *c = changes; c; c = c->next)
        if (c->kind == CONTENT && c->inode == st.st_ino) return;
    link_path(copy);
    snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
    if (linkat(AT_FDCWD, proc, AT_FDCWD, copy, AT_SYMLINK_FOLLOW)) return; /* a file without a name */
    struct change *change = add(CONTENT, copy);
    change->inode = st.st_ino;
    change->size = st.st_size;
    change->bytes = malloc(st.st_size + 1);
    int in = REAL(open)(copy, O_RDONLY);
    if (in < 0 || read(in, change->bytes, st.st_size) != st.st_size) abort();
    close(in);
}

/* Before `path` is made, replaced or removed. */
static void keep_name(const char *path) {
    struct stat st;
    if (fault != POWER) return;
    struct change *change = add(NAME, path);
    if (lstat(path, &st)) return;
    link_path(change->before);
    if (S_ISDIR(st.st_mode)) { /* cannot be linked: a folder comes back empty */
        strcpy(change->before, "/");
    } else if (linkat(AT_FDCWD, path, AT_FDCWD, change->before, 0)) abort();
}

/* The last names did not change after all: the call failed, as mkdir of a folder that exists. */
static void undo(int count) {
    while (fault == POWER && count--) changes = changes->next;
}

/* After an fsync of `fd`: what it makes durable is taken out of the changes. */
static void forget(int fd) {
    struct stat st;
    char path[PATH_MAX], folder[PATH_MAX];
    if (fault != POWER || fstat(fd, &st) || !path_of_fd(fd, path)) return;
    for (struct change **at = &changes; *at;) {
        struct change *c = *at;
        folder_of(c->path, folder);
        int durable = S_ISDIR(st.st_mode) ? c->kind != CONTENT && !strcmp(folder, path) : c->kind == CONTENT && c->inode == st.st_ino;
        if (durable) *at = c->next; else at = &c->next;
    }
}

/* A folder that moves takes its changes with it. */
static void moved(const char *from, const char *to) {
    char path[PATH_MAX];
    size_t n = strlen(from);
    for (struct change *c = changes; c; c = c->next)
        if (c->kind == NAME && !strncmp(c->path, from, n) && c->path[n] == '/') {
            snprintf(path, sizeof path, "%.2000s%.2000s", to, c->path + n);
            strcpy(c->path, path);
        }
}

static void lose_power(void) {
    char command[2 * PATH_MAX];
    for (struct change *c = changes; c; c = c->next)
        if (c->kind == CONTENT) {
            int out = REAL(open)(c->path, O_WRONLY | O_TRUNC);
            if (out < 0 || REAL(write)(out, c->bytes, c->size) != (ssize_t)c->size) abort();
            close(out);
        }
    for (struct change *c = changes; c; c = c->next)
        if (c->kind == MOVED) {
            REAL(rename)(c->path, c->before);
            moved(c->path, c->before);
        } else if (c->kind == NAME) {
            struct stat st;
            if (!lstat(c->path, &st) && S_ISDIR(st.st_mode) && c->before[0] == '/' && c->before[1]) abort();
            snprintf(command, sizeof command, "%.4000s/gone%ld", names, n_links++);
            REAL(rename)(c->path, command); /* fails when it does not exist */
            if (!strcmp(c->before, "/")) mkdir(c->path, 0755);
            else if (c->before[0]) REAL(rename)(c->before, c->path);
        }
}

/* Counts a call and does what is due. Returns an errno, or 0 when the call may go on. */
static int due(int needs_room) {
    if (++calls == fault_at && fault != NONE) {
        if (fault == POWER) lose_power();
        if (fault == KILL || fault == POWER) { kill(getpid(), SIGKILL); for (;;) pause(); }
        if (fault == EIO_ONCE) return EIO;
    }
    return fault == FULL && calls >= fault_at && needs_room ? ENOSPC : 0;
}

#define BEGIN pthread_mutex_lock(&lock)
#define END(value) do { int e_ = errno; pthread_mutex_unlock(&lock); errno = e_; return value; } while (0)
#define STEP(room) do { int due_ = due(room); if (due_) { errno = due_; END(-1); } } while (0)

#define WRITE(name, params, args)                                                                                       \
    ssize_t name params {                                                                                                \
        char path[PATH_MAX];                                                                                             \
        if (!path_of_fd(fd, path)) return REAL(name) args;                                                               \
        BEGIN; STEP(1); keep_content(fd);                                                                                \
        ssize_t result_ = REAL(name) args;                                                                               \
        END(result_);                                                                                                    \
    }
WRITE(write, (int fd, const void *b, size_t n), (fd, b, n))
WRITE(pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o))
WRITE(pwrite64, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o))
WRITE(writev, (int fd, const struct iovec *v, int n), (fd, v, n))
WRITE(copy_file_range, (int in, off64_t *io, int fd, off64_t *oo, size_t n, unsigned f), (in, io, fd, oo, n, f))

#define ON_FD(name, params, args, room, before, after)                                                                  \
    int name params {                                                                                                    \
        char path[PATH_MAX];                                                                                             \
        if (!path_of_fd(fd, path)) return REAL(name) args;                                                               \
        BEGIN; STEP(room); before;                                                                                       \
        int result_ = REAL(name) args;                                                                                   \
        if (!result_) { after; }                                                                                         \
        END(result_);                                                                                                          \
    }
ON_FD(fsync, (int fd), (fd), 0, , forget(fd))
ON_FD(fdatasync, (int fd), (fd), 0, , forget(fd))
ON_FD(ftruncate, (int fd, off_t n), (fd, n), 0, keep_content(fd), )
ON_FD(ftruncate64, (int fd, off64_t n), (fd, n), 0, keep_content(fd), )
ON_FD(fallocate, (int fd, int m, off_t o, off_t n), (fd, m, o, n), 1, keep_content(fd), )

#define ON_NAME(name, params, args, dir, room)                                                                          \
    int name params {                                                                                                    \
        char full[PATH_MAX];                                                                                             \
        if (!path_of_name(dir, path, full)) return REAL(name) args;                                                      \
        BEGIN; STEP(room); keep_name(full);                                                                              \
        int result_ = REAL(name) args;                                                                                   \
        if (result_) undo(1);                                                                                            \
        END(result_);                                                                                                          \
    }
ON_NAME(unlink, (const char *path), (path), AT_FDCWD, 0)
ON_NAME(unlinkat, (int dir, const char *path, int f), (dir, path, f), dir, 0)
ON_NAME(rmdir, (const char *path), (path), AT_FDCWD, 0)
ON_NAME(mkdir, (const char *path, mode_t m), (path, m), AT_FDCWD, 1)
ON_NAME(mkdirat, (int dir, const char *path, mode_t m), (dir, path, m), dir, 1)
ON_NAME(symlink, (const char *to, const char *path), (to, path), AT_FDCWD, 1)

static int rename_checked(int from_dir, const char *from, int to_dir, const char *to, int (*call)(int, const char *, int, const char *)) {
    char a[PATH_MAX], b[PATH_MAX];
    struct stat st;
    if (!path_of_name(from_dir, from, a) || !path_of_name(to_dir, to, b)) return call(from_dir, from, to_dir, to);
    BEGIN; STEP(0);
    if (fault == POWER && !lstat(a, &st) && S_ISDIR(st.st_mode)) {
        int r = call(from_dir, from, to_dir, to);
        if (!r) {
            moved(a, b);
            strcpy(add(MOVED, b)->before, a);
        }
        END(r);
    }
    keep_name(a); keep_name(b);
    int r = call(from_dir, from, to_dir, to);
    if (r) undo(2);
    END(r);
}
static int call_rename(int ad, const char *a, int bd, const char *b) { (void)ad; (void)bd; return REAL(rename)(a, b); }
static int call_renameat(int ad, const char *a, int bd, const char *b) { return REAL(renameat)(ad, a, bd, b); }
static int call_link(int ad, const char *a, int bd, const char *b) { (void)ad; (void)bd; return REAL(link)(a, b); }
int rename(const char *a, const char *b) { return rename_checked(AT_FDCWD, a, AT_FDCWD, b, call_rename); }
int renameat(int ad, const char *a, int bd, const char *b) { return rename_checked(ad, a, bd, b, call_renameat); }
int link(const char *a, const char *b) { return rename_checked(AT_FDCWD, a, AT_FDCWD, b, call_link); }
static unsigned renameat2_flags;
static int call_renameat2(int ad, const char *a, int bd, const char *b) { return REAL(renameat2)(ad, a, bd, b, renameat2_flags); }
int renameat2(int ad, const char *a, int bd, const char *b, unsigned f) {
    BEGIN; renameat2_flags = f;
    int r = rename_checked(ad, a, bd, b, call_renameat2);
    END(r);
}

static int open_checked(int dir, const char *path, int flags, mode_t mode, const char *name) {
    char full[PATH_MAX];
    struct stat st;
    int (*call)(int, const char *, int, ...) = (int (*)(int, const char *, int, ...))real(name);
    int changes_files = (flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE;
    if (!changes_files || !path_of_name(dir, path, full)) return call(dir, path, flags, mode);
    BEGIN;
    int is_new = lstat(full, &st);
    if (!is_new && !(flags & O_TRUNC)) END(call(dir, path, flags, mode));
    STEP(1);
    if (is_new) keep_name(full);
    else {
        int fd = call(dir, path, O_RDONLY | O_CLOEXEC, 0);
        if (fd >= 0) { keep_content(fd); close(fd); }
    }
    int fd = call(dir, path, flags, mode);
    if (is_new && fd < 0) undo(1);
    END(fd);
}
#define MODE_OF(flags) mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list l; va_start(l, flags); mode = va_arg(l, mode_t); va_end(l); }
int open(const char *path, int flags, ...) { MODE_OF(flags) return open_checked(AT_FDCWD, path, flags, mode, "openat"); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return open_checked(AT_FDCWD, path, flags, mode, "openat"); }
int openat(int dir, const char *path, int flags, ...) { MODE_OF(flags) return open_checked(dir, path, flags, mode, "openat"); }
int openat64(int dir, const char *path, int flags, ...) { MODE_OF(flags) return open_checked(dir, path, flags, mode, "openat"); }
