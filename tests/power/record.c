/* Preloaded into a program: records what it does to the files under POWER_ROOT, in order, in the file POWER_LOG, so
 * that a test can put the folder back as a power cut at any moment would have left it.
 *
 * A record: one octet of kind ('w' write, 't' truncate, 's' sync, 'u' unlink, 'm' rename), then in the machine's byte
 * order the lengths of path and data (32 bits each) and an offset or length (64 bits), then the path and the data (of
 * a rename: the new path). What a program does by raw system calls or through mapped memory is not seen; SQLite maps
 * only its `-shm`, which no recovery believes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static const char *root;

__attribute__((constructor)) static void begin(void) {
    root = getenv("POWER_ROOT");
    const char *path = getenv("POWER_LOG");
    if (root && path) log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    size_t length = root ? strlen(root) : 0;
    return log_fd >= 0 && strncmp(path, root, length) == 0 && path[length] == '/';
}

/* The path of an open file, into `path`; whether it is to be recorded. */
static int path_of(int fd, char *path) {
    char link[64];
    int error = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = log_fd < 0 ? -1 : readlink(link, path, PATH_MAX - 1);
    errno = error;
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path) && !strstr(path, " (deleted)");
}

/* An absolute path of a name, its folder resolved. */
static int path_at(const char *name, char *path) {
    char folder[PATH_MAX], resolved[PATH_MAX];
    const char *slash = strrchr(name, '/');
    if (log_fd < 0) return 0;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - name) : 1, slash ? name : ".");
    if (!realpath(folder, resolved)) return 0;
    int length = snprintf(path, PATH_MAX, "%s/%s", resolved, slash ? slash + 1 : name);
    return length < PATH_MAX && is_ours(path);
}

static void put(const void *bytes, size_t length) {
    while (length > 0) {
        ssize_t put = syscall(SYS_write, log_fd, bytes, length);
        if (put <= 0) abort();
        bytes = (const char *)bytes + put;
        length -= put;
    }
}

static void record(char kind, const char *path, uint64_t at, const void *data, uint32_t length) {
    uint32_t path_length = strlen(path);
    put(&kind, 1);
    put(&path_length, 4);
    put(&length, 4);
    put(&at, 8);
    put(path, path_length);
    put(data, length);
}

static ssize_t write_at(int fd, const void *data, size_t length, off64_t at, int has_place) {
    char path[PATH_MAX];
    if (!path_of(fd, path))
        return has_place ? syscall(SYS_pwrite64, fd, data, length, at) : syscall(SYS_write, fd, data, length);
    pthread_mutex_lock(&one_at_a_time);
    if (!has_place) at = lseek64(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t written =
        has_place ? syscall(SYS_pwrite64, fd, data, length, at) : syscall(SYS_write, fd, data, length);
    int error = errno;
    if (written > 0) record('w', path, at, data, written);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return written;
}

ssize_t write(int fd, const void *data, size_t length) { return write_at(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return write_at(fd, data, length, at, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return write_at(fd, data, length, at, 1); }

static int numbered(long call, char kind, int fd, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return syscall(call, fd, length);
    pthread_mutex_lock(&one_at_a_time);
    int result = syscall(call, fd, length);
    int error = errno;
    if (result == 0) record(kind, path, length, "", 0);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return result;
}

int ftruncate(int fd, off_t length) { return numbered(SYS_ftruncate, 't', fd, length); }
int ftruncate64(int fd, off64_t length) { return numbered(SYS_ftruncate, 't', fd, length); }
int fsync(int fd) { return numbered(SYS_fsync, 's', fd, 0); }
int fdatasync(int fd) { return numbered(SYS_fdatasync, 's', fd, 0); }

int unlink(const char *name) {
    char path[PATH_MAX];
    int ours = path_at(name, path);
    pthread_mutex_lock(&one_at_a_time);
    int result = syscall(SYS_unlinkat, AT_FDCWD, name, 0);
    int error = errno;
    if (ours && result == 0) record('u', path, 0, "", 0);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return result;
}

int rename(const char *from, const char *to) {
    char old[PATH_MAX], new[PATH_MAX];
    int ours = path_at(from, old) && path_at(to, new);
    pthread_mutex_lock(&one_at_a_time);
    int result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int error = errno;
    if (ours && result == 0) record('m', old, 0, new, strlen(new));
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return result;
}
