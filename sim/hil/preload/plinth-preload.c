/*
 * Gives any program the device nodes of a simulated board: for LD_PRELOAD, with PLINTH_HIL naming a folder.
 *
 * A path below /dev or /sys that exists as $PLINTH_HIL/<path> means that file instead. What is there is either an
 * ordinary file, folder or link, or a live node: a name of the socket $PLINTH_HIL/socket. Opening one connects to
 * the simulator; reads, writes and ioctls of that descriptor become requests to it. So the program needs no root
 * and no kernel driver, and may be Node, Python, a shell or C.
 *
 * Answered here as Linux does: i2c-dev's calls, of which the simulator sees only raw messages (drivers/i2c/
 * i2c-dev.c, and i2c-core-smbus.c for what SMBus calls are made of), and the offsets and poll events of sysfs
 * attributes (fs/kernfs/file.c). What a line or a part then does is the simulator's business, errno included.
 *
 * A serial line is a pseudo-terminal; what the kernel's forget, parity and when the last byte has left, is asked of
 * who holds it.
 *
 * Not reached: statically linked programs, those that make system calls themselves (Go), and set-user-ID ones. Needs
 * glibc 2.33 or newer (Debian 12, Ubuntu 22.04) on a 64-bit machine.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "written for 64-bit machines, where open64 is open");

/* The same function under a second name of libc. */
#define ALSO(other, name) __asm__(".globl " #other "\n.type " #other ", %function\n.set " #other ", " #name "\n")
/* The function that this one stands before: libc's. */
#define NEXT(name) ((__typeof__(&name))next_of(#name, &next_##name))
#define BEFORE(name) static void *_Atomic next_##name

static void *next_of(const char *name, void *_Atomic *known) {
  void *found = atomic_load_explicit(known, memory_order_relaxed);
  if (!found) atomic_store_explicit(known, found = dlsym(RTLD_NEXT, name), memory_order_relaxed);
  return found;
}

BEFORE(access);
BEFORE(chdir);
BEFORE(close);
BEFORE(closedir);
BEFORE(dup);
BEFORE(dup2);
BEFORE(dup3);
BEFORE(epoll_ctl);
BEFORE(epoll_pwait);
BEFORE(euidaccess);
BEFORE(faccessat);
BEFORE(fchdir);
BEFORE(fcntl);
BEFORE(fdopen);
BEFORE(fdopendir);
BEFORE(fileno);
BEFORE(fopen);
BEFORE(fstat);
BEFORE(fstatat);
BEFORE(getcwd);
BEFORE(getxattr);
BEFORE(ioctl);
BEFORE(lgetxattr);
BEFORE(lseek);
BEFORE(lstat);
BEFORE(openat);
BEFORE(opendir);
BEFORE(ppoll);
BEFORE(pread);
BEFORE(pselect);
BEFORE(pwrite);
BEFORE(read);
BEFORE(readdir);
BEFORE(readlinkat);
BEFORE(realpath);
BEFORE(select);
BEFORE(stat);
BEFORE(statx);
BEFORE(syscall);
BEFORE(tcdrain);
BEFORE(tcgetattr);
BEFORE(tcsetattr);
BEFORE(write);

/* ---- Paths: what is below $PLINTH_HIL lies over the machine's own ---- */

static char folder[96];
static size_t folder_length;
/* All live nodes are names of one socket, and so have its inode. */
static dev_t socket_dev;
static ino_t socket_ino;

/* The path to use instead of `path`: itself, or `room` filled with the overlay's. */
static const char *overlaid(const char *path, char room[PATH_MAX]) {
  if (!folder_length || !path || path[0] != '/') return path;
  while (path[1] == '/') path++;
  if ((strncmp(path, "/dev", 4) && strncmp(path, "/sys", 4)) || (path[4] && path[4] != '/')) return path;
  size_t length = strlen(path);
  if (folder_length + length >= PATH_MAX) return path;
  memcpy(room, folder, folder_length);
  memcpy(room + folder_length, path, length + 1);
  struct stat found;
  int before = errno;
  bool exists = NEXT(lstat)(room, &found) == 0;
  errno = before;
  return exists ? room : path;
}

/* Whether a path is one of the overlay's own files. */
static bool is_beneath(const char *path) {
  return folder_length && !strncmp(path, folder, folder_length) && (!path[folder_length] || path[folder_length] == '/');
}

/* An overlay's path without the overlay: what the program is to see. */
static void show_bare(char *path) {
  if (!is_beneath(path)) return;
  memmove(path, path + folder_length, strlen(path + folder_length) + 1);
  if (!path[0]) strcpy(path, "/");
}

enum { slot_count = 256, descriptor_max = 65536, aside_min = 512 };

/* Folders of the overlay that are open, or worked in: what they lack, the machine's own folder may have. */
static atomic_bool is_overlay[descriptor_max];
static atomic_bool works_in_overlay;

/* Pseudo-terminals that stand for serial lines of the board. */
static atomic_bool is_line[descriptor_max];

static bool begins_in_overlay(int at) {
  return at == AT_FDCWD ? works_in_overlay : at >= 0 && at < descriptor_max && is_overlay[at];
}

/* What the descriptor, or AT_FDCWD, is called in the end; false where it has no path. */
static bool name_of(int fd, char name[PATH_MAX]) {
  char link[40];
  snprintf(link, sizeof link, fd == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", fd);
  ssize_t length = NEXT(readlinkat)(AT_FDCWD, link, name, PATH_MAX - 1);
  if (length < 0) return false;
  name[length] = 0;
  return true;
}

/* As `overlaid`, of a path that may begin at a folder. */
static const char *overlaid_at(int at, const char *path, char room[PATH_MAX]) {
  if (!folder_length || !path || !*path || *path == '/') return overlaid(path, room);
  struct stat found;
  if (!begins_in_overlay(at)) return path;
  int before = errno;
  bool exists = NEXT(fstatat)(at, path, &found, AT_SYMLINK_NOFOLLOW) == 0;
  errno = before;
  char base[PATH_MAX];
  if (exists || !name_of(at, base)) return path;
  show_bare(base);
  return snprintf(room, PATH_MAX, "%s/%s", base, path) < PATH_MAX ? room : path;
}

/* ---- Descriptors of live nodes ---- */

/* What the simulator says of a node when it is opened. */
struct opened {
  uint8_t kind; /* 'i' an I2C bus, 'a' an attribute of sysfs, 'v' one with poll events: a line's value */
  uint8_t minor; /* of an I2C bus: its number */
  uint16_t address; /* that an I2C descriptor is set to */
  uint32_t inode; /* inode_of its path */
};

/* An open file, as the kernel has it: descriptors that were duplicated or inherited share it, with its offset. */
struct slot {
  atomic_int users; /* descriptors, in all processes that were forked */
  pthread_mutex_t turn; /* for one request and its answer */
  struct opened node;
  int access; /* O_RDONLY, O_WRONLY, O_RDWR */
  int requests; /* a socket of our own for requests; of a value another connection: the program's carries events */
  int64_t offset;
  int length; /* of the text that was read from offset 0 */
  char text[64];
  bool pec;
  bool broken; /* whoever held the turn died half-way */
};

static struct slot *slots; /* shared by forked processes */
static _Atomic uint16_t slot_of[descriptor_max]; /* 0: not ours; else a slot, counted from 1 */
static atomic_int highest; /* of these descriptors */
/* A child by vfork shares this memory, though not the descriptors that it closes and duplicates before exec. */
static pid_t owner;

static bool is_ours_to_change(void) { return getpid() == owner; }

static struct slot *slot_at(int fd) {
  if (fd < 0 || fd >= descriptor_max) return NULL;
  uint16_t number = atomic_load_explicit(&slot_of[fd], memory_order_acquire);
  return number ? &slots[number - 1] : NULL;
}

static void bind_slot(int fd, struct slot *slot) {
  if (fd > highest) highest = fd;
  atomic_store_explicit(&slot_of[fd], (uint16_t)(slot - slots + 1), memory_order_release);
}

static bool is_bound_here(const struct slot *slot) {
  for (int fd = 0; fd <= highest; fd++)
    if (slot_of[fd] == slot - slots + 1) return true;
  return false;
}

/* Processes that exec or exit do not say that they let go; so when all are taken, who has one no more here loses it. */
static struct slot *free_slot(void) {
  for (int number = 0; slots && number < 2 * slot_count; number++) {
    struct slot *slot = &slots[number % slot_count];
    int users = number < slot_count || is_bound_here(slot) ? 0 : slot->users;
    if (!atomic_compare_exchange_strong(&slot->users, &users, 1)) continue;
    slot->offset = 0;
    slot->length = -1;
    slot->pec = slot->broken = false;
    return slot;
  }
  return NULL;
}

static void follow_standard_stream(int fd);
static void forget_waits(int fd);

/* The descriptor goes; with the last one of this process the socket for requests, if that is another. */
static void release_slot(int fd) {
  struct slot *slot = slot_at(fd);
  if (!slot || !is_ours_to_change()) return;
  atomic_store(&slot_of[fd], 0);
  if (!is_bound_here(slot)) NEXT(close)(slot->requests);
  atomic_fetch_sub(&slot->users, 1);
  forget_waits(fd);
  follow_standard_stream(fd);
}

static void share_slot(int from, int to) {
  struct slot *slot = slot_at(from);
  if (to >= 0 && to < descriptor_max) {
    is_overlay[to] = begins_in_overlay(from);
    is_line[to] = from >= 0 && from < descriptor_max && is_line[from];
  }
  if (!slot || to < 0 || to >= descriptor_max || !is_ours_to_change()) return;
  atomic_fetch_add(&slot->users, 1);
  bind_slot(to, slot);
  follow_standard_stream(to);
}

static void share_with_child(void) {
  owner = getpid();
  for (int fd = 0; slots && fd <= highest; fd++)
    if (slot_of[fd]) atomic_fetch_add(&slots[slot_of[fd] - 1].users, 1);
}

/* ---- Requests: u32 length, u8 operation, payload; answers: u32 length, u32 errno, u32 wait in µs, payload ---- */

struct bytes {
  const void *at;
  size_t length;
};

struct answer {
  uint32_t length;
  uint32_t error;
  uint32_t wait_us; /* for which bits are on the wire */
  char *payload;
  size_t room;
};

static bool send_whole(int fd, struct iovec *parts, size_t count) {
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
  while (message.msg_iovlen) {
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) NEXT(ppoll)(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, NULL, NULL);
    if (sent < 0 && errno != EINTR && errno != EAGAIN) return false;
    while (message.msg_iovlen && sent >= (ssize_t)message.msg_iov->iov_len) {
      sent -= message.msg_iov++->iov_len;
      message.msg_iovlen--;
    }
    if (sent <= 0 || !message.msg_iovlen) continue;
    message.msg_iov->iov_base = (char *)message.msg_iov->iov_base + sent;
    message.msg_iov->iov_len -= sent;
  }
  return true;
}

static bool receive_whole(int fd, void *room, size_t length) {
  for (char *bytes = room; length;) {
    ssize_t received = recv(fd, bytes, length, 0);
    if (received < 0 && errno == EAGAIN) NEXT(ppoll)(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, NULL, NULL);
    if (!received || (received < 0 && errno != EINTR && errno != EAGAIN)) return false;
    if (received > 0) bytes += received, length -= received;
  }
  return true;
}

/* False: the simulator is gone. */
static bool exchange(int fd, char operation, struct bytes one, struct bytes two, struct answer *answer) {
  uint32_t length = 1 + one.length + two.length;
  char head[5];
  memcpy(head, &length, 4);
  head[4] = operation;
  struct iovec parts[] = {{head, 5}, {(void *)one.at, one.length}, {(void *)two.at, two.length}};
  if (!send_whole(fd, parts, 3) || !receive_whole(fd, answer, 12)) return false;
  return answer->length <= answer->room && receive_whole(fd, answer->payload, answer->length);
}

/* 0, or an errno. The caller's errno is kept. */
static int ask(struct slot *slot, char operation, struct bytes one, struct bytes two, struct answer *answer) {
  int gone = slot->node.kind == 'i' ? EIO : ENODEV;
  int before = errno;
  struct timespec until;
  if (pthread_mutex_lock(&slot->turn) == EOWNERDEAD) {
    pthread_mutex_consistent(&slot->turn);
    slot->broken = true;
  }
  clock_gettime(CLOCK_MONOTONIC, &until);
  if (!slot->broken && !exchange(slot->requests, operation, one, two, answer)) slot->broken = true;
  int error = slot->broken ? gone : (int)answer->error;
  pthread_mutex_unlock(&slot->turn);
  if (!slot->broken && answer->wait_us) {
    until.tv_sec += answer->wait_us / 1000000;
    until.tv_nsec += answer->wait_us % 1000000 * 1000L;
    if (until.tv_nsec >= 1000000000L) until.tv_sec++, until.tv_nsec -= 1000000000L;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
  }
  errno = before;
  return error;
}

static ssize_t result(int error, ssize_t value) {
  if (!error) return value;
  errno = error;
  return -1;
}

/* ---- Opening ---- */

/* Linux names a socket that is bound to nothing itself: by that name the simulator knows an open file again. */
struct label {
  char text[8];
};

static struct label label_of(int fd) {
  struct sockaddr_un own = {0};
  struct label label = {{0}};
  socklen_t length = sizeof own;
  if (getsockname(fd, (struct sockaddr *)&own, &length) == 0) memcpy(label.text, own.sun_path + 1, 7);
  return label;
}

static int connected(int flags) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | flags, 0);
  if (fd < 0) return -1;
  bind(fd, (struct sockaddr *)&name, sizeof name.sun_family);
  snprintf(name.sun_path, sizeof name.sun_path, "%s/socket", folder);
  if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0 && fd < descriptor_max) return fd;
  NEXT(close)(fd);
  errno = ENODEV;
  return -1;
}

/* A descriptor of our own, out of the way of numbers that programs count on. */
static int set_aside(int fd) {
  int high = NEXT(fcntl)(fd, F_DUPFD_CLOEXEC, aside_min);
  return high >= 0 ? high : NEXT(fcntl)(fd, F_DUPFD_CLOEXEC, 0);
}

/* For the requests of an open file that is known by its label; what it is comes into `node`. */
static int second_connection(struct label label, struct opened *node) {
  int low = connected(SOCK_CLOEXEC);
  if (low < 0) return -1;
  int fd = set_aside(low);
  NEXT(close)(low);
  struct answer answer = {.payload = (char *)node, .room = sizeof *node};
  if (exchange(fd, 'A', (struct bytes){label.text, sizeof label}, (struct bytes){0}, &answer) && !answer.error) return fd;
  NEXT(close)(fd);
  return -1;
}

/* 0, or an errno. */
static int introduce(int fd, struct slot *slot, const char *path, int flags) {
  struct {
    uint32_t flags;
    struct label label;
  } file = {(uint32_t)flags, label_of(fd)};
  struct answer answer = {.payload = (char *)&slot->node, .room = sizeof slot->node};
  if (!exchange(fd, 'O', (struct bytes){&file, sizeof file}, (struct bytes){path, strlen(path)}, &answer)) return ENODEV;
  if (answer.error) return (int)answer.error;
  slot->access = flags & O_ACCMODE;
  slot->requests = slot->node.kind == 'v' ? second_connection(file.label, &slot->node) : set_aside(fd);
  return slot->requests < 0 ? ENODEV : 0;
}

static int open_live(const char *path, int flags) {
  int fd = connected(flags & O_CLOEXEC ? SOCK_CLOEXEC : 0);
  if (fd < 0) return -1;
  struct slot *slot = free_slot();
  int error = slot ? introduce(fd, slot, path, flags) : EMFILE;
  if (!error) {
    bind_slot(fd, slot);
    return fd;
  }
  if (slot) atomic_store(&slot->users, 0);
  NEXT(close)(fd);
  errno = error;
  return -1;
}

/* ---- Faults of serial lines: asked for before each call, while there is the file tty/faulty ---- */

enum { pts_major = 136 }; /* Documentation/admin-guide/devices.txt */

static bool is_pseudo_terminal(const struct stat *found) {
  return S_ISCHR(found->st_mode) && major(found->st_rdev) == pts_major;
}

static bool lines_are_faulty(void) {
  struct stat found;
  char flag[sizeof folder + 16];
  int before = errno;
  snprintf(flag, sizeof flag, "%s/tty/faulty", folder);
  bool exists = folder_length && NEXT(fstatat)(AT_FDCWD, flag, &found, 0) == 0;
  errno = before;
  return exists;
}

/* 0: the call may go on; else an errno. The answer may be long in coming. The caller's errno is kept. */
static int fault_of(char call, const char *path) {
  int before = errno;
  struct answer answer = {0};
  int asking = connected(SOCK_CLOEXEC);
  bool told = asking >= 0 && exchange(asking, 'C', (struct bytes){&call, 1}, (struct bytes){path, strlen(path)}, &answer);
  if (asking >= 0) NEXT(close)(asking);
  errno = before;
  return told ? (int)answer.error : 0;
}

static int line_fault(char call, int fd) {
  if (fd < 0 || fd >= descriptor_max || !is_line[fd] || !lines_are_faulty()) return 0;
  char path[PATH_MAX];
  return name_of(fd, path) ? fault_of(call, path) : 0;
}

static int opening_fault(const char *overlay) {
  return lines_are_faulty() ? fault_of('o', overlay + folder_length) : 0;
}

static bool is_live(const struct stat *found) {
  return folder_length && S_ISSOCK(found->st_mode) && found->st_ino == socket_ino && found->st_dev == socket_dev;
}

/* The path of a live node as programs are to know it, however it was written. */
static bool full_path(int at, const char *used, char whole[PATH_MAX]) {
  int handle = NEXT(openat)(at, used, O_PATH | O_CLOEXEC);
  if (handle < 0) return false;
  bool named = name_of(handle, whole);
  NEXT(close)(handle);
  if (named) show_bare(whole);
  return named;
}

/* A name of the socket cannot be opened (ENXIO): by that it is known as a live node. */
int openat(int at, const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  char room[PATH_MAX], whole[PATH_MAX];
  const char *used = overlaid_at(at, path, room);
  int before = errno;
  struct stat found;
  int fault = used == room && is_beneath(room) ? opening_fault(room) : 0;
  if (fault) return (int)result(fault, 0);
  int fd = NEXT(openat)(at, used, flags, mode);
  release_slot(fd); /* the number was ours, and libc closed it by itself */
  if (fd >= 0 && fd < descriptor_max) {
    is_overlay[fd] = used == room ? is_beneath(room) : *path != '/' && begins_in_overlay(at);
    is_line[fd] = is_overlay[fd] && NEXT(fstat)(fd, &found) == 0 && is_pseudo_terminal(&found);
  }
  if (fd >= 0 || errno != ENXIO || NEXT(fstatat)(at, used, &found, 0) || !is_live(&found)) return fd;
  errno = before;
  return full_path(at, used, whole) ? open_live(whole, flags) : -1;
}
ALSO(openat64, openat);

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return openat(AT_FDCWD, path, flags, mode);
}
ALSO(open64, open);

/* What a program that was compiled with _FORTIFY_SOURCE calls. */
int __open_2(const char *path, int flags) { return openat(AT_FDCWD, path, flags); }
ALSO(__open64_2, __open_2);
int __openat_2(int at, const char *path, int flags) { return openat(at, path, flags); }
ALSO(__openat64_2, __openat_2);

int creat(const char *path, mode_t mode) { return openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
ALSO(creat64, creat);

/* ---- Closing and duplicating ---- */

static bool carries_requests(int fd) {
  for (int number = 0; slots && fd >= aside_min && number < slot_count; number++)
    if (slots[number].users && slots[number].requests == fd) return true;
  return false;
}

int close(int fd) {
  /* Programs that become daemons close every number there is. */
  if (carries_requests(fd)) return (int)result(EBADF, 0);
  release_slot(fd);
  if (fd >= 0 && fd < descriptor_max) is_line[fd] = false;
  return NEXT(close)(fd);
}

int dup(int fd) {
  int copy = NEXT(dup)(fd);
  share_slot(fd, copy);
  return copy;
}

int dup2(int fd, int to) {
  if (fd == to) return NEXT(dup2)(fd, to);
  release_slot(to);
  int copy = NEXT(dup2)(fd, to);
  share_slot(fd, copy);
  return copy;
}

int dup3(int fd, int to, int flags) {
  if (fd != to) release_slot(to);
  int copy = NEXT(dup3)(fd, to, flags);
  share_slot(fd, copy);
  return copy;
}

int fcntl(int fd, int command, ...) {
  va_list more;
  va_start(more, command);
  void *argument = va_arg(more, void *);
  va_end(more);
  int value = NEXT(fcntl)(fd, command, argument);
  if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) share_slot(fd, value);
  struct slot *slot = command == F_GETFL ? slot_at(fd) : NULL;
  return slot && value >= 0 ? (value & ~O_ACCMODE) | slot->access : value;
}
ALSO(fcntl64, fcntl);

/* ---- Attributes of sysfs: text, made anew by each read at offset 0 (fs/seq_file.c) ---- */

/* A read clears an event that was told before it: a byte on the program's socket, never more than one. */
static void take_event(int fd) {
  char event;
  struct pollfd arrival = {.fd = fd, .events = POLLIN};
  /* Somebody else may have taken it: a fork, or a thread. */
  if (NEXT(ppoll)(&arrival, 1, &(struct timespec){0, 100000000}, NULL) > 0) recv(fd, &event, 1, MSG_DONTWAIT);
}

static int show(int fd, struct slot *slot) {
  struct {
    uint32_t was_told;
    char text[sizeof slot->text];
  } shown;
  struct answer answer = {.payload = (char *)&shown, .room = sizeof shown};
  int error = ask(slot, 'R', (struct bytes){0}, (struct bytes){0}, &answer);
  if (error) return error;
  if (shown.was_told) take_event(fd);
  slot->length = answer.length - 4;
  memcpy(slot->text, shown.text, slot->length);
  return 0;
}

static ssize_t read_attribute(int fd, struct slot *slot, void *buffer, size_t count, int64_t offset) {
  if (slot->access == O_WRONLY) return result(EBADF, 0);
  int error = offset == 0 || slot->length < 0 ? show(fd, slot) : 0;
  if (error) return result(error, 0);
  if (offset >= slot->length) return 0;
  size_t left = slot->length - offset;
  memcpy(buffer, slot->text + offset, count < left ? count : left);
  return count < left ? count : left;
}

static ssize_t write_attribute(struct slot *slot, const void *buffer, size_t count) {
  if (slot->access == O_RDONLY) return result(EBADF, 0);
  if (count > 4096) count = 4096;
  struct answer answer = {0};
  return result(ask(slot, 'T', (struct bytes){buffer, count}, (struct bytes){0}, &answer), count);
}

/* ---- I2C: every call becomes messages, from a START to a STOP (Linux, Documentation/i2c/dev-interface.rst) ---- */

enum call { call_read = 1, call_write, call_rdwr, call_smbus };

/* 0, or an errno. Bytes read are put into the messages; of a counted block its length into `len` too. */
static int transfer(struct slot *slot, enum call call, struct i2c_msg *messages, uint32_t count) {
  size_t room = 0, length = 0;
  for (uint32_t each = 0; each < count; each++) room += 8 + messages[each].len + I2C_SMBUS_BLOCK_MAX;
  char *buffer = malloc(2 * room);
  if (!buffer) return ENOMEM;
  for (uint32_t each = 0; each < count; each++) {
    struct i2c_msg *message = &messages[each];
    memcpy(buffer + length, &(uint16_t[]){message->addr, message->flags, message->len}, 6);
    length += 6;
    if (message->flags & I2C_M_RD) continue;
    memcpy(buffer + length, message->buf, message->len);
    length += message->len;
  }
  struct answer answer = {.payload = buffer + room, .room = room};
  uint8_t head[] = {call, count};
  int error = ask(slot, 'M', (struct bytes){head, 2}, (struct bytes){buffer, length}, &answer);
  const char *heard = answer.payload;
  for (uint32_t each = 0; !error && each < count; each++) {
    if (!(messages[each].flags & I2C_M_RD)) continue;
    memcpy(&messages[each].len, heard, 2);
    memcpy(messages[each].buf, heard + 2, messages[each].len);
    heard += 2 + messages[each].len;
  }
  free(buffer);
  return error;
}

static ssize_t plain_transfer(struct slot *slot, enum call call, void *buffer, size_t count) {
  if (count > 8192) count = 8192;
  if (slot->access == (call == call_read ? O_WRONLY : O_RDONLY)) return result(EBADF, 0);
  struct i2c_msg message = {slot->node.address, call == call_read ? I2C_M_RD : 0, (uint16_t)count, buffer};
  return result(transfer(slot, call, &message, 1), count);
}

static int set_address(struct slot *slot, unsigned long address, bool force) {
  if (address > 0x7f) return EINVAL;
  struct answer answer = {0};
  uint16_t words[] = {(uint16_t)address, force};
  int error = ask(slot, 'S', (struct bytes){words, 4}, (struct bytes){0}, &answer);
  if (!error) slot->node.address = address;
  return error;
}

static int functions(struct slot *slot, unsigned long *funcs) {
  uint32_t offered = 0;
  struct answer answer = {.payload = (char *)&offered, .room = 4};
  int error = ask(slot, 'F', (struct bytes){0}, (struct bytes){0}, &answer);
  if (!error) *funcs = offered;
  return error;
}

/* For all users of the adapter: I2C_RETRIES, a count; I2C_TIMEOUT, units of 10 ms. */
static int adjust(struct slot *slot, unsigned long request, unsigned long value) {
  if (value > INT_MAX) return EINVAL;
  struct answer answer = {0};
  uint32_t words[] = {request == I2C_RETRIES ? 0 : 1, (uint32_t)value};
  return ask(slot, 'X', (struct bytes){words, 8}, (struct bytes){0}, &answer);
}

/* A combined transfer; the number of messages, or a negative errno. */
static int read_write(struct slot *slot, const struct i2c_rdwr_ioctl_data *work) {
  if (!work->msgs || !work->nmsgs || work->nmsgs > I2C_RDWR_IOCTL_MAX_MSGS) return -EINVAL;
  struct i2c_msg messages[I2C_RDWR_IOCTL_MAX_MSGS];
  memcpy(messages, work->msgs, work->nmsgs * sizeof *messages);
  for (uint32_t each = 0; each < work->nmsgs; each++) {
    struct i2c_msg *message = &messages[each];
    if (message->len > 8192) return -EINVAL;
    if (!(message->flags & I2C_M_RECV_LEN)) continue;
    /* The first byte of the buffer says how many bytes beside the counted ones there are. */
    if (!(message->flags & I2C_M_RD) || message->buf[0] < 1 || message->len < message->buf[0] + I2C_SMBUS_BLOCK_MAX)
      return -EINVAL;
    message->len = message->buf[0];
  }
  int error = transfer(slot, call_rdwr, messages, work->nmsgs);
  return error ? -error : (int)work->nmsgs;
}

/* CRC-8 with x^8 + x^2 + x + 1 over address and data (SMBus 3.1 section 6.4.1). */
static uint8_t packet_error_code(uint8_t crc, const struct i2c_msg *message, int length) {
  for (int index = -1; index < length; index++) {
    crc ^= index < 0 ? message->addr << 1 | (message->flags & I2C_M_RD) : message->buf[index];
    for (int bit = 0; bit < 8; bit++) crc = crc & 0x80 ? crc << 1 ^ 0x07 : crc << 1;
  }
  return crc;
}

struct smbus_call {
  struct i2c_msg messages[2];
  uint8_t out[I2C_SMBUS_BLOCK_MAX + 3];
  uint8_t in[2 * I2C_SMBUS_BLOCK_MAX + 3];
  int count;
};

static bool is_smbus_read(const struct i2c_smbus_ioctl_data *work) {
  return work->read_write == I2C_SMBUS_READ || work->size == I2C_SMBUS_PROC_CALL ||
         work->size == I2C_SMBUS_BLOCK_PROC_CALL;
}

/* How many bytes follow the command: 0, or an errno. */
static int smbus_payload(const struct i2c_smbus_ioctl_data *work, struct smbus_call *call, int *write, int *read) {
  const union i2c_smbus_data *data = work->data;
  *write = *read = 0;
  switch (work->size) {
    case I2C_SMBUS_BYTE_DATA:
      *write = *read = 1;
      call->out[1] = data->byte;
      return 0;
    case I2C_SMBUS_WORD_DATA:
    case I2C_SMBUS_PROC_CALL:
      *write = *read = 2;
      call->out[1] = data->word & 0xff;
      call->out[2] = data->word >> 8;
      return 0;
    case I2C_SMBUS_BLOCK_DATA:
    case I2C_SMBUS_BLOCK_PROC_CALL:
      *write = data->block[0] + 1;
      *read = 1;
      if (work->size == I2C_SMBUS_BLOCK_DATA && work->read_write == I2C_SMBUS_READ) return 0;
      if (data->block[0] > I2C_SMBUS_BLOCK_MAX) return EINVAL;
      memcpy(call->out + 1, data->block, data->block[0] + 1);
      return 0;
    case I2C_SMBUS_I2C_BLOCK_DATA:
      *write = *read = data->block[0];
      if (data->block[0] > I2C_SMBUS_BLOCK_MAX) return EINVAL;
      memcpy(call->out + 1, data->block + 1, data->block[0]);
      return 0;
    default:
      return EOPNOTSUPP;
  }
}

/* An SMBus call as the messages that an I2C controller makes of it. */
static int compose(struct slot *slot, const struct i2c_smbus_ioctl_data *work, struct smbus_call *call) {
  uint16_t address = slot->node.address;
  bool reads = is_smbus_read(work);
  call->out[0] = work->command;
  call->count = 1;
  if (work->size == I2C_SMBUS_QUICK || work->size == I2C_SMBUS_BYTE) {
    uint16_t length = work->size == I2C_SMBUS_BYTE;
    call->messages[0] = (struct i2c_msg){address, reads ? I2C_M_RD : 0, length, reads ? call->in : call->out};
    return 0;
  }
  int write, read;
  int error = smbus_payload(work, call, &write, &read);
  if (error) return error;
  bool is_call = work->size == I2C_SMBUS_PROC_CALL || work->size == I2C_SMBUS_BLOCK_PROC_CALL;
  bool is_counted = reads && (work->size == I2C_SMBUS_BLOCK_DATA || work->size == I2C_SMBUS_BLOCK_PROC_CALL);
  call->messages[0] = (struct i2c_msg){address, 0, (uint16_t)(1 + (reads && !is_call ? 0 : write)), call->out};
  if (!reads) return 0;
  call->count = 2;
  uint16_t flags = I2C_M_RD | (is_counted ? I2C_M_RECV_LEN : 0);
  call->messages[1] = (struct i2c_msg){address, flags, (uint16_t)read, call->in};
  return 0;
}

static int return_data(const struct i2c_smbus_ioctl_data *work, const struct smbus_call *call) {
  union i2c_smbus_data *data = work->data;
  switch (work->size) {
    case I2C_SMBUS_BYTE:
    case I2C_SMBUS_BYTE_DATA:
      data->byte = call->in[0];
      return 0;
    case I2C_SMBUS_WORD_DATA:
    case I2C_SMBUS_PROC_CALL:
      data->word = call->in[0] | call->in[1] << 8;
      return 0;
    case I2C_SMBUS_I2C_BLOCK_DATA:
      memcpy(data->block + 1, call->in, data->block[0]);
      return 0;
    case I2C_SMBUS_BLOCK_DATA:
    case I2C_SMBUS_BLOCK_PROC_CALL:
      if (call->in[0] > I2C_SMBUS_BLOCK_MAX) return EPROTO;
      memcpy(data->block, call->in, call->in[0] + 1);
      return 0;
    default:
      return 0;
  }
}

/* With I2C_PEC a code is added to what is written, and one is asked for after what is read. */
static int smbus_transfer(struct slot *slot, const struct i2c_smbus_ioctl_data *work, struct smbus_call *call) {
  struct i2c_msg *first = &call->messages[0], *last = &call->messages[call->count - 1];
  bool reads = last->flags & I2C_M_RD;
  bool pec = slot->pec && work->size != I2C_SMBUS_QUICK && work->size != I2C_SMBUS_I2C_BLOCK_DATA;
  uint8_t crc = first == last && reads ? 0 : packet_error_code(0, first, first->len);
  if (pec && reads) last->len++;
  if (pec && !reads) first->buf[first->len++] = crc;
  int error = transfer(slot, call_smbus, call->messages, call->count);
  if (error || !pec || !reads) return error;
  return packet_error_code(crc, last, last->len - 1) == last->buf[last->len - 1] ? 0 : EBADMSG;
}

static int smbus(struct slot *slot, const struct i2c_smbus_ioctl_data *given) {
  struct i2c_smbus_ioctl_data work = *given;
  if (work.size > I2C_SMBUS_I2C_BLOCK_DATA || work.read_write > I2C_SMBUS_READ) return EINVAL;
  bool takes_none = work.size == I2C_SMBUS_QUICK || (work.size == I2C_SMBUS_BYTE && !work.read_write);
  if (!work.data && !takes_none) return EINVAL;
  if (work.size == I2C_SMBUS_I2C_BLOCK_BROKEN) {
    work.size = I2C_SMBUS_I2C_BLOCK_DATA;
    if (work.read_write == I2C_SMBUS_READ) work.data->block[0] = I2C_SMBUS_BLOCK_MAX;
  }
  struct smbus_call call = {0};
  int error = compose(slot, &work, &call);
  if (!error) error = smbus_transfer(slot, &work, &call);
  return !error && is_smbus_read(&work) ? return_data(&work, &call) : error;
}

static int i2c_ioctl(struct slot *slot, unsigned long request, void *argument) {
  unsigned long value = (unsigned long)argument;
  if (request == I2C_RDWR) {
    int done = argument ? read_write(slot, argument) : -EFAULT;
    return (int)result(done < 0 ? -done : 0, done);
  }
  switch (request) {
    case I2C_SLAVE:
    case I2C_SLAVE_FORCE:
      return (int)result(set_address(slot, value, request == I2C_SLAVE_FORCE), 0);
    case I2C_FUNCS:
      return (int)result(argument ? functions(slot, argument) : EFAULT, 0);
    case I2C_SMBUS:
      return (int)result(argument ? smbus(slot, argument) : EFAULT, 0);
    case I2C_PEC:
      slot->pec = value != 0;
      return 0;
    case I2C_TENBIT: /* only valid with I2C_FUNC_10BIT_ADDR, which a Raspberry Pi's adapters lack */
      return (int)result(value ? EOPNOTSUPP : 0, 0);
    case I2C_RETRIES:
    case I2C_TIMEOUT:
      return (int)result(adjust(slot, request, value), 0);
    default:
      return (int)result(ENOTTY, 0);
  }
}

/* ---- Serial lines: what pseudo-terminals cannot (sim/hil/serial/plinth-pty.c, "Doors") ---- */

static const tcflag_t forgotten = PARENB | CSIZE; /* drivers/tty/pty.c, pty_set_termios */

/* Only TCGETS2 and its like want it, for its size (asm-generic/termbits.h). */
struct termios2 {
  tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
  cc_t c_line, c_cc[19];
  speed_t c_ispeed, c_ospeed;
};

/* A question and its answer. */
struct door {
  char kind;
  char zero[3];
  uint32_t cflag;
};

/* A connection to who holds the line; -1 where this is none of the board's. */
static int door_of(int fd) {
  struct stat found;
  if (!folder_length || NEXT(fstat)(fd, &found) || !is_pseudo_terminal(&found)) return -1;
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path, sizeof name.sun_path, "%s/tty/%u", folder, minor(found.st_rdev));
  int door = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (door < 0 || connect(door, (struct sockaddr *)&name, sizeof name) == 0) return door;
  NEXT(close)(door);
  return -1;
}

/* 0 where this is no line of the board, or was answered; else an errno. */
static int ask_door(int fd, struct door *asked) {
  int before = errno;
  int door = door_of(fd);
  int error = 0;
  if (door >= 0) {
    send(door, asked, sizeof *asked, MSG_NOSIGNAL);
    ssize_t got = recv(door, asked, sizeof *asked, 0);
    if (got != sizeof *asked) error = got < 0 ? errno : EIO;
    NEXT(close)(door);
  }
  errno = before;
  return error;
}

static int drained(int fd) { return (int)result(ask_door(fd, &(struct door){.kind = 'D'}), 0); }

static void asked_for(int fd, tcflag_t cflag) { ask_door(fd, &(struct door){.kind = 'T', .cflag = cflag}); }

static tcflag_t remembered(int fd, tcflag_t cflag) {
  struct door door = {.kind = 'G'};
  return !ask_door(fd, &door) && door.kind == 'T' ? (cflag & ~forgotten) | (door.cflag & forgotten) : cflag;
}

int tcdrain(int fd) {
  int failed = (int)result(line_fault('i', fd), 0);
  if (!failed) failed = NEXT(tcdrain)(fd);
  return failed ? failed : drained(fd);
}

int tcgetattr(int fd, struct termios *settings) {
  int failed = (int)result(line_fault('i', fd), 0);
  if (!failed) failed = NEXT(tcgetattr)(fd, settings);
  if (!failed) settings->c_cflag = remembered(fd, settings->c_cflag);
  return failed;
}

/* Debian's libc refuses what changes nothing but what is forgotten: so it is not asked for that. */
int tcsetattr(int fd, int when, const struct termios *settings) {
  int door = door_of(fd);
  if (door < 0) return NEXT(tcsetattr)(fd, when, settings);
  NEXT(close)(door);
  struct termios kept = *settings;
  kept.c_cflag = (kept.c_cflag & ~forgotten) | CS8;
  int failed = (int)result(line_fault('i', fd), 0);
  if (!failed && when != TCSANOW) failed = drained(fd);
  if (!failed) failed = NEXT(tcsetattr)(fd, when, &kept);
  if (!failed) asked_for(fd, settings->c_cflag);
  return failed;
}

/* The three kinds of settings begin alike: c_iflag, c_oflag, c_cflag. */
static int tty_ioctl(int fd, unsigned long request, struct termios *settings) {
  bool waits = request == TCSETSW || request == TCSETSF || request == TCSETSW2 || request == TCSETSF2;
  if (waits && drained(fd)) return -1;
  int done = NEXT(ioctl)(fd, request, settings);
  if (done) return done;
  if (request == TCSBRK && settings) return drained(fd);
  if (request == TCGETS || request == TCGETS2) settings->c_cflag = remembered(fd, settings->c_cflag);
  if (waits || request == TCSETS || request == TCSETS2) asked_for(fd, settings->c_cflag);
  return done;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *argument = va_arg(more, void *);
  va_end(more);
  struct slot *slot = slot_at(fd);
  int fault = slot ? 0 : line_fault('i', fd);
  if (fault) return (int)result(fault, 0);
  if (!slot) return tty_ioctl(fd, request, argument);
  return slot->node.kind == 'i' ? i2c_ioctl(slot, request, argument) : (int)result(ENOTTY, 0);
}

/* ---- Reading and writing ---- */

ssize_t read(int fd, void *buffer, size_t count) {
  struct slot *slot = slot_at(fd);
  int fault = slot ? 0 : line_fault('r', fd);
  if (fault) return result(fault, 0);
  if (!slot) return NEXT(read)(fd, buffer, count);
  if (slot->node.kind == 'i') return plain_transfer(slot, call_read, buffer, count);
  ssize_t got = read_attribute(fd, slot, buffer, count, slot->offset);
  if (got > 0) slot->offset += got;
  return got;
}

ssize_t write(int fd, const void *buffer, size_t count) {
  struct slot *slot = slot_at(fd);
  int fault = slot ? 0 : line_fault('w', fd);
  if (fault) return result(fault, 0);
  if (!slot) return NEXT(write)(fd, buffer, count);
  if (slot->node.kind == 'i') return plain_transfer(slot, call_write, (void *)buffer, count);
  ssize_t put = write_attribute(slot, buffer, count);
  if (put > 0) slot->offset += put;
  return put;
}

ssize_t pread(int fd, void *buffer, size_t count, off_t offset) {
  struct slot *slot = slot_at(fd);
  if (!slot) return NEXT(pread)(fd, buffer, count, offset);
  if (slot->node.kind == 'i') return plain_transfer(slot, call_read, buffer, count);
  return read_attribute(fd, slot, buffer, count, offset);
}
ALSO(pread64, pread);

ssize_t pwrite(int fd, const void *buffer, size_t count, off_t offset) {
  struct slot *slot = slot_at(fd);
  if (!slot) return NEXT(pwrite)(fd, buffer, count, offset);
  if (slot->node.kind == 'i') return plain_transfer(slot, call_write, (void *)buffer, count);
  return write_attribute(slot, buffer, count);
}
ALSO(pwrite64, pwrite);

ssize_t __read_chk(int fd, void *buffer, size_t count, size_t room) {
  if (count > room) abort();
  return read(fd, buffer, count);
}
ssize_t __pread_chk(int fd, void *buffer, size_t count, off_t offset, size_t room) {
  if (count > room) abort();
  return pread(fd, buffer, count, offset);
}
ALSO(__pread64_chk, __pread_chk);

/* i2c-dev cannot seek; an attribute can, but it has no end. */
off_t lseek(int fd, off_t offset, int whence) {
  struct slot *slot = slot_at(fd);
  if (!slot) return NEXT(lseek)(fd, offset, whence);
  if (slot->node.kind == 'i') return result(ESPIPE, 0);
  off_t to = whence == SEEK_SET ? offset : whence == SEEK_CUR ? slot->offset + offset : -1;
  if (to < 0) return result(EINVAL, 0);
  return slot->offset = to;
}
ALSO(lseek64, lseek);

/* ---- Streams of C: libc's own reads and writes pass nobody, so a stream of a live node is made of ours ---- */

static struct {
  FILE *stream;
  int fd;
} streams[64];
static pthread_mutex_t streams_turn = PTHREAD_MUTEX_INITIALIZER;

static ssize_t stream_read(void *cookie, char *buffer, size_t count) { return read((int)(intptr_t)cookie, buffer, count); }

/* A cookie stream's write says 0 where write says -1. */
static ssize_t stream_write(void *cookie, const char *buffer, size_t count) {
  ssize_t put = write((int)(intptr_t)cookie, buffer, count);
  return put < 0 ? 0 : put;
}

static int stream_seek(void *cookie, off64_t *offset, int whence) {
  off_t to = lseek((int)(intptr_t)cookie, *offset, whence);
  if (to >= 0) *offset = to;
  return to < 0 ? -1 : 0;
}

/* What the program has for stdin and stdout, and what stands for them while 0 or 1 is a live node. */
static FILE *standard_own[2], *standard_ours[2];

static int stream_close(void *cookie) {
  int fd = (int)(intptr_t)cookie;
  if (fd <= 1) standard_ours[fd] = NULL;
  pthread_mutex_lock(&streams_turn);
  for (int each = 0; each < 64; each++)
    if (streams[each].fd == fd) streams[each].stream = NULL;
  pthread_mutex_unlock(&streams_turn);
  return close(fd);
}

static int stream_flags(const char *mode) {
  int both = strchr(mode, '+') ? O_RDWR : 0;
  int close_on_exec = strchr(mode, 'e') ? O_CLOEXEC : 0;
  return close_on_exec | (both ? both : mode[0] == 'r' ? O_RDONLY : O_WRONLY);
}

static FILE *stream_of(int fd, const char *mode) {
  cookie_io_functions_t calls = {stream_read, stream_write, stream_seek, stream_close};
  FILE *stream = fopencookie((void *)(intptr_t)fd, mode, calls);
  pthread_mutex_lock(&streams_turn);
  for (int each = 0; stream && each < 64; each++) {
    if (streams[each].stream) continue;
    streams[each].stream = stream;
    streams[each].fd = fd;
    break;
  }
  pthread_mutex_unlock(&streams_turn);
  return stream;
}

FILE *fdopen(int fd, const char *mode) { return slot_at(fd) ? stream_of(fd, mode) : NEXT(fdopen)(fd, mode); }

FILE *fopen(const char *path, const char *mode) {
  char room[PATH_MAX];
  const char *used = overlaid_at(AT_FDCWD, path, room);
  struct stat found;
  if (!folder_length || NEXT(stat)(used, &found) || !is_live(&found)) return NEXT(fopen)(used, mode);
  int fd = openat(AT_FDCWD, path, stream_flags(mode));
  return fd < 0 ? NULL : stream_of(fd, mode);
}
ALSO(fopen64, fopen);

/* As in the shell's `echo 17 > export`. */
static void follow_standard_stream(int fd) {
  if (fd < 0 || fd > 1) return;
  FILE **standard = fd == 0 ? &stdin : &stdout, **ours = &standard_ours[fd];
  if (*ours && *standard == *ours) *standard = standard_own[fd];
  if (!slot_at(fd)) return;
  if (!*ours) *ours = stream_of(fd, fd == 0 ? "r" : "w");
  if (!*ours) return;
  standard_own[fd] = *standard;
  *standard = *ours;
}

int fileno(FILE *stream) {
  for (int each = 0; each < 64; each++)
    if (streams[each].stream == stream) return streams[each].fd;
  return NEXT(fileno)(stream);
}
ALSO(fileno_unlocked, fileno);

/* ---- Waiting: a value's event is POLLPRI with POLLERR; otherwise it can always be read and written ---- */

static struct slot *value_at(int fd) {
  struct slot *slot = slot_at(fd);
  return slot && slot->node.kind == 'v' ? slot : NULL;
}

static const short always = POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;

int ppoll(struct pollfd *set, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  bool ours = false;
  for (nfds_t each = 0; folder_length && each < count; each++) ours |= slot_at(set[each].fd) != NULL;
  if (!ours) return NEXT(ppoll)(set, count, timeout, mask);
  struct pollfd *real = malloc(count * sizeof *real);
  if (!real) return (int)result(ENOMEM, 0);
  static const struct timespec now;
  bool ready = false;
  for (nfds_t each = 0; each < count; each++) {
    real[each] = set[each];
    if (!slot_at(set[each].fd)) continue;
    real[each].events = value_at(set[each].fd) ? POLLIN : 0;
    ready |= (set[each].events & always) != 0;
  }
  int found = NEXT(ppoll)(real, count, ready ? &now : timeout, mask);
  int total = found < 0 ? found : 0;
  for (nfds_t each = 0; found >= 0 && each < count; each++) {
    short seen = real[each].revents;
    if (slot_at(set[each].fd)) seen = (set[each].events & always) | (seen ? (set[each].events & POLLPRI) | POLLERR : 0);
    set[each].revents = seen;
    total += seen != 0;
  }
  free(real);
  return total;
}

int poll(struct pollfd *set, nfds_t count, int milliseconds) {
  struct timespec timeout = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  return ppoll(set, count, milliseconds < 0 ? NULL : &timeout, NULL);
}

int __poll_chk(struct pollfd *set, nfds_t count, int milliseconds, size_t room) {
  if (room / sizeof *set < count) abort();
  return poll(set, count, milliseconds);
}

/* Which of an epoll's entries are values; they are known by the program's own word. */
static struct {
  int epoll;
  int fd;
  uint64_t word;
} waits[256];
static atomic_int wait_count;
static pthread_mutex_t waits_turn = PTHREAD_MUTEX_INITIALIZER;

static void forget_waits(int fd) {
  if (!wait_count) return;
  pthread_mutex_lock(&waits_turn);
  for (int at = 0; at < wait_count; at++)
    if (waits[at].fd == fd) waits[at--] = waits[--wait_count];
  pthread_mutex_unlock(&waits_turn);
}

static void note_wait(int epoll, int operation, int fd, const struct epoll_event *event) {
  pthread_mutex_lock(&waits_turn);
  int at = 0;
  while (at < wait_count && (waits[at].epoll != epoll || waits[at].fd != fd)) at++;
  if (operation == EPOLL_CTL_DEL && at < wait_count) waits[at] = waits[--wait_count];
  if (operation != EPOLL_CTL_DEL && at < 256) {
    waits[at].epoll = epoll;
    waits[at].fd = fd;
    waits[at].word = event->data.u64;
    if (at == wait_count) wait_count++;
  }
  pthread_mutex_unlock(&waits_turn);
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  if (!value_at(fd)) return NEXT(epoll_ctl)(epoll, operation, fd, event);
  struct epoll_event real = event ? *event : (struct epoll_event){0};
  real.events = (real.events & (EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE)) | EPOLLIN;
  int done = NEXT(epoll_ctl)(epoll, operation, fd, &real);
  if (done == 0) note_wait(epoll, operation, fd, event);
  return done;
}

int epoll_pwait(int epoll, struct epoll_event *events, int room, int milliseconds, const sigset_t *mask) {
  int found = NEXT(epoll_pwait)(epoll, events, room, milliseconds, mask);
  if (!wait_count) return found;
  pthread_mutex_lock(&waits_turn);
  for (int each = 0; each < found; each++)
    for (int at = 0; at < wait_count; at++)
      if (waits[at].epoll == epoll && waits[at].word == events[each].data.u64)
        events[each].events = EPOLLPRI | EPOLLERR;
  pthread_mutex_unlock(&waits_turn);
  return found;
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int milliseconds) {
  return epoll_pwait(epoll, events, room, milliseconds, NULL);
}

static bool is_asked(int fd, const fd_set *set) { return set && FD_ISSET(fd, set); }

static bool has_value(int count, const fd_set *in, const fd_set *out, const fd_set *except) {
  for (int fd = 0; fd < count && fd <= highest; fd++)
    if (value_at(fd) && (is_asked(fd, in) || is_asked(fd, out) || is_asked(fd, except))) return true;
  return false;
}

/* The same as poll, as it is in the kernel (fs/select.c, POLLIN_SET and its like). */
static int select_by_poll(int count, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout,
                          const sigset_t *mask) {
  static const short kinds[] = {POLLIN, POLLOUT, POLLPRI};
  static const short meanings[] = {POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI};
  fd_set *sets[] = {in, out, except};
  struct pollfd polled[FD_SETSIZE];
  nfds_t asked = 0;
  for (int fd = 0; fd < count; fd++) {
    short events = 0;
    for (int kind = 0; kind < 3; kind++) events |= is_asked(fd, sets[kind]) ? kinds[kind] : 0;
    if (events) polled[asked++] = (struct pollfd){.fd = fd, .events = events};
  }
  if (ppoll(polled, asked, timeout, mask) < 0) return -1;
  int total = 0;
  for (nfds_t each = 0; each < asked; each++)
    for (int kind = 0; kind < 3; kind++) {
      if (!(polled[each].events & kinds[kind])) continue;
      if (polled[each].revents & meanings[kind]) total++;
      else FD_CLR(polled[each].fd, sets[kind]);
    }
  return total;
}

int pselect(int count, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout, const sigset_t *mask) {
  if (!has_value(count, in, out, except)) return NEXT(pselect)(count, in, out, except, timeout, mask);
  return select_by_poll(count, in, out, except, timeout, mask);
}

int select(int count, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout) {
  if (!has_value(count, in, out, except)) return NEXT(select)(count, in, out, except, timeout);
  struct timespec precise = {0};
  if (timeout) precise = (struct timespec){timeout->tv_sec, timeout->tv_usec * 1000L};
  return select_by_poll(count, in, out, except, timeout ? &precise : NULL, NULL);
}

/* ---- Looking: a live node looks like what it stands for ---- */

enum { i2c_major = 89 }; /* Linux, Documentation/admin-guide/devices.txt */

/* FNV-1a. An inode number of its own for each node, for programs that ask whether two files are one. */
static uint32_t inode_of(const char *path) {
  uint32_t hash = 2166136261u;
  while (*path) hash = (hash ^ (uint8_t)*path++) * 16777619u;
  return hash;
}

static void disguise(struct stat *found, const struct opened *node) {
  bool device = node->kind == 'i';
  found->st_mode = (found->st_mode & ~(mode_t)S_IFMT & 0666) | (device ? S_IFCHR : S_IFREG);
  found->st_rdev = device ? makedev(i2c_major, node->minor) : 0;
  found->st_size = device ? 0 : 4096;
  found->st_dev = socket_dev;
  found->st_ino = node->inode;
  found->st_nlink = 1;
}

/* What a live node is by its path: buses are in /dev, attributes in /sys. */
static struct opened node_at(int at, const char *used) {
  char whole[PATH_MAX] = "";
  full_path(at, used, whole);
  const char *digits = whole + strlen(whole);
  while (digits > whole && digits[-1] >= '0' && digits[-1] <= '9') digits--;
  bool device = strncmp(whole, "/dev/", 5) == 0;
  return (struct opened){.kind = device ? 'i' : 'a', .minor = (uint8_t)atoi(digits), .inode = inode_of(whole)};
}

static int seen(int failed, int at, const char *used, struct stat *found) {
  if (failed || !is_live(found)) return failed;
  struct opened node = node_at(at, used);
  disguise(found, &node);
  return 0;
}

int fstatat(int at, const char *path, struct stat *found, int flags) {
  if (flags & AT_EMPTY_PATH && !*path) return fstat(at, found);
  char room[PATH_MAX];
  const char *used = overlaid_at(at, path, room);
  return seen(NEXT(fstatat)(at, used, found, flags), at, used, found);
}
ALSO(fstatat64, fstatat);

int stat(const char *path, struct stat *found) { return fstatat(AT_FDCWD, path, found, 0); }
ALSO(stat64, stat);

int lstat(const char *path, struct stat *found) { return fstatat(AT_FDCWD, path, found, AT_SYMLINK_NOFOLLOW); }
ALSO(lstat64, lstat);

int fstat(int fd, struct stat *found) {
  int failed = NEXT(fstat)(fd, found);
  struct slot *slot = slot_at(fd);
  if (!failed && slot) disguise(found, &slot->node);
  return failed;
}
ALSO(fstat64, fstat);

/* What programs call that were built before glibc 2.33. */
int __xstat(int version, const char *path, struct stat *found) { return (void)version, stat(path, found); }
ALSO(__xstat64, __xstat);
int __lxstat(int version, const char *path, struct stat *found) { return (void)version, lstat(path, found); }
ALSO(__lxstat64, __lxstat);
int __fxstat(int version, int fd, struct stat *found) { return (void)version, fstat(fd, found); }
ALSO(__fxstat64, __fxstat);
int __fxstatat(int version, int at, const char *path, struct stat *found, int flags) {
  return (void)version, fstatat(at, path, found, flags);
}
ALSO(__fxstatat64, __fxstatat);

int statx(int at, const char *path, int flags, unsigned mask, struct statx *found) {
  char room[PATH_MAX];
  const char *used = overlaid_at(at, path, room);
  int failed = NEXT(statx)(at, used, flags, mask | STATX_INO | STATX_TYPE, found);
  if (failed || !folder_length || !S_ISSOCK(found->stx_mode)) return failed;
  bool empty = flags & AT_EMPTY_PATH && !*path;
  struct slot *slot = empty ? slot_at(at) : NULL;
  struct stat brief = {.st_mode = found->stx_mode, .st_ino = found->stx_ino};
  brief.st_dev = makedev(found->stx_dev_major, found->stx_dev_minor);
  if (slot) disguise(&brief, &slot->node);
  else if (!empty) seen(0, at, used, &brief);
  found->stx_mode = brief.st_mode;
  found->stx_ino = brief.st_ino;
  found->stx_dev_major = major(brief.st_dev);
  found->stx_dev_minor = minor(brief.st_dev);
  found->stx_rdev_major = major(brief.st_rdev);
  found->stx_rdev_minor = minor(brief.st_rdev);
  if (!S_ISSOCK(brief.st_mode)) found->stx_size = brief.st_size, found->stx_nlink = 1;
  return 0;
}

/* Node's file functions ask for statx and close by their numbers. */
long syscall(long number, ...) {
  va_list more;
  va_start(more, number);
  long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
  long d = va_arg(more, long), e = va_arg(more, long), f = va_arg(more, long);
  va_end(more);
  if (number == SYS_statx && folder_length)
    return statx((int)a, (const char *)b, (int)c, (unsigned)d, (struct statx *)e);
  if (number == SYS_close && folder_length) return close((int)a);
  return NEXT(syscall)(number, a, b, c, d, e, f);
}

int access(const char *path, int mode) {
  char room[PATH_MAX];
  return NEXT(access)(overlaid_at(AT_FDCWD, path, room), mode);
}

int euidaccess(const char *path, int mode) {
  char room[PATH_MAX];
  return NEXT(euidaccess)(overlaid_at(AT_FDCWD, path, room), mode);
}
ALSO(eaccess, euidaccess);

int faccessat(int at, const char *path, int mode, int flags) {
  char room[PATH_MAX];
  return NEXT(faccessat)(at, overlaid_at(at, path, room), mode, flags);
}

ssize_t readlinkat(int at, const char *restrict path, char *restrict buffer, size_t size) {
  char room[PATH_MAX], whole[PATH_MAX];
  const char *used = overlaid_at(at, path, room);
  if (!folder_length) return NEXT(readlinkat)(at, used, buffer, size);
  ssize_t length = NEXT(readlinkat)(at, used, whole, sizeof whole - 1);
  if (length < 0) return length;
  whole[length] = 0;
  show_bare(whole);
  length = (ssize_t)strlen(whole);
  if ((size_t)length > size) length = (ssize_t)size;
  memcpy(buffer, whole, length);
  return length;
}

ssize_t readlink(const char *restrict path, char *restrict buffer, size_t size) {
  return readlinkat(AT_FDCWD, path, buffer, size);
}

char *realpath(const char *restrict path, char *restrict resolved) {
  char room[PATH_MAX];
  char *found = NEXT(realpath)(overlaid_at(AT_FDCWD, path, room), resolved);
  if (found) show_bare(found);
  return found;
}
char *__realpath_chk(const char *path, char *resolved, size_t size) { return (void)size, realpath(path, resolved); }
char *canonicalize_file_name(const char *path) { return realpath(path, NULL); }

static int moved(int failed) {
  char name[PATH_MAX];
  if (!failed && folder_length) works_in_overlay = name_of(AT_FDCWD, name) && is_beneath(name);
  return failed;
}

int chdir(const char *path) {
  char room[PATH_MAX];
  return moved(NEXT(chdir)(overlaid_at(AT_FDCWD, path, room)));
}

int fchdir(int fd) { return moved(NEXT(fchdir)(fd)); }

/* `ls -l` asks for access control lists, which are extended attributes. */
ssize_t getxattr(const char *path, const char *name, void *value, size_t size) {
  char room[PATH_MAX];
  return NEXT(getxattr)(overlaid_at(AT_FDCWD, path, room), name, value, size);
}

ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size) {
  char room[PATH_MAX];
  return NEXT(lgetxattr)(overlaid_at(AT_FDCWD, path, room), name, value, size);
}

char *getcwd(char *buffer, size_t size) {
  char *found = NEXT(getcwd)(buffer, size);
  if (found) show_bare(found);
  return found;
}

/* ---- Folders: first what the overlay has, then what the machine has beside it ---- */

static struct {
  DIR *folder;
  DIR *below; /* the machine's own folder of that name */
} listings[64];
static pthread_mutex_t listings_turn = PTHREAD_MUTEX_INITIALIZER;

static int listing_of(const DIR *directory) {
  for (int each = 0; folder_length && each < 64; each++)
    if (listings[each].folder == directory) return each;
  return -1;
}

/* Puts the machine's own folder of that name below one of the overlay's. */
static DIR *listed(DIR *opened) {
  char name[PATH_MAX];
  int before = errno;
  if (!opened || !folder_length || !name_of(dirfd(opened), name) || !is_beneath(name)) return opened;
  show_bare(name);
  pthread_mutex_lock(&listings_turn);
  for (int each = 0; each < 64; each++) {
    if (listings[each].folder) continue;
    listings[each].below = NEXT(opendir)(name);
    listings[each].folder = opened;
    break;
  }
  pthread_mutex_unlock(&listings_turn);
  errno = before;
  return opened;
}

DIR *opendir(const char *path) {
  char room[PATH_MAX];
  return listed(NEXT(opendir)(overlaid_at(AT_FDCWD, path, room)));
}

DIR *fdopendir(int fd) { return listed(NEXT(fdopendir)(fd)); }

static bool was_listed(DIR *directory, const char *name) {
  struct stat found;
  return !strcmp(name, ".") || !strcmp(name, "..") ||
         NEXT(fstatat)(dirfd(directory), name, &found, AT_SYMLINK_NOFOLLOW) == 0;
}

struct dirent *readdir(DIR *directory) {
  int listing = listing_of(directory);
  struct dirent *entry = NEXT(readdir)(directory);
  if (listing < 0) return entry;
  if (entry && entry->d_type == DT_SOCK) entry->d_type = DT_UNKNOWN;
  if (entry || !listings[listing].below) return entry;
  int before = errno;
  do entry = NEXT(readdir)(listings[listing].below);
  while (entry && was_listed(directory, entry->d_name));
  errno = before;
  return entry;
}
ALSO(readdir64, readdir);

int closedir(DIR *directory) {
  int listing = listing_of(directory);
  if (listing >= 0) {
    if (listings[listing].below) NEXT(closedir)(listings[listing].below);
    listings[listing].below = NULL;
    listings[listing].folder = NULL;
  }
  return NEXT(closedir)(directory);
}

int scandir(const char *restrict path, struct dirent ***restrict list, int (*wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **)) {
  DIR *directory = opendir(path);
  if (!directory) return -1;
  int count = 0;
  struct dirent **entries = NULL;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (wanted && !wanted(entry)) continue;
    struct dirent **more = realloc(entries, (count + 1) * sizeof *entries);
    struct dirent *copy = malloc(entry->d_reclen);
    if (more) entries = more;
    if (!more || !copy) {
      while (count) free(entries[--count]);
      free(entries);
      free(copy);
      closedir(directory);
      return (int)result(ENOMEM, 0);
    }
    entries[count++] = memcpy(copy, entry, entry->d_reclen);
  }
  closedir(directory);
  if (compare && count) qsort(entries, count, sizeof *entries, (int (*)(const void *, const void *))compare);
  *list = entries;
  return count;
}
ALSO(scandir64, scandir);

/* ---- Beginning ---- */

/* Nodes that were open across exec, as the shell's `cat < value` has them. */
static void adopt_inherited(void) {
  for (int fd = 0; fd < 256; fd++) {
    struct sockaddr_un peer = {0};
    socklen_t length = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &length) || peer.sun_family != AF_UNIX) continue;
    if (strncmp(peer.sun_path, folder, folder_length) || strcmp(peer.sun_path + folder_length, "/socket")) continue;
    struct slot *slot = free_slot();
    if (!slot) return;
    slot->access = O_RDWR;
    slot->requests = second_connection(label_of(fd), &slot->node);
    if (slot->requests < 0) {
      atomic_store(&slot->users, 0);
      continue;
    }
    bind_slot(fd, slot);
    follow_standard_stream(fd);
  }
}

__attribute__((constructor)) static void begin(void) {
  const char *named = getenv("PLINTH_HIL");
  int before = errno;
  char path[PATH_MAX];
  struct stat found;
  if (!named || named[0] != '/' || strlen(named) >= sizeof folder) return;
  snprintf(path, sizeof path, "%s/socket", named);
  void *shared = mmap(NULL, slot_count * sizeof *slots, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED || NEXT(stat)(path, &found)) return;
  slots = shared;
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
  for (int number = 0; number < slot_count; number++) pthread_mutex_init(&slots[number].turn, &kind);
  pthread_atfork(NULL, NULL, share_with_child);
  socket_dev = found.st_dev;
  socket_ino = found.st_ino;
  owner = getpid();
  strcpy(folder, named);
  folder_length = strlen(folder);
  moved(0);
  adopt_inherited();
  errno = before;
}
