// The threads that help, and how they share the pieces of one operation with the thread that called it.
// Not here: how many there are to be (threads.hpp).
#include <xgrad/autodiff/loops/parallel.hpp>

#include <xgrad/autodiff/threads.hpp>

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <cfenv>
#include <chrono>
#include <csignal>
#include <exception>
#include <limits>

namespace xgrad::loops {

constinit std::int64_t piece_cost = 32 * 1024;
constinit std::int64_t least_cost = 16 * 32 * 1024;

namespace {

/// Waits until `is_done()`: a few microseconds at full speed, some more letting others have the core, then asleep in
/// `sleep()`. A training step asks for helpers again and again, and waking one takes the kernel longer than a piece.
template <class IsDone, class Sleep>
void wait_until(IsDone is_done, Sleep sleep) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  for (std::chrono::microseconds waited{0}; waited.count() < 100;
       waited = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start)) {
    for (int i = 0; i < 20; ++i) {
      if (is_done()) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("isb");
#endif
    }
    if (waited.count() >= 5) sched_yield();
  }
  while (!is_done()) sleep();
}

/// The pieces that one thread begins with; who has none left takes from the others.
struct alignas(64) Share {
  std::atomic<std::int64_t> next;
  std::int64_t end;
};

/// What is being worked at. Written by the calling thread while nobody else is at it.
struct Job {
  std::int64_t count, pieces;
  PieceFn run;
  void* body;
  int members;
  std::fenv_t environment;  // of the calling thread: rounding, and whether tiny numbers count as 0
  Share shares[max_threads];

  std::atomic<bool> error_lock;
  std::int64_t failed_piece;
  std::exception_ptr* error;

  void start() {
    failed_piece = std::numeric_limits<std::int64_t>::max();
    std::fegetenv(&environment);
    for (int i = 0; i < members; ++i) {
      shares[i].next.store(pieces / members * i + std::min<std::int64_t>(i, pieces % members),
                           std::memory_order_relaxed);
      shares[i].end = pieces / members * (i + 1) + std::min<std::int64_t>(i + 1, pieces % members);
    }
  }

  std::int64_t begin_of(std::int64_t piece) const { return count / pieces * piece + std::min(piece, count % pieces); }

  void keep(std::int64_t piece, std::exception_ptr exception) {
    while (error_lock.exchange(true, std::memory_order_acquire)) sched_yield();
    if (piece < failed_piece) {
      failed_piece = piece;
      error->swap(exception);
    }
    error_lock.store(false, std::memory_order_release);
  }

  /// Works until all pieces are taken.
  void work(int member) {
    for (int i = 0; i < members; ++i) {
      Share& share = shares[(member + i) % members];
      for (;;) {
        const std::int64_t piece = share.next.fetch_add(1, std::memory_order_relaxed);
        if (piece >= share.end) break;
        try {
          run(body, begin_of(piece), begin_of(piece + 1));
        } catch (...) {
          keep(piece, std::current_exception());
        }
      }
    }
  }
};

/// A thread that helps. Its ticket counts the calls for it.
struct alignas(64) Helper {
  std::atomic<std::uint32_t> ticket;
  int member;  // 0 is the calling thread
  pthread_t thread;
};

// All of it outlives every destructor, so that operations work in those of the program's own statics.
constinit std::atomic<bool> busy{false};       // true while somebody uses what follows
constinit std::atomic<std::uint32_t> gate{0};  // how many helpers are at the job, and whether more may come
constinit std::atomic<bool> stopping{false};
constexpr std::uint32_t open = 1U << 31;
constinit Job job{};
constinit Helper helpers[max_threads]{};
constinit int started = 1;  // helpers[0] is none

bool enter() {
  std::uint32_t state = gate.load(std::memory_order_relaxed);
  do {
    if ((state & open) == 0) return false;
  } while (!gate.compare_exchange_weak(state, state + 1, std::memory_order_acquire, std::memory_order_relaxed));
  return true;
}

void leave() {
  if (gate.fetch_sub(1, std::memory_order_acq_rel) == 1) gate.notify_all();
}

void call(Helper& helper) {
  helper.ticket.fetch_add(1, std::memory_order_release);
  helper.ticket.notify_one();
}

// Each calls two more, so that nobody wakes a hundred.
void call_next(int member) {
  for (int next = 2 * member + 1; next <= 2 * member + 2; ++next)
    if (next < job.members) call(helpers[next]);
}

void* help(void* argument) {
  Helper& self = *static_cast<Helper*>(argument);
  for (std::uint32_t seen = 0;;) {
    const auto is_called = [&] { return self.ticket.load(std::memory_order_acquire) != seen; };
    wait_until(is_called, [&] { self.ticket.wait(seen, std::memory_order_acquire); });
    seen = self.ticket.load(std::memory_order_acquire);
    if (stopping.load(std::memory_order_relaxed)) return nullptr;
    if (!enter()) continue;
    // One that comes late may meet a later job, of fewer members.
    if (self.member < job.members) {
      call_next(self.member);
      std::fesetenv(&job.environment);
      job.work(self.member);
    }
    leave();
  }
}

/// Ends the helpers with the program: a library that is unloaded must not leave threads behind.
struct Stop {
  ~Stop() {
    // Nobody else may start a job now; while one runs, the system ends the helpers.
    if (busy.exchange(true, std::memory_order_acquire)) return;
    stopping.store(true, std::memory_order_relaxed);
    for (int i = 1; i < started; ++i) call(helpers[i]);
    for (int i = 1; i < started; ++i) pthread_join(helpers[i].thread, nullptr);
  }
};

// A child has its parent's memory, but no helpers, and nobody at the job.
void forget_helpers() {
  for (Helper& helper : helpers) {
    helper.ticket.store(0, std::memory_order_relaxed);
  }
  started = 1;
  gate.store(0, std::memory_order_relaxed);
  job.error_lock.store(false, std::memory_order_relaxed);
  if (!stopping.load(std::memory_order_relaxed)) busy.store(false, std::memory_order_relaxed);
}

/// Starts what is missing of `members` - 1 helpers; fewer if the system has no more.
void start_helpers(int members) {
  static const Stop stop;
  static const int registered = pthread_atfork(nullptr, nullptr, forget_helpers);
  static_cast<void>(registered);
  // Signals are for the program's own threads, except those that a thread brings upon itself.
  sigset_t blocked, before;
  sigfillset(&blocked);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&blocked, signal);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  for (; started < members; ++started) {
    helpers[started].member = started;
    if (pthread_create(&helpers[started].thread, nullptr, help, &helpers[started]) != 0) break;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void run_pieces(std::int64_t count, std::int64_t pieces, PieceFn run, void* body) {
  auto members = static_cast<int>(std::min<std::int64_t>(num_threads(), pieces));
  // Inside of a piece, and while another thread has the helpers, there are none.
  if (members < 2 || busy.exchange(true, std::memory_order_acquire)) return run(body, 0, count);
  if (started < members) start_helpers(members);
  members = std::min(members, started);
  if (members < 2) {
    busy.store(false, std::memory_order_release);
    return run(body, 0, count);
  }
  std::exception_ptr error;
  job.count = count;
  job.pieces = pieces;
  job.run = run;
  job.body = body;
  job.members = members;
  job.error = &error;
  job.start();
  gate.store(open, std::memory_order_release);
  call_next(0);
  job.work(0);
  // Helpers that have not come by now are not waited for.
  if ((gate.fetch_and(~open, std::memory_order_acq_rel) & ~open) != 0) {
    const auto is_empty = [] { return gate.load(std::memory_order_acquire) == 0; };
    wait_until(is_empty, [] {
      if (const std::uint32_t inside = gate.load(std::memory_order_acquire); inside != 0) gate.wait(inside);
    });
  }
  busy.store(false, std::memory_order_release);
  if (error != nullptr) std::rethrow_exception(error);
}

}  // namespace xgrad::loops
