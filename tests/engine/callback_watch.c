/* Counts what the audio thread must not do, while it is inside the engine's callback and only then.

   Preloaded into a process, this library stands before the C library's memory and locks and before Python's ways to the GIL.
   `watch_callback` is what a stream is given instead of the engine's callback: it marks the thread, calls the engine, and
   unmarks it. While it is marked, Linux's syscall user dispatch makes any system call at all a signal, which is counted
   and then done. So whatever waits, whichever library it is in, is seen. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <ucontext.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

enum { BLOCKS, ALLOCATED, FREED, LOCKED, PYTHON, SYSTEM_CALLS, COUNTS };

long watch_counts[COUNTS];
int watch_sees_system_calls;

#define ON_THE_THREAD __thread __attribute__((tls_model("initial-exec")))
static ON_THE_THREAD volatile char inside; /* also what the kernel looks at: 1 is "block system calls" */
static ON_THE_THREAD volatile char marked;
static ON_THE_THREAD volatile char known;

typedef int callback(const void *, void *, unsigned long, const void *, unsigned long, void *);
static callback *watched;

static void count(int what)
{
    if (marked)
        __atomic_add_fetch(&watch_counts[what], 1, __ATOMIC_RELAXED);
}

/* Memory. */

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

void *malloc(size_t n) { count(ALLOCATED); return __libc_malloc(n); }
void *calloc(size_t n, size_t m) { count(ALLOCATED); return __libc_calloc(n, m); }
void *realloc(void *p, size_t n) { count(ALLOCATED); return __libc_realloc(p, n); }
void *memalign(size_t a, size_t n) { count(ALLOCATED); return __libc_memalign(a, n); }
void *aligned_alloc(size_t a, size_t n) { count(ALLOCATED); return __libc_memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { count(ALLOCATED); return (*p = __libc_memalign(a, n)) ? 0 : 12; }
void free(void *p) { count(FREED); __libc_free(p); }

/* Locks, and Python's ways to the GIL. */

#define STANDS_BEFORE(what, result, name, parameters, arguments)                                                                         \
    result name parameters                                                                                                              \
    {                                                                                                                                   \
        static result(*next) parameters;                                                                                                \
        if (!next)                                                                                                                      \
            next = (result(*) parameters)dlsym(RTLD_NEXT, #name);                                                                       \
        count(what);                                                                                                                    \
        return next arguments;                                                                                                          \
    }

STANDS_BEFORE(LOCKED, int, pthread_mutex_lock, (pthread_mutex_t * m), (m))
STANDS_BEFORE(LOCKED, int, pthread_mutex_trylock, (pthread_mutex_t * m), (m))
STANDS_BEFORE(LOCKED, int, pthread_rwlock_rdlock, (pthread_rwlock_t * m), (m))
STANDS_BEFORE(LOCKED, int, pthread_rwlock_wrlock, (pthread_rwlock_t * m), (m))
STANDS_BEFORE(LOCKED, int, pthread_spin_lock, (pthread_spinlock_t * m), (m))
STANDS_BEFORE(LOCKED, int, pthread_cond_signal, (pthread_cond_t * c), (c))
STANDS_BEFORE(LOCKED, int, sem_wait, (sem_t * s), (s))
STANDS_BEFORE(LOCKED, int, sem_post, (sem_t * s), (s))
STANDS_BEFORE(PYTHON, int, PyGILState_Ensure, (void), ())
STANDS_BEFORE(PYTHON, void, PyEval_RestoreThread, (void *t), (t))
STANDS_BEFORE(PYTHON, void, PyEval_AcquireThread, (void *t), (t))

/* System calls. */

#ifdef __x86_64__
static void system_call(int number __attribute__((unused)), siginfo_t *info, void *context)
{
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    inside = 0; /* the way back from a signal is a system call, too; the next block looks again */
    count(SYSTEM_CALLS);
    register long r10 __asm__("r10") = r[REG_R10];
    register long r8 __asm__("r8") = r[REG_R8];
    register long r9 __asm__("r9") = r[REG_R9];
    long result = info->si_syscall;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(r[REG_RDI]), "S"(r[REG_RSI]), "d"(r[REG_RDX]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    r[REG_RAX] = result;
}

static void get_to_know(void)
{
    struct sigaction action = {.sa_sigaction = system_call, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL);
    watch_sees_system_calls = prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &inside) == 0;
}
#else
static void get_to_know(void) {}
#endif

/* What the test calls. */

void watch(void *address)
{
    watched = address;
    memset(watch_counts, 0, sizeof watch_counts);
}

static int (*watched_process)(uint32_t, void *);

void watch_jack(void *address) { watched_process = address; }

static void begin(void)
{
    if (!known) {
        known = 1;
        get_to_know();
    }
    marked = inside = 1;
}

static void end(void)
{
    marked = inside = 0;
    watch_counts[BLOCKS]++;
}

/* JACK's own callback, which calls the engine's: all of it is watched. */
int watch_process(uint32_t frames, void *given)
{
    begin();
    int result = watched_process(frames, given);
    end();
    return result;
}

int watch_callback(const void *in, void *out, unsigned long frames, const void *when, unsigned long flags, void *engine)
{
    begin();
    int result = watched(in, out, frames, when, flags, engine);
    end();
    return result;
}

/* A driver: a thread that Python knows nothing of, which calls the callback until it is told to end. */

struct driver {
    pthread_t thread;
    void *engine;
    volatile int ending;
};

static void *drive(void *given)
{
    struct driver *me = given;
    float in[64][2], out[64][2];
    uint32_t noise = 1;
    while (!me->ending) {
        for (int k = 0; k < 64; k++)
            for (int c = 0; c < 2; c++)
                in[k][c] = (float)((noise = noise * 1664525u + 1013904223u) >> 8) * 1e-9f;
        watch_callback(in, out, 64, NULL, 0, me->engine);
        nanosleep(&(struct timespec){0, 100000}, NULL);
    }
    return NULL;
}

void *watch_start(void *engine)
{
    struct driver *me = calloc(1, sizeof *me);
    me->engine = engine;
    pthread_create(&me->thread, NULL, drive, me);
    return me;
}

void watch_stop(struct driver *me)
{
    me->ending = 1;
    pthread_join(me->thread, NULL);
    free(me);
}
