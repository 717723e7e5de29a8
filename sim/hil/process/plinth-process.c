/*
 * Preloaded into a process of a simulated street, beside its wires: it lives at the street's time, and ends with the
 * simulator.
 *
 *   PLINTH_CLOCK_SHIFT_MS   what the street's wall clock is ahead of this machine's (negative: behind), ms
 *   PLINTH_ENDS_WITH        process id of the simulator
 *
 * The wall clock is what clock_gettime(2) calls CLOCK_REALTIME: what asks for it through the C library sees the
 * shifted one. CLOCK_MONOTONIC, by which programs wait, is the machine's: the street runs in real time. Left alone is
 * who asks the kernel without the C library, and who waits for an instant of the wall clock, such as by
 * pthread_cond_timedwait(3) with its default clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static const long long ns_per_s = 1000000000LL;

/* Read at first use: somebody may ask for the time before any constructor has run. */
static long long shift_ns(void)
{
	static int known;
	static long long shift;
	if (!known) {
		const char *text = getenv("PLINTH_CLOCK_SHIFT_MS");
		shift = text ? atoll(text) * 1000000LL : 0;
		known = 1;
	}
	return shift;
}

static struct timespec shifted(struct timespec at)
{
	long long ns = (long long)at.tv_sec * ns_per_s + at.tv_nsec + shift_ns();
	long long rest = ns % ns_per_s;
	if (rest < 0)
		rest += ns_per_s;
	at.tv_sec = (time_t)((ns - rest) / ns_per_s);
	at.tv_nsec = (long)rest;
	return at;
}

static int machine_clock(clockid_t clock, struct timespec *at)
{
	static int (*next)(clockid_t, struct timespec *);
	if (!next)
		next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	return next(clock, at);
}

EXPORTED int clock_gettime(clockid_t clock, struct timespec *at)
{
	int result = machine_clock(clock, at);
	if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		*at = shifted(*at);
	return result;
}

EXPORTED int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
	struct timespec now;
	(void)zone; /* obsolete (gettimeofday(2)): the kernel's is never used */
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	at->tv_sec = now.tv_sec;
	at->tv_usec = now.tv_nsec / 1000;
	return 0;
}

EXPORTED time_t time(time_t *at)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0)
		return (time_t)-1;
	if (at)
		*at = now.tv_sec;
	return now.tv_sec;
}

EXPORTED int timespec_get(struct timespec *at, int base)
{
	if (base != TIME_UTC || clock_gettime(CLOCK_REALTIME, at) != 0)
		return 0;
	return base;
}

/* Children of our children are somebody else's: they end as those see to it. */
__attribute__((constructor)) static void end_with_the_simulator(void)
{
	const char *text = getenv("PLINTH_ENDS_WITH");
	if (!text || getppid() != (pid_t)atol(text))
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before it could be heard of. */
	if (getppid() != (pid_t)atol(text))
		_exit(128 + SIGKILL);
}
