/*
 * Process 1 of a time-travelling guest: mounts what a program expects of a Linux, runs one command, leaves its exit
 * code in the job's folder and switches the power off.
 *
 * The root is the host's own, read-only, with memory over what programs write to. The kernel's option `plinth_job`
 * names the job's folder, on the host; in it are `cwd`, `command` and `environment` (strings that end in NUL),
 * `folders` (likewise: those that the command may write to, at their own paths) and `views` (those that it may see
 * though memory lies over them). It leaves `stdout`, `stderr` and `exit` there.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOB "/run/job"

static void power_off(void)
{
    kill(-1, SIGKILL);
    while (wait(NULL) > 0)
        ;
    sync();
    umount2(JOB, 0);
    reboot(RB_POWER_OFF);
}

/* What this process cannot do, on the kernel's console, which the host shows. */
static void fail(const char *what, const char *path)
{
    fprintf(stderr, "plinth: cannot %s %s: %s\n", what, path, strerror(errno));
    power_off();
}

static void mount_at(const char *type, const char *path, const char *options)
{
    if (mount(type, path, type, 0, options))
        fail("mount", path);
}

static void make_folders(const char *path)
{
    char part[4096];
    size_t length = strlen(path);

    if (length >= sizeof part)
        return;
    for (size_t i = 1; i <= length; i++)
        if (path[i] == '/' || path[i] == '\0') {
            memcpy(part, path, i);
            part[i] = '\0';
            mkdir(part, 0755);
        }
}

/* A folder of the host, at the same path or at another. */
static void share(const char *host_path, const char *path, unsigned long flags)
{
    make_folders(path);
    if (mount("hostfs", path, "hostfs", flags, host_path))
        fail("share", host_path);
}

struct strings {
    char *bytes;
    char **items;
};

/* The strings of one of the job's files, and NULL after the last. */
static struct strings read_strings(const char *path)
{
    struct strings strings = { NULL, calloc(1, sizeof(char *)) };
    struct stat status;
    int file = open(path, O_RDONLY);
    size_t count = 0;

    if (file < 0 || fstat(file, &status))
        fail("read", path);
    strings.bytes = calloc(1, status.st_size + 1);
    for (off_t have = 0; have < status.st_size;) {
        ssize_t got = read(file, strings.bytes + have, status.st_size - have);
        if (got <= 0)
            fail("read", path);
        have += got;
    }
    close(file);
    for (char *at = strings.bytes; at < strings.bytes + status.st_size; at += strlen(at) + 1) {
        strings.items = realloc(strings.items, (count + 2) * sizeof(char *));
        strings.items[count++] = at;
        strings.items[count] = NULL;
    }
    return strings;
}

static void loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo" };
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request))
        fail("find", "the loopback interface");
    request.ifr_flags |= IFF_UP;
    if (ioctl(any, SIOCSIFFLAGS, &request))
        fail("bring up", "the loopback interface");
    close(any);
}

static void mount_all(const char *job)
{
    mount_at("proc", "/proc", "");
    mount_at("sysfs", "/sys", "");
    mount_at("configfs", "/sys/kernel/config", "");
    mount_at("devtmpfs", "/dev", "mode=0755");
    make_folders("/dev/pts");
    make_folders("/dev/shm");
    mount_at("devpts", "/dev/pts", "ptmxmode=0666,mode=0620");
    mount_at("tmpfs", "/dev/shm", "mode=1777");
    mount_at("tmpfs", "/run", "mode=0755");
    mount_at("tmpfs", "/tmp", "mode=1777");
    mount_at("tmpfs", "/var/tmp", "mode=1777");
    share(job, JOB, 0);
    for (char **folder = read_strings(JOB "/views").items; *folder; folder++)
        share(*folder, *folder, MS_RDONLY);
    for (char **folder = read_strings(JOB "/folders").items; *folder; folder++)
        share(*folder, *folder, 0);
    symlink("/proc/self/fd", "/dev/fd");
}

static void redirect(int descriptor, const char *path, int flags)
{
    int file = open(path, flags, 0644);

    if (file < 0 || dup2(file, descriptor) < 0)
        fail("open", path);
    close(file);
}

static pid_t start_command(void)
{
    char **command = read_strings(JOB "/command").items;
    char **environment = read_strings(JOB "/environment").items;
    char **cwd = read_strings(JOB "/cwd").items;
    pid_t child = fork();

    if (child != 0)
        return child;
    setsid();
    redirect(0, "/dev/null", O_RDONLY);
    redirect(1, JOB "/stdout", O_WRONLY | O_CREAT | O_APPEND);
    redirect(2, JOB "/stderr", O_WRONLY | O_CREAT | O_APPEND);
    clearenv();
    for (; *environment; environment++)
        putenv(*environment);
    if (!*cwd || chdir(*cwd)) {
        dprintf(2, "plinth: cannot change to the folder %s: %s\n", *cwd ? *cwd : "", strerror(errno));
        _exit(126);
    }
    if (*command)
        execvp(*command, command);
    dprintf(2, "plinth: cannot run %s: %s\n", *command ? *command : "", strerror(errno));
    _exit(127);
}

/* As a shell has it: 128 and the signal's number, of what a signal ended. */
static int exit_code_of(pid_t command)
{
    int status = 0;

    for (pid_t ended = 0; ended != command;) {
        ended = wait(&status);
        if (ended < 0 && errno != EINTR)
            fail("wait for", "the command");
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(void)
{
    /* An option that the kernel does not know becomes this process's environment. */
    const char *job = getenv("plinth_job");
    pid_t command;
    char code[16];
    int file, length;

    if (!job)
        fail("run without", "the job's folder");
    mount_all(job);
    loopback_up();
    sethostname("plinth", strlen("plinth"));
    command = start_command();
    if (command < 0)
        fail("start", "a process");
    length = snprintf(code, sizeof code, "%d\n", exit_code_of(command));
    file = open(JOB "/exit", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || write(file, code, length) != length || fsync(file))
        fail("write", JOB "/exit");
    close(file);
    power_off();
    return 1;
}
