// The text of an error that a call must throw.
// Not here: error samples of ops (sample.hpp).
#pragma once

#include <xgrad/autodiff/error.hpp>

#include <string>
#include <typeinfo>

namespace xgrad::test {

/// What `f` throws as exactly an E; otherwise a text that no message is equal to.
template <class E, class F>
std::string error_text(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    if (typeid(error) == typeid(E)) return error.message();
    return "(another type) " + error.message();
  } catch (...) {
    return "(not an xgrad::Error)";
  }
  return "(nothing thrown)";
}

/// The same without "; at FILE:LINE" where FILE is that of the caller: for calls whose line does not matter.
template <class E, class F>
std::string error_text_here(F&& f, const char* file = __builtin_FILE()) {
  std::string text = error_text<E>(f);
  const std::string site = std::string("; at ") + file + ":";
  const std::size_t at = text.rfind(site);
  if (at != std::string::npos && text.find_first_not_of("0123456789", at + site.size()) == std::string::npos)
    text.resize(at);
  return text;
}

/// The text of any xgrad::Error that `f` throws, without the site; "no error" if it throws none.
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    const std::string text = error.what();
    return text.substr(0, text.find("; at "));
  }
  return "no error";
}

}  // namespace xgrad::test
