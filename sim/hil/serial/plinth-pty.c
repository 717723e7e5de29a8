/*
 * plinth-pty LINK [DOORS]: one serial line of a simulated board, as a pseudo-terminal of this machine.
 *
 * It holds the master; LINK is a symbolic link to the slave, which any program opens as it would a UART.
 * What passes and what happens goes between the simulator and this process as frames on standard input and
 * output. It ends when its input does, so that it never outlives the simulator.
 *
 * A frame is a kind (1 byte), a zero, the length of the rest (2 bytes), the rest; numbers are in this
 * machine's order, since both ends are on it. Settings are 8 bytes: struct settings.
 *
 *   From here
 *   R                  LINK can be opened
 *   O settings         a program opened it
 *   C                  the last one closed it
 *   W settings bytes   a program wrote, at these settings
 *   M settings D       the rest of a D, given back: the program reads at these settings, which are others
 *   F                  a program gave up: what it wrote and has not left must not leave any more
 *
 *   To here
 *   A count (4 bytes)  so many more bytes may be taken of what programs write
 *   D settings bytes   they came over the wire, sent at these settings
 *   G bytes            the same, after M, as a UART at the program's settings samples them
 *   H held (1 byte)    1: nothing leaves, as when flow control holds the line; 0: it may again
 *
 * What a pseudo-terminal cannot do (Linux, drivers/tty/pty.c): it has no modem lines. It has no chars_in_buffer,
 * so tcdrain returns at once: how much leaves is bounded by A, and beyond that and the some 20 kB that the
 * kernel keeps a write blocks, as on a slow UART. And pty_set_termios forgets parity and data bits. Where there
 * is a folder DOORS, a library between the program and the kernel can make good for the last two: see "Doors".
 */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LARGEST = 4096, WAITING_MOST = 16, PARITY_NONE = 0, PARITY_EVEN = 1, PARITY_ODD = 2, NOT_KNOWN = 255 };

struct settings {
  uint32_t baud;
  uint8_t data_bits, parity, stop_bits, zero;
};

struct pty {
  int master;
  int watch;
  int door;
  bool is_stopped;
  char slave[64];
};

static const char *link_path, *doors;
static struct pty line;
static int events;      /* inotify: the slave was opened */
static bool is_open, is_held;
static uint32_t credit; /* bytes that the simulator will still take */
static uint32_t unsent; /* bytes that it took, and has not let more follow for */
static bool is_cflag_known;
static uint32_t cflag;  /* what a program asked for last */
static int waiting[WAITING_MOST], waiting_count;

/* --- To the simulator ---------------------------------------------------------------------------------- */

static struct sockaddr_un door_of(const struct pty *pty) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path, sizeof name.sun_path, "%s/%s", doors, strrchr(pty->slave, '/') + 1);
  return name;
}

static void leave(int code) {
  unlink(link_path);
  if (doors && line.master > 0) unlink(door_of(&line).sun_path);
  _exit(code);
}

static void fail(const char *what) {
  fprintf(stderr, "plinth-pty: %s: %s\n", what, strerror(errno));
  leave(1);
}

static void tell(char kind, const struct settings *settings, const uint8_t *bytes, size_t count) {
  uint8_t frame[4 + 2 * sizeof *settings + LARGEST] = {(uint8_t)kind};
  size_t end = 4;
  if (settings) {
    memcpy(frame + end, settings, sizeof *settings);
    end += sizeof *settings;
  }
  if (count > 0) memcpy(frame + end, bytes, count);
  end += count;
  uint16_t length = (uint16_t)(end - 4);
  memcpy(frame + 2, &length, sizeof length);
  for (size_t sent = 0; sent < end;) {
    ssize_t n = write(STDOUT_FILENO, frame + sent, end - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) leave(0); /* the simulator is gone */
    sent += (size_t)n;
  }
}

/* --- The pseudo-terminal ------------------------------------------------------------------------------- */

/* As the program has set it: a master's termios are the slave's (drivers/tty/tty_ioctl.c, tty_mode_ioctl). */
static struct settings settings_now(void) {
  struct termios2 termios;
  if (ioctl(line.master, TCGETS2, &termios) < 0) fail("TCGETS2");
  struct settings now = {.baud = termios.c_ospeed, .data_bits = NOT_KNOWN, .parity = NOT_KNOWN};
  now.stop_bits = termios.c_cflag & CSTOPB ? 2 : 1;
  if (is_cflag_known) {
    uint32_t size = cflag & CSIZE;
    now.data_bits = size == CS8 ? 8 : size == CS7 ? 7 : size == CS6 ? 6 : 5;
    now.parity = !(cflag & PARENB) ? PARITY_NONE : cflag & PARODD ? PARITY_ODD : PARITY_EVEN;
  }
  return now;
}

/* A UART that nobody has set yet: raw, 9600 baud, 8N1. */
static void set_raw(int master) {
  struct termios2 termios;
  if (ioctl(master, TCGETS2, &termios) < 0) fail("TCGETS2");
  termios.c_iflag = termios.c_oflag = termios.c_lflag = 0;
  termios.c_cflag = B9600 | CS8 | CREAD | CLOCAL;
  if (ioctl(master, TCSETS2, &termios) < 0) fail("TCSETS2");
}

/* Set like another, or as at first. */
static struct pty opened(const struct termios2 *other) {
  int on = 1;
  struct pty pty = {.master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
  if (pty.master < 0) fail("no more pseudo-terminals");
  if (grantpt(pty.master) < 0 || unlockpt(pty.master) < 0) fail("pseudo-terminal");
  if (ptsname_r(pty.master, pty.slave, sizeof pty.slave) != 0) fail("ptsname");
  if (!other) set_raw(pty.master);
  else if (ioctl(pty.master, TCSETS2, other) < 0) fail("TCSETS2");
  if (ioctl(pty.master, TIOCPKT, &on) < 0) fail("TIOCPKT");
  if ((pty.watch = inotify_add_watch(events, pty.slave, IN_OPEN)) < 0) fail(pty.slave);
  pty.door = -1;
  if (!doors) return pty;
  struct sockaddr_un name = door_of(&pty);
  unlink(name.sun_path);
  pty.door = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (pty.door < 0 || bind(pty.door, (struct sockaddr *)&name, sizeof name) < 0 || listen(pty.door, 16) < 0)
    fail(name.sun_path);
  return pty;
}

static void dropped(const struct pty *pty) {
  inotify_rm_watch(events, pty->watch);
  close(pty->master);
  if (pty->door < 0) return;
  close(pty->door);
  unlink(door_of(pty).sun_path);
}

/* Under LINK, at once: whoever opens it meanwhile gets the one before, or this one. */
static void publish(const struct pty *pty) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.%d", link_path, getpid());
  unlink(fresh);
  if (symlink(pty->slave, fresh) < 0 || rename(fresh, link_path) < 0) fail(link_path);
}

static short ready(int fd, short wanted) {
  struct pollfd polled = {.fd = fd, .events = wanted};
  return poll(&polled, 1, 0) > 0 ? polled.revents : 0;
}

/*
 * The last program closed it. A slave that is opened again still has what the one before did not read, its
 * exclusive lock and its stopped output; a UART has none of these. So the next program gets a fresh one, set
 * as this one was left, unless it was quicker than we are.
 */
static void closed(void) {
  tell('C', NULL, NULL, 0);
  is_open = false;
  struct termios2 left;
  if (ioctl(line.master, TCGETS2, &left) < 0) fail("TCGETS2");
  struct pty fresh = opened(&left);
  publish(&fresh);
  if (!(ready(line.master, POLLIN) & POLLHUP)) {
    publish(&line);
    dropped(&fresh);
    return;
  }
  dropped(&line);
  line = fresh;
}

/* Only the slave's own TCXONC stops its output (drivers/tty/tty_ioctl.c): then a write blocks at once. */
static void stop_output_if_held(void) {
  if (!is_open || line.is_stopped == is_held) return;
  int slave = open(line.slave, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (slave < 0) return; /* locked by TIOCEXCL: a write blocks when the kernel's buffer is full */
  if (ioctl(slave, TCXONC, is_held ? TCOOFF : TCOON) == 0) line.is_stopped = is_held;
  close(slave);
}

/* --- What the program writes --------------------------------------------------------------------------- */

/* In packet mode a byte of status goes before: zero for data (ioctl_tty(2), TIOCPKT). */
static ssize_t taken(uint8_t *bytes, size_t limit, uint8_t *status) {
  uint8_t packet[1 + LARGEST];
  ssize_t n = read(line.master, packet, 1 + limit);
  if (n <= 0) return -1;
  *status = packet[0];
  if (*status != TIOCPKT_DATA) return 0;
  memcpy(bytes, packet + 1, (size_t)n - 1);
  return n - 1;
}

/* EIO: no program has the slave, and all that was written has been read. */
static void take_written(void) {
  uint8_t bytes[LARGEST], status;
  while (is_open && !is_held && credit > 0) {
    ssize_t n = taken(bytes, credit < LARGEST ? credit : LARGEST, &status);
    if (n < 0 && errno == EIO) closed();
    else if (n < 0) return;
    else if (n > 0) {
      struct settings now = settings_now();
      tell('W', &now, bytes, (size_t)n);
      credit -= (uint32_t)n;
      unsent += (uint32_t)n;
    }
  }
}

/*
 * Nothing leaves. A program that gave up flushes what it wrote, or the kernel of a UART drops it after
 * closing_wait: it must not leave later. The kernel's flush of a pseudo-terminal leaves up to 4 kB.
 */
static void take_none(void) {
  short happened = ready(line.master, POLLPRI);
  uint8_t bytes[LARGEST], status = 0;
  if (happened & POLLPRI) taken(bytes, 1, &status);
  bool is_hung_up = happened & POLLHUP;
  if (!is_hung_up && !(status & TIOCPKT_FLUSHWRITE)) return;
  while (taken(bytes, LARGEST, &status) >= 0) continue;
  tell('F', NULL, NULL, 0);
  if (is_hung_up) closed();
}

/* Programs flush a line that they open, to begin with nothing. What they write from then on is not what they gave up. */
static void forget_first_flush(void) {
  uint8_t none[1], status;
  if (ready(line.master, POLLPRI) & POLLPRI) taken(none, 1, &status);
}

/* --- Doors --------------------------------------------------------------------------------------------- */

/*
 * DOORS/N is a socket for whoever has /dev/pts/N. One connection, one request, one answer, each of this shape:
 *   T  the program asks for this c_cflag    answered at once
 *   G  which one was asked for last?        kind T with the c_cflag, or G: none was
 *   D  tcdrain                              answered when all that was written has left
 */
struct request {
  char kind, zero[3];
  uint32_t cflag;
};

static void answer(int visitor, struct request said) {
  send(visitor, &said, sizeof said, MSG_NOSIGNAL | MSG_DONTWAIT);
  close(visitor);
}

static void answer_drained(void) {
  if (waiting_count == 0 || unsent > 0 || (is_open && ready(line.master, POLLIN) & POLLIN)) return;
  while (waiting_count > 0) answer(waiting[--waiting_count], (struct request){.kind = 'D'});
}

static void open_door(void) {
  int visitor = accept4(line.door, NULL, NULL, SOCK_CLOEXEC);
  if (visitor < 0) return;
  /* It speaks as soon as it is connected. */
  struct timeval patience = {.tv_sec = 1};
  setsockopt(visitor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  struct request asked = {0};
  if (recv(visitor, &asked, sizeof asked, 0) != sizeof asked) {
    close(visitor);
    return;
  }
  if (asked.kind == 'D' && waiting_count < WAITING_MOST) {
    waiting[waiting_count++] = visitor;
    return;
  }
  if (asked.kind == 'T') {
    is_cflag_known = true;
    cflag = asked.cflag;
  }
  answer(visitor, (struct request){.kind = is_cflag_known ? 'T' : 'G', .cflag = cflag});
}

/* --- What the simulator says --------------------------------------------------------------------------- */

/* A program that does not read loses what the kernel has no room for, as by an overrun. */
static void deliver(const uint8_t *bytes, size_t count) {
  if (count > 0 && write(line.master, bytes, count) < 0 && errno != EAGAIN && errno != EIO) fail("deliver");
}

static bool reads(const struct settings *now, const struct settings *wire) {
  return now->baud == wire->baud && (now->parity == NOT_KNOWN || now->parity == wire->parity) &&
         (now->data_bits == NOT_KNOWN || now->data_bits == wire->data_bits);
}

static void obey(char kind, const uint8_t *rest, size_t length) {
  if (kind == 'A') {
    uint32_t more;
    memcpy(&more, rest, sizeof more);
    credit += more;
    unsent -= more < unsent ? more : unsent;
    take_written();
  } else if (kind == 'H') {
    if (is_open && is_held) take_none();
    is_held = rest[0] != 0;
    stop_output_if_held();
    take_written();
  } else if (kind == 'G' && is_open) deliver(rest, length);
  else if (kind == 'D' && is_open) {
    struct settings wire, now = settings_now();
    memcpy(&wire, rest, sizeof wire);
    const uint8_t *bytes = rest + sizeof wire;
    size_t count = length - sizeof wire;
    if (reads(&now, &wire)) deliver(bytes, count);
    else tell('M', &now, rest, length);
  }
}

static void hear(void) {
  static uint8_t heard[2 * (4 + sizeof(struct settings) + LARGEST)];
  static size_t end;
  ssize_t n = read(STDIN_FILENO, heard + end, sizeof heard - end);
  if (n < 0 && errno == EINTR) return;
  if (n <= 0) leave(0);
  end += (size_t)n;
  size_t start = 0;
  for (uint16_t length; end - start >= 4; start += 4u + length) {
    memcpy(&length, heard + start + 2, sizeof length);
    if (end - start < 4u + length) break;
    obey((char)heard[start], heard + start + 4, length);
  }
  memmove(heard, heard + start, end - start);
  end -= start;
}

static void notice_open(void) {
  struct inotify_event happened[64];
  ssize_t n = read(events, happened, sizeof happened);
  for (ssize_t index = 0; index * (ssize_t)sizeof *happened < n; index++) {
    if (happened[index].wd != line.watch || !(happened[index].mask & IN_OPEN) || is_open) continue;
    is_open = true;
    stop_output_if_held();
    if (is_held) forget_first_flush();
    struct settings now = settings_now();
    tell('O', &now, NULL, 0);
  }
}

static void on_termination(int signal) {
  (void)signal;
  leave(0);
}

int main(int count, char **words) {
  if (count < 2 || count > 3) {
    fprintf(stderr, "usage: plinth-pty LINK [DOORS]\n");
    return 2;
  }
  link_path = words[1];
  doors = count == 3 ? words[2] : NULL;
  setsid(); /* Ctrl-C is for the simulator: a line does not go before the programs on it do. */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, on_termination);
  events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (events < 0) fail("/proc/sys/fs/inotify/max_user_instances");
  line = opened(NULL);
  publish(&line);
  tell('R', NULL, NULL, 0);
  for (;;) {
    /* A hang-up is reported whatever is asked for: while nothing may be read, nobody looks. */
    bool looks = is_open && (is_held || credit > 0);
    struct pollfd polled[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = events, .events = POLLIN},
        {.fd = looks ? line.master : -1, .events = is_held ? POLLPRI : POLLIN},
        {.fd = line.door, .events = POLLIN},
    };
    if (poll(polled, 4, -1) < 0 && errno != EINTR) fail("poll");
    if (polled[1].revents) notice_open();
    if (polled[2].revents && is_held) take_none();
    else if (polled[2].revents) take_written();
    if (polled[0].revents) hear();
    if (polled[3].revents && polled[3].fd == line.door) open_door();
    answer_drained();
  }
}
