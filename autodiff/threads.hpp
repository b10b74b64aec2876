// How many threads one operation may use.
// Not here: how work is spread over them (loops/parallel.hpp). Results have the same bits for every number.
#pragma once

namespace xgrad {

/// The most threads that num_threads can be.
inline constexpr int max_threads = 256;

/// How many threads a large operation is spread over, the calling one included: what set_num_threads said, or the
/// environment variable XGRAD_NUM_THREADS, or as many as the process may use cores. Errors: ValueError while
/// XGRAD_NUM_THREADS is not a number from 1 to max_threads.
int num_threads();

/// Sets that number for the whole process. Operations that are running finish with the old one. Errors: ValueError
/// unless 1 <= count <= max_threads.
void set_num_threads(int count);

namespace detail {
/// What num_threads is before set_num_threads.
int default_num_threads();
}  // namespace detail

}  // namespace xgrad
