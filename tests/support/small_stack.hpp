// Running a function on a stack of 256 KiB.
// Not here: what is run.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <stdexcept>

namespace xgrad::test {

/// Runs f in a thread of its own with that stack, and throws if the thread cannot start. f must not throw.
template <class F>
void on_small_stack(F f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, std::size_t{256} << 10);
  pthread_t thread;
  const auto run = [](void* function) -> void* {
    (*static_cast<F*>(function))();
    return nullptr;
  };
  const int error = pthread_create(&thread, &attributes, run, &f);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::runtime_error("no thread with a stack of 256 KiB");
  pthread_join(thread, nullptr);
}

}  // namespace xgrad::test
